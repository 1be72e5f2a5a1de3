"""`gatesim call`: calls between gatesim's own ends, and usage errors."""

import json
import signal
import subprocess
import time

import pytest

from sim.peers import codecs
from tests.cli.gatesim import ROOT, command, inside, refused


@pytest.mark.parametrize(("caller", "called", "heard"), [
    ("sip:phone", "handset:1", {"caller", "called"}),
    ("handset:1", "sip:phone", {"caller", "called"}),
    ("handset:1", "handset:2", {"caller", "called"}),
])
def test_speech_comes_through_between_each_two_kinds_of_end(caller, called, heard, capsys):
    done = inside(capsys, "call", "--from", caller, "--to", called, "--seconds", 4, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    result = json.loads(done.stdout)
    assert result["answered"]
    assert set(result["correlation"]) == heard
    assert all(value >= 0.95 for value in result["correlation"].values())


@pytest.mark.parametrize("codec", ["g722", "g726-32", "aal2-g726-32", "opus", "opus-nb"])
def test_any_codec_can_be_heard(codec, capsys):
    done = inside(capsys, "call", "--seconds", 4, "--codec", codec, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    wanted = {"aal2-g726-32": "g726-32-aal2"}.get(codec, codec)
    assert json.loads(done.stdout)["call"]["codec"] == wanted


def test_between_wide_band_handsets_it_is_g722_from_end_to_end(capsys):
    words = ("call", "--from", "handset:1", "--to", "handset:2", "--seconds", 3, "--wideband", "--json")
    done = inside(capsys, *words)
    assert (done.returncode, json.loads(done.stdout)["call"]["codec"]) == (0, "g722")


def test_between_handsets_the_codec_is_the_boards_choice(capsys):
    words = ("call", "--from", "handset:1", "--to", "handset:2", "--seconds", 3, "--codec", "g722", "--json")
    assert json.loads(inside(capsys, *words).stdout)["call"]["codec"] == "g722"


def test_g729_is_spoken_by_a_release_that_encodes_it_and_refused_by_a_later_one(capsys):
    pytest.importorskip("_gwg729")
    words = ("call", "--seconds", 3, "--codec", "g729")
    done = inside(capsys, *words, "--fw", "14r2", "--json")
    assert (done.returncode, json.loads(done.stdout)["call"]["codec"]) == (0, "g729")
    done = inside(capsys, *words)
    assert done.returncode == 1 and "cause 88" in done.stderr


@pytest.mark.parametrize(("library", "words", "package"), [
    ("OPUS", ("--codec", "opus"), "libopus0"), ("G729_LIBRARY", ("--codec", "g729"), "libbcg729-0")])
def test_a_missing_library_is_named_with_its_package(library, words, package, capsys, monkeypatch):
    monkeypatch.setattr(codecs, library, "libnothing.so.7")
    assert refused(inside(capsys, "call", *words), "libnothing.so.7 was not found", package)


def test_compressed_silence_is_told_and_saves_packets(capsys):
    talk = ("call", "--seconds", 4, "--json")
    plain, quiet = (json.loads(inside(capsys, *talk, *more).stdout)["call"] for more in ((), ("--silence",)))
    assert plain["comfort_sent"] == plain["comfort_received"] == 0
    assert quiet["comfort_sent"] > 0 and quiet["comfort_received"] > 0
    assert quiet["received"] < 0.7 * plain["received"] and quiet["lost"] == 0


def test_the_same_seed_gives_the_same_call(capsys):
    words = ("call", "--seconds", 3, "--seed", 5, "--json")
    assert inside(capsys, *words).stdout == inside(capsys, *words).stdout


def test_the_table_names_what_the_manual_promises_and_out_holds_the_recordings(tmp_path, capsys):
    done = inside(capsys, "call", "--seconds", 3, "--codec", "pcmu", "--out", tmp_path / "new" / "folder")
    assert done.returncode == 0
    for row in ("answered after", "codec", "packets lost", "ERL", "ERLE", "level at the called", "pcmu"):
        assert row in done.stdout
    names = sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert names == ["called-heard.wav", "caller-heard.wav", "capture.pcap"]


@pytest.mark.parametrize(("words", "parts"), [
    (("--to", "nobody"), ("--to nobody: an END is handset:N, sip:NAME or sip:USER@HOST",)),
    (("--to", "handset:0"), ("an END is",)),
    (("--to", "handset:9"), ("an END is",)),
    (("--to", "sip:"), ("an END is",)),
    (("--to", "sip:a@h:x"), ("an END is",)),
    (("--to", "fax:1"), ("FAX lines are not part of this release",)),
    (("--from", "sip:a@127.0.0.1"), ("a real program cannot be told to call",)),
    (("--from", "sip:a", "--to", "sip:b"), ("one END must be handset:N",)),
    (("--from", "handset:1", "--to", "handset:1"), ("a handset cannot call itself",)),
    (("-M", "ip9"), ("no board 'ip9'",)),
    (("-M", "rp2"), ("the RP2 has no radio: take a base station",)),
    (("--fw", "1r1"), ("does not run on IP1203",)),
    (("--codec", "g723"), ("invalid choice",)),
    (("--ec-type", "3"), ("invalid choice",)),
    (("--seconds", "0"), ("--seconds",)),
    (("--seconds", "-1"), ("--seconds",)),
    (("--seconds", "nan"), ("--seconds",)),
    (("--out", "/dev/null/x"), ("/dev/null/x",)),
])
def test_usage_errors_have_status_2(words, parts, capsys):
    assert refused(inside(capsys, "call", *words), *parts)


def test_a_call_that_nobody_answers_has_status_1_and_says_why(capsys):
    there = "sip:nobody@127.0.0.253:9"
    done = inside(capsys, "call", "--from", "handset:1", "--to", there, "--seconds", 2, "--ring", 2)
    assert done.returncode == 1
    assert done.stderr.startswith("no call: ")


def test_ctrl_c_during_a_call_on_virtual_time_ends_it():
    with subprocess.Popen(command("call", "--seconds", 600), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (130, "\n")
