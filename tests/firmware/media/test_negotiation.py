"""Offer and answer: RFC 3264 on firmware.call.leg.Audio."""

import pytest

from firmware.call.leg import Audio, Codec
from firmware.media import negotiation
from firmware.media.properties import CODECS, CODERS, SCHEMA, Media, Preference

A, U = Codec("pcma", 8, 8000), Codec("pcmu", 0, 8000)
EVENT = Codec("telephone-event", 96, 8000)
COMFORT = Codec("cn", 13, 8000)
OPUS, NARROW = Codec("opus", 111, 48000), Codec("opus-nb", 111, 48000)
BOTH = Preference(("pcma", "pcmu"), 20, True, False)
QUIET = BOTH._replace(silence=True)
ALL = Preference(("opus", "g722", "pcma", "g726-32", "g726-32-aal2", "g729"), 20, True, True)


def offered(*codecs, port=4000, packet_ms=20, direction="sendrecv", host="192.0.2.9"):
    return Audio(host, port, codecs, packet_ms, direction)


def answer(audio, preference=BOTH, allowed="sendrecv"):
    """(our answer, the codec agreed on or None)"""
    audio, agreed = negotiation.answer(audio, preference, "10.0.0.1", 16384, allowed)
    return audio, agreed.codec if agreed is not None else None


def accepted(answered, preference=BOTH):
    return negotiation.accept(answered, negotiation.offer(preference, "10.0.0.1", 16384), preference)


def test_the_offer_lists_our_coders_best_first_and_telephone_event():
    audio = negotiation.offer(BOTH, "10.0.0.1", 16384)
    assert audio == Audio("10.0.0.1", 16384, (A, U, Codec("telephone-event", 101, 8000)), 20, "sendrecv")


def test_the_answer_takes_our_best_of_those_offered_and_the_offerers_payload_types():
    audio, chosen = answer(offered(U, A, EVENT))
    assert chosen == A
    assert audio.codecs == (A, EVENT)
    moved = Codec("pcma", 120, 8000)
    assert answer(offered(moved))[1] == moved


def test_telephone_event_alone_is_no_codec():
    audio, chosen = answer(offered(EVENT))
    assert chosen is None and audio.port == 0


@pytest.mark.parametrize("audio", [offered(Codec("g729", 18, 8000)), offered(A, port=0), offered()])
def test_what_cannot_be_taken_is_refused_with_port_0_and_its_own_formats(audio):
    refused, chosen = answer(audio)
    assert chosen is None
    assert (refused.port, refused.codecs) == (0, audio.codecs)


def test_an_exclusive_coder_refuses_others():
    only = BOTH._replace(codecs=("pcmu",))
    assert answer(offered(A), only)[1] is None
    assert answer(offered(A, U), only)[1] == U


@pytest.mark.parametrize(("theirs", "ours"), [
    ("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")])
def test_the_answer_mirrors_the_direction(theirs, ours):
    assert answer(offered(A, direction=theirs))[0].direction == ours


def test_our_own_hold_narrows_the_answer():
    assert answer(offered(A), allowed="sendonly")[0].direction == "sendonly"
    assert answer(offered(A, direction="sendonly"), allowed="sendonly")[0].direction == "inactive"


def test_the_older_hold_with_address_0_is_understood():
    assert answer(offered(A, host="0.0.0.0"))[0].direction == "recvonly"


@pytest.mark.parametrize(("wish", "used"), [(10, 10), (30, 30), (60, 60), (20, 20), (25, 20), (200, 20), (0, 20),
                                            (None, 20)])
def test_the_peers_packet_time_is_used_where_the_dsp_can(wish, used):
    assert answer(offered(A, packet_ms=wish))[0].packet_ms == used


def test_accepting_an_answer_takes_its_first_codec_of_ours():
    assert accepted(offered(U, A)).codec == U
    assert accepted(offered(A, port=0)) is None
    assert accepted(offered(Codec("g729", 18, 8000))) is None
    assert accepted(offered(EVENT)) is None
    assert accepted(offered(COMFORT), QUIET) is None
    assert accepted(None) is None


def test_all_that_the_dsp_has_is_offered_with_an_event_for_each_clock():
    numbers = [(one.name, one.payload_type, one.rate) for one in negotiation.offer(ALL, "10.0.0.1", 16384).codecs]
    assert numbers == [
        ("opus", 97, 48000), ("g722", 9, 8000), ("pcma", 8, 8000), ("g726-32", 96, 8000), ("g726-32-aal2", 98, 8000),
        ("g729", 18, 8000), ("cn", 13, 8000), ("telephone-event", 101, 8000), ("telephone-event", 102, 48000)]


@pytest.mark.parametrize("name", ALL.codecs)
def test_each_codec_is_agreed_on_whichever_side_offers(name):
    ours = negotiation.offer(ALL, "10.0.0.1", 16384)
    (theirs,) = [one for one in ours.codecs if one.name == name]
    assert answer(offered(theirs), ALL)[1] == theirs
    assert accepted(offered(theirs), ALL).codec == theirs


def test_the_two_packings_of_g726_are_not_taken_for_one_another():
    assert answer(offered(Codec("g726-32-aal2", 99, 8000)), BOTH._replace(codecs=("g726-32",)))[1] is None


def test_a_codec_on_another_clock_is_another_codec():
    assert answer(offered(Codec("pcma", 100, 16000)))[1] is None
    assert answer(offered(Codec("opus", 100, 16000)), ALL)[1] is None


@pytest.mark.parametrize(("ours", "theirs", "used"), [
    ("opus", OPUS, OPUS), ("opus", NARROW, NARROW), ("opus-nb", OPUS, NARROW), ("opus-nb", NARROW, NARROW)])
def test_opus_is_narrow_where_one_side_plays_no_more(ours, theirs, used):
    preference = BOTH._replace(codecs=(ours,))
    audio, chosen = answer(offered(theirs), preference)
    assert chosen == audio.codecs[0] == used
    assert accepted(offered(theirs), preference).codec == used


@pytest.mark.parametrize(("ours", "theirs", "used", "silence"), [
    ("g729b", "g729b", "g729b", True), ("g729b", "g729", "g729", False), ("g729", "g729b", "g729", False)])
def test_g729_has_pauses_only_where_both_have_annex_b(ours, theirs, used, silence):
    preference = QUIET._replace(codecs=(ours,))
    audio, agreed = negotiation.answer(offered(Codec(theirs, 18, 8000), COMFORT), preference, "10.0.0.1", 1)
    assert (agreed.codec.name, audio.codecs[0].name, agreed.silence) == (used, used, silence)


def test_g729_is_offered_with_annex_b_where_silence_is_compressed():
    media = Media(("pcma", "g729"))
    for silence, name in ((False, "g729"), (True, "g729b")):
        media.configure("", {"coder": "g729", "exclusive": True, "sc": silence}, ["coder"], 0)
        assert media.preference(False).codecs == (name,) and media.on_chip(name) == "g729"


def test_comfort_noise_is_agreed_on_only_where_both_have_it():
    assert negotiation.answer(offered(A, COMFORT), QUIET, "10.0.0.1", 1)[1].comfort == COMFORT
    assert negotiation.answer(offered(A), QUIET, "10.0.0.1", 1)[1].comfort is None
    assert negotiation.answer(offered(A, COMFORT), BOTH, "10.0.0.1", 1)[1].comfort is None
    assert answer(offered(A, COMFORT), QUIET)[0].codecs == (A, COMFORT)
    assert accepted(offered(A, COMFORT), QUIET).comfort == COMFORT
    assert accepted(offered(A), QUIET).comfort is None


def test_opus_has_its_own_pauses_and_no_comfort_noise():
    agreed = negotiation.answer(offered(OPUS, COMFORT), ALL, "10.0.0.1", 1)[1]
    assert agreed.comfort is None and agreed.kinds == {111: "speech"}


def test_the_event_runs_on_the_clock_of_the_audio_where_the_peer_has_one():
    wide, old = Codec("telephone-event", 110, 48000), Codec("telephone-event", 101, 8000)
    agree = negotiation.answer
    assert agree(offered(OPUS, old, wide), ALL, "10.0.0.1", 1)[1].event == wide
    assert agree(offered(OPUS, old), ALL, "10.0.0.1", 1)[1].event == old
    assert agree(offered(A, old, wide), ALL, "10.0.0.1", 1)[1].event == old


def test_what_comes_is_known_by_our_numbers_and_by_theirs():
    moved = (Codec("g726-32", 2, 8000), Codec("telephone-event", 96, 8000))
    preference = BOTH._replace(codecs=("g726-32",))
    agreed = accepted(offered(*moved), preference)
    assert agreed.codec == moved[0] and agreed.event == moved[1]
    assert agreed.kinds == {2: "speech", 96: "speech", 101: "event", 13: "comfort"}


@pytest.mark.parametrize(("host", "local"), [
    ("10.1.2.3", True), ("172.16.0.1", True), ("172.32.0.1", False), ("192.168.7.7", True), ("127.0.0.5", True),
    ("169.254.1.1", True), ("192.0.2.1", False), ("example.org", False), ("", False)])
def test_private_addresses_are_local(host, local):
    assert negotiation.is_local(host) is local


def configured(**values):
    media = Media()
    given = {option.name: option.default for option in SCHEMA}
    given.update({name.replace("_", "-"): value for name, value in values.items()})
    return media, media.configure("", given, [name.replace("_", "-") for name in values], 0)


def test_the_default_is_g711a_in_packets_of_20_ms():
    assert Media().preference(True) == BOTH
    assert Media().preference(False) == BOTH


def test_local_and_general_coder_differ_when_told_so():
    media, _ = configured(local_coder="g711u", local_frame=30, local_exclusive=True, no_dtmf=True)
    assert media.preference(True) == Preference(("pcmu",), 30, False, False)
    assert media.preference(False) == Preference(("pcma", "pcmu"), 20, False, False)


def test_silence_compression_is_asked_for_by_interface():
    media, effects = configured(local_sc=True)
    assert (media.preference(True).silence, media.preference(False).silence, effects) == (True, False, [])


@pytest.mark.parametrize("name", CODERS)
def test_each_coder_of_the_console_is_the_first_choice_alone_when_exclusive(name):
    media = Media(("pcma", "pcmu", "g722", "g726-32", "g726-32-aal2", "opus", "opus-nb", "g729"))
    media.configure("", {"coder": name, "exclusive": True}, ["coder", "exclusive"], 0)
    assert media.preference(False).codecs == (CODECS[name],)
    media.configure("", {"coder": name}, ["exclusive"], 0)
    first, *others = media.preference(False).codecs
    assert first == CODECS[name] and len(others) == 6


def test_a_coder_that_the_dsp_lacks_falls_back_and_says_so():
    media, effects = configured(coder="opus-wb", exclusive=True)
    assert media.preference(False).codecs == ("pcma", "pcmu")
    assert "opus" in effects[0].text


def test_every_default_and_choice_passes_its_own_check():
    names = [option.name for option in Media.schemas[""]]
    assert len(set(names)) == len(names)
    for option in SCHEMA:
        if option.default is not None and option.kind != "flag":
            assert option.read(str(option.default)) == option.default
    assert all(Media(codecs=("pcma", "pcmu", "g722", "g726-32", "opus")).codecs for _ in CODERS)
