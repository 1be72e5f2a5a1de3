"""Whatever peers and CALL do in whatever order, afterwards nothing is left and nobody was told twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call.leg import Alerting, Connect, Digits, Leg, Media, Release, Setup
from tests.firmware.sip.rig import OURS, SDP, Desk, reply, request

CALLS = st.sampled_from([0, 1, 9])
STATUS = st.sampled_from([100, 180, 183, 200, 302, 401, 404, 407, 481, 484, 486, 487, 491, 500, 503])
CHALLENGE = ('WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"',)
STEPS = st.one_of(
    st.tuples(st.just("peer"), st.sampled_from(["INVITE", "ACK", "BYE", "CANCEL", "INFO", "OPTIONS", "NOTIFY"]), CALLS,
              st.integers(1, 4), st.booleans(), st.booleans()),
    st.tuples(st.just("answer"), STATUS, st.integers(0, 5), st.sampled_from(["a", "b"]), st.booleans()),
    st.tuples(st.just("call"), st.sampled_from(["alert", "connect", "media", "want", "digits", "release", "setup"]),
              st.integers(0, 5)),
    st.tuples(st.just("time"), st.sampled_from([0.1, 1, 5, 33])))


class Play:
    """Steps on a desk with one call up; `legs` are those that CALL thinks are."""

    def __init__(self):
        self.desk = Desk()
        self.legs, self.asked, self.tags = [], [], {}
        self.setups = 0
        self._peer("INVITE", 9, 1, False, True)
        self.step("call", "connect", 0)
        self._peer("ACK", 9, 1, True, False)

    def step(self, kind, *rest):
        getattr(self, "_" + kind)(*rest)
        for message in self.desk.told:
            if isinstance(message, Setup):
                self.legs.append(message.leg)
            elif message.leg in self.legs:
                if isinstance(message, Release):
                    self.legs.remove(message.leg)
            else:
                raise AssertionError(f"{message} for a leg that is over")
        self.desk.told = []

    def _note(self, messages):
        for message in messages:
            if not message.status:
                self.asked.append(message)
            elif message.to.tag and message.status >= 180:
                self.tags[message.call_id] = message.to.tag

    def _peer(self, method, call, number, tagged, described):
        name = f"call{call}"
        branch = "z9hG4bK{}-{}-{}".format(call, number, "INVITE" if method in ("ACK", "CANCEL") else method)
        tag = self.tags.get(name, "") if tagged else ""
        self._note(self.desk.datagram(request(method, number, tag, branch, name, SDP if described else b"",
                                              cseq_method=method)))

    def _answer(self, status, which, tag, described):
        if self.asked:
            message = self.asked[-1 - which % len(self.asked)]
            if message.method != "ACK":
                self._note(self.desk.datagram(reply(message, status, tag, SDP if described else b"", CHALLENGE)))

    def _call(self, what, which):
        if what == "setup":
            leg = Leg("SIP", 2 * self.setups + 1)
            self.setups += 1
            self.legs.append(leg)
            self._note(self.desk.tell(Setup(leg, "300", "201", "", OURS)))
        elif self.legs:
            leg = self.legs[which % len(self.legs)]
            message = {"alert": Alerting(leg, None), "connect": Connect(leg, OURS), "media": Media(leg, OURS),
                       "want": Media(leg, None), "digits": Digits(leg, "5"), "release": Release(leg, 16)}[what]
            if what == "release":
                self.legs.remove(leg)
            self._note(self.desk.tell(message))

    def _time(self, seconds):
        self._note([message for _, message in self.desk.run(seconds)])


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_nothing_is_left_in_the_end(steps):
    play = Play()
    for step in steps:
        play.step(*step)
    while play.legs:
        play.step("call", "release", 0)
    play.step("time", 400)
    agent = play.desk.sip.agent
    assert not agent.legs and not agent.dialogs
    assert not agent.layer.clients and not agent.layer.servers and not agent.layer._merges
    assert play.desk.sip.due() is None
