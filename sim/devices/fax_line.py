"""Two FAX modems on one analogue line: what T.30 signals cost in time, not how they sound."""

from collections import deque
from collections.abc import Callable
from random import Random

from hal.fax import V21, Carrier, Frame, Tone
from sim.time import Handle, Time

MILLISECOND = 1_000

SILENCE = 75 * MILLISECOND
"""Between signals of different modulation: T.30 chapter 5, 75 ± 20 ms."""

PREAMBLE = 1_000 * MILLISECOND
"""Flags before each V.21 burst: T.30 5.3.1, 1 s ± 15 %."""

MODULATIONS = {
    # name: (bit/s, ms of training before the first octet)
    V21: (300, 1_000),
    "v27ter-2400": (2_400, 943), "v27ter-4800": (4_800, 708),
    "v29-7200": (7_200, 234), "v29-9600": (9_600, 234),
    "v17-7200": (7_200, 1_393), "v17-9600": (9_600, 1_393),
    "v17-12000": (12_000, 1_393), "v17-14400": (14_400, 1_393),
    "v17-7200-short": (7_200, 142), "v17-9600-short": (9_600, 142),
    "v17-12000-short": (12_000, 142), "v17-14400-short": (14_400, 142),
}
"""Training of V.17 (long and short), V.29 and V.27ter as these recommendations have it."""

FLAG_BITS, FCS_BITS = 8, 16


class FaxLine:
    """hal.FaxLine, one end. Signals of one modulation that are queued in time share a carrier;
    it falls as soon as nothing is queued.

    The far end sees the carrier when training is over (V.21: from the first
    flag), each frame when its last bit has come. When both ends send modulated
    octets at once, what overlaps arrives corrupt: the line is half duplex.
    Tones pass beside everything. `hang_up` makes this end deaf until its next
    signal.
    """

    modulations = tuple(MODULATIONS)
    far: "FaxLine"

    def __init__(self, time: Time, random: Random, bit_errors: float = 0.0):
        self.wake: Callable[[], object] = lambda: None
        self.bit_errors = bit_errors
        self._time = time
        self._random = random
        self._queue: deque[tuple] = deque()
        self._timer: "Handle | None" = None
        self._carrier: "str | None" = None
        self._silent_since = -SILENCE
        self._events: list[tuple] = []
        self._listening = True
        self._sending_from: "int | None" = None
        self._sent_until = -1

    def tone(self, name: str, milliseconds: int) -> None:
        self._enqueue((name, None, milliseconds))

    def send(self, modulation: str, data: bytes) -> None:
        if modulation not in MODULATIONS:
            raise ValueError(f"this modem does not know {modulation!r}")
        self._enqueue((modulation, bytes(data), 0))

    def hang_up(self) -> None:
        self._time.cancel(self._timer)
        self._timer = None
        self._queue.clear()
        self._drop()
        self._listening = False
        self._events.clear()

    def poll(self) -> "list[tuple]":
        events, self._events = self._events, []
        return events

    @property
    def sending(self) -> bool:
        return self._timer is not None

    def _enqueue(self, signal: tuple) -> None:
        self._listening = True
        self._queue.append(signal)
        if self._timer is None:
            self._begin()

    def _begin(self) -> None:
        """Start the signal at the head of the queue, or fall silent."""
        self._timer = None
        if not self._queue:
            self._drop()
            return
        name, data, milliseconds = self._queue[0]
        if self._carrier is not None and (data is None or self._carrier != name):
            self._drop()
        gap = max(0, self._silent_since + SILENCE - self._time.now)
        if self._carrier is None and gap:
            self._timer = self._time.after(gap, self._begin)
        elif data is None:
            self._timer = self._time.after(milliseconds * MILLISECOND, self._tone_over)
        elif self._carrier is None:
            self._train(name)
        else:
            self._modulate(name, data)

    def _tone_over(self) -> None:
        name, _, milliseconds = self._queue.popleft()
        self._silent_since = self._time.now
        self.far.hear(Tone(name, milliseconds))
        self._begin()

    def _train(self, modulation: str) -> None:
        self._carrier = modulation
        self._sending_from = self._time.now
        if modulation == V21:
            self.far.hear(Carrier(modulation, True))
        self._timer = self._time.after(MODULATIONS[modulation][1] * MILLISECOND, self._trained)

    def _trained(self) -> None:
        if self._carrier != V21:
            self.far.hear(Carrier(self._carrier, True))
        self._begin()

    def _modulate(self, modulation: str, data: bytes) -> None:
        bits = 8 * len(data)
        if modulation == V21:
            bits += stuffed(data) + FCS_BITS + FLAG_BITS
        began = self._time.now
        self._timer = self._time.after(bits * 1_000_000 // MODULATIONS[modulation][0], lambda: self._sent(began))

    def _sent(self, began: int) -> None:
        modulation, data, _ = self._queue.popleft()
        heard, clean = self._through_the_line(data, began)
        # Only HDLC has a check sequence: page octets are good for all that the modem knows.
        self.far.hear(Frame(modulation, heard, clean or modulation != V21))
        self._begin()

    def _drop(self) -> None:
        if self._carrier is None:
            return
        modulation, self._carrier = self._carrier, None
        self._sending_from = None
        self._sent_until = self._silent_since = self._time.now
        self.far.hear(Carrier(modulation, False))

    def hear(self, event: tuple) -> None:
        """From the other end."""
        if self._listening:
            self._events.append(event)
            self.wake()

    def overlapped(self, began: int) -> bool:
        """Whether this end sent modulated octets at some time since `began`."""
        return self._sending_from is not None or self._sent_until > began

    def _through_the_line(self, data: bytes, began: int) -> "tuple[bytes, bool]":
        if self.far.overlapped(began):
            return self._random.randbytes(len(data)), False
        if not self.bit_errors:
            return data, True
        flips = [bit for bit in range(8 * len(data)) if self._random.random() < self.bit_errors]
        heard = bytearray(data)
        for bit in flips:
            heard[bit // 8] ^= 0x80 >> bit % 8
        return bytes(heard), not flips


def pair(time: Time, seed: int = 0, bit_errors: float = 0.0) -> "tuple[FaxLine, FaxLine]":
    """The two ends of one line; `bit_errors` is the chance of each bit, in both directions."""
    one = FaxLine(time, Random(f"{seed} one"), bit_errors)
    other = FaxLine(time, Random(f"{seed} other"), bit_errors)
    one.far, other.far = other, one
    return one, other


def stuffed(data: bytes) -> int:
    """How many zeros HDLC puts in after five ones."""
    count = run = 0
    for octet in data:
        for shift in range(7, -1, -1):
            run = run + 1 if octet >> shift & 1 else 0
            if run == 5:
                count, run = count + 1, 0
    return count
