"""What a handset remembers for its user: calls, names and numbers."""

from collections.abc import Callable
from typing import NamedTuple

CALLS, NAMES = 25, 250
"""Entries that are kept: our choice."""

IN, OUT, MISSED = "in", "out", "missed"


class Entry(NamedTuple):
    """`at` and `talked` in microseconds."""

    at: int
    way: str
    number: str
    name: str
    talked: int


class PhoneBook:
    """Names and numbers in the handset. `query(digits)` asks the system, by a message (article 31)."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.query: Callable[[str], bool] = lambda digits: False

    def add(self, name: str, number: str) -> bool:
        """False if it is full."""
        if name not in self.entries and len(self.entries) >= NAMES:
            return False
        self.entries[name] = number
        return True

    def remove(self, name: str) -> None:
        self.entries.pop(name, None)

    def name_of(self, number: str) -> str:
        return next((name for name, one in self.entries.items() if one == number), "") if number else ""

    def begins(self, text: str) -> "list[tuple[str, str]]":
        """Local contacts whose name begins so."""
        return sorted(one for one in self.entries.items() if one[0].lower().startswith(text.lower()))

    def search(self, digits: str) -> bool:
        """Look a number up in the system's phone book: the protocol knows digits only, no * and no #."""
        return digits.isascii() and digits.isdigit() and self.query(digits)


class CallList:
    """The last calls, the newest first, and how long was talked."""

    def __init__(self, book: PhoneBook, now: Callable[[], int]):
        self.entries: list[Entry] = []
        self.total = 0
        self._book, self._now = book, now
        self._going: Entry | None = None
        self._since: int | None = None

    @property
    def last(self) -> int:
        """Microseconds talked in the call that is going on, or in the last one."""
        if self._since is not None:
            return self._now() - self._since
        return self.entries[0].talked if self.entries else 0

    @property
    def missed(self) -> "list[Entry]":
        return [one for one in self.entries if one.way == MISSED]

    def begin(self, way: str, number: str, name: str = "") -> None:
        self._going = Entry(self._now(), way, number, name, 0)

    def talking(self) -> None:
        self._since = self._now()

    def over(self) -> None:
        """A call that came and was not answered is a missed one. Names are looked up here, not while it rings."""
        if self._going is None:
            return
        going, talked = self._going, self.last if self._since is not None else 0
        way = MISSED if going.way == IN and self._since is None else going.way
        name = self._book.name_of(going.number) or going.name
        self.entries = [going._replace(way=way, talked=talked, name=name), *self.entries][:CALLS]
        self.total += talked
        self._going = self._since = None

    def clear(self) -> None:
        self.entries, self.total = [], 0
