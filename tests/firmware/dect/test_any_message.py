"""Any message in any state, from handsets that are there and from strangers: nothing raises, nothing is left behind."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import cause, leg
from firmware.dect import cc, elements, nwk
from firmware.dect.between import Access, Ciphered, Gone, Moved, Segment
from tests.firmware.dect.portable import ANNA, BERT, CARL, Room

KNOWN = [(protocol, getattr(nwk, name)) for protocol, names in (
    (nwk.CC, "ALERTING CALL_PROC SETUP CONNECT SETUP_ACK CONNECT_ACK SERVICE_CHANGE SERVICE_ACCEPT RELEASE RELEASE_COM "
             "INFO"),
    (nwk.MM, "AUTH_REQUEST AUTH_REPLY KEY_ALLOCATE AUTH_REJECT ACCESS_RIGHTS_REQUEST ACCESS_RIGHTS_ACCEPT "
             "TERMINATE_REQUEST TERMINATE_ACCEPT CIPHER_REQUEST CIPHER_SUGGEST CIPHER_REJECT INFO_REQUEST "
             "LOCATE_REQUEST DETACH IDENTITY_REPLY TEMPORARY_ACK TEMPORARY_REJECT"),
    (nwk.LCE, "PAGE_RESPONSE"), (nwk.CLMS, "VARIABLE")) for name in names.split()]

KINDS = st.one_of(st.sampled_from(KNOWN), st.tuples(st.integers(0, 15), st.integers(0, 255)))

ELEMENT = st.one_of(
    st.sampled_from([nwk.portable_ipui(ANNA), nwk.portable_ipui(BERT), nwk.portable_ipui(CARL), nwk.portable_tpui(5),
                     nwk.auth_type(nwk.UAK_TYPE), (nwk.RAND, bytes(8)), (nwk.RS, bytes(8)), (nwk.RES, bytes(4)),
                     (nwk.KEYPAD, b"\x15"), (nwk.MULTI_KEYPAD, b"202"), nwk.number(nwk.CALLED_NUMBER, "202"),
                     elements.text("hi")[0], elements.codec_list(True, more=True), (nwk.INFO_TYPE, b"\x89"),
                     (nwk.MODEL, b"\x02\xA1\x40"), (nwk.TERMINAL_CAPABILITY, b"\x25\x90\x83"),
                     nwk.octet(nwk.RELEASE_REASON, 0)]),
    st.tuples(st.integers(0, 0x7F), st.binary(max_size=20)))

SAID = st.tuples(st.just("say"), st.integers(0, 2), KINDS, st.booleans(), st.integers(0, 7),
                 st.lists(ELEMENT, max_size=4))
DONE = st.tuples(st.sampled_from(["ring", "release", "answer", "alert", "notice", "locate", "subscribe", "dial",
                                  "accept", "hang up", "handover", "gone", "moved", "ciphered", "junk", "text", "mute",
                                  "unsubscribe", "old number"]), st.integers(0, 2), st.integers(0, 2))
WAIT = st.tuples(st.just("wait"), st.sampled_from([0.05, 0.3, 1.0, 4.0, 11.0]))


class Play:
    def __init__(self, values, settled):
        self.room = Room(**values)
        self.handsets = [self.room.portable(ipei) for ipei in (ANNA, BERT, CARL)]
        self.rung, self.released = 0, []
        for handset in self.handsets[:2] if settled else ():
            handset.subscribe()
            handset.locate() if not values else None
            self.room.run(6)
            assert self.room.calls.locations.known(handset.ipei)

    def live(self):
        ended = [message.leg for message in self.room.of(leg.Release)] + self.released
        ours = [leg.Leg("GW-DECT", 2 * number + 1) for number in range(self.rung)]
        theirs = [message.leg for message in self.room.of(leg.Setup)]
        return [one for one in ours + theirs if one not in ended]

    def do(self, step):
        room = self.room
        if step[0] == "wait":
            return room.run(step[1])
        handset = self.handsets[step[1]]
        if step[0] == "say":
            _, _, (protocol, kind), answer, transaction, said = step
            return handset.say(protocol, kind, *said, answer=answer, transaction=transaction)
        return getattr(self, "_" + step[0].replace(" ", "_"))(handset, step[2], self.live())

    def _ring(self, handset, radio, live):
        self.rung += 1
        self.room.ring(("201", "202", "nobody")[radio], 2 * self.rung - 1)

    def _release(self, handset, radio, live):
        if live:
            self.released.append(live[0])
            self.room.call(leg.Release(live[0], cause.NORMAL))

    def _answer(self, handset, radio, live):
        if live:
            self.room.call(leg.Connect(live[-1], None))

    def _alert(self, handset, radio, live):
        if live:
            self.room.call(leg.Alerting(live[-1], None))

    def _notice(self, handset, radio, live):
        for one in live:
            self.room.call(leg.Notice(one, "waiting", "1", "Yan"))

    def _locate(self, handset, radio, live):
        handset.locate()

    def _subscribe(self, handset, radio, live):
        handset.subscribe()

    def _dial(self, handset, radio, live):
        handset.dial("300")

    def _accept(self, handset, radio, live):
        handset.cc(nwk.CONNECT, answer=True)

    def _hang_up(self, handset, radio, live):
        handset.hang_up(answer=bool(radio))

    def _handover(self, handset, radio, live):
        if handset.mac is not None:
            handset.connect(radio, "handover")

    def _gone(self, handset, radio, live):
        if handset.mac is not None:
            self.room.gone(handset.mac, 7)

    def _moved(self, handset, radio, live):
        if handset.mac is not None:
            self.room.report(handset.mac[0], Moved(handset.mac[1], 3))

    def _ciphered(self, handset, radio, live):
        if handset.mac is not None:
            self.room.report(handset.mac[0], Ciphered(handset.mac[1], bool(radio)))

    def _junk(self, handset, radio, live):
        if handset.mac is not None:
            self.room.report(handset.mac[0], Segment(handset.mac[1], bytes((0x91, 0, 0xFD, radio, 7))))

    def _text(self, handset, radio, live):
        try:
            self.room.apply(self.room.calls.sms(("201", "202", "nobody")[radio], "hello", "", self.room.now))
        except LookupError:
            assert not self.room.calls.locations.known((ANNA, BERT, CARL)[radio])

    def _mute(self, handset, radio, live):
        handset.mute = bool(radio)

    def _unsubscribe(self, handset, radio, live):
        if self.room.calls.gate.keys.of(handset.ipei):
            self.room.apply(self.room.calls.unsubscribe(handset.ipei, self.room.now))

    def _old_number(self, handset, radio, live):
        if handset.mac is not None:
            self.room.report(handset.mac[0], Access(handset.mac[1], 0xE0001 + radio, "setup", 2, False))

    def end(self):
        for handset in self.handsets:
            handset.mute = True
        while self.live():
            self._release(None, 0, self.live())
        self.room.run(200)


CONFIGURED = st.sampled_from([{}, {"ac": "1234"}, {"ac": "1234", "encryption": "on", "wideband": True}])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(SAID, DONE, WAIT), max_size=30), CONFIGURED, st.booleans())
def test_nothing_raises_and_nothing_is_left_behind(steps, values, settled):
    play = Play(values, settled)
    for step in steps:
        play.do(step)
        check(play.room.calls)
    play.end()
    calls = play.room.calls
    assert calls.legs == [] and calls.links.connections == []
    assert calls.due() is None
    ended = [message.leg for message in play.room.of(leg.Release)]
    assert len(ended) == len(set(ended)) and not set(ended) & set(play.released)


def check(calls):
    """What holds at any time."""
    pairs = [(mac.radio, mac.link) for one in calls.links.connections for mac in one.macs()]
    assert len(pairs) == len(calls.links._at) and set(pairs) == set(calls.links._at)
    for connection in calls.links.connections:
        assert connection.call is None or connection.call.connection is connection
    for airleg in calls.legs:
        assert airleg.call.state != cc.NULL or airleg.connection is None
        assert airleg.connection is None or airleg.connection.call is airleg


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3),
                          st.sampled_from(["access", "handover", "gone", "moved"]),
                          st.sampled_from([0xE0001, 0xE0002, 5])), max_size=40))
def test_radios_may_report_anything(reports):
    room = Room()
    for radio, link, kind, pmid in reports:
        report = {"access": Access(link, pmid, "setup", 1, False), "handover": Access(link, pmid, "handover", 1, True),
                  "gone": Gone(link, 2), "moved": Moved(link, 2)}[kind]
        room.report(radio, report)
        pairs = [(mac.radio, mac.link) for one in room.calls.links.connections for mac in one.macs()]
        assert len(pairs) == len(set(pairs)) and set(pairs) == set(room.calls.links._at)
    room.run(60)
    assert room.calls.links.connections == []
