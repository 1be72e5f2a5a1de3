"""An hour of one channel, in virtual time."""

import numpy as np

from firmware import dsp


def test_an_hour_of_a_channel_with_everything_on_it_leaves_it_as_good_as_new():
    """G.711 with losses, digits, pauses and a canceller; what it says in the end is what it said in the beginning."""
    bank = dsp.Bank(1, 64)
    bank.open(0, "pcma", 20, tail_ms=64, handset=7, network=9, silence=True)
    bank.join(0, True)
    random = np.random.default_rng(1)
    talk = (random.standard_normal(8000) * np.repeat(random.uniform(0, 4000, 20), 400)).astype("<i2")
    digit, nothing = np.frombuffer(dsp.ToneGenerator("5").generate(8000), "<i2"), np.zeros(8000, "<i2")
    echo = np.concatenate([np.zeros(40), talk[:-40] / 4]).astype("<i2")
    far = [dsp.Encoder("pcma").encode(second.tobytes()) for second in (talk, digit, nothing)]
    near = [dsp.Encoder("g726-32-aal2").encode(second.tobytes()) for second in (echo, nothing, talk)]
    heard, kinds = 0, {"speech": 0, "comfort": 0}
    for frame in range(360_000):
        second, at = frame // 100, frame % 100
        if at % 2 == 0 and frame % 542:
            bank.play(0, far[second % 3][80 * at:80 * at + 160])
        field = near[second % 3][40 * at:40 * at + 40] if frame % 631 else None
        packet = bank.process([field])[0][1]
        if packet:
            kinds[packet[1]] += 1
            assert packet[2] % 2**32 == 10 * frame - 10
        if frame == 17_999:
            early = bank.status(0)
        if at == 0:
            heard += sum(event[2] == "dtmf" for event in bank.events())
    status = bank.status(0)
    assert abs(heard - 1200) < 60
    assert status["played"] > 300_000 and status["lost"] == 360_000 // 631 + 1
    assert early["erle"] > 3 and early["erl"] > 3
    assert all(abs(status[name] - early[name]) < 3 for name in ("erl", "erle", "level_in", "level_out"))
    assert kinds["speech"] > 50_000 and kinds["comfort"] > 1000
