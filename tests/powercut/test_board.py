"""Power fails at every flash operation of each console line that writes: old or new, no mixture, never neither."""

import pytest

from firmware.log import ALL_COPIES_DAMAGED, COPY_DAMAGED
from tests.bench_board import Terminal, copied

HOWS = ("before", "inside", "after")
OPERATIONS = 3
"""Erase the one sector, program the data, program the header."""

WRITES = {
    "configuration": (("config add CMD0 /name Old", "config write"), ("config add CMD0 /name New /mode x",),
                      "config write", "config show"),
    "vars": (("vars create A/B pb 01", "vars create A/C p text"), (), "vars create A/B pb 0203", "vars read"),
    "directory": (("mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=201)",), (),
                  "mod cmd FLASHDIR0 add-item 102 (cn=Bert)(e164=202)", "mod cmd FLASHDIR0 show"),
}
"""(lines that make the old state, lines before the write, the line that writes, the line that shows)."""

CUTS = [(operation, how) for operation in range(1, OPERATIONS + 1) for how in HOWS]


def state(flash, show):
    """What a board with fresh objects says it has, and its alarms."""
    with Terminal(flash=flash) as bench:
        return bench.type(show), {code for _, code in bench.alarms()}


@pytest.fixture(scope="module", params=sorted(WRITES))
def write(request):
    """(chip with the old state, lines before, the line, the line that shows, old text, new text)."""
    before, prepare, line, show = WRITES[request.param]
    with Terminal() as bench:
        for one in before:
            assert bench.type(one) == "ok\n"
        old_chip = copied(bench.machine.flash)
    chip = copied(old_chip)
    with Terminal(flash=chip) as bench:
        for one in prepare:
            bench.type(one)
        bench.type(line)
    old, new = state(copied(old_chip), show)[0], state(chip, show)[0]
    assert old and new and old != new
    return old_chip, prepare, line, show, old, new


def cut_during(flash, prepare, line, operation, how):
    """Type the line on a board whose power fails at an operation; whether it did fail."""
    with Terminal(flash=flash) as bench:
        for one in prepare:
            bench.type(one)
        flash.cut_at(operation, how)
        assert bench.type(line) == ("" if bench.losses else "ok\n")
        return bool(bench.losses)


def test_a_write_takes_the_number_of_operations_that_these_tests_cut(write):
    old_chip, prepare, line, *_ = write
    chip = copied(old_chip)
    with Terminal(flash=chip) as bench:
        for one in prepare:
            bench.type(one)
        before = chip.operations
        assert bench.type(line) == "ok\n"
        assert chip.operations - before == OPERATIONS
        assert not cut_during(chip, prepare, line, OPERATIONS + 1, "before")


@pytest.mark.parametrize(("operation", "how"), CUTS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_power_cut_at_any_operation_leaves_the_old_or_the_new(write, operation, how, seed):
    old_chip, prepare, line, show, old, new = write
    chip = copied(old_chip)
    chip._random.seed(seed)
    assert cut_during(chip, prepare, line, operation, how)
    found, alarms = state(chip, show)
    assert found == (new if (operation, how) == (OPERATIONS, "after") else old) or (
        (operation, how) == (OPERATIONS, "inside") and found in (old, new))
    assert ALL_COPIES_DAMAGED not in alarms


@pytest.mark.parametrize(("first", "how_first"), CUTS)
def test_a_second_cut_during_the_write_after_the_reboot_leaves_the_old_or_the_new(write, first, how_first):
    old_chip, prepare, line, show, old, new = write
    once = copied(old_chip)
    assert cut_during(once, prepare, line, first, how_first)
    for second, how in CUTS:
        twice = copied(once)
        cut_during(twice, prepare, line, second, how)
        assert state(twice, show)[0] in (old, new), (second, how)


@pytest.mark.parametrize(("operation", "how"), CUTS)
def test_after_a_cut_the_same_line_succeeds_and_clears_the_alarm(write, operation, how):
    old_chip, prepare, line, show, _, new = write
    chip = copied(old_chip)
    assert cut_during(chip, prepare, line, operation, how)
    with Terminal(flash=chip) as bench:
        for one in prepare:
            bench.type(one)
        assert bench.type(line) == "ok\n"
        assert bench.type(show) == new
    assert state(chip, show) == (new, set())


def test_a_first_write_ever_that_is_cut_leaves_the_factory_settings_or_the_new():
    for operation, how in CUTS:
        with Terminal() as bench:
            bench.machine.flash.cut_at(operation, how)
            bench.type("config add CMD0 /name First")
            bench.type("config write")
            assert len(bench.losses) == 1
            found, alarms = state(bench.machine.flash, "config show")
            assert found in ("", "config change CMD0 /name First\n")
            assert found or (operation, how) != (OPERATIONS, "after")
            assert alarms <= {COPY_DAMAGED, ALL_COPIES_DAMAGED}


def test_cutting_power_while_nothing_is_written_changes_nothing():
    with Terminal() as bench:
        bench.type("config add CMD0 /name Kept")
        bench.type("config write")
        bench.type("config add CMD0 /name Unwritten")
        chip, before = bench.machine.flash, bench.machine.flash.image()
        bench.machine.power_off()
        assert chip.image() == before
    assert state(chip, "config show") == ("config change CMD0 /name Kept\n", set())
