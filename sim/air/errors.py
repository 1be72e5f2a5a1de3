"""Bit errors: how many at which ratio of signal to noise and interference, and where.

GFSK with BT 0.5 behind a discriminator: BER = 0.5 exp(-k S / (N + I)). One figure sets k: DECT receivers are
specified for one wrong bit in a thousand both at the sensitivity and 10 to 11 dB above an interferer on the same
carrier (EN 300 175-2 6.2, 6.4), so noise counts as an interferer of -93.5 dBm.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.air.bits import Octets
from sim.air.frames import CARRIERS

SENSITIVITY = -83.0
"""dBm at which one bit in a thousand is wrong (175-2 6.2)."""

THRESHOLD = 10.5
"""dB above noise and interference at which one bit in a thousand is wrong (6.4: -73 dBm against -83 to -84)."""

NOISE = SENSITIVITY - THRESHOLD
"""dBm in a receiver that hears nothing."""

FLOOR, CEILING = -93.0, -33.0
"""dBm at both ends of a receiver's scale; below the first it notices nothing."""

_EXPONENT = np.log(0.5 / 1e-3)

SELECTIVITY = (0.0, 23.5, 44.5, 50.5)
"""dB by which an interferer 0, 1, 2, 3 or more carriers away may be louder than one on the same carrier (6.4:
-83.5, -60, -39 and -33 dBm beside a signal of -73). What a transmitter may leak into those carriers (5.5: 32, 54,
65 dB below its power) is less, and part of what is measured there."""


def ber(ratio: ArrayLike) -> NDArray[np.float64]:
    """The share of wrong bits at so many dB of signal over noise and interference: 0.5 where there is no signal."""
    power = 10.0 ** ((np.asarray(ratio, np.float64) - THRESHOLD) / 10.0)
    return 0.5 * np.exp(-_EXPONENT * power)


def ratio(level: ArrayLike, interference: ArrayLike = 0.0) -> NDArray[np.float64]:
    """dB of a signal in dBm over noise and an interference in milliwatts."""
    return np.asarray(level, np.float64) - 10.0 * np.log10(milliwatts(NOISE) + np.asarray(interference, np.float64))


def milliwatts(level: ArrayLike) -> NDArray[np.float64]:
    return 10.0 ** (np.asarray(level, np.float64) / 10.0)


LEAK = milliwatts(-np.array([SELECTIVITY[min(apart, 3)] for apart in range(CARRIERS)]))
"""By carriers apart: the share of an interferer's power (in milliwatts) that counts."""


def flip(octets: Octets, start: ArrayLike, stop: ArrayLike, share: ArrayLike,
         random: np.random.Generator) -> NDArray[np.int64]:
    """Turn each of the bits `start` .. `stop` - 1 of each row over with the probability `share`, in place.

    The three are a number for all rows, or one a row. Gives how many bits of each row are wrong now. What is drawn
    depends on nothing but the arguments and the generator.
    """
    rows, width = octets.shape[0], 8 * octets.shape[1]
    first = np.broadcast_to(np.clip(start, 0, width), rows).astype(np.int64)
    length = np.maximum(np.broadcast_to(np.clip(stop, 0, width), rows).astype(np.int64) - first, 0)
    wrong = random.binomial(length, np.clip(np.broadcast_to(share, rows), 0.0, 1.0))
    hit = np.nonzero(wrong)[0]
    if len(hit):
        octets[hit] ^= _scattered(first[hit], length[hit], wrong[hit], width, random)
    return wrong


def _scattered(first, length, wrong, width: int, random: np.random.Generator) -> Octets:
    """Rows with `wrong` ones in places drawn from `length` bits behind `first`."""
    at = np.arange(width)
    inside = (at >= first[:, None]) & (at < (first + length)[:, None])
    drawn = np.where(inside, random.random(inside.shape), 2.0)
    limit = np.take_along_axis(np.sort(drawn, axis=1), wrong[:, None] - 1, axis=1)
    return np.packbits(drawn <= limit, axis=1)
