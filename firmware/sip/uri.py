"""SIP URIs: RFC 3261 19.1 and 25.1."""

from firmware.config.options import decode

ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
DIGITS = "0123456789"
HEX = "0123456789abcdefABCDEF"
TOKEN = ALNUM + "-.!%*_+`'~"
UNRESERVED = ALNUM + "-_.!~*'()"
USER = UNRESERVED + "%&=+$,;?/:"
HOST = ALNUM + ".-_"
PARAMETER = UNRESERVED + "%[]/:&+$"
HEADER = UNRESERVED + "%[]/?:+$&="
OPAQUE = UNRESERVED + "%;/?:@&=+$,#[]"
DEFAULT_PORT = 5060


class Malformed(ValueError):
    """What arrived is not what the grammar allows; `status` is the answer that the RFC asks for."""

    def __init__(self, reason, status=400):
        self.reason = reason
        self.status = status


class Uri:
    """A parsed URI; `text` is it as it stood. For another scheme than sip or sips `host` is "".

    `params` maps lower-case names to values, None for a bare name.
    """

    __slots__ = ("headers", "host", "params", "port", "scheme", "text", "user")

    def __init__(self, text, scheme, user=None, host="", port=None, params=None, headers=""):
        self.text = text
        self.scheme = scheme
        self.user = user
        self.host = host
        self.port = port
        self.params = params or {}
        self.headers = headers

    @property
    def name(self):
        """The user part without password and escapes."""
        return unescape(self.user.partition(":")[0]) if self.user else ""

    def same(self, other):
        """Whether both name one resource (19.1.4), as far as user, host and port tell it."""
        return (self.scheme == other.scheme and self.name == other.name and self.host.lower() == other.host.lower()
                and self.port == other.port)


def parse(text, bare=False):
    """A `Uri`; raises Malformed. `bare` is an addr-spec without <>: it carries no headers."""
    scheme, colon, rest = text.partition(":")
    if scheme not in ("sip", "sips"):
        scheme = scheme.lower()
        if scheme not in ("sip", "sips"):
            return _absolute(text, scheme, colon, rest)
    user, at, where = rest.partition("@")
    if not at:
        user, where = None, rest
    elif not user or user.strip(USER) or ("%" in user and not escaped(user)):
        raise Malformed("Bad user part in URI")
    headers = ""
    if "?" in where:
        where, _, headers = where.partition("?")
        if bare or headers.strip(HEADER):
            raise Malformed("Bad headers in URI")
    params = {}
    if ";" in where:
        where, _, listed = where.partition(";")
        params = _params(listed)
    host, port = hostport(where)
    return Uri(text, scheme, user, host, port, params, headers)


def _absolute(text, scheme, colon, rest):
    if not colon or not rest or scheme[:1] not in ALNUM[:26] or not scheme or scheme.strip(ALNUM + "+-."):
        raise Malformed("Bad URI")
    if rest.strip(OPAQUE):
        raise Malformed("Bad character in URI")
    return Uri(text, scheme)


def _params(listed):
    params = {}
    for one in listed.split(";"):
        name, equals, value = one.partition("=")
        if not name or name.strip(PARAMETER) or value.strip(PARAMETER) or (equals and not value):
            raise Malformed("Bad parameter in URI")
        params[name.lower()] = value if equals else None
    return params


def hostport(text):
    """(host, port or None) of `host[:port]`, the host of an IPv6 reference without its brackets."""
    if text[:1] == "[":
        host, bracket, port = text[1:].partition("]")
        if not bracket or not host or host.strip(HEX + ":."):
            raise Malformed("Bad IPv6 reference")
        if port and port[0] != ":":
            raise Malformed("Bad port")
        return host, _port(port[1:]) if port else None
    host, colon, port = text.partition(":")
    if not host or host.strip(HOST):
        raise Malformed("Bad host")
    return host, _port(port) if colon else None


def _port(text):
    if not text or text.strip(DIGITS) or len(text) > 5 or not 0 < int(text) < 65536:
        raise Malformed("Bad port")
    return int(text)


def escaped(text):
    """Whether every % begins an escape of two hex digits."""
    return all([len(part) > 1 and not part[:2].strip(HEX) for part in text.split("%")[1:]])


def unescape(text):
    """Percent-escapes undone; a plus sign is itself here, as in a telephone number."""
    return decode(text.replace("+", "%2B")) if "%" in text else text


def escape_user(text):
    """Text fit to be a user part: what is not unreserved or user-unreserved is escaped."""
    return _escape(text, UNRESERVED + "&=+$,/")


def escape_token(text):
    """Text fit to be a token (25.1): the rest is escaped as in a URI, since "%" may stand in a token."""
    return _escape(text, TOKEN.replace("%", ""))


def _escape(text, plain):
    if not text.strip(plain):
        return text
    parts = []
    for octet in text.encode():
        character = chr(octet)
        parts.append(character if character in plain else "%{:02X}".format(octet))
    return "".join(parts)


def is_address(host):
    """Whether a host is an IPv4 address in dotted form."""
    parts = host.split(".")
    if len(parts) != 4:
        return False
    return all([0 < len(part) < 4 and not part.strip(DIGITS) and int(part) < 256 for part in parts])
