"""Where the dummy bearer sends: the least disturbed pair of slots and carrier (EN 300 175-3 11.4.2).

`levels` is what hal.radio gives: a row of carriers for each of twelve pairs of slots, octets of dBm below zero.
"""

from firmware.dect.bearer import FRAME
from hal.radio import QUIET

BIN = 6
"""dB within which channels count as equally good."""

LOUD = 50
"""A channel above -50 dBm is not taken."""

RISE = 12
"""dB by which another channel must be better before the dummy bearer moves there."""

SLOTS = 12

CHECK = 12 * 256 * FRAME
"""The quality is due every 256 frames, but the list it is judged by is renewed once in T209 (30 s) only."""


def _bin(level):
    return (QUIET - min(level, QUIET)) // BIN


def _at(levels, carriers, slot, carrier):
    at = slot * carriers + carrier
    return levels[at] if at < len(levels) else QUIET


def best(levels, carriers, taken):
    """All (slot, carrier) in the quietest bin, in slots that are not taken; those above LOUD only if there are no
    others."""
    quietest = None
    found: list = []
    for slot in range(SLOTS):
        for carrier in range(carriers) if slot not in taken else ():
            level = _at(levels, carriers, slot, carrier)
            # Forbidden channels form one last bin of their own.
            rank = _bin(level) if level >= LOUD else _bin(0)
            if quietest is None or rank < quietest:
                quietest, found = rank, []
            if rank == quietest:
                found.append((slot, carrier))
    return found


def choose(levels, carriers, taken, draw):
    """(slot, carrier), by `draw(n)` below n among the best: bases that start together shall not all take the same."""
    found = best(levels, carriers, taken)
    return found[draw(len(found))] if found else (0, 0)


def disturbed(levels, carriers, slot, carrier, taken):
    """Whether the dummy bearer had better move."""
    found = best(levels, carriers, [one for one in taken if one != slot])
    if not found:
        return False
    better = _at(levels, carriers, found[0][0], found[0][1])
    return min(better, QUIET) - _at(levels, carriers, slot, carrier) >= RISE
