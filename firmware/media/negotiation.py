"""Offer and answer of audio: RFC 3264, for all legs alike, on firmware.call.leg.Audio."""

from collections import namedtuple

from firmware.call.leg import Audio, Codec
from firmware.media import coders

LEAST_PACKET, MOST_PACKET = 10, 60
"""Milliseconds that a DSP channel packs."""

MIRROR = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
"""RFC 3264 6.1."""

UNSPECIFIED = "0.0.0.0"
"""RFC 3264 8.4: the older way to say hold."""

Agreement = namedtuple("Agreement", ("codec", "packet_ms", "event", "comfort", "silence", "kinds"))
"""What may be sent: Codecs as the peer numbers them, `event` and `comfort` None where not agreed; with pauses or not.
`kinds` tells what comes: payload type -> "speech", "comfort" or "event".
"""


def offer(preference, host, port, direction="sendrecv"):
    """Our offer: every coder that `preference` (firmware.media.properties.Preference) allows."""
    codecs = [coders.codec(name) for name in preference.codecs]
    rates = [rate for rate in sorted(coders.EVENT_TYPES) if any([one.rate == rate for one in codecs])]
    if preference.silence and 8000 in rates:
        codecs.append(coders.comfort())
    if preference.events:
        codecs.extend([Codec(coders.TELEPHONE_EVENT, coders.EVENT_TYPES[rate], rate) for rate in rates])
    return Audio(host, port, tuple(codecs), preference.packet_ms, direction)


def acceptable(offered, media):
    """Whether an offer has a codec that we would answer with; `media` is the module MEDIA."""
    return offered.port != 0 and common(offered, media.preference(is_local(offered.host)).codecs) is not None


def answer(offered, preference, host, port, allowed="sendrecv"):
    """(our answer, the Agreement); the second is None where the answer refuses with port 0.

    Our most preferred coder of those offered wins; its payload type is the
    offerer's. `allowed` is the most that we would do at present.
    """
    chosen = common(offered, preference.codecs)
    if chosen is None or offered.port == 0:
        return Audio(host, 0, offered.codecs, offered.packet_ms, "inactive"), None
    agreed = agree(chosen, offered, preference, None)
    codecs = [one for one in (chosen, agreed.comfort, agreed.event) if one is not None]
    direction = meet(MIRROR.get(heard(offered), "sendrecv"), allowed)
    return Audio(host, port, tuple(codecs), agreed.packet_ms, direction), agreed


def accept(answered, offered, preference):
    """The Agreement that an answer to our offer makes, or None if nothing of it is usable."""
    if answered is None or answered.port == 0:
        return None
    for one in answered.codecs:
        for ours in offered.codecs:
            chosen = shared(one, ours.name)
            if chosen is not None and coders.is_known(ours.name):
                return agree(chosen, answered, preference, offered)
    return None


def agree(chosen, theirs, preference, ours):
    """The Agreement on a Codec with a peer's description; `ours` is our offer, None if the peer made it."""
    event = _event(theirs, chosen.rate) if preference.events else None
    comfort = find(theirs, coders.COMFORT, chosen.rate) if preference.silence else None
    kinds = {coders.COMFORT_TYPE: "comfort"} if chosen.rate == 8000 else {}
    # Each side numbers what it wants to get; a peer that goes by its own numbers is understood as well.
    for described in (theirs, theirs if ours is None else ours):
        for one in described.codecs:
            if coders.both(one.name, chosen.name) is not None:
                kinds[one.payload_type] = "speech"
            elif event is not None and one.name == event.name and one.rate == event.rate:
                kinds[one.payload_type] = "event"
            elif one.name == coders.COMFORT and one.rate == chosen.rate:
                kinds[one.payload_type] = "comfort"
    silence = preference.silence and coders.has_pauses(chosen.name, comfort is not None)
    return Agreement(chosen, packet_time(theirs, preference), event, comfort, silence, kinds)


def common(audio, names):
    """Our best codec that `audio` lists too, with its number there."""
    for name in names:
        for one in audio.codecs:
            found = shared(one, name)
            if found is not None:
                return found
    return None


def shared(theirs, name):
    """What a Codec of the peer's and one of ours by name have in common, or None."""
    variant = coders.both(theirs.name, name)
    if variant is None or theirs.rate != coders.rate(variant):
        return None
    return Codec(variant, theirs.payload_type, theirs.rate)


def find(audio, name, rate):
    for one in audio.codecs:
        if one.name == name and one.rate == rate:
            return one
    return None


def _event(audio, rate):
    """On the clock of the audio, else as older peers have it."""
    return find(audio, coders.TELEPHONE_EVENT, rate) or find(audio, coders.TELEPHONE_EVENT, 8000)


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
