"""Offer and answer of audio: RFC 3264, for all legs alike, on firmware.call.leg.Audio."""

from firmware.call.leg import Audio, Codec

PAYLOAD_TYPES = {"pcmu": 0, "pcma": 8, "g722": 9}
"""RFC 3551 table 4; g722's clock rate is 8000 there by mistake and for ever."""

DYNAMIC = {"g726-32": 96, "opus": 97}
TELEPHONE_EVENT = "telephone-event"
EVENT_PAYLOAD_TYPE = 101
LEAST_PACKET, MOST_PACKET = 10, 60
"""Milliseconds that a DSP channel packs."""

MIRROR = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
"""RFC 3264 6.1."""

UNSPECIFIED = "0.0.0.0"
"""RFC 3264 8.4: the older way to say hold."""


def is_known(name):
    """Whether a codec has a payload type here."""
    return name in PAYLOAD_TYPES or name in DYNAMIC


def codec(name):
    number = PAYLOAD_TYPES.get(name)
    return Codec(name, DYNAMIC[name] if number is None else number, 48000 if name == "opus" else 8000)


def offer(preference, host, port, direction="sendrecv"):
    """Our offer: every coder that `preference` (firmware.media.properties.Preference) allows."""
    codecs = [codec(name) for name in preference.codecs]
    if preference.events:
        codecs.append(Codec(TELEPHONE_EVENT, EVENT_PAYLOAD_TYPE, 8000))
    return Audio(host, port, tuple(codecs), preference.packet_ms, direction)


def answer(offered, preference, host, port, allowed="sendrecv"):
    """(our answer, the Codec agreed on); the codec is None where the answer refuses with port 0.

    Our most preferred coder of those offered wins; its payload type is the
    offerer's. `allowed` is the most that we would do at present.
    """
    chosen = common(offered, preference.codecs)
    if chosen is None or offered.port == 0:
        return Audio(host, 0, offered.codecs, offered.packet_ms, "inactive"), None
    codecs = [chosen]
    event = find(offered, TELEPHONE_EVENT)
    if event is not None and preference.events:
        codecs.append(event)
    direction = meet(MIRROR.get(heard(offered), "sendrecv"), allowed)
    return Audio(host, port, tuple(codecs), packet_time(offered, preference), direction), chosen


def accept(answered, offered):
    """The Codec that an answer to our offer settles on, or None if none is usable."""
    if answered is None or answered.port == 0:
        return None
    return common(answered, [one.name for one in offered.codecs if one.name != TELEPHONE_EVENT], True)


def common(audio, names, theirs=False):
    """Our best codec that `audio` lists too, or with `theirs` the first it lists that we know."""
    if theirs:
        for one in audio.codecs:
            if one.name in names:
                return one
        return None
    for name in names:
        one = find(audio, name)
        if one is not None:
            return one
    return None


def find(audio, name):
    for one in audio.codecs:
        if one.name == name:
            return one
    return None


def heard(audio):
    """The direction that a description asks for, with the older hold understood."""
    if audio.host == UNSPECIFIED and audio.direction in ("sendrecv", "recvonly"):
        return "sendonly" if audio.direction == "sendrecv" else "inactive"
    return audio.direction


def meet(one, other):
    """The most that both directions, seen from the same side, allow."""
    sends = sending(one) and sending(other)
    receives = receiving(one) and receiving(other)
    return ("sendrecv" if receives else "sendonly") if sends else ("recvonly" if receives else "inactive")


def sending(direction):
    return direction in ("sendrecv", "sendonly")


def receiving(direction):
    return direction in ("sendrecv", "recvonly")


def packet_time(audio, preference):
    """Milliseconds a packet: what the peer asks for where the DSP can do it, else our own."""
    wish = audio.packet_ms
    if wish and LEAST_PACKET <= wish <= MOST_PACKET and wish % 10 == 0:
        return wish
    return preference.packet_ms


def is_local(host):
    """Whether an address is private or of this link: RFC 1918, RFC 3927, RFC 1122 3.2.1.3."""
    parts = host.split(".")
    if len(parts) != 4 or not all([part.isdigit() for part in parts]):
        return False
    first, second = int(parts[0]), int(parts[1])
    return (first in (10, 127) or (first == 172 and 16 <= second < 32)
            or (first, second) in ((192, 168), (169, 254)))
