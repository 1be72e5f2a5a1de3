"""The ring log, trace classes, events and alarms.

A line looks as the vendor's do: `20130312-142901 CMD admin@172.16.68.130 mod cmd ...`.
While nobody has set the clock, time counts from 1970-01-01 (reference: console.md 2, 5).
"""

from collections import namedtuple

from firmware.effects import CRITICAL, MAJOR, MINOR

REGISTRATION_FAILED = 0x00010002
FORBIDDEN_TRANSFER = 0x00020003
RTP_LOSS = 0x00050002
CF_CARD = 0x00090001
NO_SPACE = 0x00130001
COPY_DAMAGED = 0x00130101
ALL_COPIES_DAMAGED = 0x00130102
FLASH_REFUSED = 0x00130103
IMAGE_DAMAGED = 0x00130104
DSP_LOST = 0x00130105

CODES = {
    REGISTRATION_FAILED: (MAJOR, "registration failed"),
    FORBIDDEN_TRANSFER: (MINOR, "forbidden external transfer"),
    RTP_LOSS: (MINOR, "RTP loss"),
    CF_CARD: (MAJOR, "CF card"),
    NO_SPACE: (MAJOR, "no space"),
    COPY_DAMAGED: (MINOR, "one copy in flash is damaged"),
    ALL_COPIES_DAMAGED: (MAJOR, "no readable copy in flash"),
    FLASH_REFUSED: (CRITICAL, "flash does not hold what was written"),
    IMAGE_DAMAGED: (MAJOR, "the firmware image is damaged"),
    DSP_LOST: (MAJOR, "the DSP does not answer"),
}
"""Severity and text by code. Subsystem in the high half; those from 0x00130101 on are our own."""

SEVERITIES = ("Info", "Minor", "Major", "Critical")
TRACE = -1
LINE = 1000
EVENTS = 100
MASK = "********"
SECRET_ENDINGS = ("pwd", "password", "passwd", "secret", "psk")
DAY = 86400

Line = namedtuple("Line", ("at", "module", "severity", "text"))
"""`at` in microseconds since power-on."""

Alarm = namedtuple("Alarm", ("module", "code", "severity", "text", "since"))

Event = namedtuple("Event", ("at", "kind", "module", "code", "severity", "text"))
"""`kind`: "raised", "cleared", or "event" for one that does not stand."""


class Log:
    """Lines of all modules in a ring of at most `size` octets of text; alarms and so many `events` beside it.

    `tracing` holds the names of the modules whose trace is kept.
    """

    def __init__(self, size=65536, events=EVENTS):
        self.size = size
        self.most = events
        self.used = 0
        self.tracing = set()
        self._lines = []
        self._alarms = []
        self._events = []
        self._power_on = 0

    def set_time(self, wall, now):
        """The clock was set: `wall` seconds since 1970 at `now`; lines already there follow it."""
        self._power_on = wall - now // 1_000_000

    def add(self, module, severity, text, now):
        if len(text) > LINE:
            text = text[:LINE] + "..."
        text = text.replace("\r", " ").replace("\n", " ")
        self._lines.append(Line(now, module, severity, text))
        self.used += _cost(module, text)
        if self.used > self.size:
            self._forget()

    def trace(self, module, text, now):
        if module in self.tracing:
            self.add(module, TRACE, text, now)

    def set_trace(self, module, on):
        if on:
            self.tracing.add(module)
        else:
            self.tracing.discard(module)

    def event(self, module, code, severity, text, now):
        """An incident that does not persist."""
        self._note("event", Alarm(module, code, severity, text or known(code), now), now)

    def raise_alarm(self, module, code, severity, text, now):
        """An alarm that stands until it is cleared; one that stands already takes the new text."""
        alarm = Alarm(module, code, severity, text or known(code), now)
        for index, old in enumerate(self._alarms):
            if old.module == module and old.code == code:
                self._alarms[index] = Alarm(module, code, severity, alarm.text, old.since)
                return
        self._alarms.append(alarm)
        self._note("raised", alarm, now)

    def clear_alarm(self, module, code, now):
        for index, old in enumerate(self._alarms):
            if old.module == module and old.code == code:
                self._alarms.pop(index)
                self._note("cleared", old, now)
                return

    def alarms(self):
        """The alarms that stand, oldest first."""
        return list(self._alarms)

    def events(self):
        """The latest incidents and changes of alarms, oldest first."""
        return list(self._events)

    def entries(self):
        return list(self._lines)

    def lines(self):
        return ["{} {} {}".format(self.stamp(line.at), line.module, line.text) for line in self._lines]

    def stamp(self, at):
        """`20130312-142901` for an instant in microseconds since power-on."""
        days, seconds = divmod(self._power_on + at // 1_000_000, DAY)
        year, month, day = _civil(days)
        return "{:04d}{:02d}{:02d}-{:02d}{:02d}{:02d}".format(
            year, month, day, seconds // 3600, seconds // 60 % 60, seconds % 60)

    def _note(self, kind, alarm, now):
        self._events.append(Event(now, kind, alarm.module, alarm.code, alarm.severity, alarm.text))
        if len(self._events) > self.most:
            self._events.pop(0)
        text = "{} 0x{:08x} {} {}".format(
            "Cleared" if kind == "cleared" else "Error", alarm.code, SEVERITIES[alarm.severity], alarm.text)
        self.add(alarm.module, alarm.severity, text, now)

    def _forget(self):
        """Drop the oldest eighth: seldom, so that a long ring costs no shift per line."""
        count = 0
        while self.used > self.size - self.size // 8 and count < len(self._lines):
            line = self._lines[count]
            self.used -= _cost(line.module, line.text)
            count += 1
        self._lines = self._lines[count:]


def event_text(event):
    """`Error 0x00130001 Major FLASHMAN0 no space` (article 10)."""
    return "Error 0x{:08x} {} {} {}".format(event.code, SEVERITIES[event.severity], event.module, event.text)


def known(code):
    return CODES[code][1] if code in CODES else ""


def is_secret(name):
    """Whether an option of this name holds a password, whatever its schema says."""
    name = name.lower()
    return any(name.endswith(ending) for ending in SECRET_ENDINGS)


def masked(words, secret=is_secret):
    """The words of a command as they may be logged: the value after a secret option is hidden."""
    shown = []
    hide = False
    for word in words:
        if word[:1] == "/":
            hide = secret(word[1:])
            shown.append(word)
        else:
            shown.append(MASK if hide else word)
    return " ".join(shown)


def _cost(module, text):
    return len(module) + len(text) + 20


def _civil(days):
    """Year, month and day, `days` after 1970-01-01, in the Gregorian calendar."""
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (1 if month <= 2 else 0), month, day
