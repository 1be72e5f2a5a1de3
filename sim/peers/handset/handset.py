"""A DECT handset on the simulated air: GAP and CAP, EN 300 444 and EN 300 175, the portable side.

It locks to a base of its system, subscribes with its code where the base takes
that, registers, answers pages, rings, dials, talks, and moves to other channels
and bases, idle and in a call.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sim.air import Air
from sim.peers.handset import identity
from sim.peers.handset.audio import Audio
from sim.peers.handset.call import NO_CALL
from sim.peers.handset.codec import Message
from sim.peers.handset.lock import Survey
from sim.peers.handset.menu import Menu
from sim.peers.handset.models import DEFAULT
from sim.peers.handset.plain import plain
from sim.peers.handset.radio import LOCKED, OFF, SEARCHING
from sim.peers.handset.registration import DETACH, MM
from sim.peers.handset.terminal import DEFAULT_AC, SECOND, Event, Terminal
from sim.peers.handset.walk import Path, Walk
from sim.time import Time

DIRECTORY = "0000"
"""Number that a phone book search is sent to: our choice."""


class Status(NamedTuple):
    """`rssi` in dBm, None without a base; `slot` and `carrier` of the bearer, None without one."""

    name: str
    ipei: str
    lock: str
    rfpi: "str | None"
    rssi: "float | None"
    located: bool
    call: str
    slot: "int | None"
    carrier: "int | None"
    model: str = ""
    ciphered: bool = False
    wide: bool = False


class Handset(Terminal):
    """What its user has in hand: keys, display, speech, and legs. Arguments as of `Terminal`; it is switched on."""

    def __init__(self, air: Air, time: Time, ipei: str, park: str, name: str = "",
                 position: tuple[float, ...] = (5.0, 0.0), audio: "Audio | None" = None, seed: int = 1,
                 ac: "str | None" = DEFAULT_AC, model: str = DEFAULT, wideband: bool = False):
        super().__init__(air, time, ipei, park, name, position, audio, seed, ac, model, wideband)
        self._walk: Walk | None = None
        self.menu = Menu(self)
        self.on_busy = self.menu.close
        self.book.query = lambda digits: self.sms(DIRECTORY, digits)
        self.switch_on()

    # What its user does

    def switch_on(self) -> None:
        if self.lock == OFF:
            self.radio.start()

    def switch_off(self) -> None:
        """As when the battery is taken out: the base is not told."""
        for handle in self._timers.values():
            self._time.cancel(handle)
        if self._walk is not None:
            self._walk.stop()
        self.radio.stop()
        self.dialogue.close()
        self.registration.link_over()
        self._call.end("switched off")
        self.menu.close()
        self.registration.left()

    def turn_off(self) -> None:
        """By its key: it takes leave of the base first (175-5 13.4.2)."""
        if self.located and not self.dialogue.up and self._connect(Message(MM, DETACH, self._identities())):
            self._after("off", 2 * SECOND, self.switch_off)
        else:
            self.switch_off()

    def subscribe(self, ac: str, park: "str | None" = None) -> None:
        """To its system, or that of another PARK, with a code; the key that it had there is forgotten."""
        self.registration.type_in(ac)
        if park is not None:
            self.radio.park = identity.park(park)
            self.registration.park = park
        self.registration.forget()
        self.radio.forget()

    def unsubscribe(self) -> bool:
        """Give its access rights up; False if there is no base to tell."""
        return self._connect(self.registration.terminate(self._identities())) if self.radio.base else False

    def factory_reset(self) -> None:
        """Key, phone book, call list and messages are gone."""
        self.registration.forget()
        self.book.entries.clear()
        self.calls.clear()
        self.messages.all.clear()
        self._tell("factory reset")
        self.radio.forget()

    def move(self, x: float, y: float, floor: "float | None" = None) -> None:
        """To another place, in metres, and to another floor."""
        self._air.move(self, (x, y) if floor is None else (x, y, floor))

    def walk(self, points: "Sequence[Sequence[float]]", speed: "float | None" = None) -> None:
        """Along (seconds, x, y[, floor]), or with a speed in metres a second along (x, y[, floor])."""
        path = Path(points, speed, self._air.position(self))
        if self._walk is not None:
            self._walk.stop()
        self._walk = Walk(self._time, path, self.move, lambda: self._tell("arrived"))

    def dial(self, digits: str, en_bloc: bool = True) -> bool:
        """Call a number; digit by digit once there is dial tone unless `en_bloc`. False if it cannot now."""
        if self.radio.base is None or self.radio.connection.busy or self.call != NO_CALL:
            return False
        self.menu.close()
        wide = self.wideband and self.radio.base.base.wide
        return self._connect(self._call.dial(digits, self._identities(), en_bloc, wide), wide)

    def keypad(self, digits: str) -> None:
        """Keys pressed during a call; R is the R key."""
        self._call.keypad(digits)

    def answer(self) -> bool:
        return self._call.answer()

    def sms(self, number: str, text: str) -> bool:
        """Send a text message; False if the model has none or it cannot now."""
        if not self.model.sms or self.radio.base is None or self.radio.connection.busy:
            return False
        return self._connect(self.messages.compose(number, text, self._identities()))

    def check_base(self) -> bool:
        """Have the base prove its key on the link that is up; events "base proved", "base false"."""
        return self.dialogue.up and self.registration.check_base()

    def cipher(self) -> bool:
        """Suggest to the base that the link be ciphered."""
        return self.dialogue.up and self.registration.suggest_cipher()

    def key(self, key: str) -> None:
        """One key: 0 to 9, *, #, menu, ok, back, <, >, ^, v, call, end, R."""
        self.menu.key(key)

    def keys(self, keys: str) -> None:
        """Several, each a character, as in "*#06#"."""
        for key in keys:
            self.menu.key(key)

    # What can be seen

    @property
    def display(self) -> "list[str]":
        return self.menu.display

    @property
    def waiting(self) -> "tuple[str, str] | None":
        """Number and name of whoever calls while there is a call."""
        return self._call.waiting

    @property
    def shown(self) -> str:
        """What the base has put on the display in this call."""
        return self._call.shown

    @property
    def calling(self) -> str:
        """The number that was dialled, empty in a call that came in."""
        return self._call.dialled if self._call.ours else ""

    @property
    def status(self) -> Status:
        base, busy = self.radio.base, self.radio.connection.busy
        bearer = self.radio.connection.bearer
        slot, carrier = (bearer.slot, bearer.carrier) if busy else (None, None)
        rssi, rfpi = (base.rssi, base.rfpi.hex()) if base else (None, None)
        if busy and bearer.end is not None and bearer.end.good:
            rssi = bearer.end.rssi
        return Status(self.name, self.ipei, self.lock, rfpi, rssi, self.located, self.call, slot, carrier,
                      self.model.name, busy and self.radio.connection.key is not None, self._is_wide())

    def survey(self) -> "list[Survey]":
        """The bases that it hears, the strongest first."""
        return [] if self.lock == OFF else self.radio.search.survey(self.radio.park)

    def caption(self) -> "list[str]":
        """What the idle screen, or that of a call, shows."""
        return plain(self)

    def link_lines(self) -> "list[str]":
        """For the administrator: the radio link."""
        status = self.status
        place = "-" if status.slot is None else f"{status.slot}/{status.carrier}"
        return ["PARK " + self.registration.park, "RFPI " + (status.rfpi or "-"),
                "RSSI " + ("-" if status.rssi is None else f"{status.rssi:.0f} dBm"), "Slot/carrier " + place,
                "MFN " + ("-" if self.radio.multiframe is None else str(self.radio.multiframe))]


__all__ = ["DEFAULT_AC", "LOCKED", "OFF", "SEARCHING", "Event", "Handset", "Status"]
