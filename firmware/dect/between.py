"""What the master part and a radio part of a system say to one another, in one box or over the IP network.

A radio part has the MAC; data links, network layer and calls are the master's, so
that a call can move from one radio to another. `link` is the radio's number for one
MAC connection, 1 .. 65535, not soon used again; several bearers may carry it in turn.
"""

from collections import namedtuple

# Orders, to a radio

Radiate = namedtuple("Radiate", ("rfpi", "bits", "sync", "saris"))
"""Go on the air as this RFPI (five octets) with these capability bits; `sync` is a `Sync`, `saris` are further
identities (`Ari`) that it broadcasts (Q_T 5)."""

Silence = namedtuple("Silence", ())

Sync = namedtuple("Sync", ("source", "alternative", "region"))
"""RFPIs to take the time from, None for whoever leads the region."""

AUTHENTICATION, ENCRYPTION, SUBSCRIPTION, EXTERNAL_HANDOVER, CONNECTION_HANDOVER = 36, 37, 44, 45, 46
"""Capability bits of the master's choice (EN 300 175-5 annex F): a36 authentication required, a37 DSC, a44 access
rights requests taken, a45 and a46 handover to other bases."""

SECOND = 100
"""Added to the bits of the second extension of the capabilities."""

LONG_SLOTS, WIDEBAND = SECOND + 12, SECOND + 24
"""There: a12 long slots of 640 bits, a24 wideband speech."""

Page = namedtuple("Page", ("field", "fast"))
"""A P_T field, six octets; `fast`: once, in the next frame, as hal.radio has it."""

Segments = namedtuple("Segments", ("link", "segments"))
"""C_T segments of five octets, in order."""

Cipher = namedtuple("Cipher", ("link", "key"))
"""DCK of eight octets, or None to go on in clear."""

Drop = namedtuple("Drop", ("link", "reason"))
"""Release the connection once its queue has gone out; `reason` of EN 300 175-3 7.2.5.3.13."""

# Reports, from a radio

NEIGHBOURS = 16
"""How many a State has at most."""

Access = namedtuple("Access", ("link", "pmid", "kind", "bearer", "wide"))
"""A handset has set up a MAC connection: `kind` is "setup" or "handover" (from another radio of the system), `bearer`
its number on that radio, `wide` whether it has long slots."""

Moved = namedtuple("Moved", ("link", "bearer"))
"""Bearer handover: the connection is carried by another bearer of the same radio from now on."""

Segment = namedtuple("Segment", ("link", "data"))
"""One C_T segment of five octets."""

Ciphered = namedtuple("Ciphered", ("link", "on"))

Gone = namedtuple("Gone", ("link", "reason"))
"""The connection is no more, whoever ended it."""

State = namedtuple("State", ("running", "sync", "source", "rssi", "fer", "lost", "cause", "busy", "neighbours"))
"""Now and then, and on every change. `sync`: "master", "synchronized", "coasting", "searching" or "off"; `lost` counts
losses of synchronisation, `cause` is that of the last; `rssi` is 0 while the source is not heard; `neighbours` are
(rfpi, rssi, fer)."""

# On either side

To = namedtuple("To", ("radio", "order"))
"""Among effects: an order for a radio by its RPN. The module GW-DECT passes it on."""

From = namedtuple("From", ("radio", "report"))

# From the master part, for a standby master

Kept = namedtuple("Kept", ("ipei", "uak"))
"""The key of a handset was stored; None: deleted."""

Located = namedtuple("Located", ("ipei", "radio"))
"""A handset has registered at that radio; None: it has detached."""
