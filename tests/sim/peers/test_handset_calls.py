"""A handset and a base that says what the test wants: calls, keys, speech."""

import numpy as np
import pytest

from sim.peers import spandsp
from sim.peers.handset import Audio
from sim.peers.handset.codec import Message
from tests.sim.peers.handset_rig import CC, IPUI, Rig, call_to, tone

INFO, SETUP, RELEASE, RELEASE_COM, ALERTING, CONNECT = 0x7B, 0x05, 0x4D, 0x5A, 0x01, 0x07


def decoded(silent, codes):
    """What comes of some frames of silence and then these codes."""
    return spandsp.G726().decode(b"\xff" * 40 * silent + codes)


@pytest.fixture
def rig():
    return Rig(beacon={}).located()


def test_it_registers_with_what_it_is(rig):
    request = rig.base.messages[0]
    assert (request.protocol, request.type) == (5, 0x54)
    assert request.get(0x05) == b"\x80\xa8" + IPUI
    assert request.get(0x78) == bytes((0x02, 0xA1, 65))
    assert request.get(0x63)[-1] & 0x03 == 3


def test_it_dials_and_talks_and_hangs_up(rig):
    rig.dial("201")
    assert rig.base.messages[-1].get(0x2C) == b"201"
    assert rig.handset.status.slot is not None
    rig.base.answers[CC, RELEASE] = [Message(CC, RELEASE_COM, [], True)]
    rig.handset.hang_up()
    rig.until(lambda: rig.handset.call == "idle")
    assert [event.name for event in rig.handset.events][-4:] == ["dialling", "talking", "ending", "idle"]


def test_it_is_paged_rings_shows_who_calls_and_answers(rig):
    rig.ring((0x6C, b"\x00\x80" + b"0301234"), (0x6D, b"\x80Zoe"))
    assert rig.handset.caller == ("0301234", "Zoe")
    assert rig.handset.display == ["Incoming call", "Zoe", "0301234"]
    rig.base.answers[CC, CONNECT] = [Message(CC, 0x0F, [])]
    rig.handset.key("call")
    rig.until(lambda: rig.handset.call == "talking")
    assert rig.base.types(CC)[-2:] == [ALERTING, CONNECT]


def test_the_page_of_another_is_not_answered(rig):
    rig.base.page(0x6788)
    rig.run(1)
    assert rig.handset.status.slot is None


def test_r_and_digits_go_out_in_order(rig):
    rig.dial()
    rig.handset.keypad("R2")
    rig.handset.keypad("1R")
    rig.run(3)
    keys = [message.elements[0] for message in rig.base.messages if message.type == INFO]
    assert keys == [(0xE9, b"\x15"), (0x2C, b"2"), (0x2C, b"1"), (0xE9, b"\x15")]


def test_a_call_that_waits_is_shown_and_told(rig):
    rig.dial()
    rig.base.say(Message(CC, INFO, [(0xE4, b"\x07"), (0x6C, b"\x00\x80" + b"333"), (0x6D, b"\x80Carl")], True))
    rig.run(1)
    assert rig.handset.waiting == ("333", "Carl")
    assert any("Carl" in line for line in rig.handset.display)
    rig.base.say(Message(CC, INFO, [(0xE4, b"\x3f")], True))
    rig.run(1)
    assert rig.handset.waiting is None
    assert rig.names()[-2:] == ["waiting", "waiting over"]


def test_what_the_base_displays_is_shown_until_it_clears_it(rig):
    rig.dial()
    rig.base.say(Message(CC, INFO, [(0x28, b"\x0cOn hold")], True))
    rig.run(1)
    assert rig.handset.display[:2] == ["Connected", "On hold"]


def test_a_call_over_a_link_that_stands_needs_no_page():
    rig = Rig(beacon={})
    rig.until(lambda: rig.handset.located)
    rig.base.say(call_to())
    rig.until(lambda: rig.handset.call == "ringing", 2)


def test_a_second_setup_in_a_call_is_refused_as_busy(rig):
    rig.dial()
    rig.base.say(call_to())
    rig.run(1)
    assert (rig.base.messages[-1].type, rig.base.messages[-1].get(0xE2)) == (RELEASE_COM, b"\x14")
    assert rig.handset.call == "talking"


@pytest.mark.parametrize("echo", [None, 34.0])
def test_speech_goes_both_ways_bit_for_bit(echo):
    rig = Rig(beacon={}, audio=Audio(echo_loss_db=echo)).located().dial()
    said = tone(1.0)
    codes = spandsp.G726().encode(said)
    rig.handset.audio.play(tone(1.0, hertz=300.0))
    sent = rig.feed([codes[at:at + 40] for at in range(0, len(codes), 40)])
    rig.run(1.5)
    heard = rig.handset.audio.heard()
    silent = next(count for count in range(60) if (decoded(count, codes) == heard[:len(decoded(count, codes))]).all())
    assert silent <= 10
    spoken = spandsp.G726().decode(b"".join(one for one in sent if one is not None))
    assert np.abs(spoken).max() > 6000
    assert rig.handset.audio.missing == 0


def test_a_handset_without_echo_computes_nothing_until_it_is_asked():
    rig = Rig(beacon={}).located().dial()
    calls = []
    rig.handset.audio._decoder.decode = lambda octets: calls.append(len(octets)) or np.zeros(2 * len(octets), np.int16)
    rig.feed([])
    rig.run(2.0)
    assert calls == []
    rig.handset.audio.heard()
    assert len(calls) == 1


def test_a_phrase_that_is_repeated_has_no_seam():
    rig = Rig(beacon={}).located()
    phrase = tone(1.25, hertz=400.0)
    rig.handset.audio.play(phrase, loop=True)
    rig.dial()
    sent = rig.feed([])
    rig.run(25)
    spoken = decoded(20, b"".join(one for one in sent if one is not None))[20 * 80 + 800:].astype(float)
    said = rig.handset.audio.microphone().astype(float)
    lag = int(np.argmax(np.correlate(said[:8000], spoken[:4000]))) if len(said) > 8000 else 0
    size = min(len(spoken), len(said) - lag)
    wrong = np.abs(spoken[:size] - said[lag:lag + size])
    assert size > 150_000
    assert wrong.max() < 800


def test_what_is_said_changes_in_the_middle_of_a_call():
    rig = Rig(beacon={}).located().dial()
    sent = rig.feed([])
    rig.handset.audio.play(tone(30.0, hertz=300.0))
    rig.run(2)
    rig.handset.audio.play(tone(1.0, hertz=700.0))
    rig.run(2)
    spoken = spandsp.G726().decode(b"".join(one for one in sent if one is not None)).astype(float)
    first, second, end = spoken[4000:12000], spoken[17000:21000], spoken[-4000:]
    assert np.abs(np.fft.rfft(first)).argmax() == 300
    assert np.abs(np.fft.rfft(second)).argmax() == 350
    assert np.abs(end).max() < 200


def test_wideband_is_g722_on_a_long_slot():
    rig = Rig(beacon={"long_slots": True}, wideband=True).located()
    rig.dial(connect=[(0x7C, b"\x90\x03\x00\x81")])
    assert rig.handset.status.wide and rig.base.leg.wide
    setup = next(message for message in rig.base.messages if message.type == SETUP and message.protocol == CC)
    assert (setup.get(0xE0), setup.get(0x7C)) == (b"\x88", b"\x90\x03\x00\x01\x02\x00\x84")
    said = tone(1.0, 16000, 5000.0)
    codes = spandsp.G722().encode(said)
    rig.feed([codes[at:at + 80] for at in range(0, len(codes), 80)])
    rig.run(1.2)
    heard = rig.handset.audio.heard().astype(float)
    assert rig.handset.audio.rate == 16000
    spectrum = np.abs(np.fft.rfft(heard[-12000:-4000]))
    assert abs(np.argmax(spectrum) * 16000 / 8000 - 5000) < 20


def test_without_long_slots_at_the_base_a_wideband_handset_takes_a_full_one():
    rig = Rig(beacon={}, wideband=True).located().dial()
    assert not rig.handset.status.wide
    assert rig.base.messages[-1].get(0xE0) == b"\x80"


def test_a_base_that_refuses_the_long_slot_is_asked_for_a_full_one():
    rig = Rig(beacon={"long_slots": True}, wideband=True).located()
    rig.base.refuse = 8
    rig.handset.dial("201")
    rig.until(lambda: len(rig.base.requests) >= 2)
    rig.base.refuse = None
    rig.base.answers[CC, SETUP] = [Message(CC, CONNECT, [], True)]
    rig.until(lambda: rig.handset.call == "talking")
    assert not rig.handset.status.wide
    assert rig.base.messages[-1].get(0xE0) == b"\x80"


def test_a_model_without_wideband_does_not_offer_it():
    with pytest.raises(ValueError, match="wideband"):
        Rig(model="IP61", wideband=True)


def test_a_base_that_falls_silent_ends_the_call_after_t201(rig):
    rig.dial()
    before = rig.time.now
    rig.base.off_air()
    rig.base.hang()
    rig.until(lambda: rig.handset.call == "idle")
    assert 4.9e6 < rig.time.now - before < 5.3e6
    assert rig.handset.events[-2].detail == "radio link gone, reason 7" or \
        rig.handset.events[-1].detail == "radio link gone, reason 7"


def test_the_call_list_knows_calls_both_ways_missed_ones_and_how_long_was_talked(rig):
    rig.handset.book.add("Zoe", "0301234")
    rig.ring((0x6C, b"\x00\x80" + b"0301234"))
    assert rig.handset.display[1] == "0301234"
    rig.base.say(Message(CC, RELEASE, []))
    rig.until(lambda: rig.handset.call == "idle")
    rig.freed().dial("55")
    rig.run(3)
    rig.base.say(Message(CC, RELEASE, []))
    rig.until(lambda: rig.handset.call == "idle")
    ways = [(one.way, one.number, one.name) for one in rig.handset.calls.entries]
    assert ways == [("out", "55", ""), ("missed", "0301234", "Zoe")]
    assert 3_000_000 <= rig.handset.calls.total < 4_000_000


def test_a_call_that_nobody_takes_up_is_given_up(rig):
    rig.handset.dial("201")
    rig.run(90)
    assert rig.handset.call == "dialling"
    rig.run(15)
    assert rig.base.messages[-1].type == RELEASE
    rig.run(25)
    assert rig.handset.call == "idle"


def test_an_answer_that_nobody_confirms_is_given_up(rig):
    rig.ring()
    rig.handset.answer()
    rig.run(12)
    assert rig.base.messages[-1].type == RELEASE


def test_a_suggestion_of_the_base_makes_it_register_again(rig):
    rig.base.answers[0, 0x71] = [Message(5, 0x52, [(0x01, b"\x80")])]
    rig.base.page(0x6789)
    rig.until(lambda: rig.base.types(5).count(0x54) == 2, 3)


def test_a_registration_that_gets_no_bearer_is_tried_again_soon_and_one_that_is_refused_after_a_minute():
    rig = Rig()
    rig.base.refuse = 0xA
    rig.base.on_air()
    rig.run(1.2)
    rig.base.refuse = None
    rig.until(lambda: rig.handset.located, 6)
    rig = Rig()
    rig.base.answers[5, 0x54] = [Message(5, 0x57, [(0x60, b"\x05")], True)]
    rig.base.on_air()
    rig.until(lambda: "refused" in rig.names(), 3)
    rig.freed()
    rig.run(50)
    assert rig.base.types(5).count(0x54) == 1
    rig.run(12)
    assert rig.base.types(5).count(0x54) == 2


def test_every_call_begins_with_an_encoder_of_its_own():
    audio = Audio(echo_loss_db=None)
    audio.play(tone(1.0), loop=True)
    for _ in range(2):
        audio.begin()
        audio.from_here()
        rows = audio.fields(50)
        began = audio._at
        audio.spoke(50)
        said = tone(1.0)[(began + np.arange(4000)) % 8000]
        assert rows.tobytes() == spandsp.G726().encode(np.concatenate((np.zeros(20 * 80, np.int16), said)))[20 * 40:]


@pytest.mark.parametrize("wide", [False, True])
def test_speech_that_begins_after_fields_that_say_nothing_begins_without_a_bang(wide):
    audio = Audio(echo_loss_db=None)
    audio.play((np.random.default_rng(7).standard_normal(8000) * 1000).astype(np.int16))
    audio.begin(wide)
    audio.from_here()
    codec, frame = (spandsp.G722(), 160) if wide else (spandsp.G726(), 80)
    codec.decode(b"\xff" * (frame // 2) * 100)
    assert np.abs(codec.decode(audio.fields(50).tobytes()).astype(int)).max() < 5000
