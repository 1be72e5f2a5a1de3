"""Eight users at three bases do what they like; when they have hung up nothing may be left, anywhere."""

import asyncio
import random

import pytest

from sim.peers.handset import Audio, Handset
from sim.peers.handset.identity import printed_ipei
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import dect_lines

SARI, KEYS = "31100422072149", ("R", "R0", "R1", "R2", "R3", "R4", "RR", "5", "202#")
USERS = [(printed_ipei(0x1234, number), str(200 + number), f"H{number}") for number in range(1, 9)]


class Firm:
    """A master, two radios, eight handsets on the move, three phones at a registrar."""

    def __init__(self, site, chance, options):
        self.site, self.chance, apart = site, chance, 90.0
        self.machines = [site.board("ip1203", position=(apart * number, 0.0)) for number in range(3)]
        for machine in self.machines:
            machine.power_on()
        net, address = site.net(), self.machines[0].net.address
        passwords = dict.fromkeys(("trunk", "p0", "p1", "p2"), "pw")
        registrar = Registrar(site.time, net, net.address, passwords, trunks={"2": "trunk"})
        self.say(0, *dect_lines(address, USERS), f"config add GW-DECT MASTER {options}",
                 "config add GW-DECT RADIO /listen 2", f"config change SIP REG1 /aor trunk@{net.address} "
                 f"/proxy {net.address}:5060 /user trunk /pwd pw /from-header cgpn",
                 "config add CALL /conference p2", "config activate")
        for number in (1, 2):
            self.say(number, f"config change GW-DECT RADIO /master {address}", "config activate")
        self.handsets = [Handset(site.air, site.time, ipei, SARI, position=(chance.uniform(0, 2 * apart), 1.0),
                                 audio=Audio(echo_loss_db=None), model="IP65", wideband=place % 2 == 0, seed=place)
                         for place, (ipei, _, _) in enumerate(USERS)]
        self.phones = [Phone(site.time, site.net(), f"p{number}", "pw", codecs=codecs, auto_answer=answer, seed=number)
                       for number, (codecs, answer) in enumerate(
                           ((("pcma",), None), (("g722", "pcma"), 0.3), (("pcma",), 2)))]
        for phone in self.phones:
            phone.register(registrar.address, domain=net.address)
        self.width = 2 * apart
        assert asyncio.run(site.until(lambda: all(one.located for one in self.handsets), 90))

    def say(self, number, *lines):
        for line in lines:
            assert not self.machines[number].run_line(line).refused(), line

    def pass_time(self, seconds):
        asyncio.run(self.site.pass_time(seconds))

    def act(self):
        chance, handset, phone = self.chance, self.chance.choice(self.handsets), self.chance.choice(self.phones)
        number = chance.choice(USERS)[1]
        up = [call for call in phone.calls if call.state != ENDED]
        chance.choices((
            lambda: handset.dial(chance.choice(("p0", "p1", "p2", number))),
            lambda: phone.call(number),
            lambda: handset.answer() or handset.keypad(chance.choice(KEYS)),
            handset.hang_up,
            lambda: [call.hang_up() for call in up[-1:]],
            lambda: [call.answer() for call in up[-1:] if call.state == "incoming"],
            lambda: [call.hold(chance.random() < 0.5) for call in up[-1:] if call.state == CONNECTED],
            lambda: handset.walk([(chance.uniform(0, self.width), 1.0)], 6.0),
            lambda: handset.sms(number, "hello " * chance.randint(1, 20)),
        ), (20, 15, 15, 12, 5, 3, 2, 10, 5))[0]()
        self.pass_time(chance.choice((0.05, 0.3, 1, 3)))

    def end(self):
        for _ in range(2):
            for handset in self.handsets:
                handset.hang_up()
            for call in [call for phone in self.phones for call in phone.calls if call.state != ENDED]:
                call.hang_up()
            self.pass_time(45)

    def left(self):
        """All that a call, a link or a message may have left behind."""
        master = self.machines[0].gateway
        left = [master.calls.busy(), len(master.dect.calls.links.connections), len(master.dect.calls.legs)]
        for machine in self.machines:
            gateway = machine.gateway
            left += [gateway.dect.home.state.busy, len(machine.radio.ends), gateway.calls.channels.busy(),
                     gateway.registry.find("LED").state != "idle"]
        left += [handset.call != "idle" or not handset.located for handset in self.handsets]
        return left + [call.state != ENDED for phone in self.phones for call in phone.calls]


@pytest.mark.parametrize(("seed", "options"), [(1, "/wideband /encryption on"), (2, "/authenticate registration")])
def test_whatever_they_do_nothing_is_left_when_they_have_hung_up(seed, options):
    with Site(virtual=True, seed=seed) as site:
        firm = Firm(site, random.Random(seed), options)
        for _ in range(70):
            firm.act()
        assert sum(len(phone.calls) for phone in firm.phones) > 5
        firm.end()
        assert not any(firm.left())
        assert [alarm.text for machine in firm.machines for alarm in machine.gateway.log.alarms()] == []
