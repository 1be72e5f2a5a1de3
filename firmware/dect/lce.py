"""Finding a handset that has no link: link control entity, EN 300 175-5 14.2.

A normal page takes a multiframe of its own. What is to be said to several
handsets at once goes out in fast pages, which are sent only once: they are
repeated sooner.
"""

from firmware.dect import bursts
from firmware.dect.between import Page, To
from firmware.dect.elements import LONG
from firmware.module import earliest

LCE_03 = 3_000_000
N300 = 3
"""A page is sent again after <LCE.03>, up to N300 times (annex A)."""

MULTIFRAME, FAST = 160_000, 20_000
AGAIN = 500_000
"""Time between normal and between fast pages, and until a fast one is repeated: the last two are our choice."""

LIMIT = 64
"""Calls and errands that wait at the same time before errands are turned away: our choice."""


class Entry:
    """`target` is what waits for the handset `target.ipei`; `target.tpui` is its name if it is not registered."""

    def __init__(self, target, now):
        self.target = target
        self.next = now
        self.until = now + (N300 + 1) * LCE_03

    def due(self):
        return min(self.next, self.until)


class Pager:
    """Handsets that are being called. `locations` knows their TPUIs; `wide`: long slots may be asked for."""

    def __init__(self, locations):
        self.wide = False
        self._locations = locations
        self._entries = []
        self._normal_at = self._fast_at = 0

    def page(self, target, now):
        """Call a handset on behalf of `target`."""
        self._entries.append(Entry(target, now))
        return self._send(now)

    def hold(self, target, now):
        """`target` waits for a handset that has a link, and hears no page until that is gone."""
        entry = Entry(target, now)
        entry.next = entry.until
        self._entries.append(entry)

    def waiting(self, ipei):
        """What waits for this handset the longest, or None."""
        for entry in self._entries:
            if entry.target.ipei == ipei:
                return entry.target
        return None

    def hurry(self, ipei, now):
        """The link that a handset had is gone: now it hears pages."""
        for entry in self._entries:
            if entry.target.ipei == ipei:
                entry.next = now
        return self._send(now)

    def full(self):
        return len(self._entries) >= LIMIT

    def forget(self, target):
        self._entries = [entry for entry in self._entries if entry.target is not target]

    def clear(self):
        """Nobody is called any more; effects of the errands that end so."""
        entries, self._entries = self._entries, []
        return [effect for entry in entries if not entry.target.speech for effect in entry.target.failed()]

    def due(self):
        return earliest(*[entry.due() for entry in self._entries])

    def tick(self, now):
        """(effects, targets whose handset did not answer)."""
        silent = [entry.target for entry in self._entries if entry.until <= now]
        for target in silent:
            self.forget(target)
        return self._send(now), silent

    def _send(self, now):
        effects = []
        for entry in self._entries:
            if entry.next > now:
                continue
            if self._normal_at <= now:
                self._normal_at, entry.next = now + MULTIFRAME, now + LCE_03
                effects.append(self._page(entry.target, False))
            elif self._fast_at <= now:
                self._fast_at, entry.next = now + FAST, now + AGAIN
                effects.append(self._page(entry.target, True))
            else:
                entry.next = self._fast_at
        return effects

    def is_wide(self, target):
        """Whether the handset is to ask for a long slot."""
        handset = self._locations.of(target.ipei)
        return self.wide and handset is not None and handset.wide and target.speech

    def _page(self, target, fast):
        """A short page, or the full one that names the slot."""
        handset = self._locations.of(target.ipei)
        tpui = target.tpui if handset is None else handset.tpui
        if self.is_wide(target):
            return To(None, Page(bursts.full_page(tpui, bursts.VOICE, LONG), fast))
        return To(None, Page(bursts.short_page(tpui), fast))
