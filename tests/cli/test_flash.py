"""`gatesim run -flash FILE`: a file that cannot be used is kept, the board boots and says so."""

import os
import random

import pytest

import boards
from sim.devices.flash import NorFlash
from tests.cli.gatesim import Running, gatesim, inside, refused

QUICK = ("run", "-net", "none", "-icount", "-serial", "none", "--until-idle")
ALARMS = "mod cmd LOG0/FAULT xml-alarms"
FLASH = boards.find("ip1203").flash


@pytest.fixture
def run(tmp_path, capsys):
    """Run a board on tmp_path/chip with some console lines; what is on standard error."""
    def started(*lines, words=(), status=0):
        script = tmp_path / "lines"
        script.write_text("".join(line + "\n" for line in lines))
        done = inside(capsys, *QUICK, "-flash", tmp_path / "chip", "--script", script, *words)
        script.unlink()
        assert done.returncode == status, done.stderr
        return done.stderr

    return started


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def foreign_files():
    whole = random.Random(5).randbytes(FLASH.size)
    yield "truncated", whole[:FLASH.size - 1], "is cut short"
    yield "empty", b"", "is cut short"
    yield "too long", whole + b"\xff", "belongs to another board"
    yield "photographs", whole, "no firmware of ours"
    yield "zeros", bytes(FLASH.size), "no firmware of ours"


@pytest.mark.parametrize(("content", "reason"), [one[1:] for one in foreign_files()],
                         ids=[one[0] for one in foreign_files()])
def test_a_file_that_is_no_flash_of_ours_is_kept_and_the_board_boots_with_an_alarm(content, reason, run, tmp_path):
    (tmp_path / "chip").write_bytes(content)
    said = run(ALARMS, "config show")
    first = said.splitlines()[0]
    assert first.startswith(f"gatesim run: {tmp_path / 'chip'}")
    assert reason in first
    assert first.endswith(f"it is kept as {tmp_path / 'chip.bad'}, a new one has been begun")
    assert 'type="alarm"' in said
    assert reason in said.splitlines()[1]
    assert (tmp_path / "chip.bad").read_bytes() == content
    # The new file is a good one.
    assert "alarm" not in run(ALARMS).replace("xml-alarms", "")
    assert names(tmp_path) == ["chip", "chip.bad"]


def test_a_flash_that_was_truncated_later_does_not_cost_the_one_kept_before(run, tmp_path):
    contents = []
    for number in range(4):
        run(f"config add CMD0 /name N{number}", "config write")
        contents.append((tmp_path / "chip").read_bytes()[:1000 + number])
        (tmp_path / "chip").write_bytes(contents[-1])
    run("config show")
    assert names(tmp_path) == ["chip", "chip.bad", "chip.bad.1", "chip.bad.2", "chip.bad.3"]
    kept = [(tmp_path / name).read_bytes() for name in ("chip.bad", "chip.bad.1", "chip.bad.2", "chip.bad.3")]
    assert kept == contents


def test_the_flash_of_another_board_is_kept_for_it(run, tmp_path):
    run("config add CMD0 /name Other", "config write", words=("-M", "ip1202"))
    said = run("config show")
    assert "it holds the flash of an IP1202, not of an IP1203" in said
    assert "config show -> \n" in said or said.rstrip().endswith("config show ->")
    (tmp_path / "chip.bad").replace(tmp_path / "chip")
    assert "/name Other" in run("config show", words=("-M", "ip1202"))


def test_any_damaged_byte_leaves_a_board_that_boots_with_the_saved_or_the_last_good_copy(run, tmp_path):
    run("config add CMD0 /name First", "config write", "config add CMD0 /name Second", "config write")
    good = (tmp_path / "chip").read_bytes()
    for region in boards.find("ip1203").regions:
        for at in (region.at, region.at + 15, region.at + 64, region.at + 256, region.at + region.size - 1):
            bad = bytearray(good)
            bad[at] ^= 0x10
            (tmp_path / "chip").write_bytes(bad)
            said = run("config show CMD0", "mod cmd CMD0 xml-info")
            assert "/name Second" in said or "/name First" in said
            assert names(tmp_path) == ["chip"]
            if at != region.at or good[at] == 0xFF:
                continue
            alarms = run(ALARMS)
            assert "FLASHMAN0" in alarms or region.name == "firmware"


def test_an_erased_file_is_a_new_chip_without_an_alarm(run, tmp_path):
    (tmp_path / "chip").write_bytes(b"\xff" * FLASH.size)
    assert "alarm " not in run(ALARMS)
    assert names(tmp_path) == ["chip"]


def test_a_file_that_another_board_uses_is_neither_used_nor_moved(tmp_path):
    chip = tmp_path / "chip"
    with Running("-net", "none", "-serial", "pty", "-flash", chip) as board:
        board.port()
        assert refused(gatesim(*QUICK, "-flash", chip), f"{chip}: another board is running on this flash file")
        assert board.end() == 0
    assert names(tmp_path) == ["chip"]


def test_a_foreign_file_in_use_is_not_moved_either(tmp_path, capsys):
    small = NorFlash(FLASH._replace(size=1 << 20), path=str(tmp_path / "small"))
    assert refused(inside(capsys, *QUICK, "-flash", tmp_path / "small"), "another board is running")
    small.close()
    assert names(tmp_path) == ["small"]


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")])
def test_a_file_that_may_not_be_opened_is_refused(error, tmp_path, capsys, monkeypatch):
    (tmp_path / "chip").write_bytes(b"x")

    def no(*given):
        raise error

    monkeypatch.setattr("sim.devices.flash_cells.os.open", no)
    assert refused(inside(capsys, *QUICK, "-flash", tmp_path / "chip"), "cannot be opened", error.strerror)
    assert names(tmp_path) == ["chip"]


def test_a_file_that_cannot_be_set_aside_is_refused_and_left(tmp_path, capsys, monkeypatch):
    (tmp_path / "chip").write_bytes(b"x")

    def no(*given, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sim.devices.flash_cells.os.link", no)
    assert refused(inside(capsys, *QUICK, "-flash", tmp_path / "chip"), "cannot be set aside", "name another file")
    assert (tmp_path / "chip").read_bytes() == b"x"


def test_a_directory_is_refused(tmp_path, capsys):
    assert refused(inside(capsys, *QUICK, "-flash", tmp_path), "cannot be opened")


def test_a_refused_run_leaves_no_lock_on_the_flash(tmp_path, capsys):
    assert refused(inside(capsys, *QUICK, "-flash", tmp_path / "chip", "--fw", "12r1"), "does not run on IP1203")
    assert inside(capsys, *QUICK, "-flash", tmp_path / "chip").returncode == 0


def test_the_release_asked_for_is_flashed_and_stays(run):
    assert 'version="14r1sr2"' in run("mod cmd CMD0 box-info", words=("--fw", "14r1sr2"))
    assert 'version="14r1sr2"' in run("mod cmd CMD0 box-info")


def test_the_file_belongs_to_the_user_alone_to_change(run, tmp_path):
    run("config show")
    assert os.stat(tmp_path / "chip").st_mode & 0o777 == 0o644
