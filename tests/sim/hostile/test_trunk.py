"""The trunk between master and radios under fire: a call at a far radio goes on, the session is the same one."""

import tracemalloc
from ast import literal_eval

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from firmware.dect import trunk, trunk_codec
from sim.peers.phone_call import CONNECTED
from sim.peers.talker import correlation
from sim.site import Site
from tests.firmware.dect.test_trunk_codec import MESSAGES
from tests.sim.hostile.rogue import scripts
from tests.sim.hostile.stage import ENOUGH, SAID
from tests.sim.test_machine_radios import Calling, Three

PORT = 10160
NOBODY = "127.0.0.200"


class Wire:
    """Three boards on a network, a call at the third; `passed` are datagrams that crossed the trunk."""

    def __init__(self, site):
        self.site = site
        self.three = Three(site)
        self.passed = []
        carry = site.network.carry

        def tapped(source, destination, data):
            if destination[1] == PORT and data[:2] == trunk.MAGIC:
                self.passed.append((source, destination, bytes(data)))
            carry(source, destination, data)

        site.network.carry = tapped
        self._carry = carry
        self.three.until(self.three.in_step, 60)
        self.calling = Calling(self.three)
        self.bert, self.call = self.calling.bert, self.calling.phone.calls[0]
        self.bert.audio.play(SAID)
        self.from_here = len(self.call.record)
        self.three.pass_time(1)
        self.sessions = self.peers()

    def untap(self):
        self.site.network.carry = self._carry

    @property
    def door(self):
        return self.three.master.gateway.dect.hosting.door

    def peers(self):
        return [peer.session.number for peer in self.door.peers]

    def inject(self, source, destination, data):
        """Nobody checks who really sends."""
        self._carry(source, destination, data)

    def board(self, number):
        return (self.three.machines[number].net.address, PORT)

    def log(self, number=0):
        return self.three.machines[number].gateway.log.lines()

    def speech_goes_on(self):
        self.three.pass_time(2)
        assert self.bert.call == "talking" and self.call.state == CONNECTED
        heard = self.call.record[self.from_here:]
        assert correlation(SAID[:len(heard)], heard, segment=0.5) > ENOUGH

    def unharmed(self):
        self.speech_goes_on()
        assert self.three.in_step()
        assert [number for number in self.sessions if number not in self.peers()] == []
        self.bert.hang_up()
        self.three.until(lambda: self.bert.call == "idle", 5)
        self.three.until(lambda: [machine.gateway.dect.home.state.busy for machine in self.three.machines] == [0, 0, 0],
                         20)
        self.three.until(lambda: sorted(self.peers()) == sorted(self.sessions), 10)


@pytest.fixture
def wire():
    with Site(virtual=True) as site:
        yield Wire(site)


HEAD = st.builds(lambda version, kind: trunk.MAGIC + bytes((version, kind)), st.sampled_from([1, 1, 1, 0, 2, 255]),
                 st.integers(0, 9))
GARBAGE = st.one_of(st.binary(max_size=200), st.builds(bytes.__add__, HEAD, st.binary(max_size=300)))
WHO = st.integers(0, 3)
STEP = st.one_of(
    st.tuples(st.just("garbage"), WHO, st.integers(0, 2), GARBAGE),
    st.tuples(st.just("again"), st.integers(0, 10_000), st.booleans()),
    st.tuples(st.just("bent"), st.integers(0, 10_000), st.integers(0, 300), st.integers(1, 255)),
    st.tuples(st.just("cut"), st.integers(0, 10_000), st.integers(0, 60)),
    st.tuples(st.just("turned"), st.integers(0, 10_000)), st.tuples(st.just("wait"), st.sampled_from([5, 200, 1500])))


class Enemy:
    def __init__(self, wire):
        self.wire = wire

    def play(self, steps):
        for word, *rest in steps:
            getattr(self, word)(*rest)

    def wait(self, milliseconds):
        self.wire.three.pass_time(milliseconds / 1000)

    def garbage(self, who, target, data):
        source = (NOBODY, PORT) if who == 3 else self.wire.board(who)
        self.wire.inject(source, self.wire.board(target), data)

    def _old(self, number):
        return self.wire.passed[number % len(self.wire.passed)]

    def again(self, number, elsewhere):
        source, destination, data = self._old(number)
        self.wire.inject((NOBODY, 4000) if elsewhere else source, destination, data)

    def bent(self, number, place, mask):
        source, destination, data = self._old(number)
        place %= len(data)
        self.wire.inject(source, destination, data[:place] + bytes((data[place] ^ mask,)) + data[place + 1:])

    def cut(self, number, length):
        source, destination, data = self._old(number)
        self.wire.inject(source, destination, data[:length])

    def turned(self, number):
        """What one side has said is said to itself."""
        source, destination, data = self._old(number)
        self.wire.inject(destination, source, data)


def attacked(steps):
    with Site(virtual=True) as site:
        wire = Wire(site)
        Enemy(wire).play(steps)
        wire.unharmed()


@settings(max_examples=25, deadline=None)
@given(st.lists(STEP, max_size=40))
def test_whatever_comes_by_the_network_the_call_and_the_sessions_stay(steps):
    note("\n".join(map(repr, steps)))
    attacked(steps)


@pytest.mark.parametrize("path", scripts("trunk-"), ids=lambda path: path.name)
def test_what_was_once_thought_up_still_holds(path):
    attacked([literal_eval(line) for line in path.read_text().splitlines() if line[:1] != "#"])


def attacked_from_inside(steps):
    """By radio 1, or by whoever has its key; what becomes of radio 1 is its own affair."""
    with Site(virtual=True) as site:
        wire = Wire(site)
        for up, octets in steps:
            peers = [peer.session for peer in wire.door.peers if peer.address == wire.board(1)]
            callers = [wire.three.machines[1].gateway.dect.home.uplink.session]
            for session in [one for one in (callers if up else peers) if one is not None]:
                session.send(octets)
                source, destination = (wire.board(1), wire.board(0)) if up else (wire.board(0), wire.board(1))
                for data in session.flush(site.time.now):
                    wire.inject(source, destination, data)
            wire.three.pass_time(0.05)
        wire.speech_goes_on()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.one_of(MESSAGES.map(trunk_codec.encode), st.binary(max_size=80))),
                max_size=15))
def test_whatever_a_radio_with_the_key_says_the_call_at_another_goes_on(steps):
    note("\n".join(map(repr, steps)))
    attacked_from_inside(steps)


def test_everything_that_was_ever_said_is_said_again(wire):
    for source, destination, data in list(wire.passed):
        wire.inject(source, destination, data)
        wire.inject((NOBODY, 4000), destination, data)
    assert len(wire.passed) > 50
    wire.unharmed()


def test_a_wrong_key_is_refused_and_said_in_the_log_and_an_alarm(wire):
    intruder = wire.site.board("ip1203", position=(500.0, 0.0))
    intruder.power_on()
    intruder.run_line(f"config change GW-DECT RADIO /master {wire.three.address} /trunk-key guessed")
    intruder.run_line("config activate")
    wire.three.pass_time(20)
    assert any("key differs" in line for line in wire.log())
    assert any("key differs" in line for line in intruder.gateway.log.lines())
    assert [alarm.code for alarm in wire.three.master.gateway.log.alarms()] == [0x00140010]
    assert not intruder.gateway.dect.running()
    intruder.power_off()
    wire.unharmed()


def test_a_flood_of_hellos_of_another_version_costs_no_memory_and_few_lines(wire):
    def flood(count):
        for number in range(count):
            source = ("127.0.{}.{}".format(1 + number // 250 % 200, 1 + number % 250), PORT)
            wire.inject(source, wire.board(0), trunk.MAGIC + bytes((9, trunk.HELLO)) + number.to_bytes(16, "big"))
            wire.inject(source, wire.board(0), trunk.MAGIC + bytes((1, trunk.HELLO)) + number.to_bytes(16, "big"))
            if number % 10 == 0:
                wire.three.pass_time(0.01)

    lines = len(wire.log())
    wire.untap()
    tracemalloc.start()
    try:
        flood(1000)
        first = held()
        flood(1000)
        assert held() - first < 32_768
    finally:
        tracemalloc.stop()
    assert 0 < len(wire.log()) - lines < 20
    assert wire.peers() == wire.sessions
    wire.unharmed()


def held():
    found = tracemalloc.take_snapshot().filter_traces([
        tracemalloc.Filter(True, "*/firmware/*"), tracemalloc.Filter(False, "*/firmware/log.py")])
    return sum(one.size for one in found.statistics("filename"))
