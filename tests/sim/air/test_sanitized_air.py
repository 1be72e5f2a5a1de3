"""The air's C under AddressSanitizer and UndefinedBehaviorSanitizer, and without wide registers: its own tests."""

import os
import pathlib
import re
import subprocess
import sys
import sysconfig

import pytest

from tests.present import lacking, need_programs

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
AIR = ROOT / "sim" / "air"
TESTS = ("test_bits.py", "test_engine.py", "test_foreign.py", "test_burstlog_of_the_air.py")
FLAGS = ("-std=c11", "-g", "-O2", "-ffp-contract=off", "-fno-omit-frame-pointer", "-fPIC", "-shared", "-Wall",
         "-Wextra", "-DGW_NO_WIDE", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
pytestmark = pytest.mark.timeout(180)

RUN = ("import sys; sys.path.insert(0, sys.argv[1]); import _gwair, pytest; "
       "assert _gwair.__file__.startswith(sys.argv[1]); "
       "sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', *sys.argv[2:]]))")


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory):
    """The folder with the extension, built."""
    need_programs("gcc")
    into = tmp_path_factory.mktemp("sanitized")
    sources = sorted([*AIR.glob("core/*.c"), *AIR.glob("bind/*.c")])
    done = subprocess.run(["gcc", *FLAGS, "-I", AIR / "core", "-I", sysconfig.get_path("include"), *sources, "-lm",
                           "-o", into / "_gwair.so"], capture_output=True, text=True, check=False, timeout=150)
    if done.returncode and re.search("cannot find.*(asan|ubsan)", done.stderr):
        lacking("this compiler has no sanitizers: " + done.stderr.splitlines()[0])
    assert done.returncode == 0, done.stderr
    return into


def test_it_does_no_harm_and_gives_the_same_bits(sanitized):
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout
    done = subprocess.run([sys.executable, "-c", RUN, sanitized, *(HERE / name for name in TESTS)], cwd=ROOT,
                          capture_output=True, text=True, check=False, timeout=150,
                          env={**os.environ, "LD_PRELOAD": library.strip(), "PYTHONMALLOC": "malloc",
                               "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=8"})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert " passed" in done.stdout
