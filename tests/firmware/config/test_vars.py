"""Vars are opaque, lasting if they say so, and in flash at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.options import OptionError
from firmware.config.store import NoSpace
from firmware.config.vars import Vars
from hal.description import NorFlash as Geometry
from sim.devices.flash import NorFlash, PowerCut
from tests.both.stubs import PAGE, SECTOR, SIZE, RamFlash, stores


def on(flash):
    variables = Vars(stores(flash)[1])
    assert variables.load() == []
    return variables


def test_a_value_is_kept_verbatim_over_a_reset():
    flash = RamFlash()
    value = "62Ab" * 128
    on(flash).create("X509/TRUSTED", "pb", value)
    assert on(flash).read("X509/TRUSTED") == ["X509/TRUSTED pb " + value]


def test_append_takes_the_next_free_index():
    variables = on(RamFlash())
    assert variables.create("X509/TRUSTED", "pba", "00") == "X509/TRUSTED/00000"
    variables.create("X509/TRUSTED/00007", "pb", "07")
    assert variables.create("X509/TRUSTED", "pba", "08") == "X509/TRUSTED/00008"
    assert variables.read("X509/TRUSTED") == [
        "X509/TRUSTED/00000 pb 00", "X509/TRUSTED/00007 pb 07", "X509/TRUSTED/00008 pb 08"]


def test_an_index_that_is_used_up_is_told():
    variables = on(RamFlash())
    variables.create("A/99999", "pb", "00")
    with pytest.raises(OptionError, match="no index"):
        variables.create("A", "pba", "01")


def test_a_name_given_again_is_replaced_in_its_place():
    variables = on(RamFlash())
    variables.create("A", "pb", "01")
    variables.create("B", "pb", "02")
    variables.create("A", "p", "text")
    assert variables.read() == ["A p text", "B pb 02"]


def test_a_value_that_does_not_last_is_gone_after_a_reset():
    flash = RamFlash()
    variables = on(flash)
    variables.create("A", "b", "01")
    variables.create("B", "pb", "")
    assert variables.read("A") == ["A b 01"]
    assert on(flash).read() == ["B pb"]
    assert variables.lines() == ["vars create B pb"]


def test_delete_removes_a_name_its_indices_or_all_below():
    variables = on(RamFlash())
    for name in ("A/00000", "A/00001", "A/B", "AB", "A"):
        variables.create(name, "pb", "01")
    assert variables.delete("A") == ["A/00000", "A/00001", "A"]
    assert variables.delete("A/") == ["A/B"]
    assert variables.delete("A") == []
    assert variables.read() == ["AB pb 01"]


@pytest.mark.parametrize(("name", "flags", "value", "hint"), [
    ("", "pb", "00", "name"), ("/A", "pb", "00", "name"), ("A/", "pb", "00", "name"), ("x" * 129, "pb", "00", "128"),
    ("A", "", "00", "letters"), ("A", "px", "00", "letters"), ("A", "pb", "0", "hexadecimal"),
    ("A", "pb", "0g", "hexadecimal"), ("A", "pb", "\u0660\u0660", "hexadecimal"), ("A", "pb", "00" * 4001, "8000"),
])
def test_what_is_wrong_is_refused_with_the_right_form(name, flags, value, hint):
    variables = on(RamFlash())
    with pytest.raises(OptionError, match=hint):
        variables.create(name, flags, value)
    assert variables.read() == []


def test_a_full_region_refuses_the_next_value_and_keeps_the_rest():
    flash = RamFlash()
    variables = on(flash)
    with pytest.raises(NoSpace):
        for number in range(100):
            variables.create(f"A/{number:05d}", "pb", "ab" * 1000)
    kept = variables.read()
    assert len(kept) == 8
    assert on(flash).read() == kept


NAMES = st.text("ABX509/", min_size=1, max_size=8)


@given(st.lists(st.tuples(NAMES, st.sampled_from(["p", "pb", "pba", "b"]), st.binary(max_size=8)), max_size=10))
@settings(max_examples=100, deadline=None)
def test_what_lasts_is_the_same_after_a_reset_and_after_a_replay(creations):
    flash = RamFlash()
    variables = on(flash)
    for name, flags, value in creations:
        try:
            variables.create(name, flags, value.hex())
        except OptionError:
            pass
    assert on(flash).lines() == variables.lines()
    replayed = on(RamFlash())
    for line in variables.lines():
        replayed.create(*[*line.split(" "), ""][2:5])
    assert replayed.lines() == variables.lines()


@pytest.mark.parametrize("how", ["before", "inside", "after"])
@pytest.mark.parametrize("operation", range(1, 4))
def test_a_cut_while_a_value_is_created_leaves_all_the_others(operation, how):
    flash = NorFlash(Geometry(SIZE, SECTOR, PAGE), seed=operation)
    on(flash).create("A", "pb", "01")
    flash.cut_at(operation, how)
    with pytest.raises(PowerCut):
        on(flash).create("B", "pb", "02")
    flash.power_on()
    names = [line.split(" ")[0] for line in on(flash).read()]
    assert names == ["A", "B"] or (names == ["A"] and (operation, how) != (3, "after"))


def test_creating_a_value_is_as_many_operations_as_the_sweep_cuts():
    flash = RamFlash()
    on(flash).create("A", "pb", "01")
    assert [operation[0] for operation in flash.operations] == ["erase", "program", "program"]
