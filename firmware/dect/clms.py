"""Texts between handsets, and from the console: CLMS, EN 300 175-5 12, on the link of one handset.

Where the elements are ours: firmware.dect.elements.
"""

from firmware.dect import elements, identities, nwk
from firmware.dect.errands import Text
from firmware.effects import INFO, Log

LONGEST = 160
"""Characters of a text: our choice."""

KEPT = 20
"""Texts for nobody in the system that are kept for the console."""


class Texts:
    """`messages`: (sender, called, text) for which no handset was found, the last of them."""

    def __init__(self, locations):
        self.messages = []
        self._locations = locations

    def errand(self, to, words, sender):
        """The errand that brings a text to an IPEI or a number; LookupError for nobody who is there, or ValueError."""
        if not words or len(words) > LONGEST:
            raise ValueError("a text has 1 to {} characters".format(LONGEST))
        ipei = self._find(to)
        if ipei is None:
            raise LookupError("{}: no such user".format(to))
        if not self._locations.known(ipei):
            raise LookupError("{}: its handset is not there".format(to))
        return Text(ipei, sender, words)

    def _find(self, to):
        ipei = self._locations.called(to)
        if ipei is not None:
            return ipei
        try:
            return identities.parse_ipei(to)
        except ValueError:
            return None

    def receive(self, connection, message):
        """(answer, effects, errand or None) for a text of a handset."""
        words = elements.text_of(message)
        called = elements.number_of(message, nwk.CALLED_NUMBER)
        user = self._locations.user(connection.ipei) if connection.ipei is not None else None
        if words is None or user is None or not self._locations.known(connection.ipei):
            return self._answer(message, nwk.IPUI_UNKNOWN if words else nwk.INCOMPATIBLE), [], None
        sender = user.get("e164", "")
        if len(words) > LONGEST:
            text = "text of {} for {} refused: {} characters".format(sender or "-", called or "-", len(words))
            return self._answer(message, nwk.NO_MEMORY), [Log(INFO, text)], None
        try:
            return self._answer(message), [], self.errand(called, words, sender)
        except (LookupError, ValueError):
            self.messages = self.messages[1 - KEPT:] + [(sender, called, words)]
            known = called and self._find(called) is not None
            text = "text of {} for {}: {}".format(sender or "-", called or "-", words)
            return self._answer(message, nwk.IPUI_UNKNOWN if known else None), [Log(INFO, text)], None

    def _answer(self, message, reason=None):
        said = [] if reason is None else [nwk.octet(nwk.REJECT_REASON, reason)]
        return nwk.Message(True, message.transaction, nwk.CLMS, nwk.VARIABLE, said)
