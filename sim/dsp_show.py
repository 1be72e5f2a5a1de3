"""Two calls that show what the DSP does, each with its timetable, and what the recordings say of it.

The first is wide-band with pauses compressed: an echo is cancelled, digits go both ways and leave the audio, a pause
is comfort noise. The second goes out from the handset in G.726, and ends in a busy tone that the board recognises.
"""

from typing import NamedTuple

import numpy as np

from sim.conversation import ENOUGH, padded
from sim.peers import spandsp
from sim.peers.phone import Phone
from sim.peers.talker import RATE, busy, correlation, dtmf, level_dbm0, noise, speech

LINES = ("config rem SIP /rem-cn-capability", "config change MSP0 /ec-type 2", "config change MEDIA /sc /local-sc",
         "config change CALL /module-trace on")
"""What the board needs for it after the articles' lines: both sides may compress silence, the canceller is the usual
one, and the log says what the detectors hear."""

WIDE, NARROW = "g722", "g726-32"
ROOM_NOISE = -55.0
"""dBm0 behind whoever speaks; the threshold of silence detectors lies above."""
TOLD, HELD, PRESSED = "456", "78", "12"
"""Digits: dialled by the phone, held to the handset's microphone, pressed on its keypad."""
LEAK = 20.0
"""ms of a digit that may stay in the audio."""
LOUD = -35.0
"""dBm0 from which a millisecond is a piece of a digit."""
MILLISECOND = RATE // 1000
NEAR = 4.0
"""dB within which comfort noise is like the noise that it stands for."""
CANCELLED, RESIDUE = 12.0, 6.0
"""dB: the ERLE at least that the canceller tells of, and above the room's noise at most what the phone hears."""


class Finding(NamedTuple):
    """One line of the report; `held` whether it is as it should be."""

    name: str
    text: str
    held: bool


class Wide:
    """The phone calls. Seconds from the answer: the phone speaks, then both are silent; digits in the handset's
    microphone; the handset speaks; digits from both.
    """

    FAR, QUIET, TONES, NEAR, DIGITS, END = (0.3, 3.7), (4.1, 4.9), (5.1, 5.9), (6.2, 7.8), 7.9, 9.1

    def __init__(self, seed: int = 11):
        self.far, self.near = speech(_span(self.FAR), seed), speech(_span(self.NEAR), seed + 1)
        self.phone_says = padded(self.far, self.FAR[0], self.END) + noise(self.END + 60, ROOM_NOISE, seed)
        tones = padded(dtmf(HELD), self.TONES[0], self.END)
        room = noise(self.END + 60, ROOM_NOISE, seed + 2)
        self.handset_says = padded(self.near, self.NEAR[0], self.END) + tones + room

    def findings(self, record, erle, phone, heard, microphone) -> "list[Finding]":
        """From the call's record, its ERLE at the end of the phone's turn, the phone's PhoneCall, and what the
        handset's loudspeaker and microphone had.
        """
        at_phone = phone.record
        return [
            Finding("codec", f"{record['codec']}, {record['packet_ms']} ms", record["codec"] == WIDE),
            _speech("speech phone -> handset", self.far, heard),
            _speech("speech handset -> phone", self.near, at_phone),
            self._echo(erle, at_phone, microphone),
            self._pause("pause at the handset", heard, record["comfort_received"]),
            self._pause("pause at the phone", at_phone, record["comfort_sent"]),
            Finding("digits handset -> phone", f"{phone.digits} (held {HELD}, pressed {PRESSED})",
                    phone.digits == HELD + PRESSED),
            self._removed(at_phone),
            self._told(heard),
        ]

    def _echo(self, erle, at_phone, microphone):
        """Towards the end of the phone's turn: the canceller has had time to learn."""
        window = self.FAR[1] - 1.0, self.FAR[1] - 0.1
        before, after = (level_dbm0(_cut(samples, *window)) for samples in (microphone, at_phone))
        text = f"{before:.1f} dBm0 in its microphone, {after:.1f} at the phone; ERLE {erle:.1f} dB"
        return Finding("echo of the handset", text, erle >= CANCELLED and after <= ROOM_NOISE + RESIDUE)

    def _pause(self, name, samples, packets):
        level = level_dbm0(_cut(samples, *self.QUIET))
        text = f"noise of {level:.1f} dBm0, the room's is {ROOM_NOISE:.0f}; {packets} descriptions in all"
        return Finding(name, text, packets > 0 and abs(level - ROOM_NOISE) <= NEAR)

    def _removed(self, at_phone):
        window = _cut(at_phone, self.TONES[0] - 0.1, self.TONES[1])
        pieces = window[:len(window) // MILLISECOND * MILLISECOND].reshape(-1, MILLISECOND)
        leak = sum(level_dbm0(piece) > LOUD for piece in pieces) / len(HELD)
        seen = spandsp.dtmf(window)
        return Finding("digits left in the audio", f"{seen or 'none'}, {leak:.0f} ms of each", not seen and leak < LEAK)

    def _told(self, heard):
        digits = spandsp.dtmf(_cut(heard, self.DIGITS, self.END + 1))
        return Finding("digits phone -> handset", f"{digits or 'none'} (dialled {TOLD})", digits == TOLD)


class Narrow:
    """The handset calls. It speaks, the phone answers it, then there is a busy tone."""

    NEAR, FAR, BUSY, END = (0.3, 1.5), (1.7, 2.9), 3.1, 6.3

    def __init__(self, seed: int = 21):
        self.near, self.far = speech(_span(self.NEAR), seed), speech(_span(self.FAR), seed + 1)
        self.handset_says = padded(self.near, self.NEAR[0], self.END)
        self.phone_says = padded(self.far, self.FAR[0], self.END) + padded(
            busy(self.END - self.BUSY), self.BUSY, self.END)

    def findings(self, record, phone, heard, lines) -> "list[Finding]":
        """`lines` are those of the board's log."""
        said = f"call {record['call']}: progress busy from the network"
        return [
            Finding("codec", f"{record['codec']}, {record['packet_ms']} ms", record["codec"] == NARROW),
            _speech("speech handset -> phone", self.near, phone.record),
            _speech("speech phone -> handset", self.far, heard),
            Finding("busy tone", "recognised by the board" if any(said in line for line in lines) else "not recognised",
                    any(said in line for line in lines)),
        ]


class DspShow:
    """Runs both calls of a board, one handset and a registrar in wall-clock time."""

    def __init__(self, site, machine, handset, registrar, number, password, save):
        """`save(name, samples)` takes what was recorded."""
        self.site, self.machine, self.handset, self.number = site, machine, handset, number
        self.save = save
        self.calls = machine.gateway.calls
        self.phone = Phone(site.time, site.net(), "desk", password, codecs=(WIDE,), silence=True)
        self.phone.auto_answer = 0.2
        self.phone.register(registrar.address, domain=registrar.domain)

    async def wide(self) -> "list[Finding] | None":
        """None: there was no call."""
        script = Wide()
        marks = self._says(script, WIDE)
        if not await self.site.until(lambda: self.phone.registered, 5):
            return None
        call = self.phone.call(self.number)
        if not await self._talks():
            return None
        await self.site.pass_time(script.FAR[1])
        (live,) = self.calls.active()
        await self.site.pass_time(script.DIGITS - script.FAR[1])
        call.dial(TOLD)
        self.handset.keypad(PRESSED)
        await self.site.pass_time(script.END - script.DIGITS)
        call.hang_up()
        record = await self._record()
        heard, microphone = self._recorded("wide", marks, call)
        return script.findings(record, live["erle"], call, heard, microphone)

    async def narrow(self) -> "list[Finding] | None":
        script = Narrow()
        marks = self._says(script, NARROW)
        if not await self.site.until(lambda: self.handset.dial("desk"), 5) or not await self._talks():
            return None
        await self.site.pass_time(script.END)
        self.handset.hang_up()
        record = await self._record()
        call = self.phone.calls[-1]
        heard, _ = self._recorded("narrow", marks, call)
        return script.findings(record, call, heard, self.machine.gateway.log.lines())

    def _says(self, script, codec):
        """What both play once the call is up; how long the handset's recordings are until then."""
        self.handset.audio.play(script.handset_says)
        self.phone.source = script.phone_says
        self.phone.codecs = (codec, *self.phone.codecs[1:])
        return len(self.handset.audio.heard()), len(self.handset.audio.microphone())

    def _recorded(self, name, marks, call):
        audio = self.handset.audio
        heard, microphone = audio.heard()[marks[0]:], audio.microphone()[marks[1]:]
        for whose, samples in (("handset", heard), ("microphone", microphone), ("phone", call.record)):
            self.save(f"{name}-{whose}.wav", samples)
        return heard, microphone

    async def _talks(self):
        return await self.site.until(lambda: self.calls.speaking() == 1 and self.handset.call == "talking", 10)

    async def _record(self):
        await self.site.until(lambda: not self.calls.busy() and self.handset.status.slot is None, 5)
        return self.calls.records()[-1]


def _span(window):
    return window[1] - window[0]


def _cut(samples, start, end):
    return np.asarray(samples)[round(start * RATE):round(end * RATE)]


def _speech(name, said, heard):
    likeness = correlation(said, heard, segment=0.5)
    return Finding(name, f"correlation {likeness:.3f}", likeness >= ENOUGH)
