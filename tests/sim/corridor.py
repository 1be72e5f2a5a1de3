"""Two bases of one system at the ends of a corridor, a handset that walks between them, and a phone that calls it."""

import asyncio

from sim.peers.handset import Audio, Handset
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED
from sim.stage import dect_lines

ANNA, SARI, KEY = "0466003541858", "31100422072149", "between%20us"
APART = 120.0


class Corridor:
    """A master with a radio at 0 m and a second base APART m away; a phone calls the handset. `more` are further
    console lines of the master."""

    def __init__(self, site, *more):
        self.site = site
        self.machines = [site.board("ip1203", position=(APART * number, 0.0)) for number in (0, 1)]
        for machine in self.machines:
            machine.power_on()
        address = self.machines[0].net.address
        self.say(0, *dect_lines(address, [(ANNA, "201", "Anna")]), f"config add GW-DECT MASTER /trunk-key {KEY}",
                 "config add GW-DECT RADIO /listen 2",
                 f"config change SIP REG1 /no-reg /accept-anywhere /aor x@{address}", *more, "config activate")
        self.say(1, f"config change GW-DECT RADIO /master {address} /trunk-key {KEY}", "config activate")
        self.handset = Handset(site.air, site.time, ANNA, SARI, position=(2.0, 1.0), audio=Audio(echo_loss_db=None))
        self.handset.auto_answer = 100_000
        self.phone = Phone(site.time, site.net(), "phone", loop=True)
        self.until(lambda: self.handset.located and self.machines[1].gateway.dect.sync() == "synchronized", 90)

    def say(self, number, *lines):
        for line in lines:
            assert not self.machines[number].run_line(line).refused()

    def until(self, condition, seconds=10):
        assert asyncio.run(self.site.until(condition, seconds))

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    @property
    def calls(self):
        return self.machines[0].gateway.calls

    def call(self):
        call = self.phone.call(f"sip:201@{self.machines[0].net.address}")
        self.until(lambda: call.state == CONNECTED and self.handset.call == "talking")
        self.pass_time(2)
        return call
