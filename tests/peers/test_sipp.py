"""sipp's own scenarios: it calls thirty-two handsets on four boards, and a handset calls it."""

import asyncio

import pytest

from sim.conversation import ENOUGH
from sim.peers.programs.sipp import Sipp
from sim.peers.talker import correlation, speech
from tests.bench.sip_rig import Rig
from tests.peers.lab import NOTHING_LEFT

pytestmark = pytest.mark.peer

BOARDS, HANDSETS = 4, 8
CALLS_EACH = 16
"""More than 500 in all."""
FREE = 100_000
"""µs from a handset without a bearer to one that hears pages, and whose base knows that it is free."""


OFFERS_G722 = """<?xml version="1.0"?>
<scenario name="offers G.722 and comfort noise">
<send retrans="500"><![CDATA[INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 9 13
a=rtpmap:9 G722/8000
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200"/>
<send><![CDATA[ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<pause/>
<send retrans="500"><![CDATA[BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
"""


class Turns:
    """Has sipp hold its next call back until the handset is free: with a bearer still up it is busy."""

    def __init__(self, site, handset, caller):
        self.site, self.handset, self.caller = site, handset, caller
        handset.on_event = self._event

    def _event(self, event):
        if event.name == "ringing":
            self.caller.pause()
        elif event.name == "idle":
            self._released()

    def _released(self):
        if self.handset.status.slot is None:
            self.site.time.after(FREE, self.caller.pause)
        else:
            self.site.time.after(FREE // 5, self._released)


def test_five_hundred_calls_to_the_handsets_of_four_boards_without_a_failure(lab):
    host = lab.site.free_address()
    machines = []
    for _ in range(BOARDS):
        machines.append(lab.board(HANDSETS, answer=0.1))
        lab.trunk((host, 5060))

    async def called():
        await lab.located()
        callers = []
        for number, handset in enumerate(lab.handsets):
            callers.append(lab.run(Sipp(
                lab.folder / str(number), "uac", host, port=5070 + number, limit=1, rate=20, calls=CALLS_EACH,
                target=(machines[number // HANDSETS].net.address, 5060), user=str(201 + number), timeout=100)))
            Turns(lab.site, handset, callers[-1])
        for one in callers:
            await lab.ended(one, 100)
        await lab.site.pass_time(0.5)
        return callers

    callers = asyncio.run(called())
    assert [one.counts() for one in callers] == [(CALLS_EACH, 0)] * len(callers), [one.errors() for one in callers]
    lab.later()
    assert [lab.left(machine) for machine in machines] == [NOTHING_LEFT] * BOARDS
    assert {handset.call for handset in lab.handsets} == {"idle"}


def test_a_handset_calls_sipp_which_answers(lab):
    lab.board()
    (handset,) = lab.handsets
    uas = lab.run(Sipp(lab.folder / "uas", "uas", lab.site.free_address(), calls=3))
    lab.trunk((uas.host, uas.port))

    async def calling():
        await lab.located()
        for _ in range(3):
            await lab.happens(lambda: handset.status.slot is None)
            assert handset.dial("300")
            await lab.happens(lambda: handset.call == "talking")
            handset.hang_up()
            await lab.happens(lambda: handset.call == "idle")
        return await lab.ended(uas, 10)

    assert asyncio.run(calling()) == 0
    assert uas.counts() == (3, 0), uas.errors()
    lab.later()
    assert lab.left() == NOTHING_LEFT


def test_what_sipp_sends_back_in_g722_is_what_the_handset_said(lab):
    said = speech(2.5, 3)
    lab.board(says=said, answer=0.1)
    (handset,) = lab.handsets
    host = lab.site.free_address()
    lab.trunk((host, 5060))
    # What comes back is an echo; here it is to be heard.
    lab.type(["config change MSP0 /ec-type 0", "config activate"])
    (lab.folder / "g722.xml").write_text(OFFERS_G722)

    async def called():
        await lab.located()
        uac = lab.run(Sipp(lab.folder / "uac", lab.folder / "g722.xml", host, port=5071, hold_ms=3500, echo=True,
                           target=(lab.machine.net.address, 5060), user="201", timeout=20))
        await lab.ended(uac, 20)
        return uac

    uac = asyncio.run(called())
    assert uac.counts() == (1, 0), uac.errors()
    (record,) = lab.machine.gateway.calls.records()
    assert (record["codec"], record["lost"]) == ("g722", 0)
    assert correlation(said, handset.audio.heard(), segment=0.5) >= ENOUGH


def test_the_sip_module_calls_sipp_five_hundred_times_without_a_failure(lab):
    uas = lab.run(Sipp(lab.folder, "uas", lab.site.free_address(), calls=500))
    rig = Rig(lab.site.net(), lab.site.time, server=(uas.host, uas.port))

    async def calling():
        rig.call(500, per_second=100)
        return await lab.ended(uas, 40)

    assert asyncio.run(calling()) == 0, uas.errors()
    assert uas.counts() == (500, 0), uas.errors()
    assert (rig.exchange.answered, rig.exchange.failed) == (500, 0)
    lab.later()
    assert rig.left() == "0 calls, 0 client and 0 server transactions"


def test_sipp_calls_the_sip_module_five_hundred_times_without_a_failure(lab):
    rig = Rig(lab.site.net(), lab.site.time)
    uac = lab.run(Sipp(lab.folder, "uac", lab.site.free_address(), target=(rig.net.address, 5060), calls=500, rate=100))
    assert asyncio.run(lab.ended(uac, 40)) == 0, uac.errors()
    assert uac.counts() == (500, 0), uac.errors()
    asyncio.run(lab.site.pass_time(0.1))
    lab.later()
    assert rig.left() == "0 calls, 0 client and 0 server transactions"
