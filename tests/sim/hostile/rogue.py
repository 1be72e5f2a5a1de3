"""A station that follows no rules, and scripts of what it does.

A script is text, a step a line, so that what has once been found is kept in tests/fuzz/corpus/dect:

    ask SLOT FIELD          a burst where the base scans; what bearer the base gives is kept under that slot
    connect SLOT OCTETS     as a handset sets a bearer up: command and PMID
    handshake SLOT RFPI     what that bearer says when it has nothing else to say; empty: nothing
    say SLOT FIELD          six octets on it
    segment SLOT OCTETS     five octets of C_T, numbered as the base expects
    frame SLOT OCTETS       a data link frame as it stands
    message SLOT OCTETS     a network message in a frame whose numbers and checksum are right
    mute SLOT               the bearer is gone, without a word
    wait MILLISECONDS
"""

from pathlib import Path

from sim.peers.handset import codec, fields
from sim.peers.handset.codec import MOST, build_frame
from sim.peers.handset.dlc import signature
from tests.sim.hostile.stage import FMID, FRAME, RFPI

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus" / "dect"


def parse(text):
    """Steps of a script."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, *[int(one) for one in rest[:1]], *[bytes.fromhex(one) for one in rest[1:2]])
            for word, *rest in lines]


def printed(steps):
    return "\n".join(" ".join([word, str(first), *[one.hex() for one in rest]]) for word, first, *rest in steps)


def scripts(name):
    """Those of the corpus whose names begin so."""
    return sorted(path for path in CORPUS.iterdir() if path.name.startswith(name))


class Rogue:
    """In step with a base. `pmid` is the name that it uses for signatures."""

    def __init__(self, stage, position=(0.0, 40.0), pmid=0xE1234):
        self.air, self.time, self.base, self.pmid = stage.air, stage.time, stage.machine.radio, pmid
        self._pass_time = stage.pass_time
        self.ends = {}
        self.heard_fields = []
        self._numbers = {}
        self.air.add(self, position, fixed=False)
        self.air.clock(self).follow(self.base)

    def heard(self, heard):
        pass

    def system_changed(self):
        pass

    def play(self, steps):
        for word, *rest in steps:
            getattr(self, word)(*rest)

    def leave(self):
        for slot in list(self.ends):
            self.mute(slot)

    # Steps.

    def wait(self, milliseconds):
        self._pass_time(milliseconds / 1000)

    def ask(self, slot, field):
        """In the next frame, on the carrier on which the base listens in it."""
        self.mute(slot)
        self.time.run((self.time.now // FRAME) * FRAME + FRAME // 2 + (FRAME if self.time.now % FRAME > 4000 else 0))
        self.attempt(slot, field)
        self._pass_time(0.02)

    def attempt(self, slot, field):
        clock = self.air.clock(self.base)
        end = self.air.end(self, slot + 12, (clock.pscn + 1) % clock.carriers)
        end.on_field = lambda field, rssi: self.heard_fields.append((slot, field))
        end.send(field)
        self.ends[slot] = end
        self._numbers[slot] = [0, 0]

    def handshake(self, slot, rfpi):
        if slot in self.ends:
            self.ends[slot].cycle = [codec.a_field(fields.NT, rfpi)] if len(rfpi) == 5 else []

    def say(self, slot, field):
        if slot in self.ends and len(field) == 6:
            self.ends[slot].send(field)

    def segment(self, slot, octets):
        if slot in self.ends and len(octets) == 5:
            self.ends[slot].segment(codec.a_field(self._numbers[slot][0], octets))
            self._numbers[slot][0] ^= 1

    def frame(self, slot, octets):
        for at in range(0, len(octets), 5):
            self.segment(slot, octets[at:at + 5].ljust(5, b"\xF0"))

    def message(self, slot, octets):
        if slot not in self.ends:
            return
        for at in range(0, len(octets), MOST):
            number = self._numbers[slot][1]
            self._numbers[slot][1] ^= 1
            self.frame(slot, build_frame({"new": False, "command": False}, number << 1, octets[at:at + MOST],
                                         at + MOST < len(octets), signature(self.pmid)))
            self._pass_time(0.25)

    def mute(self, slot):
        end = self.ends.pop(slot, None)
        if end is not None:
            end.close()

    # Whole procedures.

    def connect(self, slot, octets):
        self.set_up(slot, octets[0], int.from_bytes(octets[1:4], "big") & 0xFFFFF)

    def set_up(self, slot, command=codec.ACCESS_REQUEST, pmid=None, wide=False, fmid=FMID):
        """A bearer as a handset sets it up; says whether the base confirmed it."""
        pmid = self.pmid if pmid is None else pmid
        self.heard_fields.clear()
        self.ask(slot, fields.request(command, fmid, pmid, wide))
        self.say(slot, codec.control(codec.WAIT, fmid, pmid))
        self.handshake(slot, RFPI[:3] + (RFPI[3] & 0xF0 | fmid >> 8).to_bytes(1, "big") + bytes((fmid & 0xFF,)))
        self._pass_time(0.05)
        return any(heard == slot and field[0] >> 5 == fields.MT and field[1] & 15 == codec.CONFIRM
                   for heard, field in self.heard_fields)
