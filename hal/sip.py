"""What a board can carry of SIP: a capability that is absent is not offered.

The transports themselves run over `hal.net`; a board without TLS or SRTP says
so here, and neither the SIPS module nor a crypto line then appears.
"""

from collections import namedtuple

from hal.contract import Protocol

UDP, TCP, TLS = "udp", "tcp", "tls"
Limits = namedtuple("Limits", ("message", "dialogs", "transactions"))


class SipCarrier(Protocol):
    """`limits`: the largest message in octets that the board has memory for, how many dialogs at
    once, and how many requests of others are remembered, which outlive their calls by 32 s (RFC 3261
    17.2); beyond them SIP answers 513 and 503. Within dialogs there is twice the room for requests.
    """

    transports: "tuple[str, ...]"
    srtp: bool
    limits: Limits
