"""DSAA, and one subscription by hand: the same octets on every interpreter."""

from firmware.dect import identities, nwk, security
from firmware.dect.between import Access
from firmware.dect.connection import Connection
from firmware.dect.gate import Gate

IPEI = 0x123456789
KEY = security.b1(security.authentication_code("9124"))


class Locations:
    def user(self, ipei):
        return {"cn": "Zoe"}


for rs in (bytes(8), b"\x01\x23\x45\x67\x89\xab\xcd\xef"):
    print(security.a11(KEY, rs).hex(), security.a21(KEY, rs).hex())
    print([part.hex() for part in security.a12(security.a11(KEY, rs), rs)], security.a22(KEY, rs).hex())

gate = Gate(Locations(), None, lambda count: bytes(range(count)))
gate.configure({"ac": "9124"})
print(gate.begin(identities.parse_ari("31100422072149")), gate.bits())
link = Connection(0, Access(1, 0xE0001, "setup", 0, False), 0)
link.ipei = IPEI


def hear(kind, *elements, answer=False):
    for one in gate.receive(link, nwk.Message(answer, 0, nwk.MM, kind, list(elements)), 0):
        print(nwk.encode(one).hex() if isinstance(one, nwk.Message) else one)


NUMBERS = bytes(range(8))
hear(nwk.ACCESS_RIGHTS_REQUEST, nwk.portable_ipui(IPEI))
_, res = security.a12(security.a11(KEY, NUMBERS), NUMBERS)
hear(nwk.AUTH_REQUEST, (nwk.RAND, NUMBERS), (nwk.RES, res), answer=True)
link.trusted = None
hear(nwk.LOCATE_REQUEST, nwk.portable_ipui(IPEI))
hear(nwk.AUTH_REPLY, (nwk.RES, res), answer=True)
print([gate.counts[name] for name in sorted(gate.counts)], gate.keys.handsets() == [IPEI])
