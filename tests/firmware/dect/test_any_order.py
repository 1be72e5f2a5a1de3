"""Users and CALL do anything in any order; when all have gone, nothing is left behind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import cause, leg
from firmware.config.options import OptionError

ANNA, BERT, SARI = "0466003541858", "0466003541869", "31100422072149"

ACTIONS = st.lists(st.tuples(
    st.sampled_from(["ring", "answer", "hang up", "dial", "overlap", "release", "far rings", "far answers", "leave",
                     "return", "switch off", "switch on", "key", "lose key", "subscribe", "mistype", "text", "write",
                     "check base", "cipher", "turn off", "end subscription", "unsubscribe", "notice"]),
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
        elif action == "notice" and live:
            self.rig.say(leg.Notice(live[0], "waiting", "0309", "Yan"))
        elif action in ("text", "unsubscribe"):
            self.console(*(["sms", ("201", "202")[which], "hello"] if action == "text" else
                           ["unsubscribe", (ANNA, BERT)[which]]))
        elif action == "far rings" and live:
            self.rig.say(leg.Alerting(live[-1], None))
        elif action == "far answers" and live:
            self.rig.say(leg.Connect(live[-1], None))
        else:
            self.handset(handset, action)

    def console(self, *words):
        try:
            effects = self.rig.dect.command("", list(words), self.rig.time.now)[1]
        except OptionError:
            return
        self.rig.loop.apply(self.rig.dect, effects, self.rig.time.now)
        self.rig.arm()

    def handset(self, handset, action):
        {"answer": handset.answer, "hang up": handset.hang_up, "leave": lambda: handset.move(5000, 0),
         "return": lambda: handset.move(6, 0), "switch off": handset.switch_off, "switch on": handset.switch_on,
         "key": lambda: handset.keypad("5"), "lose key": lambda: handset.registration.keys.update({SARI: bytes(16)}),
         "write": lambda: handset.sms("201", "hi"), "check base": handset.check_base, "cipher": handset.cipher,
         "turn off": handset.turn_off, "end subscription": handset.unsubscribe,
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
@given(ACTIONS, st.sampled_from([{"ac": ""}, {"ac": "0000"}, {"ac": "0000", "encryption": "on"}]))
def test_nothing_is_left_behind(make_rig, actions, values):
    rig = make_rig(bearers=2).configure(**values)
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
