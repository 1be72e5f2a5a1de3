"""When a handset changes its channel or its base: all of it is our choice, and stands here.

EN 300 175-3 10.6 leaves to the handset when it hands over; only it begins one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sim.peers.handset.lock import Found


class Rule(NamedTuple):
    """Levels in dBm, differences in dB, `bad` A-fields and `torn` B-fields in 100 frames, `silent` frames without a
    good A-field.

    A call looks at its own bearer every `every` microseconds, at other bases every `survey` or when its own
    is bad; it tries again `rest` after an attempt (T202), and never comes back sooner.
    """

    weak: float = -70.0
    better: float = 8.0
    little: float = 3.0
    bad: int = 8
    torn: int = 16
    silent: int = 10
    every: int = 100_000
    survey: int = 500_000
    rest: int = 3_000_000
    idle_better: float = 8.0
    idle_weak: float = -80.0


RULE = Rule()


class Quality(NamedTuple):
    """Of the bearer in use. `invited`: the base has set Q1, it hears us badly."""

    rssi: float
    bad: int
    silent: int
    invited: bool = False
    torn: int = 0


class Decision(NamedTuple):
    """`to` None: another channel of the same base."""

    to: "Found | None"
    why: str


def disturbed(own: Quality, rule: Rule = RULE) -> bool:
    return own.bad >= rule.bad or own.torn >= rule.torn or own.silent >= rule.silent or own.invited


def decide(own: Quality, others: "Sequence[Found]", external: bool, rule: Rule = RULE) -> "Decision | None":
    """What to do in a call. `others` are the other bases of the system, strongest first, `external` whether
    base and handset can hand a connection over from base to base (CAP-N.1)."""
    best = others[0] if others and external else None
    bad = disturbed(own, rule)
    if best is not None and best.rssi >= own.rssi + rule.better and (bad or own.rssi <= rule.weak):
        return Decision(best, "stronger base")
    if bad and own.rssi <= rule.weak and best is not None and best.rssi >= own.rssi + rule.little:
        return Decision(best, "weak")
    return Decision(None, "disturbed") if bad else None


def roam(own: "Found | None", others: "Sequence[Found]", rule: Rule = RULE) -> "Found | None":
    """The base to be locked to while idle: the present one unless another is clearly stronger, or it is about to
    be lost."""
    best = others[0] if others else None
    if own is None or best is None:
        return own if best is None else best
    margin = rule.idle_better if own.rssi > rule.idle_weak else rule.little
    return best if best.rssi >= own.rssi + margin else own
