"""How fast the codecs are, and their peers in the same run: ns per sample, and the table of the figures at the end."""

import ctypes
import warnings

import numpy as np
import pytest

from firmware import dsp
from sim.peers import talker

pytestmark = pytest.mark.bench
SAMPLES = 80_000
VOID, INT = ctypes.c_void_p, ctypes.c_int
NAMES = {"pcma": "G.711 A-law", "pcmu": "G.711 mu-law", "g726-32": "G.726-32", "g722": "G.722-64"}
DEMANDS = {"pcma": 5, "pcmu": 5, "g726-32": 1.5, "g722": 1.5}
IN_A_BANK = 4
"""Times the fastest peer: a single stream, and one of eight ADPCM streams side by side."""


def signal():
    samples = np.random.default_rng(1).standard_normal(SAMPLES) * 2000
    return np.clip(samples, -32768, 32767).astype("<i2")


class Ours:
    name = "gatesim"

    def encoder(self, codec):
        return dsp.Encoder(codec).encode

    def decoder(self, codec):
        return dsp.Decoder(codec).decode


class Eight:
    """Eight streams in one call, each of an eighth of the samples."""

    name = "gatesim, 8 channels"

    def encoder(self, codec):
        encoders = [dsp.Encoder(codec) for _ in range(8)]
        return lambda pcm: dsp.encode_all(encoders, np.split(pcm, 8))

    def decoder(self, codec):
        decoders = [dsp.Decoder(codec) for _ in range(8)]
        return lambda octets: dsp.decode_all(decoders, np.split(np.frombuffer(octets, "u1"), 8))


class Audioop:
    """CPython's own until 3.12: G.711 only."""

    name = "audioop"

    def __init__(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self._library = pytest.importorskip("audioop")

    def encoder(self, codec):
        function = {"pcma": self._library.lin2alaw, "pcmu": self._library.lin2ulaw}.get(codec)
        return function and (lambda pcm: function(pcm, 2))

    def decoder(self, codec):
        function = {"pcma": self._library.alaw2lin, "pcmu": self._library.ulaw2lin}.get(codec)
        return function and (lambda octets: function(octets, 2))


class Spandsp:
    name = "spandsp"
    INIT = {"pcma": ("g711_init", 0), "pcmu": ("g711_init", 1), "g726-32": ("g726_init", 32000, 0, 2)}

    def __init__(self):
        try:
            self._library = ctypes.CDLL("libspandsp.so.2")
        except OSError:
            pytest.skip("libspandsp2 is not installed")

    def _state(self, codec, direction):
        init, *options = self.INIT.get(codec) or (f"g722_{direction}_init", 64000, 0)
        function = getattr(self._library, init)
        function.restype, function.argtypes = VOID, [VOID] + [INT] * len(options)
        run = getattr(self._library, f"{init[:4]}_{direction}")
        run.argtypes = [VOID, VOID, VOID, INT]
        return run, function(None, *options)

    def encoder(self, codec):
        run, state = self._state(codec, "encode")
        out = np.zeros(SAMPLES, "u1")
        return lambda pcm: run(state, out.ctypes.data, pcm.ctypes.data, len(pcm))

    def decoder(self, codec):
        run, state = self._state(codec, "decode")
        out = np.zeros(SAMPLES + 100, "<i2")
        return lambda octets: run(state, out.ctypes.data, octets, len(octets))


@pytest.fixture(scope="module")
def table(request, figure):
    """{(codec, direction): {who: ns}}, printed when the module is done."""
    rows = {}
    yield rows
    for row in figures(rows):
        figure(*row)
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n\n" + "\n".join(lines(rows)))


def lines(rows):
    form = "{:<14}{:<8}{:>10}{:>12}{:>10}{:>9}{:>9}  {}"
    yield form.format("ns/sample", "", "gatesim", "8 channels", "spandsp", "audioop", "ratio", "demand")
    for (codec, direction), times in sorted(rows.items()):
        peers = [times[name] for name in ("spandsp", "audioop") if name in times]
        if "gatesim" not in times or not peers:
            continue
        ratio, demand = min(peers) / times["gatesim"], DEMANDS[codec]
        note = "{}x".format(demand) + ("" if ratio >= demand else " MISSED")
        if codec in ("g722", "g726-32") and Eight.name in times:
            bank = min(peers) / times[Eight.name]
            note += ", in eight {:.1f}x of {}x".format(bank, IN_A_BANK) + ("" if bank >= IN_A_BANK else " MISSED")
        cells = ["{:.2f}".format(times[name]) if name in times else "-" for name in
                 ("gatesim", Eight.name, "spandsp", "audioop")]
        yield form.format(NAMES[codec], direction, *cells, "{:.1f}".format(ratio), note)


def figures(rows):
    """The same for the table of all figures."""
    for (codec, direction), times in sorted(rows.items()):
        peers = {name: times[name] for name in ("spandsp", "audioop") if name in times}
        beside = ", ".join(f"{name} {ns:.2f} ns" for name, ns in peers.items())
        wanted = {Ours.name: DEMANDS[codec], **({Eight.name: IN_A_BANK} if DEMANDS[codec] < IN_A_BANK else {})}
        for name, demand in wanted.items():
            if peers and name in times:
                ratio = min(peers.values()) / times[name]
                yield (f"{NAMES[codec]} {direction}" + name.removeprefix(Ours.name), f">= {demand}x",
                       f"{'' if ratio >= demand else '!'}{ratio:.1f}x, {times[name]:.2f} ns", beside)


@pytest.mark.parametrize("who", [Ours, Eight, Spandsp, Audioop], ids=lambda who: who.name)
@pytest.mark.parametrize("direction", ["encode", "decode"])
@pytest.mark.parametrize("codec", NAMES)
def test_codec(benchmark, table, codec, direction, who):
    benchmark.group = f"{NAMES[codec]} {direction}"
    run, data = getattr(who(), direction[:-1] + "er")(codec), signal()
    if run is None:
        pytest.skip(f"{who.name} has no {NAMES[codec]}")
    if direction == "decode":
        data = dsp.Encoder(codec).encode(data)
    benchmark(run, data)
    nanoseconds = benchmark.stats["min"] / SAMPLES * 1e9
    benchmark.extra_info["ns_per_sample"] = round(nanoseconds, 3)
    table.setdefault((codec, direction), {})[who.name] = nanoseconds


@pytest.mark.parametrize("direction", ["encode", "decode"])
@pytest.mark.parametrize(("codec", "options", "rate"), [
    ("opus", {"rate": 8000}, 8000), ("opus", {"rate": 16000}, 16000), ("g729", {}, 8000)])
def test_codec_of_a_library(benchmark, codec, options, rate, direction):
    if codec not in dsp.CODECS:
        pytest.skip(f"the library of {codec} is not installed")
    encoder, pcm, size = dsp.Encoder(codec, **options), signal(), rate // 50
    frames = [pcm[at:at + size].tobytes() for at in range(0, len(pcm), size)]
    packets = [encoder.encode(frame) for frame in frames]
    coder = dsp.Decoder(codec, **({"rate": rate} if codec == "opus" else {}))
    run, data = (encoder.encode, frames) if direction == "encode" else (coder.decode, packets)
    benchmark.pedantic(lambda: [run(one) for one in data], rounds=3)
    benchmark.extra_info["ns_per_sample"] = round(benchmark.stats["min"] / SAMPLES * 1e9, 2)


@pytest.mark.parametrize("what", [
    "8 to 16 kHz", "16 to 8 kHz", "gain", "voice activity", "comfort noise", "concealment"])
def test_around_a_codec(benchmark, what):
    pcm = signal()
    frames = [pcm[at:at + 80].tobytes() for at in range(0, SAMPLES, 80)]
    silence, concealer, noise = dsp.Silence(), dsp.Concealer(), dsp.ComfortNoise()
    noise.set(dsp.ComfortNoise.measure(pcm, 10))
    run = {
        "8 to 16 kHz": lambda: dsp.Resampler(8000, 16000).process(pcm),
        "16 to 8 kHz": lambda: dsp.Resampler(16000, 8000).process(pcm),
        "gain": lambda: dsp.Gain(-6).process(pcm),
        "voice activity": lambda: [silence.process(frame) for frame in frames],
        "comfort noise": lambda: noise.play(SAMPLES),
        "concealment": lambda: [concealer.lost() if n % 10 == 9 else concealer.good(f) for n, f in enumerate(frames)],
    }[what]
    benchmark(run)
    benchmark.extra_info["ns_per_sample"] = round(benchmark.stats["min"] / SAMPLES * 1e9, 2)


class PlcOfSpandsp:
    """G.711 Appendix I as spandsp has it."""

    def __init__(self):
        try:
            self._library = ctypes.CDLL("libspandsp.so.2")
        except OSError:
            pytest.skip("libspandsp2 is not installed")
        self._library.plc_init.restype, self._library.plc_init.argtypes = VOID, [VOID]
        self._state = self._library.plc_init(None)

    def _run(self, function, frame):
        function.argtypes = [VOID, VOID, INT]
        frame = np.array(np.frombuffer(frame, "<i2"))
        function(self._state, frame.ctypes.data, len(frame))
        return frame.tobytes()

    def good(self, frame):
        return self._run(self._library.plc_rx, frame)

    def lost(self):
        return self._run(self._library.plc_fillin, bytes(160))


def test_concealment_beside_spandsp(capsys):
    """PESQ of speech with losses, bursts of one to four frames; means over three talkers."""
    pesq = pytest.importorskip("pesq").pesq
    scores = {dsp.Concealer: [], PlcOfSpandsp: []}
    for seed in (1, 2, 3):
        pcm = np.asarray(talker.speech(6, seed, -20.0)).astype("<i2")
        for rate, burst in ((0.05, 1), (0.1, 1), (0.1, 2), (0.05, 4)):
            random, lost = np.random.default_rng(seed), set()
            for at in range(6, len(pcm) // 80, burst):
                lost |= set(range(at, at + burst)) if random.random() < rate else set()
            for make, values in scores.items():
                plc = make()
                frames = [pcm[at:at + 80].tobytes() for at in range(0, len(pcm) - 79, 80)]
                out = b"".join(plc.lost() if n in lost else plc.good(frame) for n, frame in enumerate(frames))
                heard = np.frombuffer(out, "<i2")
                values.append(pesq(8000, pcm[:len(heard)], heard, "nb"))
    ours, theirs = (np.mean(values) for values in scores.values())
    with capsys.disabled():
        print(f"\nconcealment, PESQ: gatesim {ours:.2f}, spandsp {theirs:.2f}")
