"""One interpreter: what each line answers, does and warns about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.config.saved import saved_config
from firmware.console import script
from firmware.console.commands import COMMANDS
from firmware.console.result import OK, UNKNOWN
from firmware.effects import As, Restart
from firmware.log import COPY_DAMAGED, FLASH_REFUSED, NO_SPACE
from hal.flash import FlashError
from tests.both.stubs import SECTOR, Device, RamFlash


@pytest.fixture
def device():
    return Device()


@pytest.mark.parametrize("line", [
    "config add MSP0 /ec-type 1", "!config add MSP0 /ec-type 1", "  ! CONFIG  Add\tmsp0 /EC-TYPE 1 \r\n",
])
def test_a_line_counts_with_and_without_bang_in_any_case(device, line):
    assert device.run(line).reply == OK
    assert device.configuration.lines() == ["config change MSP0 /ec-type 1"]


@pytest.mark.parametrize("line", ["", "  ", "!", "# config add MSP0 /x", "!# x", "#if x", "\r\n"])
def test_empty_lines_and_comments_answer_nothing(device, line):
    assert device.run(line) == ("", [], [], [])
    assert device.log.lines() == []


@pytest.mark.parametrize("line", [
    "what", "config", "config what", "config add NOSUCH /x", "config show NOSUCH", "config add MSP0 ec-type 1",
    "mod cmd NOSUCH x", "mod cmd CMD0 nonsense", "mod x", "vars", "config template NOSUCH",
])
def test_what_is_unknown_answers_a_question_mark_and_nothing_else(device, line):
    result = device.run(line)
    assert result.reply == UNKNOWN == "?\r\n"
    assert result.refused() and len(result.warnings) == 1 and not result.effects and not result.changed


@pytest.mark.parametrize("line", [
    "config add", "config add /x", "config add MSP0", "config rem MSP0", "config add MSP0 /ec-type x",
    "config add MSP0 /x 1 2", "mod cmd", "vars create", "vars create X", "vars create X pb zz",
    "vars create X pb 00 11", "vars del", "config change MSP0 x y", "config add MSP0 /" + "x" * 20000,
])
def test_what_is_wrong_is_refused_and_changes_nothing(device, line):
    before = device.configuration.lines()
    result = device.run(line)
    assert result.reply.startswith(("error: ", "?")) and result.refused()
    assert device.configuration.lines() == before and not result.effects


def test_warnings_follow_the_reply_as_comments(device):
    result = device.run("config add MSP0 /nonsense")
    assert result.reply == "ok\r\n# warning: MSP0 has no documented option /nonsense; it is kept\r\n"
    assert len(result.warnings) == 1 and not result.refused()


def test_write_survives_a_reset_and_what_is_not_written_does_not(device):
    device.run("config add MSP0 /ec-type 1")
    device.run("config write")
    device.run("config add MSP0 /ec-type 0")
    assert Device(device.flash).run("config show MSP0").reply == "config change MSP0 /ec-type 1\r\n"


def test_activate_hands_the_effects_of_the_modules_on(device):
    device.run("config add CUNITE FILEGET /trace /module-trace verbose")
    result = device.run("config activate")
    assert result.effects == [As("CUNITE", [("configured", "FILEGET")])]
    assert [change.name for change in result.changed] == ["trace", "module-trace"]


def test_show_lists_everything_or_one_module_or_one_sub_module(device):
    device.run("config add SIP REG2 /aor b")
    device.run("config add SIP /pai")
    device.run("config add CMD0 /name x")
    assert device.run("config show").reply.count("\r\n") == 3
    assert device.run("config show sip").reply == "config change SIP REG2 /aor b\r\nconfig change SIP /pai\r\n"
    assert device.run("config show sip reg2").reply == "config change SIP REG2 /aor b\r\n"
    assert device.run("config show MATP").reply == "config change MATP\r\n"


def test_a_modules_command_gets_decoded_words_and_its_sub_module(device):
    result = device.run("mod cmd cmd0/user-ui echo a%20b c+d")
    assert result.reply == "USER-UI|a b|c d\r\n"
    assert result.effects == [As("CMD0", [("echoed", "USER-UI")])]


def test_mod_lists_the_modules(device):
    assert device.run("mod").reply.split("\r\n")[:2] == ["CMD0", "MSP0"]


@pytest.mark.parametrize(("line", "when"), [("reset", "now"), ("ireset", "idle")])
def test_a_reset_is_always_carried_out(device, line, when):
    assert [effect.when for effect in device.run(line).effects] == [when]


@pytest.mark.parametrize(("line", "when"), [("resetn", "now"), ("iresetn", "idle")])
def test_a_conditional_reset_needs_one_that_is_owed(device, line, when):
    assert device.run(line) == (OK, [], [], [])
    device.run("vars create X509/TRUSTED pba 6239")
    assert device.run(line).effects == [Restart(when, "vars X509/TRUSTED")]
    assert Device(device.flash).run(line).effects == []


def test_an_option_that_needs_a_reset_owes_one_when_it_is_activated(device):
    device.run("config add GW-DECT MASTER /sari 31100422072149")
    assert not device.pending
    device.run("config activate")
    assert device.pending.reasons == ["GW-DECT MASTER /sari"]


def test_a_reset_warns_of_changes_that_were_not_written(device):
    device.run("config add MSP0 /ec-type 1")
    assert device.run("reset").warnings
    device.run("config write")
    assert not device.run("reset").warnings


def test_vars_are_in_flash_at_once(device):
    device.run("vars create X509/TRUSTED pba 6239")
    again = Device(device.flash)
    assert again.run("vars read X509/TRUSTED").reply == "X509/TRUSTED/00000 pb 6239\r\n"
    assert again.run("vars read X509/").reply == "X509/TRUSTED/00000 pb 6239\r\n"
    assert again.run("vars read NOSUCH").reply == ""


def test_a_full_flash_is_an_alarm_until_a_write_succeeds(device):
    for number in range(10):
        device.run(f"config add CMD0 /x{number} {'v' * 2500}")
    assert device.run("config write", 5).reply.startswith("error: no space: ")
    assert [(alarm.module, alarm.code) for alarm in device.log.alarms()] == [("FLASHMAN0", NO_SPACE)]
    device.run("config change CMD0")
    assert device.run("config write").reply == OK
    assert device.log.alarms() == []


def test_a_damaged_copy_is_an_alarm_from_boot_until_it_is_mended(device):
    for value in (0, 1):
        device.run(f"config add MSP0 /ec-type {value}")
        device.run("config write")
    device.flash.program(4 * SECTOR, b"\0")
    again = Device(device.flash)
    again.console.start(0)
    assert [(alarm.code, alarm.text) for alarm in again.log.alarms()] == [
        (COPY_DAMAGED, "config_b unreadable: the other copy is in use")]
    assert again.run("config show").reply == "config change MSP0 /ec-type 0\r\n"
    again.run("config add MSP0 /ec-type 2")
    again.run("config write")
    assert again.log.alarms() == []
    assert Device(device.flash).store.damage is None


class Refusing(RamFlash):
    def erase(self, at):
        raise FlashError("write protected")


def test_a_flash_that_refuses_is_an_error_and_an_alarm():
    device = Device(Refusing())
    assert device.run("config write").reply == "error: flash: write protected\r\n"
    assert [alarm.code for alarm in device.log.alarms()] == [FLASH_REFUSED]


def test_commands_are_logged_without_their_secrets(device):
    device.interpreter.run("config add CMD0 /pwd hidden /name x", 0, "admin@192.0.2.1")
    device.run("config add SIP REG1 /pwd hidden")
    device.run("config add NOSUCH /gk-pwd hidden")
    device.run("vars create X509/KEY pb 1234")
    assert device.log.lines()[0] == (
        "19700101-000000 CMD admin@192.0.2.1 config add CMD0 /pwd ******** /name x")
    assert not any("hidden" in line or "1234" in line for line in device.log.lines())


def test_help_and_template_name_every_command_and_option(device):
    help_text = device.run("help").reply
    assert all(command.usage in help_text for command in COMMANDS)
    assert "# MSP0 /ec-type: a number from 0 to 2, default 2\r\n" in device.run("config template").reply
    assert "# GW-DECT MASTER /sari" in device.run("config template gw-dect").reply
    assert device.run("ser nop").reply == OK


def test_memory_and_buffers_are_told_as_they_are(device):
    device.run("config add MSP0 /ec-type 1")
    assert "configuration 11 of 262144 octets\r\n" in device.run("mem").reply
    assert device.run("buf").reply.endswith("\r\n")


def test_the_saved_form_replayed_on_a_fresh_board_gives_the_same(device):
    for line in ("config add CMD0 /name Nico%20M%c3%bcller /pwd s%2fec+ret%25 /x", "config add SIP REG1 /aor %2fa",
                 "vars create X509/TRUSTED pba 6239", "vars create X b 00"):
        device.run(line)
    saved = saved_config(device.configuration, None, device.variables)
    again = Device()
    results = script.run(again.interpreter, saved, 0)
    assert not any(line.result.refused() for line in results)
    assert saved_config(again.configuration, None, again.variables) == saved
    assert "mod cmd FLASHDIR0 add-item 101 " in saved_config(
        device.configuration, device.interpreter.directory, device.variables)


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda data: data.decode("latin-1")))
@settings(max_examples=300, deadline=None)
def test_no_line_makes_it_raise(line):
    device = Device()
    for prefix in ("", "config add CMD0 ", "config change ", "vars create A p", "mod cmd CMD0 echo ", "vars "):
        result = device.run(prefix + line)
        assert result.reply == "" or result.reply.endswith("\r\n")
