"""The ring log forgets the oldest, alarms stand until they are cleared, and secrets are hidden."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.effects import INFO, MAJOR, MINOR
from firmware.log import CODES, EVENTS, MASK, NO_SPACE, Log, event_text, is_secret, masked

SECOND = 1_000_000


def test_a_line_looks_as_the_vendors():
    log = Log()
    log.set_time(1363098541, 0)
    log.add("CMD", INFO, "admin@172.16.68.130 mod cmd PHONE/USER-UI reg-edit-reg", 0)
    assert log.lines() == ["20130312-142901 CMD admin@172.16.68.130 mod cmd PHONE/USER-UI reg-edit-reg"]


def test_time_counts_from_1970_while_the_clock_is_unset():
    log = Log()
    log.add("CMD0", INFO, "up", 3661 * SECOND)
    assert log.lines() == ["19700101-010101 CMD0 up"]


@given(st.integers(0, 4_102_444_799))
@settings(max_examples=300, deadline=None)
def test_the_calendar_is_gregorian(wall):
    log = Log()
    log.set_time(wall, 5 * SECOND)
    expected = datetime.datetime.fromtimestamp(wall, datetime.UTC)
    assert log.stamp(5 * SECOND) == expected.strftime("%Y%m%d-%H%M%S")


def test_the_ring_is_bounded_and_keeps_the_newest():
    log = Log(2000)
    for number in range(1000):
        log.add("CMD0", INFO, f"line {number}", 0)
        assert log.used <= 2000
    assert log.lines()[-1].endswith("line 999")
    assert 20 < len(log.lines()) < 80


def test_a_line_cannot_fill_the_ring_or_forge_another():
    log = Log(4000)
    log.add("CMD0", INFO, "x" * 100_000, 0)
    log.add("CMD0", INFO, "one\r\n20200101-000000 CMD0 two", 0)
    assert log.used < 4000
    assert len(log.lines()) == 2
    assert not any("\n" in line for line in log.lines())


def test_a_trace_is_kept_only_while_its_module_traces():
    log = Log()
    log.trace("MATP", "lost", 0)
    log.set_trace("MATP", True)
    log.trace("MATP", "kept", 0)
    log.trace("CUNITE", "lost", 0)
    log.set_trace("MATP", False)
    log.trace("MATP", "lost", 0)
    assert [line.text for line in log.entries()] == ["kept"]


def test_an_alarm_stands_once_until_it_is_cleared():
    log = Log()
    log.raise_alarm("FLASHMAN0", NO_SPACE, MAJOR, "", 1)
    log.raise_alarm("FLASHMAN0", NO_SPACE, MAJOR, "no space", 2)
    assert [(alarm.code, alarm.since) for alarm in log.alarms()] == [(NO_SPACE, 1)]
    log.clear_alarm("FLASHMAN0", 0x42, 3)
    log.clear_alarm("FLASHMAN0", NO_SPACE, 4)
    log.clear_alarm("FLASHMAN0", NO_SPACE, 5)
    assert log.alarms() == []
    assert [event.kind for event in log.events()] == ["raised", "cleared"]


def test_no_space_reads_as_the_article_has_it():
    log = Log()
    log.event("FLASHMAN0", NO_SPACE, MAJOR, "", 0)
    assert event_text(log.events()[0]) == "Error 0x00130001 Major FLASHMAN0 no space"
    assert log.alarms() == []


def test_events_are_bounded():
    log = Log()
    for number in range(3 * EVENTS):
        log.event("SIP", 0x00010002, MINOR, str(number), number)
    assert len(log.events()) == EVENTS
    assert log.events()[-1].text == str(3 * EVENTS - 1)


def test_every_code_has_a_severity_and_a_text():
    for code, (severity, text) in CODES.items():
        assert code >> 16
        assert severity in range(4)
        assert text


@pytest.mark.parametrize("name", ["pwd", "gk-pwd", "PASSWORD", "client-secret"])
def test_passwords_are_known_by_name(name):
    assert is_secret(name)


def test_the_value_after_a_secret_option_is_hidden():
    line = "mod cmd PHONE/USER-UI reg-edit-reg /gk-pwd hidden /userid admin"
    assert masked(line.split(" ")) == f"mod cmd PHONE/USER-UI reg-edit-reg /gk-pwd {MASK} /userid admin"
