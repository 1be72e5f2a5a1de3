"""Clock, LED and button: the front of the box."""

import pytest

from hal.led import OFF, RED
from sim.devices.button import Button
from sim.devices.clock import Clock
from sim.devices.led import Led
from sim.time import Time


def test_the_clock_counts_from_power_on_and_has_no_date_until_it_is_set():
    time = Time(now=5_000_000)
    clock = Clock(time)
    assert (clock.now(), clock.wall()) == (0, None)
    time.run(8_500_000)
    assert clock.now() == 3_500_000
    clock.set_wall(1_700_000_000)
    time.run(10_000_000)
    assert clock.wall() == 1_700_000_002
    clock.set_wall(None)
    assert clock.wall() is None


def test_the_led_remembers_each_change_and_tells_it():
    time = Time()
    led = Led(time, kept=3)
    told = []
    led.on_change = lambda instant, colour: told.append((instant, colour))
    for instant, colour in ((1, RED), (2, RED), (3, OFF), (4, RED), (5, OFF)):
        time.run(instant)
        led.show(colour)
    assert told == [(1, RED), (3, OFF), (4, RED), (5, OFF)]
    assert list(led.history) == told[1:]
    assert led.colour == OFF
    with pytest.raises(ValueError, match="0xRRGGBB"):
        led.show(0x1000000)


def test_the_button_wakes_the_board_at_both_edges():
    time = Time()
    button = Button(time)
    edges = []
    button.wake = lambda: edges.append((time.now, button.pressed()))
    time.run(10)
    button.press(500_000)
    button.press()
    time.run(1_000_000)
    assert edges == [(10, True), (500_010, False)]
