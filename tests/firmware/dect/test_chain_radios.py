"""The master part over two radio parts on the air: a handset walks from one to the other during its call."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import cause, leg
from firmware.dect import identities
from firmware.dect.between import CONNECTION_HANDOVER, EXTERNAL_HANDOVER, Radiate, Sync, To
from firmware.dect.calls import Calls
from firmware.dect.radio_part import RadioPart
from firmware.effects import Do, Log, Tell
from firmware.module import earliest
from sim.air import Air
from sim.devices.radio import Radio
from sim.peers.handset import Audio, Handset
from sim.time import Time
from tests.firmware.dect.portable import ANNA, ARI, SARI, Directory, user

SECOND = 1_000_000
APART = 120.0


class System:
    """`Calls` and its radios in one box without a network."""

    def __init__(self, places=((0.0, 0.0), (APART, 0.0)), users=1, **values):
        self.time, self.told, self.logged, self.released = Time(), [], [], []
        self.air = Air(self.time, seed=5)
        self.radios = [Radio(self.air, place) for place in places]
        self.parts = [RadioPart(radio, True, random.Random(number).randbytes)
                      for number, radio in enumerate(self.radios)]
        for number, part in enumerate(self.parts):
            part.configure({"listen": 0}, 0)
            self.radios[number].wake = lambda number=number: self.time.at(self.time.now, lambda: self.poll(number))
        known = Directory([user("U{}".format(one), str(201 + one), ANNA + one) for one in range(users)])
        self.calls = Calls("GW-DECT", known, None, random.Random(3).randbytes)
        self.calls.configure(values)
        self.timer = None
        self.apply(None, self.calls.begin(ARI))
        first = identities.rfpi(ARI, 0)
        for number, part in enumerate(self.parts):
            sync = Sync(None if not number else first, None, 1)
            bits = (*self.calls.bits(), EXTERNAL_HANDOVER, CONNECTION_HANDOVER)
            self.apply(number, part.order(Radiate(identities.rfpi(ARI, number), bits, sync, ()), 0))
        self.run(40)

    def apply(self, number, effects):
        now = self.time.now
        for effect in effects:
            if isinstance(effect, To):
                for radio in range(len(self.parts)) if effect.radio is None else (effect.radio,):
                    self.apply(radio, self.parts[radio].order(effect.order, now))
            elif isinstance(effect, Do):
                getattr(self.radios[number], effect.method)(*effect.arguments)
            elif isinstance(effect, Tell) and effect.module == "CALL":
                self.told.append(effect.message)
            elif isinstance(effect, Log):
                self.logged.append(effect.text)
            elif type(effect).__module__ == "firmware.dect.between" and number is not None:
                self.apply(None, self.calls.report(number, effect, now))
        self.arm()

    def arm(self):
        self.time.cancel(self.timer)
        due = earliest(self.calls.due(), *[part.due() for part in self.parts])
        self.timer = None if due is None else self.time.at(max(due, self.time.now), self.tick)

    def tick(self):
        self.apply(None, self.calls.tick(self.time.now))
        for number, part in enumerate(self.parts):
            self.apply(number, part.tick(self.time.now))

    def poll(self, number):
        for event in self.radios[number].poll():
            self.apply(number, self.parts[number].receive(event, self.time.now))

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def until(self, predicate, seconds=30):
        assert self.time.run_until(predicate, self.time.now + seconds * SECOND)

    def say(self, message):
        self.apply(None, self.calls.receive(message, self.time.now))

    def of(self, kind):
        return [message for message in self.told if isinstance(message, kind)]

    def talk(self, ac=None, **options):
        """A handset beside the first radio, in a call."""
        options.setdefault("audio", Audio(echo_loss_db=None))
        handset = Handset(self.air, self.time, identities.print_ipei(ANNA), SARI, position=(3.0, 0.0), ac=ac, **options)
        self.until(lambda: handset.located)
        self.run(3)
        self.name = leg.Leg("GW-DECT", 1)
        self.say(leg.Setup(self.name, "201", "030", "Zoe", leg.Bearer(None, None, False)))
        self.until(lambda: handset.call == "ringing")
        handset.answer()
        self.until(lambda: handset.call == "talking")
        return handset


@pytest.mark.parametrize("values", [{}, {"ac": "1234"}, {"ac": "1234", "encryption": "on"}])
def test_a_call_goes_on_at_the_radio_that_the_handset_walks_to(values):
    system = System(**values)
    handset = system.talk(ac=values.get("ac"))
    assert system.of(leg.Connect)[0].media.radio == 0
    handset.walk([(3.0, 0.0), (APART - 3.0, 0.0)], speed=6.0)
    system.until(lambda: system.of(leg.Media) and system.of(leg.Media)[-1].media.radio == 1, seconds=40)
    system.run(15)
    assert handset.call == "talking" and not system.of(leg.Release)
    assert len(system.calls.links.connections) == 1 and not system.radios[0].ends
    assert system.calls.links.connections[0].ciphered == (values.get("encryption") == "on")
    handset.keypad("5")
    system.until(lambda: system.of(leg.Digits))
    system.say(leg.Release(system.name, cause.NORMAL))
    system.until(lambda: handset.call == "idle" and not system.radios[1].ends)
    assert system.calls.links.connections == [] and system.calls.legs == []


def test_out_of_range_ends_the_call_and_coming_back_allows_another():
    system = System()
    handset = system.talk()
    handset.move(5000.0, 5000.0)
    system.until(lambda: system.of(leg.Release))
    handset.move(APART - 2.0, 0.0)
    system.run(20)
    assert handset.dial("300")
    system.until(lambda: system.of(leg.Setup))
    assert system.of(leg.Setup)[0].media.radio == 1


@pytest.mark.parametrize("values", [{}, {"ac": "0000", "encryption": "on"}])
def test_twelve_handsets_at_two_radios_ring_within_a_second(values):
    system = System(users=12, **values)
    ac = values.get("ac")
    handsets = [Handset(system.air, system.time, identities.print_ipei(ANNA + one), SARI, seed=one, ac=ac,
                        position=(4.0 + one / 2 if one % 2 else APART - 4.0 - one / 2, 1.0),
                        audio=Audio(echo_loss_db=None)) for one in range(12)]
    system.until(lambda: all(handset.located for handset in handsets))
    system.run(4)
    began = system.time.now
    for one in range(12):
        system.say(leg.Setup(leg.Leg("GW-DECT", 2 * one + 1), str(201 + one), "", "", None))
    system.until(lambda: len(system.of(leg.Alerting)) == 12, seconds=5)
    took = (system.time.now - began) / SECOND
    assert took < (1.0 if ac is None else 1.5)
    assert {one.media.radio for one in system.of(leg.Alerting)} == {0, 1}


STEPS = st.lists(st.tuples(
    st.sampled_from(["here", "there", "middle", "away", "walk", "ring", "dial", "answer", "hang up", "release", "key"]),
    st.sampled_from([0.02, 0.13, 0.6, 2.5, 7.0])), max_size=20)
PLACES = {"here": (3.0, 0.0), "there": (APART - 3.0, 0.0), "middle": (APART / 2, 1.0), "away": (5000.0, 5000.0)}


def act(system, handset, action, rung):
    """One step; `rung` collects the legs that CALL has begun."""
    ended = [one.leg for one in system.of(leg.Release)] + system.released
    live = [name for name in rung + [one.leg for one in system.of(leg.Setup)] if name not in ended]
    if action in PLACES:
        handset.move(*PLACES[action])
    elif action == "walk":
        handset.walk([PLACES["here"], PLACES["there"], PLACES["here"]], speed=30.0)
    elif action == "ring":
        rung.append(leg.Leg("GW-DECT", 2 * len(rung) + 1))
        system.say(leg.Setup(rung[-1], "201", "030", "Zoe", None))
    elif action == "release" and live:
        system.released.append(live[0])
        system.say(leg.Release(live[0], cause.NORMAL))
    else:
        {"dial": lambda: handset.dial("300"), "answer": handset.answer, "hang up": handset.hang_up,
         "key": lambda: handset.keypad("5")}.get(action, lambda: None)()
    return live


@settings(max_examples=40, deadline=None)
@given(STEPS, st.sampled_from([{}, {"ac": "0000", "encryption": "on"}]))
def test_whoever_walks_and_calls_in_any_order_leaves_nothing_behind(steps, values):
    system = System(**values)
    handset = Handset(system.air, system.time, identities.print_ipei(ANNA), SARI, position=PLACES["here"],
                      ac=values.get("ac"), audio=Audio(echo_loss_db=None))
    system.run(3)
    rung: list = []
    for action, pause in steps:
        act(system, handset, action, rung)
        system.run(pause)
    handset.hang_up()
    while act(system, handset, "release", rung):
        pass
    system.run(60)
    handset.switch_off()
    system.run(30)
    assert system.calls.legs == [] and system.calls.links.connections == [] and system.calls.due() is None
    assert [radio.ends for radio in system.radios] == [{}, {}]
    ended = [one.leg for one in system.of(leg.Release)]
    assert len(ended) == len(set(ended)) and not set(ended) & set(system.released)
