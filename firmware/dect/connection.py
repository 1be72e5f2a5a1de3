"""One handset's signalling connection: the MAC connections that carry it and what is known of the handset."""

from firmware.dect.dlc import Assembler, Link, signature_of
from firmware.module import earliest

LCE_02 = 10_000_000
"""A link without a transaction is given up after <LCE.02> (EN 300 175-5 annex A, 14.2.7)."""


class Mac:
    """One MAC connection: a radio, its number there, its bearer."""

    def __init__(self, radio, access):
        self.radio, self.link, self.bearer, self.wide = radio, access.link, access.bearer, access.wide
        self.frames = Assembler(signature_of(access.pmid))
        self.ciphered = False


class Connection:
    """`ipei` and `call` are None until known; `closing`: nothing follows what is queued.

    `proof` is the procedure with the handset that runs, `trusted` the IPEI that has proved itself
    on this link, `dck` the cipher key of that proof, `errand` what the base wanted it for,
    `secret`: it has been ciphered, and goes on nowhere else in clear; `offered`: it was given a TPUI and
    has yet to say that it takes it;
    `knocked`: what the gate was last asked to let through without a page.
    """

    def __init__(self, radio, access, now):
        self.mac = Mac(radio, access)
        self.old = self.old_until = None
        self.next = self.next_until = None
        self.secret = False
        self.pmid = access.pmid
        self.dlc = Link(signature_of(access.pmid))
        self.ipei = self.call = self.errand = self.knocked = None
        self.proof = self.trusted = self.dck = None
        self.closing = self.dropped = self.offered = False
        self.idle_at = now + LCE_02

    @property
    def radio(self):
        return self.mac.radio

    @property
    def link(self):
        return self.mac.link

    @property
    def bearer(self):
        return self.mac.bearer

    @property
    def wide(self):
        return self.mac.wide

    @property
    def ciphered(self):
        return self.mac.ciphered

    def macs(self):
        """All its MAC connections: the one in use, the one before, the one that has yet to be ciphered."""
        macs = [self.mac]
        if self.old is not None:
            macs.append(self.old)
        if self.next is not None and self.next is not self.mac:
            macs.append(self.next)
        return macs

    def due(self):
        if self.dropped:
            return self.idle_at
        first = self.dlc.due()
        if self.proof is not None:
            first = earliest(first, self.proof.until)
        if self.errand is not None:
            first = earliest(first, self.errand.until)
        if self.old_until is not None or self.next_until is not None:
            first = earliest(first, self.old_until, self.next_until)
        return first if self.call is not None else earliest(first, self.idle_at)
