"""A base on the air, with a stand-in for CALL: the firmware's loop driven by virtual time."""

import random

import pytest

from firmware.call import leg
from firmware.config.store import NoSpace
from firmware.config.vars import Vars
from firmware.dect.joining import Base
from firmware.dect.master import Dect
from firmware.dect.radio_part import RadioPart
from firmware.dect.rfpstat import RfpStat
from firmware.effects import Tell
from firmware.led import Fact
from firmware.log import Log
from firmware.loop import Loop
from firmware.module import Module, Registry
from hal.net import Refused
from sim.air import Air
from sim.devices.radio import Radio
from sim.peers.handset import Audio, Handset
from sim.time import Time

SARI = "31100422072149"
SECOND = 1_000_000
ANNA, BERT, CARL = "0466003541858", "0466003541869", "046600354187*"


class Nothing:
    """Serial line, network and button of a board that has none."""

    def read(self):
        return b""

    def events(self):
        return []

    def poll(self):
        return []

    def pressed(self):
        return False

    def bind(self, key, port):
        return Refused(key, "no network")

    def close(self, key):
        pass


class Hardware:
    def __init__(self, radio):
        self.radio = radio
        self.serial = self.net = self.button = Nothing()
        self.dsp = self.fax = None


class Flash:
    """A store of one blob; `full` refuses all."""

    def __init__(self):
        self.data, self.full, self.commits = None, False, 0

    def load(self):
        return self.data

    def commit(self, data):
        if self.full:
            raise NoSpace("the data do not fit")
        self.data = data
        self.commits += 1


class Directory:
    def __init__(self, *users):
        self.users = list(users)

    def find(self, attribute, value):
        return next((user for user in self.users if user.get(attribute) == value), None)


class Call(Module):
    """CALL as far as GW-DECT sees it: keeps what it is told, says what the test wants said."""

    name = "CALL"

    def __init__(self):
        self.heard = []
        self.said = []

    def receive(self, message, now):
        if isinstance(message, Tell):
            return [message]
        self.heard.append(message)
        return []

    def of(self, kind):
        return [message for message in self.heard if isinstance(message, kind)]


class Lamp(Module):
    name = "LED"

    def __init__(self):
        self.facts = []

    def receive(self, message, now):
        if isinstance(message, Fact):
            self.facts.append((message.name, message.value))
        return []


class Rig:
    """One base with GW-DECT, and as many handsets as a test asks for."""

    def __init__(self, bearers=8, flash=None, multicell=True):
        self.flash = Flash() if flash is None else flash
        self.variables = Vars(self.flash)
        self.variables.load()
        self.time = Time()
        self.air = Air(self.time, seed=7)
        self.radio = Radio(self.air, bearers=bearers)
        self.directory = Directory(
            {"cn": "Anna", "h323": "anna", "e164": "201", "ipei": ANNA},
            {"cn": "Bert", "h323": "bert", "e164": "202", "ipei": BERT})
        entropy = random.Random(3).randbytes
        part = RadioPart(self.radio, multicell, entropy)
        base = Base("IP1203", bytes.fromhex("009033000001"), "127.0.0.1", (15, 1, 4), multicell, bearers, bearers,
                    ("pcma",))
        self.dect = Dect(self.directory, part, base, self.variables, entropy)
        self.call, self.lamp, self.stat = Call(), Lamp(), RfpStat(self.dect)
        self.log = Log(10_000)
        self.loop = Loop(Hardware(self.radio), Registry([self.dect, self.call, self.lamp, self.stat]), self.log)
        self.polls = 0
        self._timer = None
        self.radio.wake = lambda: self.time.at(self.time.now, self._poll)
        self.loop.start(0)

    def _poll(self):
        self.polls += 1
        self.loop.poll(self.time.now)
        self.arm()

    def arm(self):
        self.time.cancel(self._timer)
        due = self.loop.due()
        self._timer = None if due is None else self.time.at(due, self._poll)

    def configure(self, sari=SARI, mode="active", master="127.0.0.1", **more):
        for sub, values in (("MASTER", {"mode": mode, "sari": sari, **more}), ("RADIO", {"master": master})):
            self.loop.apply(self.dect, self.dect.configure(sub, values, list(values), self.time.now), self.time.now)
        self.arm()
        return self

    def handset(self, ipei=ANNA, **options):
        options.setdefault("audio", Audio(echo_loss_db=None))
        return Handset(self.air, self.time, ipei, SARI, **options)

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def until(self, predicate, seconds=20):
        assert self.time.run_until(predicate, self.time.now + seconds * SECOND)

    def say(self, message):
        """CALL tells GW-DECT something."""
        self.loop.receive(self.call, Tell("GW-DECT", message), self.time.now)
        self.arm()

    def ring(self, called="201", number=1):
        name = leg.Leg("GW-DECT", number)
        self.say(leg.Setup(name, called, "0301234", "Zoe", leg.Bearer(None, None, False)))
        return name

    def talk(self, handset, called="201", number=1):
        """A call up to a handset."""
        name = self.ring(called, number)
        self.until(lambda: handset.call == "ringing")
        handset.answer()
        self.until(lambda: handset.call == "talking")
        return name


@pytest.fixture
def rig():
    return Rig().configure()


@pytest.fixture(scope="session")
def make_rig():
    return Rig
