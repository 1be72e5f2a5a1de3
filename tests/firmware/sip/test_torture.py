"""RFC 4475: every message of each class gets the answer that the RFC has for it."""

import pytest

from firmware.sip.parser import check, parse
from tests.firmware.sip import torture
from tests.firmware.sip.rig import Desk

ALL = (*((name, data, None) for name, data in torture.VALID), *torture.INVALID, *torture.APPLICATION)


def test_all_three_classes_are_complete():
    assert (len(torture.VALID), len(torture.INVALID), len(torture.APPLICATION)) == (13, 19, 17)


@pytest.mark.parametrize(("name", "data"), torture.VALID, ids=lambda value: value if isinstance(value, str) else "")
def test_a_valid_message_is_accepted(name, data):
    assert check(parse(data)) is None


@pytest.mark.parametrize(("name", "data", "status"), torture.INVALID,
                         ids=lambda value: value if isinstance(value, str) else "")
def test_an_invalid_message_is_not_accepted(name, data, status):
    wrong = check(parse(data))
    assert wrong is not None
    assert status == "drop" or wrong[0] == status


@pytest.mark.parametrize(("name", "data", "status"), [*torture.INVALID, *torture.APPLICATION],
                         ids=lambda value: value if isinstance(value, str) else "")
def test_the_agent_answers_as_the_rfc_says(name, data, status):
    answers = [message.status for message in Desk().datagram(data)]
    assert answers == ([] if status == "drop" else [status])


@pytest.mark.parametrize("cut", range(3, 60, 7))
@pytest.mark.parametrize(("name", "data", "status"), ALL, ids=lambda value: value if isinstance(value, str) else "")
def test_a_piece_of_a_message_does_no_harm(name, data, status, cut):
    desk = Desk()
    assert len(desk.datagram(data[:len(data) * cut // 60])) <= 2
    assert desk.calls() <= 1


def test_the_short_tortuous_invite_reads_as_its_author_meant():
    message = parse(torture.WSINV)
    assert check(message) is None
    assert message.from_.display == 'J Rosenberg \\"' and message.from_.tag == "98asjd8"
    assert message.to.uri.host == "chair-dnrc.example.com" and message.to.tag == "1918181833n"
    assert (message.cseq.number, message.cseq.method, message.max_forwards) == (9, "INVITE", 68)
    assert [via.partition(";")[0].split()[-1] for via in message.all("Via")[:1]] == ["192.0.2.2"]
    assert message.via.branch == "390skdjuw"
    assert message.get("newfangledheader") == "newfangled value continued newfangled value"
    contact = message.contacts[0]
    assert contact.display == 'Quoted string ""' and contact.params == {
        "newparam": "newvalue", "secondparam": None, "q": "0.33"}
    assert message.routes[0].uri.params == {"lr": None, "unknownwith": "value", "unknown-no-value": None}


def test_escapes_are_undone_once_and_only_where_they_count():
    message = parse(torture.ESC01)
    assert message.request_uri.name == "sips:user@example.com"
    assert message.to.uri.name == "user" and message.from_.uri.name == "I have spaces"
    assert parse(torture.ESCNULL).to.uri.name == "null-\0-null"
    assert parse(torture.ESC02).method == "RE%47IST%45R" and parse(torture.ESC02).to.display == "%Z%45"


def test_octets_after_the_counted_body_are_dropped():
    assert parse(torture.DBLREQ).body == b""


def test_reason_phrases_may_be_anything_or_nothing():
    assert parse(torture.UNREASON).reason.startswith("= 2**3 * 5**2 но")
    assert parse(torture.NOREASON).reason == ""
