"""The emulated controller: slots, T-MUX, repetition, pages, and what it reports."""

import pytest

from hal.radio import LONG, QUIET, Burst, Found, Lost, Neighbour
from sim.devices.radio import Radio, multiplexed
from tests.sim.air_rig import ASK, CT, MT, OTHER, PAGE, RFPI, B, Rig, handshake

PT, QT = b"\xee\x00\x00\x00\x00\x00", bytes.fromhex("8e0003ff0000")
BEACON = [QT if frame == 8 else handshake() if frame & 1 or frame == 14 else PT for frame in range(16)]
KEY = bytes.fromhex("8560dc324ea49f37")


class Bench(Rig):
    """A controller with its bearer 0 in slot 3 on carrier 4, and the handset's end of it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.radio = Radio(self.air, bearers=3)
        self.radio.beacon(BEACON, 0, 9)
        self.radio.open(0, 3, 4)
        self.phone = self.handset(self.radio, (5, 0))
        self.portable = self.end(self.phone, 15, 4)


@pytest.fixture
def rig():
    return Bench()


def test_a_bearer_with_nothing_to_say_repeats_beacon_fields_and_handshakes(rig):
    rig.portable.curious = True
    rig.frames(16)
    assert {number % 16: field[0] >> 5 for number, field, _ in rig.portable.fields} == {
        0: 7, 2: 7, 4: 7, 6: 7, 8: 4, 10: 7, 12: 7}
    assert rig.radio.poll() == []
    assert rig.radio.counters()[0]["good"] == 16


def test_q_t_in_frame_8_n_t_in_14_p_t_in_even_frames_where_there_is_one():
    fields = [PT, PT, QT, QT, handshake()] + [PT] * 9 + [QT, PT]
    cycle = multiplexed(tuple(fields), RFPI)
    assert [place for place, field in enumerate(cycle) if field == PT] == [0, 6, 10, 12]
    assert [place for place, field in enumerate(cycle) if field == QT] == []
    assert multiplexed((QT,) * 16, RFPI).count(QT) == 1


def test_a_controller_without_a_beacon_has_a_handshake_of_zeros():
    rig = Rig()
    radio = Radio(rig.air)
    radio.open(0, 3, 4)
    portable = rig.end(rig.handset(radio), 15, 4)
    rig.frames(1)
    assert [field[1:] for _, field, _ in portable.fields] == [bytes(5)]


def test_what_is_no_identity_message_is_reported_with_level_and_slot(rig):
    woken = []
    rig.radio.wake = lambda: woken.append(rig.time.now)
    rig.portable.send(MT)
    rig.frames(1)
    assert rig.radio.poll() == [Burst(0, 15, 4, -35, b"\xc1" + MT[1:])]
    assert woken == [10_000]
    assert rig.radio.poll() == []


def test_a_connection_field_waits_for_odd_frames_and_control_does_not(rig):
    for field in (CT[0], MT, CT[1]):
        rig.radio.send(0, field)
    rig.frames(4)
    assert [(number, field[0] >> 5) for number, field, _ in rig.portable.fields] == [(1, 6), (3, 0)]


def test_a_request_in_a_free_slot_is_reported_without_a_bearer(rig):
    asking = rig.air.end(rig.phone, 17, 3)
    for _ in range(10):
        asking.send(ASK)
        rig.frames(1)
    assert [(event.bearer, event.slot, event.carrier, event.field[1:]) for event in rig.radio.poll()] == [
        (None, 17, 3, ASK[1:])]


def test_a_silent_controller_hears_no_request(rig):
    rig.radio.beacon([])
    asking = rig.air.end(rig.phone, 17, 3)
    for _ in range(20):
        asking.send(ASK)
        rig.frames(1)
    assert rig.radio.poll() == []


def test_lost_once_after_a_second_of_silence_and_found_when_it_ends(rig):
    rig.frames(10)
    rig.portable.cycle = []
    rig.frames(99)
    assert rig.radio.poll() == []
    rig.frames(200)
    assert rig.radio.poll() == [Lost(0)]
    rig.portable.cycle = [handshake()]
    rig.frames(5)
    assert rig.radio.poll() == [Found(0)]


def test_the_identity_of_another_base_is_no_handshake(rig):
    rig.portable.cycle = [handshake(OTHER)]
    rig.frames(100)
    assert rig.radio.poll() == [Lost(0)]
    assert rig.radio.counters()[0]["bad"] == 100


def test_quality_is_level_and_bad_frames(rig):
    rig.frames(50)
    rig.portable.cycle = []
    rig.frames(10)
    assert rig.radio.quality(0) == (-QUIET, 10)
    rig.portable.cycle = [handshake()]
    rig.frames(1)
    assert rig.radio.quality(0) == (-35, 10)
    assert rig.radio.quality(2) == (-QUIET, 0)


def test_the_bus_to_the_dsp_takes_once_and_gives_once(rig):
    rig.portable.put_b(B)
    rig.radio.put_b(0, B[::-1])
    rig.frames(1)
    assert rig.radio.take_b(0) == B
    assert rig.radio.take_b(0) is None
    assert rig.portable.take_b() == B[::-1]
    assert rig.radio.take_b(2) is None
    rig.radio.put_b(2, B)


def test_bearers_that_are_twins_carry_the_same(rig):
    rig.radio.open(1, 7, 2, twin=0)
    second = rig.end(rig.phone, 19, 2)
    second.twin(rig.portable)
    rig.radio.put_b(0, B)
    rig.portable.put_b(B[::-1])
    rig.frames(1)
    assert second.take_b() == B
    rig.radio.close(0)
    rig.portable.close()
    rig.portable = second
    second.put_b(B)
    rig.radio.send(1, CT[0])
    rig.frames(3)
    assert rig.radio.counters()[1]["b_good"] == 4
    assert [field[0] >> 5 for _, field, _ in second.fields] == [0]


def test_a_bearer_that_is_ciphered_is_read_with_the_key_only(rig):
    rig.radio.cipher(0, KEY)
    rig.portable.put_b(B)
    rig.frames(1)
    assert rig.radio.take_b(0) not in (None, B)
    rig.portable.cipher(KEY)
    rig.portable.put_b(B)
    rig.frames(1)
    assert rig.radio.take_b(0) == B
    with pytest.raises(ValueError):
        rig.radio.cipher(0, KEY[:7])
    with pytest.raises(ValueError):
        rig.radio.cipher(1, KEY)


@pytest.mark.parametrize(("bearer", "slot", "carrier"), [
    (0, 5, 4), (3, 5, 4), (-1, 5, 4), (1, 3, 4), (1, 0, 4), (1, 12, 4), (1, 5, 10), (1, 5, -1)])
def test_what_is_taken_or_does_not_exist_is_refused(rig, bearer, slot, carrier):
    with pytest.raises(ValueError):
        rig.radio.open(bearer, slot, carrier)
    assert list(rig.radio.ends) == [0]


@pytest.mark.parametrize("slot", [2, 3, 11])
def test_a_long_slot_needs_two(rig, slot):
    with pytest.raises(ValueError):
        rig.radio.open(1, slot, 4, LONG)
    rig.radio.open(1, 5, 4, LONG)
    with pytest.raises(ValueError):
        rig.radio.open(2, 6, 4)
    with pytest.raises(ValueError, match="twins"):
        rig.radio.open(2, 7, 4, twin=1)
    assert rig.air.stations.find(rig.radio).taken() == {0, 3, 5, 6}


def test_a_slot_is_full_or_long(rig):
    with pytest.raises(ValueError, match="half"):
        rig.radio.open(1, 5, 4, "half")


def test_a_closed_bearer_refuses_fields_and_may_be_closed_again(rig):
    rig.radio.close(0)
    rig.radio.close(0)
    with pytest.raises(ValueError):
        rig.radio.send(0, MT)
    assert rig.radio.take_b(0) is None
    rig.radio.put_b(0, bytes(40))


def test_a_bearer_holds_a_limited_number_of_fields(rig):
    with pytest.raises(ValueError, match="waiting"):
        for _ in range(1000):
            rig.radio.send(0, CT[0])


def pages(rig, count):
    rig.air.listen(rig.phone, [(0, 9)])
    rig.radio.close(0)
    rig.portable.close()
    rig.frames(count)
    return [(number, heard.field) for number, heard in rig.phone.pages]


def test_a_page_begins_in_frame_0_and_is_repeated_in_three_page_frames(rig):
    rig.radio.page(PAGE)
    assert pages(rig, 64) == [(frame, PAGE) for frame in (16, 18, 20, 22)]


def test_a_fast_page_goes_out_once_in_the_next_frame(rig):
    rig.radio.page(PAGE, fast=True)
    assert pages(rig, 64) == [(1, PAGE)]


def test_pages_queue_one_to_a_multiframe_and_die_after_six(rig):
    for number in range(9):
        rig.radio.page(PAGE[:-1] + bytes((number,)))
    heard = pages(rig, 200)
    assert [field[-1] for _, field in heard] == [number for number in range(6) for _ in range(4)]
    assert [frame for frame, _ in heard][::4] == [16, 32, 48, 64, 80, 96]


def test_a_silent_base_does_not_page(rig):
    rig.radio.beacon([])
    rig.radio.page(PAGE)
    rig.radio.page(PAGE, True)
    assert pages(rig, 40) == []


def test_the_beacon_may_change_without_a_bearer_noticing(rig):
    rig.frames(20)
    for number in range(50):
        rig.radio.beacon([*BEACON[:-1], PT[:-1] + bytes((number,))], 0, 9)
        rig.frames(1)
    assert rig.portable.bad == 0
    assert rig.phone.changes == 0


def test_levels_are_those_of_others_in_both_slots_of_a_pair(rig):
    other = rig.base((20, 0), follow=rig.radio)
    rig.end(other, 7, 2)
    levels = rig.radio.levels()
    assert len(levels) == 120
    assert levels[7 * 10 + 2] == round(38 + 30 * 1.30103 - 24)
    assert levels[3 * 10 + 4] == 35
    assert levels[8 * 10 + 2] == QUIET


def test_neighbours_are_the_other_bases_with_their_timing():
    rig = Rig()
    here, there = Radio(rig.air), Radio(rig.air, (30, 0))
    here.beacon(BEACON, 0, 0)
    there.beacon([handshake(OTHER)], 5, 3)
    rig.air.clock(there).ppm = 0
    rig.air.clock(there).set(shift=-77, frames=1000, pscn=5)
    assert here.neighbours() == [Neighbour(OTHER, 5, 3, -58, 0, -77, 1000, 5)]
    there.move(230, 0)
    far, = here.neighbours()
    assert far.rssi < -83 and far.fer > 10
    there.move(2000, 0)
    assert here.neighbours() == []


def test_its_state_is_plain_data(rig):
    rig.radio.open(1, 7, 2, twin=0)
    state = rig.radio.state()
    assert (state["rfpi"], state["dummy"], state["follows"]) == (RFPI.hex(), {"slot": 0, "carrier": 9}, None)
    assert [(one["bearer"], one["slot"], one["carrier"], one["kind"], one["twins"]) for one in state["bearers"]] == [
        (0, 3, 4, "full", [1]), (1, 7, 2, "full", [0])]


def test_reset_leaves_nothing_on_the_air_and_begins_its_frames_anew(rig):
    rig.portable.send(MT)
    rig.frames(5)
    rig.radio.reset()
    rig.portable.close()
    rig.frames(1)
    assert rig.radio.poll() == []
    assert rig.radio.ends == {}
    assert rig.air.beacons(rig.phone) == []
    assert rig.time.next() is None
    assert rig.air.clock(rig.radio).frames != rig.time.now // 10_000
