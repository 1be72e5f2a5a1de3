"""A board a test; the VM's absence fails in CI and skips on a user's machine."""


import pytest

from tests.present import need_vm
from tests.upy.rig import Board, install


@pytest.fixture(scope="session")
def image(tmp_path_factory):
    """A folder with the flashed firmware, to be copied."""
    need_vm()
    folder = tmp_path_factory.mktemp("image")
    install(folder)
    return folder


@pytest.fixture
def board(image, tmp_path):
    made = Board(image, tmp_path / "board", [("address", "127.0.0.250")])
    yield made
    made.stop()
