"""receive / tick / due over all modules, and the one place where effects are applied.

The whole gateway has the shape of its parts: a simulator drives it event by
event, and a board runs it as `while True: loop.poll(now()); wait(loop.due())`.
"""

from firmware.button import Pressed
from firmware.effects import (
    As,
    Bind,
    Clear,
    Close,
    Do,
    Failed,
    Listen,
    Log,
    Raise,
    Restart,
    Send,
    Show,
    Stream,
    Tell,
    Trace,
    Write,
)
from firmware.module import Module, earliest
from hal.net import Accepted, Bound, Closed, Datagram, Received, Refused

DEVICES = ("radio", "dsp", "fax")


class Typed:
    """Octets from the serial line, for the module CONSOLE."""

    def __init__(self, data, events):
        self.data = data
        self.events = events


class Loop:
    """The modules of one running firmware and the hardware they act on.

    `restart` is None until a module has asked for a reset that is now due;
    whoever drives the loop then builds a fresh one. `refused` lists the sockets
    that could not be opened, as (protocol, module, port, reason).
    """

    def __init__(self, hardware, registry, log):
        self.hardware = hardware
        self.registry = registry
        self.log = log
        self.restart = None
        self.refused = []
        self._owners = {}
        self._sockets = {}
        self._known = {}
        self._first, self._settled = None, False
        self._count, self._clocked, self._others, self._devices = -1, [], [], None
        self._held = False
        self._unsent = b""
        self._apply = {
            Write: self._write, Bind: self._open, Listen: self._open, Send: self._send, Stream: self._stream,
            Close: self._close, Do: self._do, Tell: self._tell, As: self._as, Log: self._log, Trace: self._trace,
            Raise: self._raise, Clear: self._clear, Restart: self._restart, Show: self._show,
        }

    def start(self, now):
        for module in self.registry.modules:
            self.apply(module, module.start(now), now)

    def poll(self, now):
        """Take in all that the hardware has, then run what is due."""
        hardware = self.hardware
        data, events = hardware.serial.read(), hardware.serial.events()
        if data or events:
            self.receive(self.registry.find("CONSOLE"), Typed(data, events), now)
        self._finger(self.registry.find("BUTTON"), now)
        for event in hardware.net.poll():
            owner = self._owners.get(event.key) if type(event) is Datagram else self._owner(event)
            if owner is not None:
                self.apply(owner, owner.receive(event, now), now)
        for device, module in self._talking():
            for event in device.poll():
                self.apply(module, module.receive(event, now), now)
        self.tick(now)
        self.drain()

    def _finger(self, module, now):
        held = module is not None and self.hardware.button.pressed()
        if held != self._held:
            self._held = held
            self.receive(module, Pressed(held), now)

    def receive(self, module, event, now):
        if module is not None:
            self.apply(module, module.receive(event, now), now)

    def tick(self, now):
        first = self.due()
        if first is None or first > now:
            return
        for module in self._timed():
            due = self._due_of(module)
            if due is not None and due <= now:
                self.apply(module, module.tick(now), now)

    def due(self):
        """The instant of the next `tick`, or None. Who is `alone` is asked again once something was given to it."""
        modules = self._timed()
        if not self._settled:
            self._first, self._settled = earliest(*[self._due_of(one) for one in modules if one.alone]), True
        first = self._first
        for module in self._others:
            due = module.due()
            if due is not None and (first is None or due < first):
                first = due
        return first

    def _due_of(self, module):
        if not module.alone:
            return module.due()
        known = self._known
        if module not in known:
            known[module] = module.due()
        return known[module]

    def _timed(self):
        """The modules that may have a `due` at all."""
        modules = self.registry.modules
        if len(modules) != self._count:
            self._count, self._settled = len(modules), False
            self._clocked = [module for module in modules if type(module).due is not Module.due]
            self._others = [module for module in self._clocked if not module.alone]
            self._devices = None
        return self._clocked

    def _talking(self):
        """The devices of ours that have something to say, each with the module that it says it to."""
        self._timed()
        if self._devices is None:
            hardware, find = self.hardware, self.registry.find
            devices = (hardware.radio, find("GW-DECT")), (hardware.dsp, find("CALL")), (hardware.fax, find("FAX0"))
            self._devices = [pair for pair in devices if pair[0] is not None and pair[1] is not None]
        return self._devices

    def sockets(self):
        """What is open, as ("udp" or "tcp", module, port), in order."""
        return sorted([self._sockets[key] for key in self._sockets])

    def apply(self, module, effects, now):
        """Carry out a module's effects and all that follow from them, in order."""
        self._touch(module)
        if not effects:
            return
        queue = [(module, effect) for effect in effects]
        position = 0
        while position < len(queue):
            owner, effect = queue[position]
            position += 1
            for follower, more in self._apply[type(effect)](owner, effect, now):
                self._touch(follower)
                queue.extend([(follower, one) for one in more])

    def _touch(self, module):
        """Something was given to it; what is not `alone` may have changed others as well, as the console does."""
        self._settled = False
        if module.alone:
            self._known.pop(module, None)
        else:
            self._known.clear()

    def _owner(self, event):
        if isinstance(event, (Datagram, Bound, Refused)):
            return self._owners.get(event.key)
        if isinstance(event, Accepted):
            self._owners[event.connection] = self._owners.get(event.key)
            return self._owners[event.connection]
        if isinstance(event, Closed):
            return self._owners.pop(event.connection, None)
        return self._owners.get(event.connection) if isinstance(event, Received) else None

    def drain(self):
        """Pass on to the serial line what it has room for; whether that was all."""
        if self._unsent:
            self._unsent = self._unsent[self.hardware.serial.write(self._unsent):]
        return not self._unsent

    def _write(self, owner, effect, now):
        self._unsent += effect.data
        self.drain()
        return ()

    def _open(self, owner, effect, now):
        protocol, net = "udp" if isinstance(effect, Bind) else "tcp", self.hardware.net
        answer = (net.bind if protocol == "udp" else net.listen)(effect.key, effect.port)
        if isinstance(answer, Bound):
            self._owners[effect.key] = owner
            self._sockets[effect.key] = (protocol, owner.name, answer.port)
        elif (protocol, owner.name, effect.port, answer.reason) not in self.refused:
            self.refused.append((protocol, owner.name, effect.port, answer.reason))
        return ((owner, owner.receive(answer, now)),)

    def _send(self, owner, effect, now):
        self.hardware.net.send(effect.key, effect.to, effect.data)
        return ()

    def _stream(self, owner, effect, now):
        self.hardware.net.write(effect.connection, effect.data)
        return ()

    def _close(self, owner, effect, now):
        self._owners.pop(effect.key, None)
        self._sockets.pop(effect.key, None)
        self.hardware.net.close(effect.key)
        return ()

    def _do(self, owner, effect, now):
        device = getattr(self.hardware, effect.device) if effect.device in DEVICES else None
        if device is None:
            return ((owner, owner.receive(Failed(effect, "no such device"), now)),)
        method = getattr(device, effect.method)
        try:
            method(*effect.arguments)
        except (ValueError, OSError) as error:
            return ((owner, owner.receive(Failed(effect, str(error)), now)),)
        return ()

    def _show(self, owner, effect, now):
        self.hardware.led.show(effect.colour)
        return ()

    def _tell(self, owner, effect, now):
        module = self.registry.find(effect.module)
        return () if module is None else ((module, module.receive(effect.message, now)),)

    def _as(self, owner, effect, now):
        return ((self.registry.find(effect.module), effect.effects),)

    def _log(self, owner, effect, now):
        self.log.add(owner.name, effect.severity, effect.text, now)
        return ()

    def _trace(self, owner, effect, now):
        self.log.trace(owner.name, effect.text, now)
        return ()

    def _raise(self, owner, effect, now):
        self.log.raise_alarm(owner.name, effect.code, effect.severity, effect.text, now)
        return ()

    def _clear(self, owner, effect, now):
        self.log.clear_alarm(owner.name, effect.code, now)
        return ()

    def _restart(self, owner, effect, now):
        self.restart = effect
        return ()
