"""Radios as calls see them: the board that has a radio has its audio, its DSP channels and its ports."""

from firmware.call import remote
from firmware.call.channels import Channels
from firmware.call.leg import Elsewhere
from firmware.effects import Tell
from firmware.media import negotiation
from firmware.media.ports import Ports


class Place:
    """One board: `channels` of its DSP and who holds them, `ports` for RTP, its `address`; `codecs` of its DSP, None
    for this board's own; `radio` is its RPN. `local`: this board's Endpoints, None for another board.
    """

    def __init__(self, radio, address, channels, ports, codecs=None, local=None):
        self.radio = radio
        self.address = address
        self.channels = channels
        self.ports = ports
        self.codecs = codecs
        self.local = local
        self._told: dict = {}
        self._owed: dict = {}

    def order(self, order, now):
        """Effects that have it carried out there."""
        if self.local is not None:
            return self.local.order(order, now)
        return [Tell("GW-DECT", Elsewhere(self.radio, remote.pack(order)))]

    def preference(self, media, host, wide):
        return media.preference(negotiation.is_local(host), wide, self.codecs)

    def figures(self, session):
        """What a session has counted there, as far as is known."""
        return self.local.figures(session) if self.local is not None else self._told.get(session, {})

    def owes(self, session, record):
        """The last counters of a session that has ended go into a `record`, a dict, once they are here."""
        if self.local is None:
            self._owed[session] = record

    def counted(self, counts):
        """Counters from there."""
        if not counts.last:
            self._told[counts.session] = counts.figures
            return
        self._told.pop(counts.session, None)
        record = self._owed.pop(counts.session, None)
        if record is not None:
            record.update(counts.figures)


class Places:
    """`radios(rpn)` -> (host, DSP channels, codecs) of another board's radio that runs, or None; it is set by whoever
    knows, GW-DECT. Our own radio is number 0.
    """

    def __init__(self, own, entropy):
        self.own = own
        self.radios = None
        self._entropy = entropy
        self._others: dict = {}

    def find(self, radio):
        """The Place of a radio, None for one that does not run. A leg that knows no radio has our own."""
        if not radio:
            return self.own
        facts = self.radios(radio) if self.radios is not None else None
        if facts is None:
            return None
        if radio not in self._others:
            host, channels, codecs = facts
            self._others[radio] = Place(radio, host, Channels(channels, self._entropy), Ports(), codecs)
        return self._others[radio]

    def known(self, radio):
        """The Place of a radio elsewhere that has been used, or None."""
        return self._others.get(radio)

    def forget(self, radio):
        """It has gone, with all that it ran; should it return it is another one."""
        return self._others.pop(radio, None)

    def all(self):
        return [self.own] + [self._others[radio] for radio in sorted(self._others)]
