"""A handset that moves on: to another bearer, to another radio; make before break, and what when it cannot be made."""

from firmware.call import cause
from firmware.call.leg import Alerting, Audio, Codec, Connect, Digits, Media, Release
from firmware.call.speech import LINGER
from firmware.media import rtp
from hal.net import Datagram
from tests.firmware.call.rig import OFFER, spoken
from tests.firmware.call.system import System, bearer

PEER = (OFFER.host, OFFER.port)
REFUSED = Audio("", 0, (), 20, "inactive")


def offers(system):
    """What SIP was asked to offer or answer during the call."""
    return [one.media for one in system.sip.told if isinstance(one, Media)]


def moved(system, dect, radio):
    system.tell(Media(dect, bearer(radio, 9)))
    return offers(system)[-1] if offers(system) else None


def agreed(system, sip, audio=OFFER):
    """The peer takes our offer, and the old radio's last moment passes."""
    system.tell(Media(sip, audio))
    system.run(system.now + LINGER)


def test_a_bearer_of_the_same_radio_is_joined_and_nothing_is_offered():
    system = System()
    _, dect = system.talking(radio=1)
    system.tell(Media(dect, bearer(1, 9)))
    assert system.radios[1].dsp.bearers == {0: 9} and not offers(system)


def test_at_another_radio_the_new_audio_runs_before_the_peer_is_asked_and_the_old_until_it_has_answered():
    system = System()
    sip, dect = system.talking(radio=0, bearer=5)
    offer = moved(system, dect, 1)
    assert (offer.host, offer.port) == ("10.0.0.11", 16384)
    assert system.dsp.bearers == {0: 5} and len(system.radios[1].dsp.running) == 1
    assert not system.radios[1].dsp.bearers, "a handset that gets anything there would leave its old bearer"
    system.tell(Media(sip, OFFER))
    assert system.radios[1].dsp.bearers == {0: 9} and system.dsp.bearers == {0: 5}
    system.run(LINGER)
    assert not system.dsp.running and not system.net.open and not system.call.channels.busy()
    assert system.radios[1].dsp.bearers == {0: 9}
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_the_peers_first_packets_at_the_new_radio_are_heard_even_before_its_answer_is():
    system = System()
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    board = system.radios[1]
    number = next(iter(board.net.open))[1]
    system.at(1, spoken(0))
    system.at(1, Datagram(("rtp", number), PEER, rtp.build(8, 0, 0, 7, True, b"v" * 160)))
    system.run(100000)
    assert board.dsp.played == [(0, b"v" * 160, "speech")]
    assert not [one for one in board.net.sent if one[0][0] == "rtp"]
    system.tell(Media(sip, OFFER))
    system.at(1, spoken(20))
    assert not [one for one in board.net.sent if one[0][0] == "rtp"]
    system.run(system.now + LINGER)
    system.at(1, spoken(40))
    assert [to for key, to, _ in board.net.sent if key[0] == "rtp"] == [PEER]


def test_what_is_spoken_is_offered_first_at_the_new_radio():
    system = System(codecs=("pcma", "pcmu"))
    _, dect = system.talking(offer=OFFER._replace(codecs=(Codec("pcmu", 0, 8000),)))
    assert moved(system, dect, 1).codecs[0].name == "pcmu"
    assert system.radios[1].dsp.running[0].codec == "pcmu"


def test_without_a_channel_at_the_new_radio_the_audio_stays_and_the_log_says_so():
    system = System(channels=1)
    system.talking(2, radio=1)
    _, dect = system.talking(4, called="202", radio=0)
    assert moved(system, dect, 1) is None
    assert any("no channel at radio 1" in text for text in system.log.lines)
    assert system.dsp.running and system.call.busy() == 2


def test_a_peer_that_refuses_leaves_the_audio_where_it_was():
    system = System()
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    system.tell(Media(sip, REFUSED))
    assert system.dsp.running and system.radios[1].at_rest()
    assert system.call.places.find(1).channels.busy() == 0 and system.call.busy() == 1
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_no_port_or_no_dsp_at_the_new_radio_leaves_the_audio_where_it_was():
    for fault in ("ports", "dsp"):
        system = System(taken=range(16384, 32768) if fault == "ports" else ())
        if fault == "dsp":
            system.radios[1].dsp.broken.add("open")
            system.radios[1].dsp.join = lambda channel, bearer: None
        sip, dect = system.talking(radio=0)
        moved(system, dect, 1)
        assert system.dsp.running and system.call.busy() == 1
        assert any("stays where it was" in text for text in system.log.lines)
        system.tell(Media(sip, OFFER), Release(sip, 16))
        assert system.all_at_rest()


def test_a_handset_that_moves_on_while_the_peer_is_asked_is_followed_afterwards():
    system = System(radios=(1, 2))
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    moved(system, dect, 2)
    assert len(offers(system)) == 1
    agreed(system, sip)
    assert offers(system)[-1].host == "10.0.0.12"
    agreed(system, sip)
    assert system.radios[2].dsp.bearers == {0: 9} and system.radios[1].at_rest()
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_a_handset_that_is_back_before_the_answer_is_followed_back():
    system = System()
    sip, dect = system.talking(radio=0, bearer=5)
    moved(system, dect, 1)
    system.tell(Media(dect, bearer(0, 6)))
    agreed(system, sip)
    assert offers(system)[-1].host == "10.0.0.1"
    agreed(system, sip)
    assert system.dsp.bearers == {0: 6} and system.radios[1].at_rest()


def test_the_new_radio_going_leaves_the_audio_where_it_was():
    system = System()
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    system.gone(1)
    assert system.dsp.running and system.call.busy() == 1
    system.tell(Media(sip, OFFER), Release(sip, 16))
    assert system.all_at_rest()


def test_the_old_radio_going_after_the_move_began_does_not_end_the_call():
    system = System(radios=(1, 2))
    sip, dect = system.talking(radio=1)
    moved(system, dect, 2)
    system.gone(1)
    assert system.call.busy() == 1
    system.tell(Media(sip, OFFER))
    assert system.radios[2].dsp.bearers == {0: 9}
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_a_release_while_the_peer_is_asked_ends_both_sessions():
    system = System()
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    system.tell(Release(dect, cause.NORMAL))
    assert system.sip.told[-1] == Release(sip, cause.NORMAL)
    assert system.all_at_rest()


def test_a_hold_or_a_radio_that_goes_ends_the_last_moment_of_the_old_radio():
    for end in ("hold", "old radio", "release"):
        system = System(radios=(1, 2))
        sip, dect = system.talking(radio=1)
        moved(system, dect, 2)
        system.tell(Media(sip, OFFER))
        assert system.radios[1].dsp.running
        if end == "hold":
            system.tell(Digits(dect, "R"))
            assert system.radios[1].at_rest() and len(system.call.ports.used) == 0
        elif end == "old radio":
            assert system.gone(1).at_rest() and system.call.busy() == 1
            system.run(LINGER)
            assert len(system.radios[2].dsp.running) == 1
        system.tell(Release(dect, 16))
        assert system.all_at_rest()


def test_a_handset_that_rings_at_one_radio_and_answers_at_another_speaks_there():
    system = System()
    sip, dect = system.incoming()
    system.tell(Alerting(dect, bearer(1, None)), Connect(dect, bearer(0, 3)))
    assert system.sip.told[-1].media.host == "10.0.0.1" and system.dsp.bearers == {0: 3}
    assert system.radios[1].at_rest() and system.call.places.find(1).channels.busy() == 0
    system.tell(Release(sip, 16))
    assert system.all_at_rest()


def test_a_caller_that_moves_before_he_is_answered_is_moved_then():
    system = System()
    dect, sip = system.outgoing(radio=0)
    system.tell(Alerting(sip, None), Media(dect, bearer(1, 9)))
    assert not offers(system)
    system.tell(Connect(sip, OFFER))
    assert offers(system)[-1].host == "10.0.0.11"
    agreed(system, sip)
    assert system.radios[1].dsp.bearers == {0: 9} and not system.dsp.running


def test_a_caller_that_moves_while_he_dials_is_moved_at_once():
    system = System()
    dect, _ = system.outgoing(radio=0, called="")
    system.tell(Media(dect, bearer(1, 9)), Digits(dect, "0711#"))
    assert system.sip.told[-1].media.host == "10.0.0.11" and not system.net.open
    system.tell(Release(dect, 16))
    assert system.all_at_rest()


def test_the_networks_offer_while_it_is_asked_is_taken_as_the_answer_it_then_is():
    """Offers that cross (RFC 3261 14.1): the SIP side makes each the answer to the other."""
    system = System()
    sip, dect = system.talking(radio=0)
    moved(system, dect, 1)
    told = len(system.sip.told)
    system.tell(Media(sip, OFFER._replace(direction="sendonly")))
    assert len(system.sip.told) == told
    assert system.call.active()[0]["direction"] == "recvonly" and system.call.active()[0]["radio"] == 1


def test_a_wide_bearer_speaks_g722_and_prefers_it():
    system = System(codecs=("pcma", "g722"), there=("pcma", "g722"))
    both = OFFER._replace(codecs=(Codec("pcma", 8, 8000), Codec("g722", 9, 8000)))
    _, dect = system.incoming(offer=both)
    system.tell(Alerting(dect, bearer(1, None, True)), Connect(dect, bearer(1, 4, True)))
    assert system.sip.told[-1].media.codecs[0].name == "g722"
    running = system.radios[1].dsp.running[0]
    assert (running.codec, running.handset) == ("g722", "g722")
    system.tell(Media(dect, bearer(1, 5, False)))
    running = system.radios[1].dsp.running[0]
    assert (running.codec, running.handset) == ("g722", "g726") and system.radios[1].dsp.bearers == {0: 5}
    assert not offers(system)
