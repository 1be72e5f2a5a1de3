"""The example labs: every check of theirs holds, and a run can be had again."""

import json
import os
import pathlib
import xml.etree.ElementTree as ET

import pytest

import sim.lab
from tests.cli.gatesim import gatesim, inside
from tests.labs.small import GOOD

EXAMPLES = sorted((pathlib.Path(__file__).resolve().parents[2] / "examples").glob("*.toml"))
FIRST = next(path for path in EXAMPLES if path.stem == "first-call")


def test_there_are_examples():
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_check_of_an_example_holds_and_its_folder_is_complete(path, tmp_path, capsys):
    done = inside(capsys, "lab", path, "--out", tmp_path / "new" / "out", "--quiet")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    out = tmp_path / "new" / "out"
    result = json.loads((out / "result.json").read_text())
    names = {one.name for one in out.iterdir()}
    assert {"capture.pcap", "air.pcap", "events.log", "junit.xml", "plan.png", "slots.png", "calls.png"} <= names
    people = sim.lab.load(path).model.parts
    assert {f"heard-{one.name}.wav" for one in people["handset"] + people["phone"]} <= names
    assert {f"{kind}-{one.name}.txt" for kind in ("console", "log") for one in people["board"]} <= names
    assert not [name for name in names if name.startswith(".")]
    assert_junit(out / "junit.xml", result)


def assert_junit(path, result):
    """As CI systems read it: counts that agree, a case for each check, a failure for each that does not hold."""
    suites = ET.parse(path).getroot()
    suite = suites.find("testsuite")
    cases = suite.findall("testcase")
    failed = [one for one in result["checks"] if not one["passed"]]
    assert suites.tag == "testsuites"
    assert [one.get("name") for one in cases] == [one["name"] for one in result["checks"]]
    assert suite.get("tests") == str(len(cases)) and suite.get("failures") == str(len(failed))
    assert len(suite.findall("testcase/failure")) == len(failed)
    properties = {one.get("name"): one.get("value") for one in suite.find("properties")}
    assert properties == {"seed": str(result["seed"]), "events": str(result["events"]), "hash": result["hash"]}
    assert all(float(one.get("time")) >= 0 and one.get("classname") for one in cases)


def test_two_processes_do_the_same_for_one_seed_and_another_for_another():
    hashes = []
    for hashing, seed in (("1", "5"), ("2", "5"), ("3", "6")):
        environment = {**os.environ, "PYTHONHASHSEED": hashing}
        done = gatesim("lab", FIRST, "--json", "--seed", seed, env=environment)
        assert done.returncode == 0, done.stderr
        hashes.append(json.loads(done.stdout)["hash"])
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("name", ["first-call", "jammer"])
def test_watching_changes_nothing(name, tmp_path):
    lab = sim.lab.load(FIRST.with_stem(name))
    watched, alone = lab.run(seed=3, out=tmp_path), lab.run(seed=3)
    assert watched.events == alone.events
    assert watched.hash == alone.hash
    assert watched.files and not alone.files
    assert (tmp_path / "air.pcap").stat().st_size > 100 * 1000


def test_a_test_of_ones_own_can_run_a_lab(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(GOOD)
    result = sim.lab.load(path).run(seed=7)
    assert result.passed, result.failed()
    assert [one.kind for one in result.checks] == ["event", "lines", "steps"]
    assert any(note.who == "anna" and note.event == "ringing" for note in result.events)
    assert result.radio["base"]["running"] and result.calls["base"][0]["incoming"]
