"""A board that runs MicroPython: its Hardware, and the loop that drives the firmware on it."""

import os
import select
import sys

import machine
import micropython

from hal.hardware import Hardware
from hal.ports import settings
from hal.ports.clock import Clock
from hal.ports.flash import SectorFiles
from hal.ports.nowhere import NOWHERE
from hal.ports.pins import Button, Led, NoButton, NoLed
from hal.ports.serial import Leave, Serial
from hal.sip import Limits

LONGEST = 1000
"""Milliseconds that the loop sleeps at most: the ticks wrap, and nothing wakes it when an address changes."""

SOON = 5
"""Milliseconds until a serial line that was full is tried again: nothing wakes us when it has room."""

GOODBYE = 500_000
"""Microseconds for the reply to `reset` to leave."""

CTRL_C = 3

FLASH = "flash"
"""The folder of hal.ports.flash."""

LIMITS = Limits(message=2048, dialogs=4, transactions=16)
"""A message is parsed into about ten times its size; a request that is remembered keeps the answer to it."""


class Carrier:
    """hal.SipCarrier: no board has the memory for TLS beside the firmware, nor a cipher for SRTP."""

    srtp = False
    limits = LIMITS

    def __init__(self, transports):
        self.transports = transports


def hardware(board, wakeups):
    """The Hardware of a hal.description.Board; `wakeups` is the select.poll that the loop sleeps in."""
    known = settings.read()
    clock = Clock()
    net, mac = network(board, known, wakeups)
    return Hardware(
        board=board, clock=clock, flash=SectorFiles(FLASH, *board.flash), serial=Serial(wakeups, clock),
        led=_led(board.micropython.led), button=_button(board.micropython.button), net=net,
        sip=Carrier(board.transports), mac=settings.mac(known) or mac or _mac(), entropy=os.urandom)


def network(board, known, wakeups):
    """(hal.Net, MAC address or None); a board that carries SIP over nothing has no network."""
    if not board.transports:
        from hal.ports.nowhere import NoNet

        return NoNet(), None
    from hal.ports import interface
    from hal.ports.net import Net

    line, mac = interface.start(known)
    return Net(line, wakeups), mac


def run(board, boot):
    """Boot and drive until the firmware wants a reset, or somebody wants MicroPython's prompt.

    `boot(hardware, now)` returns an object with `loop` and `idle()`, as firmware.main.boot does.
    """
    wakeups = select.poll()
    parts = hardware(board, wakeups)
    restore = quiet()
    try:
        survive(drive, boot(parts, parts.clock.now()), parts, wakeups)
    except Leave:
        print("\r\nleaving the firmware; a reset starts it again\r")
        return
    finally:
        restore()
    reset()


def survive(action, *arguments):
    """A fault of the running firmware, or no memory left, is shown and ends in a reset, not in a dead gateway."""
    try:
        action(*arguments)
    except Leave:
        raise
    except Exception as error:
        sys.print_exception(error)


def drive(gateway, parts, wakeups):
    """Poll and sleep, until a restart is due or our address has changed."""
    loop, clock, address = gateway.loop, parts.clock, parts.net.address
    while parts.net.address in (address, NOWHERE):
        loop.poll(clock.now())
        if loop.restart is not None and (loop.restart.when == "now" or gateway.idle()):
            break
        wakeups.poll(pause(loop.due(), clock.now()) if loop.drain() else SOON)
    say_goodbye(loop, clock)


def say_goodbye(loop, clock):
    """The reply to `reset` leaves, if somebody takes it."""
    until = clock.now() + GOODBYE
    while not loop.drain() and clock.now() < until:
        pass


def pause(due, now):
    """Milliseconds to sleep, rounded up: waking too early would only mean to sleep again."""
    return LONGEST if due is None else max(0, min(LONGEST, (due - now + 999) // 1000))


def quiet():
    """Keep Ctrl-C and, where there is a terminal, its own line editing off the console (hal.ports.serial).

    Returns what undoes it.
    """
    micropython.kbd_intr(-1)
    try:
        import termios

        before = termios.tcgetattr(0)
        termios.setraw(0)
    except (ImportError, OSError):
        return lambda: micropython.kbd_intr(CTRL_C)

    def restore():
        termios.tcsetattr(0, termios.TCSANOW, before)
        micropython.kbd_intr(CTRL_C)

    return restore


def reset():
    """As the button would; the unix VM has only the soft one, which ends it with status 0."""
    getattr(machine, "reset", machine.soft_reset)()


def _led(description):
    if description is None:
        return NoLed()
    pin, lit = description if isinstance(description, tuple) else (description, 1)
    return Led(machine.Pin(pin, machine.Pin.OUT), lit)


def _button(description):
    if description is None:
        return NoButton()
    pin, pressed = description
    pull = machine.Pin.PULL_DOWN if pressed else machine.Pin.PULL_UP
    return Button(machine.Pin(pin, machine.Pin.IN, pull), pressed)


def _mac():
    """A locally administered address from the chip's serial number, or the emulator's first."""
    unique = getattr(machine, "unique_id", None)
    return b"\x02" + bytes(unique())[-5:] if unique else b"\x00\x90\x33\x00\x00\x01"
