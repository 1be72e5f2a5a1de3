"""Cases, runner, report and plots, with cancellers whose score is known."""

import json

import numpy as np
import pytest

from sim.dspbench import cases, metrics
from sim.dspbench.bench import Bench, Plan
from sim.dspbench.cancellers import KINDS, Missing, find
from sim.dspbench.figures import BY_KEY, FIGURES, verdict
from sim.dspbench.report import table
from tests.sim.dspbench.simple import PassThrough, kind, run

QUICK = cases.Setting(8000, 1, True)


class Oracle:
    """Knows the echo; `late` samples too late, and `share` of it."""

    def __init__(self, trial, share=1.0, late=0):
        self.echo, self.share, self.late = trial.echo, share, late

    def process(self, near, far):
        echo = np.concatenate([np.zeros(self.late), self.echo])[:len(near)]
        return np.rint(near - self.share * echo).astype(np.int16)


def scores(case, make):
    """All figures of a case, of the first seed, quick."""
    return [pair for trial in cases.CASES[case](QUICK) for pair in trial.measure(trial, trial.run(make(trial)))]


def mean(case, make, key):
    return np.mean([value for name, value in scores(case, make) if name == key])


@pytest.mark.parametrize(("case", "key"), [
    ("css", "css_erle_mean"), ("change", "change_erle_1s"), ("delay", "delay_erle"), ("acoustic", "acoustic_erle"),
    ("drift", "drift_erle")])
def test_who_knows_the_echo_scores_the_ceiling_and_who_does_nothing_scores_0(case, key):
    assert mean(case, Oracle, key) > 60
    assert mean(case, lambda trial: PassThrough(), key) == pytest.approx(0, abs=0.1)


def test_half_knowledge_and_late_knowledge_score_between():
    known = mean("css", Oracle, "css_erle_mean")
    assert mean("css", lambda trial: Oracle(trial, share=0.9), "css_erle_mean") == pytest.approx(20, abs=0.5)
    assert mean("css", lambda trial: Oracle(trial, late=1), "css_erle_mean") < known - 40


def test_the_oracle_needs_no_time_and_who_does_nothing_never_gets_there():
    assert mean("css", Oracle, "css_t20_med") == 0
    assert mean("css", lambda trial: PassThrough(), "css_t30_med") == metrics.NEVER


def test_the_oracle_keeps_the_near_end_in_double_talk_and_noise():
    figures = dict(scores("doubletalk", Oracle)) | dict(scores("noise", Oracle)) | dict(scores("syllables", Oracle))
    assert figures["dt_sdr-36"] > 30
    assert figures["noise-30_speech_erle"] > 40
    assert figures["syllables_kept"] == 100
    if not metrics.pesq_missing():
        assert figures["dt_pesq-36"] > 4.3


def test_double_talk_hurts_the_more_the_quieter_the_near_end():
    if metrics.pesq_missing():
        pytest.skip(metrics.pesq_missing())
    figures = dict(scores("doubletalk", lambda trial: PassThrough()))
    assert figures["dt_pesq-16"] > figures["dt_pesq-26"] > figures["dt_pesq-36"]


def test_tones_cost_a_fixed_filter_nothing_and_an_open_path_leaves_its_silence():
    assert mean("tones", Oracle, "tone_loss_max") == pytest.approx(0, abs=1)
    assert mean("open", Oracle, "open_1s_dbm0") == metrics.SILENCE


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("case", cases.CASES)
def test_every_case_yields_known_figures_of_finite_worth(case, rate):
    for trial in cases.CASES[case](cases.Setting(rate, 2, True)):
        assert trial.near.dtype == trial.far.dtype == np.int16
        assert len(trial.near) == len(trial.far) == len(trial.echo) == round(trial.seconds * rate)
        assert len(trial.near) % (rate // 100) == 0
        for key, value in trial.measure(trial, trial.run(PassThrough())):
            assert BY_KEY[key].case == case
            assert not np.isnan(value)


def test_the_full_set_is_that_of_the_issue():
    labels = [trial.label for trial in cases.CASES["css"](cases.Setting(8000, 1, False))]
    assert len(labels) == 24
    assert {label.split(", ")[1] for label in labels} == {f"path D.{number}" for number in range(2, 10)}
    assert {label.split("ERL ")[1] for label in labels} == {"6 dB", "10 dB", "15 dB"}


def test_the_report_is_json_with_a_value_for_each_canceller():
    bench = run(find("linear"), kind(PassThrough, "nothing"), only=("css", "speed"))
    report = json.loads(json.dumps(bench.report(), allow_nan=False))
    assert list(report["cancellers"]) == ["linear", "nothing"]
    by_key = {figure["key"]: figure for figure in report["figures"]}
    assert set(by_key) == {figure.key for figure in FIGURES if figure.case == "css"}
    assert by_key["css_t20_med"]["values"]["nothing"] is None
    assert by_key["css_erle_mean"]["values"]["linear"] > 30
    assert by_key["css_erle_mean"]["values"]["nothing"] == pytest.approx(0, abs=0.01)
    assert by_key["css_erle_mean"]["by_seed"]["linear"] == {"1": by_key["css_erle_mean"]["values"]["linear"]}
    assert by_key["css_erle_mean"]["worst"]["linear"]["value"] == by_key["css_erle_min"]["values"]["linear"]
    assert "path D." in by_key["css_erle_mean"]["worst"]["linear"]["trial"]
    assert by_key["css_t20_med"]["worst"]["nothing"]["value"] is None
    assert by_key["css_erle_mean"]["met"] in (True, False)
    assert by_key["css_acom_mean"]["met"] is None
    assert {(row["canceller"], row["rate"]) for row in report["speed"]} == {
        (name, rate) for name in ("linear", "nothing") for rate in (8000, 16000)}
    assert all(row["ns_per_sample"] >= 0 and row["channels"] > 0 for row in report["speed"])


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.name)
@pytest.mark.parametrize("rate", [8000, 16000])
def test_every_canceller_cancels_or_says_why_not(one, rate):
    if one.missing():
        pytest.skip(one.missing())
    trial = next(cases.CASES["change"](cases.Setting(rate, 1, True)))
    try:
        result = trial.run(one.make(rate, 32))
    except Missing as reason:
        pytest.skip(str(reason))
    gained = metrics.erle(trial.echo, result.residual(), rate, 3.5, 4.9)
    assert gained == pytest.approx(0, abs=0.1) if one.name == "ec0" else gained > 10


def test_a_demand_is_held_against_ours_alone():
    figure = BY_KEY["css_t20_med"]
    assert verdict(figure, {"linear": 0.404, "speexdsp": 9}).met
    assert not verdict(figure, {"linear": 0.41, "speexdsp": 0}).met
    assert verdict(figure, {"speexdsp": 0}) is None
    assert verdict(BY_KEY["dt_pesq-16"], {"linear": 4.1, "speexdsp": 4.0}).met
    assert verdict(BY_KEY["dt_pesq-16"], {"linear": 4.1}) is None


def test_progress_comes_to_one():
    done = []
    cases = ("change", "open", "speed")
    bench = Bench(Plan((kind(PassThrough),), cases, (1, 2), quick=True), lambda by, text: done.append(by))
    bench.run()
    assert sum(done) == pytest.approx(1)


def test_the_table_marks_what_is_missed(capsys):
    from rich.console import Console

    Console(width=120).print(table(run(kind(PassThrough, "linear")).report()))
    said = capsys.readouterr().out
    assert "!0.0" in said.replace("-0.0", "0.0")
    assert "! marks the others" in said


def test_plots_are_pictures_of_every_trial_marked_for_it(tmp_path):
    pytest.importorskip("matplotlib")
    from sim.dspbench.plots import draw

    bench = run(kind(PassThrough, "nothing"), find("linear"), only=("change",))
    paths = draw(bench.plotted, tmp_path)
    assert [path.name for path in paths] == ["erle.png", "spectrogram-1.png"]
    for path in paths:
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) > 20_000
    assert draw({}, tmp_path) == []
