"""Information elements with an inside: EN 300 175-5 7.7. Readers take any octets and never raise."""

from collections import namedtuple

from firmware.dect import nwk

Terminal = namedtuple("Terminal", ("gap", "cap"))
"""Of TERMINAL-CAPABILITY: which profiles a handset says that it has."""

Model = namedtuple("Model", ("emc", "code"))
"""Of MODEL-ID: the manufacturer's code, and its number for the model."""

Codec = namedtuple("Codec", ("id", "slot"))

CAP, GAP = 0x01, 0x02
"""Bits of profile indicator 1 (7.7.41)."""

G726, G722 = 2, 3
"""Codec identifiers (7.7.54)."""

LONG, FULL = 1, 4
"""Slot types: long with 640 bits, full."""

SPEECH, WIDE_SPEECH = 0x80, 0x88
"""BASIC-SERVICE: a normal call with the default service, or with a wide-band one (7.6.4)."""

NEGOTIATED = 0x90
MOST = 16
"""Codecs that are read of one list."""

TEXT = 60
"""Octets of text in one element: our choice, so that each fits a frame."""

USER_SPECIFIC = 0xC0
"""Discriminator in front of a text in IWU-TO-IWU: our choice."""

CLEAR = b"\x0C"
"""Display control: clear, and begin at the top left (annex D)."""

LOCATE_SUGGEST, LOCATION_AREA_INFO = 0x00, 0x09
"""Values of INFO-TYPE: register anew; parameters of the location area (7.7.20)."""


def repeated(message, code):
    """The contents of all such elements, in order."""
    return [content for one, content in message.elements if one == code]


def groups(content):
    """The octets of an element in groups: a group goes on until an octet with bit 8 (7.5.1)."""
    found = []
    group = b""
    for octet in content:
        group += bytes((octet,))
        if octet & 0x80:
            found.append(group)
            group = b""
    return found


def terminal(message):
    """`Terminal`, or None if the handset does not say; its second group begins with profile indicator 1."""
    content = nwk.element(message, nwk.TERMINAL_CAPABILITY)
    if content is None:
        return None
    parts = groups(content)
    profiles = parts[1][0] if len(parts) > 1 else 0
    return Terminal(bool(profiles & GAP), bool(profiles & CAP))


def model(message):
    """`Model`, or None."""
    content = nwk.element(message, nwk.MODEL)
    if content is None or len(content) < 3:
        return None
    return Model(content[0] << 8 | content[1], content[2])


def codecs(message):
    """The handset's `Codec` list, its first choice first; empty without one (7.7.54)."""
    content = nwk.element(message, nwk.CODEC_LIST) or b""
    found: list = []
    for at in range(1, len(content) - 2, 3):
        if len(found) < MOST:
            found.append(Codec(content[at] & 0x7F, content[at + 2] & 0x0F))
    return found


def wants_wide(message):
    """Whether G.722 on long slots is among the codecs."""
    return Codec(G722, LONG) in codecs(message)


def codec_list(wide, more=False):
    """CODEC-LIST: G.722 in long slots or G.726 in full slots; with `more`, both, the first as the choice."""
    entries = [(G722, LONG), (G726, FULL)] if wide else [(G726, FULL), (G722, LONG)]
    if not more:
        entries = entries[:1]
    octets = bytes((NEGOTIATED,))
    for at, (codec, slot) in enumerate(entries):
        octets += bytes((codec, 0, slot | (0x80 if at == len(entries) - 1 else 0)))
    return nwk.CODEC_LIST, octets


def service(wide):
    return nwk.octet(nwk.BASIC_SERVICE, WIDE_SPEECH if wide else SPEECH)


def cipher_info():
    """CIPHER-INFO: switch on DSC with the derived key, number 0 of IPUI and PARK (7.7.10)."""
    return nwk.CIPHER_INFO, b"\x81\x98"


def identity_type():
    """IDENTITY-TYPE: the IPUI of the portable part (7.7.19)."""
    return nwk.IDENTITY_TYPE, b"\x80\x80"


def info_types(message):
    """What an INFO-REQUEST asks for."""
    return [octet & 0x7F for octet in nwk.element(message, nwk.INFO_TYPE) or b""]


def display(text):
    """MULTI-DISPLAY: a cleared display with this text."""
    return nwk.DISPLAY, CLEAR + nwk.clipped(text, 48)


def tpui_of(message):
    """The TPUI of a message, or None."""
    for content in repeated(message, nwk.PORTABLE_IDENTITY):
        if len(content) == 5 and content[0] & 0x7F == 0x20 and content[1] == 0x80 | 20:
            return int.from_bytes(content[2:], "big") & 0xFFFFF
    return None


def text(words):
    """A text as IWU-TO-IWU elements."""
    octets = words.encode()
    return [(nwk.IWU_TO_IWU, bytes((USER_SPECIFIC,)) + octets[at:at + TEXT]) for at in range(0, len(octets), TEXT)]


def text_of(message):
    """The text of a message, or None if it has none."""
    pieces = [content[1:] for content in repeated(message, nwk.IWU_TO_IWU) if content and content[0] == USER_SPECIFIC]
    if not pieces:
        return None
    try:
        return b"".join(pieces).decode()
    except UnicodeError:
        return "".join([chr(octet) for octet in b"".join(pieces) if 0x20 <= octet < 0x7F])


def number_of(message, code):
    """The digits of CALLING- or CALLED-PARTY-NUMBER, as text; empty without one."""
    content = nwk.element(message, code) or b""
    at = 0
    while at < len(content) and not content[at] & 0x80:
        at += 1
    return "".join([chr(octet) for octet in content[at + 1:] if 0x20 < octet < 0x7F])
