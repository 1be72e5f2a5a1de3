"""Session descriptions and what a leg makes of them: RFC 8866, RFC 3264."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.call import cause
from firmware.call.leg import Audio, Codec
from firmware.sip import causes, leg, sdp
from firmware.sip.dialog import from_response, next_hop
from firmware.sip.parser import check, parse
from firmware.sip.uri import Malformed
from tests.firmware.sip.rig import OURS, PCMA, SDP, THEIRS, reply, request

RICH = b"""v=0
o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
s=Call
i=about
u=http://example.com
c=IN IP4 198.51.100.1
b=AS:64
t=0 0
a=group:BUNDLE 1
a=sendonly
m=audio 49170/2 RTP/AVP 0 96 13 101
c=IN IP4 198.51.100.9/127
b=TIAS:64000
a=rtpmap:0 PCMU/8000/1
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:30
a=candidate:1 1 UDP 1 192.0.2.1 9 typ host
m=image 4711 udptl t38
a=T38FaxVersion:0
""".replace(b"\n", b"\r\n")


def test_a_description_is_read_whole_and_what_is_unknown_is_kept():
    session = sdp.parse(RICH)
    audio, image = session.media
    assert (session.host, session.direction, audio.host, audio.port, audio.ptime) == (
        "198.51.100.1", "sendonly", "198.51.100.9", 49170, 30)
    assert audio.direction == "sendonly" and audio.fmtp["96"] == "useinbandfec=1"
    assert (image.kind, image.proto, image.formats, image.other) == ("image", "udptl", ["t38"], ["a=T38FaxVersion:0"])
    assert "a=group:BUNDLE 1" in session.other and "b=TIAS:64000" in audio.other


def test_what_is_built_reads_back_the_same_and_in_the_rfcs_order():
    session = sdp.parse(RICH)
    built = sdp.build(session)
    again = sdp.parse(built)
    assert sdp.build(again) == built
    kinds = [line[:1] for line in built.decode().split("\r\n") if line]
    assert kinds[:8] == list("vosiucbt")


def test_lines_may_end_in_lf_alone():
    assert sdp.parse(SDP.replace(b"\r\n", b"\n")).media[0].port == 4000


@pytest.mark.parametrize("body", [
    b"", b"v=1\r\n", b"o=- 1 1 IN IP4 a\r\n", b"v=0\r\n", SDP.replace(b"4000", b"70000"), SDP.replace(b"4000", b"x"),
    SDP.replace(b" RTP/AVP 8 101", b""), SDP.replace(b"c=IN IP4 ", b"c="),
    SDP + b"junk\r\n", SDP + b"m=a 1 b c\r\n" * 40])
def test_what_is_no_description_is_malformed(body):
    with pytest.raises(Malformed):
        sdp.parse(body)


def test_the_first_audio_stream_that_is_not_refused_is_the_legs():
    session = sdp.parse(SDP.replace(b"m=audio", b"m=audio 0 RTP/AVP 0\r\nm=audio"))
    assert session.first("audio") == 1 and leg.audio(session) == THEIRS
    assert leg.audio(sdp.parse(SDP)) == THEIRS
    assert leg.audio(sdp.parse(RICH)).codecs == (
        Codec("pcmu", 0, 8000), Codec("opus", 96, 48000), Codec("cn", 13, 8000), Codec("telephone-event", 101, 8000))


@pytest.mark.parametrize(("direction", "seen"), [
    (b"", "sendonly"), (b"a=sendonly\r\n", "sendonly"),
    (b"a=recvonly\r\n", "inactive"), (b"a=inactive\r\n", "inactive")])
def test_the_older_hold_by_address_0_is_understood(direction, seen):
    held = SDP.replace(b"c=IN IP4 192.0.2.2", b"c=IN IP4 0.0.0.0") + direction
    assert leg.audio(sdp.parse(held)).direction == seen


def test_an_answer_refuses_every_stream_but_ours_in_its_place():
    body = leg.Description(7, "192.0.2.10").answer(sdp.parse(RICH), OURS)
    answer = sdp.parse(body)
    assert [(media.kind, media.port, media.proto) for media in answer.media] == [
        ("audio", 16384, "RTP/AVP"), ("image", 0, "udptl")]


def test_the_version_counts_changes_only():
    description = leg.Description(7, "192.0.2.10")
    versions = [sdp.parse(description.offer(one)).origin.split()[2]
                for one in (OURS, OURS, OURS._replace(direction="sendonly"), OURS)]
    assert versions == ["1", "1", "2", "3"]


ALL = (Codec("pcma", 8, 8000), Codec("g722", 9, 8000), Codec("g729", 18, 8000), Codec("g726-32", 96, 8000),
       Codec("g726-32-aal2", 98, 8000), Codec("opus", 97, 48000), Codec("cn", 13, 8000),
       Codec("telephone-event", 101, 8000))


def test_every_codec_survives_the_wire_under_the_name_of_its_rfc():
    body = leg.Description(7, "192.0.2.10").offer(OURS._replace(codecs=ALL))
    assert leg.audio(sdp.parse(body)).codecs == ALL
    audio = sdp.parse(body).media[0]
    assert [audio.rtpmap[number] for number in audio.formats] == [
        "PCMA/8000", "G722/8000", "G729/8000", "G726-32/8000", "AAL2-G726-32/8000", "opus/48000/2", "CN/8000",
        "telephone-event/8000"]
    assert audio.fmtp == {"18": "annexb=no", "97": "maxplaybackrate=16000;sprop-maxcapturerate=16000", "101": "0-15"}


@pytest.mark.parametrize(("parameters", "name"), [
    ("maxplaybackrate=8000", "opus-nb"), ("useinbandfec=1; MaxPlaybackRate = 8000;stereo=0", "opus-nb"),
    ("maxplaybackrate=12000", "opus"), ("maxplaybackrate=48000", "opus"), ("sprop-maxcapturerate=8000", "opus"),
    ("maxplaybackrate=", "opus"), ("maxplaybackrate=-8000", "opus"), ("maxplaybackrate=99999999", "opus"),
    ("", "opus")])
def test_opus_is_narrow_where_the_peer_plays_no_more(parameters, name):
    body = SDP.replace(b"RTP/AVP 8 101", b"RTP/AVP 111").rstrip() + b"\r\na=rtpmap:111 opus/48000/2\r\n"
    body += b"a=fmtp:111 " + parameters.encode() + b"\r\n"
    assert leg.audio(sdp.parse(body)).codecs == (Codec(name, 111, 48000),)


@pytest.mark.parametrize(("lines", "name"), [
    (b"", "g729b"), (b"a=fmtp:18 annexb=yes\r\n", "g729b"), (b"a=fmtp:18 annexb=no\r\n", "g729"),
    (b"a=rtpmap:18 G729/8000\r\na=fmtp:18 AnnexB=NO\r\n", "g729"), (b"a=rtpmap:18 G729/8000\r\n", "g729b")])
def test_g729_has_annex_b_unless_the_peer_says_no(lines, name):
    body = SDP.replace(b"RTP/AVP 8 101", b"RTP/AVP 18").rstrip() + b"\r\n" + lines
    assert leg.audio(sdp.parse(body)).codecs == (Codec(name, 18, 8000),)
    ours = leg.Description(7, "192.0.2.10").offer(OURS._replace(codecs=(Codec(name, 18, 8000),)))
    assert leg.audio(sdp.parse(ours)).codecs == (Codec(name, 18, 8000),)


def test_narrow_opus_is_offered_so():
    body = leg.Description(7, "192.0.2.10").offer(OURS._replace(codecs=(Codec("opus-nb", 97, 48000),)))
    assert b"a=rtpmap:97 opus/48000/2\r\na=fmtp:97 maxplaybackrate=8000;sprop-maxcapturerate=8000\r\n" in body


def test_comfort_noise_can_be_left_out():
    body = leg.Description(7, "192.0.2.10").offer(OURS._replace(codecs=ALL), ("cn",))
    assert b" 13 " not in body and b"CN" not in body
    heard = leg.audio(sdp.parse(leg.Description(7, "192.0.2.10").offer(OURS._replace(codecs=ALL))), ("cn",))
    assert [one.name for one in heard.codecs] == [one.name for one in ALL if one.name != "cn"]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.sampled_from(("8", "\u00b2", "\u0663", "-1", "128", "1e1")), st.text("0123456789", max_size=5)),
       st.text("0123456789abcopusGPCMA/;= -.\u00b2", max_size=30),
       st.text("0123456789 ;=\u0663\u00b2x", max_size=20))
def test_any_payload_type_rtpmap_and_fmtp_are_a_codec_or_none(number, rtpmap, fmtp):
    body = SDP.replace(b"AVP 8 ", f"AVP {number} 99 ".encode())
    body += f"a=rtpmap:{number} {rtpmap}\r\na=rtpmap:99 opus/48000/2\r\na=fmtp:99 maxplaybackrate={fmtp}\r\n".encode()
    found = leg.audio(sdp.parse(body))
    assert len(found.codecs) >= 2
    for one in found.codecs:
        assert one.name and 0 <= one.payload_type < 128 and 0 <= one.rate < 1000000


@pytest.mark.parametrize(("ours", "theirs", "met"), [
    ("sendrecv", "sendrecv", "sendrecv"), ("sendonly", "sendrecv", "sendonly"), ("sendrecv", "sendonly", "recvonly"),
    ("sendonly", "sendonly", "inactive"), ("recvonly", "sendonly", "recvonly"), ("inactive", "sendrecv", "inactive")])
def test_offers_that_cross_meet_in_what_both_want(ours, theirs, met):
    answer = leg.meet(OURS._replace(direction=ours), THEIRS._replace(direction=theirs))
    assert (answer.direction, answer.codecs, answer.port) == (met, (PCMA,), 16384)
    other = Audio("192.0.2.2", 4000, (Codec("g729", 18, 8000),), 20, "sendrecv")
    assert leg.meet(OURS, other).port == 0


def test_every_cause_has_a_status_and_every_status_a_cause():
    for name in dir(cause):
        if name.isupper():
            assert 400 <= causes.status(getattr(cause, name)) < 700
    for status in range(300, 700):
        assert 1 <= causes.cause_of(status) <= 127


@pytest.mark.parametrize(("uri", "hop"), [
    ("sip:a@192.0.2.1:5070", ("192.0.2.1", 5070)), ("sip:a@b;maddr=192.0.2.3", ("192.0.2.3", 5060)), ("tel:1", None),
    ("sip:", None)])
def test_the_next_hop_is_what_the_uri_names(uri, hop):
    assert next_hop(uri) == hop


def test_a_dialog_without_a_contact_goes_to_where_the_request_went():
    invite = parse(request("INVITE", body=SDP))
    answer = parse(reply(invite, 200).replace(b"Contact: <sip:100@192.0.2.2:5062>\r\n", b""))
    assert check(answer) is None
    assert from_response(invite, answer, None).target == invite.uri
