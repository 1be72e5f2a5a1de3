"""Who may do what on a link: subscription, and proof of a key before anything that counts.

A system with an authentication code (AC) takes subscriptions with it (EN 300
444 8.30, 8.32) and wants every registered handset to prove its UAK. Without
an AC a handset is taken by its IPEI alone. A proof is good for its link. With
/encryption on, calls wait until the link is ciphered with the key of the proof.
"""

from collections import namedtuple

from firmware.config.store import StoreError
from firmware.dect import identities, models, nwk, security
from firmware.dect.between import AUTHENTICATION, ENCRYPTION, SUBSCRIPTION, Kept
from firmware.dect.connection import LCE_02
from firmware.dect.guesses import Guesses
from firmware.dect.keys import Keys
from firmware.dect.proof import Authentication, Ciphering, Identification, KeyAllocation, of_base
from firmware.dect.refusal import refusal
from firmware.effects import INFO, MINOR, Log, Trace

Admitted = namedtuple("Admitted", ("message",))
"""The message may be carried out."""

Closed = namedtuple("Closed", ())
"""Nothing more is wanted on the link."""

Secure = namedtuple("Secure", ())
"""Have the radio cipher the link, with the connection's `dck`."""

AUTHENTICATING = (nwk.AUTH_REQUEST, nwk.AUTH_REPLY, nwk.KEY_ALLOCATE, nwk.AUTH_REJECT)
REGISTRATION = ((nwk.MM, nwk.LOCATE_REQUEST), (nwk.MM, nwk.DETACH), (nwk.MM, nwk.TERMINATE_REQUEST))
CALLS = ((nwk.LCE, nwk.PAGE_RESPONSE), (nwk.CC, nwk.SETUP), (nwk.CLMS, nwk.VARIABLE))

ANOTHER = "the link is another handset's"

COUNTED = ("subscribed", "passed", "failed", "refused", "unexpected", "proved", "ciphered", "clones")


class Gate:
    """Methods return `nwk.Message` to be sent on the connection, `Admitted`, `Closed`, `Secure`, and effects."""

    def __init__(self, locations, variables=None, entropy=None):
        self.counts = {name: 0 for name in COUNTED}
        self.keys = Keys(variables)
        self.guesses = Guesses()
        self._locations = locations
        self._entropy = entropy
        self._ac, self._open, self._calls, self._encrypt = "", True, True, False
        self._ari = None

    def configure(self, values):
        """The values of GW-DECT MASTER."""
        self._ac = values.get("ac") or ""
        self._open = values.get("subscription", True)
        self._encrypt = values.get("encryption") == "on" and bool(self._ac)
        self._calls = values.get("authenticate") != "registration" or self._encrypt

    def bits(self):
        """Capability bits that the base broadcasts for this configuration."""
        if not self._ac:
            return ()
        bits = (AUTHENTICATION, SUBSCRIPTION) if self._open else (AUTHENTICATION,)
        return bits + (ENCRYPTION,) if self._encrypt else bits

    def proves(self):
        """Whether a handset has to prove who it is before a call."""
        return bool(self._ac) and self._calls

    def begin(self, ari):
        self._ari = ari
        return self.keys.begin(ari)

    def receive(self, connection, message, now):
        kind = (message.protocol, message.type)
        if kind == (nwk.MM, nwk.AUTH_REQUEST) and not message.answer:
            return self._prove(connection, message)
        if connection.proof is not None:
            return self._proving(connection, message, now)
        if message.protocol == nwk.MM and message.type in AUTHENTICATING:
            return self._unexpected(message)
        if kind == (nwk.MM, nwk.ACCESS_RIGHTS_REQUEST):
            return self._subscribe(connection, message, now)
        if kind == (nwk.MM, nwk.CIPHER_SUGGEST):
            return self._suggested(connection, message, now)
        if connection.ipei is None and kind in CALLS:
            return self._begin(connection, Identification(None, message, now), now)
        return self._registered(connection, message, now)

    def expired(self, connection, now):
        """<MM_auth.1> or its like: the handset did not answer."""
        proof, connection.proof = connection.proof, None
        return self._failed(proof, "no answer", now)

    def secured(self, connection, on, now):
        """The MAC has switched ciphering."""
        proof = connection.proof
        if not on or not isinstance(proof, Ciphering):
            return [] if on else [Log(INFO, "a link goes on in clear")]
        connection.proof = None
        self.counts["ciphered"] += 1
        return [Admitted(proof.then)] if proof.then is not None else []

    def _unexpected(self, message):
        self.counts["unexpected"] += 1
        return [Trace("message {:02x} that nobody waits for".format(message.type))]

    def _prove(self, connection, message):
        """AUTH-REQUEST of a handset that wants to know whom it talks to (13.3.2)."""
        uak = None if connection.ipei is None else self.keys.of(connection.ipei)
        answer = of_base(message, uak, self._entropy)
        self.counts["proved" if answer[0] == nwk.AUTH_REPLY else "unexpected"] += 1
        return [nwk.Message(True, message.transaction, nwk.MM, *answer)]

    def _suggested(self, connection, message, now):
        """CIPHER-SUGGEST (13.8.2); without a key of this link there is nothing to cipher with."""
        if connection.dck is None or connection.ciphered:
            reject = [nwk.octet(nwk.REJECT_REASON, nwk.NO_CIPHER)]
            return [nwk.Message(True, message.transaction, nwk.MM, nwk.CIPHER_REJECT, reject)]
        return self._begin(connection, Ciphering(connection.ipei, None, now), now) + [Secure()]

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
        objection = models.objection(message)
        if objection is not None:
            return self._refuse(ipei, message, nwk.INCOMPATIBLE, objection)
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
        locked = self.guesses.locked(connection.ipei, now)
        if locked is not None:
            return self._refuse(connection.ipei, message, nwk.OVERLOAD, locked)
        return self._ask(connection, KeyAllocation, security.b1(ac), message, now)

    def _registered(self, connection, message, now):
        """Let a handset of a system with keys prove its UAK, once a link."""
        who = nwk.ipei_of(message) or connection.ipei
        if (message.protocol, message.type) == (nwk.MM, nwk.LOCATE_REQUEST):
            objection = models.objection(message)
            if objection is not None:
                return self._refuse(who, message, nwk.INCOMPATIBLE, objection)
        if not self._asks(connection, message):
            return [Admitted(message)]
        if who is None or self._locations.user(who) is None:
            return [Admitted(message)]
        if who != connection.ipei:
            return self._refuse(who, message, nwk.IPUI_NOT_ACCEPTED, ANOTHER)
        if who == connection.trusted and (connection.dck is not None or not self._ciphers(connection, message)):
            return self._secure(connection, message, now)
        uak = self.keys.of(who)
        if uak is None:
            return self._refuse(who, message, nwk.IPUI_NOT_ACCEPTED, "it is not subscribed")
        return self._ask(connection, Authentication, security.b1(uak), message, now)

    def _asks(self, connection, message):
        kind = (message.protocol, message.type)
        if not self._ac or (message.answer and message.protocol == nwk.CLMS):
            return False
        return kind in REGISTRATION or (self._calls and kind in CALLS and connection.call is None)

    def _ciphers(self, connection, message):
        return self._encrypt and not connection.ciphered and (message.protocol, message.type) in CALLS

    def _secure(self, connection, message, now):
        """What has been proved is admitted, calls as soon as the link is ciphered if that is asked for."""
        if not self._ciphers(connection, message):
            return [Admitted(message)]
        return self._begin(connection, Ciphering(connection.ipei, message, now), now) + [Secure()]

    def _ask(self, connection, procedure, key, then, now):
        if self._entropy is None:
            return self._refuse(connection.ipei, then, nwk.AUTH_FAILED, "there are no random numbers")
        return self._begin(connection, procedure(connection.ipei, key, then, self._entropy, now), now)

    def _begin(self, connection, proof, now):
        connection.proof = proof
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
            return said + self._failed(proof, "wrong answer", now)
        return said + self._passed(connection, proof, outcome, now)

    def _passed(self, connection, proof, outcome, now):
        if isinstance(proof, Identification):
            connection.ipei = proof.ipei
            return self.receive(connection, proof.then, now)
        self.counts["passed"] += 1
        connection.trusted, connection.dck = proof.ipei, outcome.dck
        return self._keep(proof, outcome.uak) if outcome.uak else self._secure(connection, proof.then, now)

    def _failed(self, proof, why, now):
        self.counts["failed"] += 1
        if isinstance(proof, Identification):
            return self._refuse(None, proof.then, nwk.IPUI_UNKNOWN, "it does not say who it is")
        if isinstance(proof, Ciphering):
            if proof.then is None:
                return [Log(MINOR, "ciphering, which the handset suggested, did not start")]
            return self._refuse(proof.ipei, proof.then, nwk.NO_CIPHER, "its link cannot be ciphered")
        code = isinstance(proof, KeyAllocation)
        effects = self.guesses.wrong(proof.ipei, now) if code else []
        text = "{} with {}".format(why, "AC" if code else "UAK")
        return effects + self._refuse(proof.ipei, proof.then, nwk.AUTH_FAILED, text)

    def _keep(self, proof, uak):
        try:
            self.keys.keep(proof.ipei, uak)
        except StoreError as error:
            return self._refuse(proof.ipei, proof.then, nwk.NO_MEMORY, str(error))
        self.counts["subscribed"] += 1
        self.guesses.right(proof.ipei)
        return [Log(INFO, "handset {} has subscribed".format(identities.print_ipei(proof.ipei))),
                Kept(proof.ipei, uak), self._granted(proof.ipei, proof.then)]

    def _granted(self, ipei, request):
        elements = [nwk.portable_ipui(ipei), nwk.fixed_ari(self._ari)]
        return nwk.Message(True, request.transaction, nwk.MM, nwk.ACCESS_RIGHTS_ACCEPT, elements)

    def _refuse(self, ipei, request, reason, why):
        self.counts["refused"] += 1
        ipui = nwk.ipui_of(request) if ipei is None else identities.ipui_n(ipei)
        who = "-" if ipui is None else identities.print_ipui(ipui)
        said = [nwk.Message(True, request.transaction, *answer) for answer in refusal(request, reason)]
        return [Log(MINOR, "handset {} refused: {}".format(who, why))] + said + [Closed()]
