"""`gatesim dsp`: bench, cancel, info, and what a user may get wrong."""

import json
import wave

import numpy as np
import pytest

from sim.dspbench import signals as s
from sim.dspbench.cancel import read
from sim.peers.talker import level_dbm0
from tests.cli.gatesim import inside, refused

RATE = 8000


def write(path, samples, rate=RATE, channels=1, octets=2):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, octets, rate, 0, "NONE", ""))
        file.writeframes(np.asarray(samples, f"<i{octets}").tobytes())
    return path


@pytest.fixture(params=[8000, 16000])
def pair(request, tmp_path):
    """(rate, near path, far path): 4 s of echo alone, D.4 with a loss of 10 dB."""
    rate = request.param
    far = s.pcm(s.css(4.003, rate, 1))
    near = s.pcm(s.filtered(far.astype(float), s.hybrid("D.4", rate)))
    return rate, write(tmp_path / "near.wav", near, rate), write(tmp_path / "far.wav", far, rate)


@pytest.mark.parametrize("options", [(), ("--linear",), ("--ec-type", 1), ("--tail", 64)])
def test_cancel_takes_the_echo_and_keeps_length_and_rate(pair, options, tmp_path, capsys):
    rate, near, far = pair
    done = inside(capsys, "dsp", "cancel", near, far, "-o", tmp_path / "out.wav", "--json", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    out_rate, out, _ = read(str(tmp_path / "out.wav"))
    before = read(str(near))[1]
    assert (out_rate, len(out)) == (rate, len(before))
    assert level_dbm0(before[-rate:]) - level_dbm0(out[-rate:]) > 25
    assert told["samples"] == len(out)
    assert told["erl"] == pytest.approx(10, abs=2.5)
    assert told["near_dbm0"] > told["out_dbm0"]
    assert told["notes"] == []


def test_ec_type_0_gives_back_every_bit(pair, tmp_path, capsys):
    _, near, far = pair
    assert inside(capsys, "dsp", "cancel", near, far, "-o", tmp_path / "out.wav", "--ec-type", 0).returncode == 0
    assert np.array_equal(read(str(tmp_path / "out.wav"))[1], read(str(near))[1])


def test_the_output_is_in_step_with_the_microphone(tmp_path, capsys):
    voice = s.pcm(s.speech(2, RATE, 1))
    near, far = write(tmp_path / "n.wav", voice), write(tmp_path / "f.wav", 0 * voice)
    assert inside(capsys, "dsp", "cancel", near, far, "-o", tmp_path / "out.wav").returncode == 0
    assert np.max(np.abs(read(str(tmp_path / "out.wav"))[1].astype(int) - voice)) <= 1


@pytest.mark.parametrize(("samples", "says"), [(4 * RATE, "silence"), (9 * RATE, "cut")])
def test_a_far_end_of_another_length_is_fitted_with_a_note(samples, says, tmp_path, capsys):
    near = write(tmp_path / "near.wav", s.pcm(s.noise(6, RATE, 1, -30)))
    far = write(tmp_path / "far.wav", s.pcm(s.noise(samples / RATE, RATE, 2, -30)))
    done = inside(capsys, "dsp", "cancel", near, far, "-o", tmp_path / "out.wav")
    assert done.returncode == 0
    assert says in done.stderr
    assert "ERLE" in done.stdout
    assert len(read(str(tmp_path / "out.wav"))[1]) == 6 * RATE


def test_what_is_no_pair_of_recordings_is_refused(tmp_path, capsys):
    good, other = write(tmp_path / "a.wav", [1] * 800), write(tmp_path / "b.wav", [1] * 800, rate=16000)
    empty, text = write(tmp_path / "e.wav", []), tmp_path / "t.wav"
    text.write_text("hello")
    out = ("-o", tmp_path / "out.wav")

    def cancel(near, far, *more):
        return inside(capsys, "dsp", "cancel", near, far, *(more or out))

    assert refused(cancel(good, other), "8000 Hz", "16000 Hz", "equal")
    assert refused(cancel(empty, good), "no samples")
    assert refused(cancel(text, good), "t.wav is not a WAV file")
    assert refused(cancel(good, tmp_path / "none.wav"), "cannot read", "No such file")
    assert refused(cancel(write(tmp_path / "s.wav", [1] * 800, channels=2), good), "2 channels", "mono")
    assert refused(cancel(write(tmp_path / "r.wav", [1] * 800, rate=44100), good), "44100 Hz")
    assert refused(cancel(write(tmp_path / "w.wav", [1] * 800, octets=4), good), "32 bits")
    assert refused(cancel(good, good, "-o", tmp_path / "no" / "out.wav"), "cannot write")
    assert refused(cancel(good, good, *out, "--tail", 5), "tail_ms is 32 to 256")
    assert not (tmp_path / "out.wav").exists()


def test_a_truncated_file_is_no_crash(tmp_path, capsys):
    whole = write(tmp_path / "a.wav", [1] * 800).read_bytes()
    for length in (0, 3, 12, 20, 43, 44, 51):
        (tmp_path / "cut.wav").write_bytes(whole[:length])
        done = inside(capsys, "dsp", "cancel", tmp_path / "cut.wav", tmp_path / "a.wav", "-o", tmp_path / "out.wav")
        assert done.returncode in (0, 2), (length, done.stderr)
        assert "Traceback" not in done.stderr
        assert refused(done, "cut.wav is not a WAV file", "early") if length < 12 else True


def test_a_recording_that_ends_early_is_told_and_one_from_a_pipe_is_not(tmp_path, capsys):
    whole = write(tmp_path / "a.wav", [1] * 800).read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[:444])
    (tmp_path / "piped.wav").write_bytes(whole[:40] + b"\xff" * 4 + whole[44:])
    for name, notes in (("cut.wav", "cut.wav ends after 200 of 800 samples"), ("piped.wav", "")):
        done = inside(capsys, "dsp", "cancel", tmp_path / "a.wav", tmp_path / name, "-o", tmp_path / "out.wav")
        assert done.returncode == 0
        assert notes in done.stderr
        assert bool(notes) == bool(done.stderr)


def test_info_names_codecs_settings_and_cancellers(capsys):
    done = inside(capsys, "dsp", "info", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"pcma", "pcmu"} <= set(told["codecs"])
    assert "linear" in told["cancellers"]
    assert told["registers"] in ("avx2", "portable")
    assert "codecs" in inside(capsys, "dsp", "info").stdout


def test_bench_prints_a_table_and_writes_report_and_plots(tmp_path, capsys):
    done = inside(capsys, "dsp", "bench", "--quick", "--only", "change,speed", "--cancellers", "linear,ec0", "--out",
                  tmp_path / "new" / "folder")
    assert done.returncode == 0, done.stderr
    assert "path change: ERLE 1 s later" in done.stdout
    assert "demands met" in done.stdout
    names = {path.name: path.stat().st_size for path in (tmp_path / "new" / "folder").iterdir()}
    assert min(names.values()) > 100
    assert {"report.json", "table.txt"} <= set(names)
    if "no plots" not in done.stderr:
        assert {"erle.png", "spectrogram-1.png"} <= set(names)


def test_bench_as_json_is_json_and_nothing_else(capsys):
    done = inside(capsys, "dsp", "bench", "--quick", "--only", "open", "--cancellers", "linear", "--json",
                  "--rate", 16000)
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["rate"] == 16000
    assert [figure["key"] for figure in told["figures"]] == ["open_1s_dbm0"]


def test_a_missed_demand_is_no_failure_and_a_broken_canceller_is(tmp_path, capsys):
    (tmp_path / "one.py").write_text(
        "class Broken:\n    def __init__(self, *a): pass\n    def process(self, n, f): 1 / 0\n")
    only = ("dsp", "bench", "--quick", "--only", "change", "--cancellers")
    assert inside(capsys, *only, "ec0").returncode == 0
    done = inside(capsys, *only, f"ec0,{tmp_path}/one.py:Broken")
    assert done.returncode == 1
    assert "FAILED Broken" in done.stdout
    assert "ZeroDivisionError" in done.stdout


@pytest.mark.parametrize(("words", "says"), [
    (("--only", "sprech"), "the cases are css"), (("--cancellers", "none"), "no canceller none"),
    (("--seeds", 0), "at least one"), (("--seeds", 10**11), "at most 99"), (("--tail", 1), "32 to 256"),
    (("--cancellers", "spandsp", "--rate", 16000), "spandsp"), (("--out", "/dev/null/x"), "--out")])
def test_a_wrong_option_of_bench_is_refused(words, says, capsys):
    assert refused(inside(capsys, "dsp", "bench", "--quick", *words), says)


@pytest.mark.parametrize("name", ["report.json", "table.txt", "erle.png"])
def test_a_report_that_cannot_be_written_is_told_and_still_printed(name, tmp_path, capsys):
    if name == "erle.png":
        pytest.importorskip("matplotlib")
    (tmp_path / name).mkdir()
    done = inside(capsys, "dsp", "bench", "--quick", "--only", "change", "--cancellers", "ec0", "--out", tmp_path)
    assert done.returncode == 2
    assert f"cannot write {tmp_path / name}" in done.stderr
    assert "path change" in done.stdout


def test_without_matplotlib_the_rest_is_written(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    monkeypatch.delitem(__import__("sys").modules, "sim.dspbench.plots", raising=False)
    import sim.dspbench

    monkeypatch.delattr(sim.dspbench, "plots", raising=False)
    done = inside(capsys, "dsp", "bench", "--quick", "--only", "open", "--cancellers", "ec0", "--out", tmp_path)
    assert done.returncode == 0
    assert "matplotlib is not installed" in done.stderr
    assert (tmp_path / "report.json").exists()
    assert not (tmp_path / "erle.png").exists()
