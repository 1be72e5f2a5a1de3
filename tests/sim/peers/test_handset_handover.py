"""A handset that moves: between channels, between bases, idle and in a call, with a cipher."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.peers import spandsp
from sim.peers.handset import Audio
from sim.peers.handset.codec import Message
from sim.peers.handset.fields import Base as Says
from sim.peers.handset.handover import RULE, Decision, Quality, decide, roam
from sim.peers.handset.lock import Found
from sim.peers.handset.walk import Path
from tests.sim.peers.handset_base import MULTICELL, Base
from tests.sim.peers.handset_rig import MM, OTHER, RFPI, Rig, tone

KEY = bytes.fromhex("8560dc324ea49f37")


def found(rssi, rfpi=OTHER):
    return Found(rssi, Says(rfpi, 0, 0, (), True, frozenset()), None)


@pytest.mark.parametrize("own, others, external, expected", [
    (Quality(-50, 0, 0), [found(-30)], True, None),
    (Quality(-75, 0, 0), [found(-60)], True, "stronger base"),
    (Quality(-75, 0, 0), [found(-60)], False, None),
    (Quality(-75, 0, 0), [found(-70)], True, None),
    (Quality(-50, 20, 0), [found(-80)], True, "disturbed"),
    (Quality(-50, 0, 0, True), [], True, "disturbed"),
    (Quality(-80, 20, 0), [found(-76)], True, "weak"),
    (Quality(-80, 20, 0), [found(-76)], False, "disturbed"),
    (Quality(-50, 0, 12), [], False, "disturbed"),
    (Quality(-50, 0, 0, False, 16), [], False, "disturbed"),
    (Quality(-50, 0, 0, False, 15), [], False, None),
])
def test_the_rule_hands_over_to_a_clearly_stronger_base_or_off_a_disturbed_channel(own, others, external, expected):
    decision = decide(own, others, external)
    assert (decision and decision.why) == expected
    if decision is not None:
        assert (decision.to is None) == (expected == "disturbed")


def test_nothing_is_handed_over_for_a_difference_below_the_hysteresis():
    for own in range(-93, -33):
        for other in range(-93, own + int(RULE.better)):
            decision = decide(Quality(own, 0, 0), [found(other)], True)
            assert decision is None, (own, other)


def test_an_idle_handset_stays_until_another_base_is_clearly_better():
    here = found(-60, RFPI)
    assert roam(here, [found(-55)]) is here
    assert roam(here, [found(-50)]).rfpi == OTHER
    assert roam(None, [found(-80)]).rfpi == OTHER
    assert roam(here, []) is here


def two_bases(capabilities=MULTICELL, beacon=None, **options):
    """A handset beside the first of two bases, 160 m apart and in step."""
    rig = Rig(position=(3.0, 0.0), **options)
    more = beacon or {}
    rig.base.on_air(capabilities=capabilities, **more)
    rig.other = Base(rig.air, OTHER, (160.0, 0.0), follow=rig.base)
    rig.other.answers = rig.base.answers
    rig.bases.append(rig.other)
    rig.other.on_air(slot=3, carrier=5, capabilities=capabilities, **more)
    rig.located()
    return rig


def speaking(rig, seconds=8.0):
    """The bases say a tone from now on, on all bearers of the handset; what it sends."""
    codes = spandsp.G726().encode(tone(seconds))
    return rig.feed([codes[at:at + 40] for at in range(0, len(codes), 40)])


def test_an_idle_handset_roams_and_locates_anew_only_in_another_location_area():
    rig = two_bases()
    requests = len(rig.base.messages)
    rig.handset.walk([(5.0, 150.0, 0.0)])
    rig.until(lambda: rig.handset.status.rfpi == OTHER.hex())
    rig.run(2)
    assert "roamed" in rig.names()
    assert rig.handset.located and not rig.other.messages and len(rig.base.messages) == requests


def test_in_a_new_location_area_it_registers():
    rig = two_bases()
    rig.base.answers[MM, 0x54] = rig.other.answers[MM, 0x54] = [Message(MM, 0x55, [(0x07, b"\x67")], True)]
    rig.handset.registration.level = 39
    rig.handset.move(150.0, 0.0)
    rig.until(lambda: rig.handset.status.rfpi == OTHER.hex())
    rig.until(lambda: rig.other.types(MM) == [0x54], 3)


def test_it_is_told_that_there_is_no_system_and_comes_back():
    rig = two_bases()
    rig.handset.move(5000.0, 0.0)
    assert rig.handset.display == ["No System"]
    assert not rig.handset.located
    rig.handset.move(3.0, 0.0)
    rig.until(lambda: rig.handset.located, 2)
    assert rig.names()[-3:] == ["no system", "locked", "located"]


def test_a_disturbed_bearer_is_handed_over_inside_the_base_without_a_lost_frame():
    rig = two_bases().dial()
    speaking(rig)
    rig.run(1)
    before, missing = rig.handset.status, rig.handset.audio.missing
    rig.handset.radio.connection.hand_over()
    rig.until(lambda: "bearer handover" in rig.names(), 3)
    rig.run(1)
    after = rig.handset.status
    assert (after.slot, after.carrier) != (before.slot, before.carrier)
    assert after.rfpi == before.rfpi and rig.handset.call == "talking"
    assert rig.handset.audio.missing == missing == 0
    assert len(rig.base.legs) == 1
    assert (0, 15) in rig.base.controls


def test_both_bearers_of_a_handover_carry_the_same_in_both_directions():
    rig = two_bases().dial()
    rig.handset.audio.play(tone(10.0, hertz=300.0))
    sent = speaking(rig)
    rig.run(1)
    rig.handset.radio.connection.hand_over()
    rig.run(2)
    assert sum(one is None for one in sent[5:]) == 0
    spoken = spandsp.G726().decode(b"".join(sent[5:]))[8000:]
    assert np.abs(np.fft.rfft(spoken[:8000])).argmax() == 300


def test_a_jammed_channel_makes_it_hand_over_by_itself():
    rig = two_bases().dial()
    speaking(rig)
    rig.run(1)
    was = rig.handset.status
    jammer = Base(rig.air, bytes.fromhex("102299a300"), (4.0, 1.0))
    rig.air.emit(jammer, was.carrier)
    rig.until(lambda: "bearer handover" in rig.names(), 5)
    assert rig.handset.status.carrier != was.carrier
    rig.run(2)
    assert rig.handset.call == "talking"


def gap(heard, hertz=440.0, rate=8000):
    """Milliseconds in the middle of a tone in which it is not there."""
    steps = heard[rate // 2:len(heard) - rate // 2].astype(float)
    steps = steps[:len(steps) // 80 * 80].reshape(-1, 80)
    # Ten milliseconds hold four periods and a half: the energy of each step tells.
    loud = (steps ** 2).mean(axis=1) > 0.25 * np.median((steps ** 2).mean(axis=1))
    return 10 * int((~loud).sum())


def test_a_walk_in_a_call_brings_it_to_the_stronger_base_with_at_most_forty_milliseconds_lost():
    rig = two_bases()
    rig.dial()
    speaking(rig, 30.0)
    rig.handset.walk([(150.0, 0.0)], speed=15.0)
    rig.until(lambda: "connection handover" in rig.names(), 12)
    rig.run(2)
    assert rig.handset.status.rfpi == OTHER.hex()
    assert rig.handset.call == "talking"
    assert not rig.base.legs and len(rig.other.legs) == 1
    assert (0, 15) in rig.base.controls
    assert rig.handset.audio.missing * 10 <= 40
    assert gap(rig.handset.audio.heard()) <= 40


@pytest.mark.parametrize("echo", [None, 34.0])
def test_while_the_new_base_has_no_speech_yet_that_of_the_old_one_is_heard(echo):
    rig = two_bases(audio=Audio(echo_loss_db=echo))
    rig.dial()
    said, frames = tone(30.0), itertools.count()
    encoders = [spandsp.G726(), spandsp.G726()]
    since = []

    def frame():
        # The network turns to the new base, which has an encoder of its own, 300 ms after it has taken the call over.
        since.extend([1] if rig.other.legs else [])
        new, at = len(since) > 30, 80 * next(frames)
        field = encoders[new].encode(said[at:at + 80])
        for leg in (rig.other if new else rig.base).legs:
            leg.end.put_b(field)

    rig.air.on_frame(frame)
    rig.run(1)
    rig.handset.walk([(150.0, 0.0)], speed=15.0)
    rig.until(lambda: "connection handover" in rig.names(), 12)
    rig.run(1)
    assert len(since) > 30
    assert gap(rig.handset.audio.heard()) <= 20
    assert rig.handset.audio.missing == 0


def test_the_data_link_goes_on_at_the_new_base_and_loses_no_message():
    rig = two_bases().dial()
    rig.other.link = rig.base.link
    rig.handset.move(150.0, 0.0)
    rig.until(lambda: rig.other.legs, 5)
    rig.handset.keypad("123")
    rig.until(lambda: rig.handset.status.rfpi == OTHER.hex(), 1)
    rig.base.link = None
    rig.run(4)
    keys = b"".join(message.get(0x2C) or b"" for message in [*rig.base.messages, *rig.other.messages]
                    if message.type == 0x7B)
    assert keys == b"123"


@pytest.mark.parametrize("options, capabilities", [({}, 0), ({"model": "IP54"}, MULTICELL)])
def test_without_external_handover_on_both_sides_a_call_stays_at_its_base(options, capabilities):
    rig = two_bases(capabilities, **options).dial()
    rig.handset.move(150.0, 0.0)
    rig.run(5)
    assert "connection handover" not in rig.names()
    assert not rig.other.legs


def test_a_handover_that_is_refused_leaves_the_call_where_it_is_and_is_not_tried_at_once_again():
    rig = two_bases().dial()
    rig.other.refuse = 3
    rig.handset.move(145.0, 0.0)
    rig.run(3.5)
    assert rig.handset.call == "talking"
    assert rig.handset.radio.moves.counts["failed"] in (1, 2)
    assert rig.handset.status.rfpi == RFPI.hex()


def ciphered(rig):
    rig.handset.registration.keys[rig.handset.registration.park] = bytes(16)
    rig.dial()
    rig.handset.registration.dck = KEY
    rig.base.key = rig.other.key = KEY
    rig.base.say(Message(MM, 0x4C, [(0x19, b"\x81\x98")]))
    rig.until(lambda: "ciphered" in rig.names(), 3)
    return rig


def test_it_ciphers_when_the_base_asks_and_both_understand_one_another():
    rig = ciphered(two_bases())
    assert rig.handset.status.ciphered
    speaking(rig)
    rig.handset.keypad("7")
    rig.run(2)
    assert rig.base.messages[-1].get(0x2C) == b"7"
    assert gap(rig.handset.audio.heard()) == 0
    rig.base.say(Message(MM, 0x4C, [(0x19, b"\x01\x98")]))
    rig.until(lambda: "in clear" in rig.names(), 3)
    rig.handset.keypad("8")
    rig.run(1)
    assert rig.base.messages[-1].get(0x2C) == b"8"


def test_a_ciphered_bearer_is_handed_over_without_a_lost_frame():
    rig = ciphered(two_bases())
    speaking(rig)
    rig.run(1)
    rig.handset.radio.connection.hand_over()
    rig.until(lambda: "bearer handover" in rig.names(), 3)
    rig.run(1)
    assert rig.handset.audio.missing == 0
    assert gap(rig.handset.audio.heard()) == 0


def test_without_the_multiframe_number_it_declines_to_cipher():
    rig = Rig(beacon={}).located().dial()
    rig.handset.registration.dck = KEY
    rig.base.say(Message(MM, 0x4C, [(0x19, b"\x81\x98")]))
    rig.run(1)
    assert rig.base.messages[-1].type == 0x4F


def test_without_a_derived_key_it_declines_to_cipher():
    rig = two_bases().dial()
    rig.base.say(Message(MM, 0x4C, [(0x19, b"\x81\x98")]))
    rig.run(1)
    assert rig.base.messages[-1].type == 0x4F
    assert not rig.handset.status.ciphered


def test_it_knows_the_multiframe_number_that_its_base_sends():
    rig = two_bases()
    rig.handset.move(5000.0, 0.0)
    assert rig.handset.radio.multiframe is None
    rig.run(100)
    rig.handset.move(3.0, 0.0)
    rig.until(lambda: rig.handset.status.lock == "locked", 2)
    assert rig.handset.radio.multiframe == rig.air.clock(rig.base).multiframe


def test_a_base_whose_time_is_put_is_looked_for_again():
    rig = two_bases()
    rig.air.clock(rig.base).set(shift=3000)
    assert rig.handset.status.lock == "searching"
    rig.until(lambda: rig.handset.located, 3)
    rig.base.page(0x6789)
    rig.until(lambda: rig.handset.status.slot is not None, 2)


def test_a_walk_is_a_line_with_times_or_a_speed_and_floors_change_half_way():
    path = Path([(10.0, 10.0, 0.0), (20.0, 10.0, 0.0, 1)], start=(0.0, 0.0))
    assert path.at(5.0) == (5.0, 0.0, 0.0)
    assert path.at(14.0) == (10.0, 0.0, 0.0)
    assert path.at(16.0) == (10.0, 0.0, 1.0)
    assert Path([(30.0, 40.0)], speed=5.0).seconds == 10.0
    with pytest.raises(ValueError, match="a walk is"):
        Path([(1.0,)])
    with pytest.raises(ValueError, match="forward"):
        Path([(5.0, 0.0, 0.0), (4.0, 1.0, 1.0)])


def test_a_walk_costs_nothing_when_it_is_over():
    rig = two_bases()
    rig.handset.walk([(1.0, 4.0, 0.0)])
    rig.run(3)
    assert rig.names()[-1] == "arrived"
    assert rig.time.next() is None


@settings(max_examples=200, deadline=None)
@given(st.floats(-93, -33), st.integers(0, 100), st.integers(0, 600), st.booleans(),
       st.lists(st.floats(-93, -33), max_size=4), st.booleans())
def test_the_rule_is_defined_everywhere(rssi, bad, silent, invited, others, external):
    levels = sorted(others, reverse=True)
    decision = decide(Quality(rssi, bad, silent, invited), [found(one) for one in levels], external)
    assert decision is None or isinstance(decision, Decision)
    if decision is not None and decision.to is not None:
        assert external and decision.to.rssi >= rssi + RULE.little

