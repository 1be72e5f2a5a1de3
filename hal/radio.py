"""A DECT burst-mode controller: it keeps slot time, checks CRCs, scrambles and ciphers; firmware decides.

One TDMA frame is 10 ms, 24 slots; a duplex bearer sends in slot n and
receives in slot n + 12 (EN 300 175-3). An A-field is 8 octets: header, five
of tail, two of R-CRC, which the controller computes and checks; firmware sees
and sends the first six. B-fields go to and from the DSP by themselves.

What counts frames or depends on the last burst the controller fills in: Q1, Q2
and BA of every header (an M_T that has a BA of its own keeps it); slot, carrier and PSCN
in a Q_T of static information, the number in a Q_T of the multiframe number.
"""

from collections import namedtuple

from hal.contract import Protocol

Burst = namedtuple("Burst", ("bearer", "slot", "carrier", "rssi", "field"))
"""A good A-field that is no idle identity message; `bearer` None in a slot where no bearer is open, `slot` 12 .. 23."""

Lost = namedtuple("Lost", ("bearer",))
"""Once, when a bearer has heard nothing good for a second (of T201, which firmware counts)."""

Found = namedtuple("Found", ("bearer",))
"""It hears something good again."""

Followed = namedtuple("Followed", ("rfpi",))
"""Slots, frames, multiframes and PSCN are now in step with that base."""

Strayed = namedtuple("Strayed", ("rfpi", "why"))
"""The base that is followed is no longer heard ("signal": our own crystal goes on alone, and `Followed` comes again
if it returns) or has changed its count of "frame", "multiframe", "pscn" or "carriers" (it is no longer followed)."""

Neighbour = namedtuple("Neighbour", ("rfpi", "slot", "carrier", "rssi", "fer", "shift", "frames", "pscn"))
"""Another base: `rssi` in dBm, `fer` bad A-fields in 100; how far it is ahead of us: `shift` in bits of a frame
(-5760 .. 5759), `frames` (modulo 2 ** 28) and `pscn` (modulo the carriers)."""

FULL, LONG = "full", "long"
"""Slots of 320 and of 640 bits of B-field; a long one takes up the next slot as well (EN 300 175-2 4.2)."""

QUIET = 93
"""In `levels`: -93 dBm and below, the low end of a receiver's scale."""


class Radio(Protocol):
    """`poll` returns `Burst`, `Lost`, `Found`, `Followed`, `Strayed`; `rssi` is in dBm."""

    carriers: int
    bearers: int
    antennas: int

    def beacon(self, fields: "list[bytes]", slot: int = 0, carrier: int = 0) -> None:
        """The A-fields that a dummy bearer in `slot` 0 .. 11 sends, one a frame, over and over; empty: silent.

        The first belongs to frame 0 of a multiframe. Open bearers send them too, in frames
        in which they have nothing of their own to say.
        """
        ...

    def page(self, field: bytes, fast: bool = False) -> None:
        """Send this P_T field on all bearers, in the next frame 0 and the three page frames behind it.

        Pages queue, one to a multiframe; one that has waited for six multiframes is dropped.
        A fast page goes out once, in the next frame.
        """
        ...

    def open(self, bearer: int, slot: int, carrier: int, kind: str = FULL, twin: "int | None" = None) -> None:
        """Start a duplex bearer, numbered 0 .. bearers - 1, that sends in `slot` 0 .. 11.

        With `twin`, an open bearer, both carry one connection: C_T and B-fields go out on both, and are
        taken from the one that brings them. Raises ValueError for a bearer or slot that is taken or does not exist.
        """
        ...

    def close(self, bearer: int) -> None:
        """At once; what is queued goes with it unless a twin carries on. Idempotent."""
        ...

    def send(self, bearer: int, field: bytes) -> None:
        """Queue an A-field on an open bearer; one goes out a frame, in order, M_T before C_T.

        M_T (and the handset's answer to it) may use any frame, but encryption control and C_T wait for an odd
        one; a C_T field is repeated until the other side's Q2 acknowledges it.
        """
        ...

    def cipher(self, bearer: int, key: "bytes | None") -> None:
        """From the next frame on C_T tails and B-fields of both directions are ciphered by DSC with a key of eight
        octets, multiframe number and frame (EN 300 175-7 6.4); None: in clear."""
        ...

    def levels(self) -> bytes:
        """What the scan found in the last 30 s (T209): a row of carriers for each of 12 pairs of slots, octets of dBm
        below zero, the louder slot of a pair counting; `QUIET` where nothing was heard."""
        ...

    def quality(self, bearer: int) -> "tuple[int, int]":
        """Of an open bearer: RSSI of its last burst in dBm, and bad A-fields in the last 100 frames."""
        ...

    def neighbours(self) -> "list[Neighbour]":
        """Other bases that the scan has found, the loudest first."""
        ...

    def follow(self, rfpi: "bytes | None") -> None:
        """Take the time from another base (air synchronisation), or from our own crystal alone."""
        ...

    def poll(self) -> "list[tuple]": ...
