"""boot(): which modules run, what they are handed, and what stands against the flash."""

import random

import pytest

import boards
from firmware import main
from firmware.config.store import Store
from firmware.log import ALL_COPIES_DAMAGED, IMAGE_DAMAGED
from firmware.update.bootcode import MINI_MODULES
from hal.hardware import Hardware
from sim.devices.button import Button
from sim.devices.flash import NorFlash
from sim.devices.led import Led
from sim.devices.sip_carrier import SipCarrier
from sim.devices.uart import Uart
from sim.devices.virtual_net import VirtualNet
from sim.factory import manufacture
from sim.network import VirtualNetwork
from sim.time import Time
from tests.bench_board import Terminal

KNOWN = ("CMD0", "UP0", "UP1", "IP0", "ETH0", "CPU", "FLASHMAN0", "FLASHDIR0", "LOG0", "X509", "CDR0", "CDR1", "MSP0",
         "GW-DECT", "RFPSTAT0", "CUNITE", "DEVMANBW", "DEVMANPP", "MATP", "MEDIA", "FAX0", "SIP", "TSIP", "SIPS",
         "SYSCLIENT", "SYSCLIENT2")
"""The modules that the console must know by name at least."""


def hardware(flash=None, board=None, **devices):
    board = board or boards.find("ip1203")
    time = Time()
    if flash is None:
        flash = NorFlash(board.flash)
        manufacture(flash, board, "15r1sr4")
    parts = {"clock": None, "serial": Uart(time), "led": Led(time), "button": Button(time),
             "net": VirtualNet(VirtualNetwork(time), "10.0.0.1"), "sip": SipCarrier(), **devices}
    return Hardware(board=board, flash=flash, entropy=random.Random(1).randbytes, **parts)


def test_the_main_firmware_has_every_module_that_the_console_must_know():
    gateway = main.boot(hardware(), 0)
    assert [name for name in KNOWN if gateway.registry.find(name) is None] == []
    for line in ("config show GW-DECT MASTER", "config show GW-DECT RADIO", "config show CUNITE FILEGET"):
        assert not gateway.run_line(line, 0).refused()


def test_a_board_without_radio_and_dsp_boots_and_has_no_channels():
    gateway = main.boot(hardware(radio=None, dsp=None), 0)
    assert gateway.boot.kind == "main"
    assert gateway.calls.channels.busy() == 0
    assert gateway.idle()


def test_a_flash_without_firmware_boots_to_tftp_with_the_alarm():
    board = boards.find("ip1203")
    gateway = main.boot(hardware(flash=NorFlash(board.flash)), 0)
    assert gateway.boot.kind == "tftp"
    assert {module.name for module in gateway.registry.modules} == set(MINI_MODULES)
    assert [alarm.code for alarm in gateway.log.alarms()] == [IMAGE_DAMAGED]
    assert gateway.release == main.release(NorFlash(board.flash), board)


def test_each_boot_is_a_fresh_object_graph():
    parts = hardware()
    first = main.boot(parts, 0)
    first.run_line("config add CMD0 /name Unsaved", 0)
    parts.net.reset()
    second = main.boot(parts, 0)
    assert second.run_line("config show", 0).reply == ""
    assert first.run_line("config show", 0).reply == "config change CMD0 /name Unsaved\r\n"


def test_a_line_of_a_script_has_its_effects_at_once():
    gateway = main.boot(hardware(), 0)
    gateway.run_line("config add HTTP0 /port 8080", 5)
    gateway.run_line("config activate", 6)
    assert ("tcp", "HTTP0", 8080) in gateway.loop.sockets()
    assert ("tcp", "HTTP0", 80) not in gateway.loop.sockets()


def test_a_script_stops_behind_the_line_that_restarts_and_goes_on_after_it():
    gateway = main.boot(hardware(), 0)
    script = "\ufeffconfig add CMD0 /name A\r\n# comment\r\nreset\r\nconfig show\r\n".encode()
    done = gateway.run_script(script, 0)
    assert [line.number for line in done] == [1, 3]
    gateway = main.boot(hardware(), 0)
    assert [line.number for line in gateway.run_script(script, 0, after=3)] == [4]


def test_the_saved_configuration_replayed_on_a_fresh_board_gives_the_same():
    lines = ("config add SIP REG1 /aor 201@example.com /pwd a%20b%25", "config add CMD0 /name Nico+Mobile",
             "mod cmd FLASHDIR0 add-item 101 (cn=Anna%20B)(e164=201)", "vars create X509/TRUSTED pba 6239")
    first = main.boot(hardware(), 0)
    for line in lines:
        assert not first.run_line(line, 0).refused()
    second = main.boot(hardware(), 0)
    assert not any(line.result.refused() for line in second.run_script(first.saved_config(), 0))
    assert second.saved_config() == first.saved_config()


@pytest.mark.parametrize("data", [b"\xff\xfe not text", b"nonsense\nconfig change NOBODY /x\nconfig change CMD0 /\n",
                                  b"config change CMD0 /name " + b"x" * 5000 + b"\n", b"\0" * 100])
@pytest.mark.parametrize("pair", ["config", "vars", "dir"])
def test_a_good_copy_that_holds_nonsense_is_logged_and_the_board_boots(pair, data):
    board = boards.find("ip1203")
    parts = hardware()
    places = {one.name: one for one in board.regions}
    Store(parts.flash, places[pair + "_a"], places[pair + "_b"], parts.flash.sector).commit(data)
    gateway = main.boot(parts, 0)
    assert gateway.boot.kind == "main"
    assert len(gateway.log.entries()) > 1
    assert not gateway.run_line("mod cmd CMD0 xml-info", 0).refused()


def test_damage_in_several_stores_is_one_alarm_of_each_owner():
    with Terminal() as bench:
        for line in ("config add CMD0 /name A", "config write", "vars create A p 1",
                     "mod cmd FLASHDIR0 add-item 1 (cn=a)"):
            bench.type(line)
        for name in ("config_a", "vars_a", "dir_a"):
            bench.machine.flash.program(bench.region(name).at, b"\0")
        bench.type("reset")
        assert bench.alarms() == [("FLASHMAN0", ALL_COPIES_DAMAGED), ("FLASHDIR0", ALL_COPIES_DAMAGED)]
        text = bench.gateway.log.alarms()[0].text
        assert "config_a" in text
        assert "vars_a" in text
