"""What a canceller and a channel say of themselves can be read at any time, while another thread is inside too."""

import threading

import numpy as np
import pytest

from firmware import dsp

pytestmark = pytest.mark.usefixtures("eager")


def echo_of(far, loss):
    return (np.roll(far, 40) * 10 ** (-loss / 20)).astype("<i2")


def watched(work, read):
    """What `read` gave while `work` ran in another thread."""
    seen, done = [], threading.Event()

    def run():
        try:
            work()
        finally:
            done.set()

    thread = threading.Thread(target=run)
    thread.start()
    while not done.is_set():
        seen.append(read())
    thread.join()
    return seen


def test_the_figures_of_a_canceller_come_up_while_it_works_on_a_minute_of_sound():
    far = (np.random.default_rng(1).standard_normal(8000 * 60) * 3000).astype("<i2")
    near = echo_of(far, 12)
    canceller = dsp.EchoCanceller(tail_ms=256)
    seen = watched(lambda: canceller.process(near, far), lambda: (canceller.status(), canceller.erl, canceller.erle))
    assert len(seen) > 10
    known = [status for status, _erl, _erle in seen if status["erl"]]
    assert known, "all of them were read before the first second was done"
    assert known[-1]["erl"] == pytest.approx(12, abs=1)
    assert known[-1]["erle"] > 30
    assert canceller.status()["erl"] == pytest.approx(12, abs=1)


def test_a_refused_length_leaves_a_canceller_as_it_was():
    canceller, sound = dsp.EchoCanceller(), bytes(16000)
    before = canceller.status()
    with pytest.raises(ValueError, match="no multiple of 5 ms"):
        canceller.process(sound + bytes(2), sound + bytes(2))
    assert canceller.status() == before


def test_a_status_read_while_a_bank_works_is_of_one_moment_and_never_goes_back():
    bank, fields, played = dsp.Bank(8, 32), [bytes(40)] * 8, []
    for channel in range(8):
        bank.open(channel, "pcma", 10)
        bank.join(channel, True)

    def work():
        for _ in range(400):
            for channel in range(8):
                bank.play(channel, b"\xd5" * 80)
            bank.process(fields)

    def read():
        status = bank.status(3)
        played.append(status["played"])
        return status

    seen = watched(work, read)
    assert len(seen) > 10
    assert played == sorted(played)
    assert bank.status(3)["played"] == 400


def test_a_closed_channel_has_no_status_whoever_works():
    bank = dsp.Bank(2, 32)
    bank.open(0, "pcma", 10)

    def work():
        for _ in range(200):
            bank.process([bytes(40), None])

    def read():
        with pytest.raises(ValueError, match="channel 1 is closed"):
            bank.status(1)
        with pytest.raises(IndexError):
            bank.status(2)

    watched(work, read)
