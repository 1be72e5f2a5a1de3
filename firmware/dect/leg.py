"""Between a call on the air and the module CALL: `firmware.dect.cc` on one side, `firmware.call.leg` on the other."""

from firmware.call import cause, leg
from firmware.dect import cc, nwk
from firmware.effects import Tell

CAUSES = (
    (nwk.NORMAL, cause.NORMAL), (nwk.USER_BUSY, cause.BUSY), (nwk.USER_REJECTION, cause.REJECTED),
    (nwk.TIMER_EXPIRY, cause.NO_ANSWER), (nwk.NOT_IN_RANGE, cause.TEMPORARY_FAILURE),
    (nwk.USER_UNKNOWN, cause.UNALLOCATED), (nwk.NO_RESOURCES, cause.NO_CHANNEL),
    (nwk.NORMAL, cause.NO_USER_RESPONDING), (nwk.NOT_IN_RANGE, cause.ABSENT))
"""RELEASE-REASON and cause value: the first match is meant, both ways."""


def cause_of(reason):
    for one, value in CAUSES:
        if one == reason:
            return value
    return cause.NORMAL_UNSPECIFIED


def reason_of(value):
    for reason, one in CAUSES:
        if one == value:
            return reason
    return nwk.UNKNOWN


class AirLeg:
    """One call: its leg, its call control, the connection it runs on (None until there is one)."""

    def __init__(self, name, call, ipei, setup=None):
        self.leg = name
        self.call = call
        self.ipei = ipei
        self.setup = setup
        self.connection = None

    def bearer(self):
        return leg.Bearer(None if self.connection is None else self.connection.bearer.number)

    def elements(self, ari):
        """What CC-SETUP says to the handset: who is called, by whom, and to ring (EN 300 175-5 6.3.2.1)."""
        elements = [nwk.portable_ipui(self.ipei), nwk.fixed_ari(ari), nwk.octet(nwk.BASIC_SERVICE, 0x80),
                    nwk.octet(nwk.SIGNAL, nwk.RING)]
        if self.setup.calling:
            elements.append(nwk.number(nwk.CALLING_NUMBER, self.setup.calling))
        if self.setup.name:
            elements.append(nwk.name(self.setup.name))
        return elements

    def down(self, message, now):
        """A leg message from CALL: what call control says to it."""
        if isinstance(message, leg.Alerting):
            return self.call.alerting(now)
        if isinstance(message, leg.Connect):
            return self.call.connect(now)
        if isinstance(message, leg.Release):
            return self.call.release(reason_of(message.cause), now)
        return []

    def up(self, happened, user):
        """Tell CALL what call control made of a message; `user` is the handset's entry in the directory."""
        return Tell("CALL", self._message(happened, user))

    def _message(self, happened, user):
        if isinstance(happened, cc.Wanted):
            return leg.Setup(self.leg, happened.digits, user.get("e164", ""), user.get("cn", ""), self.bearer())
        if isinstance(happened, cc.Ringing):
            return leg.Alerting(self.leg)
        if isinstance(happened, cc.Answered):
            return leg.Connect(self.leg, self.bearer())
        if isinstance(happened, cc.Keyed):
            return leg.Digits(self.leg, happened.digits)
        return leg.Release(self.leg, cause_of(happened.reason))
