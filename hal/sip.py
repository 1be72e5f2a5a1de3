"""What a board can carry of SIP: a capability that is absent is not offered.

The transports themselves run over `hal.net`; a board without TLS or SRTP says
so here, and neither the SIPS module nor a crypto line then appears.
"""

from collections import namedtuple

from hal.contract import Protocol

UDP, TCP, TLS = "udp", "tcp", "tls"
Limits = namedtuple("Limits", ("message", "dialogs"))


class SipCarrier(Protocol):
    """`limits`: the largest message in octets that the board has memory for, and how many
    dialogs at once; beyond them SIP answers 513 and 503.
    """

    transports: "tuple[str, ...]"
    srtp: bool
    limits: Limits
