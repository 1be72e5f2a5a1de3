from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.media.events import DIGITS, Event, Hearing, parse


def payload(code, duration, end=False, volume=10):
    return bytes([code, volume | 0x80 if end else volume]) + duration.to_bytes(2, "big")


def test_a_payload_tells_digit_end_volume_and_duration():
    assert parse(payload(11, 1280, True)) == Event("#", True, 10, 1280)
    assert [parse(payload(code, 160)).digit for code in range(16)] == list(DIGITS)


def test_what_is_no_digit_is_none():
    assert parse(payload(16, 160)) is None
    assert parse(b"\x05\x0a\x00") is None
    assert parse(b"") is None


def test_one_event_is_one_digit_however_often_it_is_told():
    hearing = Hearing()
    told = [hearing.digit(1, 8000, payload(5, 160 * n, n > 7)) for n in range(1, 11)]
    assert told == ["5"] + [None] * 9


def test_the_same_digit_again_is_another_and_a_late_packet_of_the_first_is_none():
    hearing = Hearing()
    assert hearing.digit(1, 0xFFFFFF00, payload(5, 160)) == "5"
    assert hearing.digit(1, 0x00000500, payload(5, 160)) == "5"
    assert hearing.digit(1, 0xFFFFFF00, payload(5, 1280, True)) is None
    assert hearing.digit(1, 0x00000500, payload(5, 320)) is None


def test_a_new_source_begins_anew():
    hearing = Hearing()
    assert hearing.digit(1, 90000, payload(1, 160)) == "1"
    assert hearing.digit(2, 100, payload(2, 160)) == "2"


def test_an_event_whose_first_packets_are_lost_is_heard():
    assert Hearing().digit(1, 0, payload(9, 1280, True)) == "9"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=12))
def test_any_payload_is_a_digit_or_nothing(octets):
    event = parse(octets)
    assert event is None or (event.digit in DIGITS and 0 <= event.volume < 64 and 0 <= event.duration < 65536)
