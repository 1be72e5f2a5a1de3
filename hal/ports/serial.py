"""hal.Serial on the line that MicroPython's own prompt uses: a UART, USB, or the terminal of the unix VM.

Ctrl-C (0x03) is a character of this line like any other, for noise must not
end a gateway. What leads back to MicroPython's prompt is Ctrl-C alone, after
`QUIET` µs without input: twice within `AGAIN`, or once behind a CR, which is
how tools that write to a board begin (mpremote and `gatesim flash`).
"""

import select
import sys

AT_ONCE = 256
QUIET = 300_000
AGAIN = 2_000_000


class Leave(Exception):
    """Whoever is at the line wants MicroPython's prompt."""


class Trap:
    """Watches the input for the way out, octet by octet: what tools send behind it is for MicroPython's prompt."""

    def __init__(self):
        self._last = -QUIET
        self._once = -AGAIN
        self._typed = b""

    def leaves(self, octet, now):
        """Whether this octet, read at `now`, means that the firmware must end."""
        quiet = now - self._last >= QUIET
        self._last = now
        self._typed = octet if quiet else self._typed[:2] + octet
        if self._typed in (b"\r\x03", b"\x03\x03"):
            return True
        alone = self._typed == b"\x03"
        again = alone and now - self._once < AGAIN
        self._once = now if alone else now - AGAIN
        return again


class Serial:
    """`wakeups` is a select.poll that whoever waits for input uses; `clock` is a hal.Clock."""

    def __init__(self, wakeups, clock):
        self._clock = clock
        self._input, self._output = select.poll(), select.poll()
        self._input.register(sys.stdin, select.POLLIN)
        self._output.register(sys.stdout, select.POLLOUT)
        wakeups.register(sys.stdin, select.POLLIN)
        self._trap = Trap()
        self._wakeups = wakeups
        self._ended = False

    def read(self):
        taken = bytearray()
        while not self._ended and len(taken) < AT_ONCE and self._input.poll(0):
            octet = sys.stdin.buffer.read(1)
            if not octet:
                self._end()
            elif self._trap.leaves(octet, self._clock.now()):
                raise Leave
            taken += octet
        return bytes(taken)

    def write(self, data):
        done = 0
        while done < len(data) and self._output.poll(0):
            done += sys.stdout.buffer.write(data[done:done + AT_ONCE]) or 0
        return done

    def events(self):
        """MicroPython tells of neither overrun nor break."""
        return []

    def _end(self):
        """Standard input was a file or a pipe, and has ended: it would be readable for ever."""
        self._ended = True
        self._wakeups.unregister(sys.stdin)
