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
Found = namedtuple("Found", ("bearer",))


class Radio(Protocol):
    """What `poll` returns: `Burst` for each good A-field that is no idle identity message,
    `bearer` None for one in a slot where no bearer is open, `slot` 12 .. 23, `rssi` in dBm;
    `Lost` once when a bearer has heard nothing good for a second (T201 is counted in firmware
    from there), and `Found` if it then hears something good again.
    """

    carriers: int
    bearers: int
    antennas: int

    def beacon(self, fields: "list[bytes]") -> None:
        """The A-fields that a dummy bearer sends, one a frame, over and over; empty: silent.

        The first belongs to frame 0 of a multiframe. The first identity message (N_T)
        among them is also what an open bearer idles on.
        """
        ...

    def page(self, field: bytes) -> None:
        """Send this P_T field in the next frame 0 and the three page frames behind it.

        Pages queue, one to a multiframe; one that has waited for six multiframes is dropped.
        """
        ...

    def open(self, bearer: int, slot: int, carrier: int) -> None:
        """Start a duplex bearer, numbered 0 .. bearers - 1, that sends in `slot` 0 .. 11; it idles on the
        identity message. Raises ValueError for a bearer or slot that is taken or does not exist.
        """
        ...

    def close(self, bearer: int) -> None:
        """At once, with all that is queued on it; idempotent."""
        ...

    def send(self, bearer: int, field: bytes) -> None:
        """Queue an A-field on an open bearer; one goes out a frame, in order.

        A C_T field waits for an odd frame and is repeated until the other side's Q2 acknowledges
        it. The controller sets Q2 itself.
        """
        ...

    def poll(self) -> "list[tuple]": ...
