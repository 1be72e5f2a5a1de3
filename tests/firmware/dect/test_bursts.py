"""A-fields, against dect.md section 2 and by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import between, bursts, mt, qt
from tests.firmware.dect import beacons

RFPI = bytes.fromhex("102243a307")
PMID = 0xE6789


def test_the_header_is_ta_q1_ba_q2():
    assert bursts.pack(bursts.NT, RFPI, bursts.NO_B_FIELD).hex() == "6e102243a307"
    field = bursts.unpack(bytes.fromhex("7f102243a307"))
    assert field == (bursts.NT, 1, 7, 1, RFPI)


@pytest.mark.parametrize("command, kind, octets", [
    (mt.ACCESS_REQUEST, mt.BASIC, "0030" "7e6789"), (mt.BEARER_CONFIRM, mt.BASIC, "0430" "7e6789"),
    (mt.CONNECTION_HANDOVER, mt.ADVANCED, "1230" "7e6789"), (mt.START_GRANT, mt.ENCRYPTION, "5230" "7e6789"),
    (3, mt.QUALITY, "3330" "7e6789")])
def test_control_is_kind_command_fmid_pmid(command, kind, octets):
    field = mt.control(command, 0x307, PMID, kind)
    assert field == bytes((bursts.MT << 5,)) + bytes.fromhex(octets)
    assert mt.read(field[1:]) == mt.Control(kind, command, 0x307, PMID)


def test_a_first_transmission_of_a_handset_has_tail_identification_7():
    assert mt.control(mt.ACCESS_REQUEST, 0x307, PMID, first=True)[0] >> 5 == bursts.MT_FIRST


@pytest.mark.parametrize("reason", range(16))
def test_release_has_its_reason_before_the_pmid(reason):
    field = mt.release(reason, PMID, mt.ADVANCED, 15)
    assert field[1:].hex() == f"1f0f{reason:x}e6789"
    assert mt.read(field[1:]) == mt.Released(15, reason, PMID)


def test_the_reasons_are_those_of_the_standard():
    assert [bursts.BEARER, bursts.CONNECTION, bursts.SETUP_FAILED, bursts.HANDED_OVER, bursts.OTHER_CLUSTER] \
        == [1, 2, 3, 4, 5]
    assert [bursts.LOST_SIGNAL, bursts.LOST_HANDSHAKE, bursts.SLOT_TYPE, bursts.SERVICE, bursts.BASE_BUSY] \
        == [6, 7, 8, 9, 10]
    assert [bursts.DUPLICATE, bursts.UNACCEPTABLE] == [0xC, 0xD]


def test_attributes_are_read_as_they_were_packed():
    one = mt.Attributes(mt.ATTRIBUTES_REQUEST, 1, 15, 2, 33, mt.LONG_640, 1, 0x12)
    assert mt.attributes(one)[1:].hex() == "161fa13112"
    assert mt.read(mt.attributes(one)[1:]) == one


def test_pages_survive_both_ways():
    assert beacons.page(bursts.short_page(PMID)[1:]) == (0, bursts.GENERAL, 0x6789)
    assert beacons.page(bursts.full_page(PMID)[1:]) == (0, bursts.VOICE, PMID)
    assert beacons.page(bursts.zero_page(RFPI)[1:]) is None


def test_a_zero_page_names_the_low_twenty_bits_of_the_rfpi():
    assert bursts.zero_page(RFPI)[1:].hex() == "03a3071000"


def test_blind_slots_are_twelve_bits_from_slot_0_on():
    note = bursts.blind([0, 3, 11])
    assert note == (bursts.BLIND, 0b100100000001)
    assert beacons.blind_slots(beacons.note(bursts.zero_page(RFPI, note)[1:])) == [0, 3, 11]


def test_a_bearer_position_and_a_busy_base_are_told_in_zero_and_short_pages():
    where = bursts.position(bursts.DUMMY_BEARER, 7, 9)
    assert beacons.place(beacons.note(bursts.zero_page(RFPI, where)[1:])) == (7, 9)
    assert beacons.note(bursts.short_page(PMID, note=bursts.status(True))[1:]) == (bursts.STATUS, 1)
    assert beacons.note(bursts.full_page(PMID)[1:]) is None


def test_static_information_says_where_the_bearer_is_and_which_carriers_there_are():
    tail = qt.static_information(10, 5, 3)[1:]
    assert tail.hex() == "0503ff0300"
    assert beacons.static(tail) == (5, 3, 0x3FF, 0)
    assert beacons.static(qt.static_information(5)[1:]).carriers == 0x1F
    assert beacons.static(qt.multiframe()[1:]) is None


def test_capabilities_name_full_slots_g726_gap_and_registration():
    tail = qt.capabilities((between.SUBSCRIPTION,))[1:]
    assert qt.kind(tail) == 3
    assert beacons.bits(tail) == [12, 17, 23, 32, 33, 38, 44]
    assert beacons.bits(qt.extended(qt.EXTENDED_2, (12, 24))[1:]) == [12, 24]


def test_bits_of_the_second_extension_go_there():
    second = next(field[1:] for field in qt.beacon(bytes(5), 10, (36, between.LONG_SLOTS, between.WIDEBAND))
                  if field[0] >> 5 == 4 and qt.kind(field[1:]) == qt.EXTENDED_2)
    assert beacons.bits(second) == [12, 24]


def test_bits_that_do_not_exist_are_not_set():
    assert qt.capabilities((-1, 11, 48, 255)) == qt.capabilities()


def test_a_sari_has_its_cycle_and_31_bits():
    tail = qt.sari(0x102243A3, 4, black=True)[1:]
    assert tail.hex() == "52902243a3"
    assert beacons.sari(tail) == (1, 0, 1, 0x102243A3)
    assert beacons.sari(qt.capabilities()[1:]) is None


def test_the_multiframe_number_has_24_bits():
    assert qt.multiframe(0xABCDEF)[1:].hex() == "6f0fabcdef"
    assert beacons.multiframe(qt.multiframe(0xABCDEF)[1:]) == 0xABCDEF


def test_a_beacon_follows_the_t_mux_of_the_fixed_side():
    fields = qt.beacon(RFPI, 10)
    assert len(fields) % 16 == 0
    for at in range(0, len(fields), 16):
        kinds = [field[0] >> 5 for field in fields[at:at + 16]]
        assert kinds[8] == bursts.QT
        assert kinds[14] == bursts.NT
        assert all(kinds[frame] == bursts.NT for frame in range(1, 16, 2))
        assert all(kinds[frame] == bursts.PT for frame in (0, 2, 4, 6, 10, 12))
    assert {field[0] >> 1 & 7 for field in fields} == {bursts.NO_B_FIELD}


def gaps(places, cycle):
    """The longest way from one place to the next, round the cycle."""
    return max((after - before - 1) % cycle + 1 for before, after in zip(places, places[1:] + places[:1], strict=True))


@pytest.mark.parametrize("count", range(11))
def test_each_kind_comes_every_eighth_multiframe_and_a_sari_every_fourth(count):
    saris = [0x10000000 + one for one in range(count)]
    fields = qt.beacon(RFPI, 10, (), 2, 3, (bursts.blind([2]), bursts.status(False)), saris)[8::16]
    kinds = [qt.kind(field[1:]) for field in fields]
    for kind in (qt.STATIC, qt.CAPABILITIES, qt.MULTIFRAME, qt.EXTENDED, qt.EXTENDED_2):
        assert gaps([at for at, one in enumerate(kinds) if one == kind], len(kinds)) <= 8
    if count:
        assert gaps([at for at, one in enumerate(kinds) if one == qt.SARIS], len(kinds)) <= 4
        assert {beacons.sari(field[1:]).value for field in fields if beacons.sari(field[1:])} == set(saris)


def test_a_beacon_tells_all_its_notes_in_every_multiframe():
    fields = qt.beacon(RFPI, 10, (), 2, 3, (bursts.blind([2]), bursts.status(False)))
    for at in range(0, len(fields), 16):
        kinds = {beacons.note(field[1:]).kind for field in fields[at:at + 16] if field[0] >> 5 == bursts.PT}
        assert kinds == {bursts.BLIND, bursts.STATUS, bursts.DUMMY_BEARER}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=8))
def test_any_octets_are_an_a_field_or_none(octets):
    field = bursts.unpack(octets)
    assert (field is None) == (len(octets) != 6)
    if field is not None:
        assert bursts.pack(field.ta, field.tail, field.ba)[0] == octets[0] & 0xEE
        assert field.tail == octets[1:]
        mt.read(field.tail)


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=5, max_size=5))
def test_what_is_read_of_control_is_packed_the_same(tail):
    read = mt.read(tail)
    if isinstance(read, mt.Control):
        assert mt.control(read.command, read.fmid, read.pmid, read.kind)[1:] == tail
    elif isinstance(read, mt.Attributes):
        assert mt.attributes(read)[1:] == tail
    elif isinstance(read, mt.Released):
        assert mt.read(mt.release(read.reason, read.pmid, tail[0] >> 4, read.lbn)[1:]) == read
