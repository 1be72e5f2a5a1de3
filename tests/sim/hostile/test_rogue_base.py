"""A base that follows no rules beside ours: Bert does not fail and finds our base again, Anna's call goes on."""

from ast import literal_eval

import pytest
from hypothesis import given, note, settings

from sim.air import Beacon
from sim.peers.handset.codec import Message
from sim.peers.phone_call import CONNECTED
from sim.site import Site
from tests.sim.hostile.insider import act
from tests.sim.hostile.rogue import scripts
from tests.sim.hostile.stage import Stage
from tests.sim.hostile.strategies import BASE
from tests.sim.hostile.twist import Twister
from tests.sim.peers.handset_base import MULTICELL, Base

CC, MM = 3, 5
THERE = (60.0, 0.0)
OURS_OTHER = bytes.fromhex("102243a305")
"""As a further base of the system would have."""

BERTS = (0x05, b"\x80\xA8\x01\x23\x45\x67\x8A")
ACCEPTED = {(MM, 0x54): [Message(MM, 0x55, [], True)], (CC, 0x05): [Message(CC, 0x07, [], True)],
            (0, 0x71): [Message(CC, 0x05, [BERTS, (0xE0, b"\x80"), (0xE4, b"\x40")])]}


class RogueBase:
    """Bert is beside it, and has registered there."""

    def __init__(self, stage, rfpi=OURS_OTHER):
        self.stage = stage
        self.base = base = Base(stage.air, rfpi, THERE)
        self.twister = Twister(lambda: 0)
        out = base.out
        base.out = lambda segments: out(self.twister(segments)) if base.legs else None
        base.answers.update(ACCEPTED)
        base.on_air(capabilities=MULTICELL)
        self.bert = stage.handset(position=(62.0, 0.0))
        stage.until(lambda: self.bert.located)
        base.release()
        stage.until(lambda: self.bert.status.slot is None)
        base.hang()

    def play(self, steps):
        for word, argument in steps:
            if word == "twist":
                self.twister.twists.append(argument)
            elif word == "wait":
                self.stage.pass_time(argument / 1000)
            elif (word, argument) == ("does", "called"):
                self.base.page(0x678A)
            elif word == "does":
                act(self.bert, argument)
                self.stage.pass_time(0.2)
            else:
                getattr(self, word)(argument)
                self.stage.pass_time(0.05)

    def field(self, field):
        for leg in self.base.legs:
            leg.end.send(field)

    def segment(self, octets):
        self.base.out([octets])

    def message(self, octets):
        if self.base.link is not None:
            self.base.out(self.base.link.send(octets))

    def page(self, tail):
        self.stage.air.page(self.base, b"\xE0" + tail)

    def beacon(self, fields):
        self.stage.air.beacon(self.base, Beacon(0, 0, tuple(fields)) if fields else None)

    def restart(self, kind):
        if kind:
            self.stage.air.clock(self.base).set(**{("shift", "frames", "pscn")[kind - 1]: 3})
        else:
            self.stage.air.restart(self.base)

    def leave(self):
        self.twister.twists.clear()
        self.base.hang()
        self.base.off_air()


def finds_our_base(stage, bert):
    """And is called there."""
    bert.hang_up()
    stage.until(lambda: bert.located and bert.status.rfpi == "102243a300", 200)
    stage.until(lambda: bert.status.slot is None and bert.call == "idle", 60)
    bert.auto_answer = 100_000
    call = stage.ring("202")
    stage.until(lambda: call.state == CONNECTED and bert.call == "talking", 20)
    bert.switch_off()
    call.hang_up()


def attacked(steps):
    with Site(virtual=True) as site:
        stage = Stage(site).begin()
        rogue = RogueBase(stage)
        rogue.play(steps)
        rogue.leave()
        finds_our_base(stage, rogue.bert)
        stage.unharmed(60)


@settings(max_examples=20, deadline=None)
@given(BASE)
def test_whatever_a_base_says_a_handset_finds_another_and_the_others_call_goes_on(steps):
    note("\n".join(map(repr, steps)))
    attacked(steps)


@pytest.mark.parametrize("path", scripts("down-"), ids=lambda path: path.name)
def test_what_was_once_thought_up_still_holds(path):
    attacked([literal_eval(line) for line in path.read_text().splitlines() if line[:1] != "#"])
