"""Radio parts on the emulated controller and the emulated air, with a handset's MAC, which shares no code."""

import numpy as np
import pytest

from firmware.dect import between, bursts
from firmware.dect.radio_part import RadioPart
from firmware.effects import Do
from sim.air import Air
from sim.devices.radio import Radio
from sim.peers.handset import mac as handset_mac
from sim.peers.handset.lock import Search
from sim.time import Time
from tests.firmware.dect.controller import ALONE, Base

FIRST, SECOND = bytes.fromhex("102243a300"), bytes.fromhex("102243a301")
LEAD, SLAVE = between.Sync(None, None, 1), between.Sync(FIRST, None, 1)
PMID, KEY = 0xE6789, bytes(range(8))


class AirBase(Base):
    """A radio part that the simulation's time drives."""

    def __init__(self, world, position, multicell=True):
        super().__init__()
        self.time = world.time
        self.radio = Radio(world.air, position)
        self.part = RadioPart(self.radio, multicell, world.random.bytes)
        self.radio.wake = lambda: self.time.at(self.time.now, self.poll)
        self.timer = None
        self.failed = []

    def apply(self, effects):
        for effect in effects:
            if isinstance(effect, Do):
                getattr(self.radio, effect.method)(*effect.arguments)
            elif hasattr(between, type(effect).__name__):
                self.reports.append(effect)
            else:
                self.effects.append(effect)
        self.arm()

    def arm(self):
        self.now = self.time.now
        self.time.cancel(self.timer)
        due = self.part.due()
        self.timer = None if due is None else self.time.at(due, self.tick)

    def tick(self):
        self.now = self.time.now
        self.apply(self.part.tick(self.now))

    def poll(self):
        self.now = self.time.now
        for event in self.radio.poll():
            self.apply(self.part.receive(event, self.now))

    def order(self, order):
        self.now = self.time.now
        super().order(order)


class Phone:
    """The MAC of a handset at a place."""

    def __init__(self, world, position):
        self.world = world
        world.air.add(self, position, fixed=False)
        self.segments, self.gone, self.moved, self.ciphered = [], [], 0, []
        self.mac = handset_mac.Connection(world.air, world.time, self, PMID, np.random.default_rng(1))
        self.mac.on_segment = self.segments.append
        self.mac.on_gone = self.gone.append
        self.mac.on_cipher = self.ciphered.append
        self.mac.on_moved = self._moved

    def _moved(self):
        self.moved += 1

    def heard(self, heard):
        pass

    def system_changed(self):
        pass

    def hears(self, rfpi):
        return next((one for one in Search(self.world.air, self.world.time, self).heard() if one.rfpi == rfpi), None)

    def set_up(self, rfpi, **how):
        found = self.hears(rfpi)
        self.world.air.clock(self).follow(found.beacon.station)
        self.mac.set_up(found, **how)


class World:
    def __init__(self):
        self.time = Time()
        self.air = Air(self.time, seed=5)
        self.random = np.random.default_rng(9)

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * 1_000_000))

    def connected(self, base, phone, **how):
        phone.set_up(FIRST, **how)
        self.run(0.5)
        return base.of(between.Access)[-1]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def base(world):
    return AirBase(world, (0.0, 0.0)).start(ALONE, FIRST)


def state(base):
    return base.of(between.State)[-1]


@pytest.mark.parametrize("wide", [False, True])
def test_a_handset_connects_talks_and_is_released(world, base, wide):
    phone = Phone(world, (5.0, 0.0))
    access = world.connected(base, phone, wide=wide)
    assert (access.pmid, access.kind, access.wide) == (PMID, "setup", wide)
    down, up = [bytes([turn]) * 5 for turn in range(7)], [bytes([99 - turn]) * 5 for turn in range(5)]
    base.order(between.Segments(access.link, down))
    phone.mac.send(list(up))
    world.run(0.5)
    assert phone.segments == down
    assert [one.data for one in base.of(between.Segment)] == up
    base.order(between.Drop(access.link, bursts.CONNECTION))
    world.run(0.5)
    assert phone.gone == [bursts.CONNECTION]
    assert base.of(between.Gone) == [between.Gone(access.link, bursts.CONNECTION)]
    assert base.radio.ends == {}


def test_the_handset_releases(world, base):
    phone = Phone(world, (5.0, 0.0))
    access = world.connected(base, phone)
    phone.mac.drop(bursts.BEARER)
    world.run(0.2)
    assert base.of(between.Gone) == [between.Gone(access.link, bursts.BEARER)]


@pytest.mark.parametrize("wide", [False, True])
def test_a_ciphered_connection_moves_to_another_bearer(world, base, wide):
    phone = Phone(world, (5.0, 0.0))
    access = world.connected(base, phone, wide=wide)
    base.order(between.Cipher(access.link, KEY))
    phone.mac.cipher(KEY)
    world.run(0.3)
    assert base.of(between.Ciphered) == [between.Ciphered(access.link, True)]
    assert phone.ciphered == [True]
    assert phone.mac.hand_over()
    base.order(between.Segments(access.link, [b"AAAAA", b"BBBBB", b"CCCCC"]))
    phone.mac.send([b"11111", b"22222"])
    world.run(1)
    assert phone.moved == 1
    assert [one.link for one in base.of(between.Moved)] == [access.link]
    assert phone.segments == [b"AAAAA", b"BBBBB", b"CCCCC"]
    assert [one.data for one in base.of(between.Segment)] == [b"11111", b"22222"]
    assert len(base.radio.ends) == 1
    assert base.part.counts["handovers"] == 1
    assert base.of(between.Gone) == []


def test_a_connection_comes_from_another_base_and_is_ciphered_anew(world, base):
    other = AirBase(world, (20.0, 0.0)).start(SLAVE, SECOND)
    world.run(12)
    phone = Phone(world, (12.0, 0.0))
    phone.set_up(SECOND, command=handset_mac.codec.CONNECTION_HANDOVER)
    phone.mac.on_open = lambda: phone.mac.cipher(KEY, patient=True)
    assert world.time.run_until(lambda: other.of(between.Access), world.time.now + 1_000_000)
    world.run(0.05)
    access = other.of(between.Access)[-1]
    assert (access.kind, access.pmid) == ("handover", PMID)
    assert phone.ciphered == []
    other.order(between.Cipher(access.link, KEY))
    world.run(0.2)
    assert other.of(between.Ciphered) == [between.Ciphered(access.link, True)]
    phone.mac.send([b"11111", b"22222"])
    world.run(0.2)
    assert [one.data for one in other.of(between.Segment)] == [b"11111", b"22222"]


def test_a_single_cell_base_refuses_a_connection_from_elsewhere(world):
    base = AirBase(world, (0.0, 0.0), multicell=False).start(ALONE, FIRST)
    phone = Phone(world, (12.0, 0.0))
    phone.set_up(FIRST, command=handset_mac.codec.CONNECTION_HANDOVER)
    world.run(0.5)
    assert phone.gone == [bursts.SETUP_FAILED]
    assert base.radio.ends == {}


def test_a_flood_on_the_air_leaves_a_connection_alone(world, base):
    phone = Phone(world, (5.0, 0.0))
    access = world.connected(base, phone)
    rogue = Phone(world, (2.0, 2.0))
    world.air.clock(rogue).follow(base.radio)
    taken = {slot for _, slot, *_ in base.part.bearers()} | {base.part.mac.dummy}
    for turn in range(200):
        slot = next(one for one in range(turn % 12, 24) if one % 12 not in taken) % 12
        end = world.air.end(rogue, slot + 12, (world.air.clock(base.radio).pscn + 1) % 10)
        end.send(bytes((0xE0, 0)) + (0x300 << 20 | 0xE1000 + turn).to_bytes(4, "big"))
        world.run(0.01)
        end.close()
    assert base.part.counts["setups"] > 100
    assert base.part.counts["floods"] > 0
    down = [bytes([turn]) * 5 for turn in range(9)]
    base.order(between.Segments(access.link, down))
    world.run(0.5)
    assert phone.segments == down
    assert base.of(between.Gone) == []
    assert [bearer[4] for bearer in base.part.bearers()] == [access.link]


def test_a_handset_that_walks_away_is_given_up_after_t201(world, base):
    phone = Phone(world, (5.0, 0.0))
    access = world.connected(base, phone)
    world.air.move(phone, (50_000.0, 0.0))
    world.run(6.5)
    assert base.of(between.Gone) == [between.Gone(access.link, bursts.LOST_HANDSHAKE)]
    assert base.radio.ends == {}


def test_a_slave_goes_on_the_air_in_step_and_a_second_leader_takes_over_the_time(world):
    leader = AirBase(world, (0.0, 0.0)).start(LEAD, FIRST)
    slave = AirBase(world, (20.0, 0.0)).start(SLAVE, SECOND)
    assert not state(slave).running
    world.run(31)
    assert state(leader)[:2] == (True, "master")
    world.run(12)
    assert state(slave)[:3] == (True, "synchronized", FIRST)
    assert world.air.clock(slave.radio).against(world.air.clock(leader.radio)) == (0, 0, 0)
    assert {rfpi for rfpi, _, _ in state(leader).neighbours} == {SECOND}
    leader.order(between.Silence())
    world.run(5)
    assert state(slave)[:2] == (True, "coasting")
    again = AirBase(world, (0.0, 1.0)).start(LEAD, FIRST)
    world.run(40)
    assert state(again)[:2] == (True, "master")
    assert world.air.clock(again.radio).against(world.air.clock(slave.radio))[1:] == (0, 0)
    assert state(slave)[:3] == (True, "synchronized", FIRST)
    assert state(slave).lost == 0


def test_a_source_that_jumps_is_found_again(world):
    leader = AirBase(world, (0.0, 0.0)).start(ALONE, FIRST)
    slave = AirBase(world, (20.0, 0.0)).start(SLAVE, SECOND)
    world.run(12)
    assert state(slave).running
    clock = world.air.clock(leader.radio)
    clock.set(frames=clock.frames + 3)
    world.run(1.5)
    assert (state(slave).lost, state(slave).cause) == (1, "frame")
    assert [one.running for one in slave.of(between.State)][-3:].count(False) >= 1
    world.run(12)
    assert state(slave)[:2] == (True, "synchronized")
    assert world.air.clock(slave.radio).against(clock) == (0, 0, 0)


def test_three_idle_bases_cost_next_to_nothing(world):
    AirBase(world, (0.0, 0.0)).start(ALONE, FIRST)
    slaves = [AirBase(world, (20.0 * one, 0.0)).start(SLAVE, FIRST[:4] + bytes([one])) for one in (1, 2)]
    world.run(3600)
    assert len(slaves[0].of(between.State)) < 360
    assert world.air.frames == 0


def test_a_jammed_dummy_bearer_moves_and_handsets_find_it_again(world, base):
    slot, carrier = base.part.dummy()
    jammer, phone = Phone(world, (5.0, 5.0)), Phone(world, (20.0, 0.0))
    world.air.emit(jammer, carrier, slot, 480)
    assert phone.hears(FIRST) is None
    world.run(35)
    assert base.part.dummy() != (slot, carrier)
    assert phone.hears(FIRST) is not None
    world.connected(base, phone)
