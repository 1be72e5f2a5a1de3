"""The module CONSOLE: typed octets in, replies and effects out, in order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.effects import As, Log, Restart, Write
from firmware.loop import Typed
from tests.both.stubs import Device


def typed(device, data, *events):
    return device.console.receive(Typed(data, list(events)), 0)


def text(effects):
    return b"".join(effect.data for effect in effects if isinstance(effect, Write)).decode()


def test_the_banner_and_the_prompt_are_shown_at_boot():
    assert text(Device().console.start(0)) == "gatesim IP1203 15r1sr4\r\nIP1203> "


def test_a_line_is_echoed_answered_and_prompted_for_again():
    assert text(typed(Device(), b"!config add MSP0 /ec-type 1\r")) == "!config add MSP0 /ec-type 1\r\nok\r\nIP1203> "


def test_effects_stand_before_the_reply_that_reports_them():
    effects = typed(Device(), b"config add MSP0 /ec-type 1\rconfig activate\r")
    assert [type(effect) for effect in effects] == [Write, As, Write]


def test_lines_that_come_in_bulk_are_all_run():
    device = Device()
    script = "".join(f"config add CMD0 /x{number} {number}\r\n" for number in range(500))
    assert text(typed(device, script.encode())).count("ok\r\n") == 500
    assert sum(line.count(" /") for line in device.configuration.lines()) == 500


def test_a_long_answer_is_given_whole():
    device = Device()
    for number in range(200):
        device.run(f"config add SIP REG{number} /aor {'x' * 100}")
    assert text(typed(device, b"config show\r")).count("config change SIP REG") == 200


def test_a_break_restarts_the_line():
    device = Device()
    typed(device, b"garbage")
    assert text(typed(device, b"ser\r", "break")).endswith("ser\r\nok\r\nIP1203> ")


def test_after_an_overrun_no_half_line_is_run():
    device = Device()
    typed(device, b"config add MSP0 /ec")
    effects = typed(device, b"-type 1\rser\r", "overrun")
    assert any(isinstance(effect, Log) for effect in effects)
    assert "error: " in text(effects) and text(effects).endswith("ser\r\nok\r\nIP1203> ")
    assert device.configuration.lines() == []


def test_control_c_gives_a_new_prompt():
    assert text(typed(Device(), b"reset\x03")) == "reset^C\r\nIP1203> "


def test_a_line_that_is_too_long_is_told_once():
    device = Device()
    shown = text(typed(device, b"x" * 100_000)) + text(typed(device, b"x" * 100_000 + b"\rser\r"))
    assert shown.count("error: a line may have 8192 characters") == 1
    assert shown.endswith("IP1203> ser\r\nok\r\nIP1203> ")


def test_what_follows_a_reset_on_the_line_is_lost():
    device = Device()
    effects = typed(device, b"reset\rconfig add MSP0 /ec-type 1\r")
    assert effects[-2] == Restart("now", "asked for at the console")
    assert text(effects) == "reset\r\nok\r\n"
    assert typed(device, b"mod\r") == []
    assert device.configuration.lines() == []


def test_a_reset_when_idle_leaves_the_console_open():
    device = Device()
    typed(device, b"ireset\r")
    assert text(typed(device, b"ser\r")).endswith("ok\r\nIP1203> ")


def test_messages_that_are_not_typed_are_let_be():
    assert Device().console.receive(object(), 0) == []


@given(st.binary(max_size=200), st.lists(st.sampled_from(["break", "overrun", "other"]), max_size=2))
@settings(max_examples=200, deadline=None)
def test_no_octets_make_it_raise(data, events):
    device = Device()
    assert isinstance(typed(device, data, *events), list)
    assert isinstance(typed(device, b"\r" + data), list)
