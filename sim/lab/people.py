"""The people of a lab: whoever has a handset or a phone, with one set of verbs for both.

What the rest of the lab knows of handsets and phones is here.
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from sim.lab.sound import sound
from sim.peers.handset import Audio, Handset
from sim.peers.handset.sound import at_rate
from sim.peers.phone import Phone
from sim.peers.phone_call import CONNECTED, ENDED, INCOMING
from sim.peers.talker import RATE

TRY = 100_000
TRIES = 100
"""A handset whose registration is still on its bearer dials again so often, so many µs later."""

Span = tuple[int, int]
Place = tuple[float, float, float]
"""Metres, metres, floor."""


class Person(ABC):
    """`number` is who they are to others, `phrase` what they say, `kind` "handset" or "phone"."""

    kind = ""

    def __init__(self, stage, part, number: str):
        self.stage, self.part, self.name, self.number = stage, part, part.name, number
        self.record, self.time = stage.record, stage.site.time
        self.phrase = self.sound(part.plays)

    def sound(self, text: str) -> np.ndarray:
        return sound(text, self.name, self.stage.seed, self.stage.lab.folder)

    @abstractmethod
    def heard(self, span: "Span | None" = None, speaker: "Person | None" = None) -> np.ndarray:
        """int16 at 8 kHz: all of it, or that of a stretch of the lab's time."""

    def recording(self) -> "tuple[np.ndarray, int]":
        """All that was heard, and its samples a second."""
        return self.heard(), RATE

    @abstractmethod
    def state(self) -> "set[str]":
        """All words that hold for it now."""

    def note(self, event: str, detail: str = "") -> None:
        self.record.note(self.name, event, detail)


class HandsetPerson(Person):
    kind = "handset"

    def __init__(self, stage, part, number: str, ipei: str, sari: str, options: "dict[str, Any]"):
        super().__init__(stage, part, number)
        self.ipei = ipei
        self._stints: list[tuple[int, int]] = []
        audio = Audio(echo_loss_db=part.echo_loss_db, seed=stage.seed)
        self.handset = Handset(stage.site.air, self.time, ipei, sari, name=part.name, position=at(part.position),
                               audio=audio, seed=stage.seed, ac=part.ac, **options)
        self.handset.on_event = self._happened
        audio.play(self.phrase, loop=True)
        if part.answer is not None:
            self.handset.auto_answer = part.answer
        if part.walk:
            self.time.at(part.walk[0][0], self._carried)

    def _happened(self, event) -> None:
        """Where in the recording each stretch of talk begins, so that it can be found by the lab's time."""
        if event.name == "talking":
            self._stints.append((self.time.now, len(self.heard())))
        self.note(event.name, event.detail)

    def state(self) -> "set[str]":
        handset = self.handset
        return {handset.lock, handset.call} | ({"located"} if handset.located else set())

    def heard(self, span: "Span | None" = None, speaker: "Person | None" = None) -> np.ndarray:
        samples = at_rate(self.handset.audio.heard(), self.handset.audio.rate, RATE)
        if span is None:
            return samples
        parts = []
        for index, (began, offset) in enumerate(self._stints):
            limit = self._stints[index + 1][1] if index + 1 < len(self._stints) else len(samples)
            first, last = (offset + round((instant - began) * RATE / 1e6) for instant in span)
            parts.append(samples[max(offset, first):max(offset, min(limit, last))])
        return np.concatenate(parts) if parts else samples[:0]

    def recording(self) -> "tuple[np.ndarray, int]":
        audio = self.handset.audio
        return audio.heard(), audio.rate

    @property
    def missing(self) -> int:
        """Frames of 10 ms that brought no speech while it talked."""
        return self.handset.audio.missing

    def call(self, number: str, tries: int = TRIES) -> None:
        if not self.handset.dial(number):
            if tries:
                self.time.after(TRY, lambda: self.call(number, tries - 1))
            else:
                self.note("cannot dial", number)

    def answer(self) -> None:
        if not self.handset.answer():
            self.note("nothing to answer")

    def hang_up(self) -> None:
        self.handset.hang_up()

    def keys(self, keys: str) -> None:
        self.handset.keypad(keys)

    def say(self, text: str) -> None:
        self.phrase = self.sound(text)
        self.handset.audio.play(self.phrase, loop=True)

    @property
    def place(self) -> Place:
        x, y, *floor = self.stage.site.air.position(self.handset)
        return x, y, floor[0] if floor else 0.0

    def _carried(self) -> None:
        """Its whole day, beginning now."""
        points = self.part.walk
        self.handset.walk([((instant - points[0][0]) / 1e6, *place) for instant, place in points])

    def walk(self, place: Place, speed: float) -> None:
        self.handset.walk([place], speed)

    def move(self, place: Place) -> None:
        self.handset.move(*place)

    def press(self, keys: "list[str]") -> None:
        """On the keypad, in a menu or the idle screen; names of keys are those of `Handset.key`."""
        for key in keys:
            self.handset.key(key)

    def message(self, number: str, text: str) -> None:
        if not self.handset.sms(number, text):
            self.note("cannot send", number)

    def rfpi(self) -> "str | None":
        return self.handset.status.rfpi

    def slot(self) -> "tuple[int, int] | None":
        status = self.handset.status
        return None if status.slot is None or status.carrier is None else (status.slot, status.carrier)


class PhonePerson(Person):
    kind = "phone"

    def __init__(self, stage, part, number: str, net):
        super().__init__(stage, part, number)
        self.phone = Phone(self.time, net, number, part.password, codecs=tuple(part.codecs), silence=part.silence,
                           source=self.phrase, loop=True, seed=stage.seed,
                           auto_answer=None if part.answer is None else part.answer / 1e6)
        self.phone.on_event = self._happened

    def _happened(self, call, what: str) -> None:
        detail = call.peer.uri.user or ""
        if what == "ended":
            detail += f" {call.code}"
        self.note("incoming" if call.state == INCOMING and what == "start" else what, detail)

    def state(self) -> "set[str]":
        live = {call.state for call in self.phone.calls if call.state != ENDED}
        return (live or {"idle"}) | ({"registered"} if self.phone.registered else set())

    def heard(self, span: "Span | None" = None, speaker: "Person | None" = None) -> np.ndarray:
        """In the calls with the speaker where it is known which those are, else in all."""
        calls = [call for call in self.phone.calls if "connected" in call.times]
        named = [call for call in calls if speaker is not None and call.peer.uri.user == speaker.number]
        parts = [self._stretch(call, span) for call in named or calls]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)

    @staticmethod
    def _stretch(call, span):
        samples = call.record
        if span is None:
            return samples
        first, last = (max(0, round((instant - call.times["connected"]) * RATE / 1e6)) for instant in span)
        return samples[first:last]

    def call(self, target: str) -> None:
        self.phone.call(target)

    def answer(self) -> None:
        ringing = [call for call in self.phone.calls if call.state == INCOMING]
        if not ringing:
            self.note("nothing to answer")
        for call in ringing:
            call.answer()

    def hang_up(self) -> None:
        for call in list(self.phone.calls):
            call.hang_up()

    def keys(self, keys: str) -> None:
        for call in self._connected():
            call.dial(keys)

    def hold(self, on: bool) -> None:
        for call in self._connected():
            call.hold(on)

    def say(self, text: str) -> None:
        self.phrase = self.sound(text)
        self.phone.source = self.phrase
        for call in self._connected():
            call.stream.play(self.phrase, True)

    def _connected(self) -> "list[Any]":
        return [call for call in self.phone.calls if call.state == CONNECTED]


def at(place: Place) -> Any:
    """As the air takes a place: without the floor where it is the ground floor."""
    return place if place[2] else place[:2]
