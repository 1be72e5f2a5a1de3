"""A-fields, against the handset's codec and by hand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.dect import bursts
from sim.peers.handset import codec

RFPI = bytes.fromhex("102243a307")


def test_the_header_is_ta_q1_ba_q2():
    assert bursts.pack(bursts.NT, RFPI, bursts.NO_B_FIELD).hex() == "6e102243a307"
    field = bursts.unpack(bytes.fromhex("6f102243a307"))
    assert field == (bursts.NT, 0, 7, 1, RFPI)


def test_a_handset_reads_our_bearer_confirm():
    field = bursts.control(bursts.BEARER_CONFIRM, 0x307, 0xE6789)
    assert codec.HEADER.parse(field[:1]).ta == bursts.MT
    read = codec.CONTROL.parse(field[1:])
    assert (read.kind, read.command, read.fmid, read.pmid) == (0, codec.CONFIRM, 0x307, 0xE6789)


def test_a_handset_reads_our_release():
    read = codec.RELEASED.parse(bursts.release(bursts.LOST_HANDSHAKE, 0xE6789)[1:])
    assert (read.command, read.reason, read.pmid) == (codec.RELEASE, 7, 0xE6789)


def test_we_read_a_handsets_access_request_and_release():
    field = bursts.unpack(codec.control(codec.ACCESS_REQUEST, 0x307, 0xE6789))
    assert field.ta == bursts.MT_FIRST
    assert bursts.read_control(field.tail) == bursts.Control(bursts.ACCESS_REQUEST, 0x307, 0xE6789)
    released = bursts.unpack(codec.released(7, 0xE6789))
    assert bursts.read_control(released.tail) == bursts.Released(7, 0xE6789)


def test_a_handset_reads_our_short_page():
    page = codec.PAGED.parse(bursts.short_page(0xE6789)[1:])
    assert (page.length, page.code, page.tpui) == (1, bursts.GENERAL, 0x6789)


def test_pages_survive_both_ways():
    assert bursts.read_page(bursts.short_page(0xE6789)[1:]) == (0, bursts.GENERAL, 0x6789)
    assert bursts.read_page(bursts.full_page(0xE6789)[1:]) == (0, bursts.VOICE, 0xE6789)
    assert bursts.read_page(bursts.zero_page(RFPI)[1:]) is None


def test_a_zero_page_names_the_low_twenty_bits_of_the_rfpi():
    assert bursts.zero_page(RFPI)[1:].hex() == "03a3071000"


def test_a_beacon_follows_the_t_mux_of_the_fixed_side():
    fields = bursts.beacon(RFPI, 10)
    assert len(fields) == 32
    kinds = [bursts.unpack(field).ta for field in fields[:16]]
    assert kinds[8] == bursts.QT
    assert kinds[14] == bursts.NT
    assert all(kinds[frame] == bursts.NT for frame in range(1, 16, 2))
    assert all(kinds[frame] == bursts.PT for frame in (0, 2, 4, 6, 10, 12))


def test_capabilities_name_full_slots_g726_gap_and_registration():
    value = int.from_bytes(bursts.capabilities()[1:], "big")
    assert value >> 36 == 3
    assert [bit for bit in range(12, 48) if value >> (47 - bit) & 1] == [17, 23, 32, 33, 38]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=8))
def test_any_octets_are_an_a_field_or_none(octets):
    field = bursts.unpack(octets)
    assert (field is None) == (len(octets) != 6)
    if field is not None:
        bursts.read_control(field.tail)
        bursts.read_page(field.tail)
