import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.fax import CED, CNG, V21, Carrier, Frame, Tone
from sim.devices.fax_line import MODULATIONS, pair, stuffed
from sim.time import Time

SECOND = 1_000_000
DIS = b"\xff\x13\x80\x00\xee\xf8"


def line(bit_errors=0.0, seed=0):
    time = Time()
    a, b = pair(time, seed, bit_errors)
    heard = []
    b.wake = lambda: heard.extend((time.now, event) for event in b.poll())
    return time, a, b, heard


def test_a_dis_takes_a_second_of_preamble_and_its_bits_at_300():
    time, a, _, heard = line()
    a.send(V21, DIS)
    time.run(5 * SECOND)
    bits = 8 * len(DIS) + stuffed(DIS) + 16 + 8
    over = SECOND + bits * SECOND // 300
    assert heard == [(0, Carrier(V21, True)), (over, Frame(V21, DIS, True)), (over, Carrier(V21, False))]


def test_a_training_check_of_v17_lasts_its_training_and_one_and_a_half_seconds():
    time, a, _, heard = line()
    a.send("v17-14400", bytes(2700))
    time.run(5 * SECOND)
    assert [when for when, _ in heard] == [1_393_000, 2_893_000, 2_893_000]


def test_there_is_silence_between_two_modulations():
    time, a, _, heard = line()
    a.send(V21, DIS)
    a.send("v29-9600", b"x" * 12)
    time.run(10 * SECOND)
    fell = next(when for when, event in heard if event == Carrier(V21, False))
    rose = next(when for when, event in heard if event == Carrier("v29-9600", True))
    assert rose - fell == 75_000 + 234_000


def test_short_training_is_short():
    time, a, _, heard = line()
    a.send("v17-9600-short", b"x")
    time.run(SECOND)
    assert heard[0] == (142_000, Carrier("v17-9600-short", True))


def test_when_both_ends_send_nothing_of_the_overlap_is_good():
    time, a, b, _ = line()
    b.wake = lambda: None
    a.send(V21, DIS)
    time.run(100_000)
    b.send(V21, DIS)
    time.run(10 * SECOND)
    for end in (a, b):
        frames = [event for event in end.poll() if isinstance(event, Frame)]
        assert len(frames) == 1
        assert not frames[0].good
        assert frames[0].data != DIS


def test_a_tone_does_not_disturb_a_frame():
    time, a, b, heard = line()
    b.tone(CNG, 500)
    a.send(V21, DIS)
    time.run(5 * SECOND)
    assert Frame(V21, DIS, True) in [event for _, event in heard]
    assert Tone(CNG, 500) in a.poll()


def test_bit_errors_spoil_frames_and_page_octets_and_repeat_for_a_seed():
    def sent(modulation, data, seed):
        time, a, _, heard = line(bit_errors=0.01, seed=seed)
        a.send(modulation, data)
        time.run(200 * SECOND)
        return next(event for _, event in heard if isinstance(event, Frame))
    assert sent(V21, bytes(200), 1) == sent(V21, bytes(200), 1)
    assert sent(V21, bytes(200), 1) != sent(V21, bytes(200), 2)
    assert not sent(V21, bytes(200), 1).good
    page = sent("v29-9600", bytes(2000), 1)
    assert page.good
    assert 80 < sum(bin(octet).count("1") for octet in page.data) < 250


def test_hanging_up_drops_the_carrier_and_the_queue():
    time, a, b, heard = line()
    a.send(V21, DIS)
    a.tone(CED, 3000)
    time.run(500_000)
    a.hang_up()
    time.run(20 * SECOND)
    assert [event for _, event in heard] == [Carrier(V21, True), Carrier(V21, False)]
    b.send(V21, DIS)
    time.run(40 * SECOND)
    assert a.poll() == []


def test_an_unknown_modulation_is_refused():
    _, a, _, _ = line()
    with pytest.raises(ValueError, match="v34"):
        a.send("v34", b"")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(
    st.tuples(st.sampled_from(sorted(MODULATIONS)), st.binary(max_size=40)),
    st.tuples(st.sampled_from([CNG, CED]), st.integers(1, 4000))), max_size=8))
def test_whatever_is_queued_arrives_once_in_order_with_its_carrier_up(signals):
    time, a, _, heard = line()
    for name, what in signals:
        (a.tone if isinstance(what, int) else a.send)(name, what)
    time.run(1000 * SECOND)
    up, got = None, []
    for _, event in heard:
        if isinstance(event, Carrier):
            assert (up is None) == event.present
            up = event.modulation if event.present else None
        elif isinstance(event, Frame):
            assert up == event.modulation
            got.append((event.modulation, event.data))
        else:
            assert up is None
            got.append((event.name, event.milliseconds))
    assert got == signals
    assert up is None


@pytest.mark.parametrize("data, count", [(b"\x00", 0), (b"\xff", 1), (b"\xff\xff", 3), (b"\xf8", 1), (b"\x0f\x80", 1)])
def test_hdlc_puts_a_zero_after_five_ones(data, count):
    assert stuffed(data) == count
