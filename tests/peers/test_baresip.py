"""baresip calls a handset: its INVITE by way of Kamailio, speech over RTP, the board's DSP and the air.

One call for each codec that its Debian package has: G.711, G.722, G.726-32, Opus.
"""

import asyncio

import pytest

from sim.conversation import Conversation, enough
from sim.peers.codecs import Half
from sim.peers.programs.baresip import Baresip
from sim.peers.programs.kamailio import Kamailio
from sim.trace import Wav
from tests.peers.lab import NOTHING_LEFT

pytestmark = pytest.mark.peer


@pytest.mark.parametrize("codec", ["pcma", "pcmu", "g722", "g726-32", "opus"])
def test_baresip_calls_the_handset_and_speech_comes_through_both_ways(lab, codec):
    talk = Conversation(5.0)
    registrar = lab.run(Kamailio(lab.folder / "kamailio", lab.site.free_address()))
    lab.board(says=talk.second_says, answer=0.3)
    if codec == "g726-32":
        # Its packing is that of AAL2, whatever it says.
        lab.type(["config change MEDIA /g726-aal2", "config activate"])
    phone = lab.run(baresip(lab, talk.first_says, (codec,), registrar.address))
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
    assert talk.of_first(handset.audio.heard()) >= enough(codec)
    assert talk.of_second(phone.heard()) >= enough(codec)
    (record,) = calls.records()
    assert (record["codec"], record["cause"], record["lost"]) == (codec, 16, 0)
    lab.later()
    assert lab.left() == NOTHING_LEFT


@pytest.mark.parametrize(("coder", "codec"), [("g722", "g722"), ("opus-nb", "opus-nb")])
def test_the_handset_calls_baresip_with_the_coder_that_the_console_names(lab, coder, codec):
    talk = Conversation(4.0)
    lab.board(says=talk.first_says)
    phone = lab.run(baresip(lab, talk.second_says, (codec.partition("-")[0],)))
    (handset,) = lab.handsets
    lab.trunk((phone.host, phone.port))
    lab.type([f"config change MEDIA /coder {coder} /exclusive", "config activate"])
    calls = lab.machine.gateway.calls

    async def call():
        await lab.located()
        assert handset.dial("phone")
        await lab.happens(lambda: calls.speaking() == 1)
        await lab.site.pass_time(talk.seconds + 0.5)
        handset.hang_up()
        await lab.happens(lambda: not calls.busy())

    asyncio.run(call())
    assert talk.of_first(phone.heard()) >= enough(codec)
    assert talk.of_second(handset.audio.heard()) >= enough(codec)
    assert calls.records()[0]["codec"] == codec


def baresip(lab, says, codecs, registrar=None):
    rate = 16000 if codecs == ("g722",) else 8000
    with Wav(str(lab.folder / "says.wav"), rate) as wav:
        wav.put((Half().up(says) if rate == 16000 else says).astype("<i2").tobytes())
    return Baresip(lab.folder / "baresip", lab.site.free_address(), "phone", lab.folder / "says.wav",
                   registrar=registrar, codecs=codecs)
