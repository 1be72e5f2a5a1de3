"""Datagrams as anybody may send them to a board with a call up, a call ringing and a registration under way.

python tests/fuzz/fuzz_sip.py -max_total_time=60 fuzz-corpus/sip
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.call.leg import Connect, Leg, Setup
from firmware.effects import Send
from firmware.sip import leg, sdp
from firmware.sip.parser import check, parse
from firmware.sip.uri import Malformed
from tests.firmware.sip import torture
from tests.firmware.sip.rig import MAIN, OURS, SDP, SECOND, SERVER, Desk, reply, request

MOST = 4
"""Datagrams that one may bring about; a call that ends sends its BYE and an answer."""


def board():
    """A desk with an answered call, a ringing one that came and one that went out, and a REGISTER without answer."""
    desk = Desk()
    desk.interface("REG2", aor="7@192.0.2.9", pwd="x")
    desk.answered(call="up", branch="z9hG4bKup", source="up")
    desk.datagram(request("INVITE", call="in", branch="z9hG4bKin", source="in", body=SDP))
    desk.tell(Setup(Leg("SIP", 1), "300", "201", "", OURS))
    return desk


def _seeds():
    desk = board()
    invite, = desk.tell(Setup(Leg("SIP", 3), "300", "201", "", OURS))
    ours = [reply(invite, 180), reply(invite, 200, body=SDP), reply(invite, 401, more=(
        'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"',)), reply(invite, 486)]
    theirs = [request("BYE", 2, "x", "z9hG4bKb", "up", source="up"), request("INVITE", 2, "x", "z9hG4bKc", "up", SDP),
              request("CANCEL", call="in", branch="z9hG4bKin", source="in"), request("OPTIONS"), request("INFO")]
    return (*ours, *theirs, *(data for _, data, *_ in (*torture.VALID, *torture.INVALID, *torture.APPLICATION)))


SEEDS = _seeds()


def target(data):
    """Parsing, building and answering hold for any octets, and nothing piles up."""
    _message(data)
    _description(data)
    desk = board()
    before = len(desk.sip.agent.legs)
    effects = desk.sip.receive(_datagram(data), desk.now)
    assert len([effect for effect in effects if isinstance(effect, Send)]) <= MOST
    assert len(desk.sip.agent.legs) <= before + 1
    for told in [effect.message for effect in effects if hasattr(effect, "message")]:
        if isinstance(told, Setup):
            desk.tell(Connect(told.leg, OURS))
    desk.sip.receive(_datagram(data), desk.now)
    desk.now += SECOND
    desk.sip.tick(desk.now)
    assert desk.sip.due() is None or desk.sip.due() > desk.now


def _datagram(data):
    from hal.net import Datagram
    return Datagram(MAIN, SERVER, data)


def _message(data):
    message = parse(data)
    if message is None:
        return
    built = message.build()
    if check(message) is None:
        again = parse(built)
        assert check(again) is None and again.body == message.body


def _description(data):
    try:
        described = sdp.parse(data)
    except Malformed:
        return
    audio = leg.audio(described)
    again = sdp.parse(sdp.build(described))
    assert [media.port for media in again.media] == [media.port for media in described.media]
    if audio is not None:
        assert sdp.parse(leg.Description(1, "192.0.2.1").answer(described, audio)).media


if __name__ == "__main__":
    from tests.fuzz.run import run

    run(target, SEEDS, "firmware")
