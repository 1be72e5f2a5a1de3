"""The emulated controller: slots, T-MUX, repetition, pages, and what it reports."""

import pytest

from hal.radio import Burst, Found, Lost
from sim.air import FRAME, Air, Sent
from sim.devices.radio import Radio
from sim.time import Time

RFPI = bytes.fromhex("102243a300")
NT = b"\x60" + RFPI
BEACON = [b"\x6e" + RFPI] * 16
MT = bytes.fromhex("c00400e6789a")
CT = [bytes((number << 5,)) + b"AAAAA" for number in (0, 1)]
PAGE = bytes.fromhex("ee1367891000")


class Portable:
    """A handset by hand: answers each frame with `field`, acknowledging as it is told."""

    def __init__(self, air):
        self.field = NT
        self.acknowledge = True
        self.heard = []
        self.b = None
        self._air = air
        air.add(self, (5, 0), fixed=False)
        air.tune(self, [(3, 4)])

    def transmit(self, frame):
        if self.field is None:
            return []
        return [Sent(15, 4, bytes((self.field[0] | self.acknowledge,)) + self.field[1:], self.b)]

    def receive(self, frame, heard):
        self.heard.append((frame, heard))

    def frame_over(self, frame):
        pass

    def system_changed(self):
        pass

    def beacon_now(self):
        return None


@pytest.fixture
def rig():
    time = Time()
    air = Air(time)
    radio = Radio(air, bearers=2)
    radio.beacon(BEACON)
    portable = Portable(air)
    radio.open(0, 3, 4)
    air.key_up(portable)
    return time, radio, portable


def frames(time, count):
    time.run(time.now + count * FRAME)


def test_an_open_bearer_idles_on_the_identity_message(rig):
    time, radio, portable = rig
    frames(time, 3)
    assert [heard.field[0] & 0xFE for _, heard in portable.heard] == [0x60] * 3
    assert portable.heard[0][1].field[1:] == RFPI
    assert radio.poll() == []


def test_q2_tells_that_the_last_field_was_good(rig):
    time, _, portable = rig
    frames(time, 2)
    portable.field = None
    frames(time, 2)
    assert [heard.field[0] & 1 for _, heard in portable.heard] == [0, 1, 1, 0]


def test_what_is_no_identity_message_is_reported_with_level_and_slot(rig):
    time, radio, portable = rig
    portable.field = MT
    woken = []
    radio.wake = lambda: woken.append(time.now)
    frames(time, 1)
    assert radio.poll() == [Burst(0, 15, 4, -34, b"\xc1" + MT[1:])]
    assert woken == [FRAME]
    assert radio.poll() == []


def test_a_connection_field_waits_for_odd_frames_and_is_repeated_until_acknowledged(rig):
    time, radio, portable = rig
    portable.acknowledge = False
    for field in CT:
        radio.send(0, field)
    frames(time, 4)
    portable.acknowledge = True
    frames(time, 4)
    sent = [(frame, heard.field[0] >> 5) for frame, heard in portable.heard if heard.field[1:] == b"AAAAA"]
    assert sent == [(1, 0), (3, 0), (5, 0), (7, 1)]


def test_a_control_field_goes_out_in_the_next_frame_once(rig):
    time, radio, portable = rig
    radio.send(0, MT)
    frames(time, 3)
    assert [heard.field[0] >> 5 for _, heard in portable.heard] == [6, 3, 3]


def test_lost_once_after_a_second_of_silence_and_found_when_it_ends(rig):
    time, radio, portable = rig
    frames(time, 10)
    portable.field = None
    frames(time, 99)
    assert radio.poll() == []
    frames(time, 200)
    assert radio.poll() == [Lost(0)]
    portable.field = NT
    frames(time, 5)
    assert radio.poll() == [Found(0)]


def test_the_identity_of_another_base_is_no_handshake(rig):
    time, radio, portable = rig
    portable.field = b"\x60" + bytes(5)
    frames(time, 100)
    assert radio.poll() == [Lost(0)]
    assert radio.counters()[0]["bad"] == 100


def test_b_fields_are_taken_once_and_given_once(rig):
    time, radio, portable = rig
    portable.b = bytes(range(40))
    radio.put_b(0, b"D" * 40)
    frames(time, 1)
    assert radio.take_b(0) == bytes(range(40))
    assert radio.take_b(0) is None
    frames(time, 1)
    assert [heard.b for _, heard in portable.heard] == [b"D" * 40, b"\xFF" * 40]


def test_a_frame_without_a_burst_has_no_b_field(rig):
    time, radio, portable = rig
    portable.b = bytes(40)
    frames(time, 1)
    portable.field = None
    frames(time, 1)
    assert radio.take_b(0) is None


@pytest.mark.parametrize(("bearer", "slot", "carrier"), [(0, 5, 4), (2, 5, 4), (1, 3, 4), (1, 12, 4), (1, 5, 10)])
def test_what_is_taken_or_does_not_exist_is_refused(rig, bearer, slot, carrier):
    with pytest.raises(ValueError):
        rig[1].open(bearer, slot, carrier)


def test_a_closed_bearer_refuses_fields_and_may_be_closed_again(rig):
    _, radio, _ = rig
    radio.close(0)
    radio.close(0)
    with pytest.raises(ValueError):
        radio.send(0, MT)
    assert radio.take_b(0) is None
    radio.put_b(0, bytes(40))


def test_a_bearer_holds_a_limited_number_of_fields(rig):
    _, radio, _ = rig
    with pytest.raises(ValueError, match="waiting"):
        for _ in range(1000):
            radio.send(0, CT[0])


def pages(radio, portable, time, count):
    beacon = radio.beacon_now()
    portable._air.tune(portable, [(beacon.slot, beacon.carrier)])
    radio.close(0)
    portable.field = None
    frames(time, count)
    return [(frame, heard.field) for frame, heard in portable.heard]


def test_a_page_begins_in_frame_0_and_is_repeated_in_three_page_frames(rig):
    time, radio, portable = rig
    radio.page(PAGE)
    heard = pages(radio, portable, time, 64)
    assert heard == [(frame, PAGE) for frame in (16, 18, 20, 22)]


def test_pages_queue_one_to_a_multiframe_and_die_after_six(rig):
    time, radio, portable = rig
    for number in range(9):
        radio.page(PAGE[:-1] + bytes((number,)))
    heard = pages(radio, portable, time, 200)
    assert [field[-1] for _, field in heard] == [number for number in range(6) for _ in range(4)]
    assert [frame for frame, _ in heard][::4] == [16, 32, 48, 64, 80, 96]


def test_a_silent_base_does_not_page(rig):
    _, radio, _ = rig
    radio.beacon([])
    radio.page(PAGE)
    assert radio.beacon_now() is None
    assert not radio._pages


def test_reset_leaves_nothing_on_the_air(rig):
    time, radio, portable = rig
    portable.field = MT
    frames(time, 5)
    radio.reset()
    portable._air.key_down(portable)
    frames(time, 1)
    assert radio.poll() == []
    assert radio.duplex == {}
    assert time.next() is None
