"""Answers to 401 and 407: RFC 3261 22, RFC 8760, over firmware.digest."""

from firmware import digest

CHALLENGES = (("WWW-Authenticate", "Authorization"), ("Proxy-Authenticate", "Proxy-Authorization"))
MOST = 4
"""Challenges answered for one request; a proxy and a server may each ask, and each once more for a stale nonce."""


class Credentials:
    """A user and a password, and the nonces that their servers last gave.

    A nonce is used again for later requests, with its count, until the server
    calls it stale (22.2, RFC 7616 3.4).
    """

    __slots__ = ("_entropy", "_known", "password", "user")

    def __init__(self, user, password, entropy):
        self.user = user
        self.password = password
        self._entropy = entropy
        self._known = {}

    def headers(self, method, uri, body=b""):
        """(name, value) pairs for a request, from the challenges known so far."""
        found = []
        for _, name in CHALLENGES:
            if name in self._known:
                challenge, count = self._known[name]
                self._known[name] = (challenge, count + 1)
                found.append((name, digest.authorization(method, uri, self.user, self.password, challenge,
                                                         self._entropy(8).hex(), count + 1, body)))
        return found

    def learn(self, response, answered):
        """Take the challenges of a 401 or 407; whether it is worth trying again.

        `answered` lists the headers by which this request has answered a
        challenge already, and is added to: asked twice without stale=true,
        our password is wrong.
        """
        learnt = False
        for name, header in CHALLENGES:
            challenge = self._choose(response.all(name))
            if challenge is None:
                continue
            stale = challenge.get("stale", "").lower() == "true"
            if (header in answered and not stale) or len(answered) >= MOST:
                return False
            answered.append(header)
            self._known[header] = (challenge, 0)
            learnt = True
        return learnt

    def next_nonce(self, response):
        """Authentication-Info of a 2xx may name the nonce to use next (20.6)."""
        value = response.get("Authentication-Info")
        nonce = digest.parse("Digest " + value).get("nextnonce") if value else None
        if nonce and "Authorization" in self._known:
            challenge = dict(self._known["Authorization"][0])
            challenge["nonce"] = nonce
            self._known["Authorization"] = (challenge, 0)

    def forget(self):
        self._known = {}

    def _choose(self, values):
        """The first challenge that we can answer: the server lists the preferred first (RFC 8760 2.4)."""
        for value in values:
            challenge = digest.parse(value)
            if digest.supported(challenge):
                return challenge
        return None
