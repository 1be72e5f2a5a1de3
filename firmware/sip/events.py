"""What the transaction layer passes up to the user agent (RFC 3261 17), besides effects that pass through."""

from collections import namedtuple

Request = namedtuple("Request", ("transaction", "message"))
"""A new request; `transaction` is None for an ACK that belongs to a 2xx."""

Response = namedtuple("Response", ("transaction", "message"))

TimedOut = namedtuple("TimedOut", ("transaction",))
"""A client transaction without an answer, or an INVITE server transaction without an ACK."""
