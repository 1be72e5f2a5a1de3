"""A call with compressed silence and digits as tshark reads it: pauses are no loss, and every packet has its time."""

import asyncio
from typing import NamedTuple

import pytest

from sim.callrun import ipei
from sim.dsp_show import HELD, LINES, PRESSED, TOLD, DspShow
from sim.peers.handset import Audio, Handset
from sim.peers.programs import tshark
from sim.site import Site
from sim.stage import dect_lines, own_registrar, sip_lines
from sim.trace import Pcap

pytestmark = pytest.mark.peer

SPEECH, COMFORT = "9", "13"
"""Payload types."""
COMES, CARRIES = "frame.time_relative", "rtp.timestamp"


class Captured(NamedTuple):
    path: str
    board: str
    record: dict


@pytest.fixture(scope="module")
def captured(tmp_path_factory):
    path = tmp_path_factory.mktemp("capture") / "capture.pcap"
    with Site(virtual=True) as site, Pcap(str(path)) as pcap:
        machine = site.board("ip1203")
        machine.net.tap = pcap.packet
        machine.power_on()
        registrar = own_registrar(site, {"201": "secret", "desk": "secret"})
        handset = Handset(site.air, site.time, ipei(1), "31100422072149", audio=Audio(echo_loss_db=20.0))
        handset.auto_answer = 200_000
        for line in (*LINES, *dect_lines(machine.net.address, [(ipei(1), "201", "Anna")]),
                     *sip_lines(registrar.address, "201", "secret")):
            assert not machine.run_line(line).refused()
        show = DspShow(site, machine, handset, registrar, "201", "secret", lambda name, samples: None)

        async def run():
            assert await site.until(lambda: handset.located, 10)
            assert await show.wide() is not None

        asyncio.run(run())
        return Captured(str(path), machine.net.address, machine.gateway.calls.records()[-1])


def test_no_packet_is_malformed(captured):
    assert tshark.malformed(captured.path) == []


def test_pauses_are_no_loss(captured):
    streams = {source: (packets, lost) for source, packets, lost in tshark.streams(captured.path)}
    record = captured.record
    assert streams.pop(captured.board) == (record["sent"], 0)
    ((packets, lost),) = streams.values()
    assert lost == 0 and packets >= record["received"]
    # Nine seconds of 20 ms would be 455.
    assert record["sent"] < 350 and packets < 350


def test_audio_and_pauses_carry_the_time_at_which_they_come(captured):
    wanted = f"ip.src == {captured.board} && (rtp.p_type == {SPEECH} || rtp.p_type == {COMFORT})"
    packets = [(float(at), int(stamp)) for at, stamp in tshark.fields(captured.path, wanted, COMES, CARRIES)]
    begun, first = packets[0]
    for at, stamp in packets:
        assert (stamp - first) % 2**32 / 8000 == pytest.approx(at - begun, abs=0.0201)


def test_what_follows_a_pause_has_the_marker_and_nothing_else(captured):
    rows = tshark.fields(captured.path, f"rtp && ip.src == {captured.board}", "rtp.p_type", "rtp.marker", CARRIES)
    previous = None
    for kind, marker, stamp in rows:
        if kind == SPEECH:
            follows = previous is not None and (int(stamp) - previous) % 2**32 == 160
            assert (marker in ("1", "True")) is not follows
        if kind == COMFORT:
            assert marker in ("0", "False")
        previous = int(stamp) if kind == SPEECH else None
    assert sum(kind == COMFORT for kind, _, _ in rows) == captured.record["comfort_sent"] > 0


@pytest.mark.parametrize(("ours", "digits"), [(True, HELD + PRESSED), (False, TOLD)])
def test_digits_are_events_that_grow_and_end_three_times(captured, ours, digits):
    who = "==" if ours else "!="
    rows = tshark.fields(captured.path, f"rtpevent && ip.src {who} {captured.board}", CARRIES, "rtpevent.event_id",
                         "rtpevent.end_of_event", "rtpevent.duration")
    by_stamp: dict[str, list] = {}
    for stamp, digit, end, duration in rows:
        by_stamp.setdefault(stamp, []).append((digit, end in ("1", "True"), int(duration)))
    assert "".join(one[0][0] for one in by_stamp.values()) == digits
    for packets in by_stamp.values():
        assert [end for _, end, _ in packets] == [False] * (len(packets) - 3) + [True] * 3
        assert [duration for _, _, duration in packets[:-2]] == [160 * n for n in range(1, len(packets) - 1)]
        assert packets[-1][2] >= 1200
