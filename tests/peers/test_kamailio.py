"""The board at Kamailio: registration with digest, calls that it routes in and out."""

import asyncio

import pytest

from firmware.log import REGISTRATION_FAILED
from sim.conversation import ENOUGH, Conversation
from sim.peers.handset.audio import read_wav
from sim.peers.phone import Phone
from sim.peers.programs.baresip import Baresip
from sim.peers.programs.kamailio import Kamailio
from sim.trace import Wav
from tests.peers.lab import NOTHING_LEFT, PASSWORD

pytestmark = pytest.mark.peer


@pytest.fixture
def registrar(lab):
    return lab.run(Kamailio(lab.folder / "kamailio", lab.site.free_address(), min_expires=1, max_expires=2))


def test_the_board_registers_with_digest_and_again_before_that_expires(lab, registrar):
    lab.board(handsets=0)
    lab.account(registrar)

    async def keep():
        await lab.happens(lab.registered)
        await lab.site.pass_time(2.6)

    asyncio.run(keep())
    # Granted 2 s at a time, so at 0, 1 and 2 s.
    assert registrar.output().count("registered sip:201@") == 3
    assert lab.registered()
    assert not alarms(lab)


def test_a_wrong_password_is_an_alarm_and_no_registration(lab, registrar):
    lab.board(handsets=0)
    lab.account(registrar, password="wrong")
    asyncio.run(lab.happens(lambda: alarms(lab)))
    (alarm,) = alarms(lab)
    assert "AOR <sip:201@" in alarm.text
    assert "401" in alarm.text
    assert not lab.registered()
    assert "registered sip:" not in registrar.output()
    lab.account(registrar)
    asyncio.run(lab.happens(lab.registered))
    assert not alarms(lab)


def alarms(lab):
    return [one for one in lab.machine.gateway.log.alarms() if one.code == REGISTRATION_FAILED]


def test_the_handset_answers_a_call_that_kamailio_routes(lab, registrar):
    talk = Conversation(4.0)
    lab.board(says=talk.second_says, answer=0.2)
    phone = Phone(lab.site.time, lab.site.net(), "phone", PASSWORD, name="Bert", source=talk.first_says)
    phone.register(registrar.address)
    lab.account(registrar)
    (handset,) = lab.handsets

    async def talking():
        await lab.located()
        await lab.happens(lambda: lab.registered() and phone.registered)
        call = phone.call("201")
        await lab.happens(lambda: call.state == "connected" and handset.call == "talking")
        assert handset.caller == ("phone", "Bert")
        await lab.site.pass_time(talk.seconds + 0.5)
        handset.hang_up()
        await lab.happens(lambda: call.state == "ended" and not lab.machine.gateway.calls.busy())
        return call

    call = asyncio.run(talking())
    assert talk.of_first(handset.audio.heard()) >= ENOUGH
    assert talk.of_second(call.record) >= ENOUGH


def test_the_handset_calls_out_through_kamailio_to_baresip(lab, registrar):
    talk = Conversation(4.0)
    lab.board(says=talk.first_says)
    with Wav(str(lab.folder / "says.wav")) as wav:
        wav.put(talk.second_says.astype("<i2").tobytes())
    phone = lab.run(Baresip(lab.folder / "baresip", lab.site.free_address(), "300", lab.folder / "says.wav",
                            registrar=registrar.address))
    lab.account(registrar)
    (handset,) = lab.handsets
    calls = lab.machine.gateway.calls

    async def talking():
        await lab.located()
        await lab.happens(lambda: lab.registered() and phone.registered())
        assert handset.dial("300")
        await lab.happens(lambda: handset.call == "talking" and calls.speaking() == 1)
        await lab.site.pass_time(talk.seconds + 0.5)
        handset.hang_up()
        await lab.happens(lambda: handset.call == "idle" and not calls.busy())

    asyncio.run(talking())
    assert talk.of_first(read_wav(phone.recording())) >= ENOUGH
    assert talk.of_second(handset.audio.heard()) >= ENOUGH
    (record,) = calls.records()
    assert (record["called"], record["incoming"], record["cause"]) == ("300", False, 16)
    lab.type(["config change SIP REG1 /disable", "config activate"])
    asyncio.run(lab.site.pass_time(0.2))
    lab.later()
    assert lab.left() == NOTHING_LEFT
