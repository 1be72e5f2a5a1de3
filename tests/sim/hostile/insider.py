"""A handset that belongs to the system, has its key, and says what it should not."""

from sim.peers.handset.dlc import signature
from sim.peers.phone_call import ENDED
from tests.sim.hostile.twist import Twister


def act(handset, what):
    """What its user does, or makes it do."""
    {"locate": handset.locate, "dial": lambda: handset.dial("300"), "R2": lambda: handset.keypad("R2"),
     "text": lambda: handset.sms("201", "hello"), "hang up": handset.hang_up, "prove": handset.check_base,
     "cipher": handset.cipher, "hand over": handset.radio.connection.hand_over, "answer": handset.answer}[what]()


class Insider:
    """Bert, whose frames pass a `Twister`, and who says things besides."""

    def __init__(self, stage):
        self.stage = stage
        self.handset = bert = stage.handset()
        self.twister = Twister(lambda: signature(bert.radio.connection.pmid))
        below = bert.dialogue._below
        bert.dialogue._below = lambda segments: below(self.twister(segments))
        stage.until(lambda: bert.located and len(stage.machine.radio.ends) == 1)

    def play(self, steps):
        for word, argument in steps:
            if word == "twist":
                self.twister.twists.append(argument)
            elif word == "wait":
                self.stage.pass_time(argument / 1000)
            elif word == "does":
                self._does(argument)
                self.stage.pass_time(0.2)
            else:
                self._says(word, argument)

    def leave(self):
        """What he has transferred meanwhile, the phone ends."""
        self.twister.twists.clear()
        self.handset.switch_off()
        for _ in range(2):
            self.stage.pass_time(8)
            for call in self.stage.phone.calls:
                if call is not self.stage.call and call.state != ENDED:
                    call.hang_up()

    def _does(self, what):
        if what == "called":
            self.stage.ring("202")
        else:
            act(self.handset, what)

    def _says(self, word, octets):
        connection = self.handset.radio.connection
        if connection.bearer.end is None:
            return
        if word == "field":
            connection.bearer.end.send(octets)
        elif word == "segment":
            connection.send([octets])
        elif self.handset.dialogue._link is not None:
            link = self.handset.dialogue._link
            link._out(link._link.send(octets))
