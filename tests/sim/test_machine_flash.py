"""A flash with any byte flipped: the board boots, with the last good copy or factory settings, and an alarm."""

import random
from xml.etree import ElementTree

import pytest

from firmware.log import ALL_COPIES_DAMAGED, COPY_DAMAGED, IMAGE_DAMAGED
from sim.devices.flash import NorFlash
from sim.machine import foreign
from tests.bench_board import Terminal, copied

IMAGES = ("boot", "mini", "firmware")
STORES = ("config_a", "config_b", "vars_a", "vars_b", "dir_a", "dir_b")
IMAGE_HEADER, STORE_HEADER = 64, 20
OTHERS = 24
"""Offsets sampled in the rest of what each region holds."""

STATE = {
    "config": ("config show CMD0", ["config change CMD0 /name First\n", "config change CMD0 /name Second\n"]),
    "vars": ("vars read", ["A p 1\n", "A p 1\nB p 2\n"]),
    "dir": ("mod cmd FLASHDIR0 show", ["101 (cn=Anna)(e164=201)\n", "101 (cn=Bert)(e164=202)\n"]),
}
"""What shows a store, and its replies: from the copy written first, and from the one that counts."""

MENDS = {"config": "config write", "vars": "vars create C p 3", "dir": "mod cmd FLASHDIR0 add-item 103 (e164=203)"}
"""Lines that write the store anew."""

FACTORY = {"config": "config change CMD0\n", "vars": "", "dir": "ok\n"}


@pytest.fixture(scope="module")
def chip():
    """A flash in which each store has two copies."""
    with Terminal() as bench:
        for line in ("config add CMD0 /name First", "config write", "config add CMD0 /name Second", "config write",
                     "vars create A p 1", "vars create B p 2", "mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=201)",
                     "mod cmd FLASHDIR0 add-item 101 (cn=Bert)(e164=202)"):
            assert bench.type(line) == "ok\n"
        return bench.machine.flash


def flipped(chip, at, bit):
    """The octet at `at` with one bit the other way, whatever flash physics say."""
    flash = copied(chip)
    octet = flash.read(at, 1)[0] ^ (1 << bit)
    flash._cells.write(at, bytes([octet]))
    return flash


def used(chip, region):
    """How far into a region something is written."""
    return len(chip.read(region.at, region.size).rstrip(b"\xff"))


def shown_alarms(bench):
    """Codes of the alarms as a monitoring agent reads them; the mini firmware shows them in its log."""
    reply = bench.type("mod cmd LOG0/FAULT xml-alarms")
    if bench.gateway.boot.kind != "main":
        assert reply == "?\n"
        return {alarm.code for alarm in bench.gateway.log.alarms()}
    assert all(one.get("type") == "alarm" for one in ElementTree.fromstring(reply))
    return {int(one.get("code"), 16) for one in ElementTree.fromstring(reply)}


def offsets(chip, name, header):
    with Terminal(on=False) as bench:
        region = bench.region(name)
    end = used(chip, region)
    others = random.Random(name).sample(range(header, max(end, header + OTHERS)), OTHERS)
    return region, [*range(header), *sorted(others)]


@pytest.mark.parametrize("name", STORES)
def test_a_flipped_bit_in_a_store_leaves_the_good_copy_and_raises_the_alarm(chip, name):
    region, places = offsets(chip, name, STORE_HEADER)
    pair, which = name.split("_")
    show, (first, second) = STATE[pair]
    start = chip.page
    length = used(chip, region) - start
    for place in places:
        with Terminal(flash=flipped(chip, region.at + place, place % 8)) as bench:
            matters = place < STORE_HEADER or start <= place < start + length
            assert bench.gateway.boot.kind == "main"
            # The copy b was written second: without it the first counts again.
            assert bench.type(show) == (first if matters and which == "b" else second), place
            assert shown_alarms(bench) == ({COPY_DAMAGED} if matters else set()), place
            for other in set(STATE) - {pair}:
                assert bench.type(STATE[other][0]) == STATE[other][1][1]


@pytest.mark.parametrize("pair", ["config", "vars", "dir"])
def test_both_copies_damaged_means_factory_settings_and_the_alarm(chip, pair):
    for place in range(STORE_HEADER):
        flash = chip
        with Terminal(on=False) as bench:
            regions = [bench.region(f"{pair}_{one}") for one in "ab"]
        for region in regions:
            flash = flipped(flash, region.at + place, 7 - place % 8)
        with Terminal(flash=flash) as bench:
            assert bench.type(STATE[pair][0]) == FACTORY[pair]
            assert shown_alarms(bench) == {ALL_COPIES_DAMAGED}
            assert bench.type(MENDS[pair]) == "ok\n"
            assert shown_alarms(bench) == set()


def test_writing_the_same_configuration_again_mends_a_damaged_copy(chip):
    with Terminal(on=False) as bench:
        region = bench.region("config_a")
    with Terminal(flash=flipped(chip, region.at, 0)) as bench:
        assert shown_alarms(bench) == {COPY_DAMAGED}
        bench.type("config write")
        assert shown_alarms(bench) == set()
        bench.type("reset")
        assert shown_alarms(bench) == set()
        assert bench.type("config show CMD0") == STATE["config"][1][1]


@pytest.mark.parametrize("name", IMAGES)
def test_a_flipped_bit_in_an_image_is_found_and_the_board_boots_what_is_good(chip, name):
    region, places = offsets(chip, name, IMAGE_HEADER)
    end = used(chip, region)
    for place in places:
        with Terminal(flash=flipped(chip, region.at + place, place % 8)) as bench:
            matters = place < end
            assert bench.gateway.boot.kind == ("mini" if matters and name == "firmware" else "main"), place
            assert shown_alarms(bench) == ({IMAGE_DAMAGED} if matters else set()), place
            assert bench.type("config show CMD0") == STATE["config"][1][1]


def test_noise_in_every_region_but_one_image_still_boots(chip):
    for seed in range(20):
        flash = copied(chip)
        noise = random.Random(seed)
        with Terminal(on=False) as bench:
            regions = [bench.region(name) for name in (*STORES, "firmware", "boot")]
        for region in regions:
            flash._cells.write(region.at, noise.randbytes(8192))
        with Terminal(flash=flash) as bench:
            assert bench.gateway.boot.kind == "mini"
            assert bench.type("vars read") == ""
            assert bench.type("config show") == ""
            assert bench.type("config write") == "ok\n"


def test_a_chip_is_foreign_without_an_image_of_ours_or_with_those_of_another_board(chip):
    board = Terminal(on=False).machine.board
    assert foreign(chip, board) is None
    assert foreign(NorFlash(board.flash), board) is None
    assert "no firmware of ours" in foreign(NorFlash(board.flash, image=random.Random(1).randbytes(board.flash.size)),
                                            board)
    assert "no firmware of ours" in foreign(NorFlash(board.flash, image=bytes(board.flash.size)), board)
    with Terminal("ip1202") as other:
        assert foreign(other.machine.flash, board) == "it holds the flash of an IP1202, not of an IP1203"


def test_a_flash_that_was_replaced_raises_an_alarm_until_a_configuration_is_written():
    with Terminal(replaced="x.flash is cut short") as bench:
        assert bench.alarms() == [("FLASHMAN0", ALL_COPIES_DAMAGED)]
        assert "x.flash is cut short" in bench.type("mod cmd LOG0/FAULT xml-alarms")
        bench.type("config write")
        assert bench.alarms() == []
        bench.type("reset")
        assert bench.alarms() == []
