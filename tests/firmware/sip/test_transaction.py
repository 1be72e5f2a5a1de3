"""RFC 3261 17 and RFC 6026 on virtual time: each timer, each matching rule."""

import pytest

from firmware.effects import Send
from firmware.sip.events import Request, Response, TimedOut
from firmware.sip.message import request as new_request
from firmware.sip.message import response as new_response
from firmware.sip.parser import check, parse
from firmware.sip.transaction import Transactions
from tests.firmware.sip.rig import SECOND, request

KEY, PEER = ("sip", 0), ("192.0.2.1", 5060)


class Bench:
    """A transaction layer and its clock; what it sends, with the seconds at which it did, and its events."""

    def __init__(self):
        self.layer = Transactions(100)
        self.now = 0
        self.sent, self.events = [], []

    def take(self, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.sent.append((self.now / SECOND, effect.data.split(b" ")[0 if effect.data[:3] != b"SIP" else 1]))
            else:
                self.events.append(effect)

    def send(self, method):
        message = new_request(method, "sip:100@192.0.2.1", [
            ("Via", "SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKx"), ("Max-Forwards", "70"),
            ("From", "<sip:201@192.0.2.1>;tag=we"), ("To", "<sip:100@192.0.2.1>"), ("Call-ID", "a"),
            ("CSeq", f"1 {method}"), ("Route", "<sip:192.0.2.1;lr>")])
        transaction, effects = self.layer.send("z9hG4bKx", message, KEY, PEER, None, self.now)
        self.take(effects)
        return transaction

    def answer(self, transaction, status, tag="they"):
        message = parse(new_response(transaction.message, status, tag).build())
        assert check(message) is None
        self.take(self.layer.receive_response(message, self.now))

    def request(self, method, **fields):
        message = parse(request(method, **fields))
        assert check(message) is None
        self.take(self.layer.receive_request(message, KEY, PEER, self.now))
        return self.events[-1] if self.events else None

    def respond(self, event, status):
        self.take(self.layer.respond(event.transaction, new_response(event.message, status, "we"), self.now))

    def run(self, seconds):
        end = self.now + int(seconds * SECOND)
        while self.layer.due() is not None and self.layer.due() <= end:
            self.now = max(self.now, self.layer.due())
            self.take(self.layer.tick(self.now))
        self.now = end


def times(sent, what):
    return [when for when, word in sent if word == what]


def test_timer_a_doubles_without_end_and_timer_b_gives_up_after_64_t1():
    bench = Bench()
    transaction = bench.send("INVITE")
    bench.run(40)
    assert times(bench.sent, b"INVITE") == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.events == [TimedOut(transaction)] and not bench.layer.clients


def test_timer_e_doubles_to_t2_and_timer_f_gives_up_after_64_t1():
    bench = Bench()
    transaction = bench.send("OPTIONS")
    bench.run(40)
    assert times(bench.sent, b"OPTIONS") == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.events == [TimedOut(transaction)] and not bench.layer.clients


def test_a_provisional_answer_stops_an_invite_and_slows_another_request_to_t2():
    bench = Bench()
    invite = bench.send("INVITE")
    bench.answer(invite, 100)
    bench.run(200)
    assert times(bench.sent, b"INVITE") == [0] and invite.id in bench.layer.clients
    bench = Bench()
    bench.answer(bench.send("OPTIONS"), 100)
    bench.run(9)
    assert times(bench.sent, b"OPTIONS") == [0, 0.5, 4.5, 8.5]


def test_a_refused_invite_is_acknowledged_each_time_until_timer_d():
    bench = Bench()
    invite = bench.send("INVITE")
    bench.answer(invite, 486)
    bench.run(31)
    bench.answer(invite, 486)
    assert times(bench.sent, b"ACK") == [0, 31]
    assert [type(event) for event in bench.events] == [Response]
    bench.run(2)
    bench.answer(invite, 486)
    assert len(times(bench.sent, b"ACK")) == 2 and bench.events[-1].transaction is None


def test_the_ack_of_a_refusal_repeats_the_invites_via_and_route_and_the_answers_to():
    bench = Bench()
    invite = bench.send("INVITE")
    bench.answer(invite, 404, "theirs")
    ack = parse(invite.data)
    assert check(ack) is None
    assert (ack.get("Via"), ack.get("Route"), ack.get("CSeq"), ack.to.tag, ack.uri) == (
        invite.message.get("Via"), "<sip:192.0.2.1;lr>", "1 ACK", "theirs", invite.message.uri)


def test_every_2xx_of_an_invite_reaches_the_user_until_timer_m():
    bench = Bench()
    invite = bench.send("INVITE")
    bench.answer(invite, 200, "one")
    bench.run(31)
    bench.answer(invite, 200, "two")
    assert [event.message.to.tag for event in bench.events] == ["one", "two"]
    bench.run(2)
    assert not bench.layer.clients


def test_an_answer_out_of_order_changes_nothing():
    bench = Bench()
    invite = bench.send("INVITE")
    bench.answer(invite, 486)
    for status in (100, 180, 200):
        bench.answer(invite, status)
    assert [event.message.status for event in bench.events] == [486]
    plain = Bench()
    options = plain.send("OPTIONS")
    plain.answer(options, 200)
    plain.answer(options, 100)
    plain.answer(options, 404)
    assert [event.message.status for event in plain.events] == [200]


def test_a_plain_client_is_gone_after_timer_k():
    bench = Bench()
    bench.answer(bench.send("BYE"), 200)
    bench.run(4.9)
    assert bench.layer.clients
    bench.run(0.2)
    assert not bench.layer.clients


def test_a_response_is_matched_by_branch_and_by_method():
    bench = Bench()
    invite = bench.send("INVITE")
    other = parse(new_response(invite.message, 200, "x").build().replace(b"1 INVITE", b"1 CANCEL"))
    assert bench.layer.receive_response(other, 0)[0].transaction is None
    other = parse(new_response(invite.message, 200, "x").build().replace(b"z9hG4bKx", b"z9hG4bKy"))
    assert bench.layer.receive_response(other, 0)[0].transaction is None


def test_timer_g_repeats_a_refusal_until_its_ack_and_timer_i_ends_it():
    bench = Bench()
    event = bench.request("INVITE")
    bench.respond(event, 486)
    bench.run(4)
    assert times(bench.sent, b"486") == [0, 0.5, 1.5, 3.5]
    bench.request("ACK", tag="we")
    bench.run(4.9)
    assert len(bench.sent) == 4 and bench.layer.servers
    bench.run(0.2)
    assert not bench.layer.servers and len(bench.events) == 1


def test_timer_h_gives_up_a_refusal_without_ack():
    bench = Bench()
    event = bench.request("INVITE")
    bench.respond(event, 486)
    bench.run(40)
    assert times(bench.sent, b"486") == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.events[-1] == TimedOut(event.transaction) and not bench.layer.servers


def test_a_repeated_invite_gets_the_latest_provisional_answer_again():
    bench = Bench()
    event = bench.request("INVITE")
    for status in (100, 180):
        bench.respond(event, status)
    bench.request("INVITE")
    assert [word for _, word in bench.sent] == [b"100", b"180", b"180"] and len(bench.events) == 1


def test_a_repeated_invite_after_2xx_is_absorbed_until_timer_l_and_its_ack_goes_up():
    bench = Bench()
    bench.respond(bench.request("INVITE"), 200)
    bench.run(31)
    bench.request("INVITE")
    assert len(bench.events) == 1 and times(bench.sent, b"200") == [0]
    ack = bench.request("ACK", tag="we")
    assert ack.transaction is None and ack.message.method == "ACK"
    bench.run(1.1)
    assert not bench.layer.servers


def test_timer_j_answers_a_repeated_request_for_64_t1():
    bench = Bench()
    bench.respond(bench.request("BYE", tag="we"), 200)
    bench.run(31.9)
    bench.request("BYE", tag="we")
    assert times(bench.sent, b"200") == [0, 31.9]
    bench.run(0.2)
    assert not bench.layer.servers


@pytest.mark.parametrize("change", [{"branch": "z9hG4bK2"}, {"via": "192.0.2.77"}])
def test_a_request_is_matched_by_branch_and_sent_by(change):
    bench = Bench()
    bench.request("INVITE")
    bench.request("INVITE", **change)
    assert len(bench.events) == 2


def test_a_branch_without_the_cookie_is_matched_as_rfc_2543_did():
    bench = Bench()
    first = bench.request("INVITE", branch="1")
    bench.request("INVITE", branch="1")
    assert len(bench.events) == 1
    bench.request("INVITE", branch="1", number=2)
    assert len(bench.events) == 2
    bench.respond(first, 486)
    bench.request("ACK", branch="1", tag="we")
    assert len(bench.events) == 2 and first.transaction.state == "confirmed"


def test_an_ack_for_a_refusal_does_not_go_up_however_often_it_comes():
    bench = Bench()
    bench.respond(bench.request("INVITE"), 404)
    for _ in range(3):
        bench.request("ACK", tag="we")
    assert [type(event) for event in bench.events] == [Request]


def test_a_cancel_finds_the_invite_that_it_means():
    bench = Bench()
    invite = bench.request("INVITE")
    cancel = parse(request("CANCEL"))
    assert check(cancel) is None and bench.layer.cancelled(cancel) is invite.transaction
    other = parse(request("CANCEL", branch="z9hG4bK2"))
    assert check(other) is None and bench.layer.cancelled(other) is None


def test_ten_thousand_transactions_are_ticked_in_order_and_leave_nothing():
    bench = Bench()
    for number in range(10_000):
        bench.now += 100
        event = bench.request("OPTIONS", branch=f"z9hG4bK{number}", call=f"c{number}")
        bench.respond(event, 200)
    assert len(bench.layer.servers) == 10_000
    bench.run(40)
    assert not bench.layer.servers and bench.layer.due() is None
