"""Users and CALL do anything in any order; when all have gone, nothing is left behind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import cause, leg

ANNA, BERT, SARI = "0466003541858", "0466003541869", "31100422072149"

ACTIONS = st.lists(st.tuples(
    st.sampled_from(["ring", "answer", "hang up", "dial", "overlap", "release", "far rings", "far answers", "leave",
                     "return", "switch off", "switch on", "key", "lose key", "subscribe", "mistype"]),
    st.integers(0, 1), st.sampled_from([0.0, 0.02, 0.13, 0.5, 2.0, 7.0])), max_size=25)


class Play:
    """Two handsets and CALL, which keeps account of the legs."""

    def __init__(self, rig):
        self.rig = rig
        self.handsets = [rig.handset(ANNA), rig.handset(BERT, position=(0.0, 9.0))]
        self.made = 0
        self.released = []
        rig.run(3)

    def live(self):
        """Legs that neither side has released, by what CALL has heard and said."""
        ended = [message.leg for message in self.rig.call.of(leg.Release)] + self.released
        ours = [leg.Leg("GW-DECT", 2 * number + 1) for number in range(self.made)]
        theirs = [message.leg for message in self.rig.call.of(leg.Setup)]
        return [one for one in ours + theirs if one not in ended]

    def act(self, action, which):
        handset, live = self.handsets[which], self.live()
        if action == "ring":
            self.made += 1
            self.rig.ring(("201", "202")[which], 2 * self.made - 1)
        elif action in ("dial", "overlap"):
            handset.dial("030", action == "dial")
        elif action == "release" and live:
            self.released.append(live[0])
            self.rig.say(leg.Release(live[0], cause.NORMAL))
        elif action == "far rings" and live:
            self.rig.say(leg.Alerting(live[-1], None))
        elif action == "far answers" and live:
            self.rig.say(leg.Connect(live[-1], None))
        else:
            self.handset(handset, action)

    def handset(self, handset, action):
        {"answer": handset.answer, "hang up": handset.hang_up, "leave": lambda: handset.move(5000, 0),
         "return": lambda: handset.move(6, 0), "switch off": handset.switch_off, "switch on": handset.switch_on,
         "key": lambda: handset.keypad("5"), "lose key": lambda: handset.registration.keys.update({SARI: bytes(16)}),
         "subscribe": lambda: handset.subscribe("0000"), "mistype": lambda: handset.subscribe("1")}.get(
            action, lambda: None)()

    def end(self):
        for handset in self.handsets:
            handset.hang_up()
        for one in self.live():
            self.released.append(one)
            self.rig.say(leg.Release(one, cause.NORMAL))
        self.rig.run(60)
        for handset in self.handsets:
            handset.switch_off()
        self.rig.run(60)


@settings(max_examples=100, deadline=None)
@given(ACTIONS, st.sampled_from(["", "0000"]))
def test_nothing_is_left_behind(make_rig, actions, ac):
    rig = make_rig(bearers=2).configure(ac=ac)
    play = Play(rig)
    for action, which, pause in actions:
        play.act(action, which)
        rig.run(pause)
    play.end()
    assert rig.dect.calls.legs == []
    assert rig.dect.calls.links.connections == []
    assert rig.radio.ends == {}
    assert rig.dect.calls.due() is None
    ended = [message.leg for message in rig.call.of(leg.Release)]
    assert len(ended) == len(set(ended))
    assert not set(ended) & set(play.released)
    frames = rig.air.frames
    rig.run(60)
    assert rig.air.frames == frames
