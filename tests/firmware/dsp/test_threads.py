"""One object and several threads: the GIL is not held while sound is made."""

import random
import threading
import time

import pytest

from firmware import dsp

pytestmark = pytest.mark.usefixtures("eager")

MINUTE = bytes(16000 * 60)
FRAME = bytes(160)


def together(*calls):
    """Runs them in threads; gives what they raised but was not expected of them."""
    unexpected = []

    def guarded(call):
        try:
            call()
        except BaseException as error:
            unexpected.append(error)

    threads = [threading.Thread(target=guarded, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unexpected == []


def refused_while_running(near):
    """Whether `near` refused to grow while a canceller listened to it; not so where it was asked too early or late."""
    far, heard = bytes(near), []
    thread = threading.Thread(target=lambda: heard.append(dsp.EchoCanceller().process(near, far)))
    thread.start()
    time.sleep(0.01)
    try:
        near.append(0)
        near.pop()
        return False
    except BufferError:
        return True
    finally:
        thread.join()
        assert all(one == far for one in heard)


def test_a_buffer_keeps_its_size_while_it_is_listened_to():
    assert any(refused_while_running(bytearray(MINUTE * minutes)) for minutes in (5, 10, 20, 40))


def test_the_last_reference_may_go_in_the_middle_of_a_call():
    holders = [[dsp.EchoCanceller()] for _ in range(4)]

    def run(holder):
        process = holder[0].process
        holder.clear()
        assert len(process(bytes(MINUTE), bytes(MINUTE))) == len(MINUTE)

    together(*(lambda holder=holder: run(holder) for holder in holders))


def cancel():
    canceller = dsp.EchoCanceller(tail_ms=32)
    return lambda frame: canceller.process(frame, frame)


@pytest.mark.parametrize("make", [
    lambda: dsp.Encoder("g722").encode, lambda: dsp.Decoder("g726-32").decode, cancel,
    lambda: dsp.Resampler(8000, 16000).process, lambda: dsp.Gain(3).process, lambda: dsp.Silence().process,
    lambda: dsp.Concealer().good, lambda: dsp.DtmfDetector().process, lambda: dsp.DtmfRemover().pass_through,
    lambda: dsp.ToneGenerator("dial").generate, lambda: dsp.ComfortNoise().play,
])
def test_one_object_in_four_threads_answers_or_says_that_it_is_busy(make):
    one = make()
    argument = 80 if getattr(one, "__name__", "") in ("play", "generate") else FRAME
    length = len(one(argument)) if isinstance(one(argument), bytes) else None

    def hammer():
        answered = 0
        while answered < 100:
            try:
                out = one(argument)
            except RuntimeError as error:
                assert str(error) == "in use by another thread"
                continue
            answered += 1
            assert length is None or len(out) == length

    together(*[hammer] * 4)


def one_call(bank, dice, fields):
    """Any call, with arguments that are mostly right."""
    channel, what = dice.randrange(5), dice.randrange(11)
    if what == 0:
        bank.open(channel, dice.choice(dsp.CHANNEL_CODECS), 10, silence=True, handset=15)
    elif what == 1:
        bank.close(channel)
    elif what == 2:
        bank.join(channel, dice.randrange(2))
    elif what == 3:
        bank.play(channel, dice.randbytes(dice.randrange(400)), dice.choice(("speech", "comfort")))
    elif what == 4:
        bank.tone(channel, dice.choice(("5", "busy", None, "123")), dice.choice(("handset", "network")))
    elif what == 5:
        assert set(bank.status(channel)) >= {"erl", "erle", "level_in"}
    elif what == 6:
        assert isinstance(bank.events(), list)
    elif what in (7, 8):
        bank.begin(fields)
        assert len(bank.finish()) == 5
    else:
        assert len(bank.process(fields)) == 5


def test_a_bank_in_four_threads_survives_any_calls():
    bank, counts = dsp.Bank(5, 32), {"done": 0, "busy": 0}
    fields = [bytearray(40) for _ in range(5)]
    wanted = ("is open", "is closed", "is no tone")

    def hammer(seed):
        dice = random.Random(seed)
        for _ in range(800):
            try:
                one_call(bank, dice, fields)
                counts["done"] += 1
            except RuntimeError as error:
                assert str(error) in ("in use by another thread", "no frame has begun")
                counts["busy"] += 1
            except ValueError as error:
                assert any(word in str(error) for word in wanted), error

    together(*(lambda seed=seed: hammer(seed) for seed in range(4)))
    assert counts["done"] > 100  # how many find it busy depends on how long a frame takes
    assert len(bank.process([None] * 5)) == 5


def test_a_list_of_fields_may_change_under_the_bank_that_runs():
    bank, fields, done = dsp.Bank(5, 32), [bytes(40)] * 5, []
    for channel in range(5):
        bank.open(channel, "g722")
        bank.join(channel, True)

    def run():
        for _ in range(400):
            try:
                assert len(bank.process(fields)) == 5
            except ValueError as error:
                assert "B-fields" in str(error)
        done.append(1)

    def change():
        while not done:
            fields.clear()
            fields.extend([bytes(40) for _ in range(5)])

    together(run, change)


def test_a_list_of_coders_may_change_under_the_call_that_uses_it():
    coders, sounds, done = [], [bytes(32000)] * 9, []

    def fill():
        coders.clear()
        coders.extend([dsp.Encoder("g722") for _ in range(9)])

    def run():
        for _ in range(200):
            try:
                assert len(dsp.encode_all(coders, sounds)) == 9
            except (ValueError, RuntimeError) as error:
                assert "coders for 9 buffers" in str(error) or "in use" in str(error)
        done.append(1)

    def change():
        while not done:
            fill()

    fill()
    together(run, change)
