"""The R key (console.md 5): hold and new line, waiting calls, toggle, transfer, conference; with the real loop."""

import pytest

from firmware.call import cause
from firmware.call.dialling import FIRST_DIGIT, NEXT_DIGIT
from firmware.call.features import BETWEEN_KEYS
from firmware.call.leg import Alerting, Audio, Codec, Connect, Digits, Leg, Media, Notice, Release, Setup
from firmware.call.speech import LINGER
from tests.firmware.call.rig import OFFER, A, Rig
from tests.firmware.call.system import System, bearer

SECOND = Audio("192.0.2.20", 42000, (A,), 20, "sendrecv")
THIRD = Audio("192.0.2.30", 43000, (A,), 20, "sendrecv")


class Phone(Rig):
    """A handset in a call with `first`, who called it; `keys` presses keys one by one."""

    def __init__(self, **options):
        super().__init__(**options)
        self.first, self.handset = self.talking(2, 5)

    def keys(self, keys):
        for key in keys:
            self.tell(Digits(self.handset, key))

    def held(self, leg, audio=OFFER):
        """The network takes the hold that it was offered."""
        assert self.sip.told[-1] == Media(leg, self.sip.told[-1].media) or any(
            one.leg == leg and isinstance(one, Media) for one in self.sip.told)
        self.tell(Media(leg, audio._replace(direction="recvonly")))

    def offers(self, leg):
        return [one.media for one in self.sip.told if isinstance(one, Media) and one.leg == leg]

    def asked(self):
        """The legs that SIP was asked to call."""
        return [one.leg for one in self.sip.told if isinstance(one, Setup)]

    def notices(self):
        return [(one.signal, one.number) for one in self.dect.told if isinstance(one, Notice)]

    def enquire(self, number="0711", answer=SECOND):
        """R and a number; the leg of the second party, who answers."""
        self.keys("R" + number + "#")
        self.held(self.first)
        leg = self.asked()[-1]
        if answer is not None:
            self.tell(Alerting(leg, None), Connect(leg, answer))
        return leg

    def wait(self, number=4):
        """A second caller."""
        leg = Leg("SIP", number)
        self.tell(Setup(leg, "201", "300", "Dora", THIRD))
        return leg

    def heard(self):
        """Whom the handset hears."""
        endpoint = self.call.endpoints.on(0)
        return None if endpoint is None else endpoint.remote

    def end(self, leg=None):
        self.tell(Release(self.handset if leg is None else leg, cause.NORMAL))


def test_r_holds_the_call_and_gives_a_new_line():
    rig = Phone()
    rig.keys("R")
    assert rig.offers(rig.first)[-1].direction == "sendonly"
    assert not rig.dsp.running and rig.notices() == [("dial", "")]
    rig.held(rig.first)
    rig.keys("0711#")
    (leg,) = rig.asked()
    setup = rig.sip.told[-1]
    assert (setup.called, setup.calling, setup.media.port) == ("0711", "201", 16386)
    rig.tell(Alerting(leg, None), Connect(leg, SECOND))
    assert rig.heard() == (SECOND.host, SECOND.port) and rig.dsp.bearers == {0: 5}
    assert rig.notices()[1:] == [("ringing", "0711"), (None, "0711")]
    assert rig.call.channels.busy() == 1
    assert not [one for one in rig.dect.told if isinstance(one, (Alerting, Connect))]


def test_toggle_changes_whom_the_handset_hears_and_holds_the_other():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R2")
    assert rig.offers(second)[-1].direction == "sendonly" and rig.offers(rig.first)[-1].direction == "sendrecv"
    assert rig.heard() == (OFFER.host, OFFER.port) and rig.notices()[-1] == (None, "100")
    rig.held(second, SECOND)
    rig.tell(Media(rig.first, OFFER))
    rig.keys("R2")
    assert rig.heard() == (SECOND.host, SECOND.port)
    rig.end()
    assert [one for one in rig.sip.told if isinstance(one, Release)] == [
        Release(rig.first, cause.NORMAL), Release(second, cause.NORMAL)]
    rig.tell(Media(rig.first, OFFER), Media(second, SECOND))
    assert rig.at_rest()


def test_r1_ends_the_call_and_takes_back_the_held_one():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R1")
    assert rig.sip.told[-2] == Release(second, cause.NORMAL) or Release(second, cause.NORMAL) in rig.sip.told
    assert rig.heard() == (OFFER.host, OFFER.port) and rig.offers(rig.first)[-1].direction == "sendrecv"
    assert not [one for one in rig.dect.told if isinstance(one, Release)]
    rig.tell(Media(rig.first, OFFER))
    rig.end()
    assert rig.at_rest()


def test_r1_gives_up_an_enquiry_that_still_rings():
    rig = Phone()
    second = rig.enquire(answer=None)
    rig.tell(Alerting(second, None))
    rig.keys("R1")
    assert Release(second, cause.NORMAL) in rig.sip.told and rig.heard() == (OFFER.host, OFFER.port)


def test_a_second_caller_waits_and_the_handset_is_told_on_the_leg_that_it_has():
    rig = Phone()
    leg = rig.wait()
    assert rig.sip.told[-1] == Alerting(leg, None)
    assert rig.dect.told[-1] == Notice(rig.handset, "waiting", "300", "Dora")
    assert len([one for one in rig.dect.told if isinstance(one, Setup)]) == 1
    assert rig.heard() == (OFFER.host, OFFER.port)


def test_r0_tells_the_waiting_caller_that_the_handset_is_busy():
    rig = Phone()
    leg = rig.wait()
    rig.keys("R0")
    assert rig.sip.told[-1] == Release(leg, cause.BUSY)
    assert rig.heard() == (OFFER.host, OFFER.port) and rig.notices()[-1] == (None, "100")
    rig.end()
    assert rig.at_rest()


def test_r1_ends_the_call_and_takes_the_waiting_one():
    rig = Phone()
    leg = rig.wait()
    rig.keys("R1")
    assert Release(rig.first, cause.NORMAL) in rig.sip.told
    assert isinstance(rig.sip.told[-1], Connect) and rig.sip.told[-1].leg == leg
    assert rig.heard() == (THIRD.host, THIRD.port) and rig.dsp.bearers == {0: 5}
    rig.end(leg)
    assert rig.dect.told[-1] == Release(rig.handset, cause.NORMAL)
    assert rig.at_rest()


def test_r2_takes_the_waiting_one_and_holds_the_other():
    rig = Phone()
    rig.wait()
    rig.keys("R2")
    assert rig.heard() == (THIRD.host, THIRD.port) and rig.offers(rig.first)[-1].direction == "sendonly"
    rig.held(rig.first)
    rig.keys("R2")
    assert rig.heard() == (OFFER.host, OFFER.port)


def test_who_waits_when_the_handset_hangs_up_rings_it():
    rig = Phone()
    leg = rig.wait()
    rig.end()
    setup = rig.dect.told[-1]
    assert isinstance(setup, Setup) and setup.calling == "300" and setup.leg != rig.handset
    rig.tell(Alerting(setup.leg, bearer(0, None)), Connect(setup.leg, bearer(0, 6)))
    assert rig.sip.told[-1].leg == leg and rig.heard() == (THIRD.host, THIRD.port)
    rig.end(leg)
    assert rig.at_rest()


def test_who_waits_too_long_is_released():
    rig = Phone()
    leg = rig.wait()
    rig.run(240000000)
    assert rig.sip.told[-1] == Release(leg, cause.NO_ANSWER) and rig.heard() == (OFFER.host, OFFER.port)


def test_one_call_waits_and_the_next_is_busy():
    rig = Phone()
    rig.wait(4)
    leg = rig.wait(6)
    assert rig.sip.told[-1] == Release(leg, cause.BUSY)


def test_a_handset_that_rings_is_busy_for_the_next_caller():
    rig = Rig()
    rig.rings(rig.incoming(2)[1])
    leg, _ = rig.incoming(4)
    assert rig.sip.told[-1] == Release(leg, cause.BUSY)


def test_no_waiting_means_busy():
    rig = Phone()
    rig.call.configure("", {"no-waiting": True}, ["no-waiting"], 0)
    leg = rig.wait()
    assert rig.sip.told[-1] == Release(leg, cause.BUSY)


def test_a_second_call_of_one_who_called_himself_waits_too():
    rig = Rig()
    _, sip = rig.outgoing(bearer=3)
    rig.tell(Connect(sip, OFFER))
    leg, rung = rig.incoming(6, "201")
    assert rung is None and rig.sip.told[-1] == Alerting(leg, None)


def test_a_party_that_ends_leaves_the_handset_with_a_busy_tone_and_the_held_one():
    rig = Phone()
    second = rig.enquire()
    rig.end(second)
    assert rig.notices()[-1][0] == "busy" and rig.heard() is None
    assert not [one for one in rig.dect.told if isinstance(one, Release)]
    rig.keys("R1")
    assert rig.heard() == (OFFER.host, OFFER.port)
    rig.tell(Media(rig.first, OFFER))
    rig.end(rig.first)
    assert rig.at_rest()


def test_a_held_party_that_ends_changes_nothing_for_the_other():
    rig = Phone()
    second = rig.enquire()
    rig.end(rig.first)
    assert rig.heard() == (SECOND.host, SECOND.port)
    rig.end(second)
    assert rig.dect.told[-1] == Release(rig.handset, cause.NORMAL) and rig.at_rest()


def test_an_enquiry_without_digits_ends_and_the_call_can_be_taken_back():
    rig = Phone()
    rig.keys("R")
    rig.run(FIRST_DIGIT)
    assert rig.notices()[-1][0] == "busy"
    rig.held(rig.first)
    rig.keys("R2")
    assert rig.heard() == (OFFER.host, OFFER.port)


def joined(rig, a, b):
    """Whether each of two legs was offered the other's address, and we keep no audio."""
    first, second = rig.offers(a)[-1], rig.offers(b)
    return first, second, not rig.net.open and not rig.dsp.running


def test_r4_joins_the_held_and_the_ongoing_party_and_lets_the_handset_go():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R4")
    assert Release(rig.handset, cause.NORMAL) in rig.dect.told
    assert rig.offers(rig.first)[-1] == SECOND
    answer = OFFER._replace(port=40100)
    rig.tell(Media(rig.first, answer))
    assert rig.offers(second)[-1] == answer
    rig.tell(Media(second, SECOND))
    assert not rig.net.open and not rig.dsp.running and not rig.call.channels.busy()
    assert [(told["calling"], told["called"], told["state"]) for told in rig.call.active()] == [
        ("100", "0711", "connected")]
    rig.end(rig.first)
    assert rig.sip.told[-1] == Release(second, cause.NORMAL) and rig.at_rest()


def test_joined_parties_negotiate_through_us():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R4")
    rig.tell(Media(rig.first, OFFER), Media(second, SECOND))
    wish = SECOND._replace(direction="sendonly")
    rig.tell(Media(second, wish))
    assert rig.offers(rig.first)[-1] == wish
    answer = OFFER._replace(direction="recvonly")
    rig.tell(Media(rig.first, answer))
    assert rig.offers(second)[-1] == answer
    rig.tell(Media(rig.first, None))
    assert rig.offers(rig.first)[-1].host == SECOND.host
    rig.tell(Media(rig.first, OFFER._replace(port=40200)))
    assert rig.offers(second)[-1].port == 40200
    rig.tell(Media(second, SECOND), Digits(second, "5"))
    assert rig.sip.told[-1] == Digits(rig.first, "5")
    rig.end(second)
    assert rig.at_rest()


def test_a_refused_offer_of_a_joined_party_is_refused_to_it_and_they_stay_joined():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R4")
    rig.tell(Media(rig.first, OFFER), Media(second, SECOND))
    rig.tell(Media(second, THIRD), Media(rig.first, Audio("", 0, (), 20, "inactive")))
    assert rig.sip.told[-1] == Media(second, None) and rig.call.busy() == 1


def test_parties_that_cannot_be_joined_are_released():
    rig = Phone()
    second = rig.enquire()
    rig.keys("R4")
    rig.tell(Media(rig.first, Audio("", 0, (), 20, "inactive")))
    assert rig.sip.told[-2:] == [Release(rig.first, cause.INCOMPATIBLE), Release(second, cause.INCOMPATIBLE)]
    assert rig.at_rest()


def test_r4_while_the_second_party_rings_joins_them_when_it_answers():
    rig = Phone()
    second = rig.enquire(answer=None)
    rig.tell(Alerting(second, None))
    rig.keys("R4")
    assert Release(rig.handset, cause.NORMAL) in rig.dect.told and len(rig.offers(rig.first)) == 1
    rig.tell(Connect(second, SECOND))
    assert rig.offers(rig.first)[-1] == SECOND
    rig.tell(Media(rig.first, OFFER))
    assert rig.offers(second)[-1] == OFFER
    rig.tell(Media(second, SECOND))
    rig.end(second)
    assert rig.sip.told[-1] == Release(rig.first, cause.NORMAL) and rig.at_rest()


def test_a_transfer_that_nobody_answers_ends():
    rig = Phone()
    second = rig.enquire(answer=None)
    rig.tell(Alerting(second, None))
    rig.keys("R4")
    rig.run(rig.now + 240000000)
    assert rig.sip.told[-2:] == [Release(rig.first, cause.NO_ANSWER), Release(second, cause.NO_ANSWER)]
    assert rig.at_rest()


def test_a_hold_that_is_answered_only_after_the_transfer_is_no_answer_to_it():
    rig = Phone()
    rig.keys("RR0711#")
    second = rig.asked()[-1]
    rig.tell(Connect(second, SECOND))
    rig.tell(Media(rig.first, OFFER._replace(direction="recvonly")))
    assert not rig.offers(second)
    rig.tell(Media(rig.first, OFFER))
    assert not rig.offers(second) and rig.call.busy() == 1


def test_rr_transfers_blindly_to_the_number_that_follows_and_rings_as_a_call_of_the_handset():
    rig = Phone()
    rig.keys("RR")
    rig.held(rig.first)
    rig.keys("07")
    rig.run(rig.now + NEXT_DIGIT)
    setup = rig.sip.told[-1]
    assert (setup.called, setup.calling) == ("07", "201")
    assert (setup.media.host, setup.media.port) == (OFFER.host, OFFER.port)
    assert Release(rig.handset, cause.NORMAL) in rig.dect.told
    rig.tell(Alerting(setup.leg, None), Connect(setup.leg, SECOND))
    assert rig.offers(rig.first)[-1] == SECOND
    rig.tell(Media(rig.first, OFFER))
    assert not rig.offers(setup.leg)
    rig.end(setup.leg)
    assert rig.at_rest()


def test_a_blind_transfer_to_a_busy_party_ends_the_call():
    rig = Phone()
    rig.keys("RR07#")
    rig.held(rig.first)
    rig.tell(Release(rig.asked()[-1], cause.BUSY))
    assert rig.sip.told[-1] == Release(rig.first, cause.BUSY) and rig.at_rest()


def test_r3_without_a_conference_interface_does_nothing_but_say_so():
    rig = Phone()
    rig.enquire()
    before = len(rig.sip.told)
    rig.keys("R3")
    assert len(rig.sip.told) == before and any("/conference" in text for text in rig.log.lines)


def test_r3_brings_all_three_to_the_conference_interface():
    rig = Phone()
    rig.call.configure("", {"conference": "800"}, ["conference"], 0)
    second = rig.enquire()
    rig.keys("R3")
    setups = [one for one in rig.sip.told if isinstance(one, Setup)][1:]
    assert [one.called for one in setups] == ["800"] * 3
    assert [(one.media.host, one.media.port) for one in setups[:2]] == [(OFFER.host, 40000), (SECOND.host, 42000)]
    assert setups[2].media.host == "10.0.0.1"
    rooms = [THIRD._replace(port=43000 + 2 * index) for index in range(3)]
    for setup, room in zip(setups, rooms, strict=True):
        rig.tell(Connect(setup.leg, room))
    assert rig.offers(rig.first)[-1].port == 43000 and rig.offers(second)[-1].port == 43002
    assert rig.heard() == (THIRD.host, 43004)
    rig.end()
    assert rig.call.busy() == 2
    rig.end(rig.first)
    rig.end(second)
    assert rig.at_rest()


def test_a_key_long_after_r_is_a_digit_again():
    rig = Phone()
    rig.wait()
    rig.keys("R")
    rig.run(rig.now + BETWEEN_KEYS)
    told = len(rig.sip.told)
    rig.keys("0")
    assert rig.sip.told[told:] == [Digits(rig.first, "0")]


@pytest.mark.parametrize("key", "0356789*#")
def test_keys_that_mean_nothing_after_r_are_swallowed(key):
    rig = Phone()
    rig.enquire()
    told = len(rig.sip.told)
    rig.keys("R" + key)
    assert len(rig.sip.told) == told and rig.heard() == (SECOND.host, SECOND.port)


def test_digits_before_and_after_features_reach_the_party_that_is_heard():
    rig = Phone()
    second = rig.enquire()
    rig.keys("5")
    assert rig.sip.told[-1] == Digits(second, "5")


def test_a_held_call_follows_to_another_radio_when_it_is_taken_back():
    system = System()
    sip, dect = system.talking()
    system.tell(Digits(dect, "R07#"), Media(sip, OFFER._replace(direction="recvonly")))
    second = next(one.leg for one in system.sip.told if isinstance(one, Setup))
    system.tell(Connect(second, SECOND), Media(dect, bearer(1, 9)), Media(second, SECOND))
    system.run(LINGER)
    assert system.radios[1].dsp.bearers == {0: 9} and not system.dsp.running
    assert system.call.channels.busy() == 0 and system.call.busy() == 2
    system.tell(Digits(dect, "R1"))
    offer = next(one.media for one in reversed(system.sip.told) if isinstance(one, Media) and one.leg == sip)
    assert (offer.host, offer.direction) == ("10.0.0.11", "sendrecv")
    system.tell(Media(sip, OFFER))
    system.run(2 * LINGER)
    assert system.radios[1].dsp.bearers == {0: 9} and not system.net.open
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_codecs_of_the_held_party_are_what_the_other_is_offered():
    rig = Phone()
    rig.keys("RR07#")
    assert rig.sip.told[-1].media.codecs == (Codec("pcma", 8, 8000),)
