"""A board a test; the VM's absence fails in CI and skips on a user's machine."""

import os

import pytest

from sim.devboard.vm import MissingVm, find_vm
from tests.upy.rig import Board, install


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """A folder with the flashed firmware, to be copied."""
    try:
        find_vm()
    except MissingVm as missing:
        assert os.environ.get("CI") != "true", "CI must have the MicroPython VM"
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("image")
    install(folder)
    return folder


@pytest.fixture
def board(image, tmp_path):
    made = Board(image, tmp_path / "board", [("address", "127.0.0.250")])
    yield made
    made.stop()
