"""A burst-mode controller by the letter of hal.radio, without an air, and a radio part on it."""

from firmware.dect import between, bursts, mt
from firmware.dect.radio_part import RadioPart
from firmware.effects import Do, Failed
from hal.radio import FULL, LONG, Burst

RFPI = bytes.fromhex("102243a307")
FMID = 0x307
ALONE = between.Sync(None, None, None)
FRAME = 10_000


class Controller:
    """Refuses what the contract forbids; `sent` is all that was queued, as (bearer, field)."""

    def __init__(self, bearers=8, carriers=10):
        self.bearers, self.carriers, self.antennas = bearers, carriers, 2
        self.heard = bytes([93]) * 12 * carriers
        self.others = []
        self.fields, self.dummy = [], None
        self.duplex, self.twins, self.keys = {}, {}, {}
        self.sent, self.pages, self.follows, self.refused = [], [], [], []
        self.read, self.bad = 0, 100

    def levels(self):
        self.read += 1
        return self.heard

    def quality(self, bearer):
        return -60, self.bad

    def neighbours(self):
        return self.others

    def slots(self):
        taken = {self.dummy[0]} if self.fields else set()
        for slot, _, kind in self.duplex.values():
            taken |= {slot, slot + 1} if kind == LONG else {slot}
        return taken

    def beacon(self, fields, slot=0, carrier=0):
        assert all(len(field) == 6 for field in fields)
        self.fields, self.dummy = fields, (slot, carrier)

    def page(self, field, fast=False):
        self.pages.append((field, fast))

    def open(self, bearer, slot, carrier, kind=FULL, twin=None):
        wanted = {slot, slot + 1} if kind == LONG else {slot}
        if bearer in self.duplex or not 0 <= bearer < self.bearers or wanted & self.slots() or max(wanted) > 11:
            raise ValueError("taken")
        if not 0 <= carrier < self.carriers or (twin is not None and twin not in self.duplex):
            raise ValueError("no such carrier or twin")
        self.duplex[bearer], self.twins[bearer], self.keys[bearer] = (slot, carrier, kind), twin, None

    def close(self, bearer):
        self.duplex.pop(bearer, None)
        self.keys.pop(bearer, None)

    def send(self, bearer, field):
        if bearer not in self.duplex or len(field) != 6:
            raise ValueError("not open")
        self.sent.append((bearer, field))

    def cipher(self, bearer, key):
        assert key is None or len(key) == 8
        self.keys[bearer] = key

    def follow(self, rfpi):
        self.follows.append(rfpi)


class Base:
    """A radio part whose commands are carried out; `reports` has those of between.py, `effects` all others."""

    def __init__(self, bearers=8, multicell=True, entropy=None):
        self.radio = Controller(bearers)
        self.part = RadioPart(self.radio, multicell, entropy)
        self.now = 0
        self.reports, self.effects = [], []

    def apply(self, effects):
        for effect in effects:
            if isinstance(effect, Do):
                assert effect.device == "radio"
                try:
                    getattr(self.radio, effect.method)(*effect.arguments)
                except ValueError as error:
                    self.radio.refused.append((effect, str(error)))
                    self.apply(self.part.receive(Failed(effect, str(error)), self.now))
            elif type(effect).__module__ == between.__name__ or hasattr(between, type(effect).__name__):
                self.reports.append(effect)
            else:
                self.effects.append(effect)

    def order(self, order):
        self.apply(self.part.order(order, self.now))

    def event(self, event):
        self.apply(self.part.receive(event, self.now))

    def start(self, sync=ALONE, rfpi=RFPI, bits=(), saris=()):
        self.order(between.Radiate(rfpi, bits, sync, saris))
        return self

    def run(self, seconds=0.0):
        """Tick whenever something is due, until that time has passed."""
        end = self.now + round(seconds * 1_000_000)
        for _ in range(100_000):
            due = self.part.due()
            if due is None or due > end:
                break
            assert due >= self.now
            self.now = due
            self.apply(self.part.tick(self.now))
        else:
            raise AssertionError("it never rests")
        self.now = end

    def request(self, slot, pmid, command=mt.ACCESS_REQUEST, kind=mt.BASIC, fmid=FMID, carrier=4, wide=False):
        """A handset's first transmission in the slot that is paired with `slot`; the number of the bearer that is
        opened for it, or None."""
        before = dict(self.radio.duplex)
        field = mt.control(command, fmid, pmid, kind, first=True)
        if wide:
            field = bytes((field[0] | bursts.LONG_SLOT << 1,)) + field[1:]
        self.event(Burst(None, slot + 12, carrier, -60, field))
        opened = [number for number, where in self.radio.duplex.items() if where != before.get(number)]
        return opened[0] if opened else None

    def hear(self, bearer, field):
        slot, carrier, _ = self.radio.duplex.get(bearer, (0, 0, None))
        self.now += FRAME
        self.event(Burst(bearer, slot + 12, carrier, -60, field))

    def say(self, bearer, pmid, command=mt.WAIT, kind=mt.BASIC):
        self.hear(bearer, mt.control(command, FMID, pmid, kind))

    def connect(self, slot, pmid):
        """A basic connection: (bearer, link)."""
        bearer = self.request(slot, pmid)
        self.say(bearer, pmid)
        return bearer, self.of(between.Access)[-1].link

    def of(self, kind):
        return [one for one in self.reports if type(one) is kind]

    def controls(self, bearer=None):
        """What was said of MAC control, on one bearer or on all."""
        return [mt.read(field[1:]) for number, field in self.radio.sent
                if field[0] >> 5 == bursts.MT and bearer in (None, number)]

    def reasons(self):
        return [one.reason for one in self.controls() if isinstance(one, mt.Released)]

    def segments(self):
        return [field[1:] for _, field in self.radio.sent if field[0] >> 5 in (bursts.CT0, bursts.CT1)]
