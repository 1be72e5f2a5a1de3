"""Tones between us and libspandsp, in both directions."""

import ctypes
import os

import numpy as np
import pytest

from firmware import dsp
from firmware.dsp.reference_tones import DIGITS
from sim.peers import spandsp, talker

pytestmark = pytest.mark.peer
FAX_TONES = {"cng": 1, "ced": 2, "ced-reversals": 3, "ansam": 4, "ansam-reversals": 5}
"""MODEM_CONNECT_TONES_... of the library; asked for one kind of 2100 Hz, it answers with the kind that it hears."""


@pytest.fixture(scope="module")
def library():
    try:
        loaded = spandsp.load()
    except spandsp.SpandspMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    state, samples, octets = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
            ("dtmf_rx_init", state, [state, state, state]), ("dtmf_rx", ctypes.c_int, [state, samples, ctypes.c_int]),
            ("dtmf_rx_get", ctypes.c_size_t, [state, octets, ctypes.c_int]), ("dtmf_rx_free", ctypes.c_int, [state]),
            ("dtmf_tx_init", state, [state, state, state]), ("dtmf_tx", ctypes.c_int, [state, samples, ctypes.c_int]),
            ("dtmf_tx_put", ctypes.c_int, [state, octets, ctypes.c_int]), ("dtmf_tx_free", ctypes.c_int, [state]),
            ("modem_connect_tones_rx_init", state, [state, ctypes.c_int, state, state]),
            ("modem_connect_tones_rx", ctypes.c_int, [state, samples, ctypes.c_int]),
            ("modem_connect_tones_rx_get", ctypes.c_int, [state]),
            ("modem_connect_tones_rx_free", ctypes.c_int, [state]),
            ("modem_connect_tones_tx_init", state, [state, ctypes.c_int]),
            ("modem_connect_tones_tx", ctypes.c_int, [state, samples, ctypes.c_int]),
            ("modem_connect_tones_tx_free", ctypes.c_int, [state])):
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


def their_digits(library, pcm):
    state, digits = library.dtmf_rx_init(None, None, None), ""
    for at in range(0, len(pcm), 320):
        part = np.frombuffer(pcm[at:at + 320], "<i2").copy()
        library.dtmf_rx(state, part.ctypes.data, len(part))
        buffer = ctypes.create_string_buffer(33)
        count = library.dtmf_rx_get(state, buffer, 32)
        digits += buffer.raw[:count].decode()
    library.dtmf_rx_free(state)
    return digits


def test_they_hear_every_digit_of_ours(library):
    for length in (45, 150):
        pcm = b"".join(dsp.ToneGenerator(digit, duration_ms=length).generate(8 * length) + bytes(2 * 8 * 60)
                       for digit in DIGITS)
        assert their_digits(library, pcm) == DIGITS


def test_we_hear_every_digit_of_theirs(library):
    state = library.dtmf_tx_init(None, None, None)
    library.dtmf_tx_put(state, DIGITS.encode(), -1)
    pcm = np.zeros(32000, "<i2")
    library.dtmf_tx(state, pcm.ctypes.data, len(pcm))
    library.dtmf_tx_free(state)
    assert "".join(value for _, kind, value in dsp.DtmfDetector().process(pcm) if kind == "dtmf") == DIGITS


def test_both_hear_the_same_digits_in_noise_and_none_in_speech(library):
    random = np.random.default_rng(1)
    pcm = b"".join(dsp.ToneGenerator(digit, duration_ms=60).generate(480) + bytes(2 * 8 * 60) for digit in DIGITS * 4)
    noisy = (np.frombuffer(pcm, "<i2") + 800 * random.standard_normal(len(pcm) // 2)).astype("<i2").tobytes()
    ours = "".join(value for _, kind, value in dsp.DtmfDetector().process(noisy) if kind == "dtmf")
    assert ours == DIGITS * 4
    assert their_digits(library, noisy) == ours
    speech = talker.speech(60, 1).tobytes()
    assert (their_digits(library, speech), dsp.DtmfDetector().process(speech)) == ("", [])


@pytest.mark.parametrize("name", FAX_TONES)
def test_they_know_our_fax_tones(library, name):
    state = library.modem_connect_tones_rx_init(None, FAX_TONES[name], None, None)
    pcm = np.frombuffer(dsp.ToneGenerator(name).generate(32000), "<i2").copy()
    library.modem_connect_tones_rx(state, pcm.ctypes.data, len(pcm))
    assert library.modem_connect_tones_rx_get(state) == FAX_TONES[name]
    library.modem_connect_tones_rx_free(state)


@pytest.mark.parametrize("name", FAX_TONES)
def test_we_know_their_fax_tones(library, name):
    state, parts = library.modem_connect_tones_tx_init(None, FAX_TONES[name]), []
    for _ in range(225):
        part = np.zeros(160, "<i2")
        library.modem_connect_tones_tx(state, part.ctypes.data, len(part))
        parts.append(part)
    library.modem_connect_tones_tx_free(state)
    events = dsp.FaxToneDetector().process(np.concatenate(parts))
    assert {value for _, _, value in events} == {name}
