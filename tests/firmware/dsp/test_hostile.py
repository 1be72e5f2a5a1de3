"""What no caller should do, and what lasts too long: a clear error or defined output, and the object works on."""

import array
import ctypes
import sys

import numpy as np
import pytest

from firmware import dsp

FRAME = bytes(160)
WRONG_NUMBERS = [2**31, -2**31 - 1, 2**64, 1.5, None, "8000"]


def takers():
    """A call of each method that takes a buffer: of a frame of sound, or octets."""
    bank = dsp.Bank(1, 32)
    bank.open(0, "pcma")
    return {
        "encode": dsp.Encoder("pcma").encode,
        "decode": dsp.Decoder("g722").decode,
        "near": lambda pcm: dsp.EchoCanceller().process(pcm, FRAME),
        "far": lambda pcm: dsp.EchoCanceller().process(FRAME, pcm),
        "resample": dsp.Resampler(8000, 16000).process,
        "gain": dsp.Gain(-6).process,
        "silence": dsp.Silence().process,
        "good": dsp.Concealer().good,
        "measure": dsp.ComfortNoise.measure,
        "describe": dsp.ComfortNoise().set,
        "detect": dsp.DtmfDetector().process,
        "pass through": dsp.DtmfRemover().pass_through,
        "play": lambda payload: bank.play(0, payload),
        "encode_all": lambda pcm: dsp.encode_all([dsp.Encoder("pcma")], [pcm]),
        "decode_all": lambda octets: dsp.decode_all([dsp.Decoder("pcma")], [octets]),
    }


TAKERS = takers()


@pytest.mark.parametrize("name", TAKERS)
def test_a_buffer_that_is_released_or_in_pieces_or_none_is_refused(name):
    released = memoryview(bytearray(160))
    released.release()
    with pytest.raises(ValueError, match="released"):
        TAKERS[name](released)
    for pieces in (memoryview(bytes(320))[::2], memoryview(bytes(160))[::-1], np.zeros((80, 2), "<i2")[:, 0]):
        with pytest.raises((BufferError, ValueError)):
            TAKERS[name](pieces)
    for wrong in (None, "sound", 5, [1, 2], object()):
        with pytest.raises(TypeError):
            TAKERS[name](wrong)


@pytest.mark.parametrize("name", TAKERS)
def test_read_only_writable_and_foreign_buffers_give_the_same_and_stay_what_they_are(name):
    sound = np.arange(80, dtype="<i2") * 300
    kept = bytearray(sound.tobytes())
    foreign = (ctypes.c_char * 160).from_buffer_copy(sound.tobytes())
    locked = sound.copy()
    locked.flags.writeable = False
    expected = takers()[name](sound.tobytes())
    for buffer in (kept, memoryview(kept).toreadonly(), foreign, locked, array.array("h", sound.tolist()),
                   memoryview(b"x" + sound.tobytes())[1:] if name not in ("encode_all",) else kept):
        assert takers()[name](buffer) == expected
    assert kept == sound.tobytes()


@pytest.mark.parametrize("name", ["encode", "near", "far", "resample", "gain", "silence", "good", "measure", "detect",
                                  "encode_all"])
@pytest.mark.parametrize("octets", [1, 3, 159, 161, 65535])
def test_half_a_sample_is_refused(name, octets):
    with pytest.raises(ValueError):
        TAKERS[name](bytes(octets))


@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
@pytest.mark.parametrize("make", [
    lambda n: dsp.EchoCanceller(rate=n), lambda n: dsp.EchoCanceller(tail_ms=n), lambda n: dsp.EchoCanceller(ec_type=n),
    lambda n: dsp.Resampler(n, 8000), dsp.Silence, lambda n: dsp.Silence(0, n), dsp.Bank,
    lambda n: dsp.Bank(1, n), lambda n: dsp.Bank.bytes_needed(1, n), lambda n: dsp.Encoder("g722", bitrate=n),
    lambda n: dsp.ToneGenerator("dial", rate=n), lambda n: dsp.ToneGenerator("dial", duration_ms=n),
    lambda n: dsp.ComfortNoise.measure(FRAME, n), lambda n: dsp.Bank(1, 32).open(0, "pcma", packet_ms=n),
    lambda n: dsp.Bank(1, 32).open(n, "pcma"), lambda n: dsp.Bank(1, 32).close(n),
])
def test_a_number_that_is_none_or_out_of_all_bounds_is_refused(make, wrong):
    with pytest.raises((TypeError, ValueError, OverflowError, IndexError)):
        make(wrong)


@pytest.mark.parametrize("count", [-1, -2**63, 2**63, 2**62, sys.maxsize])
def test_nobody_gets_more_samples_than_memory_holds(count):
    for call in (dsp.ToneGenerator("dial").generate, dsp.ComfortNoise().play):
        with pytest.raises((ValueError, OverflowError, MemoryError)):
            call(count)
        assert len(call(3)) == 6


def test_types_are_neither_made_by_halves_nor_inherited():
    for kind in (dsp.EchoCanceller, dsp.Bank, dsp.Resampler, dsp.Gain, dsp.ComfortNoise, dsp.Silence, dsp.Concealer,
                 dsp.ToneGenerator, dsp.ToneDetector):
        with pytest.raises(TypeError):
            object.__new__(kind)
        with pytest.raises(TypeError):
            type("Heir", (kind,), {})


def test_a_coder_twice_in_one_call_is_refused_and_left_usable():
    coder = dsp.Encoder("g726-32")
    with pytest.raises(RuntimeError, match="in use"):
        dsp.encode_all([coder, coder], [FRAME, FRAME])
    assert len(coder.encode(FRAME)) == 40


def test_a_bank_takes_its_fields_from_anything_that_can_be_gone_through_once():
    bank = dsp.Bank(2, 32)
    bank.open(0, "pcma", 10)
    bank.join(0, True)
    field = bytes(40)
    for fields in ([field, None], (field, None), iter([field, None]), {field: 0, None: 0}, (x for x in (field, None))):
        assert [one is not None for one in bank.process(fields)] == [True, False]
    for wrong in (5, None, [field], [field] * 3, [field, 7], "ab", [bytearray(41), None]):
        with pytest.raises((TypeError, ValueError)):
            bank.process(wrong)
    released = memoryview(bytes(40))
    released.release()
    with pytest.raises(ValueError, match="released"):
        bank.process([field, released])
    assert len(bank.process([None, None])) == 2


def test_fields_that_were_refused_are_let_go():
    bank, field = dsp.Bank(2, 32), bytearray(40)
    bank.open(0, "pcma")
    with pytest.raises(ValueError):
        bank.process([field, bytes(39)])
    field.append(0)
    bank.process([bytes(40), None])


def network_encoder(codec):
    return dsp.Encoder("opus", rate=8000) if codec == "opus-nb" else dsp.Encoder(codec)


@pytest.mark.parametrize("level", [32767, -32768])
@pytest.mark.parametrize("codec", dsp.CHANNEL_CODECS)
def test_minutes_at_the_rail_end_in_silence(codec, level):
    """Direct current and full-scale squares through both directions of a channel, then nothing."""
    bank = dsp.Bank(1, 128)
    bank.open(0, codec, 10, handset=15, network=15, silence=True)
    bank.join(0, True)
    rate = 2 if codec in ("g722", "opus") else 1
    handset, network = dsp.Encoder("g726-32-aal2"), network_encoder(codec)
    square = np.where(np.arange(80) // 20 % 2, level, -1 - level)
    hard = [np.full(80, level, "<i2").tobytes(), square.astype("<i2").tobytes()]
    for frame in range(3000):
        bank.play(0, network.encode(hard[frame // 500 % 2] * rate))
        bank.process([handset.encode(hard[frame // 700 % 2])])
    network, handset = network_encoder(codec), dsp.Encoder("g726-32-aal2")
    for _ in range(300):
        bank.play(0, network.encode(bytes(160 * rate)))
        bank.process([handset.encode(FRAME)])
    status = bank.status(0)
    assert status["level_in"] < -50
    assert status["level_out"] < -50
    assert all(np.isfinite(value) for value in status.values())
