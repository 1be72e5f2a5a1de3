import array
import resource
import threading

import numpy as np
import pytest

from firmware import dsp

FRAME = bytes(160)


@pytest.mark.parametrize(("options", "word"), [
    ({"rate": 11025}, "rate"), ({"tail_ms": 31}, "tail_ms"), ({"tail_ms": 257}, "tail_ms"), ({"ec_type": 3}, "ec_type"),
    ({"ec_type": -1}, "ec_type"), ({"rate": 0}, "rate"),
])
def test_a_canceller_that_cannot_be_says_which_option_is_wrong(options, word):
    with pytest.raises(ValueError, match=word):
        dsp.EchoCanceller(**options)


@pytest.mark.parametrize(("near", "far", "word"), [
    (FRAME[:159], FRAME, "near has 159 octets"), (FRAME, FRAME[:159], "far has 159 octets"),
    (FRAME, FRAME * 2, "equal"), (FRAME[:158], FRAME[:158], "5 ms"),
])
def test_buffers_of_wrong_lengths_are_refused_and_do_no_harm(near, far, word):
    canceller = dsp.EchoCanceller()
    with pytest.raises(ValueError, match=word):
        canceller.process(near, far)
    assert canceller.process(FRAME, FRAME) == FRAME


def test_no_sound_is_no_error():
    assert dsp.EchoCanceller().process(b"", b"") == b""
    assert dsp.Encoder("pcma").encode(b"") == b""
    assert dsp.Decoder("g726-32").decode(b"") == b""


@pytest.mark.parametrize("wrong", [None, "text", 5, [1, 2]])
def test_what_is_no_buffer_is_a_type_error(wrong):
    for call in (dsp.Encoder("pcma").encode, dsp.Decoder("pcma").decode,
                 lambda x: dsp.EchoCanceller().process(x, FRAME), lambda x: dsp.EchoCanceller().process(FRAME, x)):
        with pytest.raises(TypeError):
            call(wrong)


def test_any_contiguous_buffer_will_do_even_an_unaligned_one():
    samples = np.arange(80, dtype="<i2") * 100
    expected = dsp.Encoder("pcma").encode(samples.tobytes())
    unaligned = memoryview(b"x" + samples.tobytes())[1:]
    for buffer in (samples, array.array("h", samples.tolist()), bytearray(samples.tobytes()), unaligned):
        assert dsp.Encoder("pcma").encode(buffer) == expected
    assert dsp.EchoCanceller(ec_type=0).process(unaligned, unaligned) == samples.tobytes()


def test_codecs_refuse_what_they_cannot_encode():
    with pytest.raises(ValueError, match="g728"):
        dsp.Encoder("g728")
    with pytest.raises(ValueError, match="bitrate"):
        dsp.Encoder("g722", bitrate=32000)
    with pytest.raises(ValueError, match="bitrate"):
        dsp.Decoder("pcma", bitrate=64000)
    with pytest.raises(ValueError, match="whole octets"):
        dsp.Encoder("g722").encode(b"123456")
    with pytest.raises(ValueError, match="even number"):
        dsp.Encoder("pcma").encode(b"123")
    with pytest.raises(ValueError, match="whole octets"):
        dsp.Encoder("g726-32").encode(b"123456")
    with pytest.raises(ValueError, match="transcode"):
        dsp.Decoder("pcma").transcode(b"1", "pcmu")


def test_the_names_of_the_core_are_those_of_the_face():
    import _gwdsp
    assert _gwdsp.codecs == dsp.CORE_CODECS


def test_objects_that_go_give_their_memory_back():
    def churn(count):
        for _ in range(count):
            dsp.EchoCanceller(tail_ms=256).process(FRAME, FRAME)
            bank = dsp.Bank(8)
            bank.open(0, "pcma")
            bank.process([None] * 8)
            with pytest.raises(ValueError):
                dsp.EchoCanceller(rate=1)
            with pytest.raises(ValueError):
                bank.process([bytes(40)] * 7 + [b""])
    churn(20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    churn(400)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_two_threads_in_one_canceller_are_told_so_and_others_run_on():
    canceller, sound = dsp.EchoCanceller(), bytes(16000 * 60)
    outcomes = []

    def run():
        try:
            outcomes.append(len(canceller.process(sound, sound)))
        except RuntimeError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert set(outcomes) <= {len(sound), "in use by another thread"}
    assert len(sound) in outcomes
