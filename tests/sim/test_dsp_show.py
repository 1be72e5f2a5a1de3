"""The calls of `make run` that show the DSP, on virtual time; and that each finding can fail."""

import asyncio

import pytest

from sim.dsp_show import LINES, DspShow
from sim.peers.handset import Audio, Handset
from sim.site import Site
from sim.stage import dect_lines, own_registrar, sip_lines

IPEI, NUMBER, PASSWORD = "0466003541858", "201", "secret"


def findings(kind, *more, echo_loss=14.0):
    """{name: Finding} of one of the calls, with further console lines, and the WAVs that were kept."""
    kept = {}

    async def run(site):
        machine = site.board("ip1203")
        machine.power_on()
        registrar = own_registrar(site, dict.fromkeys((NUMBER, "desk"), PASSWORD))
        handset = Handset(site.air, site.time, IPEI, "31100422072149", audio=Audio(echo_loss_db=echo_loss))
        handset.auto_answer = 500_000
        lines = (*LINES, *more, *dect_lines(machine.net.address, [(IPEI, NUMBER, "Anna")]),
                 *sip_lines(registrar.address, NUMBER, PASSWORD))
        for line in lines:
            assert not machine.run_line(line).refused(), line
        show = DspShow(site, machine, handset, registrar, NUMBER, PASSWORD, kept.__setitem__)
        assert await site.until(lambda: handset.located, 10)
        return await getattr(show, kind)()

    with Site(virtual=True) as site:
        found = asyncio.run(run(site))
    return {one.name: one for one in found}, kept


@pytest.mark.parametrize("kind", ["wide", "narrow"])
def test_all_of_it_is_as_it_should_be(kind):
    found, kept = findings(kind)
    assert [one for one in found.values() if not one.held] == []
    assert set(kept) == {f"{kind}-{whose}.wav" for whose in ("handset", "microphone", "phone")}
    assert all(len(samples) > 8000 for samples in kept.values())


@pytest.mark.parametrize(("lines", "missed"), [
    (["config change MEDIA"], {"pause at the handset", "pause at the phone"}),
    (["config change MEDIA /sc /local-sc /no-dtmf"],
     {"digits handset -> phone", "digits left in the audio", "digits phone -> handset"}),
    (["config change MSP0 /ec-type 0"], {"echo of the handset"}),
])
def test_what_is_switched_off_is_missed(lines, missed):
    found, _ = findings("wide", *lines)
    assert {name for name, one in found.items() if not one.held} >= missed
    assert found["speech phone -> handset"].held


def test_a_board_that_hears_no_busy_tone_is_found_out():
    found, _ = findings("narrow", "config change CALL /module-trace off")
    assert [name for name, one in found.items() if not one.held] == ["busy tone"]
