"""Finding a handset that has no link: link control entity, EN 300 175-5 14.2."""

from firmware.dect import bursts, identities
from firmware.effects import Do
from firmware.module import earliest

LCE_03 = 3_000_000
N300 = 3
"""A page is sent again after <LCE.03>, up to N300 times (annex A)."""


class Pager:
    """Handsets that are being called, by IPEI, with what waits for each of them."""

    def __init__(self):
        self._pages = []

    def page(self, ipei, call, now):
        """Call a handset on behalf of `call`."""
        entry = [ipei, call, now + LCE_03, N300]
        self._pages.append(entry)
        return [self._page(ipei)]

    def answered(self, ipei):
        """The call that waited for this handset, or None."""
        for entry in self._pages:
            if entry[0] == ipei:
                self._pages.remove(entry)
                return entry[1]
        return None

    def forget(self, call):
        self._pages = [entry for entry in self._pages if entry[1] is not call]

    def due(self):
        return earliest(*[entry[2] for entry in self._pages])

    def tick(self, now):
        """(effects, calls whose handset did not answer)."""
        effects, silent = [], []
        for entry in self._pages:
            if entry[2] > now:
                continue
            if entry[3]:
                entry[2], entry[3] = now + LCE_03, entry[3] - 1
                effects.append(self._page(entry[0]))
            else:
                silent.append(entry[1])
        for call in silent:
            self.forget(call)
        return effects, silent

    def _page(self, ipei):
        return Do("radio", "page", (bursts.short_page(identities.default_tpui(ipei)),))
