"""Calls whose audio is at another board's radio: channels and ports of each, failures, counters, the lamp."""

import pytest

from firmware.call import cause
from firmware.call.leg import Alerting, Codec, Connect, Digits, Elsewhere, Media, Release
from firmware.led import Fact
from firmware.media import rtp
from hal.dsp import Event, Settings
from hal.net import Datagram
from tests.firmware.call.rig import OFFER, A, spoken
from tests.firmware.call.system import System, bearer

PEER = (OFFER.host, OFFER.port)
EVENTS = Codec("telephone-event", 101, 8000)


def voice(sequence):
    return rtp.build(8, sequence, sequence * 160, 77, sequence == 0, b"v" * 160)


def test_a_call_to_a_handset_elsewhere_has_sockets_channel_and_settings_of_that_board():
    system = System()
    sip, _ = system.talking(radio=1, bearer=7)
    board = system.radios[1]
    assert isinstance(system.sip.told[-1], Connect)
    assert (system.sip.told[-1].media.host, system.sip.told[-1].media.port) == ("10.0.0.11", 16384)
    assert board.dsp.running == {0: Settings("pcma", 20, 1, 64, False, False, "g726")} and board.dsp.bearers == {0: 7}
    assert sorted(board.net.open.values()) == [16384, 16385]
    assert not system.net.open and not system.dsp.running and not system.call.channels.busy()
    system.tell(Release(sip, cause.NORMAL))
    assert system.all_at_rest()


def test_audio_elsewhere_flows_without_the_master_and_its_counters_come_every_few_seconds_and_at_the_end():
    system = System()
    sip, _ = system.talking(radio=1)
    number = next(iter(system.radios[1].net.open))[1]
    for index in range(400):
        system.run(index * 20000)
        system.at(1, spoken(index * 20))
        system.at(1, Datagram(("rtp", number), PEER, voice(index)))
    (told,) = system.call.active()
    assert 200 <= told["sent"] < 400 and told["radio"] == 1 and told["codec"] == "pcma"
    assert not system.net.sent
    system.tell(Release(sip, cause.NORMAL))
    (told,) = system.call.records()
    assert (told["sent"], told["received"], told["lost"]) == (400, 400, 0)
    assert (told["erl"], told["level_in"]) == (12.0, -20.0)
    assert system.all_at_rest()


def test_a_call_from_a_handset_elsewhere_claims_there_at_once_and_offers_that_address():
    system = System()
    dect, sip = system.outgoing(radio=1, called="")
    assert sip is None and system.call.places.find(1).channels.busy() == 1
    system.tell(Digits(dect, "0711#"))
    (setup,) = system.sip.told
    assert (setup.media.host, setup.media.port) == ("10.0.0.11", 16384)
    system.tell(Connect(setup.leg, OFFER))
    assert system.radios[1].dsp.bearers == {0: 3}


def test_the_network_is_answered_once_the_sockets_elsewhere_are_there():
    system = System()
    system.slow = True
    _, dect = system.incoming()
    system.tell(Alerting(dect, bearer(1)), Connect(dect, bearer(1)))
    assert not [one for one in system.sip.told if isinstance(one, Connect)]
    system.deliver()
    assert isinstance(system.sip.told[-1], Connect)


def test_a_port_that_is_taken_elsewhere_is_left_for_the_next():
    system = System(taken=(16384, 16387))
    system.talking(radio=1)
    assert sorted(system.radios[1].net.open.values()) == [16388, 16389]
    assert system.sip.told[-1].media.port == 16388


def test_no_port_elsewhere_ends_the_call():
    system = System(taken=range(16384, 32768))
    sip, dect = system.incoming()
    system.tell(Alerting(dect, bearer(1)))
    assert system.sip.told[-1] == Release(sip, cause.TEMPORARY_FAILURE)
    assert system.all_at_rest()


def test_a_dsp_that_refuses_elsewhere_ends_the_call_on_both_sides():
    system = System()
    system.radios[1].dsp.broken.add("open")
    system.radios[1].dsp.join = lambda channel, bearer: None
    sip, dect = system.talking(radio=1)
    assert system.sip.told[-1] == Release(sip, cause.BEARER_NOT_AVAILABLE)
    assert system.dect.told[-1] == Release(dect, cause.BEARER_NOT_AVAILABLE)
    assert system.all_at_rest()


def test_a_radio_that_goes_ends_the_calls_that_it_carries_and_no_others():
    system = System(radios=(1, 2))
    (gone, handset), (stays, _) = system.talking(2, radio=1), system.talking(4, called="202", radio=2)
    board = system.gone(1)
    assert Release(gone, cause.OUT_OF_ORDER) in system.sip.told
    assert Release(handset, cause.OUT_OF_ORDER) in system.dect.told
    assert board.at_rest() and system.call.busy() == 1
    system.tell(Release(stays, 16))
    assert system.all_at_rest()


def test_a_handset_at_a_radio_that_is_not_there_cannot_call():
    system = System()
    dect, _ = system.outgoing(radio=9)
    assert system.dect.told[-1] == Release(dect, cause.TEMPORARY_FAILURE)
    assert system.all_at_rest()


def test_each_radio_has_its_own_channels_and_one_of_its_alerting_calls_goes_without():
    system = System(radios=(1, 2), channels=2)
    legs = [system.incoming(number, str(199 + number)) for number in range(2, 8)]
    for index, (_, dect) in enumerate(legs):
        system.tell(Alerting(dect, bearer(1 if index < 3 else 2, None)))
    for index, (_, dect) in enumerate(legs):
        system.tell(Connect(dect, bearer(1 if index < 3 else 2, index)))
    assert [len(system.radios[rpn].dsp.running) for rpn in (1, 2)] == [2, 2]
    assert sorted(told["audio"] for told in system.call.active()) == [False] * 2 + [True] * 4
    rows = system.call.command("", ["channels"], 0)[0]
    assert rows.count("free") == 2 and "radio 2 1: call" in rows


def test_digits_are_sent_and_detected_where_the_audio_is():
    system = System()
    _, dect = system.talking(radio=1, offer=OFFER._replace(codecs=(A, EVENTS)))
    told = len(system.sip.told)
    system.tell(Digits(dect, "5"))
    system.run(1000000)
    system.at(1, Event(0, "handset", "dtmf", "6"))
    system.run(2000000)
    events = [data[12] for key, _, data in system.radios[1].net.sent if key[0] == "rtp"]
    assert events == [5] * 10 + [6] * 10
    assert len(system.sip.told) == told


def test_no_dtmf_means_tones_elsewhere_too():
    system = System()
    system.configure(no_dtmf=True)
    _, dect = system.talking(radio=1)
    system.tell(Digits(dect, "5#"))
    assert system.radios[1].dsp.tones == [(0, "5#", "network")]


def test_only_codecs_that_the_radios_board_has_are_offered():
    system = System(codecs=("pcma", "opus"), there=("pcma",))
    _, _ = system.outgoing(radio=1)
    assert [one.name for one in system.sip.told[-1].media.codecs] == ["pcma", "telephone-event"]


def test_hold_by_the_network_stops_the_packets_of_a_board_elsewhere():
    system = System()
    sip, _ = system.talking(radio=1)
    system.tell(Media(sip, OFFER._replace(direction="sendonly")))
    system.at(1, spoken(0))
    assert not [one for one in system.radios[1].net.sent if one[0][0] == "rtp"]


def test_the_lamp_of_each_board_shows_the_channels_that_are_held_there():
    system = System(channels=2)
    system.tell(Alerting(system.incoming(2)[1], bearer(1, None)))
    system.talking(4, called="202", radio=1)
    sip, _ = system.talking(6, called="203", radio=0)
    assert system.radios[1].led.told == [Fact("traffic", 1), Fact("traffic", 2), Fact("full", True)]
    assert system.led.told == [Fact("traffic", 1)]
    system.tell(Release(sip, 16))
    assert system.led.told[-1] == Fact("traffic", 0)


@pytest.mark.parametrize("octets", [
    b"", b"\x01", b"\x63\0\1", b"\x01\0\1\0", b"\x04\0\1\x40\0", b"\x07\0\1" + bytes(5)])
def test_senseless_octets_from_another_board_change_nothing(octets):
    system = System()
    system.talking(radio=1)
    before = (len(system.sip.told), len(system.dect.told), system.call.busy())
    system.loop.receive(system.call, Elsewhere(1, octets), 0)
    system.at(1, Elsewhere(0, octets))
    system.loop.receive(system.call, Elsewhere(7, octets), 0)
    assert (len(system.sip.told), len(system.dect.told), system.call.busy()) == before
