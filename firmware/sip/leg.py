"""Between session descriptions and the neutral `firmware.call.leg.Audio`."""

from firmware.call.leg import Audio, Codec
from firmware.sip import sdp

STATIC = {"0": ("pcmu", 8000), "3": ("gsm", 8000), "4": ("g723", 8000), "8": ("pcma", 8000), "9": ("g722", 8000),
          "13": ("cn", 8000), "15": ("g728", 8000), "18": ("g729", 8000)}
"""RFC 3551 table 4: payload types that need no rtpmap."""

WIRE = {"pcmu": "PCMU", "pcma": "PCMA", "gsm": "GSM", "g723": "G723", "g722": "G722", "cn": "CN", "g728": "G728",
        "g729": "G729", "g726-32": "G726-32", "opus": "opus"}
PROFILE = "RTP/AVP"
DEFAULT_PACKET_MS = 20
"""RFC 3551 4.2."""
EVENTS = "0-15"
"""RFC 4733 2.4.1: the DTMF events."""
HELD = "0.0.0.0"
"""RFC 3264 8.4: the older way to say hold."""


def audio(session):
    """`Audio` of the first audio stream, None where there is none that we could answer."""
    index = session.first("audio")
    if index is None:
        return None
    media = session.media[index]
    if media.proto != PROFILE:
        return None
    codecs = [codec for codec in [_codec(media, one) for one in media.formats] if codec is not None]
    host = media.host or session.host
    return Audio(host, media.port if host else 0, tuple(codecs), media.ptime or DEFAULT_PACKET_MS,
                 _direction(media.direction, host))


def _codec(media, number):
    if not number.isdigit() or len(number) > 3 or int(number) > 127:
        return None
    name, _, rest = media.rtpmap.get(number, "").partition("/")
    if not name:
        known = STATIC.get(number)
        return Codec(known[0], int(number), known[1]) if known else None
    rate = rest.partition("/")[0]
    return Codec(name.lower(), int(number), int(rate) if rate.isdigit() and len(rate) < 7 else 8000)


def _direction(direction, host):
    """Who gives no address to send to cannot receive."""
    if host != HELD:
        return direction
    return "sendonly" if direction in ("sendrecv", "sendonly") else "inactive"


def meet(ours, offered):
    """The answer to an offer that crossed one of ours: what both want of it (RFC 3264 6.1)."""
    names = [(codec.name, codec.rate) for codec in ours.codecs]
    codecs = tuple([codec for codec in offered.codecs if (codec.name, codec.rate) in names])
    sends = ours.direction in ("sendrecv", "sendonly") and offered.direction in ("sendrecv", "recvonly")
    receives = ours.direction in ("sendrecv", "recvonly") and offered.direction in ("sendrecv", "sendonly")
    direction = ("sendrecv" if receives else "sendonly") if sends else ("recvonly" if receives else "inactive")
    return Audio(ours.host, ours.port if codecs and offered.port else 0, codecs, ours.packet_ms, direction)


class Description:
    """Our side's descriptions over one dialog: one origin, its version counted up with each change (RFC 3264 8)."""

    __slots__ = ("_body", "_id", "_version", "host")

    def __init__(self, id, host):
        self.host = host
        self._id = id
        self._version = 0
        self._body = b""

    def offer(self, offered, without=()):
        """The octets that offer an `Audio`; `without` names codecs to leave out."""
        return self._build([_media(offered, without)])

    def answer(self, offer, answered, without=()):
        """The octets that answer a parsed offer: every stream in its place, all but our audio refused (RFC 3264 6)."""
        index = offer.first("audio")
        streams = []
        for position in range(len(offer.media)):
            media = offer.media[position]
            if position == index and answered is not None and answered.port:
                streams.append(_media(answered, without))
            else:
                streams.append(sdp.Media(media.kind, 0, media.proto, media.formats[:8] or ["0"], direction="inactive"))
        return self._build(streams)

    def _build(self, streams):
        session = sdp.Session("", self.host)
        session.media = streams
        body = sdp.build(session)
        if body != self._body:
            self._body = body
            self._version += 1
        session.origin = "- {} {} IN IP4 {}".format(self._id, self._version, self.host)
        return sdp.build(session)


def _media(described, without):
    media = sdp.Media("audio", described.port, PROFILE, [], described.host, described.direction)
    for codec in described.codecs:
        if codec.name in without:
            continue
        number = str(codec.payload_type)
        media.formats.append(number)
        name = WIRE.get(codec.name, codec.name)
        channels = "/2" if codec.name == "opus" else ""
        media.rtpmap[number] = "{}/{}{}".format(name, codec.rate, channels)
        if codec.name == "telephone-event":
            media.fmtp[number] = EVENTS
    if not media.formats:
        media.formats.append("0")
    media.ptime = described.packet_ms
    return media
