"""Texts between handsets at two radios of a system, and what becomes of those that cannot be brought (CLMS)."""

import pytest

from sim.site import Site
from tests.sim.test_machine_radios import ANNA, BERT, Calling, Three

CARL = "046600354187*"


class Writing:
    def __init__(self, site):
        self.three = Three(site)
        self.three.until(self.three.in_step, 60)
        self.three.say(0, f"mod cmd FLASHDIR0 add-item 103 (cn=Carl)(h323=carl)(e164=203)(ipei={CARL})")
        self.anna = self.three.handset(ANNA, 2.0, model="IP65")
        self.bert = self.three.handset(BERT, 51.0, model="d83-messenger")
        self.three.until(lambda: self.anna.located and self.bert.located)
        self.three.pass_time(3)

    def send(self, number, text, seconds=8.0):
        """Whether Anna is told that it was taken."""
        before = len(self.anna.events)
        assert self.anna.sms(number, text)
        self.three.pass_time(seconds)
        return [event.name for event in self.anna.events[before:]] == ["message sent"]

    def log(self):
        return self.three.master.gateway.log.lines()


@pytest.fixture
def writing():
    with Site(virtual=True) as site:
        yield Writing(site)


@pytest.mark.parametrize("text", ["hi", "Grüße aus Halle ✓", "x" * 160, "✓" * 160])
def test_a_text_of_up_to_160_characters_arrives_at_the_other_radio(writing, text):
    assert writing.send("202", text)
    assert [(one.number, one.text) for one in writing.bert.messages.inbox] == [("201", text)]


def test_a_longer_text_is_refused_and_not_cut(writing):
    assert not writing.send("202", "x" * 161)
    assert writing.bert.messages.inbox == []
    assert "refused: 161 characters" in writing.log()[-1]


def test_a_text_for_a_handset_without_messages_is_refused_by_it(writing):
    carl = writing.three.handset(CARL, 3.0, model="IP64")
    writing.three.until(lambda: carl.located, 90)
    writing.three.pass_time(3)
    writing.send("203", "hello")
    assert "refused a text" in writing.log()[-1]


def test_a_text_reaches_a_handset_that_talks_at_another_radio():
    with Site(virtual=True) as site:
        three = Three(site)
        three.until(three.in_step, 60)
        calling = Calling(three)
        three.say(0, "mod cmd GW-DECT sms 202 fire in hall 3")
        three.pass_time(4)
        assert [one.text for one in calling.bert.messages.inbox] == ["fire in hall 3"]
        assert calling.bert.call == "talking" and calling.bert.audio.missing == 0
