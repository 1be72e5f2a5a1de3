"""The simulated DECT handset."""

from sim.peers.handset.audio import Audio
from sim.peers.handset.handset import Event, Handset, Status

__all__ = ["Audio", "Event", "Handset", "Status"]
