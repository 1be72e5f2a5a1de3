"""Five handsets called at once on a four-channel board: article 31, "limited to number of radio/DSP channels"."""

import numpy as np
import pytest

from sim.peers.handset import Handset
from sim.peers.handset.identity import printed_ipei
from sim.peers.phone import Phone
from sim.site import Site
from sim.stage import dect_lines

SARI = "31100422072149"


@pytest.fixture
def site():
    with Site(virtual=True, seed=1) as site:
        yield site


def board_with(site, count):
    """(machine, handsets): all located on an IP1203/4, each reachable without a registrar."""
    machine = site.board("ip1203_4")
    machine.power_on()
    users = [(printed_ipei(0x1234, number), str(200 + number), f"H{number}") for number in range(1, count + 1)]
    for line in dect_lines(machine.net.address, users):
        assert not machine.run_line(line).refused()
    machine.run_line(f"config change SIP REG1 /no-reg /accept-anywhere /aor pbx@{machine.net.address}")
    machine.run_line("config activate")
    handsets = [Handset(site.air, site.time, ipei, SARI, position=(2.0 + place, 1.0), seed=place)
                for place, (ipei, _, _) in enumerate(users)]
    assert site.time.run_until(lambda: all(handset.located for handset in handsets), 30_000_000)
    site.time.run(site.time.now + 3_000_000)
    return machine, handsets


def tones(handset):
    """How much of what a handset hears is the callers' tone."""
    heard = handset.audio.heard()[-8000:].astype(float)
    power = np.abs(np.fft.rfft(heard)) ** 2
    at = round(8000 / (2 * np.pi * 3) * len(heard) / 8000)
    return power[at - 3:at + 4].sum() / max(1.0, power.sum())


def test_the_fifth_alerting_handset_has_no_channel_and_answers_without_audio(site):
    machine, handsets = board_with(site, 5)
    tone = (8000 * np.sin(np.arange(16000) / 3)).astype(np.int16)
    phones = [Phone(site.time, site.net(), f"caller{place}", source=tone, loop=True, seed=place) for place in range(5)]
    for place, phone in enumerate(phones, 1):
        phone.call(f"sip:{200 + place}@{machine.net.address}")
    calls = machine.gateway.calls
    limit = site.time.now + 20_000_000
    assert site.time.run_until(lambda: all(handset.call == "ringing" for handset in handsets), limit)
    assert site.time.run_until(lambda: all(record["state"] == "alerting" for record in calls.active()), limit)
    assert [record["audio"] for record in calls.active()].count(False) == 1
    assert calls.channels.busy() == 4

    for handset in handsets:
        handset.answer()
    assert site.time.run_until(lambda: calls.speaking() == 5, site.time.now + 5_000_000)
    assert machine.gateway.registry.find("LED").state == "full"
    site.time.run(site.time.now + 2_000_000)
    # The one without a channel hears what a receiver makes of no B-fields: noise.
    assert [tones(handset) > 0.5 for handset in handsets].count(False) == 1

    for handset in handsets:
        handset.hang_up()
    assert site.time.run_until(lambda: calls.busy() == 0, site.time.now + 5_000_000)
    assert calls.channels.busy() == 0
