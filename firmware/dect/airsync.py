"""Air synchronisation: whose slot time this base keeps, and when it may be on the air.

Its facts are those of Ascom's manual (TD 92579): a base that leads first looks for
others of its system and takes over their time; one that follows is on the air only
in step, coasts for nine minutes when its source has gone, and falls silent when
the source has jumped. Losses are counted, the last one's cause is kept.
"""

from firmware.dect.between import Sync
from firmware.effects import Do

SECOND = 1_000_000
LISTEN = 30 * SECOND
ADOPT = 5 * SECOND
"""How long a leader tries to get in step with a base that it has found."""

COAST = 540 * SECOND

USABLE, KEPT = 90, 80
"""Bad A-fields in 100: above 90 a base is no new source; below 80 it keeps one in step."""

OFF, LISTENING, SEARCHING, COASTING, IN_STEP, LEADING = \
    "off", "listening", "searching", "coasting", "synchronized", "master"

NO_SOURCE = "no source for 9 minutes"

ALONE = Sync(None, None, None)


def system_of(rfpi):
    """What bases of one system have in common: the PARI, without E and the RPN (EN 300 175-6 5.2)."""
    value = int.from_bytes(rfpi, "big") & (1 << 39) - 1
    return value >> (3 if value >> 36 == 0 else 8)


class AirSync:
    """`neighbours()` lists what the controller hears. Methods return effects; `on_air()` tells the outcome."""

    def __init__(self, neighbours):
        self._neighbours = neighbours
        self.listen = LISTEN
        self.state = OFF
        self.source = None
        self.lost = 0
        self.cause = ""
        self._rfpi = None
        self._order = ALONE
        self._in_step = self._adopting = False
        self._until = None

    def on_air(self):
        return self.state in (LEADING, IN_STEP, COASTING)

    def alone(self):
        """No other base has to do with us: nothing is watched."""
        return self._order.source is None and self._order.region is None

    def begin(self, rfpi, order, now):
        self._rfpi = rfpi
        return self.change(order, now)

    def change(self, order, now):
        """Another source, or the lead."""
        if self._rfpi is None:
            return []
        self._order = order
        if order.source is not None:
            return [] if order.source == self.source and not self._adopting else self._seek(now)
        if self.on_air() or self.alone():
            return self._lead()
        self.state, self._until = LISTENING, now + self.listen
        return self._follow(None) if self.source is not None else []

    def stop(self):
        self.state, self._rfpi, self._order = OFF, None, ALONE
        self._until = None
        return self._follow(None) if self.source is not None else []

    def _lead(self):
        self.state, self._until, self._adopting = LEADING, None, False
        return self._follow(None) if self.source is not None else []

    def _follow(self, rfpi):
        self.source, self._in_step = rfpi, False
        return [Do("radio", "follow", (rfpi,))]

    def _seek(self, now):
        """Go for the best source that there is; who was in step coasts until then."""
        source = self._candidate()
        if source is not None and source == self.source and self._in_step:
            return []
        self._adopting = False
        if self.on_air():
            self._coast(now)
        else:
            self.state, self._until = SEARCHING, None
        if source is None and self.source in (None, self._order.source, self._order.alternative):
            return []
        return self._follow(source)

    def _coast(self, now):
        if self.state != COASTING:
            self.state, self._until = COASTING, now + COAST

    def _candidate(self):
        """The source or the alternative: heard well enough before not heard at all; None if both are heard badly."""
        heard, unheard = [], []
        levels = dict([(one.rfpi, one.fer) for one in self._neighbours()])
        for rfpi in (self._order.source, self._order.alternative):
            if rfpi is not None and rfpi != self._rfpi:
                if rfpi not in levels:
                    unheard.append(rfpi)
                elif levels[rfpi] <= USABLE:
                    heard.append(rfpi)
        return (heard + unheard + [None])[0]

    def followed(self, rfpi):
        """The controller is in step with that base."""
        if rfpi != self.source:
            return []
        self._in_step = True
        if self._adopting:
            return self._lead()
        self.state, self._until = IN_STEP, None
        return []

    def strayed(self, rfpi, why, now):
        """The controller has lost it, or it has jumped."""
        if rfpi != self.source:
            return []
        self._in_step = False
        if self._adopting:
            return self._lead()
        if why != "signal":
            return self._lose(why, now)
        if self.on_air():
            self._coast(now)
        return self._other(now)

    def _lose(self, cause, now):
        """Synchronisation is lost: off the air until it is found again."""
        self.lost += 1
        self.cause = cause
        self.state, self._until = SEARCHING, None
        effects = self._follow(None)
        return effects + self._seek(now)

    def _other(self, now):
        """Out of step: go for the other source if that one is heard."""
        source = self._candidate()
        heard = [one.rfpi for one in self._neighbours()]
        return self._seek(now) if source != self.source and source in heard else []

    def due(self):
        return self._until

    def tick(self, now):
        if self._until is None or now < self._until:
            return []
        self._until = None
        if self.state == COASTING:
            return self._lose(NO_SOURCE, now)
        found = [one for one in self._neighbours() if self._ours(one)] if self.state == LISTENING else []
        if not found:
            return self._lead()
        self.state, self._adopting, self._until = SEARCHING, True, now + ADOPT
        return self._follow(found[0].rfpi)

    def _ours(self, one):
        return one.rfpi != self._rfpi and one.fer <= USABLE and system_of(one.rfpi) == system_of(self._rfpi)

    def check(self, now):
        """Now and then: is the source still good enough?"""
        if self._order.source is None or self._adopting:
            return []
        if not self._in_step:
            return self._seek(now) if self.source is None else self._other(now)
        fer = self.level()[1]
        if fer is not None and fer < KEPT:
            self.state, self._until = IN_STEP, None
        elif fer is not None:
            self._coast(now)
            return self._other(now)
        return []

    def level(self):
        """(RSSI, FER) of the source, (None, None) if the scan has not found it."""
        for one in self._neighbours():
            if one.rfpi == self.source:
                return one.rssi, one.fer
        return None, None
