"""What an emulated board can carry of SIP: a matter of data."""

from hal.sip import Limits

LIMITS = Limits(message=65_535, dialogs=2_000, transactions=128_000)
"""A UDP datagram cannot be larger; a held dialog costs the host about 20 kB.
A transaction lingers for 32 s: this is 4,000 requests a second."""


class SipCarrier:
    """hal.SipCarrier."""

    def __init__(self, transports: "tuple[str, ...]" = ("udp", "tcp", "tls"), srtp: bool = True,
                 limits: Limits = LIMITS):
        self.transports = tuple(transports)
        self.srtp = srtp
        self.limits = limits
