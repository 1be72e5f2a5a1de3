"""What a call and the board that has its audio say to one another: in one box, or between two (firmware.call.remote).

`session` is the call's number for one RTP session, 1 .. 65535; a call that
moves to another radio has two for a moment.
"""

from collections import namedtuple

# Orders

Want = namedtuple("Want", ("session", "port", "channel", "bearer", "wide", "agreed", "remote", "direction",
                           "symmetric"))
"""All that the session shall be from now on: RTP on `port` and RTCP on the next, between DSP `channel` (None: it has
no audio) and radio `bearer` (None: no one there), `wide` with G.722 on the air; `agreed` is a
firmware.media.negotiation.Agreement (None: sockets only), `remote` the peer's (host, port); `symmetric`: send to where
its packets come from (RFC 4961)."""

Dial = namedtuple("Dial", ("session", "digits", "in_band"))
"""Digits to the network: telephone events, or tones in the audio."""

End = namedtuple("End", ("session",))

# Reports

Ready = namedtuple("Ready", ("session", "port"))
"""Both sockets are open."""

Taken = namedtuple("Taken", ("session", "port"))
"""They are not: somebody else has a port of the pair. Another Want may name another."""

Trouble = namedtuple("Trouble", ("session", "reason"))
"""The DSP refused: there is no audio."""

Counts = namedtuple("Counts", ("session", "figures", "last"))
"""Counters so far, by the names of FIGURES; `last`: the session has ended."""

COUNTED = ("sent", "received", "lost", "comfort_sent", "comfort_received", "late", "dropped", "duplicates", "sources",
           "peer_lost", "foreign", "played", "missing")
MEASURED = ("jitter_ms", "peer_jitter_ms", "round_trip_ms", "level_in", "level_out", "erl", "erle")
FIGURES = COUNTED + MEASURED
"""Of firmware.media.stream.Stream.stats and hal.dsp.Status; any may be None."""

SESSIONS = 0xFFFF
