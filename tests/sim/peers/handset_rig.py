"""A handset and bases that do what tests want, on one clock."""

import numpy as np

from sim.air import Air
from sim.peers.handset import Audio, Handset
from sim.peers.handset.codec import Message
from sim.time import Time
from tests.sim.peers.handset_base import Base

SARI, IPEI = "31100422072149", "0466003541858"
IPUI = bytes.fromhex("0123456789")
RFPI = bytes.fromhex("102243a300")
OTHER = bytes.fromhex("102243a301")
SECOND = 1_000_000
MM, CC, CLMS = 5, 3, 6
AREA_OF_SYSTEM = (0x07, bytes((0x40 | 31,)))


class Rig:
    def __init__(self, beacon=None, air_seed=1, audio=None, **options):
        self.time = Time()
        self.air = Air(self.time, seed=air_seed)
        self.base = Base(self.air)
        self.bases = [self.base]
        self.base.answers[MM, 0x54] = [Message(MM, 0x55, [AREA_OF_SYSTEM], True)]
        options.setdefault("ac", None)
        self.handset = Handset(self.air, self.time, IPEI, SARI,
                               audio=Audio(echo_loss_db=None) if audio is None else audio, **options)
        if beacon is not None:
            self.base.on_air(**beacon)

    def run(self, seconds):
        self.time.run(self.time.now + round(seconds * SECOND))

    def until(self, predicate, seconds=20):
        assert self.time.run_until(predicate, self.time.now + round(seconds * SECOND))

    def names(self):
        return [event.name for event in self.handset.events]

    def located(self):
        """Registered, and the link has gone."""
        self.until(lambda: self.handset.located)
        return self.freed()

    def freed(self):
        """The base ends the link."""
        self.base.release()
        self.until(lambda: self.handset.status.slot is None)
        self.base.hang()
        return self

    def dial(self, digits="201", connect=()):
        """A call from the handset that is up."""
        self.base.answers[CC, 5] = [Message(CC, 0x07, list(connect), True)]
        assert self.handset.dial(digits)
        self.until(lambda: self.handset.call == "talking")
        return self

    def ring(self, *elements):
        self.base.answers[0, 0x71] = [call_to(*elements)]
        self.base.page(0x6789)
        self.until(lambda: self.handset.call == "ringing")

    def feed(self, fields):
        """B-fields for the handset, one a frame, and those that it sends; from whatever leg there is."""
        waiting, sent = list(fields), []

        def frame():
            legs = [leg for base in self.bases for leg in base.legs]
            brought = [leg.end.take_b() for leg in legs]
            sent.append(next((one for one in brought if one is not None), None))
            data = waiting.pop(0) if waiting else None
            if data is not None:
                for leg in legs:
                    leg.end.put_b(data)

        self.air.on_frame(frame)
        return sent


def call_to(*elements):
    """The CC-SETUP of a call to the handset."""
    return Message(CC, 5, [(0x05, b"\x80\xA8" + IPUI), (0xE0, b"\x80"), *elements])


def tone(seconds, rate=8000, hertz=440.0):
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)
