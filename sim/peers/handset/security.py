"""Authentication as the handset computes it: EN 300 175-7, DSAA on vectors of eight octets.

Written from the algorithm's description as matrix steps, and shares nothing
with the firmware: each checks the other.
"""

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]

BOX = np.frombuffer(bytes.fromhex("""
b0686ff67de81685 397c7fde43f059a9 fb8032ae5f258cf5 946bd8ea8898c229 cf3a50961c0895f4 82370a562cff4fc4
60a5832130f8f328 fa9349344278bffc 61c6f1a71a53034d 86d304877e8fa0b7 31b3e70e2fcc69c3 c0d9c813dc8b0152
c148efaf73dd5c2e 1991df22d53d0da3 58813efd6244242d b68d5a0517be2754 5d9dd6ad6ced64ce f2723fd446a410a2
3b89974c6e7499e4 e3bbee7000bd6520 0f7ae99e9bc7b563 e6aae18ac507061e 5e1d3538771411e2 b984189f2acbdaf7
a6b2667bb19c6d6a f9fecac9a841bc79 dbb867baac36ab92 4bd7e59a76cd151f 4e4a57711b550951 330cb48e2be0d05b
4775454002d13cec 23eb0bd2a1902612"""), np.uint8)


def _mixer(distance: int) -> "NDArray[np.uint8]":
    """Rows of a layer: two of oneself, or three for the upper one of a pair, and one of the partner."""
    own = np.where(np.arange(8) & distance, 3, 2)
    return (np.diag(own) + np.eye(8, dtype=int)[np.arange(8) ^ distance]).astype(np.uint8)


MIXERS = [_mixer(distance) for distance in (4, 2, 1)] * 2


def _sources(start: int, step: int) -> "NDArray[np.intp]":
    """Which bit ends up at each place."""
    return np.argsort((start + step * np.arange(64)) % 64)


INNER = (_sources(46, 35), _sources(25, 47))
OUTER = (_sources(60, 27), _sources(55, 39))


def _layers(sources: "NDArray[np.intp]", text: Octets, state: Octets) -> Octets:
    bits = np.unpackbits(text, bitorder="little")
    for mixer in MIXERS:
        bits = bits[sources]
        state = mixer @ BOX[state ^ np.packbits(bits, bitorder="little")]
    return state


def cassable(key: bytes, value: bytes) -> bytes:
    """DSAA: 16 octets from a key of 16 and a value of 8."""
    k = np.frombuffer(key, np.uint8)[::-1]
    left = np.frombuffer(value, np.uint8)[::-1]
    for place, (for_key, for_value) in ((np.r_[4:12], INNER), (np.r_[0:4, 12:16], OUTER)):
        right = _layers(for_value, _layers(for_key, left, k[place]), left)
        if place[0] == 4:
            middle = left = right
    return np.concatenate((right[4:][::-1], middle[::-1], right[:4][::-1])).tobytes()


def code_key(digits: str) -> bytes:
    """K of an authentication code as the user types it; ValueError if that is not 1 to 8 digits."""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 8):
        raise ValueError(f"{digits}: an authentication code has 1 to 8 digits")
    return bytes.fromhex(digits.rjust(8, "f")) * 4


def answer(key: bytes, rs: bytes, rand: bytes) -> bytes:
    """RES1, for the base."""
    return cassable(cassable(key, rs), rand)[-4:]


def cipher_key(key: bytes, rs: bytes, rand: bytes) -> bytes:
    """DCK of the same run."""
    return cassable(cassable(key, rs), rand)[4:12]


def base_key(key: bytes, rs: bytes) -> bytes:
    """KS', which key allocation makes the UAK."""
    return (np.frombuffer(cassable(key, rs), np.uint8) ^ 0xAA).tobytes()


def base_answer(key: bytes, rs: bytes, rand: bytes) -> bytes:
    """RES2, which only a base that has the key can give."""
    return cassable(base_key(key, rs), rand)[-4:]
