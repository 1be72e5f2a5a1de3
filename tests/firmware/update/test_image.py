"""firmware.update: images in flash, and what the boot code starts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.module import Registry
from firmware.update import bootcode
from firmware.update.bootcode import choose
from firmware.update.flashman import FlashManager
from firmware.update.image import SIZE, Image, check, pack, payload
from hal.description import Region

SECTOR = 4096
MINI, MAIN = Region("mini", 0, 2 * SECTOR), Region("firmware", 2 * SECTOR, 4 * SECTOR)
REGIONS = (MINI, MAIN)
PAYLOAD = bytes(range(256)) * 40


class Chip:
    """hal.flash.Flash to be read from."""

    sector = SECTOR

    def __init__(self, mini=b"", main=b""):
        self.octets = bytearray(b"\xff" * 6 * SECTOR)
        self.octets[MINI.at:MINI.at + len(mini)] = mini
        self.octets[MAIN.at:MAIN.at + len(main)] = main

    def read(self, at, length):
        return bytes(self.octets[at:at + length])


class Button:
    def __init__(self, held=False):
        self.held = held

    def pressed(self):
        return self.held


def test_an_image_is_read_back_as_it_was_packed():
    chip = Chip(main=pack("IP1203", "15r1sr4", PAYLOAD, 1510536))
    image = check(chip, MAIN)
    assert image == Image("IP1203", "15r1sr4", 1510536, len(PAYLOAD))
    assert payload(chip, MAIN, image) == PAYLOAD


def test_the_header_is_the_one_that_the_documentation_shows():
    octets = pack("IP1203", "15r1", b"abc", 0x01020304)
    assert octets[:8] == b"gsFW\x00\x01\x00\x00"
    assert octets[8:24] == b"IP1203" + bytes(10) and octets[24:40] == b"15r1" + bytes(12)
    assert octets[40:52].hex() == "0102030400000003352441c2"
    assert len(octets) == SIZE + 3


@settings(max_examples=200, deadline=None)
@given(st.integers(0, SIZE + len(PAYLOAD) - 1), st.integers(1, 255))
def test_a_flipped_octet_anywhere_is_noticed(position, flip):
    chip = Chip(main=pack("IP1203", "15r1", PAYLOAD))
    chip.octets[MAIN.at + position] ^= flip
    assert isinstance(check(chip, MAIN), str)


def test_empty_foreign_and_truncated_regions_are_told_apart():
    assert check(Chip(), MAIN) == "no image"
    assert "foreign" in check(Chip(main=b"MZ" + bytes(100)), MAIN)
    assert "payload" in check(Chip(main=pack("IP1203", "15r1", PAYLOAD)[:5000]), MAIN)
    long = pack("IP1203", "15r1", bytes(3 * SECTOR))
    assert "does not fit" in check(Chip(mini=long[:2 * SECTOR]), MINI)


@pytest.mark.parametrize("name", ["", "a" * 17, "IP 1203", "IP1203é"])
def test_a_name_that_does_not_fit_the_header_is_refused(name):
    with pytest.raises(ValueError):
        pack(name, "15r1", b"")


GOOD = pack("IP1203", "15r1sr4", PAYLOAD)
SMALL = pack("IP1203", "15r1sr4", b"mini")
BAD = GOOD[:-1] + b"\x00"


@pytest.mark.parametrize(("mini", "main", "held", "kind"), [
    (SMALL, GOOD, False, "main"),
    (SMALL, BAD, False, "mini"),
    (SMALL, b"", False, "mini"),
    (b"", GOOD, False, "main"),
    (b"", BAD, False, "tftp"),
    (BAD[:100], b"junk", False, "tftp"),
    (SMALL, GOOD, True, "tftp"),
])
def test_the_boot_code_starts_main_else_mini_else_tftp(mini, main, held, kind):
    boot = choose(Chip(mini, main), REGIONS, Button(held))
    assert boot.kind == kind and boot.reason


def test_a_board_without_regions_for_images_runs_its_main_firmware_from_a_file_system():
    assert choose(Chip(), (), Button()).kind == "main"
    assert choose(Chip(), REGIONS[-1:], Button()).kind == "tftp"


def test_the_reason_for_the_mini_firmware_names_the_damage():
    assert "payload is damaged" in choose(Chip(SMALL, BAD), REGIONS, Button()).reason


def test_the_mini_firmware_lacks_gateway_dect_directory_and_log():
    lacking = {"SIP", "TSIP", "SIPS", "GW-DECT", "CALL", "FLASHDIR0", "LOG0", "FAX0", "MEDIA"}
    assert not lacking & set(bootcode.MINI_MODULES)
    assert {"CMD0", "IP0", "ETH0", "UP0", "FLASHMAN0", "CONSOLE", "HTTP0", "LED",
            "BUTTON"} == set(bootcode.MINI_MODULES)


def test_flash_usage_counts_sectors_that_are_not_erased():
    module = FlashManager(Chip(main=GOOD), REGIONS)
    assert Registry([module]).find("flashman0") is module
    lines = module.command("", ["info"], 0)[0].split("\r\n")
    assert lines[0].split() == ["mini", "at", "0x000000", "size", "8192", "used", "0", "free", "8192"]
    assert lines[1].split()[-4:] == ["used", "12288", "free", "4096"]
    assert "nothing was erased" in module.command("", ["reset", "ldap"], 0)[0]
