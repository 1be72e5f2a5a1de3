"""The peers' codecs, each against itself: what goes in comes out, and no state is shared."""

import ctypes

import numpy as np
import pytest

from sim.commands import call
from sim.peers import codecs, talker
from sim.peers.codecs import CODECS, Half, LibraryMissing

PACKET = 160
LIKENESS = {"opus": 0.93, "opus-nb": 0.9, "g729": 0.8}


def coder(name):
    try:
        return CODECS[name].make()
    except LibraryMissing as missing:
        pytest.skip(str(missing))


def through(made, said):
    """What is heard, and how many octets a packet had."""
    parts, sizes = [], set()
    for at in range(0, len(said) - PACKET + 1, PACKET):
        payload = made.encode(said[at:at + PACKET])
        sizes.add(len(payload))
        parts.append(made.decode(payload))
    return np.concatenate(parts), sizes


@pytest.mark.parametrize("name", CODECS)
def test_speech_comes_through_at_its_length_and_level(name):
    said = talker.speech(3, 1)
    heard, sizes = through(coder(name), said)
    assert len(heard) == len(said)
    assert talker.correlation(said, heard, segment=0.5) > LIKENESS.get(name, 0.98)
    assert talker.level_dbm0(heard) == pytest.approx(talker.level_dbm0(said), abs=1.0)
    octets = {"pcma": 160, "pcmu": 160, "g722": 160, "g726-32": 80, "aal2-g726-32": 80, "g729": 20}
    if name in octets:
        assert sizes == {octets[name]}


@pytest.mark.parametrize("name", CODECS)
def test_two_calls_do_not_disturb_one_another(name):
    said, other = talker.speech(1, 1), talker.speech(1, 2)
    alone, _ = through(coder(name), said)
    first, second = coder(name), coder(name)
    parts = []
    for at in range(0, len(said), PACKET):
        parts.append(first.decode(first.encode(said[at:at + PACKET])))
        second.decode(second.encode(other[at:at + PACKET]))
    assert np.array_equal(np.concatenate(parts), alone)


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("payload", [b"", b"\xff", bytes(range(256)) * 8], ids=["empty", "one", "many"])
def test_any_payload_gives_samples_or_none(name, payload):
    assert coder(name).decode(payload).dtype == np.int16


def test_the_two_packings_of_g726_are_each_others_nibbles_swapped():
    said = talker.speech(0.5, 1)
    low, high = (CODECS[name].make().encode(said) for name in ("g726-32", "aal2-g726-32"))
    assert bytes((octet << 4 | octet >> 4) & 255 for octet in high) == low


def test_a_tone_keeps_its_level_between_8_and_16_khz():
    tone = talker.sine(1000, 1)
    up, down = Half(), Half()
    again = np.concatenate([down.down(up.up(tone[at:at + 80])) for at in range(0, len(tone), 80)])
    assert talker.level_dbm0(again[800:]) == pytest.approx(-10.0, abs=0.1)


def test_a_missing_library_names_its_package(monkeypatch):
    def absent(name):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", absent)
    with pytest.raises(LibraryMissing, match="libopus0"):
        codecs.Opus()


def test_the_command_line_names_what_there_is():
    assert set(call.CODECS) == set(CODECS)
