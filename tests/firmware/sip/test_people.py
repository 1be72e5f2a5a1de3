"""Each handset's user registers at the PBX as itself: article 31, issue "To the PBX"."""

import pytest

from firmware import digest
from firmware.call.leg import Leg, Setup
from firmware.call.users import Absent, Present, present
from tests.firmware.sip.rig import OURS, Desk, reply, request
from tests.firmware.sip.test_registration import challenge, granted

ANNA = Present("anna", "anna", "201", "annas")
BERT = Present("bert", "IP64 17", "202", "berts")
USERS = {"aor": "192.0.2.1", "no_reg": None, "users": True}


def desk(**more):
    return Desk(**{**USERS, **more})


def prove(one, register):
    second, = one.datagram(reply(register, 401, more=(challenge(),)))
    one.datagram(granted(second))
    return second


def test_nobody_registers_before_a_handset_is_there_and_then_its_user_does():
    one = desk()
    assert one.take() == []
    register, = one.tell(ANNA)
    assert register.get("To") == "<sip:anna@192.0.2.1>" and register.uri == "sip:192.0.2.1"
    contact, = register.contacts
    assert contact.text == "sip:anna@192.0.2.10:5060" and contact.params["hw"] == "anna"


def test_the_hardware_id_is_what_the_directory_says_else_the_name():
    register, = desk().tell(BERT)
    assert register.contacts[0].params["hw"] == "IP64%2017"
    assert present({"h323": "cleo"}) == Present("cleo", "cleo", "", "")
    assert present({"h323": "cleo", "hw": "x", "e164": "7", "pwd": "p"}) == Present("cleo", "x", "7", "p")
    assert present({"cn": "nobody a PBX knows"}) is None


@pytest.mark.parametrize(("more", "password"), [
    ({}, "annas"), ({"system_pwd": True, "pwd": "of the PBX"}, "of the PBX")])
def test_a_user_proves_himself_with_his_own_password_or_with_that_of_the_system(more, password):
    one = desk(**more)
    second = prove(one, one.tell(ANNA)[0])
    fields = digest.parse(second.get("Authorization"))
    assert fields["username"] == "anna" and digest.check(fields, "REGISTER", password)


def test_a_user_who_goes_takes_his_binding_away_and_the_others_stay():
    one = desk()
    prove(one, one.tell(ANNA)[0])
    prove(one, one.tell(BERT)[0])
    last, = one.tell(Absent("anna"))
    assert last.get("Expires") == "0" and last.get("To") == "<sip:anna@192.0.2.1>"
    assert [account.person.user for account in one.sip.agent.accounts] == ["bert"]
    assert one.tell(Absent("anna")) == []


def test_the_same_user_again_changes_nothing_and_a_new_password_registers_anew():
    one = desk()
    prove(one, one.tell(ANNA)[0])
    assert one.tell(ANNA) == []
    gone, again = one.tell(Present("anna", "anna", "201", "other"))
    assert (gone.get("Expires"), again.get("Expires")) == ("0", "120")


def test_calls_of_a_handset_go_out_as_its_user_and_never_as_another():
    one = desk()
    prove(one, one.tell(ANNA)[0])
    invite, = one.tell(Setup(Leg("SIP", 1), "300", "201", "Anna", OURS))
    assert invite.from_.text == "sip:anna@192.0.2.1"
    # Bert has not registered: his call fails.
    one.tell(BERT)
    one.heard()
    assert one.tell(Setup(Leg("SIP", 3), "300", "202", "Bert", OURS)) == []
    assert len(one.heard()) == 1


def test_a_call_for_a_user_reaches_his_account_through_its_contact():
    one = desk()
    prove(one, one.tell(ANNA)[0])
    one.datagram(request("INVITE", uri="sip:anna@192.0.2.10:5060"))
    setup = next(message for message in one.heard() if isinstance(message, Setup))
    assert setup.called == "anna"


def test_switching_the_interface_off_takes_every_binding_away():
    one = desk()
    for person in (ANNA, BERT):
        prove(one, one.tell(person)[0])
    one.interface("REG1", aor="192.0.2.1", users=True, disable=True)
    assert [message.get("Expires") for message in one.take()] == ["0", "0"]
    assert one.sip.agent.accounts == []


def test_users_share_a_local_port_of_their_interface_and_the_last_gives_it_back():
    one = desk(local_port=5099)
    for person in (ANNA, BERT):
        one.tell(person)
    assert [message.contacts[0].uri.port for message in one.tell(Present("cleo", "cleo", "203", ""))] == [5099]
    for user in ("anna", "bert"):
        one.tell(Absent(user))
    assert not [effect for effect in one.other if type(effect).__name__ == "Close"]
    one.tell(Absent("cleo"))
    assert [effect.key for effect in one.other if type(effect).__name__ == "Close"] == [("sip", 1)]


def test_users_appear_in_the_list_of_interfaces():
    one = desk()
    prove(one, one.tell(ANNA)[0])
    text, _ = one.sip.command("", ["info"], 0)
    assert text == "REG1 sip:anna@192.0.2.1 192.0.2.1:5060 registered\r\n"
