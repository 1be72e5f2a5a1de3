"""baresip calls a handset: its INVITE by way of Kamailio, speech over RTP, the board's DSP and the air."""

import asyncio

import pytest

from sim.conversation import ENOUGH, Conversation
from sim.peers.handset.audio import read_wav
from sim.peers.programs.baresip import Baresip
from sim.peers.programs.kamailio import Kamailio
from sim.trace import Wav
from tests.peers.lab import NOTHING_LEFT

pytestmark = pytest.mark.peer


def test_baresip_calls_the_handset_and_speech_comes_through_both_ways(lab):
    talk = Conversation(5.0)
    registrar = lab.run(Kamailio(lab.folder / "kamailio", lab.site.free_address()))
    lab.board(says=talk.second_says, answer=0.3)
    phone = lab.run(baresip(lab, registrar, talk.first_says))
    (handset,) = lab.handsets
    calls = lab.machine.gateway.calls

    async def call():
        await lab.located()
        lab.account(registrar)
        await lab.happens(lab.registered)
        await lab.happens(phone.registered)
        phone.call("sip:201@{}:{}".format(*registrar.address))
        await lab.happens(lambda: calls.speaking() == 1)
        assert "phone" in handset.caller
        await lab.site.pass_time(talk.seconds + 0.5)
        phone.hang_up()
        await lab.happens(lambda: handset.call == "idle" and not calls.busy())

    asyncio.run(call())
    assert talk.of_first(handset.audio.heard()) >= ENOUGH
    assert talk.of_second(read_wav(phone.recording())) >= ENOUGH
    (record,) = calls.records()
    assert (record["codec"], record["cause"], record["lost"]) == ("pcma", 16, 0)
    lab.later()
    assert lab.left() == NOTHING_LEFT


def baresip(lab, registrar, says):
    with Wav(str(lab.folder / "says.wav")) as wav:
        wav.put(says.astype("<i2").tobytes())
    return Baresip(lab.folder / "baresip", lab.site.free_address(), "phone", lab.folder / "says.wav",
                   registrar=registrar.address)
