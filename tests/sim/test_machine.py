"""The whole board: boot, console, resets, button and LED."""

import pytest

import boards
from firmware.log import IMAGE_DAMAGED
from hal.led import BLUE, OFF, RED, YELLOW
from hal.net import Received
from sim.devices.flash import PowerCut
from sim.machine import REBOOT, Machine, ReleaseRefused
from sim.site import Site
from tests.bench_board import Terminal

BLOCK = 100_000


def damage(flash, where):
    """Clear the first octet behind the header of an image."""
    flash.program(where.at + 64, b"\0")


@pytest.mark.parametrize("name", boards.NAMES)
@pytest.mark.parametrize("release", ["smallest", None])
def test_every_board_boots_to_its_prompt_at_its_smallest_release_and_at_the_default(name, release):
    board = boards.load(name)
    release = board.smallest if release else None
    with Terminal(name, release=release) as bench:
        assert bench.banner == f"{board.title} {release or '15r1sr4'} main\n"
        assert bench.type("config add CMD0 /name Here") == "ok\n"
        assert bench.type("config show") == "config change CMD0 /name Here\n"
        assert f'product="{board.title}"' in bench.type("mod cmd CMD0 box-info")
        assert bench.alarms() == []


@pytest.mark.parametrize("name", boards.NAMES)
def test_a_release_below_the_smallest_is_refused_with_the_reason(name):
    board = boards.load(name)
    with Site(virtual=True) as site, pytest.raises(ReleaseRefused, match=f"it needs {board.smallest} or later"):
        site.board(name, release="11r1sr2")


def test_the_release_in_flash_stays_unless_another_is_asked_for():
    with Terminal(release="13r2sr10") as bench:
        flash = bench.machine.flash
    with Terminal(flash=flash) as bench:
        assert bench.banner == "IP1203 13r2sr10 main\n"
    with Terminal(flash=flash, release="15r1") as bench:
        assert bench.banner == "IP1203 15r1 main\n"


def test_the_mini_firmware_boots_when_the_main_image_is_damaged():
    with Terminal(release="14r1") as bench:
        bench.type("config add CMD0 /name Nico")
        bench.type("config add SIP REG1 /aor a@b")
        bench.type("config write")
        damage(bench.machine.flash, bench.region("firmware"))
        bench.type("reset")
        assert bench.gateway.boot.kind == "mini"
        assert bench.type("mod cmd CMD0 xml-info") == '<info name="Nico"/>\n'
        for absent in ("GW-DECT", "SIP", "CALL", "MSP0", "LOG0"):
            assert bench.type(f"mod cmd {absent} status") == "?\n"
        assert ("tcp", "HTTP0", 80) in bench.gateway.loop.sockets()
        assert bench.type("mod cmd LED state") == "mini\n"
        assert bench.alarms() == [("FLASHMAN0", IMAGE_DAMAGED)]
        assert bench.gateway.release.text() == "14r1"


def test_the_mini_firmware_answers_over_http_and_blinks_yellow():
    with Terminal() as bench:
        damage(bench.machine.flash, bench.region("firmware"))
        bench.type("reset")
        booted = bench.site.time.now - bench.machine.clock.now()
        bench.machine.led.history.clear()
        visitor = bench.site.net()
        connection = visitor.connect("visit", (bench.machine.net.address, 80))
        visitor.write(connection, b"GET /!config%20show HTTP/1.0\r\n\r\n")
        bench.pass_time(0.5)
        answer = b"".join(event.data for event in visitor.poll() if isinstance(event, Received))
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert bench.machine.led.history
        for instant, colour in bench.machine.led.history:
            assert colour == (OFF if (instant - booted) // BLOCK % 2 else YELLOW)


def test_the_mini_firmware_keeps_what_it_does_not_know_in_the_configuration():
    with Terminal() as bench:
        bench.type("config add SIP REG1 /aor a@b")
        bench.type("config write")
        damage(bench.machine.flash, bench.region("firmware"))
        bench.type("reset")
        bench.type("config add CMD0 /name Nico")
        bench.type("config write")
        saved = bench.gateway.interpreter.store.load()
        assert saved == b"config change SIP REG1 /aor a@b\nconfig change CMD0 /name Nico\n"


def test_tftp_mode_when_main_and_mini_image_are_damaged():
    with Terminal() as bench:
        for name in ("firmware", "mini"):
            damage(bench.machine.flash, bench.region(name))
        bench.type("reset")
        assert bench.gateway.boot.kind == "tftp"
        assert bench.machine.led.colour == YELLOW
        assert bench.type("mod cmd LED state") == "tftp\n"
        assert bench.alarms() == [("FLASHMAN0", IMAGE_DAMAGED)]


def test_a_damaged_boot_or_mini_image_raises_the_alarm_though_the_board_runs():
    with Terminal() as bench:
        damage(bench.machine.flash, bench.region("mini"))
        bench.type("reset")
        assert bench.gateway.boot.kind == "main"
        assert bench.alarms() == [("FLASHMAN0", IMAGE_DAMAGED)]
        assert "mini: " in bench.type("mod cmd LOG0/FAULT xml-alarms")


@pytest.mark.parametrize("word", ["reset", "ireset"])
def test_the_console_comes_back_with_banner_and_prompt_and_the_written_configuration(word):
    with Terminal() as bench:
        bench.type("config add CMD0 /name Kept")
        bench.type("config write")
        assert bench.type(word) == ("ok\nIP1203 15r1sr4 main\n" if word == "reset" else "ok\n")
        if word == "ireset":
            assert bench.answer() == "IP1203 15r1sr4 main\n"
        assert bench.machine.boots == 2
        assert bench.type("config show") == "config change CMD0 /name Kept\n"


def test_changes_that_were_not_written_do_not_survive_a_reset_and_it_warns():
    with Terminal() as bench:
        bench.type("config add CMD0 /name Lost")
        assert bench.type("reset").startswith("ok\n# warning: changes since the last config write are lost")
        assert bench.type("config show") == ""


@pytest.mark.parametrize("word", ["resetn", "iresetn"])
def test_a_reset_only_when_owed_waits_for_one_to_be_owed(word):
    with Terminal() as bench:
        assert bench.type(word) == "ok\n"
        bench.pass_time(1)
        assert bench.machine.boots == 1
        bench.type("vars create X509/TRUSTED pba 6239")
        assert "reset-required" in bench.type("mod cmd CMD0 box-info")
        bench.type(word)
        bench.pass_time(1)
        assert bench.machine.boots == 2
        assert "reset-required" not in bench.type("mod cmd CMD0 box-info").replace("resetn", "")


def test_lines_typed_ahead_of_a_reset_are_carried_out_after_it():
    with Terminal() as bench:
        bench.line.send(b"config add CMD0 /name A\rconfig write\rreset\rconfig show\rmod cmd LED state\r")
        bench.pass_time(2)
        said = bench.line.take().decode()
        assert said.endswith("config show\r\nconfig change CMD0 /name A\r\nIP1203> mod cmd LED state\r\n"
                             f"{bench.gateway.registry.find('LED').state}\r\nIP1203> ")
        assert "?" not in said


def test_a_board_that_is_switched_off_forgets_the_line_half_typed_and_does_not_come_back_by_itself():
    with Terminal() as bench:
        bench.line.send(b"config add CMD0 /name")
        bench.pass_time(0.1)
        bench.line.send(b"\r")
        bench.machine.power_off()
        bench.pass_time(1)
        assert bench.gateway is None
        bench.line.take()
        bench.machine.power_on()
        bench.pass_time(1)
        assert bench.type("config show") == ""


def test_switching_off_during_a_restart_keeps_it_off():
    with Terminal() as bench:
        bench.line.send(b"reset\r")
        bench.site.time.run_until(lambda: bench.gateway is None, 1 << 40)
        bench.machine.power_off()
        bench.pass_time(1)
        assert bench.gateway is None
        bench.machine.power_on()
        bench.machine.power_on()
        bench.pass_time(1)
        assert bench.machine.boots == 2


def test_a_line_given_by_a_script_that_meets_a_power_cut_leaves_the_board_off():
    with Terminal() as bench:
        bench.machine.flash.cut_at(1, "inside")
        with pytest.raises(PowerCut):
            bench.machine.run_line("vars create A p 1")
        assert bench.gateway is None
        assert len(bench.losses) == 1


def test_a_restart_begins_with_fresh_objects_and_frees_what_the_old_ones_held():
    with Terminal() as bench:
        before = bench.gateway
        bench.type("reset")
        assert bench.gateway is not before
        assert bench.gateway.registry.find("CMD0") is not before.registry.find("CMD0")
        assert bench.gateway.loop.refused == []


def test_a_line_for_a_board_without_power_is_a_mistake_of_the_caller():
    with Terminal(on=False) as bench, pytest.raises(RuntimeError, match="no power"):
        bench.machine.run_line("mod")


# The reset button.

def test_a_short_press_of_the_button_restarts_the_board():
    with Terminal() as bench:
        bench.machine.button.press(999_000)
        bench.pass_time(0.9)
        assert bench.machine.boots == 1
        assert bench.answer() == "IP1203 15r1sr4 main\n"
        assert bench.machine.boots == 2


def test_a_press_of_some_seconds_starts_tftp_mode_and_a_short_one_leaves_it():
    with Terminal() as bench:
        bench.type("config add CMD0 /name Kept")
        bench.type("config write")
        bench.machine.button.press(5_000_000)
        bench.pass_time(6)
        assert bench.gateway.boot.kind == "tftp"
        assert bench.machine.led.colour == YELLOW
        bench.machine.button.press(200_000)
        bench.pass_time(1)
        assert bench.gateway.boot.kind == "main"
        bench.line.take()
        assert bench.type("config show") == "config change CMD0 /name Kept\n"


def test_ten_seconds_on_the_button_clear_the_configuration_and_keep_vars():
    with Terminal() as bench:
        bench.type("config add CMD0 /name Gone")
        bench.type("config write")
        bench.type("vars create A p 1")
        bench.machine.button.press(12_000_000)
        bench.pass_time(13)
        assert bench.gateway.boot.kind == "tftp"
        bench.machine.power_off()
        bench.machine.power_on()
        bench.pass_time(1)
        bench.line.take()
        assert bench.type("config show") == ""
        assert bench.type("vars read") == "A p 1\n"


def test_a_board_switched_on_with_the_button_held_is_in_tftp_mode():
    with Terminal(on=False) as bench:
        bench.machine.button.press()
        bench.machine.power_on()
        bench.pass_time(0.1)
        assert bench.gateway.boot.kind == "tftp"


# The LED.

PATTERNS = {
    "idle": [(0, BLUE)],
    "starting": [(0, BLUE), (1, OFF), (2, BLUE), (3, OFF)],
    "traffic": [(0, OFF), (4, BLUE), (24, OFF)],
    "full": [(0, RED), (4, BLUE), (24, RED)],
    "download": [(0, BLUE), (4, OFF), (10, BLUE), (14, OFF)],
    "mini": [(0, YELLOW), (1, OFF), (2, YELLOW)],
    "tftp": [(0, YELLOW)],
    "no-ethernet": [(0, RED), (1, OFF), (2, RED)],
    "fatal": [(0, RED)],
    "sync-good": [(0, BLUE), (20, YELLOW), (24, BLUE)],
    "sync-bad": [(0, BLUE), (4, OFF), (10, BLUE), (14, OFF), (20, YELLOW), (24, BLUE)],
    "sync-none": [(0, RED), (20, YELLOW), (24, RED)],
}
"""Article 31, "Status indication LED": (block, colour) of each change; block 0 is the change of state."""

FACTS = {
    "idle": (("starting", False),), "starting": (("starting", True),),
    "traffic": (("starting", False), ("traffic", 2)), "full": (("starting", False), ("traffic", 8), ("full", True)),
    "download": (("download", True),), "mini": (("mini", True),), "tftp": (("tftp", True),),
    "no-ethernet": (("link", False),), "fatal": (("fatal", True),),
    "sync-good": (("starting", False), ("sync", "good")),
    "sync-bad": (("starting", False), ("sync", "bad")), "sync-none": (("starting", False), ("sync", "none")),
}


@pytest.mark.parametrize("state", sorted(PATTERNS))
def test_each_state_of_the_led_shows_its_pattern_from_block_0_on(state):
    from firmware.led import Fact
    from firmware.module import Module
    with Terminal() as bench:
        # Not at a border of blocks, so that a pattern which goes on instead of starting anew is seen.
        bench.pass_time(0.237)
        machine, loop = bench.machine, bench.gateway.loop
        led = bench.gateway.registry.find("LED")
        if state == "starting":
            loop.receive(led, Fact("starting", False), machine.clock.now())
            bench.pass_time(0.111)
        changed = bench.site.time.now
        machine.led.history.clear()
        for name, value in FACTS[state]:
            loop.receive(led, Fact(name, value), machine.clock.now())
        machine.wake()
        assert led.state == state
        assert machine.led.colour == PATTERNS[state][0][1]
        bench.pass_time(3)
        seen = [(instant - changed, colour) for instant, colour in machine.led.history if instant > changed]
        expected = [(block * BLOCK, colour) for block, colour in PATTERNS[state][1:]]
        assert seen[:len(expected)] == expected
        assert expected or not seen
        assert isinstance(led, Module)


def test_a_pulled_cable_shows_on_the_led_and_in_the_log_within_a_second():
    with Terminal() as bench:
        bench.machine.net.link = False
        bench.pass_time(1.1)
        assert bench.type("mod cmd LED state") == "no-ethernet\n"
        bench.machine.net.link = True
        bench.pass_time(1.1)
        assert bench.type("mod cmd LED state") == "starting\n"


def test_the_led_is_dark_while_the_board_restarts():
    with Terminal() as bench:
        bench.machine.led.history.clear()
        bench.line.send(b"reset\r")
        bench.site.time.run_until(lambda: bench.gateway is None, 1 << 40)
        began = bench.site.time.now
        bench.site.time.run_until(lambda: bench.gateway is not None, 1 << 40)
        assert bench.site.time.now == began + REBOOT
        assert [one for one in bench.machine.led.history if one[0] > began] == [(began + REBOOT, BLUE)]


def test_a_machine_reports_the_sockets_that_are_open_and_those_refused():
    with Terminal() as bench:
        assert bench.type("mod cmd IP0 tcp-sockets") == f"HTTP0 {bench.machine.net.address}:80\n"
        assert bench.type("mod cmd IP0 udp-sockets") == f"SIP {bench.machine.net.address}:5060\n"
    with Site(virtual=True) as site:
        net = site.net()
        net.bind("squatter", 5060)
        machine = Machine(boards.find("ip1203"), site.time, net)
        machine.power_on()
        assert [refused[:3] for refused in machine.gateway.loop.refused] == [("udp", "SIP", 5060)]
