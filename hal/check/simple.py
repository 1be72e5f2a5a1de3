"""The contracts of hal.clock, hal.led, hal.button and hal.sip."""

from hal.check.contract import need
from hal.led import BLUE, OFF, RED, YELLOW

STEP = 10_000
YEAR_2000 = 946_684_800


def check_clock(clock, advance):
    last = clock.now()
    need(isinstance(last, int) and last >= 0, "now is an integer number of microseconds since power-on")
    for _ in range(5):
        advance(STEP)
        now = clock.now()
        need(now >= last, "now never goes back")
        need(now >= last + STEP, "now counts microseconds")
        last = now
    wall = clock.wall()
    if wall is not None:
        need(isinstance(wall, int) and wall > YEAR_2000, "wall is an integer number of seconds since 1970, or None")
        need(wall - 1 <= clock.wall() <= wall + 60, "wall does not jump")


def check_led(led, seen=None):
    """`seen()`, if given, tells the colour that is lit."""
    for colour in (RED, YELLOW, BLUE, 0x123456, OFF):
        led.show(colour)
        need(seen is None or seen() == colour, "the lamp has the colour it was given last")
        led.show(colour)
        need(seen is None or seen() == colour, "the lamp keeps its colour when it is given it again")


def check_button(button, hold=None):
    """`hold(True | False)`, if given, is the finger."""
    need(button.pressed() in (True, False) and isinstance(button.pressed(), bool), "pressed is True or False")
    if hold is None:
        return
    hold(True)
    need(button.pressed(), "pressed is True while the button is held")
    need(button.pressed(), "asking does not release the button")
    hold(False)
    need(not button.pressed(), "pressed is False once the button is released")


def check_sip(carrier):
    need(isinstance(carrier.transports, tuple) and carrier.transports, "transports is a tuple with at least one")
    for transport in carrier.transports:
        need(transport in ("udp", "tcp", "tls"), "a transport is udp, tcp or tls")
    need(isinstance(carrier.srtp, bool), "srtp is True or False")
    # RFC 3261 18.1.1: an element must take messages up to the datagram's size; 1500 is what fits one Ethernet frame.
    need(carrier.limits.message >= 1500, "the largest message is at least 1500 octets")
    need(carrier.limits.dialogs >= 1, "at least one dialog fits")
