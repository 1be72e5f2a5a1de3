"""The same script prints the same lines on CPython and on the MicroPython VM."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/both/cases").glob("*.py"))
BESIDE = Path(sys.executable).with_name("micropython")
VM = str(BESIDE) if BESIDE.exists() else shutil.which("micropython")


def printed(command, **path):
    environment = {**os.environ, **path, "PYTHONHASHSEED": "1"}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]
    return done.stdout.decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_case_prints_the_same_on_cpython_and_on_micropython(case):
    if VM is None:
        assert os.environ.get("CI") != "true", "CI must have the MicroPython VM"
        pytest.skip("no micropython beside the Python that runs the tests")
    expected = printed([sys.executable, str(case)], PYTHONPATH=str(ROOT))
    assert expected.strip()
    assert printed([VM, str(case)], MICROPYPATH=f"{ROOT}:.frozen") == expected


def test_there_are_cases_for_console_and_store():
    assert {"line_editor", "interpreter", "store"} <= {case.stem for case in CASES}
