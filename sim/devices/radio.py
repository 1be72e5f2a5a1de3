"""The radio of an emulated base: `hal.radio.Radio` over `sim.air`.

It does what a burst-mode controller does in silicon: slot time, T-MUX, repetition of C_T until Q2, the handshake when
there is nothing else to say, pages, cipher, and the B-fields that it exchanges with the DSP. Its one transceiver
is taken to be retuned between any two slots.
"""

from collections.abc import Callable

from hal.radio import FULL, LONG, QUIET, Burst, Followed, Found, Lost, Neighbour, Strayed
from sim.air import CARRIERS, Air, Beacon, End, Heard
from sim.air.frames import CT, MULTIFRAME, NT, PT, QT, ta
from sim.devices.radio_sync import Following

QUEUE = 200
"""A-fields that a bearer's memory holds: our choice, twice the longest message."""

MULTIFRAME_QT, MULTIFRAME_NT = 8, 14
"""Frames in which a base sends Q_T and N_T (EN 300 175-3 6.2.2.1)."""


class Radio:
    """One frame's events are reported together; `wake` is called when there are any."""

    def __init__(self, air: Air, position: "tuple[float, ...]" = (0.0, 0.0), bearers: int = 8,
                 carriers: int = CARRIERS, antennas: int = 2):
        self.carriers = carriers
        self.bearers = bearers
        self.antennas = antennas
        self.wake: Callable[[], object] = lambda: None
        self.ends: dict[int, End] = {}
        self.rfpi: bytes | None = None
        self._air = air
        self._fields: tuple[bytes, ...] = ()
        self._dummy = (0, 0)
        self._cycle: tuple[bytes, ...] = (bytes((NT << 5, 0, 0, 0, 0, 0)),)
        self._events: list[tuple] = []
        air.add(self, position, fixed=True)
        air.scan(self, False, carriers)
        self._following = Following(air, self, self._tell)

    # The contract of hal.radio.

    def beacon(self, fields: "list[bytes]", slot: int = 0, carrier: int = 0) -> None:
        if not 0 <= slot < 12 or not 0 <= carrier < self.carriers:
            raise ValueError("slot {} on carrier {} does not exist".format(slot, carrier))
        self._fields, self._dummy = tuple(fields), (slot, carrier)
        if fields:
            self.rfpi = next((bytes(field[1:]) for field in fields if ta(field) == NT), None)
        self._cycle = multiplexed(self._fields, self.rfpi or bytes(5))
        for end in self.ends.values():
            end.cycle, end.expect = self._cycle, self.rfpi
        self._air.scan(self, bool(fields), self.carriers)
        self._air.beacon(self, Beacon(slot, carrier, self._fields) if fields else None)

    def page(self, field: bytes, fast: bool = False) -> None:
        self._air.page(self, field, fast)

    def open(self, bearer: int, slot: int, carrier: int, kind: str = FULL, twin: "int | None" = None) -> None:
        self._demand(bearer, slot, carrier, kind, twin)
        end = self._air.end(self, slot, carrier, kind)
        if twin is not None:
            try:
                end.twin(self.ends[twin])
            except ValueError:
                end.close()
                raise
        else:
            end.undriven()
        end.cycle, end.expect = self._cycle, self.rfpi
        end.on_field = lambda field, rssi: self._field(bearer, end, field, rssi)
        end.on_silence = lambda lost: self._tell(Lost(bearer) if lost else Found(bearer))
        self.ends[bearer] = end

    def close(self, bearer: int) -> None:
        end = self.ends.pop(bearer, None)
        if end is not None:
            end.close()

    def send(self, bearer: int, field: bytes) -> None:
        end = self.ends.get(bearer)
        if end is None or len(field) != 6:
            raise ValueError("bearer {} is not open, or these are not six octets".format(bearer))
        if end.pending() >= QUEUE:
            raise ValueError("bearer {} has {} fields waiting".format(bearer, QUEUE))
        if ta(field) in CT:
            end.segment(field)
        else:
            end.send(field)

    def cipher(self, bearer: int, key: "bytes | None") -> None:
        if bearer not in self.ends or (key is not None and len(key) != 8):
            raise ValueError("bearer {} is not open, or these are not eight octets".format(bearer))
        self.ends[bearer].cipher(key)

    def levels(self) -> bytes:
        found = self._air.channels(self)[:, :self.carriers]
        return bytes([min(QUIET, max(0, round(-level))) for level in found.ravel().tolist()])

    def quality(self, bearer: int) -> "tuple[int, int]":
        end = self.ends.get(bearer)
        return (end.rssi, end.bad) if end is not None else (-QUIET, 0)

    def neighbours(self) -> "list[Neighbour]":
        here = self._air.clock(self)
        return [Neighbour(place.rfpi, place.beacon.slot, place.beacon.carrier, rssi, fer, *place.clock.against(here))
                for rssi, fer, place in self._air.noticed(self) if place.rfpi is not None and place.beacon is not None]

    def follow(self, rfpi: "bytes | None") -> None:
        self._following.follow(rfpi)

    def poll(self) -> "list[tuple]":
        events, self._events = self._events, []
        return events

    # The board's bus to the DSP.

    def take_b(self, bearer: int) -> "bytes | None":
        """The B-field that the last frame brought, once; None if it brought none that was whole."""
        end = self.ends.get(bearer)
        return None if end is None else end.take_b()

    def put_b(self, bearer: int, data: bytes) -> None:
        """The octets that the next frame shall carry: 40, in a long slot 80."""
        end = self.ends.get(bearer)
        if end is not None:
            end.put_b(data)

    # For the machine and who looks on.

    def reset(self) -> None:
        """Power or reset line: silent, nothing open, nothing to report; frames begin and are counted anew."""
        for bearer in list(self.ends):
            self.close(bearer)
        self._following.stop()
        if self._fields:
            self._air.restart(self)
        self.beacon([])
        self.rfpi = None
        self._events.clear()

    def move(self, x: float, y: float, floor: float = 0.0) -> None:
        self._air.move(self, (x, y, floor))

    def state(self) -> "dict[str, object]":
        """What can be seen of it at this moment, as plain data."""
        bearers = [{"bearer": number, "slot": end.slot, "carrier": end.carrier, "kind": LONG if end.wide else FULL,
                    "twins": [other for other, one in self.ends.items() if one.link is end.link and one is not end],
                    "rssi": end.rssi, "bad": end.bad, "ciphered": end.key is not None, "counts": end.counts}
                   for number, end in sorted(self.ends.items())]
        slot, carrier = self._dummy
        return {"rfpi": None if self.rfpi is None else self.rfpi.hex(), "carriers": self.carriers,
                "dummy": {"slot": slot, "carrier": carrier} if self._fields else None,
                "follows": None if self.followed is None else self.followed.hex(), "bearers": bearers}

    @property
    def followed(self) -> "bytes | None":
        """The base that it is in step with."""
        return self._following.followed

    def counters(self) -> "dict[int, dict[str, int]]":
        """Bursts by bearer, since it was opened."""
        return {bearer: end.counts for bearer, end in self.ends.items()}

    # What the air calls.

    def heard(self, heard: Heard) -> None:
        self._tell(Burst(None, heard.slot, heard.carrier, heard.rssi, heard.field))

    def system_changed(self) -> None:
        self._following.look()

    def _field(self, bearer: int, end: End, field: bytes, rssi: int) -> None:
        if ta(field) != NT and self.ends.get(bearer) is end:
            self._tell(Burst(bearer, end.slot + 12, end.carrier, rssi, field))

    def _tell(self, event: "Burst | Lost | Found | Followed | Strayed") -> None:
        self._events.append(event)
        if len(self._events) == 1:
            self.wake()

    def _demand(self, bearer: int, slot: int, carrier: int, kind: str, twin: "int | None") -> None:
        if not 0 <= bearer < self.bearers or bearer in self.ends:
            raise ValueError("bearer {} is taken or does not exist".format(bearer))
        if kind not in (FULL, LONG):
            raise ValueError("a slot is full or long, not {}".format(kind))
        if twin is not None and twin not in self.ends:
            raise ValueError("bearer {} is not open".format(twin))
        slots = {slot, slot + 1} if kind == LONG else {slot}
        taken = {end.slot + more for end in self.ends.values() for more in range(1 + end.wide)}
        if self._fields:
            taken.add(self._dummy[0])
        if not slots <= set(range(12)) or not 0 <= carrier < self.carriers or slots & taken:
            raise ValueError("slot {} on carrier {} is taken or does not exist".format(slot, carrier))


def multiplexed(fields: "tuple[bytes, ...]", rfpi: bytes) -> "tuple[bytes, ...]":
    """What a traffic bearer sends when it has nothing of its own to say: Q_T in frame 8, N_T in 14, in other even
    frames P_T where there is one, else N_T (EN 300 175-3 6.2.2.1)."""
    handshake = bytes((NT << 5,)) + rfpi
    wanted = {frame: PT for frame in range(0, MULTIFRAME, 2)}
    wanted.update({MULTIFRAME_QT: QT, MULTIFRAME_NT: NT})
    cycle = [field if ta(field) == wanted.get(place % MULTIFRAME, NT) else handshake
             for place, field in enumerate(fields)]
    return tuple(cycle) or (handshake,)
