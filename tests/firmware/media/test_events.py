from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.media import rtp
from firmware.media.events import DIGITS, Event, Events, Hearing, parse


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


def dialled(digits, rate=8000, packet_ms=20):
    """(instant in ms, header, event) of each packet of digits dialled at 0, and when audio had to wait."""
    events, sender = Events(96, rate, packet_ms), rtp.Sender(rate, bytes)
    sender.begin(0)
    events.dial(digits, 0)
    packets, sounding = [], []
    while events.due() is not None:
        now = events.due()
        for data in events.tick(sender, now):
            header = rtp.parse(data)
            packets.append((now // 1000, header, parse(data[header.start:])))
        if events.sounding:
            sounding.append(now // 1000)
    return packets, sounding


def test_digits_follow_one_another_without_any_audio():
    packets, sounding = dialled("1#x")
    assert [event.digit for _, _, event in packets] == ["1"] * 10 + ["#"] * 10
    assert [at for at, _, _ in packets] == [*range(0, 141, 20), 140, 140, *range(220, 361, 20), 360, 360]
    assert sounding == [*range(0, 121, 20), *range(220, 341, 20)]
    assert {header.timestamp for _, header, _ in packets} == {0, 220 * 8}
    assert [header.marker for _, header, _ in packets] == ([True] + [False] * 9) * 2
    assert [header.sequence for _, header, _ in packets] == list(range(20))


def test_durations_are_on_the_events_clock():
    packets, _ = dialled("5", 48000, 10)
    assert [event.duration for _, _, event in packets] == [480 * n for n in range(1, 16)] + [7200, 7200]


def test_what_is_no_digit_is_not_dialled():
    assert dialled("x -") == ([], [])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=12))
def test_any_payload_is_a_digit_or_nothing(octets):
    event = parse(octets)
    assert event is None or (event.digit in DIGITS and 0 <= event.volume < 64 and 0 <= event.duration < 65536)
