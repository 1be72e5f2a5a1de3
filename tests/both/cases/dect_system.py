"""A master, its standby and a radio on a wire: who is who, a takeover and the way back; then a link of class B."""

from firmware.config.vars import Vars
from firmware.dect import between, dlc, dlc_b, trunk
from firmware.dect.joining import Base
from firmware.dect.master import Dect
from firmware.dect.rfpstat import RfpStat
from firmware.effects import Clear, Log, Raise, Send
from hal.net import Datagram

ONE, TWO, THREE = "10.0.0.1", "10.0.0.2", "10.0.0.3"
IPEI = 0x123456789


class Directory:
    def find(self, attribute, value):
        user = {"e164": "201", "cn": "Anna", "h323": "anna", "ipei": "0466003541858"}
        return user if user.get(attribute) == value else None


class Flash:
    data = None

    def load(self):
        return self.data

    def commit(self, data):
        self.data = data


class Chance:
    def __init__(self, seed):
        self.count = seed

    def __call__(self, size):
        self.count += 1
        return bytes([self.count & 255]) * size


class Part:
    """A radio part in step with whoever it is told."""

    def __init__(self):
        self.rfpi = self.wish = None
        self.counts = {"setups": 0}

    def configure(self, values, now):
        return []

    def order(self, order, now):
        if isinstance(order, between.Silence):
            self.rfpi = None
        if isinstance(order, between.Radiate):
            self.rfpi, self.wish = order.rfpi, order.sync
        elif isinstance(order, between.Sync):
            self.wish = order
        else:
            return []
        source = self.wish.source
        return [between.State(True, "master" if source is None else "synchronized", source, -60, 0, 0, "", 0, [])]

    def receive(self, event, now):
        return []

    def tick(self, now):
        return []

    def due(self):
        return None


class Board:
    def __init__(self, host, stored):
        number = int(host[-1])
        self.host, self.part = host, Part()
        base = Base("IP1203", bytes([0, 0x90, 0x33, 0, 0, number]), host, (15, 1, 4), True, 11, 8, ("pcma",))
        variables = Vars(stored)
        variables.load()
        self.dect = Dect(Directory(), self.part, base, variables, Chance(16 * number))
        self.stat = RfpStat(self.dect)
        self.take(self.dect.start(wire.now))

    def configure(self, sub, **values):
        for option in self.dect.schemas[sub]:
            if option.default is not None:
                values.setdefault(option.name, option.default)
        self.take(self.dect.configure(sub, values, sorted(values), wire.now))

    def take(self, effects):
        for one in effects:
            if isinstance(one, Send):
                wire.flying.append((wire.now + 1000, self.host, one.to[0], one.data))
            elif isinstance(one, (Log, Raise, Clear)):
                print(wire.now, self.host, *one)

    def says(self, line):
        reply, effects = self.dect.command("", line.split(), wire.now)
        print(wire.now, self.host, line, reply)
        self.take(effects)


class Wire:
    def __init__(self):
        self.now, self.boards, self.flying = 0, [], []

    def run(self, seconds):
        until = self.now + seconds * 1000000
        while True:
            dues = [board.dect.due() for board in self.boards] + [one[0] for one in self.flying]
            dues = [due for due in dues if due is not None and due <= until]
            if not dues:
                break
            self.now = max(self.now, min(dues))
            self.deliver()
            for board in self.boards:
                due = board.dect.due()
                if due is not None and due <= self.now:
                    board.take(board.dect.tick(self.now))
        self.now = until

    def deliver(self):
        arrived = [one for one in self.flying if one[0] <= self.now]
        self.flying = [one for one in self.flying if one[0] > self.now]
        for _, source, to, data in arrived:
            for board in self.boards:
                if board.host == to:
                    board.take(board.dect.receive(Datagram("trunk", (source, trunk.PORT), data), self.now))


wire = Wire()
kept = [Flash() for _ in range(3)]
wire.boards = [Board(host, kept[place]) for place, host in enumerate((ONE, TWO, THREE))]
KEY = {"trunk-key": "secret"}
MASTER = dict(KEY, mode="active", sari="31100422072149", ac="1234")


def power_on():
    wire.boards[0].configure("MASTER", **MASTER)
    wire.boards[0].configure("RADIO", master=ONE, standby=TWO, name="Hall", **KEY)


def shown(board):
    for line in ("status", "radios", "sync", "counters", "users", "subscriptions"):
        board.says(line)
    print(board.stat.command("", ["rfp-stat2"], wire.now))


power_on()
wire.boards[0].dect.calls.gate.keys.keep(IPEI, bytes(range(16)))
wire.boards[1].configure("MASTER", **dict(MASTER, mode="standby", primary=ONE))
for board in wire.boards[1:]:
    board.configure("RADIO", master=ONE, standby=TWO, **KEY)
wire.run(5)
shown(wire.boards[0])
wire.boards[1].says("status")

primary = wire.boards.pop(0)
wire.run(50)
shown(wire.boards[0])
print(wire.boards[0].dect.calls.gate.keys.of(IPEI))

wire.boards.insert(0, Board(ONE, kept[0]))
power_on()
wire.run(90)
shown(wire.boards[0])
wire.boards[1].says("status")
for line in ("subscriptions", "unsubscribe 0466003541858", "subscriptions"):
    wire.boards[0].says(line)

link = dlc_b.LinkB(0x20)
for address, control, information in ((0x21, 0x3F, b""), (0x21, 0x00, b"\5\x54"), (0x21, 0x04, b"late"),
                                      (0x23, 0x05, b""), (0x23, 0x09, b""), (0x21, 0x53, b"")):
    frame = dlc.Frame(address, control, False, information)
    print(dlc_b.wanted(frame), link.up, [one.hex() for one in link.receive(frame, 0)], link.due())
    print([one.hex() for one in link.send(b"hello", 0)])
print([one.hex() for one in link.tick(5000000)])
