"""The radio of an emulated base: `hal.radio.Radio` over `sim.air`.

It does what a burst-mode controller does in silicon: slot time, the order of
A-fields in a multiframe, repetition of C_T until Q2, the identity message when
there is nothing else to say, and the B-fields that it exchanges with the DSP.
Its one transceiver is taken to be retuned between any two slots.
"""

from collections import deque
from collections.abc import Callable

from hal.radio import Burst, Found, Lost
from sim.air import CARRIERS, SCAN, SILENCE, Air, Beacon, Ear, Heard, Sent

LOST_FRAMES = 100
MULTIFRAME = 16
PAGE_FRAMES = (0, 2, 4, 6)
PAGE_LIFETIME = 6 * MULTIFRAME
"""Frames that a page may wait for its turn (EN 300 175-3 9.1.3.1)."""

QUEUE = 200
"""A-fields that a bearer's memory holds: our choice, twice the longest message."""

CT, NT, PT = (0, 1), 3, 7


class Duplex:
    """One open bearer: what is to be sent in `slot`, and what came in twelve slots later."""

    def __init__(self, slot: int, carrier: int):
        self.slot = slot
        self.carrier = carrier
        self.queue: deque[bytes] = deque()
        self.put: bytes | None = None
        self.taken: bytes | None = None
        self.good = False
        self.segment_sent = False
        self.silent = 0
        self.counts = {"sent": 0, "good": 0, "bad": 0, "b_good": 0, "b_missing": 0, "b_late": 0}


class Radio:
    """One frame's events are reported together; `wake` is called when there are any."""

    def __init__(self, air: Air, position: tuple[float, float] = (0.0, 0.0), bearers: int = 8,
                 carriers: int = CARRIERS, antennas: int = 2):
        self.carriers = carriers
        self.bearers = bearers
        self.antennas = antennas
        self.wake: Callable[[], object] = lambda: None
        self.duplex: dict[int, Duplex] = {}
        self._air = air
        self._fields: tuple[bytes, ...] = ()
        self._dummy: Ear = (0, 0)
        self._identity = b""
        self._pages: deque[list] = deque()
        self._paging: bytes | None = None
        self._events: list[tuple] = []
        air.add(self, position, fixed=True)

    def beacon(self, fields: "list[bytes]") -> None:
        self._fields = tuple(fields)
        names = [field[1:] for field in fields if field[0] >> 5 == NT]
        self._identity = names[0] if names else b""
        if fields:
            levels = self._air.channels(self)
            slot, carrier = divmod(int(levels.argmin()), CARRIERS)
            self._dummy = (slot, carrier)
        else:
            self._pages.clear()
            self._paging = None
        self._tune()
        self._air.system_changed()

    def reset(self) -> None:
        """Power or reset line: silent, nothing open, nothing to report."""
        for bearer in list(self.duplex):
            self.close(bearer)
        self.beacon([])
        self._events.clear()

    def page(self, field: bytes) -> None:
        if self._fields:
            self._pages.append([field, PAGE_LIFETIME])
            self._air.key_up(self)

    def open(self, bearer: int, slot: int, carrier: int) -> None:
        if not 0 <= bearer < self.bearers or bearer in self.duplex:
            raise ValueError("bearer {} is taken or does not exist".format(bearer))
        if not 0 <= slot < 12 or not 0 <= carrier < self.carriers or slot in self._slots():
            raise ValueError("slot {} on carrier {} is taken or does not exist".format(slot, carrier))
        self.duplex[bearer] = Duplex(slot, carrier)
        self._tune()
        self._air.key_up(self)

    def close(self, bearer: int) -> None:
        if self.duplex.pop(bearer, None) is not None:
            self._tune()

    def send(self, bearer: int, field: bytes) -> None:
        if bearer not in self.duplex or len(field) != 6:
            raise ValueError("bearer {} is not open, or these are not six octets".format(bearer))
        if len(self.duplex[bearer].queue) >= QUEUE:
            raise ValueError("bearer {} has {} fields waiting".format(bearer, QUEUE))
        self.duplex[bearer].queue.append(bytes(field))

    def poll(self) -> "list[tuple]":
        events, self._events = self._events, []
        return events

    def take_b(self, bearer: int) -> "bytes | None":
        """The B-field that the last frame brought, once; None if it brought none that was whole."""
        duplex = self.duplex.get(bearer)
        if duplex is None:
            return None
        taken, duplex.taken = duplex.taken, None
        return taken

    def put_b(self, bearer: int, data: bytes) -> None:
        """The forty octets that the next frame shall carry."""
        duplex = self.duplex.get(bearer)
        if duplex is not None:
            duplex.counts["b_late"] += duplex.put is not None
            duplex.put = data

    def move(self, x: float, y: float) -> None:
        self._air.move(self, (x, y))

    def counters(self) -> "dict[int, dict[str, int]]":
        """Bursts by bearer, since it was opened."""
        return {bearer: dict(duplex.counts) for bearer, duplex in self.duplex.items()}

    def beacon_now(self) -> "Beacon | None":
        if not self._fields:
            return None
        return Beacon(*self._dummy, self._fields, frozenset(self._slots()))

    def system_changed(self) -> None:
        pass

    def transmit(self, frame: int) -> "list[Sent]":
        sent = []
        page = self._page_now(frame % MULTIFRAME)
        if page is not None:
            sent.append(Sent(*self._dummy, page, None))
        for duplex in self.duplex.values():
            field = self._next(duplex, frame)
            header = field[0] | 1 if duplex.good else field[0] & 0xFE
            sent.append(Sent(duplex.slot, duplex.carrier, bytes((header,)) + field[1:], duplex.put or SILENCE))
            duplex.put = None
            duplex.good = False
            duplex.counts["sent"] += 1
        return sent

    def receive(self, frame: int, heard: Heard) -> None:
        bearer = next((number for number, one in self.duplex.items() if one.slot + 12 == heard.slot), None)
        if bearer is None:
            if heard.field is not None and heard.field[0] >> 5 != NT:
                self._events.append(Burst(None, heard.slot, heard.carrier, int(heard.rssi), heard.field))
                # A base that is not on the air has no `frame_over`.
                self.wake()
            return
        duplex = self.duplex[bearer]
        duplex.taken = heard.b
        if heard.field is None or not self._own(heard.field):
            duplex.counts["bad"] += 1
            return
        duplex.good = True
        duplex.counts["good"] += 1
        if heard.field[0] & 1 and duplex.segment_sent:
            duplex.queue.popleft()
            duplex.segment_sent = False
        if heard.field[0] >> 5 != NT:
            self._events.append(Burst(bearer, heard.slot, heard.carrier, int(heard.rssi), heard.field))

    def frame_over(self, frame: int) -> None:
        for bearer, duplex in self.duplex.items():
            duplex.counts["b_good" if duplex.taken is not None else "b_missing"] += 1
            if duplex.good:
                if duplex.silent >= LOST_FRAMES:
                    self._events.append(Found(bearer))
                duplex.silent = 0
                continue
            duplex.taken = None
            duplex.silent += 1
            if duplex.silent == LOST_FRAMES:
                self._events.append(Lost(bearer))
        if not self.duplex and not self._pages and self._paging is None:
            self._air.key_down(self)
        if self._events:
            self.wake()

    def _own(self, field: bytes) -> bool:
        """A handshake counts only with our own identity."""
        return field[0] >> 5 != NT or field[1:] == self._identity

    def _slots(self) -> "set[int]":
        taken = {duplex.slot for duplex in self.duplex.values()}
        return taken | {self._dummy[0]} if self._fields else taken

    def _tune(self) -> None:
        """Listen in each slot: on a bearer's carrier, else on that of the scan; not opposite the dummy bearer."""
        used = {duplex.slot: duplex.carrier for duplex in self.duplex.values()}
        slots = [slot for slot in range(12) if slot in used or (self._fields and slot != self._dummy[0])]
        self._air.tune(self, [(slot + 12, used.get(slot, SCAN)) for slot in slots])

    def _page_now(self, frame: int) -> "bytes | None":
        """The page of this frame: one begins in frame 0 and is repeated in three more."""
        if frame == 0:
            self._paging = self._pages.popleft()[0] if self._pages else None
        for waiting in list(self._pages):
            waiting[1] -= 1
            if not waiting[1]:
                self._pages.remove(waiting)
        page = self._paging if frame in PAGE_FRAMES else None
        if frame >= PAGE_FRAMES[-1]:
            self._paging = None
        return page

    def _next(self, duplex: Duplex, frame: int) -> bytes:
        """M_T in any frame, C_T in odd ones only, else the identity (EN 300 175-3 6.2.2.1, T-MUX)."""
        duplex.segment_sent = False
        if duplex.queue:
            field = duplex.queue[0]
            if field[0] >> 5 not in CT:
                return duplex.queue.popleft()
            if frame & 1:
                duplex.segment_sent = True
                return field
        return bytes((NT << 5,)) + (self._identity or bytes(5))
