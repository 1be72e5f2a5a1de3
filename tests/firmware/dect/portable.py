"""The master part without a radio: a handset that speaks LAPC and network messages, and the room between them."""

import random

from firmware.call import leg
from firmware.config.store import NoSpace
from firmware.config.vars import Vars
from firmware.dect import bursts, dlc, elements, identities, nwk, security
from firmware.dect.between import Access, Cipher, Ciphered, Drop, Gone, Page, Segment, Segments, To
from firmware.dect.calls import Calls
from firmware.effects import Clear, Log, Raise, Tell, Trace
from tests.firmware.dect import beacons

SARI = "31100422072149"
ARI = identities.parse_ari(SARI)
ANNA, BERT, CARL = 0x123456789, 0x12345678A, 0x12345678B
SECOND = 1_000_000
LINE = 30_000
"""How long a segment is under way, either direction."""


class Flash:
    def __init__(self):
        self.data, self.full = None, False

    def load(self):
        return self.data

    def commit(self, data):
        if self.full:
            raise NoSpace("the data do not fit")
        self.data = data


class Directory:
    def __init__(self, users):
        self.users = users

    def find(self, attribute, value):
        return next((user for user in self.users if user.get(attribute) == value), None)


def user(name, number, ipei):
    return {"cn": name, "h323": name.lower(), "e164": number, "ipei": identities.print_ipei(ipei)}


class PortableLink:
    """The handset's side of class A: what is not acknowledged waits."""

    def __init__(self, signature=0):
        self.signature, self.ours, self.theirs = signature, 0, 0
        self.new, self.waiting, self.message = True, [], b""
        self.frames = dlc.Assembler(signature)

    def send(self, message):
        for at in range(0, len(message), 63):
            self.waiting.append((message[at:at + 63], at + 63 < len(message)))
        return self.first() if len(self.waiting) == (len(message) + 62) // 63 else []

    def first(self):
        if not self.waiting:
            return []
        information, more = self.waiting[0]
        address = 0x11 | (0x80 if self.new else 0)
        return dlc.segments(dlc.Frame(address, self.theirs << 5 | self.ours << 1, more, information), self.signature)

    def take(self, segment):
        """(segments to send, messages)."""
        frame, out, got = self.frames.take(segment), [], []
        if frame is None:
            return out, got
        if not frame.control & 1:
            if frame.control >> 1 & 1 == self.theirs:
                self.theirs ^= 1
                self.message += frame.information
                if not frame.more:
                    got, self.message = [self.message], b""
            out += dlc.segments(dlc.Frame(0x13, self.theirs << 5 | 1, False, b""), self.signature)
        if self.waiting and frame.control >> 5 & 1 != self.ours:
            self.ours, self.new = self.ours ^ 1, False
            self.waiting.pop(0)
            out += self.first()
        return out, got


class Portable:
    """`plan(message)` -> messages to answer with; `heard` is all that the base said."""

    def __init__(self, room, ipei, ac="1234", wide=False, says=()):
        self.room, self.ipei, self.ac, self.wide, self.says = room, ipei, ac, wide, list(says)
        self.tpui, self.pmid = identities.default_tpui(ipei), identities.default_tpui(ipei)
        self.uak = self.dck = self.offered = self.offered_tpui = None
        self.mac = self.link = None
        self.heard, self.acks, self.mute, self.ciphers = [], True, False, True
        room.portables.append(self)

    def connect(self, radio=0, kind="setup"):
        self.room.numbers += 1
        self.mac = (radio, self.room.numbers)
        if kind == "setup":
            self.link = PortableLink(dlc.signature_of(self.pmid))
        else:
            self.link.frames = dlc.Assembler(self.link.signature)
        self.room.macs[self.mac] = self
        self.room.report(radio, Access(self.mac[1], self.pmid, kind, self.mac[1] % 8, self.wide))
        return self

    def say(self, protocol, kind, *said, answer=False, transaction=0):
        if self.mac is None:
            self.connect()
        octets = nwk.encode(nwk.Message(answer, transaction, protocol, kind, list(said)))
        self.room.up(self, self.link.send(octets))

    def me(self):
        return nwk.portable_ipui(self.ipei), nwk.fixed_ari(ARI)

    def locate(self):
        self.say(nwk.MM, nwk.LOCATE_REQUEST, *self.me(), *self.says)

    def subscribe(self):
        self.say(nwk.MM, nwk.ACCESS_RIGHTS_REQUEST, *self.me(), nwk.auth_type(nwk.AC_TYPE), *self.says)

    def dial(self, digits, *more):
        self.say(nwk.CC, nwk.SETUP, *self.me(), *more, (nwk.MULTI_KEYPAD, digits.encode()))

    def cc(self, kind, *said, answer=False):
        self.say(nwk.CC, kind, *said, answer=answer)

    def hang_up(self, answer=False):
        self.cc(nwk.RELEASE, nwk.octet(nwk.RELEASE_REASON, 0), answer=answer)

    def segment(self, data):
        if self.link is None:
            return
        out, messages = self.link.take(data)
        self.room.up(self, out)
        for octets in messages:
            message = nwk.decode(octets)
            self.heard.append(message)
            if not self.mute:
                self.act(message)

    def act(self, message):
        action = getattr(self, "_{:x}_{:02x}".format(message.protocol, message.type), None)
        if action is not None:
            action(message)

    def _5_42(self, message):
        key = security.b1(security.authentication_code(self.ac))
        rs, rand = nwk.element(message, nwk.RS), nwk.element(message, nwk.RAND)
        self.offered = security.a21(key, rs)
        res = security.a12(security.a11(key, rs), rand)[1]
        self.say(nwk.MM, nwk.AUTH_REQUEST, (nwk.RAND, bytes(8)), (nwk.RES, res), answer=True)

    def _5_40(self, message):
        if self.uak is None:
            return self.say(nwk.MM, nwk.AUTH_REJECT, answer=True)
        session = security.a11(security.b1(self.uak), nwk.element(message, nwk.RS))
        self.dck, res = security.a12(session, nwk.element(message, nwk.RAND))
        return self.say(nwk.MM, nwk.AUTH_REPLY, (nwk.RES, res), answer=True)

    def _5_45(self, message):
        self.uak = self.offered
        self.locate()

    def _5_55(self, message):
        self.offered_tpui = elements.tpui_of(message)
        if self.acks:
            self.say(nwk.MM, nwk.TEMPORARY_ACK, nwk.portable_tpui(self.offered_tpui), answer=True)
            self.tpui = self.offered_tpui

    def _5_4c(self, message):
        if not self.ciphers:
            self.say(nwk.MM, nwk.CIPHER_REJECT, answer=True)

    def _5_52(self, message):
        self.subscribe() if self.uak is None else self.locate()

    def _5_58(self, message):
        self.say(nwk.MM, nwk.IDENTITY_REPLY, nwk.portable_ipui(self.ipei), answer=True)

    def _5_48(self, message):
        self.uak = None
        self.say(nwk.MM, nwk.TERMINATE_ACCEPT, answer=True)

    def _6_01(self, message):
        if not message.answer:
            self.say(nwk.CLMS, nwk.VARIABLE, nwk.portable_ipui(self.ipei), answer=True)

    def _3_05(self, message):
        self.cc(nwk.ALERTING, answer=True)

    def _3_4d(self, message):
        self.cc(nwk.RELEASE_COM, answer=not message.answer)

    def page(self, field):
        page = beacons.page(bursts.unpack(field).tail)
        if self.mac is None and not self.mute and page is not None and self.tpui & 0xFFFF == page.tpui & 0xFFFF:
            self.pmid = self.tpui
            self.say(nwk.LCE, nwk.PAGE_RESPONSE, *self.me())

    def kinds(self):
        return [(message.protocol, message.type) for message in self.heard]

    def last(self):
        return self.heard[-1]


class Room:
    """Calls, handsets, and what they say to one another, on a clock of its own."""

    def __init__(self, users=None, seed=3, **values):
        self.flash = Flash()
        self.variables = Vars(self.flash)
        self.directory = Directory([user("Anna", "201", ANNA), user("Bert", "202", BERT)] if users is None else users)
        self.calls = Calls("GW-DECT", self.directory, self.variables, random.Random(seed).randbytes)
        self.now, self.numbers, self.portables, self.macs = 0, 0, [], {}
        self.told, self.logged, self.alarms, self.orders, self.other, self.queue = [], [], [], [], [], []
        self.paged, self.keys, self.radios = [], {}, (0, 1, 2)
        self.calls.configure(values)
        self.apply(self.calls.begin(ARI))

    def portable(self, ipei=ANNA, located=False, **options):
        handset = Portable(self, ipei, **options)
        if located:
            handset.locate()
            self.run(4)
            assert self.calls.locations.known(ipei)
        return handset

    def report(self, radio, report):
        self.apply(self.calls.report(radio, report, self.now))

    def call(self, message):
        self.apply(self.calls.receive(message, self.now))

    def ring(self, called="201", number=1):
        name = leg.Leg("GW-DECT", number)
        self.call(leg.Setup(name, called, "0301234", "Zoe", leg.Bearer(None, None, False)))
        return name

    def of(self, kind):
        return [message for message in self.told if isinstance(message, kind)]

    def up(self, handset, segments):
        for data in segments:
            self.queue.append((self.now + LINE, handset.mac, data, True))

    def apply(self, effects):
        for effect in effects:
            if isinstance(effect, To):
                self.orders.append(effect)
                self.order(effect.radio, effect.order)
            elif isinstance(effect, Tell):
                self.other.append(effect) if effect.module != "CALL" else self.told.append(effect.message)
            elif isinstance(effect, Log):
                self.logged.append(effect.text)
            elif isinstance(effect, (Raise, Clear)):
                self.alarms.append(effect)
            elif not isinstance(effect, Trace):
                self.other.append(effect)

    def order(self, radio, order):
        if isinstance(order, Page):
            self.paged.append((self.now, order))
            self.queue.append((self.now + LINE, None, order.field, False))
        elif isinstance(order, Segments):
            assert order.segments and all(len(one) == 5 for one in order.segments)
            self.queue += [(self.now + LINE, (radio, order.link), one, False) for one in order.segments]
        elif isinstance(order, Cipher):
            handset = self.macs.get((radio, order.link))
            self.keys[(radio, order.link)] = order.key
            if handset is not None and handset.ciphers:
                self.queue.append((self.now + LINE, (radio, order.link), Ciphered(order.link, True), True))
        elif isinstance(order, Drop):
            self.queue.append((self.now + LINE, (radio, order.link), Gone(order.link, order.reason), True))

    def deliver(self, mac, what, upwards):
        handset = self.macs.get(mac)
        if mac is None:
            for portable in self.portables:
                portable.page(what)
        elif isinstance(what, Gone):
            self.gone(mac, what.reason)
        elif isinstance(what, Ciphered):
            self.report(mac[0], what)
        elif upwards and handset is not None:
            self.report(mac[0], Segment(mac[1], what))
        elif handset is not None and handset.mac == mac:
            handset.segment(what)

    def gone(self, mac, reason=2):
        handset = self.macs.pop(mac, None)
        if handset is not None:
            if handset.mac == mac:
                handset.mac = handset.link = None
            self.report(mac[0], Gone(mac[1], reason))

    def run(self, seconds):
        until = self.now + round(seconds * SECOND)
        while True:
            due = self.calls.due()
            next_up = min([one[0] for one in self.queue], default=None)
            times = [at for at in (due, next_up) if at is not None and at <= until]
            if not times:
                break
            self.now = max(self.now, min(times))
            if next_up is not None and next_up <= self.now:
                at = min(range(len(self.queue)), key=lambda one: (self.queue[one][0], one))
                self.deliver(*self.queue.pop(at)[1:])
            else:
                self.apply(self.calls.tick(self.now))
        self.now = until
