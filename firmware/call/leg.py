"""What every side of a call offers: the messages between a leg and the module CALL.

SIP, GW-DECT and FAX0 speak nothing else with one another. Each message goes by
`Tell`, upwards to "CALL" or downwards to the leg's module, and names the leg.
Whoever sends the Setup numbers the leg: CALL with odd ids, the sides with even.
"""

from collections import namedtuple

Leg = namedtuple("Leg", ("module", "id"))

Codec = namedtuple("Codec", ("name", "payload_type", "rate"))
"""Our codec name, its RTP payload type and clock rate in Hz. Names: those of hal.dsp ("pcma", "g726-32-aal2" ...),
"opus-nb" for Opus to be played at 8 kHz, "g729b" for G.729 with Annex B, "cn", "telephone-event", and whatever else a
peer lists."""

Audio = namedtuple("Audio", ("host", "port", "codecs", "packet_ms", "direction"))
"""One side's RTP description: `direction` as seen by whom it describes ("sendrecv",
"sendonly", "recvonly", "inactive"), port 0 for a refused stream."""

Bearer = namedtuple("Bearer", ("radio", "number", "wide"))
"""The media of a DECT leg: a bearer of the radio with this RPN, None while there is none; `wide`: on long slots, with
G.722, else with G.726."""

Setup = namedtuple("Setup", ("leg", "called", "calling", "name", "media"))
"""A new call. `called` and `calling` are numbers or names, `name` a display text."""

Proceeding = namedtuple("Proceeding", ("leg",))

Alerting = namedtuple("Alerting", ("leg", "media"))
"""`media` is the `Bearer` of a handset that rings, else None."""

Connect = namedtuple("Connect", ("leg", "media"))
"""Answered; `media` is the answer to the Setup's offer, or an offer if that had none."""

Media = namedtuple("Media", ("leg", "media"))
"""During a call: a new offer, or (the other way round) the answer to one."""

Digits = namedtuple("Digits", ("leg", "digits"))
"""Keys of the user, "R" among them for the register recall of a handset."""

Release = namedtuple("Release", ("leg", "cause"))
"""The end of a leg, from either side; it is not answered. `cause` is of Q.850."""

Elsewhere = namedtuple("Elsewhere", ("radio", "octets"))
"""From the module CALL of this board to that of a radio's, and back; GW-DECT carries it. `octets` None: the radio
has gone."""

Notice = namedtuple("Notice", ("leg", "signal", "number", "name"))
"""Down to a handset during a call, never answered: what it hears ("waiting", "dial", "ringing", "busy", None: nothing)
and whom its display shows from now on."""
