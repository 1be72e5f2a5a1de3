"""Who may do what on a link: subscription, and proof of a key before anything that counts.

A system with an authentication code (AC) takes subscriptions with it (EN 300
444 8.30, 8.32) and wants every registered handset to prove its UAK. Without
an AC a handset is taken by its IPEI alone. A proof is good for its link.
"""

from collections import namedtuple

from firmware.config.store import StoreError
from firmware.dect import identities, nwk, security
from firmware.dect.bursts import AUTHENTICATION, SUBSCRIPTION
from firmware.dect.keys import Keys
from firmware.dect.proof import Authentication, KeyAllocation
from firmware.dect.radio import LCE_02
from firmware.effects import INFO, MINOR, Log, Trace

Admitted = namedtuple("Admitted", ("message",))
"""The message may be carried out."""

Closed = namedtuple("Closed", ())
"""Nothing more is wanted on the link."""

AUTHENTICATING = (nwk.AUTH_REQUEST, nwk.AUTH_REPLY, nwk.KEY_ALLOCATE, nwk.AUTH_REJECT)
REGISTRATION = ((nwk.MM, nwk.LOCATE_REQUEST), (nwk.MM, nwk.DETACH))
CALLS = ((nwk.LCE, nwk.PAGE_RESPONSE), (nwk.CC, nwk.SETUP))

ANOTHER = "the link is another handset's"

COUNTED = ("subscribed", "passed", "failed", "refused", "unexpected")


class Gate:
    """Methods return `nwk.Message` to be sent on the connection, `Admitted`, `Closed`, and effects."""

    def __init__(self, locations, variables=None, entropy=None):
        self.counts = {name: 0 for name in COUNTED}
        self.keys = Keys(variables)
        self._locations = locations
        self._entropy = entropy
        self._ac, self._open, self._calls = "", True, True
        self._ari = None

    def configure(self, values):
        """The values of GW-DECT MASTER."""
        self._ac = values.get("ac") or ""
        self._open = values.get("subscription", True)
        self._calls = values.get("authenticate") != "registration"

    def bits(self):
        """Capability bits that the base broadcasts for this configuration."""
        if not self._ac:
            return ()
        return (AUTHENTICATION, SUBSCRIPTION) if self._open else (AUTHENTICATION,)

    def begin(self, ari):
        self._ari = ari
        return self.keys.begin(ari)

    def receive(self, connection, message, now):
        if connection.proof is not None:
            return self._proving(connection, message, now)
        if message.protocol == nwk.MM and message.type in AUTHENTICATING:
            return self._unexpected(message)
        if message.protocol == nwk.MM and message.type == nwk.ACCESS_RIGHTS_REQUEST:
            return self._subscribe(connection, message, now)
        return self._registered(connection, message, now)

    def expired(self, connection):
        """<MM_auth.1>: the handset did not answer."""
        proof, connection.proof = connection.proof, None
        return self._failed(proof, "no answer")

    def _unexpected(self, message):
        self.counts["unexpected"] += 1
        return [Trace("message {:02x} that nobody waits for".format(message.type))]

    def _subscribe(self, connection, message, now):
        """ACCESS-RIGHTS-REQUEST (13.5.1)."""
        ipei = nwk.ipei_of(message)
        if ipei is None:
            return self._refuse(ipei, message, nwk.IPUI_UNKNOWN, "it does not say who it is")
        if ipei != connection.ipei:
            return self._refuse(ipei, message, nwk.IPUI_NOT_ACCEPTED, ANOTHER)
        user = self._locations.user(ipei)
        if user is None:
            return self._refuse(ipei, message, nwk.IPEI_NOT_ACCEPTED, "its IPEI is not entered")
        if not self._ac:
            return [self._granted(ipei, message)]
        if not self._open:
            return self._refuse(ipei, message, nwk.IPEI_NOT_ACCEPTED, "subscription is switched off")
        return self._key_of(connection, user, message, now)

    def _key_of(self, connection, user, message, now):
        """With the user's own AC, else that of the system."""
        try:
            ac = security.authentication_code(user.get("ac") or self._ac)
        except ValueError:
            return self._refuse(connection.ipei, message, nwk.AUTH_FAILED, "its AC is not 1 to 8 digits")
        return self._begin(connection, KeyAllocation, security.b1(ac), message, now)

    def _registered(self, connection, message, now):
        """Let a handset of a system with keys prove its UAK, once a link."""
        if not self._asks(connection, message):
            return [Admitted(message)]
        who = nwk.ipei_of(message) or connection.ipei
        if who is None or self._locations.user(who) is None:
            return [Admitted(message)]
        if who != connection.ipei:
            return self._refuse(who, message, nwk.IPUI_NOT_ACCEPTED, ANOTHER)
        if who == connection.trusted:
            return [Admitted(message)]
        uak = self.keys.of(who)
        if uak is None:
            return self._refuse(who, message, nwk.IPUI_NOT_ACCEPTED, "it is not subscribed")
        return self._begin(connection, Authentication, security.b1(uak), message, now)

    def _asks(self, connection, message):
        kind = (message.protocol, message.type)
        if not self._ac or message.answer:
            return False
        return kind in REGISTRATION or (self._calls and kind in CALLS and connection.call is None)

    def _begin(self, connection, procedure, key, then, now):
        if self._entropy is None:
            return self._refuse(connection.ipei, then, nwk.AUTH_FAILED, "there are no random numbers")
        proof = connection.proof = procedure(connection.ipei, key, then, self._entropy, now)
        connection.idle_at = now + LCE_02
        return [nwk.Message(False, 0, nwk.MM, *proof.begin())]

    def _proving(self, connection, message, now):
        proof = connection.proof
        if message.protocol == nwk.CC and connection.call is not None:
            return [Admitted(message)]
        if message.protocol == nwk.CC and message.type in (nwk.RELEASE, nwk.RELEASE_COM):
            connection.proof = None
            return [nwk.Message(True, message.transaction, nwk.CC, nwk.RELEASE_COM, []), Closed()]
        outcome = proof.receive(message) if message.protocol == nwk.MM else None
        if outcome is None:
            return self._unexpected(message)
        connection.proof = None
        connection.idle_at = now + LCE_02
        said: list = [nwk.Message(False, 0, nwk.MM, *reply) for reply in outcome.replies]
        if not outcome.passed:
            return said + self._failed(proof, "wrong answer")
        self.counts["passed"] += 1
        connection.trusted = proof.ipei
        return said + (self._keep(proof, outcome.uak) if outcome.uak else [Admitted(proof.then)])

    def _failed(self, proof, why):
        self.counts["failed"] += 1
        key = "AC" if proof.then.type == nwk.ACCESS_RIGHTS_REQUEST else "UAK"
        return self._refuse(proof.ipei, proof.then, nwk.AUTH_FAILED, "{} with {}".format(why, key))

    def _keep(self, proof, uak):
        try:
            self.keys.keep(proof.ipei, uak)
        except StoreError as error:
            return self._refuse(proof.ipei, proof.then, nwk.NO_MEMORY, str(error))
        self.counts["subscribed"] += 1
        return [Log(INFO, "handset {} has subscribed".format(identities.print_ipei(proof.ipei))),
                self._granted(proof.ipei, proof.then)]

    def _granted(self, ipei, request):
        elements = [nwk.portable_ipui(ipei), nwk.fixed_ari(self._ari)]
        return nwk.Message(True, request.transaction, nwk.MM, nwk.ACCESS_RIGHTS_ACCEPT, elements)

    def _refuse(self, ipei, request, reason, why):
        self.counts["refused"] += 1
        who = "-" if ipei is None else identities.print_ipei(ipei)
        said = [nwk.Message(True, request.transaction, *answer) for answer in _refusal(request, reason)]
        return [Log(MINOR, "handset {} refused: {}".format(who, why))] + said + [Closed()]


def _refusal(request, reason):
    """(protocol, type, elements) that refuses a request; a detaching handset waits for none."""
    why = nwk.octet(nwk.REJECT_REASON, reason)
    if request.type == nwk.ACCESS_RIGHTS_REQUEST:
        return [(nwk.MM, nwk.ACCESS_RIGHTS_REJECT, [why])]
    if request.type == nwk.LOCATE_REQUEST:
        return [(nwk.MM, nwk.LOCATE_REJECT, [why])]
    if request.type == nwk.PAGE_RESPONSE:
        return [(nwk.LCE, nwk.PAGE_REJECT, [why])]
    if request.type == nwk.SETUP:
        return [(nwk.CC, nwk.RELEASE_COM, [nwk.octet(nwk.RELEASE_REASON, nwk.NOT_AUTHENTIC)])]
    return []
