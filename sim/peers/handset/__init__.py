"""The simulated DECT handset."""

from sim.peers.handset.audio import Audio
from sim.peers.handset.handset import DEFAULT_AC, Event, Handset, Status

__all__ = ["DEFAULT_AC", "Audio", "Event", "Handset", "Status"]
