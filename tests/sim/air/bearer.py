"""Two stations that talk, without any firmware: what tests of the air look at."""

from sim.air import Air
from sim.time import Time

IDENTITY = bytes.fromhex("60102243a300")


class Mute:
    """A station that neither says nor hears anything by itself."""

    def heard(self, heard):
        pass

    def system_changed(self):
        pass


class Bearer:
    """Two ends, `apart` metres from one another, that say an identity in every frame."""

    def __init__(self, apart, seed=3, carrier=3):
        self.time = Time()
        self.air = Air(self.time, seed=seed)
        self.base, self.handset = Mute(), Mute()
        self.air.add(self.base, (0.0, 0.0), fixed=True)
        self.air.add(self.handset, (apart, 0.0), fixed=False)
        self.air.clock(self.handset).follow(self.base)
        self.ends = self.air.end(self.base, 4, carrier), self.air.end(self.handset, 16, carrier)
        for end in self.ends:
            end.cycle = [IDENTITY]
            end.expect = IDENTITY[1:]

    def run(self, frames, say=None):
        """`say(frame, slot)` gives a B-field."""
        for number in range(frames):
            for end in self.ends:
                end.put_b(say(number, end.slot) if say else bytes(40))
            self.time.run(self.time.now + 10_000)
