"""Between session descriptions and the neutral `firmware.call.leg.Audio`."""

from firmware.call.leg import Audio, Codec
from firmware.sip import sdp
from firmware.sip.uri import DIGITS

STATIC = {"0": ("pcmu", 8000), "3": ("gsm", 8000), "4": ("g723", 8000), "8": ("pcma", 8000), "9": ("g722", 8000),
          "13": ("cn", 8000), "15": ("g728", 8000), "18": ("g729", 8000)}
"""RFC 3551 table 4: payload types that need no rtpmap."""

WIRE = {"pcmu": "PCMU", "pcma": "PCMA", "gsm": "GSM", "g723": "G723", "g722": "G722", "cn": "CN", "g728": "G728",
        "g729": "G729", "g729b": "G729", "g726-32": "G726-32", "g726-32-aal2": "AAL2-G726-32", "opus": "opus",
        "opus-nb": "opus"}
"""Encoding names of RFC 3551 4.5, RFC 3389 and RFC 7587 4.1; their parameters tell variants apart."""

FORMATS = {
    "telephone-event": "0-15",
    "g729": "annexb=no",
    "g729b": "annexb=yes",
    "opus": "maxplaybackrate=16000;sprop-maxcapturerate=16000",
    "opus-nb": "maxplaybackrate=8000;sprop-maxcapturerate=8000",
}
"""What we say of a format: the DTMF events (RFC 4733 2.4.1), whether G.729 may describe silence as its Annex B does
(RFC 4856 2.1.9), the rates that are played and taken (RFC 7587 6.1)."""
PROFILE = "RTP/AVP"
DEFAULT_PACKET_MS = 20
"""RFC 3551 4.2."""
NARROW = 8000
"""Hz: Opus that is played at no more than that (RFC 7587 3.1.1)."""
HELD = "0.0.0.0"
"""RFC 3264 8.4: the older way to say hold."""
NEUTRAL = {"aal2-g726-32": "g726-32-aal2"}
"""Encoding names in lower case that are not ours."""
REFUSED = Audio("", 0, (), DEFAULT_PACKET_MS, "inactive")
"""What a peer answers that refuses our offer during a call: the session stays as it was (RFC 3261 14.1)."""


def audio(session, without=()):
    """`Audio` of the first audio stream, None where there is none that we could answer; `without` names codecs that
    are not to be seen.
    """
    index = session.first("audio")
    if index is None:
        return None
    media = session.media[index]
    if media.proto != PROFILE:
        return None
    codecs = [codec for codec in [_codec(media, one) for one in media.formats]
              if codec is not None and codec.name not in without]
    host = media.host or session.host
    return Audio(host, media.port if host else 0, tuple(codecs), media.ptime or DEFAULT_PACKET_MS,
                 _direction(media.direction, host))


def _codec(media, number):
    if _number(number, 128) > 127:
        return None
    name, _, rest = media.rtpmap.get(number, "").partition("/")
    parameters = media.fmtp.get(number, "")
    if not name:
        known = STATIC.get(number)
        return Codec(_variant(known[0], parameters), int(number), known[1]) if known else None
    name = NEUTRAL.get(name.lower(), name.lower())
    return Codec(_variant(name, parameters), int(number), _number(rest.partition("/")[0], 8000))


def _variant(name, parameters):
    """The name of a codec as its parameters have it; what they do not say is as their RFC has it by default."""
    if name == "opus" and _number(_parameter(parameters, "maxplaybackrate"), 48000) <= NARROW:
        return "opus-nb"
    if name == "g729" and _parameter(parameters, "annexb").lower() != "no":
        return "g729b"
    return name


def _parameter(parameters, wanted):
    for one in parameters.split(";"):
        key, _, value = one.partition("=")
        if key.strip().lower() == wanted:
            return value.strip()
    return ""


def _number(text, otherwise):
    return otherwise if not text or text.strip(DIGITS) or len(text) > 6 else int(text)


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
        body = sdp.after_origin(session)
        if body != self._body:
            self._body = body
            self._version += 1
        return sdp.to_origin("- {} {} IN IP4 {}".format(self._id, self._version, self.host)) + body


def _media(described, without):
    media = sdp.Media("audio", described.port, PROFILE, [], described.host, described.direction)
    for codec in described.codecs:
        if codec.name in without:
            continue
        number = str(codec.payload_type)
        media.formats.append(number)
        name = WIRE.get(codec.name, codec.name)
        channels = "/2" if name == "opus" else ""
        media.rtpmap[number] = "{}/{}{}".format(name, codec.rate, channels)
        if codec.name in FORMATS:
            media.fmtp[number] = FORMATS[codec.name]
    if not media.formats:
        media.formats.append("0")
    media.ptime = described.packet_ms
    return media
