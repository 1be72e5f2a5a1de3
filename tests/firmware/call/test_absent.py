"""CALL of a board without radio or DSP."""

import pytest

from firmware.call import cause
from firmware.call.absent import NoCalls
from firmware.call.leg import Leg, Release, Setup
from firmware.effects import Log, Tell


class Directory:
    def find(self, attribute, value):
        return {"cn": "Anna"} if (attribute, value) == ("e164", "301") else None


def asked(called, module="SIP"):
    return NoCalls(Directory()).receive(Setup(Leg(module, 2), called, "202", "Bert", None), 0)


@pytest.mark.parametrize(("called", "why"), [
    ("301", cause.ABSENT), ("399", cause.UNALLOCATED), ("", cause.UNALLOCATED), (None, cause.UNALLOCATED)])
def test_a_known_user_is_absent_and_any_other_number_does_not_exist(called, why):
    tell, log = asked(called)
    assert tell == Tell("SIP", Release(Leg("SIP", 2), why))
    assert isinstance(log, Log)
    assert "no handsets" in log.text


def test_what_is_no_setup_is_not_answered():
    assert NoCalls(Directory()).receive(Release(Leg("SIP", 2), cause.NORMAL), 0) == []


def test_nobody_is_busy_and_the_commands_are_those_of_a_base_station():
    module = NoCalls(Directory())
    assert module.busy() == 0
    for word in module.commands:
        assert module.command("", [word], 0) == ("none\r\n", [])
    assert module.command("", ["nonsense"], 0) == (None, [])
    assert module.command("", [], 0)[0] is None
