"""Deployment mode: whether a base that is carried about hears another well enough to synchronise with it.

Article 31 names three states and their blinking; the limits are our choice, that
of the level being where planning tools turn yellow (Ascom TD 92579).
"""

from firmware.dect.airsync import USABLE, system_of

LEVEL, ERRORS = -83, 10
"""dBm at least, and bad A-fields in 100 below, of good synchronisation."""


def quality(neighbours, rfpi):
    """"good", "bad" or "none", by the best source; bases of other systems do not count once we know our own."""
    found = "none"
    for one in neighbours:
        if one.fer > USABLE or (rfpi is not None and system_of(one.rfpi) != system_of(rfpi)):
            continue
        if one.rssi >= LEVEL and one.fer < ERRORS:
            return "good"
        found = "bad"
    return found
