"""What the base wants from a handset besides calls: to end its subscription, to bring it a text.

An errand waits for the handset as a call does, says one message on its link
and waits for the answer.
"""

from firmware.dect import elements, identities, nwk
from firmware.effects import INFO, MINOR, Log

MM_ACCESS_2 = 10_000_000
"""<MM_access.2>, and how long a text waits for its answer (annex A)."""


class Errand:
    """`speech`: no bearer for speech is wanted; `free`: the handset need not prove its key first; `waits`: for an
    answer, which `receive` takes."""

    speech, free, waits = False, False, True

    def __init__(self, ipei):
        self.ipei = ipei
        self.tpui = identities.default_tpui(ipei)
        self.who = identities.print_ipei(ipei)
        self.until = None


class Termination(Errand):
    """ACCESS-RIGHTS-TERMINATE-REQUEST of the base (13.5.2), to a handset whose key is gone already."""

    free = True

    def __init__(self, ipei, ari, tpui):
        super().__init__(ipei)
        self.tpui = tpui
        self._ari = ari

    def begin(self):
        return nwk.Message(False, 0, nwk.MM, nwk.TERMINATE_REQUEST,
                           [nwk.portable_ipui(self.ipei), nwk.fixed_ari(self._ari)])

    def receive(self, message):
        """Effects if this is the answer, else None."""
        if message.protocol != nwk.MM or message.type not in (nwk.TERMINATE_ACCEPT, nwk.TERMINATE_REJECT):
            return None
        return [Log(INFO, "handset {} knows that it is no longer subscribed".format(self.who))]

    def failed(self):
        return [Log(INFO, "handset {} does not know that it is no longer subscribed".format(self.who))]


class Suggestion(Errand):
    """INFO-SUGGEST: a handset is to register anew (13.7), which is all the answer that there is."""

    free, waits = True, False

    def __init__(self, ipei, tpui):
        super().__init__(ipei)
        self.tpui = tpui

    def begin(self):
        kind = nwk.octet(nwk.INFO_TYPE, elements.LOCATE_SUGGEST | 0x80)
        return nwk.Message(False, 0, nwk.MM, nwk.INFO_SUGGEST, [kind])

    def failed(self):
        return []


class Text(Errand):
    """CLMS-VARIABLE to a handset. Its answer has the answer flag and, if it did not take it, a REJECT-REASON: ours."""

    def __init__(self, ipei, sender, words):
        super().__init__(ipei)
        self.sender, self.words = sender, words

    def begin(self):
        said = [nwk.portable_ipui(self.ipei)]
        if self.sender:
            said.append(nwk.number(nwk.CALLING_NUMBER, self.sender))
        return nwk.Message(False, 0, nwk.CLMS, nwk.VARIABLE, said + elements.text(self.words))

    def receive(self, message):
        if not message.answer or (message.protocol, message.type) != (nwk.CLMS, nwk.VARIABLE):
            return None
        refused = nwk.element(message, nwk.REJECT_REASON)
        if refused is not None:
            return [Log(MINOR, "handset {} refused a text, reason {}".format(self.who, refused.hex()))]
        return [Log(INFO, "handset {} has a text".format(self.who))]

    def failed(self):
        return [Log(MINOR, "handset {} could not be given a text".format(self.who))]
