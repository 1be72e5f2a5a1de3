"""Between a call on the air and the module CALL: `firmware.dect.cc` on one side, `firmware.call.leg` on the other."""

from firmware.call import cause, leg
from firmware.dect import cc, elements, identities, nwk
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


SIGNALS = {"waiting": nwk.WAITING_TONE, "dial": nwk.DIAL_TONE, "ringing": nwk.RING_BACK, "busy": nwk.BUSY_TONE}
"""Signals of `leg.Notice`; any other ends the tones."""


class AirLeg:
    """One call: its leg, its call control, the connection it runs on (None until there is one).

    `told`: CALL knows its bearer, and that it has ended once it has.
    """

    speech, free = True, False

    def __init__(self, name, call, ipei, setup=None):
        self.leg = name
        self.call = call
        self.ipei = ipei
        self.tpui = identities.default_tpui(ipei)
        self.setup = setup
        self.connection = None
        self.told = False

    def bearer(self):
        at = self.connection
        return leg.Bearer(None, None, False) if at is None else leg.Bearer(at.radio, at.bearer, at.wide)

    def elements(self, ari):
        """What CC-SETUP says to the handset: who is called, by whom, and to ring (EN 300 175-5 6.3.2.1)."""
        wide = self.connection is not None and self.connection.wide
        said = [nwk.portable_ipui(self.ipei), nwk.fixed_ari(ari), elements.service(wide),
                nwk.octet(nwk.SIGNAL, nwk.RING)]
        said += caller(self.setup.calling, self.setup.name)
        return said + ([elements.codec_list(True, more=True)] if wide else [])

    def down(self, message, now):
        """A leg message from CALL: what call control says to it."""
        if isinstance(message, leg.Alerting):
            return self.call.alerting(now)
        if isinstance(message, leg.Connect):
            return self.call.connect(now)
        if isinstance(message, leg.Release):
            return self.call.release(reason_of(message.cause), now)
        if isinstance(message, leg.Notice):
            return self.call.notice(_shown(message))
        return []

    def up(self, happened, user):
        """Tell CALL what call control made of a message; `user` is the handset's entry in the directory."""
        self.told = not isinstance(happened, cc.Ended)
        return Tell("CALL", self._message(happened, user))

    def _message(self, happened, user):
        if isinstance(happened, cc.Wanted):
            return leg.Setup(self.leg, happened.digits, user.get("e164", ""), user.get("cn", ""), self.bearer())
        if isinstance(happened, cc.Ringing):
            return leg.Alerting(self.leg, self.bearer())
        if isinstance(happened, cc.Answered):
            return leg.Connect(self.leg, self.bearer())
        if isinstance(happened, cc.Keyed):
            return leg.Digits(self.leg, happened.digits)
        return leg.Release(self.leg, cause_of(happened.reason))


def caller(number, name):
    """Number and name for the handset's display (CLIP, CNIP)."""
    said = [nwk.number(nwk.CALLING_NUMBER, number)] if number else []
    return said + ([nwk.name(name)] if name else [])


def _shown(notice):
    """The elements of a `leg.Notice`; whom the user talks to is also put on the display as text."""
    number, name = notice.number or "", notice.name or ""
    said = [nwk.octet(nwk.SIGNAL, SIGNALS.get(notice.signal, nwk.TONES_OFF))] + caller(number, name)
    if notice.signal is None and (number or name):
        said.append(elements.display((name + " " + number).strip()))
    return said
