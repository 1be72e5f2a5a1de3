"""`gatesim lab`: what it prints, its exit status, and Ctrl-C."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

import pytest

from sim.peers import codecs
from tests.cli.gatesim import ROOT, command, gatesim, inside, refused
from tests.labs.small import GOOD

FAILING = GOOD + '\n[[check]]\nname = "it <snows>"\nkind = "display"\nwho = "anna"\nmatches = "sno\\u0001wing"\n'


@pytest.fixture
def lab(tmp_path):
    def write(text=GOOD):
        path = tmp_path / "site.toml"
        path.write_text(text)
        return path

    return write


def test_the_table_names_every_check_and_the_hash(lab, capsys):
    done = inside(capsys, "lab", lab())
    assert done.returncode == 0
    for part in ("site, seed 1: 4 s", "ok  event anna ringing", "every step happened", "3 of 3 checks hold", "hash "):
        assert part in done.stdout
    assert done.stderr == ""


def test_a_check_that_fails_has_status_1_and_is_named(lab, capsys, tmp_path):
    report = tmp_path / "report.xml"
    done = inside(capsys, "lab", lab(FAILING), "--junit", report)
    assert done.returncode == 1
    assert "FAILED  it <snows>" in done.stdout and "3 of 4 checks hold; failed: it <snows>" in done.stdout
    failure = ET.parse(report).getroot().find("testsuite/testcase[@name='it <snows>']/failure")
    assert "anna: " in failure.get("message")
    done = inside(capsys, "lab", lab(FAILING), "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{lab(FAILING)}:32: it <snows>: ")


def test_json_holds_checks_calls_and_radios(lab, capsys):
    result = json.loads(inside(capsys, "lab", lab(), "--json", "--seed", 9).stdout)
    assert (result["lab"], result["seed"], result["passed"], result["duration"]) == ("site", 9, True, 4.0)
    assert result["checks"][0]["said"].startswith("anna: 1 times")
    radio = result["radio"]["base"]
    assert (radio["running"], radio["role"], radio["rfpi"]) == (True, "master and radio", "102243a300")
    assert [one["slot"] for one in radio["bearers"]]


@pytest.mark.parametrize(("text", "name"), [
    (GOOD.replace('to = "anna"', 'number = "999"'), "event anna ringing"),
    (GOOD.replace('at = "2s"', 'after = "anna answering"'), "every step happened"),
    (GOOD.replace('sari = "31100422072149"', 'sari = "31100422072149"\nconfig = "nonsense"'),
     "every console line is accepted"),
])
def test_what_did_not_come_about_fails(text, name, lab, capsys):
    result = json.loads(inside(capsys, "lab", lab(text), "--json").stdout)
    assert name in [one["name"] for one in result["checks"] if not one["passed"]]


@pytest.mark.parametrize(("words", "parts"), [
    (("--out", ""), ("--out names no folder",)),
    (("--seed", "-1"), ("--seed -1",)),
    (("--seed", "x"), ("--seed",)),
    (("--out", "/dev/null/x"), ("/dev/null/x",)),
    (("--junit", "/dev/null/x.xml"), ("/dev/null/x.xml",)),
])
def test_usage_errors_have_status_2(words, parts, lab, capsys):
    assert refused(inside(capsys, "lab", lab(), *words), *parts)


def test_a_library_that_is_missing_is_named_with_its_package(lab, capsys, monkeypatch):
    monkeypatch.setattr(codecs, "OPUS", "libnothing.so.7")
    text = GOOD.replace('number = "100"', 'number = "100"\ncodecs = ["pcma", "opus"]')
    assert refused(inside(capsys, "lab", lab(text)), "libnothing.so.7 was not found", "libopus0")


def test_without_matplotlib_a_clear_word_stands_for_the_pictures(lab, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = inside(capsys, "lab", lab(), "--out", tmp_path / "out")
    assert done.returncode == 0
    assert done.stderr == ("gatesim lab: no pictures: matplotlib is not installed; pip install 'gatesim[plots]' "
                           "brings it\n")
    assert not list((tmp_path / "out").glob("*.png")) and (tmp_path / "out" / "junit.xml").exists()


def test_a_terminal_shows_how_far_it_is_and_is_left_clean(lab, tmp_path):
    master, slave = pty.openpty()
    with subprocess.Popen(command("lab", lab()), cwd=ROOT, stdout=subprocess.PIPE, stderr=slave,
                          env={**os.environ, "TERM": "xterm"}) as process:
        os.close(slave)
        said = b""
        try:
            while chunk := os.read(master, 4096):
                said += chunk
        except OSError:
            # EIO: the other end has been closed.
            pass
        printed, _ = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 0 and b"3 of 3 checks hold" in printed
    assert b"virtual time" in said and b" of 4 s" in said
    assert said.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h")), said[-80:]


def test_ctrl_c_ends_a_lab_and_leaves_nothing_half_written(lab, tmp_path):
    long = lab(GOOD.replace('"4s"', '"2h"') + '\n[[step]]\nat = "5s"\ndo = "answer"\nwho = "anna"\n')
    with subprocess.Popen(command("lab", long, "--out", tmp_path / "out"), cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=20)
    assert (process.returncode, said, complaint) == (130, "", "\n")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_report_goes_to_what_is_no_file_as_well_and_a_full_device_is_named(lab):
    full = pathlib.Path("/dev/full")
    if not full.is_char_device():
        pytest.skip("no /dev/full here")
    reported = gatesim("lab", lab(GOOD), "--quiet", "--junit", "/dev/stdout")
    assert reported.stdout.startswith("<?xml") and pathlib.Path("/dev/stdout").is_symlink()
    refused = gatesim("lab", lab(GOOD), "--quiet", "--junit", full)
    assert (refused.returncode, refused.stderr) == (2, "gatesim lab: cannot write /dev/full: No space left on device\n")
    assert full.is_char_device()
    with full.open("w") as nowhere:
        cut = subprocess.run(command("lab", lab(GOOD)), cwd=ROOT, stdout=nowhere, stderr=subprocess.PIPE, text=True,
                             check=False)
    assert (cut.returncode, cut.stderr) == (2, "gatesim: cannot write the output: No space left on device\n")
