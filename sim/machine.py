"""A board with power: its description made into devices, and the firmware that runs on them."""

import random
from collections.abc import Callable

from firmware import dsp, main
from firmware.effects import INFO, MAJOR
from firmware.log import ALL_COPIES_DAMAGED, DSP_LOST
from firmware.profile import DEFAULT, Profile, Release, parse
from firmware.update.image import check
from hal.description import Board
from hal.hardware import Hardware
from sim.air.antennas import fit
from sim.devices.button import Button
from sim.devices.clock import Clock
from sim.devices.dsp import Dsp
from sim.devices.flash import NorFlash, PowerCut
from sim.devices.led import Led
from sim.devices.radio import Radio
from sim.devices.sip_carrier import SipCarrier
from sim.devices.uart import Uart
from sim.devices.virtual_net import VirtualNet
from sim.factory import IMAGES, manufacture
from sim.time import CALLBACK, Handle, Time

VENDOR = b"\x00\x90\x33"
"""The vendor's part of the MAC addresses (console.md 2)."""

REBOOT = 100_000
"""Microseconds between a reset and the bootcode, our choice."""


class ReleaseRefused(Exception):
    """The firmware release does not run on the board; the text says which would."""


def foreign(flash, board: Board) -> "str | None":
    """Why the contents of a chip are not this board's, or None; an erased chip is anybody's."""
    places = [one for one in board.regions if one.name in IMAGES]
    if not places:
        return None
    found = [check(flash, one) for one in places]
    products = [image.product for image in found if not isinstance(image, str)]
    if board.title in products:
        return None
    if products:
        return f"it holds the flash of an {products[0]}, not of an {board.title}"
    if flash.read(0, flash.size).count(0xFF) == flash.size:
        return None
    return "there is no firmware of ours in it"


def here(codecs: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a chip that can be emulated: some need a library that may be missing."""
    return tuple(codec for codec in codecs if codec in dsp.CHANNEL_CODECS)


class Machine:
    """Power on, off and cut; the reset button; what runs is `gateway`, None without power.

    The firmware's objects are made anew at each boot; radio, DSP and sockets
    are reset, what is in flash stays. After a line that resets the board, it
    is up again `settling` microseconds later. `replaced` says why the flash is
    not the one that was asked for; the first boot raises it as an alarm. `attached.dsp(time, radio, part)`
    makes the DSP in place of an emulated one; `on_news` is told what such a one has to say.
    `antennas` are those of sim.air.antennas.fit, otherwise what the board comes with.
    """

    settling = 2 * REBOOT

    def __init__(self, board: Board, time: Time, net, air=None, *, flash: "NorFlash | None" = None, backend=None,
                 release: "str | None" = None, seed: int = 0, number: int = 1, position=(0.0, 0.0),
                 replaced: "str | None" = None, attached=None, antennas=None):
        self.board = board
        self.time = time
        self.net = net
        self.number = number
        self.flash = flash if flash is not None else NorFlash(board.flash, seed=seed)
        self.uart = Uart(time, backend)
        self.led = Led(time)
        self.button = Button(time)
        self.clock = Clock(time)
        self.gateway: "main.Gateway | None" = None
        self.radio = self.dsp = None
        if air is not None and board.radio is not None:
            part = board.radio
            self.radio = Radio(air, position, part.bearers, part.carriers, part.antennas)
            air.fit(self.radio, antennas or fit(part))
            if attached is None:
                self.dsp = Dsp(time, self.radio, board.dsp.channels, here(board.dsp.codecs))
            else:
                attached.on_news = self._dsp_news
                self.dsp = attached.dsp(time, self.radio, board.dsp)
        self.boots = 0
        self.on_boot: Callable[[Machine], object] = lambda machine: None
        self.on_loss: Callable[[Machine, str], object] = lambda machine, reason: None
        self._random = random.Random(f"{seed}/{number}")
        self._replaced = replaced
        self.on_news: Callable[[str], object] = lambda text: None
        self._dsp_trouble: "str | None" = None
        self._wakeup: "Handle | None" = None
        self._timer: "Handle | None" = None
        self._restart: "Handle | None" = None
        for device in (self.uart, self.button, self.net, self.radio, self.dsp):
            if device is not None:
                device.wake = self.wake
        if isinstance(net, VirtualNet):
            net.arrived = self._due
        wanted = parse(release or DEFAULT)
        refusal = Profile(wanted).refusal(board)
        if refusal:
            raise ReleaseRefused(refusal)
        self.flash.power_on()
        manufacture(self.flash, board, wanted.text(), renew=release is not None and self.release() != wanted)

    def release(self) -> Release:
        """The firmware release in flash, or the default where none can be read."""
        return main.release(self.flash, self.board)

    def power_on(self):
        if self.gateway is not None:
            return
        # A serial line without power hears nothing.
        self.uart.reset()
        self._boot()

    def _boot(self):
        self.time.cancel(self._restart)
        self._restart = None
        self.flash.power_on()
        self.boots += 1
        self.clock.powered_on = self.time.now
        self._guarded(self._start)
        if self.gateway is not None:
            self.on_boot(self)
            self._poll()

    def _start(self):
        self.gateway = main.boot(self._hardware(), 0)
        if self._replaced:
            self.gateway.log.raise_alarm("FLASHMAN0", ALL_COPIES_DAMAGED, MAJOR, self._replaced, 0)
            self._replaced = None
        if self._dsp_trouble:
            self.gateway.log.raise_alarm("MSP0", DSP_LOST, MAJOR, self._dsp_trouble, 0)

    def _dsp_news(self, text: str, standing: "str | None"):
        """What an attached DSP has to say: `standing` is the trouble that lasts."""
        self._dsp_trouble = standing
        if self.gateway is not None:
            log, now = self.gateway.log, self.clock.now()
            log.add("MSP0", MAJOR if standing else INFO, text, now)
            if standing:
                log.raise_alarm("MSP0", DSP_LOST, MAJOR, standing, now)
            else:
                log.clear_alarm("MSP0", DSP_LOST, now)
        self.on_news(text)

    def _hardware(self) -> Hardware:
        return Hardware(
            board=self.board, clock=self.clock, flash=self.flash, serial=self.uart, led=self.led, button=self.button,
            net=self.net, sip=SipCarrier(self.board.transports), radio=self.radio, dsp=self.dsp,
            mac=VENDOR + self.number.to_bytes(3, "big"), entropy=self._random.randbytes)

    def power_off(self):
        """All at once, as pulling the plug: nothing is told, nothing is written."""
        self._stop()
        self.uart.reset()

    def _stop(self):
        self.gateway = None
        for handle in (self._wakeup, self._timer, self._restart):
            self.time.cancel(handle)
        self._wakeup = self._timer = self._restart = None
        for device in (self.radio, self.dsp, self.net):
            if device is not None:
                device.reset()
        self.led.show(0)

    def run_line(self, line: str):
        """One console line, as the serial line would give it, with its effects; the interpreter's Result.

        PowerCut if power fails at it; the board is off then. RuntimeError if it is off already.
        """
        gateway = self.gateway
        if gateway is None:
            raise RuntimeError("the board has no power")
        try:
            result = gateway.run_line(line, self.clock.now())
        except PowerCut as cut:
            self._lost(cut)
            raise
        self.wake()
        return result

    def wake(self):
        """Something for the firmware has come: poll once at this instant, after what else happens at it."""
        if self._wakeup is None and self.gateway is not None:
            self._wakeup = self.time.at(self.time.now, self._poll)

    def _due(self):
        """At once if nothing else happens at this instant."""
        if self.time.next() == self.time.now:
            self.wake()
        elif self._wakeup is None:
            self._poll()

    def _poll(self):
        self._wakeup = None
        gateway = self.gateway
        if gateway is not None:
            try:
                self._run(gateway)
            except PowerCut as cut:
                self._lost(cut)

    def _run(self, gateway):
        loop = gateway.loop
        loop.poll(self.clock.now())
        if loop.restart is not None and (loop.restart.when == "now" or gateway.idle()):
            self._reboot()
            return
        due, timer = loop.due(), self._timer
        when = None if due is None else self.clock.powered_on + due
        if timer is not None and timer[0] == when and timer[CALLBACK] is not None:
            return
        self.time.cancel(timer)
        self._timer = None if when is None else self.time.at(when, self._due)

    def _reboot(self):
        """What the serial line holds stays there: the reply to `reset` goes out, what was typed ahead comes in."""
        self._stop()
        self._restart = self.time.after(REBOOT, self._boot)

    def _guarded(self, action):
        """A power cut inside a flash operation ends this boot, wherever the firmware was."""
        try:
            action()
        except PowerCut as cut:
            self._lost(cut)

    def _lost(self, cut):
        self.power_off()
        self.on_loss(self, str(cut))
