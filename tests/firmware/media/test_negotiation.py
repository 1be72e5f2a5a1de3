"""Offer and answer: RFC 3264 on firmware.call.leg.Audio."""

import pytest

from firmware.call.leg import Audio, Codec
from firmware.media import negotiation
from firmware.media.properties import CODERS, SCHEMA, Media, Preference

A, U = Codec("pcma", 8, 8000), Codec("pcmu", 0, 8000)
EVENT = Codec("telephone-event", 96, 8000)
BOTH = Preference(("pcma", "pcmu"), 20, True)


def offered(*codecs, port=4000, packet_ms=20, direction="sendrecv", host="192.0.2.9"):
    return Audio(host, port, codecs, packet_ms, direction)


def answer(audio, preference=BOTH, allowed="sendrecv"):
    return negotiation.answer(audio, preference, "10.0.0.1", 16384, allowed)


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
    only = Preference(("pcmu",), 20, True)
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
    ours = negotiation.offer(BOTH, "10.0.0.1", 16384)
    assert negotiation.accept(offered(U, A), ours) == U
    assert negotiation.accept(offered(A, port=0), ours) is None
    assert negotiation.accept(offered(Codec("g729", 18, 8000)), ours) is None
    assert negotiation.accept(offered(EVENT), ours) is None
    assert negotiation.accept(None, ours) is None


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
    assert media.preference(True) == Preference(("pcmu",), 30, False)
    assert media.preference(False) == Preference(("pcma", "pcmu"), 20, False)


def test_a_coder_that_the_dsp_lacks_falls_back_and_says_so():
    media, effects = configured(coder="opus", exclusive=True)
    assert media.preference(False).codecs == ("pcma", "pcmu")
    assert "opus" in effects[0].text


def test_every_default_and_choice_passes_its_own_check():
    names = [option.name for option in Media.schemas[""]]
    assert len(set(names)) == len(names)
    for option in SCHEMA:
        if option.default is not None and option.kind != "flag":
            assert option.read(str(option.default)) == option.default
    assert all(Media(codecs=("pcma", "pcmu", "g722", "g726-32", "opus")).codecs for _ in CODERS)
