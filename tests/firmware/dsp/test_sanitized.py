"""The core and its CPython binding under AddressSanitizer and UndefinedBehaviorSanitizer.

One sanitized build, by the makefile of tests/fuzz/c, runs the harness of hard input, the golden cases, every
fuzz target on its seeds and on thousands of inputs made of them, and the tests of the binding.
"""

import os
import pathlib
import re
import subprocess
import sys

import pytest

from tests.present import lacking, need_programs

ROOT = pathlib.Path(__file__).resolve().parents[3]
FUZZ = ROOT / "tests" / "fuzz"
pytestmark = pytest.mark.timeout(300)  # the build alone takes most of a minute where cores are busy

INPUTS = {"coders": 3000, "canceller": 100, "voice": 1500, "tones": 800, "bank": 400}
"""Made inputs of each target: a second or two."""
BINDING = ("test_binding.py", "test_bank.py", "test_plugged.py", "test_hostile.py", "test_threads.py", "test_status.py",
           "test_batch.py")


@pytest.fixture(scope="module")
def sanitized():
    """The folder with the programs, built."""
    need_programs("gcc", "make")
    into = ROOT / "build" / "sanitized"
    done = subprocess.run(["make", "-s", "-j2", "-C", str(FUZZ / "c"), "CC=gcc", "ENGINE=replay", f"BUILD={into}",
                           f"PYTHON={sys.executable}", "targets", "hard", "golden", "extension"],
                          capture_output=True, text=True, check=False, timeout=280)
    if done.returncode and re.search("cannot find.*(asan|ubsan)", done.stderr):
        lacking("this compiler has no sanitizers: " + done.stderr.splitlines()[0])
    assert done.returncode == 0, done.stderr
    return into


def output(command, **environment):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=110,
                          env={**os.environ, **environment}, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The golden lines of a build without sanitizers."""
    program = tmp_path_factory.mktemp("plain") / "golden"
    target, core = ROOT / "firmware" / "dsp" / "target", ROOT / "firmware" / "dsp" / "core"
    cases = [*target.glob("golden*.c"), *(target / f"{name}.c" for name in ("host", "scene", "record", "text"))]
    subprocess.run(["gcc", "-std=c11", "-O2", "-ffp-contract=off", "-I", core, "-I", target, *core.glob("*.c"), *cases,
                    "-o", program], check=True)
    return output([program])


def test_hard_input_does_no_harm(sanitized):
    assert re.fullmatch("[0-9a-f]{8}\n", output([sanitized / "hard"]))


def test_the_golden_cases_do_no_harm_and_give_the_same_bits(sanitized, plain):
    assert output([sanitized / "golden"]) == plain


@pytest.mark.parametrize("target", INPUTS)
def test_a_fuzz_target_holds_on_its_seeds_and_on_what_is_made_of_them(sanitized, target, tmp_path):
    seeds = sorted((FUZZ / "corpus" / target).iterdir())
    assert seeds
    told = output([sanitized / target, INPUTS[target], *seeds], FUZZ_FAILED=str(tmp_path / "failed"))
    assert told == f"{len(seeds)} files and {INPUTS[target]} more inputs\n"


def test_the_binding_does_no_harm(sanitized):
    run = ("import sys; sys.path.insert(0, sys.argv[1]); import _gwdsp, pytest; "
           "assert _gwdsp.__file__.startswith(sys.argv[1]); "
           "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', *sys.argv[2:]]))")
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout
    told = output([sys.executable, "-c", run, sanitized, *(pathlib.Path(__file__).with_name(name) for name in BINDING)],
                  LD_PRELOAD=library.strip(), PYTHONMALLOC="malloc",
                  ASAN_OPTIONS="detect_leaks=0:quarantine_size_mb=8")
    assert " passed" in told
