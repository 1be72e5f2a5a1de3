"""Header fields with a structure: Via, addresses, CSeq, parameters (RFC 3261 20 and 25.1)."""

from firmware.sip.uri import DIGITS, TOKEN, Malformed, hostport
from firmware.sip.uri import parse as parse_uri

LWS = " \t"
VALUE = TOKEN + "[]:"


class Via:
    """One Via value (20.42). `host` and `port` are sent-by; `params` holds branch, received, rport."""

    __slots__ = ("host", "params", "port", "transport")

    def __init__(self, transport, host, port, params):
        self.transport = transport
        self.host = host
        self.port = port
        self.params = params

    @property
    def branch(self):
        return self.params.get("branch") or ""


class Address:
    """A name-addr or addr-spec with the parameters of its header (20.10, 20.20, 20.39)."""

    __slots__ = ("_uri", "display", "params", "text")

    def __init__(self, display, text, params, uri=None):
        self.display = display
        self.text = text
        self.params = params
        self._uri = uri

    @property
    def uri(self):
        if self._uri is None:
            self._uri = parse_uri(self.text)
        return self._uri

    @property
    def tag(self):
        return self.params.get("tag") or ""


class CSeq:
    __slots__ = ("method", "number")

    def __init__(self, number, method):
        self.number = number
        self.method = method


def split(value):
    """The parts of a comma-separated header; commas in quotes and in <> do not count (7.3.1)."""
    if "," not in value:
        return [value]
    if '"' not in value and "<" not in value:
        return value.split(",")
    return _scan(value, ",", True)


def _scan(value, divider, angles):
    """Split at a divider outside quoted strings and, if `angles`, outside <>."""
    parts, start, at, closing = [], 0, 0, ""
    while at < len(value):
        character = value[at]
        if closing:
            if character == "\\" and closing == '"':
                at += 1
            elif character == closing:
                closing = ""
        elif character == '"':
            closing = '"'
        elif character == "<" and angles:
            closing = ">"
        elif character == divider:
            parts.append(value[start:at])
            start = at + 1
        at += 1
    parts.append(value[start:])
    return parts


def params(text):
    """`a=b;c;d="e"` as a dict of lower-case names; None for a name without a value. "" is {}."""
    found: dict = {}
    if not text:
        return found
    for one in text.split(";") if '"' not in text else _scan(text, ";", False):
        name, equals, value = one.partition("=")
        if not name or name.strip(TOKEN):
            name = name.strip(LWS)
            if not name or name.strip(TOKEN):
                raise Malformed("Bad parameter")
        if value.strip(VALUE):
            value = value.strip(LWS)
            if value.strip(VALUE) and not quoted(value) and not lenient(value, VALUE):
                raise Malformed("Bad parameter value")
        name = name.lower()
        if (equals and not value) or name in found:
            raise Malformed("Bad parameter " + name)
        found[name] = value if equals else None
    return found


def lenient(text, allowed):
    """Whether all ASCII in it is allowed: UTF-8 outside quotes is not of the grammar, but common and harmless."""
    return not "".join([one for one in text if ord(one) < 128]).strip(allowed)


def quoted(value):
    """Whether this is one whole quoted-string."""
    if len(value) < 2 or value[0] != '"':
        return False
    return closing_quote(value) == len(value) - 1


def closing_quote(value):
    """Where the quoted-string that begins at 0 ends, -1 if it never does."""
    at = value.find('"', 1)
    while at > 0:
        slashes = at - 1
        while slashes > 0 and value[slashes] == "\\":
            slashes -= 1
        if (at - 1 - slashes) % 2 == 0:
            return at
        at = value.find('"', at + 1)
    return -1


def unquote(value):
    if not quoted(value):
        return value
    if "\\" not in value:
        return value[1:-1]
    parts, at = [], 1
    while at < len(value) - 1:
        if value[at] == "\\":
            at += 1
        parts.append(value[at])
        at += 1
    return "".join(parts)


def quote(text):
    """A display name as a quoted-string; control characters are dropped."""
    kept = "".join([one for one in text if ord(one) >= 32 and ord(one) != 127])
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def address(value):
    """An `Address`; raises Malformed."""
    display = ""
    if value[:1] == '"':
        end = closing_quote(value)
        if end < 0:
            raise Malformed("Unterminated quoted string")
        display, value = unquote(value[:end + 1]), value[end + 1:].lstrip(LWS)
        if value[:1] != "<":
            raise Malformed("No address after the display name")
    before, angle, rest = value.partition("<")
    if not angle:
        return _bare(value)
    text, angle, rest = rest.partition(">")
    rest = rest.lstrip(LWS)
    if not angle or (rest and rest[0] != ";"):
        raise Malformed("Bad address")
    if before:
        display = before.strip(LWS)
        if display.strip(TOKEN + LWS) and not lenient(display, TOKEN + LWS):
            raise Malformed("Bad display name")
    return Address(display, text, params(rest[1:]), parse_uri(text))


def _bare(value):
    """addr-spec: what follows ; belongs to the header, and ? and , are not allowed (20)."""
    text, semicolon, rest = value.partition(";")
    text = text.strip(LWS)
    if "," in text or "?" in text:
        raise Malformed("URI needs <>")
    if semicolon and not rest:
        raise Malformed("Bad parameter")
    return Address("", text, params(rest), parse_uri(text, True))


def via(value):
    """A `Via`; raises Malformed."""
    sent, semicolon, rest = value.partition(";")
    words = sent.split()
    if len(words) != 2:
        words = _loose_via(sent)
    if words[0] == "SIP/2.0/UDP":
        transport = "UDP"
    else:
        parts = words[0].split("/")
        if len(parts) != 3 or parts[0].upper() != "SIP" or parts[1] != "2.0" or not parts[2] or parts[2].strip(TOKEN):
            raise Malformed("Bad Via protocol")
        transport = parts[2].upper()
    if semicolon and not rest:
        raise Malformed("Bad parameter in Via")
    host, port = hostport(words[1])
    found = params(rest)
    return Via(transport, host, port, found)


def _loose_via(sent):
    """Whitespace is allowed round the slashes and the colon of sent-by."""
    parts = [part.strip(LWS) for part in sent.split("/")]
    if len(parts) != 3:
        raise Malformed("Bad Via")
    last = parts[2].split(None, 1)
    if len(last) != 2:
        raise Malformed("Bad Via")
    where = ":".join([part.strip(LWS) for part in last[1].split(":")])
    return ["/".join((parts[0], parts[1], last[0])), where]


def cseq(value):
    """A `CSeq`: below 2**31 (8.1.1.5); raises Malformed."""
    words = value.split()
    if len(words) != 2 or words[1].strip(TOKEN):
        raise Malformed("Bad CSeq")
    return CSeq(number(words[0], 0x7FFFFFFF), words[1])


def number(value, most):
    """A decimal of at most `most`; raises Malformed."""
    if not value or value.strip(DIGITS) or len(value) > 40 or int(value) > most:
        raise Malformed("Bad number")
    return int(value)


def seconds(value, most=0xFFFFFFFF):
    """delta-seconds, of Expires and Retry-After: the number before any comment or parameter; `most` if larger."""
    digits = value.partition(";")[0].partition("(")[0].strip(LWS)
    if not digits or digits.strip(DIGITS):
        raise Malformed("Bad number of seconds")
    return min(int(digits), most) if len(digits) < 20 else most


def tokens(values):
    """All words of comma-separated headers such as Require, Supported, Allow."""
    found = []
    for value in values:
        found.extend([one.strip(LWS) for one in value.split(",") if one.strip(LWS)])
    return found
