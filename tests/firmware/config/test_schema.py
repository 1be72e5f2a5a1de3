"""An option takes what its schema says and names the right form otherwise."""

import pytest

from firmware.config.schema import CHOICE, FLAG, NUMBER, TEXT, Option


@pytest.mark.parametrize(("option", "text", "value"), [
    (Option("pai", FLAG), "", True), (Option("pai", FLAG), "on", True), (Option("pai", FLAG), "OFF", False),
    (Option("ec-type", NUMBER, low=0, high=2), "2", 2), (Option("level", NUMBER), "-5", -5),
    (Option("mode", CHOICE, choices=("OFF", "ACTIVE")), "active", "ACTIVE"), (Option("url"), "", ""),
])
def test_a_right_text_is_read(option, text, value):
    assert option.read(text) == value


@pytest.mark.parametrize(("option", "text", "form"), [
    (Option("pai", FLAG), "maybe", "on or off"),
    (Option("ec-type", NUMBER, low=0, high=2), "3", "a number from 0 to 2"),
    (Option("ec-type", NUMBER, low=0, high=2), "-1", "a number from 0 to 2"),
    (Option("poll", NUMBER, unit="min", low=1), "x", "a whole number from 1 min"),
    (Option("poll", NUMBER, unit="min", high=9), "", "a whole number up to 9 min"),
    (Option("poll", NUMBER), "²", "a whole number"), (Option("poll", NUMBER), "\u0661", "a whole number"),
    (Option("poll", NUMBER), "1" * 10, "a whole number"),
    (Option("mode", CHOICE, choices=("off", "on")), "x", "one of off, on"),
    (Option("name", TEXT, high=3), "long", "at most 3 characters"),
])
def test_a_wrong_text_is_refused_with_the_right_form(option, text, form):
    with pytest.raises(ValueError) as refusal:
        option.read(text)
    assert str(refusal.value) == form


def test_an_option_says_what_it_takes():
    assert Option("pai", FLAG).form() == "on or off"
    assert Option("poll", NUMBER, unit="min", low=1, high=60).form() == "a number from 1 to 60 min"
    assert Option("name", high=30).form() == "text of at most 30 characters"
