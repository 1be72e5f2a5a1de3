"""Boards are data; the data must make sense."""

import pytest

import boards
from firmware.dsp import CORE_CODECS
from hal.description import region
from sim.site import Site

STORES = ("config", "vars", "dir")
ALL = boards.NAMES + boards.DEVELOPMENT


@pytest.mark.parametrize("name", ALL)
def test_regions_are_whole_sectors_inside_the_chip_and_do_not_overlap(name):
    board = boards.load(name)
    end = 0
    for one in board.regions:
        assert one.at % board.flash.sector == 0 and one.size % board.flash.sector == 0
        assert one.at >= end
        end = one.at + one.size
    assert end <= board.flash.size


@pytest.mark.parametrize("name", ALL)
def test_each_store_has_two_copies_of_one_size(name):
    board = boards.load(name)
    for store in STORES:
        assert region(board, store + "_a").size == region(board, store + "_b").size > 0


@pytest.mark.parametrize("name", boards.NAMES)
def test_more_handsets_can_alert_than_there_are_speech_channels(name):
    board = boards.load(name)
    assert board.dsp.channels < board.radio.bearers < 12


@pytest.mark.parametrize("name", boards.NAMES)
def test_a_chip_prefers_a_law_and_its_codecs_are_all_ours(name):
    codecs = boards.load(name).dsp.codecs
    assert codecs[0] == "pcma" and len(set(codecs)) == len(codecs)
    assert set(CORE_CODECS) < set(codecs) <= {*CORE_CODECS, "opus", "opus-nb", "g729"}


@pytest.mark.parametrize(("name", "channels", "multicell", "external", "smallest"), [
    ("ip1202", 8, True, False, "11r1sr3"),
    ("ip1202_4", 4, True, False, "11r1sr3"),
    ("ip1202_4s", 4, False, False, "13r1sr8"),
    ("ip1202e", 8, True, True, "11r1sr3"),
    ("ip1203", 8, True, False, "13r1"),
    ("ip1203_4", 4, True, False, "13r1"),
    ("ip1203e", 8, True, True, "13r1"),
])
def test_models_are_as_article_31_describes_them(name, channels, multicell, external, smallest):
    board = boards.load(name)
    assert (board.dsp.channels, board.multicell, board.radio.external, board.smallest) == (
        channels, multicell, external, smallest)


@pytest.mark.parametrize(("spelt", "name"), [("IP1202/4s", "ip1202_4s"), ("ip1203", "ip1203"), ("IP1203E", "ip1203e"),
                                             ("upy-unix", "upy_unix"), ("ESP32", "esp32")])
def test_a_board_is_found_as_users_spell_it(spelt, name):
    assert boards.find(spelt).name == name


def test_an_unknown_board_names_those_there_are():
    with pytest.raises(KeyError, match="ip1203_4"):
        boards.find("ip9999")


@pytest.mark.parametrize("name", ALL)
def test_a_board_is_emulated_or_flashed_and_says_what_mpy_cross_must_know(name):
    part = boards.load(name).micropython
    assert (part is not None) == (name in boards.DEVELOPMENT)
    if part is not None:
        assert part.port in ("linux", "rp2", "esp32", "pyboard")
        assert part.arch in ("x64", "armv7emsp", "armv7emdp", "xtensawin")
        assert part.heap >= 400 * 1024, "the firmware does not fit in less"
        assert part.button is None or part.button[1] in (0, 1)


@pytest.mark.parametrize("name", boards.DEVELOPMENT)
def test_a_board_without_radio_and_dsp_is_emulated_too_and_takes_a_line(name):
    with Site(virtual=True) as site:
        machine = site.board(name)
        machine.power_on()
        assert machine.gateway.boot.kind == "main"
        assert not machine.run_line("config add CMD0 /name A").refused()
        assert machine.run_line("config show GW-DECT").reply == "?\r\n"
        assert (machine.gateway.registry.find("SIP") is None) == (not machine.board.transports)
