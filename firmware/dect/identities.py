"""Names of bases and handsets: EN 300 175-6.

Numbers are integers, widths are in bits. A printed identity ends in a check
digit, the sum of position times digit modulo 11, `*` standing for ten.
"""

from collections import namedtuple

ARI_BITS = (36, 31, 31, 31, 31)
"""Length of an access rights identity by its class, A to E: the first three bits name it (clause 5)."""

Ari = namedtuple("Ari", ("length", "value"))
ClassB = namedtuple("ClassB", ("eic", "fpn", "fps"))
"""Class B, for private multi-cell systems: equipment installer's code 16, fixed part number 8, subnumber 4."""

DIGITS = "0123456789*"

EMC_BITS, PSN_BITS = 16, 20
DEFAULT_TPUI = 0xE0000


def check_digit(digits):
    """The digit that belongs behind `digits`, a text of decimal digits."""
    total = 0
    for position, digit in enumerate(digits, 1):
        total += position * int(digit)
    return DIGITS[total % 11]


def checked(text, length=None):
    """The digits of a printed identity without their check digit; ValueError says what would be right."""
    body, given = text[:-1], text[-1:]
    if not body or not given or given not in DIGITS or body.strip(DIGITS[:-1]):
        raise ValueError("digits, the last of them a check digit (or *)")
    if length is not None and len(text) != length:
        raise ValueError("{} digits, not {}".format(length, len(text)))
    right = check_digit(body)
    if given != right:
        raise ValueError("check digit {} is wrong: {}{} would be right".format(given, body, right))
    return body


def parse_ari(text):
    """An `Ari` from the printed form of a SARI or PARK: its length (2 digits), octal digits, check digit."""
    body = checked(text)
    length, octal = int(body[:2]), body[2:]
    if len(octal) != (length + 2) // 3 or not 3 < length <= 36:
        raise ValueError("two digits of length, then one octal digit for every three bits of it")
    if "8" in octal or "9" in octal:
        raise ValueError("octal digits behind the first two")
    ari = Ari(length, int(octal, 8) >> (3 * len(octal) - length))
    if ari_class(ari) >= len(ARI_BITS) or ARI_BITS[ari_class(ari)] != length:
        raise ValueError("no identity of class A to E has {} bits that begin like this".format(length))
    return ari


def print_ari(ari):
    """The printed form of an `Ari`: octal, left-aligned."""
    count = (ari.length + 2) // 3
    digits = "%o" % (ari.value << (3 * count - ari.length))
    body = "{:02d}{}{}".format(ari.length, "0" * (count - len(digits)), digits)
    return body + check_digit(body)


def ari_class(ari):
    """0 for class A, 1 for B and so on: the access rights class, the identity's first three bits."""
    return ari.value >> (ari.length - 3)


def class_b(ari):
    """The parts of an identity of class B, or None for another class."""
    if ari_class(ari) != 1:
        return None
    return ClassB(ari.value >> 12 & 0xFFFF, ari.value >> 4 & 0xFF, ari.value & 15)


def rfpi(ari, rpn, sari=False):
    """The five octets of a radio fixed part's identity: E, PARI, RPN (clause 5.2); E says that SARIs are sent."""
    return ((1 << 39 if sari else 0) | ari.value << (39 - ari.length) | rpn).to_bytes(5, "big")


def fmid(identity):
    """The MAC's short name of a base: the low 12 bits of its RFPI."""
    return (identity[3] & 15) << 8 | identity[4]


def parse_ipei(text):
    """The 36 bits of a handset's equipment identity from its 13 printed digits."""
    body = checked(text, 13)
    emc, psn = int(body[:5]), int(body[5:])
    if emc >> EMC_BITS or psn >> PSN_BITS:
        raise ValueError("at most 65535 in the first five digits and 1048575 in the next seven")
    return emc << PSN_BITS | psn


def print_ipei(ipei):
    body = "{:05d}{:07d}".format(ipei >> PSN_BITS, ipei & (1 << PSN_BITS) - 1)
    return body + check_digit(body)


def default_tpui(ipei):
    """The individual TPUI that a handset uses until it is assigned one, and its PMID (clause 6.3.1)."""
    return DEFAULT_TPUI | (ipei & 0xFFFF)


def ipui_n(ipei):
    """IPUI of type N, the residential default: type nibble 0, then the IPEI; five octets."""
    return ipei.to_bytes(5, "big")


def print_ipui(ipui):
    """Any IPUI for a log: an IPEI as it is printed, a private number (type O) in decimals, others in hexadecimal."""
    ipei = ipei_of(ipui)
    if ipei is not None:
        return print_ipei(ipei)
    value = int.from_bytes(ipui, "big") & ((1 << 8 * len(ipui)) - 1 >> 4)
    kind = ipui[0] >> 4 if ipui else 0
    return "IPUI O {}".format(value) if kind == 1 else "IPUI type {} {:x}".format(kind, value)


def ipei_of(ipui):
    """The IPEI in an IPUI of type N, or None for another type or length."""
    if len(ipui) != 5 or ipui[0] >> 4:
        return None
    return int.from_bytes(ipui, "big")
