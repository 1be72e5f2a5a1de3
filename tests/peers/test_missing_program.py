"""What this folder's conftest makes of a program that is not there."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
TEST = """\
from sim.peers.programs.process import find


def test_meets_a_program():
    find("no-such-program", "its-package")
"""


@pytest.mark.parametrize(("environment", "status", "said"), [
    ({}, 0, "1 skipped"), ({"CI": "true"}, 1, "1 failed")], ids=["user", "CI"])
def test_a_missing_program_skips_for_a_user_and_fails_in_ci(tmp_path, environment, status, said):
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "test_one.py").write_text(TEST)
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tmp_path,
         tmp_path],
        check=False, cwd=HERE.parent.parent, env={**kept, **environment}, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    assert said in done.stdout
    assert "no-such-program is not installed: apt-get install its-package" in done.stdout
