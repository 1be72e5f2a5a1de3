"""Mobility management with a handset that the gate has let through: EN 300 175-5 13.

Methods return messages, effects, and `Closed` where the link has done what it was for.
"""

from firmware.config.store import StoreError
from firmware.dect import elements, identities, nwk
from firmware.dect.between import Kept
from firmware.dect.gate import Closed
from firmware.effects import INFO, MINOR, Log

ACKNOWLEDGE = 2_000_000
"""How long a link waits for the handset to acknowledge its TPUI: our choice. Old ones never do."""


class Mobility:
    def __init__(self, locations, gate):
        self._locations = locations
        self._gate = gate

    def receive(self, connection, message, ari, now):
        action = TABLE.get(message.type)
        return [] if action is None else action(self, connection, message, ari, now)

    def _locate(self, connection, message, ari, now):
        answer, effects = self._locations.locate(message, connection.radio, ari)
        said = [nwk.Message(True, message.transaction, nwk.MM, *answer)]
        if answer[0] == nwk.LOCATE_REJECT:
            return effects + said + [Closed()]
        connection.idle_at = now + ACKNOWLEDGE
        connection.offered = True
        return effects + said

    def _acknowledged(self, connection, message, ari, now):
        if connection.offered:
            self._locations.acknowledged(connection.ipei)
        return self._refused(connection, message, ari, now)

    def _refused(self, connection, message, ari, now):
        connection.offered = False
        return [Closed()]

    def _detach(self, connection, message, ari, now):
        return self._locations.forget(connection.ipei) + [Closed()]

    def _information(self, connection, message, ari, now):
        """INFO-REQUEST (13.7): the location area is all that we tell."""
        if elements.LOCATION_AREA_INFO in elements.info_types(message):
            answer = nwk.INFO_ACCEPT, [nwk.location_area(ari)]
        else:
            answer = nwk.INFO_REJECT, [nwk.octet(nwk.REJECT_REASON, nwk.INCOMPATIBLE)]
        return [nwk.Message(True, message.transaction, nwk.MM, *answer)]

    def _terminate(self, connection, message, ari, now):
        """ACCESS-RIGHTS-TERMINATE-REQUEST of the handset (13.5.2)."""
        ipei = connection.ipei
        if ipei is None or ipei != nwk.ipei_of(message):
            return [self._terminated(message, nwk.TERMINATE_REJECT, nwk.IPUI_UNKNOWN), Closed()]
        try:
            effects = self.unsubscribe(ipei)
        except StoreError as error:
            return [Log(MINOR, "key of {} stays: {}".format(identities.print_ipei(ipei), error)),
                    self._terminated(message, nwk.TERMINATE_REJECT, nwk.NO_MEMORY), Closed()]
        return effects + [self._terminated(message, nwk.TERMINATE_ACCEPT), Closed()]

    def _terminated(self, message, kind, reason=None):
        said = [] if reason is None else [nwk.octet(nwk.REJECT_REASON, reason)]
        return nwk.Message(True, message.transaction, nwk.MM, kind, said)

    def unsubscribe(self, ipei):
        """Forget a handset and its key; raises StoreError."""
        effects = []
        if self._gate.keys.drop(ipei):
            effects = [Kept(ipei, None)]
        text = "handset {} is no longer subscribed".format(identities.print_ipei(ipei))
        return effects + self._locations.forget(ipei) + [Log(INFO, text)]


TABLE = {
    nwk.LOCATE_REQUEST: Mobility._locate, nwk.DETACH: Mobility._detach, nwk.TEMPORARY_ACK: Mobility._acknowledged,
    nwk.TEMPORARY_REJECT: Mobility._refused,
    nwk.INFO_REQUEST: Mobility._information, nwk.TERMINATE_REQUEST: Mobility._terminate,
}
