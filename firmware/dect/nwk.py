"""Messages of the network layer, octet by octet: EN 300 175-5 6 and 7.

`decode` takes whatever a handset sends and never raises: it keeps the elements
that are whole and stops at the first that is not. Codes are of 7.4 and 7.6.
"""

from collections import namedtuple

from firmware.dect import identities

LCE, CC, MM, CLMS = 0, 3, 5, 6

ALERTING, CALL_PROC, SETUP, CONNECT, SETUP_ACK, CONNECT_ACK = 0x01, 0x02, 0x05, 0x07, 0x0D, 0x0F
SERVICE_CHANGE, SERVICE_ACCEPT, SERVICE_REJECT = 0x20, 0x21, 0x23
RELEASE, RELEASE_COM, INFO = 0x4D, 0x5A, 0x7B
AUTH_REQUEST, AUTH_REPLY, KEY_ALLOCATE, AUTH_REJECT = 0x40, 0x41, 0x42, 0x43
ACCESS_RIGHTS_REQUEST, ACCESS_RIGHTS_ACCEPT, ACCESS_RIGHTS_REJECT = 0x44, 0x45, 0x47
TERMINATE_REQUEST, TERMINATE_ACCEPT, TERMINATE_REJECT = 0x48, 0x49, 0x4B
CIPHER_REQUEST, CIPHER_SUGGEST, CIPHER_REJECT = 0x4C, 0x4E, 0x4F
INFO_REQUEST, INFO_ACCEPT, INFO_SUGGEST, INFO_REJECT = 0x50, 0x51, 0x52, 0x53
LOCATE_REQUEST, LOCATE_ACCEPT, DETACH, LOCATE_REJECT = 0x54, 0x55, 0x56, 0x57
IDENTITY_REQUEST, IDENTITY_REPLY = 0x58, 0x59
TEMPORARY_ACK, TEMPORARY_REJECT = 0x5D, 0x5F
PAGE_RESPONSE, PAGE_REJECT = 0x71, 0x72
VARIABLE = 0x01
"""CLMS-VARIABLE (7.4.5): EN 300 175-5 has no more of CLMS for one handset."""

INFO_TYPE, IDENTITY_TYPE, CIPHER_INFO, DISPLAY = 0x01, 0x02, 0x19, 0x28
PORTABLE_IDENTITY, FIXED_IDENTITY, LOCATION_AREA = 0x05, 0x06, 0x07
AUTH_TYPE, ALLOCATION, RAND, RES, RS = 0x0A, 0x0B, 0x0C, 0x0D, 0x0E
MULTI_KEYPAD, REJECT_REASON = 0x2C, 0x60
TERMINAL_CAPABILITY, CALLING_NUMBER, CALLING_NAME, CALLED_NUMBER = 0x63, 0x6C, 0x6D, 0x70
IWU_TO_IWU, MODEL, CODEC_LIST = 0x77, 0x78, 0x7C
BASIC_SERVICE, RELEASE_REASON, SIGNAL, KEYPAD = 0xE0, 0xE2, 0xE4, 0xE9

DIAL_TONE, RING_BACK, BUSY_TONE, WAITING_TONE, TONES_OFF, RING = 0x00, 0x01, 0x04, 0x07, 0x3F, 0x40
"""Values of SIGNAL (7.6.8)."""

NORMAL, TIMER_EXPIRY, NOT_IN_RANGE, USER_UNKNOWN, USER_BUSY = 0x00, 0x0D, 0x11, 0x12, 0x14
USER_REJECTION, NO_RESOURCES, UNKNOWN, NOT_AUTHENTIC = 0x15, 0x32, 0x0F, 0x09
"""Values of RELEASE-REASON (7.6.7)."""

IPUI_UNKNOWN, IPEI_NOT_ACCEPTED, IPUI_NOT_ACCEPTED, AUTH_FAILED, NO_MEMORY = 0x02, 0x05, 0x06, 0x10, 0x2F
NO_KEY, NO_CIPHER, INCOMPATIBLE, OVERLOAD = 0x13, 0x17, 0x20, 0x30
"""Values of REJECT-REASON (7.7.34)."""

DSAA = 0x01
UAK_TYPE, AC_TYPE, PAIR = 0x1, 0x4, 0x8
"""Of AUTH-TYPE (7.7.4): the algorithm, the kinds of key, and key number 0 of the pair of IPUI and PARK."""

RECALL = "\x15"
"""The key R in a keypad element (annex D)."""

ELEMENTS, OCTETS = 32, 1024
"""The most that is read of one message."""

Message = namedtuple("Message", ("answer", "transaction", "protocol", "type", "elements"))
"""`answer`: sent to the side that began the transaction (bit F); `elements`: (code, octets) in order."""


def encode(message):
    octets = bytes(((0x80 if message.answer else 0) | message.transaction << 4 | message.protocol, message.type))
    for code, content in message.elements:
        if code & 0xF0 == 0xE0:
            octets += bytes((code,)) + content
        elif code & 0x80:
            octets += bytes((code,))
        else:
            octets += bytes((code, len(content))) + content
    return octets


def decode(octets):
    """A `Message`, or None if it has no header."""
    if len(octets) < 2:
        return None
    octets = octets[:OCTETS]
    elements: list = []
    at = 2
    while at < len(octets) and len(elements) < ELEMENTS:
        code = octets[at]
        start, end = _content(octets, at)
        if end > len(octets):
            break
        elements.append((code, octets[start:end]))
        at = end
    return Message(bool(octets[0] & 0x80), octets[0] >> 4 & 7, octets[0] & 15, octets[1], elements)


def _content(octets, at):
    code = octets[at]
    if code & 0xF0 == 0xE0:
        return at + 1, at + 2
    if code & 0x80:
        return at + 1, at + 1
    length = octets[at + 1] if at + 1 < len(octets) else len(octets)
    return at + 2, at + 2 + length


def element(message, code):
    """The content of the first such element, or None."""
    for one, content in message.elements:
        if one == code:
            return content
    return None


def portable_ipui(ipei):
    return PORTABLE_IDENTITY, b"\x80" + bytes((0x80 | 40,)) + identities.ipui_n(ipei)


def portable_tpui(tpui):
    """Four spare bits lead the TPUI's twenty: our choice, as ARIs have theirs in front."""
    return PORTABLE_IDENTITY, b"\xA0" + bytes((0x80 | 20,)) + tpui.to_bytes(3, "big")


def fixed_ari(ari):
    """One spare bit leads the identity (7.7.18)."""
    bits = ari.length + 1
    octets = (bits + 7) // 8
    return FIXED_IDENTITY, bytes((0x80, 0x80 | bits)) + (ari.value << (8 * octets - bits)).to_bytes(octets, "big")


def location_area(ari):
    """The area is as wide as the identity: all bases of the system (7.7.25)."""
    return LOCATION_AREA, bytes((0x40 | ari.length,))


def number(code, digits):
    """CALLING-PARTY-NUMBER (with presentation octet) or CALLED-PARTY-NUMBER; plan and type unknown (7.7.7, 7.7.9)."""
    kind = b"\x00\x80" if code == CALLING_NUMBER else b"\x80"
    return code, kind + digits.encode()[:32]


def name(text):
    """CALLING-PARTY-NAME, UTF-8, provided by the network (7.7.42)."""
    return CALLING_NAME, b"\x07" + clipped(text, 48)


def clipped(text, octets):
    """UTF-8 of at most so many octets, whole characters."""
    text = text[:octets]
    while len(text.encode()) > octets:
        text = text[:-1]
    return text.encode()


def auth_type(kind):
    """AUTH-TYPE: DSAA with a key of this kind; no ZAP, and the cipher key is not kept (7.7.4)."""
    return AUTH_TYPE, bytes((DSAA, kind << 4 | PAIR, 0))


def allocation():
    """ALLOCATION-TYPE: a UAK for the pair of IPUI and PARK, out of AC number 0 of that pair (7.7.2)."""
    return ALLOCATION, bytes((DSAA, PAIR << 4 | PAIR))


def sized(message, code, length):
    """The content of the first such element if it has this length, or None."""
    content = element(message, code)
    return content if content is not None and len(content) == length else None


def octet(code, value):
    return code, bytes((value,))


def ipui_of(message):
    """The octets of the first portable identity of type IPUI that is whole, or None."""
    for code, content in message.elements:
        if code == PORTABLE_IDENTITY and len(content) > 2 and not content[0] & 0x7F:
            bits = content[1] & 0x7F
            return content[2:] if (bits + 7) // 8 == len(content) - 2 else None
    return None


def ipei_of(message):
    """Whom a message is from: the IPEI in its IPUI of type N, or None."""
    ipui = ipui_of(message)
    return None if ipui is None else identities.ipei_of(ipui)


def digits_of(message):
    """All that the user keyed, from keypad elements and a called number, as text."""
    keyed = b""
    for code, content in message.elements:
        if code in (KEYPAD, MULTI_KEYPAD):
            keyed += content
        elif code == CALLED_NUMBER and content:
            keyed += content[1:]
    return "".join([chr(one) for one in keyed if 0x20 < one < 0x7F or one == 0x15])
