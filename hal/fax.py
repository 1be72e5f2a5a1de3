"""A FAX modem on an analogue line: tones and modulated octets, half duplex (T.30).

The chip modulates; firmware says what and when. Octets travel MSB first as
T.38 names them, HDLC framing and FCS of V.21 are the chip's.
"""

from collections import namedtuple

from hal.contract import Protocol

Tone = namedtuple("Tone", ("name", "milliseconds"))
Frame = namedtuple("Frame", ("modulation", "data", "good"))
Carrier = namedtuple("Carrier", ("modulation", "present"))

CNG, CED = "cng", "ced"
V21 = "v21"


class FaxLine(Protocol):
    """What `poll` returns: `Tone` when one has ended, `Carrier` at each edge, `Frame` for each
    HDLC frame or block of page octets. A second signal queues behind the first.
    """

    modulations: "tuple[str, ...]"

    def tone(self, name: str, milliseconds: int) -> None: ...

    def send(self, modulation: str, data: bytes) -> None: ...

    def hang_up(self) -> None: ...

    def poll(self) -> "list[tuple]": ...
