"""Display and keys: what a handset shows, its menu, its service codes, the hidden menu for administrators.

Article 31 gives the service codes, the way to the call time and the order of keys behind it; the rest of the
menu is our choice.
"""

from collections.abc import Callable
from typing import Protocol

from sim.peers.handset.book import IN, MISSED, OUT, CallList, PhoneBook
from sim.peers.handset.call import ENDING, NO_CALL
from sim.peers.handset.lock import Survey
from sim.peers.handset.messages import Messages
from sim.peers.handset.models import DEVICE_INFO, IDENTITY, SURVEY, Model
from sim.peers.handset.radio import OFF

DIGITS = frozenset("0123456789*#")
LEFT, RIGHT, UP, DOWN, OK, BACK, MENU, CALL, END, R = "<", ">", "^", "v", "ok", "back", "menu", "call", "end", "R"
NAMES = (MENU, OK, BACK, LEFT, RIGHT, UP, DOWN, CALL, END, R)
KEYS = DIGITS | frozenset(NAMES)

ADMIN = (RIGHT, "*", LEFT, LEFT, "*", LEFT)
"""Pressed in the screen with the call time (article 31)."""

TOP = ("Call list", "Contacts", "Messages", "Settings")
CALLS = ("All calls", "Missed calls", "Call time")
ADMINISTRATION = ("Device info", "DECT link", "Site survey", "Fault log", "System menu", "Factory reset")
LONGEST = 24
"""Keys that are remembered: as many as a number has digits."""


class Owner(Protocol):
    """The handset as its keys see it."""

    model: Model
    name: str
    ipei: str
    messages: Messages
    calls: CallList
    book: PhoneBook
    faults: "list[str]"

    @property
    def lock(self) -> str: ...

    @property
    def call(self) -> str: ...

    def caption(self) -> "list[str]": ...

    def link_lines(self) -> "list[str]": ...

    def survey(self) -> "list[Survey]": ...

    def dial(self, digits: str) -> bool: ...

    def answer(self) -> bool: ...

    def hang_up(self) -> None: ...

    def keypad(self, digits: str) -> None: ...

    def factory_reset(self) -> None: ...


class Menu:
    """`path` are the titles of the screens that are open, `typed` digits in the idle screen; `place` is the item that
    is marked or, where none can be, the line that one has scrolled to."""

    def __init__(self, owner: Owner):
        self.path: list[str] = []
        self.typed = ""
        self.place = 0
        self.protected = True
        self._owner = owner
        self._recent: tuple[str, ...] = ()
        self._lines: list[str] | None = None
        self._opened = ""

    def key(self, key: str) -> None:
        """ValueError for what is no key."""
        if key not in KEYS:
            raise ValueError(f"{key}: a key is one of {' '.join(sorted(KEYS))}")
        if self._owner.lock == OFF:
            return
        self._recent = (*self._recent, key)[-LONGEST:]
        if self._owner.call not in (NO_CALL, ENDING):
            self._in_call(key)
        elif self.path:
            self._in_menu(key)
        else:
            self._in_idle(key)

    @property
    def display(self) -> "list[str]":
        """As many lines as the model has, none longer than it can show."""
        lines, columns = self._owner.model.screen
        if self._owner.lock == OFF:
            return []
        shown = self._screen()
        if self._owner.call == NO_CALL and self.path and self._lines is None:
            marked = self.path[-1] in LISTS
            first = max(0, self.place - (lines - 2 if marked else 0))
            shown = [shown[0], *shown[1 + first:]]
        return [line[:columns] for line in shown[:lines]]

    def whole(self) -> "list[str]":
        """All lines, as if one scrolled through them."""
        return [] if self._owner.lock == OFF else self._screen()

    def close(self) -> None:
        self.path, self.place, self.typed, self._lines = [], 0, "", None

    def _screen(self) -> "list[str]":
        if self._owner.call != NO_CALL or not (self.path or self.typed or self._lines):
            return self._owner.caption()
        if self._lines is not None:
            return self._lines
        if self.typed:
            return [self.typed]
        content = SCREENS.get(self.path[-1])
        items = content(self) if content is not None else []
        marked = self.path[-1] in LISTS
        marks = [">" if marked and place == self.place else " " if marked else "" for place in range(len(items))]
        return [self.path[-1], *[mark + item for mark, item in zip(marks, items, strict=True)]]

    def _in_call(self, key: str) -> None:
        actions: dict[str, Callable[[], object]] = {
            CALL: self._owner.answer, OK: self._owner.answer, END: self._owner.hang_up}
        if key in actions:
            actions[key]()
        elif key in DIGITS or key == R:
            self._owner.keypad(key)

    def _in_idle(self, key: str) -> None:
        self._lines = None
        if key in DIGITS:
            self.typed = (self.typed + key)[-LONGEST:]
            self._service()
        elif key == CALL and self.typed:
            number, self.typed = self.typed, ""
            self._owner.dial(number)
        elif key == MENU:
            self.close()
            self.path = ["Menu"]
        elif key in (END, BACK):
            self.close()

    def _service(self) -> None:
        if self.typed in self._owner.model.services:
            code, self.typed = self.typed, ""
            self._lines = SERVICES[code](self._owner)

    def _in_menu(self, key: str) -> None:
        if self.path[-1] == "Call time" and self._recent[-len(ADMIN):] == ADMIN:
            self.path, self.place = ["Admin menu"], 0
            return
        items, marked = SCREENS[self.path[-1]](self), self.path[-1] in LISTS
        last = len(items) - 1 if marked else max(0, len(items) + 1 - self._owner.model.screen[0])
        self.place = min(self.place, max(0, last))
        if key == END:
            self.close()
        elif key == BACK:
            self.path.pop()
            self.place = 0
        elif key in (UP, DOWN) and items:
            moved = self.place + (1 if key == DOWN else -1)
            self.place = moved % len(items) if marked else max(0, min(moved, last))
        elif key in (OK, RIGHT) and items and marked:
            self._enter(items[self.place])

    def _enter(self, title: str) -> None:
        if self.path[-1] == "Messages":
            self._open(self.place)
        elif title == "Factory reset":
            self.close()
            self._owner.factory_reset()
        elif title == "System menu":
            self.protected = not self.protected
        elif title in SCREENS:
            self.path.append(title)
            self.place = 0

    def _open(self, place: int) -> None:
        sms = self._owner.messages.open(place)
        if sms is not None:
            self._opened = f"{sms.number}: {sms.text}"
            self.path.append("Message")
            self.place = 0

    def _message(self) -> "list[str]":
        columns = self._owner.model.screen[1]
        return [self._opened[at:at + columns] for at in range(0, len(self._opened), columns)]

    def _calls(self, missed: bool = False) -> "list[str]":
        entries = self._owner.calls.missed if missed else self._owner.calls.entries
        return [f"{MARKS[one.way]} {one.name or one.number or 'unknown'}" for one in entries]

    def _inbox(self) -> "list[str]":
        if not self._owner.model.sms:
            return ["not in this model"]
        return [f"{'*' if one.state == 'new' else ' '}{one.number}: {one.text}" for one in self._owner.messages.inbox]

    def _call_time(self) -> "list[str]":
        return [f"Last {_clock(self._owner.calls.last)}", f"Total {_clock(self._owner.calls.total)}"]


def _clock(microseconds: int) -> str:
    seconds = microseconds // 1_000_000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def device_info(owner: Owner) -> "list[str]":
    return [owner.model.name, "Firmware " + (owner.model.download or "-"), "IPEI " + owner.ipei,
            "User " + (owner.name or "-")]


def identity(owner: Owner) -> "list[str]":
    return ["IPEI", owner.ipei, "IPDI", owner.name]


def survey(owner: Owner) -> "list[str]":
    return [f"{'*' if one.ours else ' '}{one.rfpi} {one.rssi} {one.fer}%"
            for one in owner.survey()] or ["No System"]


MARKS = {IN: "<-", OUT: "->", MISSED: "!"}
SERVICES = {DEVICE_INFO: device_info, IDENTITY: identity, SURVEY: survey}

LISTS = frozenset(("Menu", "Call list", "Admin menu", "Messages"))
"""Screens in which one item is chosen."""

SCREENS: "dict[str, Callable[[Menu], list[str]]]" = {
    "Menu": lambda menu: [item for item in TOP if item != "Messages" or menu._owner.model.sms],
    "Call list": lambda menu: list(CALLS),
    "All calls": Menu._calls,
    "Missed calls": lambda menu: menu._calls(True),
    "Call time": Menu._call_time,
    "Contacts": lambda menu: [f"{name} {number}" for name, number in menu._owner.book.begins("")],
    "Messages": Menu._inbox,
    "Message": Menu._message,
    "Settings": lambda menu: ["Protected" if menu.protected else "Open"],
    "Admin menu": lambda menu: list(ADMINISTRATION),
    "Device info": lambda menu: device_info(menu._owner),
    "DECT link": lambda menu: menu._owner.link_lines(),
    "Site survey": lambda menu: survey(menu._owner),
    "Fault log": lambda menu: menu._owner.faults[-10:] or ["No faults"],
}
"""What stands in each screen."""
