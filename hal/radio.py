"""A DECT burst-mode controller: it keeps slot time and checks CRCs; firmware decides.

One TDMA frame is 10 ms, 24 slots; a duplex bearer sends in slot n and
receives in slot n + 12 (EN 300 175-3). An A-field is 8 octets: header, five
of tail, two of R-CRC, which the controller computes and checks; firmware sees
and sends the first six.
"""

from collections import namedtuple

from hal.contract import Protocol

Burst = namedtuple("Burst", ("bearer", "slot", "carrier", "rssi", "field"))
Lost = namedtuple("Lost", ("bearer",))
Page = namedtuple("Page", ("frames",))


class Radio(Protocol):
    """What `poll` returns: `Burst` for each good A-field that is no idle identity message,
    `bearer` None for one in a slot where no bearer is open; `Lost` once when a bearer has
    heard nothing good for a second (T201 is counted in firmware from there).
    """

    carriers: int
    bearers: int
    antennas: int

    def beacon(self, fields: "list[bytes]") -> None:
        """The A-fields that a dummy bearer sends, one a frame, over and over; empty: silent."""
        ...

    def page(self, field: bytes) -> None:
        """Send this P_T field once on each following page frame until its lifetime ends."""
        ...

    def open(self, bearer: int, slot: int, carrier: int) -> None:
        """Start a duplex bearer, numbered 0 .. bearers - 1; it idles on the identity message."""
        ...

    def close(self, bearer: int) -> None: ...

    def send(self, bearer: int, field: bytes) -> None:
        """Queue an A-field; one goes out a frame, in order."""
        ...

    def poll(self) -> "list[tuple]": ...
