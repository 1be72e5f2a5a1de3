"""A radio as its master sees it."""

from firmware.dect.airsync import KEPT, USABLE
from firmware.dect.between import Access, Gone, Moved, Segment
from firmware.dect.bursts import LOST_HANDSHAKE, LOST_SIGNAL
from firmware.dect.synctree import Node

COUNTED = ("calls", "handovers", "moves", "failures", "lost")
"""Connections set up, handed over from another radio, moved to another bearer; those that ended before the handset had
said anything, and those that fell silent."""


class Radio:
    """`number` as `To` has it; `facts` is what it says of itself (trunk_codec.Facts); `peer` is its trunk session, None
    for the radio of this board; `state` is its last report, None before the first; `links` are its connections."""

    def __init__(self, number, rpn, rfpi, facts, host, peer):
        self.number, self.rpn, self.rfpi = number, rpn, rfpi
        self.facts, self.host, self.peer = facts, host, peer
        self.state = self.sync = None
        self.links: list = []
        self.counts = {name: 0 for name in COUNTED}
        self._mute: list = []

    def title(self):
        return "{} {}".format(self.rfpi.hex(), self.facts.name or self.facts.title)

    def count(self, report):
        """Keep the books of its connections."""
        if isinstance(report, Access) and report.link not in self.links:
            self.links.append(report.link)
            self._mute.append(report.link)
            self.counts["handovers" if report.kind == "handover" else "calls"] += 1
        elif isinstance(report, Moved):
            self.counts["moves"] += 1
        elif isinstance(report, Segment) and report.link in self._mute:
            self._mute.remove(report.link)
        elif isinstance(report, Gone) and report.link in self.links:
            self._gone(report)

    def _gone(self, gone):
        self.links.remove(gone.link)
        if gone.link in self._mute:
            self._mute.remove(gone.link)
            self.counts["failures"] += 1
        elif gone.reason in (LOST_SIGNAL, LOST_HANDSHAKE):
            self.counts["lost"] += 1

    def node(self, region):
        """Itself in the tree of synchronisation; `region` where its options name none."""
        wishes, state = self.facts.wishes, self.state
        heard, follows = {}, None
        if state is not None:
            heard = {rfpi: (rssi, fer) for rfpi, rssi, fer in state.neighbours}
            if state.source is not None and state.sync in ("synchronized", "coasting"):
                follows = state.source
                heard[follows] = (state.rssi, state.fer if state.sync == "synchronized" else 100)
        return Node(self.rpn, self.rfpi, state is None or state.sync != "off",
                    region if wishes.region is None else wishes.region, wishes.lead, wishes.source, wishes.alternative,
                    follows, heard)


def shape(state):
    """What of a State can change the tree; a level alone does not."""
    if state is None:
        return None
    heard = sorted([(rfpi, fer > USABLE) for rfpi, _, fer in state.neighbours])
    return state.running, state.sync, state.source, state.fer is not None and state.fer >= KEPT, heard
