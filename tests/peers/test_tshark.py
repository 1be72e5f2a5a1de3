"""A call's capture as tshark reads it: nothing malformed, and every field what we say that we sent."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.callrun import ipei
from sim.peers.handset import Handset
from sim.peers.phone import Phone
from sim.peers.programs import tshark
from sim.peers.registrar import Registrar
from sim.site import Site
from sim.stage import dect_lines, sip_lines
from sim.trace import Pcap

pytestmark = pytest.mark.peer


class Captured(NamedTuple):
    path: str
    board: str
    """Its address."""
    registrar: str
    record: dict
    """Of firmware.call.report."""
    heard: dict
    """The phone's own counters."""


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    """A board registers, and a phone calls its handset for two seconds of virtual time."""
    path = tmp_path_factory.mktemp("capture") / "capture.pcap"
    with Site(virtual=True) as site, Pcap(str(path)) as pcap:
        board = site.board("ip1203")
        board.net.tap = pcap.packet
        board.power_on()
        handset = Handset(site.air, site.time, ipei(1), "31100422072149")
        handset.auto_answer = 200_000
        net = site.net()
        registrar = Registrar(site.time, net, net.address, {"201": "secret", "phone": "secret"})
        phone = Phone(site.time, site.net(), "phone", "secret", name="Bert")
        phone.register(registrar.address)
        lines = dect_lines(board.net.address, [(ipei(1), "201", "Anna")])
        for line in lines + sip_lines(registrar.address, "201", "secret"):
            assert not board.run_line(line).refused()
        call = asyncio.run(talk(site, board, handset, phone))
        (record,) = board.gateway.calls.records()
        return Captured(str(path), board.net.address, net.address, record, call.stats())


async def talk(site, board, handset, phone):
    assert await site.until(lambda: handset.located and handset.status.slot is None and phone.registered, 10)
    call = phone.call("201")
    assert await site.until(lambda: call.state == "connected", 10)
    await site.pass_time(2)
    call.hang_up()
    assert await site.until(lambda: not board.gateway.calls.busy(), 5)
    await site.pass_time(1)
    return call


def test_no_packet_is_malformed(captured):
    assert tshark.malformed(captured.path) == []


def test_a_wrong_checksum_would_be_found(captured, tmp_path):
    data = bytearray(Path(captured.path).read_bytes())
    data[-1] ^= 0xFF
    spoilt = tmp_path / "spoilt.pcap"
    spoilt.write_bytes(data)
    assert len(tshark.malformed(spoilt)) == 1


def test_every_packet_is_of_sip_sdp_rtp_or_rtcp(captured):
    protocols = [one for (one,) in tshark.fields(captured.path, "frame", "frame.protocols")]
    assert set(protocols) == {"raw:ip:udp:sip", "raw:ip:udp:sip:sdp", "raw:ip:udp:rtp", "raw:ip:udp:rtcp"}


def test_the_registration_is_refused_once_and_granted_with_digest(captured):
    requests = tshark.fields(
        captured.path, "sip.Method == REGISTER", "sip.r-uri", "sip.to.addr", "sip.from.addr", "sip.contact.uri",
        "sip.Expires", "sip.CSeq.seq", "sip.auth.username", "sip.auth.realm", "sip.auth.uri", "sip.auth.nc")
    domain, user = "sip:" + captured.registrar, "sip:201@" + captured.registrar
    common = (domain, user, user, f"sip:201@{captured.board}:5060", "120")
    assert requests == [(*common, "1", "", "", "", ""),
                        (*common, "2", '"201"', f'"{captured.registrar}"', f'"{domain}"', "00000001")]
    answers = tshark.fields(captured.path, "sip.CSeq.method == REGISTER && sip.Status-Code", "sip.Status-Code")
    assert answers == [("401",), ("200",)]


def test_the_call_s_messages_come_in_their_order(captured):
    seen = tshark.fields(captured.path, "sip.CSeq.method != REGISTER", "sip.Method", "sip.Status-Code")
    assert seen == [("INVITE", ""), ("", "100"), ("", "180"), ("", "200"), ("ACK", ""), ("BYE", ""), ("", "200")]


def test_the_invite_says_who_calls_whom(captured):
    ((user, display, caller),) = tshark.fields(captured.path, "sip.Method == INVITE", "sip.to.user",
                                               "sip.display.info", "sip.from.user")
    record = captured.record
    assert (user, display.strip('"'), caller) == (record["called"], record["name"], record["calling"])


def test_the_answer_offers_the_port_and_codec_that_the_call_then_has(captured):
    ((host, port, kind, formats, codec),) = tshark.fields(
        captured.path, f"sdp && ip.src == {captured.board}", "sdp.connection_info.address", "sdp.media.port",
        "sdp.media.media", "sdp.media.format", "sdp.mime.type")
    assert (host, kind, formats.split(",")[0]) == (captured.board, "audio", "ITU-T G.711 PCMA")
    assert codec.split(",")[0].lower() == captured.record["codec"] == captured.heard["codec"]
    sent = tshark.fields(captured.path, f"rtp && ip.src == {captured.board}", "udp.srcport")
    assert set(sent) == {(port,)}


def test_the_packets_of_speech_are_those_that_both_sides_counted(captured):
    packets = tshark.fields(captured.path, f"rtp && ip.src == {captured.board}", "rtp.seq", "rtp.timestamp",
                            "rtp.p_type", "rtp.marker", "udp.length", "rtp.ssrc")
    assert len(packets) == captured.record["sent"] == captured.heard["received"]
    numbers, stamps = [int(one[0]) for one in packets], [int(one[1]) for one in packets]
    assert numbers == [(numbers[0] + n) % (1 << 16) for n in range(len(numbers))]
    assert stamps == [(stamps[0] + 160 * n) % (1 << 32) for n in range(len(stamps))]
    assert {one[2] for one in packets} == {"8"}
    assert {one[4] for one in packets} == {str(8 + 12 + 160)}
    assert len({one[5] for one in packets}) == 1
    assert len(tshark.fields(captured.path, f"rtp && ip.dst == {captured.board}", "rtp.seq")) == \
        captured.record["received"]
