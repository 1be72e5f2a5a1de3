"""HTTP/1.0 and 1.1 messages on a server's side: octets -> requests, answers -> octets (RFC 9110, RFC 9112)."""

from firmware.config import options

REQUEST_LINE = 8 * 1024
HEADERS = 16 * 1024
HEADER_COUNT = 100
BODY = 64 * 1024
"""Bounds on what is kept of one request, in octets and lines."""

REASONS = {
    100: "Continue", 200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 411: "Length Required", 413: "Content Too Large", 414: "URI Too Long",
    417: "Expectation Failed", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}

START, IN_HEADERS, IN_BODY, DEAD = 0, 1, 2, 3
"""Where a connection's parser is."""

TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""RFC 9110 5.6.2."""


class Request:
    """One request: `target` as it came, `version` (1, 0) or (1, 1), `headers` [(lower-case name, value)]."""

    def __init__(self, method, target, version):
        self.method = method
        self.target = target
        self.version = version
        self.headers = []
        self.body = b""

    def header(self, name):
        """All values of a header, joined by a comma (RFC 9110 5.3); None if it is absent."""
        values = [value for one, value in self.headers if one == name]
        return ", ".join(values) if values else None

    @property
    def path(self):
        """The path, percent-decoded, without the query."""
        return options.decode_path(self.target.split("?", 1)[0])

    @property
    def query(self):
        """[(name, value or None)] in the order of the query string, decoded."""
        parts = self.target.split("?", 1)
        return parse_query(parts[1]) if len(parts) == 2 else []

    @property
    def keep_alive(self):
        """Whether the connection outlives the answer: RFC 9112 9.3."""
        tokens = [one.strip().lower() for one in (self.header("connection") or "").split(",")]
        return "close" not in tokens and (self.version == (1, 1) or "keep-alive" in tokens)


class Bad:
    """What was sent is no request we take: answer with `status` and close."""

    def __init__(self, status, reason):
        self.status = status
        self.reason = reason


class Continue:
    """The sender waits for 100 Continue before its body (RFC 9110 10.1.1)."""


def parse_query(text):
    pairs = []
    for part in text.split("&"):
        if part:
            name, equals, value = part.partition("=")
            pairs.append((options.decode(name), options.decode(value) if equals else None))
    return pairs


class Parser:
    """Requests out of the octets of one connection, however they are split.

    Never holds more than one request of the bounds above. After a `Bad` it
    takes nothing more: the framing is lost. `most` bounds the body.
    """

    def __init__(self, most=BODY):
        self._most = most
        self._buffer = b""
        self._scanned = 0
        self._request = Request("", "", (1, 0))
        self._stage = START
        self._length = 0
        self._header_octets = 0

    @property
    def idle(self):
        """Whether no part of a request has arrived."""
        return self._stage in (START, DEAD) and not self._buffer

    @property
    def held(self):
        """Octets kept for the request that is not yet complete."""
        return len(self._buffer) + self._header_octets

    def feed(self, data):
        """A list of Request, Continue and Bad."""
        found = []
        self._buffer += data
        while self._stage != DEAD:
            one = self._body() if self._stage == IN_BODY else self._line()
            if one is None:
                break
            if isinstance(one, Bad):
                self._stage = DEAD
            if one is not self:
                found.append(one)
        if self._stage == DEAD:
            self._buffer = b""
        return found

    def _line(self):
        """Take one line: self to go on, None to wait, else what is to be reported."""
        end = self._buffer.find(b"\n", self._scanned)
        limit = REQUEST_LINE if self._stage == START else HEADERS - self._header_octets
        if (end if end >= 0 else len(self._buffer)) > limit:
            return Bad(414, "request line") if self._stage == START else Bad(431, "header octets")
        if end < 0:
            self._scanned = len(self._buffer)
            return None
        line, self._buffer, self._scanned = self._buffer[:end], self._buffer[end + 1:], 0
        line = _text(line[:-1] if line[-1:] == b"\r" else line)
        if line is None:
            return Bad(400, "control characters")
        if self._stage == START:
            return self._start(line) if line else self
        self._header_octets += end + 1
        return self._header(line) if line else self._end_of_headers()

    def _start(self, line):
        parts = line.split(" ")
        if len(parts) != 3 or not parts[1] or not _is_token(parts[0]):
            return Bad(400, "request line")
        version = parts[2]
        if version[:5] != "HTTP/" or len(version) != 8 or version[6] != "." or \
                not (version[5] + version[7]).isdigit():
            return Bad(400, "protocol version")
        if version[5] != "1":
            return Bad(505, "protocol version")
        target = _origin_form(parts[1])
        if target is None:
            return Bad(400, "request target")
        self._request = Request(parts[0], target, (1, 0 if version[7] == "0" else 1))
        self._stage = IN_HEADERS
        return self

    def _header(self, line):
        name, colon, value = line.partition(":")
        if not colon or not _is_token(name):
            return Bad(400, "header line")
        if len(self._request.headers) >= HEADER_COUNT:
            return Bad(431, "header count")
        self._request.headers.append((name.lower(), value.strip(" \t")))
        return self

    def _end_of_headers(self):
        """What follows the empty line: RFC 9112 3.2 (Host), 6.1 and 6.3 (the body's length)."""
        request = self._request
        hosts = [value for name, value in request.headers if name == "host"]
        if len(hosts) > 1 or (not hosts and request.version == (1, 1)):
            return Bad(400, "Host")
        coding, length = request.header("transfer-encoding"), request.header("content-length")
        if coding is not None:
            if length is not None or request.version == (1, 0):
                return Bad(400, "Transfer-Encoding")
            return Bad(411, "Content-Length") if coding.strip().lower() == "chunked" else Bad(501, "Transfer-Encoding")
        self._stage = IN_BODY
        if length is None:
            self._length = 0
            return self
        lengths = [one.strip() for one in length.split(",")]
        if not _is_number(lengths[0]) or lengths != [lengths[0]] * len(lengths):
            return Bad(400, "Content-Length")
        if len(lengths[0]) > 9 or int(lengths[0]) > self._most:
            return Bad(413, "body")
        self._length = int(lengths[0])
        return self._expectation(request)

    def _expectation(self, request):
        expected = request.header("expect")
        if expected is None or request.version == (1, 0):
            return self
        if expected.lower() != "100-continue":
            return Bad(417, "Expect")
        return Continue() if len(self._buffer) < self._length else self

    def _body(self):
        if len(self._buffer) < self._length:
            return None
        request = self._request
        request.body, self._buffer = self._buffer[:self._length], self._buffer[self._length:]
        self._stage = START
        self._header_octets = 0
        return request


def _text(line):
    """A line as str: UTF-8, else ISO 8859-1; None if it holds a control character (RFC 9110 5.5)."""
    for octet in line:
        if (octet < 32 and octet != 9) or octet == 127:
            return None
    try:
        return line.decode()
    except UnicodeError:
        return "".join([chr(octet) for octet in line])


def _is_token(text):
    return bool(text) and all([character in TOKEN for character in text])


def _is_number(text):
    return bool(text) and all([character in "0123456789" for character in text])


def _origin_form(target):
    """`/path?query` of an origin- or absolute-form target (RFC 9112 3.2), "*" as it is, None for the rest."""
    if target.lower().startswith("http://"):
        slash = target.find("/", 7)
        target = target[slash:] if slash >= 0 else "/"
    return target if target[0] == "/" or target == "*" else None


def answer(status, body=b"", kind="text/plain; charset=utf-8", headers=(), keep=True, head=False):
    """The octets of a response. There is no Date: the device need not know the time (RFC 9110 6.6.1)."""
    lines = ["HTTP/1.1 {} {}".format(status, REASONS[status])]
    lines.extend(["{}: {}".format(name, value) for name, value in headers])
    lines.append("Content-Type: " + kind)
    lines.append("Content-Length: {}".format(len(body)))
    lines.append("Cache-Control: no-store")
    lines.append("Connection: " + ("keep-alive" if keep else "close"))
    octets = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return octets if head else octets + body
