"""The three places where the same firmware has a console on a serial line."""

import signal

import pytest

from tests.cli.gatesim import Running, gatesim
from tests.present import need_programs, need_vm
from tools import target

TARGETS = ("emu", "upy", "qemu")


def pytest_generate_tests(metafunc):
    if "port" in metafunc.fixturenames:
        metafunc.parametrize("port", metafunc.config.getoption("--target") or TARGETS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def port(request, tmp_path_factory):
    """The serial line of a board that has just booted with an empty configuration."""
    yield from {"emu": emulated, "upy": micropython, "qemu": behind_the_link}[request.param](tmp_path_factory)


def emulated(folders, *options):
    with Running("-M", "ip1203", "-net", "none", "-serial", "pty", *options) as board:
        yield board.port()
        assert board.end(signal.SIGTERM) == 0, board.said


def micropython(folders):
    need_vm()
    folder = folders.mktemp("upy") / "board"
    words = ("flash", "--board", "upy-unix", "--folder", folder)
    done = gatesim(*words)
    assert done.returncode == 0, done.stderr
    yield str(folder / "port")
    assert gatesim(*words, "--stop").returncode == 0


def behind_the_link(folders):
    need_programs("qemu-system-arm", "arm-none-eabi-gcc")
    target.board_image("mps2-an500")
    folder = folders.mktemp("dsp") / "board"
    words = ("flash", "--board", "mps2-an500", "--folder", folder)
    assert gatesim(*words).returncode == 0
    yield from emulated(folders, "-device", f"dsp,port={folder / 'port'}")
    assert gatesim(*words, "--stop").returncode == 0
