"""Boards with GW-DECT on a wire of datagrams: the whole module without an air, and stand-ins for the radio parts."""

import heapq
import random

from firmware.config.vars import Vars
from firmware.dect import between, trunk
from firmware.dect.joining import Base
from firmware.dect.keys import Unsaved
from firmware.dect.master import Dect
from firmware.dect.rfpstat import RfpStat
from firmware.effects import Clear, Close, Log, Raise, Send, Tell
from firmware.led import Fact
from hal.net import Datagram

SARI = "31100422072149"
SECOND = 1_000_000
ONE, TWO, THREE, FOUR = "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"
IPEI = 0x123456789
USERS = [{"e164": "201", "cn": "Anna", "h323": "anna", "ipei": "0466003541858"}]


class Directory:
    def find(self, attribute, value):
        return next((user for user in USERS if user.get(attribute) == value), None)


class Part:
    """A radio part that does as it is told at once and reports what a test says; `hears` maps RFPIs to (RSSI, FER)."""

    def __init__(self):
        self.orders, self.values = [], {}
        self.rfpi = self.wish = None
        self.hears, self.lost, self.cause, self.busy = {}, 0, "", 0
        self.counts = {"setups": 0}
        self._says = []

    def configure(self, values, now):
        self.values = values
        return []

    def order(self, order, now):
        self.orders.append(order)
        if isinstance(order, between.Radiate):
            self.rfpi, self.wish = order.rfpi, order.sync
        elif isinstance(order, between.Sync):
            self.wish = order
        elif isinstance(order, between.Silence):
            self.rfpi = None
            return []
        return [self.state()] if isinstance(order, between.Radiate | between.Sync) else []

    def state(self):
        if self.wish.source is None:
            sync, source = "master", None
        elif self.wish.source in self.hears:
            sync, source = "synchronized", self.wish.source
        else:
            sync, source = "searching", None
        rssi, fer = self.hears.get(source, (0, 0))
        heard = [(rfpi, *level) for rfpi, level in self.hears.items()]
        return between.State(sync != "searching", sync, source, rssi, fer, self.lost, self.cause, self.busy, heard)

    def receive(self, event, now):
        return []

    def due(self):
        return None

    def tick(self, now):
        return []

    def of(self, kind):
        return [order for order in self.orders if isinstance(order, kind)]


class Board:
    def __init__(self, wire, host, title="IP1203", release=(15, 1, 4), multicell=True, part=True):
        self.wire, self.host = wire, host
        number = int(host.split(".")[-1])
        self.base = Base(title, bytes([0, 0x90, 0x33, 0, 0, number]), host, release, multicell, 11, 8, ("pcma", "pcmu"))
        self.store = Unsaved()
        self.variables = Vars(self.store)
        self.boot(part)

    def boot(self, part=True):
        """Fresh objects; what the variables keep stays."""
        self.part = Part() if part else None
        self.told, self.logs, self.alarms, self.led = [], [], {}, []
        self.dect = Dect(Directory(), self.part, self.base, self.variables,
                         random.Random(f"{self.host} {self.wire.now}").randbytes)
        self.stat = RfpStat(self.dect)
        self.take(self.dect.start(self.wire.now))
        return self

    def configure(self, sub, **values):
        named = {name.replace("_", "-"): value for name, value in values.items()}
        for option in self.dect.schemas[sub]:
            if option.default is not None:
                named.setdefault(option.name, option.default)
        self.take(self.dect.configure(sub, named, list(named), self.wire.now))
        return self

    def master(self, mode="active", sari=SARI, **more):
        return self.configure("MASTER", mode=mode, sari=sari, **more)

    def radio(self, master, **more):
        return self.configure("RADIO", master=master, **more)

    def take(self, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.wire.put((self.host, trunk.PORT), effect.to, effect.data)
            elif isinstance(effect, Raise):
                self.alarms[effect.code] = effect.text
            elif isinstance(effect, Clear):
                self.alarms.pop(effect.code, None)
            elif isinstance(effect, Log):
                self.logs.append(effect.text)
            elif isinstance(effect, Tell):
                (self.led if isinstance(effect.message, Fact) else self.told).append(effect.message)
            elif isinstance(effect, Close):
                self.wire.closed.append(self.host)

    def receive(self, message):
        self.take(self.dect.receive(message, self.wire.now))

    def report(self, report):
        """What its radio part says."""
        self.take(self.dect._settle([report], self.wire.now))

    def hears(self, **levels):
        """RPN -> (RSSI, FER), by names such as r1."""
        system = bytes.fromhex("102243a3")
        self.part.hears = {system + bytes([int(name[1:])]): level for name, level in levels.items()}
        self.report(self.part.state())

    def says(self, line):
        words = line.split()
        reply, effects = self.dect.command("", words, self.wire.now)
        self.take(effects)
        return reply

    def starting(self):
        return [fact.value for fact in self.led if fact.name == "starting"][-1]

    def tellings(self, kind):
        return [one for one in self.told if isinstance(one, kind)]


class Wire:
    """`cut` hosts hear and say nothing."""

    def __init__(self):
        self.now, self.boards, self.cut, self.closed = 0, {}, set(), []
        self.sent = 0
        self._flying = []

    def board(self, host, **options):
        self.boards[host] = Board(self, host, **options)
        return self.boards[host]

    def put(self, source, to, data):
        self.sent += 1
        if not self.cut & {source[0], to[0]}:
            heapq.heappush(self._flying, (self.now + 1000, self.sent, source, to, data))

    def run(self, seconds):
        until = self.now + round(seconds * SECOND)
        while True:
            instants = [board.dect.due() for board in self.boards.values()] + [one[0] for one in self._flying[:1]]
            due = min((instant for instant in instants if instant is not None), default=None)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            while self._flying and self._flying[0][0] <= self.now:
                _, _, source, to, data = heapq.heappop(self._flying)
                if to[0] in self.boards and to[0] not in self.cut:
                    self.boards[to[0]].receive(Datagram("trunk", source, data))
            for host, board in self.boards.items():
                due = board.dect.due()
                if due is not None and due <= self.now and host in self.boards:
                    board.take(board.dect.tick(self.now))
        self.now = until

    def off(self, host):
        """Pull the plug of a board."""
        return self.boards.pop(host)


def system(count=3, **master):
    """A master with its own radio at ONE, and radios at TWO ..., joined and in reach of one another."""
    wire = Wire()
    boards = [wire.board(f"10.0.0.{number}") for number in range(1, count + 1)]
    boards[0].master(**master).radio(ONE)
    for board in boards[1:]:
        board.radio(ONE)
        wire.run(0.5)
    for board in boards:
        board.hears(**{f"r{rpn}": (-60, 0) for rpn in range(count) if rpn != board.part.rfpi[4]})
    wire.run(3)
    return wire, boards
