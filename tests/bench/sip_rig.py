"""The SIP module alone on real sockets: who calls it is answered at once, without audio; or it calls a server.

As a program it prints one line with its address when it is ready and, on SIGTERM, one of JSON: calls, seconds of
CPU, memory. `python -m tests.bench.sip_rig --help` says the rest.
"""

import argparse
import asyncio
import json
import random
import resource
import signal

from firmware.call.leg import Audio, Codec, Connect, Leg, Release, Setup
from firmware.effects import Tell
from firmware.log import Log
from firmware.loop import Loop
from firmware.module import Module, Registry
from firmware.sip.interface import Sip
from hal.hardware import Hardware
from hal.sip import Limits
from sim.devices.clock import Clock
from sim.devices.host_net import HostNet
from sim.devices.uart import Uart
from sim.pace import Pace
from sim.time import Time
from tests.bench.usage import resident_kb

DIALOGS = 10_000
NOWHERE = ("127.0.0.1", 9)
SECOND = 1_000_000
PCMU = Codec("pcmu", 0, 8000)


class Exchange(Module):
    """Stands for the module CALL: answers every call at once, hangs up at once on every call of its own."""

    name = "CALL"

    def __init__(self, address):
        self.answer = Audio(address, 16384, (PCMU,), 20, "sendrecv")
        self.up = self.most = self.answered = self.failed = 0
        self._number = -1

    def receive(self, message, now):
        if isinstance(message, Setup):
            self.up += 1
            self.most = max(self.most, self.up)
            return [Tell("SIP", Connect(message.leg, self.answer))]
        if isinstance(message, Connect):
            self.answered += 1
            return [Tell("SIP", Release(message.leg, 16))]
        if isinstance(message, Release):
            if message.leg.id % 2:
                self.failed += 1
            else:
                self.up -= 1
                self.answered += 1
        return []

    def call(self):
        """The Setup of one more call of our own."""
        self._number += 2
        return [Tell("SIP", Setup(Leg("SIP", self._number), "service", "201", "", self.answer))]


class Rig:
    """A Loop with SIP and an Exchange on `net`; it runs when `time` does."""

    def __init__(self, net, time, server=NOWHERE):
        self.net, self.time = net, time
        self.exchange = Exchange(net.address)
        sip = Sip(net.address, random.Random(net.address).randbytes, Limits(65_535, DIALOGS, 64 * DIALOGS))
        self.sip = sip
        clock = Clock(time)
        self.loop = Loop(Hardware(None, clock, None, Uart(time), None, None, net, None),
                         Registry([self.exchange, sip]), Log())
        self._wakeup = self._timer = None
        net.wake = self._wake
        interface = {"no-reg": True, "aor": "rig@" + server[0], "proxy": "{}:{}".format(*server)}
        self.loop.apply(sip, sip.configure("", {"port": 5060}, ["port"], time.now), time.now)
        self.loop.apply(sip, sip.configure("REG1", interface, list(interface), time.now), time.now)

    def call(self, calls, per_second):
        """Make so many calls, evenly spread."""
        if calls:
            self.loop.apply(self.exchange, self.exchange.call(), self.time.now)
            self.time.after(SECOND // per_second, lambda: self.call(calls - 1, per_second))
            self._rearm()

    def left(self):
        return self.sip.command("", ["calls"], 0)[0].strip()

    def _wake(self):
        if self._wakeup is None:
            self._wakeup = self.time.at(self.time.now, self._poll)

    def _poll(self):
        self._wakeup = None
        self.loop.poll(self.time.now)
        self._rearm()

    def _rearm(self):
        self.time.cancel(self._timer)
        due = self.loop.due()
        self._timer = None if due is None else self.time.at(due, self._poll)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sip_rig", description=__doc__)
    parser.add_argument("address", help="of our own, 127.0.0.N")
    parser.add_argument("--profile", metavar="FILE", help="write a cProfile of the run there")
    arguments = parser.parse_args(argv)
    time = Time()
    pace = Pace(time)
    rig = Rig(HostNet(pace, arguments.address), time)
    print("ready on", arguments.address, flush=True)
    profiled(lambda: asyncio.run(until_terminated(pace)), arguments.profile)
    print(json.dumps(figures(rig)), flush=True)


async def until_terminated(pace):
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, pace.stop)
    await pace.run()


def figures(rig):
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"answered": rig.exchange.answered, "most": rig.exchange.most, "left": rig.left(),
            "cpu_s": used.ru_utime + used.ru_stime, "rss_kb": resident_kb()}


def profiled(action, path):
    if path is None:
        action()
        return
    import cProfile

    profile = cProfile.Profile()
    profile.runcall(action)
    profile.dump_stats(path)


if __name__ == "__main__":
    main()
