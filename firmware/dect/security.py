"""Keys and answers of DECT authentication: EN 300 175-7, with the DECT standard authentication algorithm (DSAA).

Keys are 16 octets, RS and RAND 8, RES 4, the cipher key DCK 8. The processes
keep the names of the standard: B1 makes K (4.4.3), A11 and A12 answer
for the handset (4.4.1), A21 and A22 for the base (4.4.2).
"""

from binascii import unhexlify

S_BOX = unhexlify(
    "b0686ff67de81685397c7fde43f059a9fb8032ae5f258cf5946bd8ea8898c229cf3a50961c0895f482370a562cff4fc4"
    "60a5832130f8f328fa9349344278bffc61c6f1a71a53034d86d304877e8fa0b731b3e70e2fcc69c3c0d9c813dc8b0152"
    "c148efaf73dd5c2e1991df22d53d0da358813efd6244242db68d5a0517be27545d9dd6ad6ced64cef2723fd446a410a2"
    "3b89974c6e7499e4e3bbee7000bd65200f7ae99e9bc7b563e6aae18ac507061e5e1d3538771411e2b984189f2acbdaf7"
    "a6b2667bb19c6d6af9fecac9a841bc79dbb867baac36ab924bd7e59a76cd151f4e4a57711b550951330cb48e2be0d05b"
    "4775454002d13cec23eb0bd2a1902612")

AC_DIGITS = 8
KEY, RANDOM = 16, 8
"""Lengths in octets, of RAND and RS the second."""

FIRST, SECOND = ((46, 35), (25, 47)), ((60, 27), (55, 39))
"""Start and step of the bit permutations of both halves, for key and value."""


def authentication_code(digits):
    """AC, four octets: up to eight decimal digits in BCD behind a fill of ones; ValueError for anything else."""
    if not 0 < len(digits) <= AC_DIGITS or any([digit not in "0123456789" for digit in digits]):
        raise ValueError("1 to {} digits".format(AC_DIGITS))
    return unhexlify("f" * (AC_DIGITS - len(digits)) + digits)


def b1(value):
    """K from an AC or a UAK: repeated until it has 128 bits."""
    return (value * KEY)[:KEY]


def a11(key, rs):
    """Session key KS for the authentication of the handset."""
    return dsaa(key, rs)


def a12(session, rand_f):
    """(DCK, RES1): the cipher key, and the handset's answer to the base's number."""
    e = dsaa(session, rand_f)
    return e[4:12], e[12:]


def a21(key, rs):
    """Session key KS' for the authentication of the base; on the air it also becomes the UAK (13.6 of part 5)."""
    return bytes([octet ^ 0xAA for octet in dsaa(key, rs)])


def a22(session, rand_p):
    """RES2: the base's answer to the handset's number."""
    return dsaa(session, rand_p)[12:]


def dsaa(key, value):
    """E, 16 octets, from a key of 16 and a value of 8."""
    k, r = _reversed(key), _reversed(value)
    a = _pair(r, k[4:12], FIRST)
    c = _pair(a, k[:4] + k[12:], SECOND)
    return _reversed(c[4:]) + _reversed(a) + _reversed(c[:4])


def _pair(value, key, steps):
    """The key is stirred with the value, then the value with the stirred key."""
    return _stir(steps[1], _stir(steps[0], value, key), value)


def _stir(step, text, state):
    """Three layers, twice: permute the bits of the text, substitute, mix octets that are 4, 2 and 1 apart."""
    bits = int.from_bytes(text, "little")
    for distance in (4, 2, 1, 4, 2, 1):
        bits = _permuted(bits, step)
        text = bits.to_bytes(8, "little")
        mixed = [S_BOX[state[j] ^ text[j]] for j in range(8)]
        state = bytes([mixed[j ^ distance] + (3 if j & distance else 2) * mixed[j] & 0xFF for j in range(8)])
    return state


def _permuted(bits, step):
    """Bit i goes to place start + i times step, modulo 64."""
    place, stride = step
    permuted = 0
    for i in range(64):
        permuted |= (bits >> i & 1) << place
        place = place + stride & 63
    return permuted


def _reversed(octets):
    return bytes([octets[at] for at in range(len(octets) - 1, -1, -1)])
