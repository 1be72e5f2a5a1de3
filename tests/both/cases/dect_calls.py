"""A registration, a call and its handover, and a text, segment by segment: the same orders on every interpreter."""

from firmware.call import leg
from firmware.dect import dlc, elements, identities, nwk
from firmware.dect.between import Access, Gone, Moved, Segment, To
from firmware.dect.calls import Calls

IPEI = 0x123456789


class Directory:
    def find(self, attribute, value):
        user = {"cn": "Zoe", "h323": "zoe", "e164": "201", "ipei": identities.print_ipei(IPEI)}
        return user if user.get(attribute) == value else None


class Handset:
    def __init__(self):
        self.begin(0, 1)

    def begin(self, radio, link):
        self.at = (radio, link)
        self.ours = self.theirs = 0

    def frame(self, control, information=b"", new=False, answer=False):
        address = 0x11 | (0x80 if new else 0) | (2 if answer else 0)
        return [Segment(self.at[1], one) for one in dlc.segments(dlc.Frame(address, control, False, information))]

    def say(self, *message):
        control = self.theirs << 5 | self.ours << 1
        new, self.ours = self.ours == 0 and self.theirs == 0, self.ours ^ 1
        return self.frame(control, nwk.encode(nwk.Message(*message)), new)

    def acknowledge(self):
        self.theirs ^= 1
        return self.frame(self.theirs << 5 | 1, answer=True)


calls = Calls("GW-DECT", Directory(), None, lambda count: bytes(range(count)))
calls.configure({"wideband": True})
print(calls.begin(identities.parse_ari("31100422072149")), calls.bits())


def shown(effects):
    for one in effects:
        if isinstance(one, To):
            order = one.order
            first = order[0].hex() if isinstance(order[0], bytes) else order[0]
            pieces = [[piece.hex() for piece in part] for part in order[1:] if isinstance(part, list)]
            print(one.radio, type(order).__name__, first, pieces)
        elif type(one).__name__ not in ("Trace", "Log"):
            print(one)


def hear(reports, now):
    for report in reports:
        shown(calls.report(handset.at[0], report, now))


handset = Handset()
ME = nwk.portable_ipui(IPEI)
WIDE = elements.codec_list(True, more=True)
hear([Access(1, 0xE1234, "setup", 0, False)], 0)
hear(handset.say(False, 0, nwk.MM, nwk.LOCATE_REQUEST, [ME, WIDE]), 1000)
hear(handset.acknowledge(), 2000)
hear(handset.say(True, 0, nwk.MM, nwk.TEMPORARY_ACK, [nwk.portable_tpui(0x6789)]), 3000)
hear([Gone(1, 2)], 4000)
print(calls.due(), calls.locations.handsets == [IPEI])

name = leg.Leg("GW-DECT", 1)
shown(calls.receive(leg.Setup(name, "201", "030", "Anna", None), 10000))
handset.begin(2, 7)
hear([Access(7, 0xE1234, "setup", 3, True)], 20000)
hear(handset.say(True, 0, nwk.LCE, nwk.PAGE_RESPONSE, [ME]), 21000)
for _ in range(2):
    hear(handset.acknowledge(), 22000)
    handset.theirs ^= 1
handset.theirs ^= 1
hear(handset.say(True, 0, nwk.CC, nwk.ALERTING, []), 23000)
hear([Moved(7, 4)], 24000)
hear([Access(9, 0xE1234, "handover", 5, True)], 25000)
print(calls.due(), calls.busy(), calls.links.counts["handovers"])
shown(calls.tick(20000000))
shown(calls.sms("201", "hello", "", 20000000) if calls.locations.known(IPEI) else [])
shown(calls.stop(30000000))
print(calls.due(), calls.busy())
