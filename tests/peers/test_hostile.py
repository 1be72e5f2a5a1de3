"""While a call is up the SIP port is under fire; the speech must not notice."""

import asyncio
import random

import pytest

from sim.conversation import ENOUGH, Conversation
from sim.peers.phone import Phone
from sim.peers.programs.sipp import Sipp
from tests.firmware.sip import torture
from tests.peers.lab import NOTHING_LEFT

SECONDS = 4.0
EVERY = 20_000
"""µs between two volleys."""
UNANSWERED = 300
"""s until a call that nobody answers or cancels is given up: one of the flood waited, then rang the handset."""


def garbage(chance):
    return [chance.randbytes(size) for size in (0, 1, 4, 60, 1400, 9000)]


def tortured(chance):
    return [message for _, message, *_ in torture.VALID] + [message for _, message, *_ in torture.INVALID]


def mutilated(chance):
    """Good messages cut short, with octets changed, and twice over."""
    found = []
    for _, message, *_ in chance.sample(torture.VALID, 4):
        spoilt = bytearray(message)
        for _ in range(5):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        found += [message[:chance.randrange(len(message))], bytes(spoilt), message * 2]
    return found


def flood(chance):
    """INVITEs of callers that nobody knows, each another."""
    text = ("INVITE sip:201@{0} SIP/2.0\r\nVia: SIP/2.0/UDP {1}:5060;branch=z9hG4bK{2}\r\n"
            "From: <sip:{2}@{1}>;tag={2}\r\nTo: <sip:201@{0}>\r\nCall-ID: {2}\r\nCSeq: 1 INVITE\r\n"
            "Contact: <sip:{2}@{1}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
    return [text.format("127.0.0.1", "127.0.0.1", chance.getrandbits(64)).encode() for _ in range(10)]


@pytest.mark.parametrize("shots", [garbage, tortured, mutilated, flood])
def test_speech_goes_on_while_the_sip_port_is_under_fire(lab, shots):
    talk, chance = Conversation(SECONDS), random.Random(shots.__name__)
    net = lab.site.net()
    net.bind("gun", 5060)

    hits = []

    def fire():
        lab.machine.net.tap = lambda now, source, to, protocol, data: source[0] == net.address and hits.append(data)
        for one in shots(chance):
            net.send("gun", (lab.machine.net.address, 5060), one)
        lab.site.time.after(EVERY, fire)

    heard, call = asyncio.run(conversation(lab, talk, fire))
    assert talk.of_first(heard) >= ENOUGH
    assert talk.of_second(call.record) >= ENOUGH
    assert lab.machine.gateway.calls.records()[-1]["lost"] == 0
    assert len(hits) > 5 * SECONDS * 1_000_000 / EVERY / 2


async def conversation(lab, talk, disturb):
    """A phone calls the handset, talks while it is disturbed, hangs up; (what the handset heard, the phone's call)."""
    lab.board(says=talk.second_says)
    (handset,) = lab.handsets
    calls = lab.machine.gateway.calls
    phone = Phone(lab.site.time, lab.site.net(), "phone", source=talk.first_says)
    lab.trunk((phone.domain, 5060))
    lab.type(["config add SIP REG1 /accept-anywhere", "config activate"])
    await lab.located()
    call = phone.call(f"sip:201@{lab.machine.net.address}")
    await lab.happens(lambda: call.state == "connected" and handset.call == "talking")
    disturb()
    await lab.site.pass_time(talk.seconds + 0.5)
    assert calls.speaking() == 1
    heard = handset.audio.heard()
    call.hang_up()
    await lab.happens(lambda: call.state == "ended" and calls.speaking() == 0)
    return heard, call


@pytest.mark.peer
def test_speech_goes_on_while_sipp_calls_two_hundred_times_a_second(lab):
    talk = Conversation(SECONDS)
    host = lab.site.free_address()

    def call_all_the_time():
        lab.flood = lab.run(Sipp(lab.folder, "uac", host, target=(lab.machine.net.address, 5060), user="201",
                                 calls=100_000, rate=200))

    heard, call = asyncio.run(conversation(lab, talk, call_all_the_time))
    assert int(lab.flood.statistics()["TotalCallCreated"]) > 100 * SECONDS
    assert talk.of_first(heard) >= ENOUGH
    assert talk.of_second(call.record) >= ENOUGH
    lab.flood.stop()
    lab.later(UNANSWERED)
    assert lab.left() == NOTHING_LEFT
