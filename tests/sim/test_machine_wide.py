"""A wide-band call from end to end: G.722 on a long slot of the air, G.722 in RTP, 16 kHz at both ears."""

import asyncio

import numpy as np
import pytest

from sim.peers.codecs import CODECS
from sim.peers.handset import Audio, Handset
from sim.peers.handset.identity import printed_ipei
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED
from sim.peers.spandsp import G722
from sim.site import Site
from sim.stage import dect_lines

ANNA, SARI = "0466003541858", "31100422072149"
RATE = 16_000
HIGH = (6000 * np.sin(np.arange(RATE) * 2 * np.pi * 6000 / RATE)).astype(np.int16)
"""A tone of 6 kHz, which no narrow-band codec carries."""


def share(pcm, rate, hertz=6000):
    """How much of the power of the last second lies within 50 Hz of a frequency."""
    last = pcm[-rate:].astype(float)
    spectrum = np.abs(np.fft.rfft(last * np.hanning(len(last)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(last), 1 / rate) - hertz) < 50
    return spectrum[near].sum() / max(spectrum.sum(), 1)


class Wide:
    """The phone's G.722 with a microphone and an ear of 16 kHz, where the phone itself has 8."""

    def __init__(self):
        self._codec, self.heard, self._at = G722(), [], 0

    def encode(self, samples):
        said = np.take(HIGH, np.arange(self._at, self._at + 2 * len(samples)), mode="wrap")
        self._at += len(said)
        return self._codec.encode(said)

    def decode(self, octets):
        self.heard.append(self._codec.decode(octets))
        return self.heard[-1][::2]


class Desk:
    """One base, one handset, one phone, on virtual time."""

    def __init__(self, site, wideband, codecs):
        self.site = site
        machine = site.board("ip1203")
        machine.power_on()
        address = machine.net.address
        lines = [*dect_lines(address, [(ANNA, "201", "Anna")]), f"config change SIP REG1 /no-reg /accept-anywhere "
                 f"/aor x@{address}", "config activate"]
        if wideband:
            lines[0] += " /wideband"
        for line in lines:
            assert not machine.run_line(line).refused(), line
        self.machine, self.address = machine, address
        self.audio = Audio(echo_loss_db=None)
        self.handset = Handset(site.air, site.time, ANNA, SARI, audio=self.audio, model="IP65", wideband=True)
        self.handset.auto_answer = 100_000
        self.phone = Phone(site.time, site.net(), "phone", codecs=codecs, loop=True)

    def until(self, condition, seconds=20):
        assert asyncio.run(self.site.until(condition, seconds))

    def talk(self, seconds=3):
        self.until(lambda: self.handset.located)
        call = self.phone.call(f"sip:201@{self.address}")
        self.until(lambda: call.state == CONNECTED and self.handset.call == "talking")
        asyncio.run(self.site.pass_time(seconds))
        return call


@pytest.fixture
def site():
    with Site(virtual=True) as one:
        yield one


def test_six_kilohertz_arrive_at_both_ends_of_a_wide_band_call(site, monkeypatch):
    ears = Wide()
    monkeypatch.setitem(CODECS, "g722", CODECS["g722"]._replace(make=lambda: ears))
    desk = Desk(site, True, ("g722",))
    desk.audio.play(HIGH, loop=True, rate=RATE)
    call = desk.talk()
    assert desk.handset.status.wide and call.stats()["codec"] == "g722"
    assert share(np.concatenate(ears.heard), RATE) > 0.8
    assert share(desk.audio.heard(), RATE) > 0.8


def test_without_wide_band_at_the_base_the_same_handset_has_a_call_of_8_khz(site):
    desk = Desk(site, False, ("pcma",))
    desk.talk(1)
    assert not desk.handset.status.wide


def test_a_wide_handset_and_a_narrow_phone_talk(site):
    desk = Desk(site, True, ("pcma",))
    low = (6000 * np.sin(np.arange(8000) * 2 * np.pi * 1000 / 8000)).astype(np.int16)
    desk.phone.source = low
    call = desk.talk()
    assert desk.handset.status.wide and call.stats()["codec"] == "pcma"
    assert share(desk.audio.heard(), RATE, 1000) > 0.8


def test_a_narrow_link_that_still_stands_gives_way_to_a_wide_one(site):
    desk = Desk(site, True, ("g722",))
    desk.until(lambda: desk.handset.located)
    assert desk.handset.status.slot is not None
    call = desk.phone.call(f"sip:201@{desk.address}")
    desk.until(lambda: desk.handset.call == "ringing", 2)
    desk.until(lambda: call.state == CONNECTED)
    assert desk.handset.status.wide


def test_without_wide_band_at_the_base_a_call_out_is_of_8_khz_as_well(site):
    desk = Desk(site, False, ("g722", "pcma"))
    desk.until(lambda: desk.handset.located and desk.handset.status.slot is None)
    assert desk.handset.dial("100")
    desk.until(lambda: desk.handset.call == "dialling" and desk.handset.status.slot is not None)
    assert not desk.handset.status.wide


def test_the_sixth_call_of_wide_handsets_has_the_full_slot_that_is_left(site):
    machine = site.board("ip1203")
    machine.power_on()
    users = [(printed_ipei(0x1234, number), str(200 + number), f"H{number}") for number in range(1, 7)]
    lines = [*dect_lines(machine.net.address, users), "config change SIP REG1 /no-reg /accept-anywhere "
             f"/aor x@{machine.net.address}", "config activate"]
    for line in (lines[0] + " /wideband", *lines[1:]):
        assert not machine.run_line(line).refused()
    handsets = [Handset(site.air, site.time, ipei, SARI, position=(1.0 + place, 2.0), seed=place, model="IP65",
                        wideband=True) for place, (ipei, _, _) in enumerate(users)]
    assert asyncio.run(site.until(lambda: all(one.located for one in handsets), 30))
    for handset, (_, number, name) in zip(handsets, users, strict=True):
        handset.auto_answer = 100_000
        phone = Phone(site.time, site.net(), name, codecs=("g722", "pcma"))
        phone.call(f"sip:{number}@{machine.net.address}")
        assert asyncio.run(site.until(lambda handset=handset: handset.call == "talking", 10))
    assert [one.status.wide for one in handsets] == [True] * 5 + [False]
