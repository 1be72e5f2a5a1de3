"""Real programs: their absence fails in CI and skips, with the reason, on a user's machine."""

import os

import pytest

from sim.peers.programs.process import MissingProgram
from tests.peers.lab import Lab


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    error = call.excinfo
    if error is not None and error.errisinstance(MissingProgram) and not os.environ.get("CI"):
        report = outcome.get_result()
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1], f"Skipped: {error.value}")


@pytest.fixture
def lab(tmp_path):
    made = Lab(tmp_path)
    yield made
    made.close()
