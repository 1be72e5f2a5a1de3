"""The handset's own codecs, against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.peers.handset import codec, identity


def test_published_frames():
    assert codec.build_frame({"new": True, "command": False}, 0, b"\x83\x01").hex() == "9100098301f0f0f010fd"
    assert codec.build_frame({"new": False, "command": True}, 0x21, b"").hex() == "1321014e7c"
    frame = codec.parse_frame(bytes.fromhex("9100098301f0f0f010fd"))
    assert (bool(frame.address.new), frame.control, frame.information) == (True, 0, b"\x83\x01")


def test_a_frame_with_a_wrong_bit_is_none():
    assert codec.parse_frame(bytes.fromhex("9100098300f0f0f010fd")) is None


def test_a_published_codec_list_is_one_element():
    message = codec.parse_message(bytes.fromhex("03057c07900300010200848000")[:-2])
    assert message.get(0x7C).hex() == "90030001020084"


def test_the_park_of_the_test_system_accepts_its_bases_only():
    park = identity.park("31100422072149")
    assert park.accepts(bytes.fromhex("902243a307"))
    assert park.accepts(bytes.fromhex("102243a300"))
    assert not park.accepts(bytes.fromhex("102243b300"))


def test_a_shorter_park_accepts_more_bases():
    park = identity.Park(20, identity.park("31100422072149").value[:20])
    assert park.accepts(bytes.fromhex("102243b300"))


def test_the_ipui_of_a_printed_ipei():
    assert identity.ipei("0466003541858").hex() == "0123456789"


@pytest.mark.parametrize("text", ["0466003541850", "31100422072140"])
def test_a_wrong_check_digit_is_refused(text):
    with pytest.raises(ValueError, match="check digit"):
        identity.park(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_octets_are_read_or_refused(octets):
    assert (codec.parse_message(octets) is None) == (len(octets) < 2)
    assert codec.parse_frame(octets) is None or codec.fletcher(octets) == (0, 0)
