"""A script runs line by line, whatever its line ends, with the number of each line."""

import pytest

from firmware.console import script
from tests.both.stubs import Device

SCRIPT = "# set up\nconfig add MSP0 /ec-type 1\n\n  # more\n!config add CMD0 /name M\u00fcller\nwhat\n"


@pytest.mark.parametrize("text", [
    SCRIPT, SCRIPT.encode(), SCRIPT.replace("\n", "\r\n"), b"\xef\xbb\xbf" + SCRIPT.replace("\n", "\r\n").encode(),
    SCRIPT.replace("\n", "\r"), SCRIPT.encode("latin-1"), bytearray(SCRIPT.encode()), "\ufeff" + SCRIPT,
])
def test_any_line_end_a_bom_and_latin_1_give_the_same_lines(text):
    device = Device()
    run = script.run(device.interpreter, text, 0)
    assert [(line.number, line.result.refused()) for line in run] == [(2, False), (5, False), (6, True)]
    assert device.configuration.lines("CMD0") == ["config change CMD0 /name M%c3%bcller"]


def test_a_reset_ends_the_run_and_the_rest_can_follow_after_it():
    text = "ser\nireset\nreset\nmod\n"
    device = Device()
    assert [line.number for line in script.run(device.interpreter, text, 0)] == [1, 2, 3]
    assert [line.number for line in script.run(Device(device.flash).interpreter, text, 0, after=3)] == [4]


def test_two_thousand_options_on_as_many_lines_are_taken():
    device = Device()
    run = script.run(device.interpreter, "".join(f"config add CMD0 /o{number} x\n" for number in range(2000)), 0)
    assert len(run) == 2000 and not any(line.result.refused() for line in run)
