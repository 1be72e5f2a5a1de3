"""An endpoint becomes what the last order says, and nothing else."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call.leg import Codec
from firmware.effects import Bind, Close, Do, Send
from firmware.media import rtp
from firmware.media.endpoint import Endpoint
from firmware.media.negotiation import Agreement
from firmware.media.orders import Dial, Ready, Taken, Trouble, Want
from firmware.media.properties import Media
from hal.dsp import Event, Packet, Settings, Status
from hal.net import Bound, Datagram, Refused

PEER = ("192.0.2.9", 40000)
EVENT = Codec("telephone-event", 101, 8000)
KINDS = {8: "speech", 13: "comfort", 101: "event"}
PCMA = Agreement(Codec("pcma", 8, 8000), 20, EVENT, None, False, KINDS)
OPUS = Agreement(Codec("opus", 111, 48000), 20, None, None, True, {111: "speech"})
SPEAKING = Want(1, 16384, 0, 3, False, PCMA, PEER, "sendrecv", False)
RTP, RTCP = ("rtp", 1), ("rtcp", 1)


class Board:
    address = "10.0.0.1"
    dsp = None

    def __init__(self):
        self.media = Media(("pcma", "opus"))
        self.entropy = random.Random(1).randbytes

    def echo(self):
        return 2, 128


def running(want=SPEAKING, now=0):
    endpoint = Endpoint(1, 1, Board())
    effects = endpoint.want(want, now)
    assert Bind(RTP, 16384) in effects
    assert endpoint.receive(Bound(RTP, 16384), now) == [Bind(RTCP, 16385)]
    assert endpoint.receive(Bound(RTCP, 16385), now) == [Ready(1, 16384)]
    return endpoint


def voice(sequence):
    return Datagram(RTP, PEER, rtp.build(8, sequence, sequence * 160, 7, False, b"v" * 160))


def settings_of(codec="pcma", handset="g726", silence=False, removes=True):
    return Settings(codec, 20, 2, 128, silence, removes, handset)


def test_an_order_without_an_agreement_opens_sockets_only():
    endpoint = running(SPEAKING._replace(agreed=None, remote=None, direction="inactive"))
    assert endpoint.playing is None and endpoint.due() is None
    assert endpoint.want(SPEAKING, 0) == [Do("dsp", "open", (0, settings_of())), Do("dsp", "join", (0, 3))]


def test_an_order_that_says_the_same_again_changes_nothing():
    assert running().want(SPEAKING, 5) == []


def test_only_what_differs_is_done():
    endpoint = running()
    assert endpoint.want(SPEAKING._replace(bearer=4), 0) == [Do("dsp", "join", (0, 4))]
    assert endpoint.want(SPEAKING._replace(bearer=None), 0) == [Do("dsp", "join", (0, None))]
    assert endpoint.want(SPEAKING._replace(direction="sendonly", bearer=None), 0) == []
    assert endpoint.want(SPEAKING._replace(wide=True), 0) == [
        Do("dsp", "close", (0,)), Do("dsp", "open", (0, settings_of(handset="g722"))), Do("dsp", "join", (0, 3))]
    assert endpoint.want(SPEAKING._replace(agreed=OPUS), 0) == [
        Do("dsp", "close", (0,)), Do("dsp", "open", (0, settings_of("opus", silence=True, removes=False))),
        Do("dsp", "join", (0, 3))]
    assert endpoint.want(SPEAKING._replace(channel=None), 0) == [Do("dsp", "close", (0,))]


def test_a_taken_port_is_reported_and_another_order_may_name_the_next():
    endpoint = Endpoint(1, 1, Board())
    endpoint.want(SPEAKING, 0)
    assert endpoint.receive(Bound(RTP, 16384), 0) == [Bind(RTCP, 16385)]
    effects = endpoint.receive(Refused(RTCP, "in use"), 0)
    assert effects == [Close(RTP), Close(RTCP), Taken(1, 16384)]
    assert Bind(RTP, 16386) in endpoint.want(SPEAKING._replace(port=16386), 0)


def test_packets_go_and_come_only_as_the_direction_allows():
    for direction, sends, plays in (("sendrecv", 1, 1), ("sendonly", 1, 0), ("recvonly", 0, 1), ("inactive", 0, 0)):
        endpoint = running(SPEAKING._replace(direction=direction))
        assert len(endpoint.packet(Packet(0, b"x" * 160, "speech", 0), 0)) == sends
        endpoint.receive(voice(0), 0)
        played = [one for one in endpoint.tick(100000) if isinstance(one, Do) and one.method == "play"]
        assert len(played) == plays


def test_what_waited_when_the_channel_was_taken_away_is_neither_played_nor_waited_for():
    endpoint = running()
    endpoint.receive(voice(0), 0)
    assert endpoint.due() <= 200000
    endpoint.want(SPEAKING._replace(channel=None), 1000)
    assert endpoint.due() > 200000
    assert endpoint.tick(200000) == []
    assert endpoint.want(SPEAKING, 300000)[0] == Do("dsp", "open", (0, settings_of()))


def test_the_senders_stream_goes_on_through_a_pause_without_a_channel():
    endpoint = running()
    (first,) = endpoint.packet(Packet(0, b"x" * 160, "speech", 0), 20000)
    endpoint.want(SPEAKING._replace(channel=None), 40000)
    assert endpoint.packet(Packet(0, b"x" * 160, "speech", 20), 40000) == []
    endpoint.want(SPEAKING._replace(channel=1), 1020000)
    (second,) = endpoint.packet(Packet(1, b"x" * 160, "speech", 0), 1040000)
    one, two = rtp.parse(first.data), rtp.parse(second.data)
    assert (one.ssrc, one.sequence + 1) == (two.ssrc, two.sequence) and two.marker
    assert two.timestamp - one.timestamp == 8160


def test_digits_go_as_events_or_as_tones():
    endpoint = running()
    assert endpoint.dial(Dial(1, "5", False), 0) == [] and endpoint.due() == 0
    assert endpoint.dial(Dial(1, "5x#", True), 0) == [Do("dsp", "tone", (0, "5#", "network"))]
    endpoint.heard(Event(0, "handset", "dtmf", "7"), 0)
    codes = set()
    while endpoint.due() < 1000000:
        now = endpoint.due()
        codes.update(one.data[12] for one in endpoint.tick(now) if isinstance(one, Send) and one.key == RTP)
    assert codes == {5, 7}


def test_a_dsp_that_refuses_is_trouble_unless_it_is_a_tone():
    endpoint = running()
    assert endpoint.failed("tone", "unknown") == []
    (trouble,) = endpoint.failed("open", "busy")
    assert isinstance(trouble, Trouble) and "busy" in trouble.reason


def test_closing_says_bye_and_leaves_nothing():
    endpoint = running()
    endpoint.packet(Packet(0, b"x" * 160, "speech", 0), 0)
    effects = endpoint.close(100)
    assert effects[0] == Do("dsp", "close", (0,)) and effects[-2:] == [Close(RTP), Close(RTCP)]
    assert [one.key for one in effects if isinstance(one, Send)] == [RTCP]
    assert endpoint.due() is None and endpoint.close(100) == []


def test_figures_have_those_of_the_dsp_while_it_runs():
    endpoint = running()
    endpoint._board.dsp = type("Chip", (), {"status": lambda self, channel: Status(-20.0, -21.0, 1.0, 2.0, 3, 4)})()
    assert endpoint.figures()["level_in"] == -20.0 and endpoint.figures()["missing"] == 4
    endpoint.want(SPEAKING._replace(channel=None), 0)
    assert endpoint.figures()["level_in"] is None


WANTS = st.builds(
    Want, st.just(1), st.sampled_from((16384, 16386)), st.sampled_from((None, 0, 1)), st.sampled_from((None, 3)),
    st.booleans(), st.sampled_from((None, PCMA, OPUS)), st.just(PEER),
    st.sampled_from(("sendrecv", "sendonly", "recvonly", "inactive")), st.booleans())


@settings(max_examples=150, deadline=None)
@given(st.lists(WANTS | st.integers(0, 40) | st.just("5"), max_size=30))
def test_at_due_tick_acts_whatever_was_ordered(steps):
    endpoint, now, sequence = Endpoint(1, 1, Board()), 0, 0
    for step in steps:
        if isinstance(step, Want):
            endpoint.want(step, now)
            endpoint.receive(Bound(RTP, step.port), now)
            endpoint.receive(Bound(RTCP, step.port + 1), now)
        elif step == "5":
            endpoint.dial(Dial(1, "5", False), now)
        else:
            sequence += 1
            endpoint.receive(voice(sequence), now)
            now += step * 1000
        for _ in range(300):
            due = endpoint.due()
            if due is None or due > now:
                break
            endpoint.tick(max(due, 0))
        else:
            raise AssertionError("tick does not get beyond due")
    endpoint.close(now)
    assert endpoint.due() is None
