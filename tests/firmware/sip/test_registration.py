"""Registrations on virtual time: RFC 3261 10.2, 22, and what the alarm says of them."""

import pytest

from firmware import digest
from firmware.effects import Clear, Raise
from firmware.log import REGISTRATION_FAILED
from tests.firmware.sip.rig import Desk, reply

NONCE = 'Digest realm="r", nonce="{}", qop="auth", algorithm=MD5'
PROVIDER = {"no_reg": None}


def challenge(nonce="n1", stale=False):
    return "WWW-Authenticate: " + NONCE.format(nonce) + (", stale=true" if stale else "")


def account(desk):
    return desk.sip.agent.accounts[0]


def registered(desk, expires=120):
    """Challenge and accept the REGISTER that is out; the one with credentials."""
    second, = desk.datagram(reply(desk.take()[-1], 401, more=(challenge(),)))
    assert desk.datagram(granted(second, expires)) == []
    assert account(desk).registration.registered
    return second


def granted(register, expires=120):
    contact = register.get("Contact")
    return reply(register, 200, contact=f"{contact};expires={expires}")


def alarms(desk):
    found, desk.other = [one for one in desk.other if isinstance(one, (Raise, Clear))], []
    return found


def test_a_register_names_the_aor_the_contact_and_the_interval():
    desk = Desk(**PROVIDER)
    register, = desk.take()
    assert (register.uri, register.get("To"), register.get("Expires")) == (
        "sip:192.0.2.1", "<sip:201@192.0.2.1>", "120")
    assert register.from_.tag and register.contacts[0].text == "sip:201@192.0.2.10:5060"


def test_a_challenge_is_answered_with_a_right_digest():
    desk = Desk(user="anna", **PROVIDER)
    first, = desk.take()
    second, = desk.datagram(reply(first, 401, more=(challenge(),)))
    fields = digest.parse(second.get("Authorization"))
    assert fields["username"] == "anna" and fields["uri"] == second.uri
    assert digest.check(fields, "REGISTER", "secret")
    assert (second.call_id, second.cseq.number) == (first.call_id, first.cseq.number + 1)


def test_it_refreshes_at_half_of_what_was_granted_with_the_same_nonce_counted_up():
    desk = Desk(**PROVIDER)
    first = registered(desk, 100)
    when, refresh = desk.run(60)[0]
    assert when == 50 and refresh.call_id == first.call_id
    fields = digest.parse(refresh.get("Authorization"))
    assert (fields["nonce"], fields["nc"]) == ("n1", "00000002") and digest.check(fields, "REGISTER", "secret")


def test_a_stale_nonce_is_replaced_without_a_failure():
    desk = Desk(**PROVIDER)
    registered(desk)
    _, refresh = desk.run(61)[0]
    again, = desk.datagram(reply(refresh, 401, more=(challenge("n2", stale=True),)))
    assert digest.parse(again.get("Authorization"))["nonce"] == "n2"
    desk.datagram(granted(again))
    assert alarms(desk) == []


def test_the_next_nonce_of_authentication_info_is_used():
    desk = Desk(**PROVIDER)
    second, = desk.datagram(reply(desk.take()[0], 401, more=(challenge(),)))
    desk.datagram(granted(second).replace(b"\r\n\r\n", b'\r\nAuthentication-Info: nextnonce="n7"\r\n\r\n'))
    fields = digest.parse(desk.run(61)[0][1].get("Authorization"))
    assert (fields["nonce"], fields["nc"]) == ("n7", "00000001")


def test_a_wrong_password_raises_the_alarm_and_is_tried_again_later():
    desk = Desk(**PROVIDER)
    second, = desk.datagram(reply(desk.take()[0], 401, more=(challenge(),)))
    assert desk.datagram(reply(second, 401, more=(challenge(),))) == []
    assert desk.run(31)[0][0] == 30
    assert alarms(desk) == [Raise(REGISTRATION_FAILED, 2, "Protocol SIP / AOR <sip:201@192.0.2.1> / "
                                                          "Comment 401 Unauthorized")]


def test_silence_raises_timeout_and_success_clears_it():
    desk = Desk(**PROVIDER)
    desk.run(33)
    assert alarms(desk) == [Raise(REGISTRATION_FAILED, 2, "Protocol SIP / AOR <sip:201@192.0.2.1> / Comment Timeout")]
    tries = [message for _, message in desk.run(30)]
    desk.datagram(granted(tries[0]))
    assert alarms(desk) == [Clear(REGISTRATION_FAILED)] and account(desk).usable


def test_the_wait_doubles_from_30_s_to_10_minutes():
    desk = Desk(**PROVIDER)
    register = desk.take()[0]
    waits = []
    for _ in range(7):
        desk.datagram(reply(register, 403))
        begun = desk.now
        while not desk.sent:
            desk.now = desk.sip.due()
            desk.apply(desk.sip.tick(desk.now))
        register = desk.take()[0]
        waits.append((desk.now - begun) / 1_000_000)
    assert waits == [30, 60, 120, 240, 480, 600, 600]


def test_retry_after_is_obeyed():
    desk = Desk(**PROVIDER)
    desk.datagram(reply(desk.take()[0], 503, more=("Retry-After: 7 (busy)",)))
    assert desk.run(8)[0][0] == 7


def test_423_is_tried_again_with_the_servers_minimum():
    desk = Desk(**PROVIDER)
    again, = desk.datagram(reply(desk.take()[0], 423, more=("Min-Expires: 3600",)))
    assert again.get("Expires") == "3600"
    assert desk.datagram(reply(again, 423, more=("Min-Expires: 3600",))) == [], "not for ever"


@pytest.mark.parametrize(("contact", "more", "seconds"), [
    ("<sip:201@192.0.2.10:5060>;expires=60", (), 30), ("<sip:x@192.0.2.99>;expires=10", ("Expires: 200",), 100),
    ("<sip:201@192.0.2.10:5060>", (), 60)])
def test_the_granted_interval_is_our_contacts_or_the_headers_or_what_we_asked(contact, more, seconds):
    desk = Desk(**PROVIDER)
    desk.datagram(reply(desk.take()[0], 200, contact=contact, more=more))
    assert desk.run(101)[0][0] == seconds


def test_a_registration_that_cannot_be_refreshed_lapses_at_its_time():
    desk = Desk(**PROVIDER)
    registered(desk, 100)
    desk.run(99)
    assert account(desk).usable
    desk.run(1.5)
    assert not account(desk).usable


def test_disabling_takes_the_binding_away():
    desk = Desk(**PROVIDER)
    registered(desk)
    desk.interface("REG1", aor="201@192.0.2.1", pwd="secret", disable=True)
    gone, = desk.take()
    assert gone.get("Expires") == "0" and gone.contacts[0].uri.host == "192.0.2.10" and gone.get("Authorization")
    desk.datagram(reply(gone, 200))
    assert desk.run(1000) == [] and desk.sip.agent.accounts == []


def test_a_tweak_does_not_touch_the_registration_but_a_new_password_does():
    desk = Desk(**PROVIDER)
    registered(desk)
    desk.interface("REG1", aor="201@192.0.2.1", pwd="secret", from_header="cgpn")
    assert desk.take() == [] and account(desk).values["from-header"] == "cgpn"
    desk.interface("REG1", aor="201@192.0.2.1", pwd="other")
    assert [message.get("Expires") for message in desk.take()] == ["0", "120"]


def test_interfaces_register_each_for_itself_and_one_failure_names_the_failing():
    desk = Desk(**PROVIDER)
    desk.interface("REG2", aor="8@192.0.2.9", pwd="x")
    one, two = desk.take()
    desk.datagram(granted(one))
    desk.datagram(reply(two, 403), ("192.0.2.9", 5060))
    assert [one.text for one in alarms(desk)] == ["Protocol SIP / AOR <sip:8@192.0.2.9> / Comment 403 Forbidden"]
    assert [one.usable for one in desk.sip.agent.accounts] == [True, False]
