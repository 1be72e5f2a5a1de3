"""Calls to the network: INVITE with all its answers, CANCEL and its races, forks; RFC 3261 9.1, 13.2, 22."""

import pytest

from firmware.call import cause
from firmware.call.leg import Alerting, Connect, Digits, Leg, Media, Proceeding, Release, Setup
from firmware.sip import sdp
from firmware.sip.leg import REFUSED
from tests.firmware.sip.rig import OURS, PCMA, SDP, SERVER, THEIRS, US, Desk, reply, request

LEG = Leg("SIP", 1)
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth", algorithm=MD5'
PROXY = 'Proxy-Authenticate: Digest realm="p", nonce="n2"'


def called(desk, to="300", calling="201", name="Anna"):
    """CALL wants a call; our INVITE."""
    invite, = desk.tell(Setup(LEG, to, calling, name, OURS))
    assert invite.method == "INVITE"
    return invite


def up(desk):
    invite = called(desk)
    desk.datagram(reply(invite, 200, body=SDP))
    assert [type(one) for one in desk.heard()] == [Connect]
    return invite


def test_a_setup_becomes_an_invite_with_our_offer():
    desk = Desk()
    invite = called(desk)
    assert (invite.uri, invite.get("To"), invite.from_.uri.name) == ("sip:300@192.0.2.1", "<sip:300@192.0.2.1>", "201")
    assert invite.contacts[0].text == f"sip:201@{US}:5060" and "rport" in invite.via.params
    assert sdp.parse(invite.body).media[0].port == 16384 and invite.max_forwards == 70


def test_answers_are_passed_on_as_they_come():
    desk = Desk()
    invite = called(desk)
    desk.datagram(reply(invite, 100, tag=""))
    desk.datagram(reply(invite, 180))
    desk.datagram(reply(invite, 180))
    ack, = desk.datagram(reply(invite, 200, body=SDP))
    assert desk.heard() == [Proceeding(LEG), Alerting(LEG, None), Connect(LEG, THEIRS)]
    assert (ack.method, ack.uri, ack.cseq.number, ack.to.tag) == ("ACK", "sip:100@192.0.2.2:5062", 1, "peer")
    assert ack.via.branch != invite.via.branch


def test_a_repeated_200_gets_its_ack_again_and_nothing_else():
    desk = Desk()
    invite = called(desk)
    first, = desk.datagram(reply(invite, 200, body=SDP))
    desk.heard()
    again, = desk.datagram(reply(invite, 200, body=SDP))
    assert again.build() == first.build() and desk.heard() == []


def test_the_first_fork_wins_and_another_is_acknowledged_and_released_once():
    desk = Desk()
    invite = called(desk)
    desk.datagram(reply(invite, 180, tag="one"))
    desk.datagram(reply(invite, 180, tag="two"))
    desk.datagram(reply(invite, 200, tag="two", body=SDP))
    ack, bye = desk.datagram(reply(invite, 200, tag="one", body=SDP, contact="<sip:100@192.0.2.3>"))
    assert (ack.method, bye.method, ack.to.tag, bye.to.tag) == ("ACK", "BYE", "one", "one")
    assert bye.uri == "sip:100@192.0.2.3"
    desk.datagram(reply(bye, 200))
    repeated = desk.datagram(reply(invite, 200, tag="one", body=SDP))
    assert [message.method for message in repeated] == ["ACK"]
    assert desk.heard() == [Alerting(LEG, None), Connect(LEG, THEIRS)] and desk.calls() == 1


def test_early_media_answers_an_offer_when_the_200_has_no_sdp():
    desk = Desk()
    invite = called(desk)
    desk.datagram(reply(invite, 183, body=SDP))
    desk.datagram(reply(invite, 200))
    assert desk.heard() == [Proceeding(LEG), Connect(LEG, THEIRS)]


def test_early_media_does_not_count_with_no_early_media():
    desk = Desk(no_early_media=True)
    invite = called(desk)
    desk.datagram(reply(invite, 183, body=SDP))
    ack, bye = desk.datagram(reply(invite, 200))
    assert (ack.method, bye.method) == ("ACK", "BYE")
    assert desk.heard()[-1] == Release(LEG, cause.INCOMPATIBLE)


@pytest.mark.parametrize(("status", "value"), [
    (302, cause.INTERWORKING), (403, cause.REJECTED), (404, cause.UNALLOCATED), (480, cause.NO_USER_RESPONDING),
    (486, cause.BUSY), (488, cause.INCOMPATIBLE), (503, cause.TEMPORARY_FAILURE), (603, cause.REJECTED)])
def test_a_refusal_is_acknowledged_and_released_with_its_cause(status, value):
    desk = Desk()
    ack, = desk.datagram(reply(called(desk), status))
    assert ack.method == "ACK" and desk.heard() == [Release(LEG, value)] and desk.calls() == 0


def test_silence_is_released_after_timer_b():
    desk = Desk()
    called(desk)
    desk.run(32.5)
    assert desk.heard() == [Release(LEG, 102)] and desk.calls() == 0


@pytest.mark.parametrize(("status", "challenge", "header"), [
    (401, CHALLENGE, "Authorization"), (407, PROXY, "Proxy-Authorization")])
def test_a_challenge_is_answered_in_a_new_invite_of_the_same_call(status, challenge, header):
    desk = Desk()
    first = called(desk)
    ack, second = desk.datagram(reply(first, status, more=(challenge,)))
    assert ack.method == "ACK" and 'username="201"' in second.get(header)
    assert (second.call_id, second.from_.tag, second.cseq.number) == (first.call_id, first.from_.tag, 2)
    assert second.via.branch != first.via.branch
    ack, = desk.datagram(reply(second, 200, body=SDP))
    assert ack.get(header) == second.get(header), "13.2.2.4: the ACK carries the INVITE's credentials"
    assert desk.heard() == [Connect(LEG, THEIRS)]


def test_a_proxy_and_a_server_may_both_ask():
    desk = Desk()
    _, second = desk.datagram(reply(called(desk), 407, more=(PROXY,)))
    _, third = desk.datagram(reply(second, 401, more=(CHALLENGE,)))
    assert third.get("Authorization") and third.get("Proxy-Authorization")


def test_a_wrong_password_is_tried_once():
    desk = Desk()
    _, second = desk.datagram(reply(called(desk), 401, more=(CHALLENGE,)))
    ack, = desk.datagram(reply(second, 401, more=(CHALLENGE.replace("n1", "n9"),)))
    assert ack.method == "ACK" and desk.heard() == [Release(LEG, cause.REJECTED)]


def test_a_challenge_that_we_do_not_know_is_a_refusal():
    desk = Desk()
    desk.datagram(reply(called(desk), 401, more=("WWW-Authenticate: Basic realm=x",)))
    assert desk.heard() == [Release(LEG, cause.REJECTED)]


def test_a_cancel_waits_for_a_provisional_answer():
    desk = Desk()
    invite = called(desk)
    assert desk.tell(Release(LEG, cause.NORMAL)) == []
    cancel, = desk.datagram(reply(invite, 180))
    assert (cancel.method, cancel.get("Via"), cancel.get("CSeq"), cancel.uri) == (
        "CANCEL", invite.get("Via"), "1 CANCEL", invite.uri)
    assert cancel.to.tag == "" and desk.datagram(reply(invite, 183)) == []
    desk.datagram(reply(cancel, 200))
    ack, = desk.datagram(reply(invite, 487))
    assert ack.method == "ACK" and desk.heard() == [] and desk.calls() == 0


def test_a_ringing_call_is_cancelled_at_once():
    desk = Desk()
    desk.datagram(reply(called(desk), 180))
    cancel, = desk.tell(Release(LEG, cause.NORMAL))
    assert cancel.method == "CANCEL"


def test_an_answer_that_was_faster_than_the_cancel_is_acknowledged_and_released():
    desk = Desk()
    invite = called(desk)
    desk.datagram(reply(invite, 180))
    desk.heard()
    cancel, = desk.tell(Release(LEG, cause.NORMAL))
    ack, bye = desk.datagram(reply(invite, 200, body=SDP))
    assert (ack.method, bye.method) == ("ACK", "BYE")
    desk.datagram(reply(cancel, 481))
    desk.datagram(reply(bye, 200))
    assert [message.method for message in desk.datagram(reply(invite, 200, body=SDP))] == ["ACK"]
    assert desk.heard() == []


def test_an_answer_before_any_provisional_one_still_ends_a_call_that_call_gave_up():
    desk = Desk()
    invite = called(desk)
    desk.tell(Release(LEG, cause.NORMAL))
    assert [message.method for message in desk.datagram(reply(invite, 200, body=SDP))] == ["ACK", "BYE"]


def test_a_cancel_that_nobody_answers_leaves_nothing_behind():
    desk = Desk()
    desk.datagram(reply(called(desk), 180))
    desk.tell(Release(LEG, cause.NORMAL))
    desk.run(70)
    layer = desk.sip.agent.layer
    assert not layer.clients and not layer.servers and desk.sip.due() is None


def test_484_waits_for_more_digits_and_dials_again():
    desk = Desk()
    ack, = desk.datagram(reply(called(desk, "30"), 484))
    assert ack.method == "ACK" and desk.heard() == []
    again, = desk.tell(Digits(LEG, "05"))
    assert again.uri == "sip:3005@192.0.2.1" and again.cseq.number == 2


def test_484_clears_with_enforce_sending_complete():
    desk = Desk(enforce_sending_complete=True)
    desk.datagram(reply(called(desk, "30"), 484))
    assert desk.heard() == [Release(LEG, cause.INVALID_NUMBER)]


def test_record_route_is_reversed_into_our_route_set():
    desk = Desk()
    more = ("Record-Route: <sip:192.0.2.8;lr>", "Record-Route: <sip:192.0.2.1;lr>")
    ack, = desk.datagram(reply(called(desk), 200, body=SDP, more=more))
    assert ack.all("Route") == ["<sip:192.0.2.1;lr>", "<sip:192.0.2.8;lr>"]


def test_a_release_hangs_up_and_the_peers_bye_is_passed_on():
    desk = Desk()
    up(desk)
    bye, = desk.tell(Release(LEG, cause.NORMAL))
    assert bye.method == "BYE" and bye.cseq.number == 2
    desk = Desk()
    invite = up(desk)
    bye = request("BYE", 1, invite.from_.tag, "z9hG4bKb", invite.call_id, source="peer")
    assert [message.status for message in desk.datagram(bye)] == [200]
    assert desk.heard() == [Release(LEG, cause.NORMAL)]


def test_a_bye_that_is_challenged_is_sent_again():
    desk = Desk()
    up(desk)
    bye, = desk.tell(Release(LEG, cause.NORMAL))
    again, = desk.datagram(reply(bye, 407, more=(PROXY,)))
    assert again.method == "BYE" and again.get("Proxy-Authorization") and again.cseq.number == 3


def test_our_hold_is_offered_and_its_answer_goes_to_call():
    desk = Desk()
    up(desk)
    reinvite, = desk.tell(Media(LEG, OURS._replace(direction="sendonly")))
    described = sdp.parse(reinvite.body)
    assert described.media[0].direction == "sendonly" and described.origin.split()[2] == "2"
    held = SDP + b"a=recvonly\r\n"
    ack, = desk.datagram(reply(reinvite, 200, body=held))
    assert ack.cseq.number == 2 and desk.heard() == [Media(LEG, THEIRS._replace(direction="recvonly"))]


@pytest.mark.parametrize("status", [408, 481])
def test_a_dialog_that_the_peer_has_lost_is_ended(status):
    desk = Desk()
    up(desk)
    reinvite, = desk.tell(Media(LEG, OURS))
    ack, bye = desk.datagram(reply(reinvite, status))
    assert (ack.method, bye.method) == ("ACK", "BYE") and desk.heard() == [Release(LEG, cause.TEMPORARY_FAILURE)]


def test_a_refused_reinvite_leaves_the_call_as_it_was_and_call_is_told():
    desk = Desk()
    up(desk)
    reinvite, = desk.tell(Media(LEG, OURS))
    desk.datagram(reply(reinvite, 488))
    assert desk.heard() == [Media(LEG, REFUSED)] and desk.calls() == 1


def test_an_offer_that_comes_while_another_is_out_follows_it():
    desk = Desk()
    up(desk)
    first, = desk.tell(Media(LEG, OURS._replace(direction="sendonly")))
    assert desk.tell(Media(LEG, OURS)) == []
    ack, second = desk.datagram(reply(first, 200, body=SDP))
    assert (ack.method, sdp.parse(second.body).media[0].direction) == ("ACK", "sendrecv")
    ack, again = desk.datagram(reply(second, 401, more=(CHALLENGE,)))
    assert sdp.parse(again.body).media[0].direction == "sendrecv" and again.get("Authorization")


def test_a_reinvite_that_is_tried_for_ever_ends_the_call():
    desk = Desk()
    up(desk)
    reinvite, = desk.tell(Media(LEG, OURS))
    desk.datagram(reply(reinvite, 100))
    desk.run(290)
    assert desk.calls() == 1
    assert [message.method for _, message in desk.run(20)][:1] == ["BYE"]
    desk.run(40)
    assert desk.heard() == [Release(LEG, cause.TEMPORARY_FAILURE)] and not desk.sip.agent.layer.clients


def test_digits_go_by_info_to_a_peer_that_allows_it():
    desk = Desk()
    desk.datagram(reply(called(desk), 200, body=SDP, more=("Allow: INVITE, ACK, BYE, INFO",)))
    info, = desk.tell(Digits(LEG, "7"))
    assert info.method == "INFO" and info.body.startswith(b"Signal=7\r\n")
    desk = Desk()
    up(desk)
    assert desk.tell(Digits(LEG, "7")) == []


@pytest.mark.parametrize(("options", "source", "identity"), [
    ({"no_reg": True}, '"Anna" <sip:201@192.0.2.1>', ("P-Preferred-Identity", '"Anna" <sip:201@192.0.2.1>')),
    ({"no_reg": True, "pai": True}, '"Anna" <sip:201@192.0.2.1>',
     ("P-Asserted-Identity", '"Anna" <sip:201@192.0.2.1>')),
    ({"no_reg": True, "aor": "board@192.0.2.1", "identity_header": "aor"}, '"Anna" <sip:201@192.0.2.1>',
     ("P-Preferred-Identity", '"Anna" <sip:board@192.0.2.1>'))])
def test_an_unregistered_interface_says_who_calls(options, source, identity):
    invite = called(Desk(**options))
    assert invite.get("From").startswith(source + ";tag=") and invite.get(identity[0]) == identity[1]


@pytest.mark.parametrize(("mode", "source"), [
    ("aor", "<sip:board@192.0.2.1>"), ("aor-display", '"201" <sip:board@192.0.2.1>'),
    ("cgpn", '"Anna" <sip:201@192.0.2.1>')])
def test_a_registered_interface_has_three_modes_of_from(mode, source):
    desk = Desk(aor="board@192.0.2.1", no_reg=False, from_header=mode)
    desk.datagram(reply(desk.take()[0], 200, more=("Expires: 120",)))
    assert called(desk).get("From").startswith(source + ";tag=")


def test_a_number_with_odd_characters_is_escaped():
    assert called(Desk(), "*43# 1").uri == "sip:*43%23%201@192.0.2.1"


def test_without_a_usable_interface_the_network_is_out_of_order():
    desk = Desk(no_reg=False)
    desk.take()
    assert desk.tell(Setup(LEG, "300", "201", "", OURS)) == []
    assert desk.heard() == [Release(LEG, cause.NETWORK_OUT_OF_ORDER)]


def test_calls_leave_by_the_interface_that_the_leg_names():
    desk = Desk()
    desk.interface("REG2", aor="7@192.0.2.99", **{"no_reg": True})
    desk.apply(desk.sip.receive(Setup(Leg("SIP/REG2", 1), "300", "201", "", OURS), 0))
    (to, invite), = desk.sent
    assert to == ("192.0.2.99", 5060) and invite.uri == "sip:300@192.0.2.99"


def test_comfort_noise_is_left_out_where_the_interface_says_so():
    noisy = OURS._replace(codecs=(PCMA, PCMA._replace(name="cn", payload_type=13)))
    for option, formats in ((None, ["8", "13"]), (True, ["8"])):
        desk = Desk(rem_cn_capability=option)
        invite, = desk.tell(Setup(LEG, "300", "201", "", noisy))
        assert sdp.parse(invite.body).media[0].formats == formats


def test_answers_to_nothing_and_by_other_ways_are_dropped():
    desk = Desk()
    invite = called(desk)
    answer = reply(invite, 200, body=SDP)
    strange = [answer.replace(invite.via.branch.encode(), b"z9hG4bKnever"),
               answer.replace(b"Via: ", b"Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKy\r\nVia: "),
               answer.replace(f"UDP {US}".encode(), b"UDP 192.0.2.77"),
               answer.replace(b"CSeq: 1 INVITE", b"CSeq: 1 BYE"), answer.replace(b"Content-Length", b"Content Length")]
    for data in strange:
        assert desk.datagram(data, SERVER) == [] and desk.heard() == []
    desk.datagram(answer)
    assert [type(one) for one in desk.heard()] == [Connect]
