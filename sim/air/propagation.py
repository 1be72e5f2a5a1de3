"""What is left of a signal on its way: distance, walls and floors, and the shadows of what no plan shows.

loss = 38 dB + 10 exponent log10(d / m) + obstacles + shadowing, the same in both directions. 38 dB is free space
at one metre (1.9 GHz). Where a plan names the walls the exponent is that of free space, 2; without a plan walls
are part of the exponent, 3. There is no fast fading: bases have two antennas against it.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.air.plan import HEIGHT, Places, Plan, as_places, ordered, stepped

AT_ONE_METRE = 38.0
FREE_SPACE, INDOORS = 2.0, 3.0
"""Exponents: 20 and 30 dB for each factor of ten in distance."""

CORRELATION = 8.0
"""Metres over which shadowing stays about the same: a handset that walks this far meets another (correlation 0.6)."""

STOREY = 3 * CORRELATION
"""What one floor counts in that: shadows of one floor have nothing to do with those of the next."""

WAVES = 64
"""Of which the shadows are made up."""


def path_loss(metres: ArrayLike, exponent: float = INDOORS) -> NDArray[np.float64]:
    """dB over a distance without obstacles; less than a metre counts as one."""
    return AT_ONE_METRE + 10.0 * exponent * np.log10(np.maximum(np.asarray(metres, np.float64), 1.0))


class Propagation:
    """The losses between places: rows of x and y in metres and a floor (see sim.air.plan).

    `shadowing` is the standard deviation in dB of what a building adds that nobody drew (6 to 8 are measured); `seed`
    draws the shadows. The same two places always have the same loss, places beside them nearly the same.
    """

    def __init__(self, plan: "Plan | None" = None, seed: int = 1, exponent: "float | None" = None,
                 shadowing: float = 0.0):
        self.plan = plan
        self.exponent = exponent or (INDOORS if plan is None else FREE_SPACE)
        self.shadows = Shadows(seed, shadowing) if shadowing else None

    def loss(self, receivers: ArrayLike, senders: ArrayLike) -> NDArray[np.float64]:
        """dB between each of n and each of m places: [n, m]."""
        there, here = as_places(receivers), as_places(senders)
        total = path_loss(distance(there, here, self.plan.height if self.plan else HEIGHT), self.exponent)
        if self.plan is not None:
            total += self.plan.losses(there, here)
        if self.shadows is not None:
            total += self.shadows.between(there, here)
        return stepped(total)


def distance(there: Places, here: Places, height: float = HEIGHT) -> NDArray[np.float64]:
    """Metres between each of n and each of m places."""
    one, other = ordered(there, here)
    apart = (other - one) * (1.0, 1.0, height)
    return np.sqrt((apart ** 2).sum(axis=2))


class Shadows:
    """A random field over pairs of places: normal, smooth over `CORRELATION` metres, the same both ways.

    It is a sum of plane waves over the six coordinates of a pair, which matrices of cosines and sines give for
    all pairs at once. Two stations side by side have nothing between them, so their shadow goes to nought.
    """

    def __init__(self, seed: int, deviation: float):
        random = np.random.default_rng([seed, 0x5AD0])
        scale = np.array([[CORRELATION], [CORRELATION], [CORRELATION / STOREY]])
        self._waves = np.hstack(random.standard_normal((2, 3, WAVES)) / scale)
        self._phases = np.concatenate((random.uniform(0.0, 2.0 * np.pi, WAVES), np.zeros(WAVES)))
        self._size = deviation / np.sqrt(WAVES)
        self._last: "tuple[Places, NDArray[np.float64]] | None" = None

    def between(self, there: Places, here: Places) -> NDArray[np.float64]:
        one, other = self._turns(there), self._kept(here)
        # Not by `@`: threads of a BLAS cost more than they bring here.
        field = np.einsum("ik,jk->ij", one[0], other[1]) + np.einsum("ik,jk->ij", one[1], other[0])
        apart = distance(there, here, STOREY)
        # How much the two ways have in common, and with it the variance of their sum: 2 (1 + common).
        common = np.exp(-(apart / CORRELATION) ** 2)
        return self._size * field * np.sqrt((1.0 - common) / (1.0 + common))

    def _turns(self, places: Places) -> NDArray[np.float64]:
        """Cosines and sines of each place as the first and as the second of a pair: [2, n, 2 WAVES].

        cos(a + b) is the product of (cos a, sin a) and (cos b, -sin b).
        """
        angle = places @ self._waves + self._phases
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.stack((np.hstack((cosine[:, :WAVES], sine[:, :WAVES])),
                         np.hstack((cosine[:, WAVES:], -sine[:, WAVES:]))))

    def _kept(self, places: Places) -> NDArray[np.float64]:
        """The same, from the last time for all who have not moved: mostly everybody but one."""
        if self._last is None or len(self._last[0]) != len(places):
            self._last = places.copy(), self._turns(places)
        known, turns = self._last
        moved = np.nonzero((known != places).any(axis=1))[0]
        if len(moved):
            known[moved] = places[moved]
            turns[:, moved] = self._turns(places[moved])
        return turns
