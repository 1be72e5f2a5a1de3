"""What firmware asks of the world: every input returns a list of these.

The loop applies them in order. An effect names no object: sockets go by a key
that their owner chose, modules by their name, devices by their role, so that
a test compares plain tuples.
"""

from collections import namedtuple

Write = namedtuple("Write", ("data",))
"""Octets for the serial console."""

Bind = namedtuple("Bind", ("key", "port"))
"""Open a UDP socket; `hal.net.Bound` or `Refused` comes back to the module that asked."""

Listen = namedtuple("Listen", ("key", "port"))
"""Accept TCP connections; the same answers, then `hal.net.Accepted`."""

Send = namedtuple("Send", ("key", "to", "data"))
"""A datagram from the socket `key` to (host, port)."""

Stream = namedtuple("Stream", ("connection", "data"))
"""Octets on a TCP connection."""

Close = namedtuple("Close", ("key",))
"""A socket's key or a connection's handle; after what is queued on it."""

Do = namedtuple("Do", ("device", "method", "arguments"))
"""A call of `hal.radio`, `hal.dsp` or `hal.fax`; `Failed` comes back if the device refuses."""

Show = namedtuple("Show", ("colour",))
"""A colour, 0xRRGGBB, for the status LED."""

Failed = namedtuple("Failed", ("effect", "reason"))
"""The event that answers a `Do` which the device refused."""

Tell = namedtuple("Tell", ("module", "message"))
"""A message for another module; delivered at the same instant, after the effects before it."""

As = namedtuple("As", ("module", "effects"))
"""Effects as though that module had returned them: so the console passes on what `configure` gave."""

Log = namedtuple("Log", ("severity", "text"))
"""A line for the ring log, under the name of the module that returned it."""

Trace = namedtuple("Trace", ("text",))
"""As Log, kept only while the module's option /module-trace is set."""

Raise = namedtuple("Raise", ("code", "severity", "text"))
"""An alarm that stands until it is cleared by its code; see firmware.log.CODES."""

Clear = namedtuple("Clear", ("code",))

Restart = namedtuple("Restart", ("when", "reason"))
"""`when`: "now", or "idle" (as soon as no call is up)."""

INFO, MINOR, MAJOR, CRITICAL = 0, 1, 2, 3
