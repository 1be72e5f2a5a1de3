"""Calls from setup to release, with the real loop and fakes of network and DSP."""


import pytest

from firmware.call import cause
from firmware.call.call import NO_ANSWER
from firmware.call.dialling import FIRST_DIGIT, NEXT_DIGIT
from firmware.call.leg import Alerting, Audio, Bearer, Codec, Connect, Digits, Leg, Media, Proceeding, Release, Setup
from firmware.call.table import CONNECTED, TABLE
from firmware.media import rtcp, rtp
from hal.dsp import Event
from hal.net import Datagram
from tests.firmware.call.rig import OFFER, A, Rig, settings, spoken

PEER = (OFFER.host, OFFER.port)


def voice(sequence, payload=b"v" * 160, ssrc=77):
    return rtp.build(8, sequence, sequence * 160, ssrc, sequence == 0, payload)


def test_a_call_from_sip_rings_is_answered_and_released():
    rig = Rig()
    sip, dect = rig.incoming()
    assert dect == Leg("GW-DECT", 1)
    assert rig.dect.told == [Setup(dect, "201", "100", "Carl", Bearer(None, None, False))]
    assert not rig.call.channels.busy() and not rig.net.open
    rig.rings(dect)
    assert rig.call.channels.busy() == 1 and len(rig.net.open) == 2 and not rig.dsp.running
    rig.tell(Connect(dect, Bearer(0, 6, False)))
    assert rig.dsp.running == {0: settings()} and rig.dsp.bearers == {0: 6}
    assert rig.sip.told == [Alerting(sip, None), Connect(sip, Audio("10.0.0.1", 16384, (A,), 20, "sendrecv"))]
    rig.now = 5000000
    rig.tell(Release(sip, cause.NORMAL))
    assert rig.dect.told[-1] == Release(dect, cause.NORMAL)
    assert rig.sip.told[-1] != Release(sip, cause.NORMAL)
    assert rig.at_rest()
    (told,) = rig.call.records()
    assert (told["setup"], told["connect"], told["end"], told["cause"]) == (0, 0, 5000000, 16)
    assert (told["erl"], told["erle"], told["level_in"]) == (12.0, 30.0, -20.0)


def test_a_call_from_a_handset_offers_connects_and_is_released_by_sip():
    rig = Rig()
    dect, sip = rig.outgoing()
    (setup,) = rig.sip.told
    assert (setup.called, setup.calling, setup.media.port, setup.media.codecs[0]) == ("0711", "201", 16384, A)
    rig.tell(Proceeding(sip), Alerting(sip, None))
    rig.tell(Connect(sip, Audio("192.0.2.9", 5000, (Codec("pcmu", 0, 8000),), 30, "sendrecv")))
    assert rig.dect.told == [Proceeding(dect), Alerting(dect, None), Connect(dect, Bearer(0, 3, False))]
    assert rig.dsp.running == {0: settings("pcmu", 30)} and rig.dsp.bearers == {0: 3}
    rig.tell(Release(sip, cause.BUSY))
    assert rig.dect.told[-1] == Release(dect, cause.BUSY)
    assert rig.at_rest()


@pytest.mark.parametrize("called", ["201", "anna", "Bert Berg"])
def test_users_are_found_by_number_name_and_common_name(called):
    assert Rig().incoming(called=called)[1] is not None


def test_a_number_that_nobody_has_is_released_as_unallocated():
    rig = Rig()
    sip, dect = rig.incoming(called="999")
    assert dect is None
    assert rig.sip.told == [Release(sip, cause.UNALLOCATED)]
    assert rig.at_rest()


def test_an_offer_without_a_common_codec_is_refused_before_anything_rings():
    rig = Rig()
    sip, dect = rig.incoming(offer=Audio("192.0.2.9", 4000, (Codec("g729", 18, 8000),), 20, "sendrecv"))
    assert dect is None
    assert rig.sip.told == [Release(sip, cause.INCOMPATIBLE)]
    assert rig.at_rest()


def test_an_answer_without_a_common_codec_ends_the_call_on_both_sides():
    rig = Rig()
    dect, sip = rig.outgoing()
    rig.tell(Connect(sip, Audio("192.0.2.9", 0, (A,), 20, "inactive")))
    assert rig.dect.told[-1] == Release(dect, cause.INCOMPATIBLE)
    assert rig.sip.told[-1] == Release(sip, cause.INCOMPATIBLE)
    assert rig.at_rest()


def test_a_taken_port_moves_on_to_the_next_pair():
    rig = Rig(taken=(16384, 16387))
    rig.talking()
    assert rig.net.open == {("rtp", 1): 16388, ("rtcp", 1): 16389}


def test_no_port_at_all_releases_the_call():
    rig = Rig(taken=range(16384, 32768))
    sip, dect = rig.incoming()
    rig.rings(dect)
    assert rig.sip.told[-1] == Release(sip, cause.TEMPORARY_FAILURE)
    assert rig.at_rest()


def test_digits_dialled_one_by_one_are_sent_after_the_pause():
    rig = Rig()
    dect, sip = rig.outgoing(called="")
    assert sip is None
    for digit in "0711":
        rig.now += 1000000
        rig.tell(Digits(dect, digit))
    rig.run(rig.now + NEXT_DIGIT - 1)
    assert not rig.sip.told
    rig.run(rig.now + 1)
    assert rig.sip.told[0].called == "0711"


def test_a_hash_ends_dialling_at_once():
    rig = Rig()
    dect, _ = rig.outgoing(called="")
    rig.tell(Digits(dect, "12#"))
    assert rig.sip.told[0].called == "12"


def test_a_handset_that_dials_nothing_is_released():
    rig = Rig()
    dect, _ = rig.outgoing(called="")
    rig.run(FIRST_DIGIT)
    assert rig.dect.told == [Release(dect, cause.INVALID_NUMBER)]
    assert rig.at_rest()


def test_nobody_answering_ends_the_call_on_both_sides():
    rig = Rig()
    sip, dect = rig.incoming()
    rig.rings(dect)
    rig.run(NO_ANSWER - 1)
    assert rig.call.busy() == 1
    rig.run(NO_ANSWER)
    assert rig.sip.told[-1] == Release(sip, cause.NO_ANSWER)
    assert rig.dect.told[-1] == Release(dect, cause.NO_ANSWER)
    assert rig.at_rest()


def test_packets_go_both_ways_and_are_counted():
    rig = Rig()
    sip, _ = rig.talking()
    for index in range(50):
        rig.run(index * 20000)
        rig.tell(spoken(index * 20, b"near"), Datagram(("rtp", 1), PEER, voice(index)))
    rig.run(1100000)
    assert len(rig.dsp.played) == 50 and rig.dsp.played[0] == (0, b"v" * 160, "speech")
    packets = [one for one in rig.net.sent if one[0] == ("rtp", 1)]
    assert len(packets) == 50 and packets[0][1] == PEER
    (told,) = rig.call.active()
    assert (told["sent"], told["received"], told["lost"], told["codec"]) == (50, 50, 0, "pcma")
    rig.tell(Release(sip, 16))
    assert rig.at_rest()


def test_reports_go_to_the_next_port_every_few_seconds_and_bye_at_the_end():
    rig = Rig()
    sip, _ = rig.talking()
    for index in range(1000):
        rig.run(index * 20000)
        rig.tell(spoken(index * 20), Datagram(("rtp", 1), PEER, voice(index)))
    rig.tell(Release(sip, 16))
    reports = [rtcp.parse(data) for key, to, data in rig.net.sent if key[0] == "rtcp" and to == (PEER[0], 40001)]
    assert 3 <= len(reports) <= 8
    assert [one.bye for one in reports] == [False] * (len(reports) - 1) + [True]
    assert reports[0].block.ssrc == 77 and reports[0].block.lost == 0


def test_the_peers_report_gives_round_trip_and_its_losses():
    rig = Rig()
    rig.talking()
    rig.tell(spoken(0))
    ssrc = rtp.parse(rig.net.sent[0][2]).ssrc
    rig.now = 3000000
    block = rtcp.Block(ssrc, 10, 4, 50, 80, rtcp.middle(2000000), 65536 // 2)
    rig.tell(Datagram(("rtcp", 1), (PEER[0], 40001), rtcp.build(77, "p", None, block, False, 0)))
    (told,) = rig.call.active()
    assert (told["peer_lost"], told["peer_jitter_ms"]) == (4, 10.0)
    assert told["round_trip_ms"] == pytest.approx(500, abs=1)


def test_hold_stops_sending_and_playing_and_resume_starts_them_again():
    rig = Rig()
    sip, _ = rig.talking()
    rig.tell(Media(sip, OFFER._replace(direction="sendonly")))
    assert rig.sip.told[-1].media.direction == "recvonly"
    rig.tell(spoken(0))
    assert not rig.net.sent
    rig.tell(Media(sip, OFFER._replace(direction="inactive")))
    assert rig.sip.told[-1].media.direction == "inactive"
    rig.tell(Datagram(("rtp", 1), PEER, voice(0)))
    rig.run(200000)
    assert not rig.dsp.played
    rig.tell(Media(sip, OFFER))
    rig.tell(spoken(0), Datagram(("rtp", 1), PEER, voice(1)))
    rig.run(400000)
    assert len(rig.net.sent) == 1 and len(rig.dsp.played) == 1


def test_a_new_codec_during_the_call_reopens_the_channel():
    rig = Rig()
    sip, _ = rig.talking()
    rig.tell(Media(sip, Audio("192.0.2.9", 40002, (Codec("pcmu", 0, 8000),), 30, "sendrecv")))
    assert rig.dsp.running == {0: settings("pcmu", 30)} and rig.dsp.bearers == {0: 5}
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == ("192.0.2.9", 40002)


def test_a_refused_new_offer_leaves_the_call_as_it_was():
    rig = Rig()
    sip, _ = rig.talking()
    rig.tell(Media(sip, Audio("192.0.2.9", 40002, (Codec("g729", 18, 8000),), 20, "sendrecv")))
    assert rig.sip.told[-1].media.port == 0
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == PEER


def test_a_call_without_an_offer_is_answered_with_ours_and_the_answer_starts_audio():
    rig = Rig()
    sip, dect = rig.incoming(offer=None)
    rig.tell(Connect(dect, Bearer(0, 1, False)))
    assert rig.sip.told[-1].media.codecs[0] == A and not rig.dsp.running
    rig.tell(Media(sip, OFFER))
    assert rig.dsp.running == {0: settings()}
    assert isinstance(rig.sip.told[-1], Connect)


def test_an_empty_reinvite_gets_our_offer_and_its_answer_changes_the_call():
    rig = Rig()
    sip, _ = rig.talking()
    rig.tell(Media(sip, None))
    assert rig.sip.told[-1].media.port == 16384
    rig.tell(Media(sip, OFFER._replace(port=40100)))
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == (PEER[0], 40100)


def test_a_handset_that_changes_its_bearer_is_joined_anew():
    rig = Rig()
    _, dect = rig.talking()
    rig.tell(Media(dect, Bearer(0, 9, False)))
    assert rig.dsp.bearers == {0: 9}


def test_digits_during_the_call_pass_to_the_other_side():
    rig = Rig()
    sip, dect = rig.talking()
    rig.tell(Digits(dect, "5"), Digits(sip, "6"))
    assert rig.sip.told[-1] == Digits(sip, "5")
    assert rig.dect.told[-1] == Digits(dect, "6")


def test_with_no_dtmf_a_digit_is_heard_in_the_audio():
    rig = Rig()
    rig.configure(no_dtmf=True)
    sip, dect = rig.talking()
    told = len(rig.sip.told)
    rig.tell(Digits(dect, "5#x"), Digits(sip, "6"), Digits(dect, "x"))
    assert rig.dsp.tones == [(0, "5#", "network")]
    assert len(rig.sip.told) == told
    assert rig.dect.told[-1] == Digits(dect, "6")


EVENTS = Codec("telephone-event", 96, 8000)
COMFORT = Codec("cn", 13, 8000)


def sent(rig):
    """(header, payload) of every RTP packet that left."""
    return [(rtp.parse(data), data[12:]) for key, _, data in rig.net.sent if key[0] == "rtp"]


def offered(*codecs):
    return OFFER._replace(codecs=codecs)


def connected(rig, offer):
    sip, dect = rig.incoming(offer=offer)
    rig.tell(Connect(dect, Bearer(0, 1, False)))
    return sip, dect


def test_silence_is_compressed_where_both_sides_want_it():
    for wanted, codecs, compressed in ((True, (A, COMFORT), True), (True, (A,), False), (False, (A, COMFORT), False)):
        rig = Rig()
        rig.configure(sc=wanted)
        connected(rig, offered(*codecs))
        assert rig.dsp.running == {0: settings(silence=compressed)}
        assert (COMFORT in rig.sip.told[-1].media.codecs) is compressed


def test_a_pause_is_one_packet_of_comfort_noise_and_speech_goes_on_in_its_own_time():
    rig = Rig()
    rig.configure(sc=True)
    connected(rig, offered(A, COMFORT))
    rig.tell(spoken(0), spoken(20), spoken(40, b"\x41", "comfort"))
    rig.run(3000000)
    rig.tell(spoken(2980), spoken(3000))
    headers = [header for header, _ in sent(rig)]
    assert [header.payload_type for header in headers] == [8, 8, 13, 8, 8]
    assert [header.timestamp - headers[0].timestamp for header in headers] == [0, 160, 320, 2980 * 8, 24000]
    assert [header.marker for header in headers] == [True, False, False, True, False]
    assert [header.sequence - headers[0].sequence for header in headers] == [0, 1, 2, 3, 4]
    assert rig.call.active()[0]["comfort_sent"] == 1


def test_reports_count_right_through_a_pause():
    rig = Rig()
    rig.configure(sc=True)
    connected(rig, offered(A, COMFORT))
    rig.tell(spoken(0), spoken(20, b"\x41", "comfort"), Datagram(("rtp", 1), PEER, voice(0)))
    pause = rtp.build(13, 1, 160, 77, False, b"\x38")
    rig.run(20000)
    rig.tell(Datagram(("rtp", 1), PEER, pause))
    rig.run(10000000)
    rig.tell(Datagram(("rtp", 1), PEER, rtp.build(8, 2, 80000, 77, True, b"v" * 160)))
    rig.run(20000000)
    data = [data for key, _, data in rig.net.sent if key[0] == "rtcp"][-1]
    report, start = rtcp.parse(data), sent(rig)[0][0].timestamp
    assert (report.block.lost, report.block.fraction, report.block.jitter) == (0, 0, 0)
    stamp, packets, octets = (int.from_bytes(data[at:at + 4], "big") for at in (16, 20, 24))
    assert (packets, octets) == (2, 161)
    seconds = (report.ntp >> 16) + (report.ntp & 0xFFFF) / 65536
    # The last packet's own time is 20 ms, and it left at 0.
    assert (stamp - start) % 2**32 / 8000 == pytest.approx(seconds + 0.02, abs=0.001)


def test_the_peers_comfort_noise_is_played_as_such_in_its_place():
    rig = Rig()
    connected(rig, offered(A))
    rig.tell(Datagram(("rtp", 1), PEER, voice(0)))
    rig.run(20000)
    rig.tell(Datagram(("rtp", 1), PEER, rtp.build(13, 1, 160, 77, False, b"\x38")))
    rig.run(2000000)
    rig.tell(Datagram(("rtp", 1), PEER, rtp.build(8, 2, 16000, 77, True, b"w" * 160)))
    rig.run(3000000)
    assert rig.dsp.played == [(0, b"v" * 160, "speech"), (0, b"\x38", "comfort"), (0, b"w" * 160, "speech")]
    (told,) = rig.call.active()
    assert (told["lost"], told["late"], told["comfort_received"]) == (0, 0, 1)


def test_digits_are_taken_out_of_the_audio_where_they_go_as_events():
    rig = Rig()
    connected(rig, offered(A, EVENTS))
    assert rig.dsp.running == {0: settings(remove_dtmf=True)}
    rig = Rig()
    rig.configure(no_dtmf=True)
    connected(rig, offered(A, EVENTS))
    assert rig.dsp.running == {0: settings(remove_dtmf=False)}


def test_a_digit_that_was_taken_out_of_the_handsets_audio_goes_as_an_event_even_in_a_pause():
    rig = Rig()
    connected(rig, offered(A, EVENTS))
    rig.tell(spoken(0), Event(0, "handset", "dtmf", "5"), Event(0, "handset", "dtmf-end", 100))
    rig.run(1000000)
    events = [payload for header, payload in sent(rig) if header.payload_type == 96]
    assert {payload[0] for payload in events} == {5} and len(events) == 10
    rig.tell(Event(0, "network", "dtmf", "6"))
    rig.run(2000000)
    assert len(sent(rig)) == 11


@pytest.mark.parametrize(("chip", "name"), [(("pcma", "opus"), "opus"), (("pcma", "opus", "opus-nb"), "opus-nb")])
def test_opus_runs_on_its_own_clock_and_narrow_where_the_chip_can(chip, name):
    rig = Rig(codecs=chip)
    rig.configure(coder="opus-nb")
    connected(rig, offered(A, Codec("opus", 111, 48000)))
    assert rig.dsp.running == {0: settings(name)}
    assert rig.sip.told[-1].media.codecs == (Codec("opus-nb", 111, 48000),)
    rig.tell(spoken(0), spoken(20))
    (first, _), (second, _) = sent(rig)
    assert (second.payload_type, second.timestamp - first.timestamp) == (111, 960)


def test_opus_compresses_silence_without_comfort_noise():
    rig = Rig(codecs=("opus",))
    rig.configure(sc=True)
    connected(rig, offered(Codec("opus", 111, 48000), COMFORT))
    assert rig.dsp.running == {0: settings("opus", silence=True)}


def test_a_change_of_clock_during_the_call_begins_another_stream():
    rig = Rig(codecs=("pcma", "opus"))
    sip, _ = connected(rig, offered(A))
    rig.tell(spoken(0))
    rig.tell(Media(sip, offered(Codec("opus", 111, 48000))))
    assert rig.dsp.running == {0: settings("opus")} and rig.dsp.bearers == {0: 1}
    rig.tell(spoken(0), spoken(20))
    first, second, third = (header for header, _ in sent(rig))
    assert first.ssrc != second.ssrc and third.timestamp - second.timestamp == 960


def test_a_held_party_of_the_older_kind_keeps_address_and_channel():
    rig = Rig()
    rig.configure(local_coder="g711u", sc=True)
    sip, _ = connected(rig, offered(A, COMFORT))
    before = rig.dsp.running[0]
    rig.tell(Media(sip, offered(A, COMFORT)._replace(host="0.0.0.0")))
    assert rig.sip.told[-1].media.direction == "recvonly" and rig.dsp.running == {0: before}
    rig.run(20000000)
    assert {to[0] for _, to, _ in rig.net.sent} == {PEER[0]}


def test_call_says_that_a_peer_refused_our_offer_and_goes_on():
    rig = Rig()
    sip, _ = rig.talking()
    rig.tell(Media(sip, None))
    rig.tell(Media(sip, Audio("", 0, (), 20, "inactive")))
    assert any("refused" in text for text in rig.log.lines)
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == PEER and rig.call.busy() == 1


def test_what_the_detectors_hear_changes_nothing_in_a_call():
    rig = Rig()
    rig.talking()
    sip, dect = len(rig.sip.told), len(rig.dect.told)
    rig.tell(Event(0, "network", "dtmf", "5"), Event(0, "handset", "fax", "cng"), Event(3, "handset", "dtmf", "1"))
    assert (len(rig.sip.told), len(rig.dect.told)) == (sip, dect)
    assert rig.dsp.tones == []


def test_a_digit_goes_as_a_telephone_event_where_the_peer_takes_them():
    rig = Rig()
    _, dect = rig.incoming(offer=OFFER._replace(codecs=(A, Codec("telephone-event", 96, 8000))))
    rig.tell(Connect(dect, Bearer(0, 1, False)))
    told = len(rig.sip.told)
    rig.tell(Digits(dect, "5#x"))
    assert len(rig.sip.told) == told
    for index in range(40):
        rig.run(index * 20000)
        rig.tell(spoken(index * 20))
    packets = [(rtp.parse(data), data[12:]) for _, _, data in rig.net.sent]
    events = [(header, payload) for header, payload in packets if header.payload_type == 96]
    assert [payload[0] for _, payload in events] == [5] * 10 + [11] * 10
    first = events[:10]
    assert len({header.timestamp for header, _ in first}) == 1 and first[0][0].marker
    assert [int.from_bytes(payload[2:], "big") for _, payload in first] == [160 * n for n in range(1, 8)] + [1280] * 3
    assert [payload[1] >> 7 for _, payload in first] == [0] * 7 + [1] * 3
    sequences = [header.sequence for header, _ in packets]
    assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))
    audio = [header.timestamp for header, _ in packets if header.payload_type == 8]
    assert audio[-1] == first[0][0].timestamp + 39 * 160


def test_a_digit_of_the_peer_is_played_to_the_handset_once():
    rig = Rig()
    _, dect = rig.incoming(offer=OFFER._replace(codecs=(A, Codec("telephone-event", 96, 8000))))
    rig.tell(Connect(dect, Bearer(0, 1, False)), Datagram(("rtp", 1), PEER, voice(0)))
    for sequence in range(1, 9):
        event = bytes([7, 0x8A if sequence > 6 else 10]) + (160 * sequence).to_bytes(2, "big")
        rig.tell(Datagram(("rtp", 1), PEER, rtp.build(96, sequence, 160, 77, sequence == 1, event)))
    assert rig.dsp.tones == [(0, "7", "handset")]


def test_events_and_comfort_noise_of_the_peer_do_not_count_as_lost():
    rig = Rig()
    rig.talking()
    for index in range(20):
        rig.run(index * 20000)
        kind = 8 if index < 10 else 101
        rig.tell(Datagram(("rtp", 1), PEER, rtp.build(kind, index, min(index, 10) * 160, 77, False, b"abcd")))
    (told,) = rig.call.active()
    assert (told["lost"], told["jitter_ms"]) == (0, 0)
    assert len(rig.dsp.played) == 10


def test_a_dsp_that_refuses_ends_the_call():
    rig = Rig()
    rig.dsp.broken.add("open")
    rig.dsp.join = lambda channel, bearer: None
    sip, dect = rig.talking()
    assert rig.sip.told[-1] == Release(sip, cause.BEARER_NOT_AVAILABLE)
    assert rig.dect.told[-1] == Release(dect, cause.BEARER_NOT_AVAILABLE)
    assert rig.at_rest()


def test_five_alerting_calls_on_four_channels_leave_one_by_chance_without_audio():
    silent = set()
    for seed in range(40):
        rig = Rig(channels=4, seed=seed)
        legs = [rig.incoming(number, str(200 + number)) for number in (2, 4, 6, 8, 9)]
        rig.rings(*[dect for _, dect in legs])
        for index, (sip, dect) in enumerate(legs):
            rig.tell(Connect(dect, Bearer(0, index, False)))
            assert isinstance(rig.sip.told[-1], Connect) and rig.sip.told[-1].leg == sip
        assert len(rig.dsp.running) == 4
        (mute,) = [told["call"] for told in rig.call.active() if not told["audio"]]
        silent.add(mute)
        for sip, _ in legs:
            rig.tell(Release(sip, 16))
        assert rig.at_rest()
    assert silent == {1, 2, 3, 4, 5}


def test_a_talking_call_never_loses_its_channel_to_an_alerting_one():
    for seed in range(10):
        rig = Rig(channels=1, seed=seed)
        rig.talking(2)
        rig.rings(rig.incoming(4, "202")[1])
        assert [told["audio"] for told in rig.call.active()] == [True, False]


def test_a_handset_that_dials_with_all_channels_taken_hears_no_channel():
    rig = Rig(channels=1)
    rig.talking()
    dect, sip = rig.outgoing(number=2)
    assert sip is None and rig.dect.told[-1] == Release(dect, cause.NO_CHANNEL)


def test_more_calls_than_the_limit_are_turned_away():
    rig = Rig(limit=2)
    for number in (2, 4, 6):
        rig.incoming(number, str(200 + number))
    assert rig.sip.told == [Release(Leg("SIP", 6), cause.NO_CHANNEL)]


def test_packets_of_strangers_are_not_played_once_the_peer_was_heard():
    rig = Rig()
    rig.talking()
    rig.tell(Datagram(("rtp", 1), (PEER[0], 41000), voice(0)))
    rig.tell(Datagram(("rtp", 1), ("192.0.2.66", 41000), voice(1, ssrc=5)))
    rig.tell(Datagram(("rtp", 1), PEER, b"\0" * 40), Datagram(("rtp", 1), PEER, b""))
    rig.run(100000)
    (told,) = rig.call.active()
    assert (len(rig.dsp.played), told["foreign"]) == (1, 3)
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == PEER


def test_symmetric_rtp_answers_to_where_packets_come_from_only_when_allowed():
    rig = Rig()
    rig.media.values["symmetric"] = True
    rig.talking()
    rig.tell(Datagram(("rtp", 1), ("198.51.100.1", 9999), voice(0)))
    rig.tell(spoken(0))
    assert rig.net.sent[-1][1] == ("198.51.100.1", 9999)


def reach(state):
    rig = Rig()
    if state == "collecting":
        return rig, *rig.outgoing(called="")
    a, b = rig.incoming()
    if state in ("alerting", "connected"):
        rig.rings(b)
    if state == "connected":
        rig.tell(Connect(b, Bearer(0, 1, False)))
    return rig, a, b


def media(leg):
    return OFFER if leg.module == "SIP" else Bearer(0, 2, False)


MESSAGES = {
    Setup: lambda leg: Setup(leg, "201", "1", "x", media(leg)), Proceeding: Proceeding,
    Alerting: lambda leg: Alerting(leg, media(leg)), Connect: lambda leg: Connect(leg, media(leg)),
    Media: lambda leg: Media(leg, media(leg)), Digits: lambda leg: Digits(leg, "1"),
    Release: lambda leg: Release(leg, 16)}


SIDES = [("collecting", "a")] + [(state, side) for state in ("offered", "alerting", "connected") for side in "ab"]


@pytest.mark.parametrize(("state", "side"), SIDES)
@pytest.mark.parametrize("kind", list(MESSAGES), ids=lambda kind: kind.__name__)
def test_every_message_in_every_state_does_what_the_table_says_or_nothing(state, side, kind):
    rig, a, b = reach(state)
    leg = a if side == "a" else b
    (call,) = rig.call.calls.values()
    assert call.state == state
    before = (len(rig.sip.told), len(rig.dect.told), call.state, call.called)
    rig.tell(MESSAGES[kind](leg))
    after = (len(rig.sip.told), len(rig.dect.told), call.state, call.called)
    if (state, side, kind) not in TABLE:
        assert after == before
    elif kind is Release:
        assert rig.at_rest()
    elif kind is Connect:
        assert call.state == CONNECTED
    elif state == "alerting" and kind is Alerting:
        assert after == before
    if kind is not Release:
        rig.tell(Release(a, 16))
    assert rig.at_rest()


def test_messages_for_unknown_legs_change_nothing():
    rig = Rig()
    for kind, make in MESSAGES.items():
        if kind is not Setup:
            rig.tell(make(Leg("SIP", 99)), make(Leg("GW-DECT", 98)))
    assert rig.at_rest() and not rig.sip.told and not rig.dect.told


def test_the_console_lists_calls_history_and_channels():
    rig = Rig()
    sip, _ = rig.talking()
    assert "100 -> 201 connected" in rig.call.command("", ["calls"], 0)[0]
    assert rig.call.command("", ["channels"], 0)[0].startswith("0: call 1\r\n1: free")
    rig.tell(Release(sip, 16))
    assert rig.call.command("", ["calls"], 0)[0] == "none\r\n"
    assert "cause 16" in rig.call.command("", ["history"], 0)[0]
    assert rig.call.command("", ["nonsense"], 0)[0] is None
    assert rig.call.command("", [], 0)[0] is None


def test_the_history_is_bounded():
    rig = Rig()
    for number in range(250):
        rig.tell(Release(rig.incoming(2 * number + 2)[0], 16))
    assert len(rig.call.records()) == 100 and rig.call.records()[-1]["call"] == 250
    assert rig.at_rest()
