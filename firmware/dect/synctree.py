"""Who takes the time from whom: the tree of air synchronisation, chosen by the master (dect.md 1, "Air sync").

In each region one radio leads, the others hang below it: with the fewest hops, then
the strongest source. Who has a good source keeps it. A source is always higher in the tree than who
follows it, by hops and then by RPN, so that no chain of sources and alternatives closes.
"""

from collections import namedtuple

from firmware.dect.airsync import KEPT, USABLE, system_of
from firmware.dect.between import Sync

STRONGER = 6
"""dB that a source has to be better by to replace one that is good: the resolution of an RSSI."""

CHAIN = 8
"""Hops from the leader at most: our choice, as another vendor caps it."""

LAST_REGION = 249

Node = namedtuple("Node", (
    "rpn", "rfpi", "running", "region", "lead", "source", "alternative", "follows", "heard"))
"""A radio: `running` if it has joined; `lead`: whether it may be a region's sync master; `source` and `alternative` are
the RFPIs that an option pins; `follows` is whom it follows now; `heard` maps RFPIs to (RSSI, FER)."""

Place = namedtuple("Place", ("sync", "hop", "role"))
"""`hop` None for a radio that hears nobody of its region; `role` "master" or "slave"."""


class Tree:
    """`places` maps RPNs to `Place`; `assign` makes it anew and keeps what is still good."""

    def __init__(self):
        self.places: dict = {}
        self.leaders: dict = {}

    def assign(self, nodes):
        nodes = sorted([node for node in nodes if node.running], key=_by_rpn)
        regions: list = []
        for node in nodes:
            if node.region not in regions:
                regions.append(node.region)
        places: dict = {}
        leaders: dict = {}
        for region in sorted(regions):
            inside = [node for node in nodes if node.region == region]
            leader = self._leader(region, inside)
            leaders[region] = None if leader is None else leader.rpn
            places.update(_region(inside, leader))
            if leader is not None:
                places[leader.rpn] = _leading(leader, nodes, places, region, len(nodes))
        self.places, self.leaders = places, leaders
        return places

    def _leader(self, region, inside):
        """Whoever leads already, else the lowest RPN that may."""
        able = [node for node in inside if node.lead]
        for node in able:
            if node.rpn == self.leaders.get(region):
                return node
        return able[0] if able else None


def _by_rpn(node):
    return node.rpn


def _leading(leader, nodes, places, region, count):
    """A lone radio needs no synchronisation. Between regions the higher number may follow the lower: never a ring.
    An option may name a base of another master as the reference; that those do not close a ring is its user's care."""
    stranger = leader.source is not None and system_of(leader.source) != system_of(leader.rfpi)
    if count == 1 and not stranger:
        return Place(Sync(None, None, None), 0, "master")
    if stranger:
        heard = leader.heard.get(leader.source)
        good = heard is not None and usable(leader, leader.source, heard[1])
        return Place(Sync(leader.source if good else None, None, region), 0, "master")
    below = [node for node in nodes if node.region < region and node.rpn in places]
    reference = _best([(node, leader.heard[node.rfpi]) for node in below if node.rfpi in leader.heard], leader, places)
    return Place(Sync(None if reference is None else reference.rfpi, None, region), 0, "master")


def _best(candidates, node, places):
    """Of (node, (RSSI, FER)) the one with the fewest hops, then the strongest that is usable."""
    best = None
    for other, (rssi, fer) in candidates:
        place = places.get(other.rpn)
        if not usable(node, other.rfpi, fer) or place is None or place.hop is None:
            continue
        rank = (place.hop, -rssi, other.rpn)
        if best is None or rank < best[0]:
            best = (rank, other)
    return None if best is None else best[1]


def usable(node, rfpi, fer):
    """A source that is followed already may be worse than a new one before it is given up."""
    return fer < KEPT if node.follows == rfpi else fer <= USABLE


def _region(inside, leader):
    """The tree below a leader, hop by hop."""
    places = {}
    if leader is not None:
        places[leader.rpn] = Place(None, 0, "master")
    for hop in range(1, CHAIN + 1):
        for node in _next(inside, places, hop):
            places[node.rpn] = Place(None, hop, "slave")
    for node in inside:
        if node is not leader:
            places[node.rpn] = _slave(node, inside, places, leader)
    return places


def _next(inside, places, hop):
    """Radios without a place that hear one of the hop above."""
    above = [node for node in inside if node.rpn in places and places[node.rpn].hop == hop - 1]
    found = []
    for node in inside:
        if node.rpn not in places and [one for one in above if _hears(node, one)]:
            found.append(node)
    return found


def _hears(node, other):
    """Whether `node` may follow `other`: it hears it, and its options do not pin it to somebody else."""
    if other.rfpi not in node.heard or not usable(node, other.rfpi, node.heard[other.rfpi][1]):
        return False
    return node.source is None or other.rfpi in (node.source, node.alternative)


def _slave(node, inside, places, leader):
    """Source and alternative of a radio; with nobody to hear it searches for the leader."""
    own = places.get(node.rpn)
    if own is None:
        wanted = node.source or (leader.rfpi if leader is not None else None)
        region = node.region
        return Place(Sync(wanted or node.rfpi, node.alternative, region), None, "slave")
    sources = [one for one in inside if one.rpn in places and places[one.rpn].hop == own.hop - 1 and _hears(node, one)]
    source = _source(node, sources)
    spare = [(one, node.heard[one.rfpi]) for one in inside if one is not source and one is not node
             and one.rpn in places and _above(one, node, places) and _hears(node, one)]
    alternative = _best(spare, node, places)
    return Place(Sync(source.rfpi, None if alternative is None else alternative.rfpi, node.region), own.hop, "slave")


def _source(node, sources):
    """The pinned one, else the one that is followed unless another is clearly stronger."""
    best, now = sources[0], None
    for one in sources:
        if one.rfpi == node.source:
            return one
        if one.rfpi == node.follows:
            now = one
        if node.heard[one.rfpi][0] > node.heard[best.rfpi][0]:
            best = one
    if now is not None and node.heard[best.rfpi][0] < node.heard[now.rfpi][0] + STRONGER:
        return now
    return best


def _above(one, node, places):
    """Whether `one` is before `node` in the order that keeps sources and alternatives from closing a ring."""
    hop, own = places[one.rpn].hop, places[node.rpn].hop
    return hop is not None and (hop, one.rpn) < (own, node.rpn)
