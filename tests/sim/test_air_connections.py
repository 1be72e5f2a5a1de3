"""Two bearers of one connection, and the cipher."""

import numpy as np
import pytest

from sim.air import SILENCE, bits
from tests.sim.air_rig import CT, OTHER, B, Rig, handshake

KEY = bytes.fromhex("8560dc324ea49f37")


@pytest.fixture
def rig():
    return Rig()


def twins(rig):
    """One connection on two bearers: (base, base), (handset, handset)."""
    base = rig.base()
    handset = rig.handset(base)
    first, second = rig.pair(base, handset, 2, 5), rig.pair(base, handset, 6, 1)
    second[0].twin(first[0])
    second[1].twin(first[1])
    return (first[0], second[0]), (first[1], second[1])


def test_twins_carry_the_same_octets(rig):
    bases, handsets = twins(rig)
    bases[0].put_b(B)
    handsets[1].put_b(B[::-1])
    rig.frames(1)
    assert handsets[1].take_b() == B
    assert handsets[0].take_b() is None
    assert bases[0].take_b() == B[::-1]


def test_nothing_is_lost_while_a_connection_moves_from_one_bearer_to_the_other(rig):
    base = rig.base()
    handset = rig.handset(base)
    here, there = rig.pair(base, handset, 2, 5)
    rows = np.arange(60, dtype=np.uint8)[:, None].repeat(40, axis=1)
    here.play(rows)
    there.record()
    rig.frames(20)
    new_here, new_there = rig.pair(base, handset, 6, 1)
    new_here.twin(here)
    new_there.twin(there)
    rig.frames(20)
    here.close()
    there.close()
    rig.frames(20)
    octets, good = new_there.recorded()
    assert good.all()
    assert octets[:, 0].tolist() == list(range(60))


def test_a_segment_arrives_once_whichever_bearer_brings_it(rig):
    bases, handsets = twins(rig)
    for number in range(6):
        bases[number % 2].segment(CT[number % 2][:1] + bytes((number,)) * 5)
        handsets[0].segment(CT[number % 2][:1] + bytes((number,)) * 5)
    rig.frames(20)
    down = [field[1] for end in handsets for _, field, _ in end.fields]
    up = [field[1] for end in bases for _, field, _ in end.fields]
    assert sorted(down) == sorted(up) == list(range(6))


def test_one_bearer_is_enough_for_both_directions(rig):
    bases, handsets = twins(rig)
    # On the first bearer the handset hears little, on the second the base nothing.
    bases[0].cycle, handsets[1].cycle = [], []
    for number in range(4):
        bases[0].segment(CT[number % 2][:1] + bytes((number,)) * 5)
    bases[0].put_b(B)
    handsets[0].put_b(B[::-1])
    rig.frames(1)
    assert (handsets[0].take_b(), bases[1].take_b()) == (B, B[::-1])
    rig.frames(20)
    assert sorted(field[1] for end in handsets for _, field, _ in end.fields) == [0, 1, 2, 3]


def test_segments_go_on_with_the_twin_when_one_bearer_closes(rig):
    bases, handsets = twins(rig)
    for number in range(4):
        bases[0].segment(CT[number % 2][:1] + bytes((number,)) * 5)
    rig.frames(3)
    bases[0].close()
    handsets[0].close()
    rig.frames(12)
    assert [field[1] for end in handsets for _, field, _ in end.fields] == [0, 1, 2, 3]
    assert bases[1].pending() == 0


def test_twins_are_bearers_of_one_station_and_kind(rig):
    (base, _), (handset, _) = twins(rig)
    with pytest.raises(ValueError):
        base.twin(handset)
    with pytest.raises(ValueError):
        rig.end(base.station, 8, 8, kind="long").twin(base)
    base.twin(base)


def test_both_with_the_same_key_understand_one_another(rig):
    base, handset = rig.call()
    base.cipher(KEY)
    handset.cipher(KEY)
    base.put_b(B)
    handset.put_b(B)
    base.segment(CT[0])
    rig.frames(1)
    assert handset.take_b() == base.take_b() == B
    assert [field[1:] for _, field, _ in handset.fields] == [CT[0][1:]]


@pytest.mark.parametrize("keys", [(KEY, None), (None, KEY), (KEY, KEY[::-1])])
def test_one_with_another_key_hears_garbage_in_good_bursts(rig, keys):
    base, handset = rig.call()
    base.cipher(keys[0])
    handset.cipher(keys[1])
    base.put_b(B)
    handset.put_b(B)
    base.segment(CT[0])
    rig.frames(1)
    garbage = handset.take_b()
    assert garbage not in (B, SILENCE) and base.take_b() not in (B, garbage)
    assert [field[1:] == CT[0][1:] for _, field, _ in handset.fields] == [False]
    assert handset.bad == base.bad == 0
    assert handset.counts["b_missing"] == 0


def test_a_handset_with_another_multiframe_number_hears_garbage(rig):
    base, handset = rig.call()
    rig.air.clock(handset.station).follow(None)
    rig.air.clock(handset.station).set(frames=16 * 77)
    for end in (base, handset):
        end.cipher(KEY)
        end.put_b(B)
    rig.frames(1)
    assert handset.take_b() != B
    assert handset.bad == 0
    for end in (base, handset):
        end.cipher(None)
        end.put_b(B)
    rig.frames(1)
    assert handset.take_b() == base.take_b() == B


def test_ciphering_ends_with_the_key(rig):
    base, handset = rig.call()
    base.cipher(KEY)
    rig.frames(2)
    base.cipher(None)
    base.put_b(B)
    rig.frames(1)
    assert handset.take_b() == B


def test_a_neighbour_that_is_received_by_mistake_is_garbage_when_it_is_ciphered(rig):
    _, here = rig.call((0, 0), (60, 0))
    other = rig.end(rig.base((62, 0), follow=here.station), 2, 5, OTHER)
    other.put_b(B)
    rig.frames(1)
    assert (here.bad, here.take_b()) == (1, B)
    other.cipher(KEY)
    other.put_b(B)
    rig.frames(1)
    assert (here.bad, here.take_b() == B) == (2, False)


def test_a_tap_shows_what_is_on_the_air(rig):
    base, handset = rig.call()
    bursts = []
    def note(now, number, burst):
        bursts.append((now, number, burst))

    rig.air.tap(note)
    rig.air.clock(base.station).set(frames=0xABCD * 16 + 4)
    rig.air.clock(handset.station).follow(base.station)
    for end in (base, handset):
        end.cipher(KEY)
        end.put_b(B)
    base.segment(CT[0])
    rig.frames(1)
    rig.air.untap(note)
    rig.frames(1)
    assert [(now, number, one.direction, one.slot, one.carrier, one.shift) for now, number, one in bursts] == [
        (10_000, 1, 0, 2, 5, 960), (10_000, 1, 1, 14, 5, 6720)]
    down, up = bursts[0][2], bursts[1][2]
    assert (down.number, down.station, up.station) == (0xABCD * 16 + 5, base.station, handset.station)
    assert bytes(a ^ b for a, b in zip(down.field[1:6], CT[0][1:], strict=True)).hex() == "5384aaea6c"
    assert bits.scramble(np.frombuffer(up.b, np.uint8)[None], 5)[0, :8].tobytes().hex() == (
        bytes(a ^ b for a, b in zip(B, bytes.fromhex("20b156d82939efee"), strict=False)).hex())
    assert up.field[:1] + up.field[1:6] == b"\x61" + handshake()[1:]
    for one in (down, up):
        assert bits.r_crc(np.frombuffer(one.field[:6], np.uint8)[None])[0] == int.from_bytes(one.field[6:], "big")
        assert bits.x_crc(np.frombuffer(one.b, np.uint8)[None])[0] == one.x
        assert [(rssi, a, x) for _, rssi, a, x in one.heard] == [(-44, True, True)]


def test_a_tap_of_an_idle_system_shows_its_dummy_bearers(rig):
    base = rig.base()
    rig.beacon(base, 3, 7)
    bursts = []
    rig.air.tap(lambda now, number, burst: bursts.append(burst), idle=True)
    rig.frames(3)
    assert [(one.slot, one.carrier, one.field[:6], one.b, one.x) for one in bursts] == [
        (3, 7, b"\x6e" + handshake()[1:], None, None)] * 3


def test_a_tap_says_who_could_not_read_a_burst(rig):
    _, here = rig.call((0, 0), (40, 0))
    rig.air.emit(rig.base((42, 0)), 5)
    bursts = []
    rig.air.tap(lambda now, number, burst: bursts.append(burst))
    rig.frames(20)
    told = [one.a_ok for burst in bursts for one in burst.heard if one.station is here.station]
    assert told.count(False) >= 18
    assert len(told) == 20
