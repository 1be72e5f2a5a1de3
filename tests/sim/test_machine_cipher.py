"""A call that is ciphered, on the air: who has no key hears noise and reads nothing, before, during and after both
kinds of handover; who has it hears the call."""

import numpy as np
import pytest

from sim.air import SILENCE, bits
from sim.air.jammer import Jammer
from sim.peers.phone_call import CONNECTED
from sim.peers.spandsp import G726
from sim.site import Site
from tests.firmware.dect import lapc
from tests.sim.corridor import APART, Corridor

RATE, PITCH = 8000, 400
TONE = (6000 * np.sin(np.arange(RATE) * 2 * np.pi * PITCH / RATE)).astype(np.int16)
LINK_CONTROL, CALL_CONTROL, MOBILITY = 0, 3, 5


class Spy:
    """All that is on the air, and what can be made of it with a key or without. `since` is a place in `bursts`."""

    def __init__(self, air):
        self.bursts = []
        air.tap(lambda now, number, burst: self.bursts.append(burst))

    def fields(self, direction, key=None, since=0):
        """B-fields of one direction, descrambled."""
        bursts = [burst for burst in self.bursts[since:] if burst.direction == direction and burst.b]
        return [clear(burst, key)[1] for burst in bursts]

    def speech(self, direction, key=None, since=0):
        return G726().decode(b"".join(self.fields(direction, key, since)))

    def protocols(self, pmid, key=None, since=0):
        """Of the messages that can be read: of frames whose check sum is right for that PMID."""
        bursts = [burst._replace(field=clear(burst, key)[0]) for burst in self.bursts[since:]]
        frames = [frame for link in lapc.frames(bursts) for frame in link]
        return {frame[3] & 15 for frame in frames if frame[2] >> 2 > 1 and whole(frame, pmid)}


def clear(burst, key):
    """A-field and B-field of a burst, descrambled, and deciphered where there is a key (EN 300 175-7 6.4)."""
    b = np.zeros(0, np.uint8)
    if burst.b:
        b = bits.scramble(np.frombuffer(burst.b, np.uint8)[None], burst.number & 7)[0]
    if key is None:
        return burst.field, b.tobytes()
    row = np.frombuffer(key, np.uint8)[None]
    stream = bits.keystream(row, burst.number >> 4, burst.number & 15)[0].reshape(2, 45)[burst.direction]
    field = burst.field
    if field[0] >> 5 in lapc.NUMBERS:
        field = field[:1] + bytes(one ^ other for one, other in zip(field[1:6], stream.tolist()[:5], strict=True))
    return field, (b ^ stream[5:5 + len(b)]).tobytes()


def whole(frame, pmid):
    """Whether the FCS is right: both sums in one's complement end at 255 (EN 300 175-4 7.2)."""
    signature = 0 if pmid >> 16 == 0xE else pmid & 0xFFFF
    first = second = 0
    for octet in frame[:-2] + bytes((frame[-2] ^ signature >> 8, frame[-1] ^ signature & 255)):
        first = (first + octet - 1) % 255 + 1
        second = (second + first - 1) % 255 + 1
    return (first, second) == (255, 255)


def purity(samples):
    """The share of the energy that is within 20 Hz of the tone."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    pitch = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(power[np.abs(pitch - PITCH) < 20].sum() / power[pitch > 50].sum())


def test_the_judge_of_frames_knows_right_from_wrong():
    assert whole(bytes.fromhex("9100098301f0f0f010fd"), 0xE1234)
    assert not whole(bytes.fromhex("9100098301f0f0f010fd"), 0x01234)
    assert not whole(bytes.fromhex("9100098302f0f0f010fd"), 0xE1234)


@pytest.fixture
def corridor():
    with Site(virtual=True) as site:
        corridor = Corridor(site, "config add GW-DECT MASTER /encryption on")
        corridor.handset.audio.play(TONE, True)
        corridor.phone.source = TONE
        corridor.until(lambda: not corridor.handset.radio.connection.busy, 20)
        yield corridor


def dck(corridor):
    assert corridor.handset.status.ciphered
    return corridor.handset.registration.dck


def test_without_the_key_a_call_is_noise_and_none_of_its_messages_can_be_read(corridor):
    spy = Spy(corridor.site.air)
    ringing = []
    corridor.handset.on_event = lambda event: ringing.append(len(spy.bursts)) if event.name == "ringing" else None
    corridor.call()
    pmid, key = corridor.handset.radio.connection.pmid, dck(corridor)
    corridor.handset.hang_up()
    corridor.pass_time(1)
    assert [purity(spy.speech(way)[-RATE:]) < 0.05 for way in (0, 1)] == [True, True]
    assert [purity(spy.speech(way, key, ringing[0])[RATE:2 * RATE]) > 0.9 for way in (0, 1)] == [True, True]
    # In clear: who it is, and that it proves its key. Nothing of the call.
    assert spy.protocols(pmid) == {LINK_CONTROL, MOBILITY}
    assert CALL_CONTROL in spy.protocols(pmid, key, ringing[0])


def test_a_third_station_on_the_bearer_hears_noise_unless_it_has_the_key(corridor):
    class Ear:
        def heard(self, heard):
            pass

        def system_changed(self):
            pass

    corridor.call()
    key, bearer, air = dck(corridor), corridor.handset.radio.connection.bearer, corridor.site.air
    heard = []
    for known in (None, bytes(8), key):
        ear = Ear()
        air.add(ear, (3.0, 2.0), fixed=False)
        air.clock(ear).follow(corridor.machines[0].radio)
        end = air.end(ear, bearer.end.slot, bearer.end.carrier)
        end.cipher(known)
        end.record()
        corridor.pass_time(1)
        octets, good = end.recorded()
        assert good.all() and len(good) >= 99
        heard.append(purity(G726().decode(octets.tobytes())))
        end.close()
    assert heard[0] < 0.05 and heard[1] < 0.05 and heard[2] > 0.9
    assert corridor.handset.call == "talking"


ROW = 5
"""Bursts of one bearer that are looked at together."""


def likeness(bursts, key=None):
    """Of each row of bursts of a bearer: how many of 300 codes come again one period of the tone later. Of speech in
    clear it is about every fifth, of cipher text every sixteenth."""
    bearers = {}
    for burst in bursts:
        fields = bearers.setdefault((burst.station, burst.slot, burst.carrier), [])
        field = clear(burst, key)[1] if burst.b else SILENCE
        if field != SILENCE:
            fields.append(field)
    same = []
    for fields in bearers.values():
        octets = np.frombuffer(b"".join(fields), np.uint8).reshape(-1, 40)
        codes = np.stack((octets >> 4, octets & 15), axis=2).reshape(-1, 80)
        again = (codes[:, 20:] == codes[:, :-20]).sum(axis=1)
        same += [int(again[at:at + ROW].sum()) for at in range(len(again) - ROW + 1)]
    return same


def assert_never_in_clear(spy, key):
    """Not one row of bursts with speech went out as it was said."""
    assert np.median(likeness(spy.bursts, key)) > 50
    assert max(likeness(spy.bursts)) < 44
    assert [purity(spy.speech(way)) < 0.05 for way in (0, 1)] == [True, True]


def test_a_handover_to_another_channel_keeps_the_cipher(corridor):
    call = corridor.call()
    spy, key, bearer = Spy(corridor.site.air), dck(corridor), corridor.handset.radio.connection.bearer
    jammer = Jammer(corridor.site.air, corridor.site.time, (3.0, 2.0), [bearer.carrier])
    jammer.start()
    corridor.until(lambda: corridor.handset.radio.connection.bearer.carrier != bearer.carrier)
    mark = len(spy.bursts)
    corridor.pass_time(2)
    assert corridor.handset.call == "talking" and call.state == CONNECTED
    assert dck(corridor) == key
    assert all(one["ciphered"] for one in corridor.machines[0].radio.state()["bearers"])
    assert_never_in_clear(spy, key)
    assert [purity(spy.speech(way, key, mark)[-RATE:]) > 0.9 for way in (0, 1)] == [True, True]


def test_a_handover_to_another_base_keeps_the_cipher(corridor):
    call = corridor.call()
    spy, key = Spy(corridor.site.air), dck(corridor)
    corridor.handset.walk([(APART, 1.0)], speed=5.0)
    corridor.until(lambda: corridor.calls.active() and corridor.calls.active()[0]["radio"] == 1, 60)
    corridor.pass_time(1)
    mark = len(spy.bursts)
    corridor.pass_time(2)
    assert corridor.handset.call == "talking" and call.state == CONNECTED
    assert dck(corridor) == key
    assert [one["ciphered"] for one in corridor.machines[1].radio.state()["bearers"]] == [True]
    assert_never_in_clear(spy, key)
    assert [purity(spy.speech(way, key, mark)) > 0.9 for way in (0, 1)] == [True, True]
