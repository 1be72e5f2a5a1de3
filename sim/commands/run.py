"""Boot a board and let it run.

The serial console is the board's own: `gatesim console PORT` or any terminal program talks to it.
A board's address is one of 127.0.0.2 to 127.0.0.254, so that any number run side by side with
SIP on 5060 and HTTP on 80. Ctrl-C ends the run and leaves nothing behind.
"""

import asyncio
import contextlib
import signal
import sys
import time
from typing import TYPE_CHECKING

from sim.status import SUCCESS, UserError

if TYPE_CHECKING:
    from sim.monitor.server import Monitor

DSP_HELP = (
    "dsp,port=PORT: the DSP channels run on the board attached there, a serial device, socket://HOST:PORT or "
    "rfc2217://HOST:PORT (baud=N, default 921600); port=qemu:mps2-an500 or qemu:mps2-an386 starts one in QEMU, with "
    "image=FILE (default: that of `make target`), gdb=PORT lets a debugger in, icount=on makes its clock count "
    "instructions; trace=FILE writes the link's frames")

IDLE = 200_000
"""Microseconds of nothing to do after the end of input that count as idle."""


def arguments(parser):
    common(parser)
    parser.add_argument("-serial", metavar="LINE", default="pty",
                        help="pty[:LINK] | stdio | tcp:H:P | unix:PATH | none (default %(default)s)")
    parser.add_argument("-flash", metavar="FILE",
                        help="the flash chip's contents; created if absent, kept afterwards; a file that is no flash "
                        "of this board is renamed to FILE.bad")
    parser.add_argument("-net", metavar="NET", default="host",
                        help="host[=127.0.0.N]: sockets on loopback; none: an unplugged cable (default %(default)s)")
    parser.add_argument("-icount", action="store_true",
                        help="virtual time: as fast as the host can, the same again for the same seed; needs -net none")
    parser.add_argument("-device", metavar="DEVICE", action="append", default=[],
                        help="handset,ipei=N[,play=WAV][,record=WAV][,answer=SECONDS][,x=METRES][,y=METRES][,floor=N]"
                        "[,model=NAME][,wideband=on]: a handset in range; repeatable. "
                        "antenna,kind=NAME[,azimuth=DEGREES][,tilt=DEGREES]: what is plugged into a socket of an "
                        "e-model (dipole, directional-dual, directional, omni), pointing from x towards y and up; "
                        "one a plug. " + DSP_HELP)
    parser.add_argument("-qmp", metavar="PLACE",
                        help="unix:PATH | tcp:H:P: a monitor that speaks QMP, for `qmp-shell` and programs")
    parser.add_argument("-S", action="store_true", help="halt time at the start, until the monitor's `cont`")
    parser.add_argument("--script", metavar="FILE", help="console lines to carry out after the boot")
    parser.add_argument("--until-idle", action="store_true",
                        help="end when input has ended, all output is out and no call is up")
    parser.add_argument("--pcap", metavar="FILE", help="capture the board's network traffic")
    parser.add_argument("--pcap-air", metavar="FILE",
                        help="capture what goes over the air, for Wireshark (ethertype 0x2323): a packet a burst, the "
                        "base's idle beacon included")


def common(parser):
    """The options that every command with a board has."""
    parser.add_argument("-M", dest="machine", metavar="BOARD", default="ip1203", help="model; see `gatesim boards`. "
                        "A board with MicroPython is emulated too, with what it has; `gatesim flash` brings the real "
                        "one its firmware")
    parser.add_argument("--fw", metavar="RELEASE", help="firmware release, such as 15r1sr4")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all chance (default %(default)s)")


def execute(arguments):
    with site_of(arguments) as site:
        Run(site, arguments).main()
    return SUCCESS


def site_of(arguments):
    from sim.site import Site

    if arguments.icount and arguments.net != "none":
        raise UserError("-icount is virtual time, which real sockets cannot follow: add -net none")
    if arguments.icount and arguments.qmp:
        raise UserError("-qmp: nobody could ask in time while virtual time runs as fast as it can: leave out -icount")
    if arguments.S and not arguments.qmp:
        raise UserError("-S: without -qmp nobody could let the board run")
    return Site(virtual=arguments.icount, seed=arguments.seed)


class Terminated(BaseException):
    """Somebody asked the process to end, politely: the run ends as if it had been over."""


class Run:
    """One board from power-on to the end of the run."""

    def __init__(self, site, arguments):
        self.site = site
        self.arguments = arguments
        self.ended = False
        self.monitor: "Monitor | None" = None

    def end(self):
        """A signal asked for it."""
        self.ended = True
        self.site.pace.stop()

    def main(self):
        with contextlib.ExitStack() as stack, terminable():
            machine, backend = self.build(stack)
            machine.power_on()
            self.go(Idle(self.site.time, machine, backend) if self.arguments.until_idle else None)

    def build(self, stack):
        """The Machine, powered off, and the far end of its serial line; `stack` undoes all of it."""
        from sim import antenna_device
        from sim.assembly import handsets, network, open_flash, serial_backend
        from sim.dsp_device import attach, chosen

        arguments, site = self.arguments, self.site
        script = read_script(arguments.script)
        dsp, others = chosen(arguments.device)
        plugs, others = antenna_device.chosen(others)
        antennas = antenna_device.fitted(plugs, arguments.machine)
        flash, replaced = open_flash(arguments)
        if flash is not None:
            stack.callback(flash.close)
        if replaced:
            print(f"gatesim run: {replaced}", file=sys.stderr)
        net = network(site, arguments.net)
        backend = serial_backend(arguments.serial, site.pace)
        stack.callback(backend.close)
        self.capture(net, stack)
        attached = attach(dsp, site.pace, stack) if dsp else None
        machine = build(site, arguments, net=net, number=serial_number(net), flash=flash, backend=backend,
                        replaced=replaced, attached=attached, antennas=antennas)
        must_have(machine.board, radio=others or arguments.pcap_air, dsp=dsp)
        machine.on_news = lambda text: print(f"gatesim run: {text}", file=sys.stderr, flush=True)
        machine.on_loss = lambda board, reason: print(f"power lost: {reason}", file=sys.stderr)
        machine.on_boot = Booted(arguments.script, script)
        handsets(site, others, stack)
        if arguments.qmp:
            from sim.monitor.server import Monitor

            self.monitor = Monitor(site, arguments.qmp, self.end)
        self.announce(backend, net)
        return machine, backend

    def capture(self, net, stack):
        """What goes over the network and the air, into files."""
        arguments, began = self.arguments, 0.0 if self.arguments.icount else time.time()
        if arguments.pcap:
            stack.enter_context(capture(arguments.pcap, net, began))
        if arguments.pcap_air:
            stack.enter_context(capture_air(arguments.pcap_air, self.site.air, began))

    def announce(self, backend, net):
        where = getattr(backend, "path", None) or getattr(backend, "address", None)
        if where:
            print(f"char device redirected to {place(where)}", file=sys.stderr)
        if self.arguments.net != "none":
            print(f"network on {net.address}", file=sys.stderr)
        sys.stderr.flush()

    def go(self, idle):
        site = self.site
        if site.pace is None:
            site.time.run_until(idle or (lambda: False), 1 << 62)
            return
        # From here to `paced` a signal waits: raised while asyncio sets itself up it would be half lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, heeded())
        try:
            asyncio.run(self.paced(idle))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    async def paced(self, idle):
        pace, loop = self.site.pace, asyncio.get_running_loop()
        for number in heeded():
            # An exception out of a signal handler could end in asyncio's own log.
            loop.add_signal_handler(number, self.end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, heeded())
        if self.arguments.S:
            pace.pause()
        async with self.monitor.listen() if self.monitor else contextlib.nullcontext():
            if not self.ended:
                await pace.run(until=idle)


def heeded():
    """The signals that end a run in good order; `nohup` may have had one ignored."""
    return [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]


@contextlib.contextmanager
def terminable():
    """Signals asking for the end do end the block, as if it had been over."""
    def end(number, frame):
        raise Terminated

    before = {number: signal.signal(number, end) for number in heeded()}
    try:
        yield
    except Terminated:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def must_have(board, **wanted):
    """UserError where something is wanted of a part that the board lacks."""
    for part, what in wanted.items():
        if what and getattr(board, part) is None:
            raise UserError(f"the {board.title} has no {part}: take a base station; see `gatesim boards`")


def place(where):
    """A path, or a TCP address as `gatesim console` takes it."""
    return where if isinstance(where, str) else "socket://{}:{}".format(*where)


class Idle:
    """True once input has ended and for IDLE microseconds nothing was left to do."""

    def __init__(self, time, machine, backend):
        self.time, self.machine, self.backend = time, machine, backend
        self._since = None
        self._tick()

    def _tick(self):
        self.time.after(IDLE // 4, self._tick)

    def __call__(self):
        gateway = self.machine.gateway
        quiet = (getattr(self.backend, "eof", True) and self.machine.uart.idle and gateway is not None
                 and gateway.loop.restart is None and gateway.idle())
        if not quiet:
            self._since = None
        elif self._since is None:
            self._since = self.time.now
        return quiet and self.time.now - self._since >= IDLE


def serial_number(net):
    """Of a board, and the last part of its MAC address: that of its loopback address, which no other run has."""
    parts = [int(part) for part in net.address.split(".")]
    return (parts[1] << 16 | parts[2] << 8 | parts[3]) - 1


def build(site, arguments, **options):
    """The Machine that the options name; UserError for a model or release that does not fit."""
    from sim.machine import ReleaseRefused

    try:
        return site.board(arguments.machine, release=arguments.fw, **options)
    except (KeyError, ValueError, ReleaseRefused) as error:
        raise UserError(str(error.args[0])) from error


def read_script(path):
    """The octets of a file of console lines; none without a path."""
    if path is None:
        return b""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"cannot read the script {path}: {error.strerror}") from error


class Booted:
    """At each boot: says which ports the board is without, and carries out the console lines of a
    script, from the line after the one that restarted the board.

    Each reply goes to standard error, as the serial line is the board's own.
    """

    def __init__(self, path, text):
        self.path, self.text = path, text
        self._last = 0

    def __call__(self, machine):
        for protocol, module, port, reason in machine.gateway.loop.refused:
            print(f"gatesim run: {module} is without {protocol} port {port}: {reason}", file=sys.stderr)
        for line in machine.gateway.run_script(self.text, machine.clock.now(), after=self._last):
            self._last = line.number
            print(f"{self.path}:{line.number}: {line.text} -> {line.result.reply.strip()}", file=sys.stderr)


def capture(path, net, start):
    """A Pcap of all that `net` carries, whose packets are dated from `start` (seconds since 1970)."""
    from sim.trace import Pcap

    try:
        pcap = Pcap(path, start)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    net.tap = pcap.packet
    return pcap


@contextlib.contextmanager
def capture_air(path, air, start):
    """While it is entered all bursts go to a file, dated as `capture` does."""
    from sim.burstlog import BurstLog

    try:
        log = BurstLog(path, start)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror}") from error
    with log:
        air.tap(log.burst, idle=True)
        yield
        air.untap(log.burst)
