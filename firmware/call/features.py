"""What the R key of a handset does during a call: hold, toggle, transfer, conference."""

from firmware.call import cause
from firmware.call.bridge import described
from firmware.call.dialling import NEXT_DIGIT
from firmware.call.table import ALERTING, COLLECTING, CONNECTED, OFFERED, OPENING
from firmware.effects import INFO, Log

BETWEEN_KEYS = NEXT_DIGIT
"""µs from R to the key that goes with it; our choice, as between two digits."""

SPEAKING, WAITING, HOLDING, ENQUIRY, DIALLING, BETWEEN = (
    "speaking", "waiting", "holding", "enquiry", "dialling", "between")
"""Situations: one call; one more waits; one more is held; one is held while another is called; while a number for that
is dialled; calls held or waiting, but none that the handset speaks with."""

TABLE = {
    (SPEAKING, "R"): "enquire",
    (DIALLING, "R"): "blind",
    (WAITING, "R0"): "refuse",
    (WAITING, "R1"): "end_and_take",
    (WAITING, "R2"): "toggle",
    (WAITING, "R3"): "conference",
    (WAITING, "R4"): "transfer",
    (HOLDING, "R1"): "end_and_take",
    (HOLDING, "R2"): "toggle",
    (HOLDING, "R3"): "conference",
    (HOLDING, "R4"): "transfer",
    (ENQUIRY, "R1"): "end_and_take",
    (ENQUIRY, "R4"): "transfer",
    (BETWEEN, "R0"): "refuse",
    (BETWEEN, "R1"): "take",
    (BETWEEN, "R2"): "take",
}
"""R hold and new line, RR transfer to the number that follows, R0 busy to the waiting call, R1 end and take the held or
waiting, R2 toggle, R3 conference (3PTY), R4 transfer of the held to the ongoing call. Where R alone has no entry the
next key goes with it."""


class Keys:
    """The keys of one line, firmware.call.line."""

    def __init__(self, line):
        self.line = line
        self._since: "int | None" = None

    def press(self, key, now):
        """Effects, None for a key that is no more than a digit."""
        situation = self._situation()
        if self._since is not None and now - self._since < BETWEEN_KEYS:
            self._since = None
            name = TABLE.get((situation, "R" + key))
            return [] if name is None else getattr(self, name)(now)
        self._since = None
        if key != "R":
            return None
        name = TABLE.get((situation, "R"))
        if name is not None:
            return getattr(self, name)(now)
        self._since = now
        return []

    def enquire(self, now):
        """Hold, and a new line."""
        line = self.line
        if line.exchange.full():
            return []
        effects = line.active.hold(now)
        call = line.active = line.exchange.second(line, now)
        effects.extend(call.dial(now))
        effects.append(line.notice("dial"))
        return effects

    def blind(self, now):
        """The number that follows gets the held call; the digits end as for any call."""
        self.line.active.blind = True
        return [self.line.notice("dial")]

    def send_on(self, call, now):
        """That number is complete: `call` is the one that has collected it."""
        held = self._held()
        if described(held) is None:
            return call.finish(cause.NORMAL, now)
        effects = self.line.exchange.bridge(held, None, call.called, now).start(now)
        return effects + call.finish(cause.NORMAL, now)

    def transfer(self, now):
        """The held call gets the ongoing one, also while that still rings."""
        held, active = self._held(), self.line.active
        if described(held) is None or active.state == OPENING:
            return []
        if active.state == CONNECTED and described(active) is None:
            return []
        return self.line.exchange.bridge(held, active, active.called, now).start(now)

    def conference(self, now):
        """All three call the conference interface: the two by way of a transfer, the handset itself."""
        line = self.line
        number, parties = line.exchange.values["conference"], [self._held(), line.active]
        if not number or None in [described(party) for party in parties] or line.exchange.full():
            return [Log(INFO, "call {}: no conference: {}".format(
                line.number, "nobody to join" if number else "no interface for it (/conference)"))]
        call = line.exchange.second(line, now)
        call.called = number
        line.active = call
        effects: list = []
        for party in parties:
            effects.extend(line.exchange.bridge(party, None, number, now).start(now))
        return effects + call.dial(now) + [line.notice(None)]

    def refuse(self, now):
        waiting = self._waiting()
        return [] if waiting is None else waiting.finish(cause.BUSY, now)

    def end_and_take(self, now):
        line, other, active = self.line, self._waiting() or self._held(), self.line.active
        line.active = other
        effects = active.finish(cause.NORMAL, now)
        return effects + self.line.connect(other, now)

    def toggle(self, now):
        other = self._held() or self._waiting()
        return self.line.active.hold(now) + self.line.connect(other, now)

    def take(self, now):
        return self.line.connect(self._waiting() or self._held(), now)

    def _situation(self):
        active, held = self.line.active, self._held()
        if active is None:
            return BETWEEN
        if active.state == CONNECTED:
            return WAITING if self._waiting() else HOLDING if held else SPEAKING
        if held is None:
            return None
        if active.state == COLLECTING:
            return None if active.called or active.blind else DIALLING
        return ENQUIRY if active.state in (OPENING, OFFERED, ALERTING) else None

    def _held(self):
        for call in self.line.calls:
            if call is not self.line.active and not call.waits:
                return call
        return None

    def _waiting(self):
        for call in self.line.calls:
            if call.waits:
                return call
        return None
