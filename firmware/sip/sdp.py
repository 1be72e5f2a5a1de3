"""Session descriptions: RFC 8866 (and RFC 4566, RFC 2327), the part that an audio call needs.

What is not understood is kept as lines, so that it can be looked at, and so
that nothing is lost between parsing and building.
"""

from firmware.sip.uri import DIGITS, TOKEN, Malformed

DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
MEDIA = 16
LINES = 512


class Session:
    """`origin` is the o= line's text; `host` and `direction` hold for all media that say nothing else."""

    __slots__ = ("direction", "host", "media", "name", "origin", "other")

    def __init__(self, origin, host="", name="-"):
        self.origin = origin
        self.host = host
        self.name = name
        self.direction = "sendrecv"
        self.media = []
        self.other = []

    def first(self, kind):
        """The index of the first stream of a kind that is not refused, else of the first of that kind; None."""
        found = None
        for index in range(len(self.media)):
            if self.media[index].kind == kind:
                if self.media[index].port:
                    return index
                found = index if found is None else found
        return found


class Media:
    """One m= section. `formats` as they stood; `rtpmap` and `fmtp` map them to text; `ptime` in ms or None."""

    __slots__ = ("direction", "fmtp", "formats", "host", "kind", "other", "port", "proto", "ptime", "rtpmap")

    def __init__(self, kind, port, proto, formats, host="", direction="sendrecv"):
        self.kind = kind
        self.port = port
        self.proto = proto
        self.formats = formats
        self.host = host
        self.direction = direction
        self.rtpmap = {}
        self.fmtp = {}
        self.ptime = None
        self.other = []


def parse(body):
    """A `Session`; raises Malformed. Lines may end in LF alone (RFC 8866 5)."""
    try:
        text = body.decode()
    except UnicodeError:
        text = "".join([chr(octet) for octet in body])
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "v=0" or len(lines) > LINES:
        raise Malformed("Bad SDP")
    session = Session("")
    part = session
    for line in lines[1:]:
        kind, value = line[:2], line[2:]
        if kind == "a=":
            _attribute(part, value)
        elif kind == "m=":
            part = _media(session, value)
        elif kind == "c=":
            part.host = _connection(value)
        elif kind == "o=":
            session.origin = value
        elif kind == "s=":
            session.name = value
        elif line and kind != "t=":
            if kind[1:] != "=":
                raise Malformed("Bad line in SDP")
            part.other.append(line)
    if not session.origin:
        raise Malformed("No origin in SDP")
    return session


def _media(session, value):
    words = value.split(" ")
    if len(words) < 4 or len(session.media) >= MEDIA:
        raise Malformed("Bad media line in SDP")
    port = words[1].partition("/")[0]
    if not port or port.strip(DIGITS) or len(port) > 5 or int(port) > 65535 or words[0].strip(TOKEN):
        raise Malformed("Bad media line in SDP")
    media = Media(words[0], int(port), words[2], [word for word in words[3:] if word], session.host,
                  session.direction)
    session.media.append(media)
    return media


def _connection(value):
    words = value.split()
    if len(words) != 3 or words[0] != "IN":
        raise Malformed("Bad connection line in SDP")
    return words[2].partition("/")[0]


def _attribute(part, value):
    name, colon, rest = value.partition(":")
    if not colon and name in DIRECTIONS:
        part.direction = name
    elif isinstance(part, Session):
        part.other.append("a=" + value)
    elif name in ("rtpmap", "fmtp"):
        key, _, text = rest.partition(" ")
        (part.rtpmap if name == "rtpmap" else part.fmtp)[key] = text.strip()
    elif name == "ptime" and rest and not rest.strip(DIGITS) and len(rest) < 5:
        part.ptime = int(rest)
    else:
        part.other.append("a=" + value)


def build(session):
    """The octets, lines in the order of RFC 8866 5."""
    return to_origin(session.origin) + after_origin(session)


def to_origin(origin):
    """The two lines that stand first."""
    return "v=0\r\no={}\r\n".format(origin).encode()


def after_origin(session):
    """All that is said of a session behind its name and version."""
    lines = ["s=" + (session.name or "-")]
    lines.extend(_kinds(session.other, "iuep"))
    if session.host:
        lines.append(_c(session.host))
    lines.extend(_kinds(session.other, "b"))
    lines.append("t=0 0")
    lines.extend(_kinds(session.other, "rzk"))
    lines.extend(_kinds(session.other, "a"))
    if session.direction != "sendrecv":
        lines.append("a=" + session.direction)
    for media in session.media:
        _build_media(lines, media, session)
    return ("\r\n".join(lines) + "\r\n").encode()


def _kinds(lines, kinds):
    return [line for line in lines if line[0] in kinds]


def _build_media(lines, media, session):
    lines.append("m={} {} {} {}".format(media.kind, media.port, media.proto, " ".join(media.formats)))
    lines.extend(_kinds(media.other, "i"))
    if media.host and media.host != session.host:
        lines.append(_c(media.host))
    lines.extend(_kinds(media.other, "bk"))
    for one in media.formats:
        if one in media.rtpmap:
            lines.append("a=rtpmap:{} {}".format(one, media.rtpmap[one]))
        if one in media.fmtp:
            lines.append("a=fmtp:{} {}".format(one, media.fmtp[one]))
    if media.ptime:
        lines.append("a=ptime:{}".format(media.ptime))
    if media.port and (media.kind == "audio" or media.direction != session.direction):
        lines.append("a=" + media.direction)
    lines.extend(_kinds(media.other, "a"))


def _c(host):
    return "c=IN {} {}".format("IP6" if ":" in host else "IP4", host)
