import os
import subprocess
import sys
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.description import NorFlash as Geometry
from hal.flash import FlashError
from sim.devices.flash import AFTER, BEFORE, INSIDE, NorFlash, PowerCut
from sim.devices.flash_cells import FlashFileError, set_aside

SMALL = Geometry(size=16 * 1024, sector=4096, page=256)


def test_the_erase_of_each_sector_is_counted():
    flash = NorFlash(SMALL)
    for at in (0, 4096, 4096):
        flash.erase(at)
    flash.program(0, b"\0")
    assert list(flash.wear) == [1, 2, 0, 0]
    assert flash.operations == 4


def test_an_image_is_what_the_chip_starts_with():
    image = Random(1).randbytes(SMALL.size)
    assert NorFlash(SMALL, image).image() == image
    with pytest.raises(ValueError, match="chip of 16384"):
        NorFlash(SMALL, image[:-1])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(
    st.tuples(st.just("erase"), st.integers(0, 3)),
    st.tuples(st.just("program"), st.integers(0, 4095), st.binary(min_size=1, max_size=600), st.integers(0, 3))),
    max_size=12))
def test_memory_behaves_as_an_array_of_bits(steps):
    flash, model = NorFlash(SMALL), bytearray(b"\xff" * SMALL.size)
    for step in steps:
        if step[0] == "erase":
            at = step[1] * 4096
            flash.erase(at)
            model[at:at + 4096] = b"\xff" * 4096
        else:
            at, data = step[3] * 4096 + step[1], step[2][:4096 - step[1]]
            flash.program(at, data)
            for index, octet in enumerate(data):
                model[at + index] &= octet
    assert flash.image() == bytes(model)


@pytest.mark.parametrize("how, expected", [(BEFORE, b"\xff" * 4), (AFTER, b"\x11\x22\x33\x44")])
def test_a_cut_before_or_after_leaves_nothing_or_all(how, expected):
    flash = NorFlash(SMALL)
    flash.cut_at(1, how)
    with pytest.raises(PowerCut):
        flash.program(10, b"\x11\x22\x33\x44")
    assert flash.image()[10:14] == expected


def test_the_cut_comes_at_the_operation_asked_for_and_the_chip_is_then_dead():
    flash = NorFlash(SMALL)
    flash.erase(0)
    flash.cut_at(2, AFTER)
    flash.program(0, b"\x01")
    with pytest.raises(PowerCut):
        flash.program(1, b"\x02")
    for call in (lambda: flash.read(0, 1), lambda: flash.erase(0), lambda: flash.program(0, b"")):
        with pytest.raises(PowerCut):
            call()
    flash.power_on()
    assert flash.read(0, 3) == b"\x01\x02\xff"


def test_a_power_cut_is_swallowed_by_no_firmware():
    assert not issubclass(PowerCut, Exception)


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_inside_a_program_leaves_pages_done_one_torn_and_the_rest_alone(seed):
    flash = NorFlash(SMALL, seed=seed)
    data = bytes(range(1, 251)) * 4
    at = 200
    flash.cut_at(1, INSIDE)
    with pytest.raises(PowerCut):
        flash.program(at, data)
    got = flash.image()[at:at + len(data)]
    borders = [0, 56, 312, 568, 824, len(data)]
    pages = list(pairwise(borders))
    start, end = next((one, other) for one, other in pages if got[one:other] != data[one:other])
    assert got[:start] == data[:start]
    assert all(have & want == want for have, want in zip(got[start:end], data[start:end], strict=True))
    assert got[end:] == b"\xff" * (len(data) - end)
    assert flash.image()[:at] == b"\xff" * at


def test_a_cut_inside_an_erase_leaves_that_sector_undefined_and_no_other():
    states = set()
    for seed in range(10):
        flash = NorFlash(SMALL, b"\x5a" * SMALL.size, seed=seed)
        flash.cut_at(1, INSIDE)
        with pytest.raises(PowerCut):
            flash.erase(4096)
        image = flash.image()
        assert image[:4096] == b"\x5a" * 4096
        assert image[8192:] == b"\x5a" * 8192
        states.add(image[4096:8192])
    assert len(states) == 10
    assert not states & {b"\x5a" * 4096, b"\xff" * 4096}


def test_equal_seeds_tear_equally():
    def torn(seed):
        flash = NorFlash(SMALL, seed=seed)
        flash.cut_at(1, INSIDE)
        with pytest.raises(PowerCut):
            flash.program(0, bytes(2000))
        return flash.image()
    assert torn(3) == torn(3)
    assert torn(3) != torn(4)


def test_a_file_is_created_erased_and_holds_what_was_programmed(tmp_path):
    path = str(tmp_path / "flash.bin")
    flash = NorFlash(SMALL, path=path)
    assert os.listdir(tmp_path) == ["flash.bin"]
    flash.program(100, b"kept")
    flash.close()
    again = NorFlash(SMALL, path=path)
    assert again.read(99, 6) == b"\xffkept\xff"
    again.close()
    assert os.path.getsize(path) == SMALL.size


def test_a_killed_process_loses_nothing(tmp_path):
    path = str(tmp_path / "flash.bin")
    script = ("import os, sys; from hal.description import NorFlash as G; from sim.devices.flash import NorFlash;"
              f"NorFlash(G(16384, 4096, 256), path={path!r}).program(0, b'alive'); os.kill(os.getpid(), 9)")
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    flash = NorFlash(SMALL, path=path)
    assert flash.read(0, 5) == b"alive"
    flash.close()


def test_two_boards_do_not_share_a_flash_file(tmp_path):
    path = str(tmp_path / "flash.bin")
    first = NorFlash(SMALL, path=path)
    with pytest.raises(FlashFileError, match=r"flash\.bin: another board is running"):
        NorFlash(SMALL, path=path)
    first.close()
    first.close()
    NorFlash(SMALL, path=path).close()


def test_a_file_of_the_wrong_size_is_refused_kept_and_can_be_set_aside(tmp_path):
    path = tmp_path / "flash.bin"
    path.write_bytes(b"holiday photographs")
    with pytest.raises(FlashFileError, match=r"holds 19 octets, the board's flash 16384: it belongs to another board"):
        NorFlash(SMALL, path=str(path))
    assert path.read_bytes() == b"holiday photographs"
    assert set_aside(str(path)) == f"{path}.bad"
    NorFlash(SMALL, path=str(path)).close()
    assert (tmp_path / "flash.bin.bad").read_bytes() == b"holiday photographs"
    assert set_aside(str(path)) == f"{path}.bad.1"


def test_paths_that_cannot_hold_a_flash_are_named(tmp_path):
    with pytest.raises(FlashFileError, match=r"nowhere/flash\.bin: the flash file cannot be created"):
        NorFlash(SMALL, path=str(tmp_path / "nowhere" / "flash.bin"))
    with pytest.raises(FlashFileError, match="cannot be opened"):
        NorFlash(SMALL, path=str(tmp_path))
    with pytest.raises(FlashFileError, match="no regular file"):
        NorFlash(SMALL, path="/dev/null")


def test_program_across_a_sector_is_refused():
    flash = NorFlash(SMALL)
    with pytest.raises(FlashError, match="crosses a sector"):
        flash.program(4090, bytes(10))
