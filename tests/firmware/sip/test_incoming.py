"""Calls from the network: what the board answers to each request, RFC 3261 8.2, 9.2, 12.2.2, 13.3, 14.2, 15.1."""

import pytest

from firmware.call import cause
from firmware.call.leg import Alerting, Audio, Codec, Connect, Digits, Media, Release, Setup
from firmware.sip import sdp
from tests.firmware.sip.rig import (
    ELSEWHERE,
    LIMITS,
    MAIN,
    OURS,
    PCMA,
    SDP,
    SERVER,
    THEIRS,
    US,
    Desk,
    reply,
    request,
)

HELD = OURS._replace(direction="recvonly")


def statuses(messages):
    return [message.status for message in messages]


def invited(desk, **fields):
    """An INVITE has come; its leg."""
    assert statuses(desk.datagram(request("INVITE", body=SDP, **fields))) == [100]
    return desk.heard()[0].leg


def test_an_invite_becomes_a_setup_for_call_with_its_offer():
    desk = Desk()
    assert statuses(desk.datagram(request("INVITE", body=SDP))) == [100]
    setup, = desk.heard()
    assert isinstance(setup, Setup) and setup.leg.module == "SIP" and setup.leg.id % 2 == 0
    assert (setup.called, setup.calling, setup.media) == ("201", "100", THEIRS)


def test_alerting_and_connect_become_180_and_200_with_one_tag():
    desk = Desk()
    leg = invited(desk)
    ringing, = desk.tell(Alerting(leg, None))
    assert desk.tell(Alerting(leg, None)) == []
    ok, = desk.tell(Connect(leg, OURS))
    assert (ringing.status, ok.status) == (180, 200) and ringing.to.tag == ok.to.tag != ""
    assert ok.contacts[0].uri.host == US and ok.content_type[0] == "application/sdp"
    answer = sdp.parse(ok.body)
    assert (answer.host, answer.media[0].port, answer.media[0].formats) == (US, 16384, ["8"])


def test_a_ringing_call_says_so_each_minute():
    desk = Desk()
    desk.tell(Alerting(invited(desk), None))
    assert [(when, message.status) for when, message in desk.run(121)] == [(60, 180), (120, 180)]


def test_a_repeated_200_is_the_first_one_to_the_octet():
    desk = Desk()
    leg = invited(desk)
    ok = desk.tell(Connect(leg, OURS))[0]
    assert [message.build() for _, message in desk.run(4)] == [ok.build()] * 3


def test_a_200_is_repeated_until_its_ack():
    desk = Desk()
    leg = invited(desk)
    ok = desk.tell(Connect(leg, OURS))[0]
    assert [when for when, _ in desk.run(4)] == [0.5, 1.5, 3.5]
    desk.datagram(request("ACK", tag=ok.to.tag, branch="z9hG4bKother"))
    assert desk.run(100) == [] and desk.calls() == 1


def test_a_200_that_nobody_acknowledges_ends_the_call_with_bye():
    desk = Desk()
    leg = invited(desk)
    desk.tell(Connect(leg, OURS))
    sent = desk.run(32)
    assert [message.status for _, message in sent[:-1]] == [200] * 10
    assert sent[-1][1].method == "BYE" and sent[-1][0] == 32
    assert desk.heard() == [Release(leg, cause.TEMPORARY_FAILURE)] and desk.calls() == 0


def test_record_route_comes_back_and_becomes_the_route_of_our_bye():
    desk = Desk()
    more = ("Record-Route: <sip:192.0.2.1;lr>, <sip:192.0.2.9;lr>",)
    leg, ok = desk.answered(more=more)
    assert ok.all("Record-Route") == ["<sip:192.0.2.1;lr>, <sip:192.0.2.9;lr>"]
    bye, = desk.tell(Release(leg, cause.NORMAL))
    assert (bye.method, bye.uri, bye.all("Route")) == (
        "BYE", "sip:100@192.0.2.2:5062", ["<sip:192.0.2.1;lr>", "<sip:192.0.2.9;lr>"])
    assert (bye.from_.tag, bye.to.tag) == (ok.to.tag, "caller")


def test_a_strict_router_is_put_into_the_request_uri():
    desk = Desk()
    leg, _ = desk.answered(more=("Record-Route: <sip:192.0.2.1>",))
    bye, = desk.tell(Release(leg, cause.NORMAL))
    assert (bye.uri, bye.all("Route")) == ("sip:192.0.2.1", ["<sip:100@192.0.2.2:5062>"])


@pytest.mark.parametrize(("value", "status"), [
    (cause.UNALLOCATED, 404), (cause.BUSY, 486), (cause.REJECTED, 603), (cause.NO_ANSWER, 480), (cause.NO_CHANNEL, 503),
    (cause.INCOMPATIBLE, 488), (cause.INVALID_NUMBER, 484), (99, 500)])
def test_a_release_before_the_answer_is_the_status_of_its_cause(value, status):
    desk = Desk()
    leg = invited(desk)
    assert statuses(desk.tell(Release(leg, value))) == [status]
    assert desk.datagram(request("ACK", tag="x")) == []
    assert desk.run(1) == [] and desk.calls() == 0


def test_a_cancel_ends_a_ringing_call_with_487():
    desk = Desk()
    leg = invited(desk)
    ringing, = desk.tell(Alerting(leg, None))
    ok, terminated = desk.datagram(request("CANCEL"))
    assert (ok.status, ok.get("CSeq"), terminated.status, terminated.get("CSeq")) == (
        200, "1 CANCEL", 487, "1 INVITE")
    assert ok.to.tag == terminated.to.tag == ringing.to.tag
    assert desk.heard() == [Release(leg, cause.NORMAL)] and desk.calls() == 0


def test_a_cancel_after_the_answer_changes_nothing():
    desk = Desk()
    desk.answered()
    assert statuses(desk.datagram(request("CANCEL"))) == [200]
    assert desk.calls() == 1 and desk.heard() == []


def test_a_cancel_for_nothing_gets_481():
    assert statuses(Desk().datagram(request("CANCEL", branch="z9hG4bKno"))) == [481]


def test_a_bye_ends_the_call():
    desk = Desk()
    leg, ok = desk.answered()
    assert statuses(desk.datagram(request("BYE", 2, ok.to.tag, "z9hG4bKb"))) == [200]
    assert desk.heard() == [Release(leg, cause.NORMAL)] and desk.calls() == 0
    assert statuses(desk.datagram(request("BYE", 2, ok.to.tag, "z9hG4bKb"))) == [200], "repeated by the transaction"
    assert statuses(desk.datagram(request("BYE", 3, ok.to.tag, "z9hG4bKc"))) == [481]


def test_a_bye_before_the_answer_ends_the_invite_too():
    desk = Desk()
    leg = invited(desk)
    tag = desk.tell(Alerting(leg, None))[0].to.tag
    assert statuses(desk.datagram(request("BYE", 2, tag, "z9hG4bKb"))) == [200, 487]
    assert desk.heard() == [Release(leg, cause.NORMAL)]


def test_our_bye_waits_for_the_ack_of_our_200():
    desk = Desk()
    leg = invited(desk)
    ok = desk.tell(Connect(leg, OURS))[0]
    assert desk.tell(Release(leg, cause.NORMAL)) == []
    bye, = desk.datagram(request("ACK", tag=ok.to.tag, branch="z9hG4bKa"))
    assert bye.method == "BYE" and desk.heard() == []


def test_an_expired_invite_gets_487():
    desk = Desk()
    leg = invited(desk, more=("Expires: 20",))
    assert [(when, message.status) for when, message in desk.run(20.4)] == [(20, 487)]
    assert desk.heard() == [Release(leg, cause.NORMAL)]


def test_a_hold_goes_to_call_and_its_answer_comes_back():
    desk = Desk()
    leg, ok = desk.answered()
    held = SDP.replace(b"o=- 1 1", b"o=- 1 2") + b"a=sendonly\r\n"
    assert desk.datagram(request("INVITE", 2, ok.to.tag, "z9hG4bKh", body=held)) == []
    assert desk.heard() == [Media(leg, THEIRS._replace(direction="sendonly"))]
    again, = desk.tell(Media(leg, HELD))
    answer = sdp.parse(again.body)
    assert again.status == 200 and answer.media[0].direction == "recvonly"
    first = sdp.parse(ok.body).origin.split()
    assert answer.origin.split()[1:3] == [first[1], "2"], "one session, its version counted up"
    assert [when for when, _ in desk.run(1)] == [0.5], "repeated until acknowledged"
    desk.datagram(request("ACK", 2, ok.to.tag, "z9hG4bKi"))
    assert desk.run(100) == []


def test_a_session_refresh_without_sdp_gets_an_offer_and_its_answer_goes_to_call():
    desk = Desk()
    leg, ok = desk.answered()
    assert desk.datagram(request("INVITE", 2, ok.to.tag, "z9hG4bKh")) == []
    assert desk.heard() == [Media(leg, None)]
    offer, = desk.tell(Media(leg, OURS))
    assert offer.status == 200 and sdp.parse(offer.body).media[0].port == 16384
    desk.datagram(request("ACK", 2, ok.to.tag, "z9hG4bKi", body=SDP))
    assert desk.heard() == [Media(leg, THEIRS)]


def test_a_call_without_sdp_gets_our_offer_and_answers_it_in_its_ack():
    desk = Desk()
    assert statuses(desk.datagram(request("INVITE"))) == [100]
    setup, = desk.heard()
    assert setup.media is None
    ok, = desk.tell(Connect(setup.leg, OURS))
    desk.datagram(request("ACK", tag=ok.to.tag, branch="z9hG4bKa", body=SDP))
    assert desk.heard() == [Media(setup.leg, THEIRS)]


def test_a_call_without_any_answer_to_our_offer_is_ended():
    desk = Desk()
    desk.datagram(request("INVITE"))
    leg = desk.heard()[0].leg
    ok, = desk.tell(Connect(leg, OURS))
    bye, = desk.datagram(request("ACK", tag=ok.to.tag, branch="z9hG4bKa"))
    assert bye.method == "BYE" and desk.heard() == [Release(leg, cause.INCOMPATIBLE)]


def test_a_reinvite_that_meets_ours_gets_491():
    desk = Desk()
    leg, ok = desk.answered()
    ours, = desk.tell(Media(leg, OURS._replace(port=16390)))
    assert ours.method == "INVITE"
    assert statuses(desk.datagram(request("INVITE", 2, ok.to.tag, "z9hG4bKh", body=SDP))) == [491]


def test_our_reinvite_that_got_491_is_tried_again_within_two_seconds():
    desk = Desk()
    leg, _ = desk.answered()
    ours, = desk.tell(Media(leg, OURS._replace(port=16390)))
    ack, = desk.datagram(reply(ours, 491))
    assert ack.method == "ACK"
    later = desk.run(2.1)
    assert later[0][1].method == "INVITE" and later[0][1].cseq.number == ours.cseq.number + 1
    ack, = desk.datagram(reply(later[0][1], 200, body=SDP))
    assert ack.method == "ACK" and desk.heard() == [Media(leg, THEIRS)]


def test_a_second_reinvite_before_the_first_is_answered_gets_500_and_retry_after():
    desk = Desk()
    _, ok = desk.answered()
    desk.datagram(request("INVITE", 2, ok.to.tag, "z9hG4bKh", body=SDP))
    refusal, = desk.datagram(request("INVITE", 3, ok.to.tag, "z9hG4bKi", body=SDP))
    assert refusal.status == 500 and 0 <= refusal.seconds("Retry-After") <= 10


def test_a_reinvite_that_call_does_not_answer_gets_500():
    desk = Desk()
    _, ok = desk.answered()
    desk.datagram(request("INVITE", 2, ok.to.tag, "z9hG4bKh", body=SDP))
    assert statuses([message for _, message in desk.run(10.1)]) == [500]
    assert desk.calls() == 1


def test_a_request_older_than_the_last_gets_500():
    desk = Desk()
    _, ok = desk.answered(number=7)
    assert statuses(desk.datagram(request("INFO", 6, ok.to.tag, "z9hG4bKo"))) == [500]


def test_dtmf_by_info_goes_to_call():
    desk = Desk()
    leg, ok = desk.answered()
    body = b"Signal=5\r\nDuration=160\r\n"
    info = request("INFO", 2, ok.to.tag, "z9hG4bKd", body=body, kind="application/dtmf-relay")
    assert statuses(desk.datagram(info)) == [200] and desk.heard() == [Digits(leg, "5")]


def test_an_offer_with_video_gets_an_answer_stream_by_stream():
    desk = Desk()
    offer = SDP.replace(b"m=audio", b"m=video 5000 RTP/AVP 31\r\nm=audio")
    desk.datagram(request("INVITE", body=offer))
    ok, = desk.tell(Connect(desk.heard()[0].leg, OURS))
    assert [(media.kind, media.port) for media in sdp.parse(ok.body).media] == [("video", 0), ("audio", 16384)]


@pytest.mark.parametrize("body", [SDP.replace(b"RTP/AVP", b"RTP/SAVP"), SDP.partition(b"m=audio")[0]])
def test_an_offer_without_audio_that_we_could_take_gets_488(body):
    desk = Desk()
    assert statuses(desk.datagram(request("INVITE", body=body))) == [488] and desk.heard() == []


def test_a_body_that_is_no_sdp_gets_400():
    assert statuses(Desk().datagram(request("INVITE", body=b"hello"))) == [400]


@pytest.mark.parametrize(("method", "status", "header"), [
    ("REGISTER", 405, "Allow"), ("MESSAGE", 405, "Allow"), ("UPDATE", 405, "Allow"), ("FLY", 501, "Allow"),
    ("BYE", 481, None), ("INFO", 481, None)])
def test_a_method_that_is_not_for_us_is_refused(method, status, header):
    answer, = Desk().datagram(request(method))
    assert answer.status == status and (header is None or "INVITE" in answer.tokens(header))


@pytest.mark.parametrize(("fields", "status", "header", "value"), [
    ({"more": ("Require: 100rel, timer",), "body": SDP}, 420, "Unsupported", "100rel, timer"),
    ({"body": b"<x/>", "kind": "text/xml"}, 415, "Accept", "application/sdp, application/dtmf-relay"),
    ({"body": SDP, "more": ("Content-Encoding: gzip",)}, 415, "Accept-Encoding", "identity"),
    ({"uri": "tel:+4930123", "body": SDP}, 416, None, None),
    ({"more": ("Accept: text/plain",), "body": SDP}, 406, None, None),
    ({"tag": "nobody", "body": SDP}, 481, None, None)])
def test_an_invite_that_asks_too_much_is_told_what_we_have(fields, status, header, value):
    answer, = Desk().datagram(request("INVITE", **fields))
    assert answer.status == status and (header is None or answer.get(header) == value)


def test_an_invite_at_its_last_hop_gets_483():
    assert statuses(Desk().datagram(request("INVITE", body=SDP).replace(b"s: 70", b"s: 0"))) == [483]


def test_the_same_call_by_two_ways_is_taken_once():
    desk = Desk()
    invited(desk)
    assert statuses(desk.datagram(request("INVITE", branch="z9hG4bK2", body=SDP))) == [482]


def test_options_is_answered_in_and_outside_of_a_call():
    desk = Desk()
    _, ok = desk.answered()
    for answer in (*desk.datagram(request("OPTIONS", branch="z9hG4bKo", call="o")),
                   *desk.datagram(request("OPTIONS", 2, ok.to.tag, "z9hG4bKp"))):
        assert answer.status == 200 and "BYE" in answer.tokens("Allow")
        assert "application/sdp" in answer.tokens("Accept") and "Supported" in answer.fields


def test_a_registered_interface_sends_foreign_callers_to_its_proxy():
    desk = Desk(no_reg=False)
    desk.take()
    answer, = desk.datagram(request("INVITE", body=SDP, via=ELSEWHERE[0]), ELSEWHERE)
    assert answer.status == 305 and answer.contacts[0].uri.host == "192.0.2.1" and desk.heard() == []
    assert statuses(desk.datagram(request("INVITE", body=SDP, call="b", branch="z9hG4bK2"))) == [100]


def test_accept_anywhere_takes_foreign_callers():
    desk = Desk(no_reg=False, accept_anywhere=True)
    desk.take()
    assert statuses(desk.datagram(request("INVITE", body=SDP, via=ELSEWHERE[0]), ELSEWHERE)) == [100]


def test_without_any_interface_nobody_is_found():
    assert statuses(Desk(disable=True).datagram(request("INVITE", body=SDP))) == [404]


def test_the_called_number_can_come_from_to():
    desk = Desk(get_cdpn_from_to_uri=True)
    desk.datagram(request("INVITE", body=SDP, uri=f"sip:trunk@{US}"))
    assert desk.heard()[0].called == "201"


def test_the_calling_number_can_come_from_an_identity_header():
    desk = Desk(prefer_pai=True)
    desk.datagram(request("INVITE", body=SDP, more=('P-Asserted-Identity: "Anna" <sip:+49301@x.example>',)))
    setup, = desk.heard()
    assert (setup.calling, setup.name) == ("+49301", "Anna")


def test_responses_go_where_rport_and_received_say():
    desk = Desk()
    invite = request("OPTIONS").replace(b";branch", b";rport;branch")
    desk.apply(desk.sip.receive(_from(invite, ("203.0.113.5", 40000)), 0))
    (to, answer), = desk.sent
    assert to == ("203.0.113.5", 40000)
    assert (answer.via.params["rport"], answer.via.params["received"]) == ("40000", "203.0.113.5")
    desk.sent = []
    desk.apply(desk.sip.receive(_from(request("OPTIONS", branch="z9hG4bK2"), ("203.0.113.5", 40000)), 0))
    (to, answer), = desk.sent
    assert to == ("203.0.113.5", 5060) and answer.via.params["received"] == "203.0.113.5"


def _from(data, source):
    from hal.net import Datagram
    return Datagram(MAIN, source, data)


def test_more_calls_than_the_board_has_room_for_get_503_and_leave_nothing():
    desk = Desk(limits=LIMITS._replace(dialogs=2))
    legs = [desk.answered(call=f"c{number}", branch=f"z9hG4bK{number}") for number in range(2)]
    servers = len(desk.sip.agent.layer.servers)
    for number in range(5000):
        refusal, = desk.datagram(request("INVITE", body=SDP, call=f"f{number}", branch=f"z9hG4bKf{number}"))
        assert refusal.status == 503 and refusal.seconds("Retry-After") > 0
    assert len(desk.sip.agent.layer.servers) == servers and desk.calls() == 2
    for number, (_, ok) in enumerate(legs):
        bye = request("BYE", 2, ok.to.tag, f"z9hG4bKb{number}", call=f"c{number}")
        assert statuses(desk.datagram(bye)) == [200]


def test_a_flood_of_requests_is_bounded_and_dialogs_go_on():
    desk = Desk(limits=LIMITS._replace(dialogs=4))
    leg, ok = desk.answered()
    limit = desk.sip.agent.layer.limit
    seen = set()
    for number in range(limit + 500):
        seen.update(statuses(desk.datagram(request("OPTIONS", call=f"f{number}", branch=f"z9hG4bKf{number}"))))
    assert seen == {200, 503} and len(desk.sip.agent.layer.servers) <= limit
    assert statuses(desk.datagram(request("BYE", 2, ok.to.tag, "z9hG4bKb"))) == [200]
    assert desk.heard() == [Release(leg, cause.NORMAL)]
    desk.run(40)
    assert not desk.sip.agent.layer.servers and desk.sip.due() is None


def test_codecs_keep_their_payload_types_through_an_answer():
    desk = Desk()
    offer = SDP.replace(b"8 101", b"112 8") + b"a=rtpmap:112 G726-32/8000\r\na=ptime:30\r\n"
    desk.datagram(request("INVITE", body=offer))
    setup, = desk.heard()
    g726 = Codec("g726-32", 112, 8000)
    assert setup.media == Audio("192.0.2.2", 4000, (g726, PCMA), 30, "sendrecv")
    ok, = desk.tell(Connect(setup.leg, Audio(US, 16384, (g726,), 30, "sendrecv")))
    media = sdp.parse(ok.body).media[0]
    assert (media.formats, media.rtpmap["112"], media.ptime) == (["112"], "G726-32/8000", 30)


def test_a_peer_whose_contact_is_a_name_is_reached_where_it_speaks_from():
    desk = Desk()
    invite = request("INVITE", body=SDP).replace(b"100@192.0.2.2:5062", b"100@phone.example")
    desk.datagram(invite)
    leg = desk.heard()[0].leg
    ok, = desk.tell(Connect(leg, OURS))
    desk.datagram(request("ACK", tag=ok.to.tag, branch="z9hG4bKa"))
    desk.apply(desk.sip.receive(Release(leg, cause.NORMAL), desk.now))
    (to, bye), = desk.sent
    assert to == SERVER and bye.uri == "sip:100@phone.example"
