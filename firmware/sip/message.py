"""SIP messages: their headers as text, read on demand, and back to octets (RFC 3261 7, 20)."""

from firmware.sip import headers
from firmware.sip.names import phrase
from firmware.sip.uri import TOKEN, Malformed
from firmware.sip.uri import parse as parse_uri

VERSION = "SIP/2.0"
COOKIE = "z9hG4bK"


class Message:
    """A request (`status` 0) or a response (`method` "", `uri` "").

    `names` lists the distinct header names as first met, `fields` maps each to
    its values in order. Names are in the RFC's spelling; unknown ones in lower case.
    Typed properties raise Malformed, unless `firmware.sip.parser.check` found nothing wrong.
    `error` is what it found. `utf8` is False for octets that are not; they are kept as they are.
    """

    __slots__ = ("_contacts", "_cseq", "_from", "_record_routes", "_routes", "_to", "_uri", "_via", "body",
                 "error", "fields", "method", "names", "reason", "status", "uri", "utf8")

    def __init__(self, method="", uri="", status=0, reason=""):
        self.method = method
        self.uri = uri
        self.status = status
        self.reason = reason
        self.names = []
        self.fields = {}
        self.body = b""
        self.error = None
        self.utf8 = True
        self._via = self._from = self._to = self._cseq = self._uri = None
        self._contacts = self._routes = self._record_routes = None

    def get(self, name, default=""):
        """The first value of a header."""
        values = self.fields.get(name)
        return values[0] if values else default

    def all(self, name):
        return self.fields.get(name, ())

    def set(self, name, value):
        """Give a header this one value."""
        self.put(name, [value])

    def put(self, name, values):
        """Give a header these values, each on a line of its own."""
        if values:
            if name not in self.fields:
                self.names.append(name)
            self.fields[name] = list(values)

    @property
    def via(self):
        if self._via is None:
            self._via = headers.via(headers.split(self.get("Via"))[0])
        return self._via

    @property
    def from_(self):
        if self._from is None:
            self._from = headers.address(self.get("From"))
        return self._from

    @property
    def to(self):
        if self._to is None:
            self._to = headers.address(self.get("To"))
        return self._to

    @property
    def cseq(self):
        if self._cseq is None:
            self._cseq = headers.cseq(self.get("CSeq"))
        return self._cseq

    @property
    def call_id(self):
        return self.get("Call-ID")

    @property
    def request_uri(self):
        if self._uri is None:
            self._uri = parse_uri(self.uri)
        return self._uri

    @property
    def max_forwards(self):
        """The hops left, None if the header is absent."""
        value = self.get("Max-Forwards", None)
        return None if value is None else headers.number(value, 255)

    @property
    def contacts(self):
        """Addresses; "*" if that is what stands there (10.2.2)."""
        if self._contacts is None:
            self._contacts = "*" if self.all("Contact") == ["*"] else self._addresses("Contact")
        return self._contacts

    @property
    def routes(self):
        if self._routes is None:
            self._routes = self._addresses("Route")
        return self._routes

    @property
    def record_routes(self):
        if self._record_routes is None:
            self._record_routes = self._addresses("Record-Route")
        return self._record_routes

    @property
    def content_type(self):
        """("application/sdp", its parameters); ("", {}) where there is none."""
        value = self.get("Content-Type")
        if not value:
            return "", {}
        kind, _, rest = value.partition(";")
        main, _, sub = kind.partition("/")
        main, sub = main.strip(headers.LWS).lower(), sub.strip(headers.LWS).lower()
        if not main or main.strip(TOKEN) or not sub or sub.strip(TOKEN):
            raise Malformed("Bad Content-Type")
        return main + "/" + sub, headers.params(rest)

    def seconds(self, name, default=None):
        value = self.get(name)
        return headers.seconds(value) if value else default

    def tokens(self, name):
        """The words of a comma-separated header such as Require or Allow."""
        return headers.tokens(self.all(name))

    def _addresses(self, name):
        found = []
        for value in self.all(name):
            for one in headers.split(value) if "," in value else (value,):
                found.append(headers.address(one.strip(headers.LWS)))
        return found

    def build(self):
        """The octets; Content-Length is added. Line ends inside values cannot get out."""
        if self.status:
            lines = ["{} {} {}".format(VERSION, self.status, self.reason)]
        else:
            lines = ["{} {} {}".format(self.method, self.uri, VERSION)]
        for name in self.names:
            if name != "Content-Length":
                for value in self.fields[name]:
                    lines.append(name + ": " + value)
        lines.append("Content-Length: {}\r\n\r\n".format(len(self.body)))
        text = "\r\n".join(lines)
        if text.count("\n") != len(lines) + 1 or text.count("\r") != len(lines) + 1:
            text = "\r\n".join([line.replace("\r", " ").replace("\n", " ") for line in lines[:-1]] + lines[-1:])
        return (text.encode() if self.utf8 else bytes([min(ord(one), 255) for one in text])) + self.body


def request(method, uri, fields, body=b""):
    """A request of ours from (name, value) pairs."""
    message = Message(method, uri)
    for name, value in fields:
        if name in message.fields:
            message.fields[name].append(value)
        else:
            message.set(name, value)
    message.body = body
    return message


def response(to, status, tag="", reason=""):
    """A response to a request (8.2.6): Via, From, To, Call-ID and CSeq as they came, our tag on To if it had none."""
    message = Message("", "", status, reason or phrase(status))
    message.utf8 = to.utf8
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        message.put(name, [value for value in to.all(name) if value])
    if tag and status != 100 and "To" in message.fields and not _tagged(to):
        message.set("To", message.get("To") + ";tag=" + tag)
    if status == 100 and "Timestamp" in to.fields:
        message.set("Timestamp", to.get("Timestamp"))
    return message


def _tagged(message):
    try:
        return bool(message.to.tag)
    except Malformed:
        return True
