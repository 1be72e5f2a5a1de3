"""Two copies: a cut, a flipped octet or want of space never lose what was committed."""

import binascii
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.store import SIZE, NoSpace, Store, StoreError
from hal.description import NorFlash as Geometry
from hal.description import Region
from sim.devices.flash import NorFlash, PowerCut

SECTOR, PAGE = 4096, 256
A, B = Region("config_a", 0, 4 * SECTOR), Region("config_b", 4 * SECTOR, 4 * SECTOR)
OLD, NEW = b"old " * 700, b"new " * 1800
OPERATIONS = 5
"""Of a commit of NEW: two sectors to erase, a program in each, the header."""


def chip(image=None, seed=0):
    return NorFlash(Geometry(8 * SECTOR, SECTOR, PAGE), image=image, seed=seed)


def boot(flash):
    """A store that knows nothing but the flash, and what it loads."""
    store = Store(flash, A, B, SECTOR)
    return store, store.load()


def holding(*commits):
    flash = chip()
    store, _ = boot(flash)
    for data in commits:
        store.commit(data)
    return flash.image()


def flipped(image, at):
    return image[:at] + bytes([image[at] ^ 0xFF]) + image[at + 1:]


def test_an_erased_flash_holds_nothing_and_is_not_damaged():
    store, data = boot(chip())
    assert data is None and store.damage is None and not store.lost


@pytest.mark.parametrize("commits", [(OLD,), (OLD, NEW), (OLD, NEW, b""), (OLD, NEW, OLD, NEW, OLD)])
def test_the_last_commit_is_loaded(commits):
    store, data = boot(chip(holding(*commits)))
    assert data == commits[-1] and store.damage is None and store.used == len(data)


def test_a_commit_is_as_many_operations_as_the_sweep_cuts():
    flash = chip(holding(OLD))
    store, _ = boot(flash)
    store.commit(NEW)
    assert flash.operations == OPERATIONS


def test_committing_what_is_stored_already_touches_nothing():
    flash = chip(holding(OLD))
    store, _ = boot(flash)
    store.commit(OLD)
    assert flash.operations == 0


def test_commits_wear_both_copies_alike():
    flash = chip()
    store, _ = boot(flash)
    for number in range(10):
        store.commit(b"%d" % number)
    assert flash.wear[0] == flash.wear[4] == 5 and sum(flash.wear) == 10


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("how", ["before", "inside", "after"])
@pytest.mark.parametrize("operation", range(1, OPERATIONS + 1))
@pytest.mark.parametrize("earlier", [(), (NEW[::-1],)], ids=["first", "third"])
def test_a_cut_during_a_commit_leaves_the_old_or_the_new(earlier, operation, how, seed):
    flash = chip(holding(*earlier, OLD), seed)
    store, _ = boot(flash)
    flash.cut_at(operation, how)
    with pytest.raises(PowerCut):
        store.commit(NEW)
    store, data = boot(chip(flash.image()))
    if operation < OPERATIONS or how == "before":
        assert data == OLD
    else:
        assert data == NEW or (how == "inside" and data == OLD)
    assert not store.lost
    store.commit(b"afterwards")
    store, data = boot(chip(store.flash.image()))
    assert data == b"afterwards" and store.damage is None


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("second", range(1, OPERATIONS + 1))
@pytest.mark.parametrize("first", range(1, OPERATIONS))
def test_two_cuts_in_a_row_leave_the_old(first, second, seed):
    flash = chip(holding(OLD), seed)
    for operation in (first, second):
        store, data = boot(flash)
        assert data == OLD
        flash.cut_at(operation, "inside" if operation < OPERATIONS else "before")
        with pytest.raises(PowerCut):
            store.commit(NEW)
        flash = chip(flash.image(), seed + 1)
    assert boot(flash)[1] == OLD


def test_a_cut_during_the_very_first_commit_leaves_nothing_or_the_new():
    for operation in range(1, OPERATIONS + 1):
        for how in ("before", "inside", "after"):
            flash = chip(seed=operation)
            flash.cut_at(operation, how)
            with pytest.raises(PowerCut):
                boot(flash)[0].commit(NEW)
            assert boot(chip(flash.image()))[1] in (None, NEW)


@given(st.integers(0, 8 * SECTOR - 1))
@settings(max_examples=200, deadline=None)
def test_any_flipped_octet_leaves_a_good_copy(at):
    store, data = boot(chip(flipped(holding(OLD, NEW), at)))
    assert data in (OLD, NEW) and not store.lost
    assert (store.damage is None) or "config_" in store.damage
    if data == OLD:
        assert store.damage == "config_b unreadable: the other copy is in use"


def test_damage_to_both_copies_is_said_and_can_be_mended():
    image = flipped(flipped(holding(OLD, NEW), PAGE), B.at + 3)
    store, data = boot(chip(image))
    assert data is None and store.lost
    assert store.damage == "config_a and config_b unreadable: no good copy is left"
    store.commit(OLD)
    assert store.damage is None and not store.lost
    assert boot(store.flash)[1] == OLD


@given(st.binary(min_size=SIZE, max_size=600))
@settings(max_examples=200, deadline=None)
def test_foreign_contents_are_damage_and_never_an_exception(junk):
    flash = chip()
    flash.program(A.at, junk[:PAGE])
    store, data = boot(flash)
    assert data is None
    assert store.lost == (junk[:SIZE] != b"\xff" * SIZE)


def test_an_absurd_length_is_not_believed():
    header = struct.pack(">4sIII", b"gsST", 7, 0xFFFFFFFF, 0)
    flash = chip()
    flash.program(A.at, header + struct.pack(">I", binascii.crc32(header)))
    store, data = boot(flash)
    assert data is None and store.lost


def test_too_much_is_refused_and_nothing_lost():
    flash = chip(holding(OLD))
    store, _ = boot(flash)
    assert store.capacity == 4 * SECTOR - PAGE
    with pytest.raises(NoSpace, match="16129 octets, there is room for 16128"):
        store.commit(bytes(store.capacity + 1))
    assert flash.operations == 0
    store.commit(bytes(store.capacity))
    assert boot(flash)[1] == bytes(store.capacity)


def test_a_store_may_be_given_less_than_its_regions():
    store = Store(chip(), A, B, SECTOR, capacity=100)
    assert store.capacity == 100
    with pytest.raises(NoSpace):
        store.commit(bytes(101))


class Worn(NorFlash):
    """A chip with a bit that no longer falls."""

    def program(self, at, data):
        super().program(at, bytes([data[0] | 1]) + data[1:])


def test_a_worn_flash_is_noticed_before_the_header_and_the_old_data_stay():
    flash = Worn(Geometry(8 * SECTOR, SECTOR, PAGE), image=holding(OLD))
    store, _ = boot(flash)
    with pytest.raises(StoreError, match="config_b"):
        store.commit(bytes(100))
    assert boot(flash)[1] == OLD
