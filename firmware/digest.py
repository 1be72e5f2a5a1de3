"""Digest access authentication for HTTP and SIP: RFC 7616, with the older RFC 2617 and RFC 2069 forms.

Both ends: a client answers a challenge with `authorization`; a server gives
`Guard.challenges` and judges what comes back. Header values are str; a parsed
header is a dict of lower-case parameter names to unquoted values, {} for what
is no Digest header. Nothing here raises on what a peer sent.
"""

import binascii
import hashlib

ALGORITHMS = ("SHA-256", "MD5")
"""What we offer, the stronger first (RFC 7616 3.7)."""

PARAMETERS = 24
SECOND = 1_000_000


def parse(value):
    """The parameters of a `Digest` challenge or authorization (RFC 7616 3.3, 3.4)."""
    value = value.strip()
    if value[:7].lower() != "digest ":
        return {}
    fields: dict = {}
    at = 7
    while at < len(value):
        name, content, at = _parameter(value, at)
        if " " in name.strip():
            break
        name = name.strip().lower()
        if content is None or name in fields or len(fields) >= PARAMETERS:
            return {} if name else fields
        fields[name] = content
    return fields


parse_challenge = parse
parse_authorization = parse


def _parameter(text, at):
    """One `name=value` or `name="value"` from `at`: (name, value or None, where the next begins)."""
    equals = text.find("=", at)
    if equals < 0:
        return text[at:], None, len(text)
    name = text[at:equals].lstrip(" \t,")
    at = equals + 1
    while at < len(text) and text[at] in " \t":
        at += 1
    if at < len(text) and text[at] == '"':
        content, at = _quoted(text, at + 1)
        comma = text.find(",", at)
        return name, content, len(text) if comma < 0 else comma + 1
    comma = text.find(",", at)
    end = len(text) if comma < 0 else comma
    return name, text[at:end].strip(), end + 1


def _quoted(text, at):
    """A quoted-string's content (RFC 9110 5.6.4) and where it ended; None if it never does."""
    parts: list = []
    while at < len(text):
        if text[at] == '"':
            return "".join(parts), at + 1
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        parts.append(text[at])
        at += 1
    return None, at


def _quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _hash(algorithm, data):
    """Hex digest under MD5 or SHA-256, with or without -sess; None for what we do not have."""
    name = algorithm.upper()
    if name.endswith("-SESS"):
        name = name[:-5]
    if name not in ALGORITHMS:
        return None
    digest = hashlib.md5(data) if name == "MD5" else hashlib.sha256(data)
    return binascii.hexlify(digest.digest()).decode()


def supported(challenge):
    """Whether we can answer: an algorithm we know and no qop, or one of auth and auth-int."""
    return bool(challenge.get("nonce")) and "realm" in challenge and \
        _hash(challenge.get("algorithm", "MD5"), b"") is not None and quality(challenge) is not None


def quality(challenge):
    """The qop to answer with: "auth" before "auth-int", "" where none was offered (RFC 2069), None if none fits."""
    if "qop" not in challenge:
        return ""
    offered = [one.strip().lower() for one in challenge["qop"].split(",")]
    for choice in ("auth", "auth-int"):
        if choice in offered:
            return choice
    return None


def _compute(fields, method, uri, user, password, qop, cnonce, nc, body):
    """The request-digest (RFC 7616 3.4.1 to 3.4.3); `nc` is eight hex digits here."""
    algorithm = fields.get("algorithm", "MD5")

    def h(*parts):
        return _hash(algorithm, ":".join(parts).encode())

    a1 = h(user, fields.get("realm", ""), password)
    if a1 is None:
        return None
    if algorithm.upper().endswith("-SESS"):
        a1 = h(a1, fields.get("nonce", ""), cnonce)
    a2 = h(method, uri, _hash(algorithm, body)) if qop == "auth-int" else h(method, uri)
    if not qop:
        return h(a1, fields.get("nonce", ""), a2)
    return h(a1, fields.get("nonce", ""), nc, cnonce, qop, a2)


def response(method, uri, user, password, challenge, cnonce, nc, body=b""):
    """The `response` value for a parsed challenge, or None if it is not `supported`.

    `nc` is the int count of requests sent with this nonce, from 1; `cnonce` a str.
    """
    qop = quality(challenge)
    if qop is None:
        return None
    return _compute(challenge, method, uri, user, password, qop, cnonce, "{:08x}".format(nc), body)


def authorization(method, uri, user, password, challenge, cnonce, nc, body=b""):
    """The value of (Proxy-)Authorization that answers a parsed challenge; None if not `supported`."""
    if not supported(challenge):
        return None
    pairs = [("username", _quote(user)), ("realm", _quote(challenge["realm"])),
             ("nonce", _quote(challenge["nonce"])), ("uri", _quote(uri)),
             ("response", _quote(response(method, uri, user, password, challenge, cnonce, nc, body)))]
    if "algorithm" in challenge:
        pairs.append(("algorithm", challenge["algorithm"]))
    if "opaque" in challenge:
        pairs.append(("opaque", _quote(challenge["opaque"])))
    qop = quality(challenge)
    if qop:
        pairs.extend([("qop", qop), ("nc", "{:08x}".format(nc)), ("cnonce", _quote(cnonce))])
    elif challenge.get("algorithm", "").upper().endswith("-SESS"):
        pairs.append(("cnonce", _quote(cnonce)))
    return "Digest " + ", ".join([name + "=" + value for name, value in pairs])


def challenge(realm, nonce, algorithm="MD5", qop="auth", stale=False, opaque=""):
    """The value of WWW-Authenticate or Proxy-Authenticate (RFC 7616 3.3)."""
    pairs = [("realm", _quote(realm)), ("nonce", _quote(nonce)), ("algorithm", algorithm)]
    if qop:
        pairs.append(("qop", _quote(qop)))
    if opaque:
        pairs.append(("opaque", _quote(opaque)))
    if stale:
        pairs.append(("stale", "true"))
    return "Digest " + ", ".join([name + "=" + value for name, value in pairs])


def check(fields, method, password, body=b""):
    """Whether a parsed authorization's response is right for this method and password.

    The nonce, the realm and the uri are the caller's to compare; see `Guard`.
    """
    for name in ("username", "realm", "nonce", "uri", "response"):
        if name not in fields:
            return False
    qop = fields.get("qop", "").lower()
    if qop not in ("", "auth", "auth-int"):
        return False
    nc, cnonce = fields.get("nc", ""), fields.get("cnonce", "")
    if qop and (len(nc) != 8 or not cnonce):
        return False
    right = _compute(fields, method, fields["uri"], fields["username"], password, qop, cnonce, nc, body)
    return right is not None and same(right, fields["response"].lower())


def same(one, other):
    """Equality of two str whose time does not tell where they differ."""
    if len(one) != len(other):
        return False
    difference = 0
    for position in range(len(one)):
        difference |= ord(one[position]) ^ ord(other[position])
    return difference == 0


class Guard:
    """A server's side: nonces that need no memory, and the verdict on what comes back.

    A nonce is its time of issue, in seconds, and a keyed hash of it; one older
    than `lifetime` seconds is answered with stale=true (RFC 7616 3.3). Nonce
    counts are not kept, so a request can be replayed within the lifetime.
    """

    def __init__(self, realm, secret, lifetime=300, algorithms=ALGORITHMS):
        self.realm = realm
        self.lifetime = lifetime
        self.algorithms = algorithms
        self._secret = secret

    def nonce(self, now):
        stamp = "{:08x}".format(now // SECOND)
        return stamp + self._seal(stamp)

    def challenges(self, now, stale=False):
        """Header values, one for each algorithm, the preferred first."""
        nonce = self.nonce(now)
        return [challenge(self.realm, nonce, algorithm, stale=stale) for algorithm in self.algorithms]

    def judge(self, value, method, uri, password_of, now, body=b""):
        """"good", "stale" (right but for an old or unknown nonce) or "bad"; `password_of(user)` is a str or None."""
        fields = parse(value)
        password = password_of(fields.get("username", ""))
        if password is None or fields.get("realm") != self.realm or fields.get("uri") != uri:
            return "bad"
        if fields.get("algorithm", "MD5").upper() not in self.algorithms:
            return "bad"
        stamp, seal = fields.get("nonce", "")[:8], fields.get("nonce", "")[8:]
        if not check(fields, method, password, body):
            return "bad"
        ours = same(self._seal(stamp), seal)
        return "good" if ours and now // SECOND - int(stamp, 16) <= self.lifetime else "stale"

    def _seal(self, stamp):
        inner = hashlib.sha256(self._secret + stamp.encode()).digest()
        return binascii.hexlify(hashlib.sha256(self._secret + inner).digest()[:16]).decode()
