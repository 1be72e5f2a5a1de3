"""`gatesim flash` against a board in memory: whatever is cut, the board boots the old or the new."""

import contextlib
import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.line import LineLost
from sim.status import UserError
from tests.tools.flash.fake import Fake, Files, PowerCut
from tools.flash import repl
from tools.flash.board import explained
from tools.flash.flasher import Flasher, NotRunning, Wanted, Watcher
from tools.flash.images import image
from tools.flash.repl import FlashError

ROOT = pathlib.Path(__file__).resolve().parents[3]
STAGED = (ROOT / "hal" / "ports" / "staged.py").read_bytes()
WANTED = Wanted("rp2", "rp2", "armv7emsp")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(repl, "SILENCE", 0.0)
    monkeypatch.setattr(repl, "PAUSE", 0.0)


def version(number, more=()):
    """Images of one release: files that change, one that does not, one of its own."""
    return [image("main.py", b"# start\n"), image("staged.py", STAGED), image("a.mpy", b"a%d" % number * 40),
            image("deep/down/b.mpy", bytes([number]) * 300), image(f"only{number}.mpy", b"x"), *more]


def held(images):
    return {one.path: one.data for one in images}


def flash(board, images, force=False, watcher=None):
    return Flasher(board, WANTED, images, watcher, force).run()


def fresh(**options):
    return Fake(Files(), **options)


def flashed(images):
    """The file system after a first run."""
    board = fresh()
    flash(board, images)
    return board.files


def copy(files):
    return Files(files.files, files.capacity)


@pytest.mark.parametrize("dialect", ["paste", "no paste", "old"])
def test_a_board_gets_all_files_and_the_second_run_nothing(dialect):
    board = fresh(dialect=dialect)
    first = flash(board, version(1))
    assert board.boots[-1] == held(version(1))
    assert (len(first["written"]), first["unchanged"], first["prompt"]) == (5, 0, "FAKE")
    before = board.files.changes
    second = flash(board, version(1))
    assert (second["written"], second["unchanged"]) == ([], 5)
    assert board.files.changes == before


def test_only_what_changed_is_written_and_what_has_no_successor_goes_with_its_folder():
    board = Fake(flashed([*version(1), image("gone/too/c.mpy", b"c")]))
    report = flash(board, version(2))
    assert sorted(report["written"]) == ["a.mpy", "deep/down/b.mpy", "only2.mpy"]
    assert report["removed"] == ["gone/too/c.mpy", "only1.mpy"]
    assert board.boots[-1] == held(version(2))
    assert "gone" not in board.files.folders and "gone/too" not in board.files.folders


def test_a_file_of_ours_that_was_altered_or_deleted_on_the_board_is_written_again():
    files = flashed(version(1))
    files.files["a.mpy"] += b"!"
    del files.files["only1.mpy"]
    report = flash(Fake(files), version(1))
    assert sorted(report["mended"]) == sorted(report["written"]) == ["a.mpy", "only1.mpy"]
    assert files.files["a.mpy"] == held(version(1))["a.mpy"]


def test_a_file_without_a_successor_that_was_altered_is_left_to_its_user():
    board = Fake(flashed(version(1)))
    board.files.files["only1.mpy"] = b"my own work"
    report = flash(board, version(2))
    assert (report["kept"], report["removed"]) == (["only1.mpy"], [])
    for number in (1, 2):
        if number == 1:
            with pytest.raises(UserError, match=r"not gatesim's are in the way: only1\.mpy"):
                flash(board, version(1))
        else:
            assert flash(board, version(2))["kept"] == []
        assert board.files.files["only1.mpy"] == b"my own work"


@pytest.mark.parametrize("content", [b"", b"\xff\x00" * 50, b"- boot.py\nx boot.py\n0123 boot.py\n", b"boot.py\n" * 9])
def test_a_damaged_list_costs_no_foreign_file(content):
    board = Fake(Files({"boot.py": b"mine", "gatesim.list": content}))
    flash(board, version(1))
    assert board.files.files["boot.py"] == b"mine"


@pytest.mark.parametrize("path", ["main.py", "a.py", "deep/down/b.py"])
def test_a_foreign_file_in_the_way_is_named_and_left(path):
    board = fresh()
    board.files.files[path] = b"mine"
    with pytest.raises(UserError, match=f"not gatesim's are in the way: {path};"):
        flash(board, version(1))
    assert board.boots[-1] == {path: b"mine"}
    flash(board, version(1), force=True)
    assert board.boots[-1] == held(version(1))


def test_foreign_files_elsewhere_are_never_touched():
    foreign = {"boot.py": b"mine", "flash/config_a": b"settings", "deep/down/mine.py": b"x", "only7.mpy": b"mine too"}
    board = Fake(Files(foreign))
    for number in (1, 2, 1):
        flash(board, version(number))
        assert {path: data for path, data in board.files.files.items() if path in foreign} == foreign


def test_a_foreign_file_that_is_what_we_would_write_is_taken_for_ours():
    board = Fake(Files({"a.mpy": held(version(1))["a.mpy"]}))
    assert "a.mpy" not in flash(board, version(1))["written"]
    flash(board, [one for one in version(1) if one.path != "a.mpy"])
    assert "a.mpy" not in board.files.files


def test_a_folder_where_a_file_must_be_is_refused_even_with_force():
    board = Fake(Files({"a.mpy/x": b""}))
    with pytest.raises(UserError, match=r"folders on the board are where files must be: a\.mpy"):
        flash(board, version(1), force=True)
    assert board.files.files == {"a.mpy/x": b""}


@pytest.mark.parametrize(("options", "reason"), [
    ({"platform": "esp32"}, "wrong board: rp2 says rp2 of itself, but this one esp32"),
    ({"mpy": (4 << 10) | 6}, "architecture armv7emsp, but this one armv6m"),
    ({"mpy": (15 << 10) | 6}, "but this one number 15"),
    ({"version": (1, 18, 0)}, "MicroPython 1.18.0 is too old: 1.28.0 or later"),
    ({"mpy": (7 << 10) | 5}, "too old"),
    ({"name": "circuitpython"}, "runs circuitpython, not MicroPython"),
])
def test_a_wrong_board_is_refused_before_anything_is_written(options, reason):
    board = fresh(**options)
    with pytest.raises(UserError, match=reason):
        flash(board, version(1))
    assert board.files.files == {}
    assert board.boots[-1] == {} and len(board.boots) > 1


def test_a_full_file_system_is_said_before_writing_with_both_numbers():
    board = Fake(Files({"mine": bytes(3000)}, capacity=4096))
    with pytest.raises(UserError, match=r"file system is full: \d+ octets are needed beside what it holds, 1024 are"):
        flash(board, version(1))
    assert list(board.files.files) == ["mine"]


def test_a_full_file_system_takes_the_new_firmware_once_the_old_one_was_removed():
    """What the refusal says does help; until then the old firmware boots."""
    big = [[image("firmware/big.mpy", bytes([number]) * 2500)] for number in (1, 2)]
    board = Fake(Files(capacity=8192))
    flash(board, version(1, big[0]))
    board.files.capacity = board.files.used() + 2000
    with pytest.raises(UserError, match=r"The old firmware stays.*mpremote rm -r :firmware"):
        flash(board, version(2, big[1]))
    assert board.boots[-1] == held(version(1, big[0]))
    del board.files.files["firmware/big.mpy"]
    flash(board, version(2, big[1]))
    assert board.boots[-1] == held(version(2, big[1]))


def test_a_file_system_that_no_mend_makes_large_enough_is_told_from_a_full_one():
    board = Fake(Files(capacity=2048))
    with pytest.raises(UserError, match=r"too small: the firmware takes \d+ octets, it has 2048 in all"):
        flash(board, version(1, [image("big.mpy", bytes(2048))]))


def test_what_an_interrupted_run_has_left_does_not_stand_in_the_way_of_a_newer_one():
    old, new = ([image("firmware/big.mpy", bytes([number]) * 2500)] for number in (1, 2))
    board = Fake(Files(capacity=8192))
    flash(board, version(1, old))
    board.files.files["firmware/big.mpy.gwnew"] = bytes(2500)
    board.files.capacity = board.files.used() + 1000
    flash(board, version(1, new))
    assert board.boots[-1] == held(version(1, new))


def test_a_file_system_that_fills_on_the_way_leaves_the_old_firmware():
    board = Fake(flashed(version(1)))
    board.files._statvfs = lambda path: (256, 256, 4096, 4096, 4096)
    board.files.capacity = board.files.used() + 200
    board.reboot()
    with pytest.raises(FlashError, match="file system is full: remove files of your own"):
        flash(board, version(2))
    assert board.boots[-1] == held(version(1))


@pytest.mark.parametrize(("text", "words"), [
    ("OSError: 28", "full"), ("OSError: [Errno 28] ENOSPC", "full"), ("OSError: 30", "mounted as a drive"),
    ("OSError: 5", "worn"), ("MemoryError: memory allocation failed", "heap"), ("ValueError: x", "ValueError: x"),
])
def test_exceptions_on_the_board_are_explained(text, words):
    assert words in explained(text)


def test_a_flash_chip_that_forgets_is_noticed():
    board = fresh()
    real = board.files.open
    board.files.open = lambda path, mode="r": real(path if "r" in mode else "elsewhere", mode)
    board.globals = {"__builtins__": board._builtins()}
    with pytest.raises(FlashError, match="reads back otherwise than it was written"):
        flash(board, version(1))


def test_the_progress_counts_every_octet_written():
    class Counting(Watcher):
        demanded = done = 0

        def total(self, octets):
            self.demanded = octets

        def wrote(self, octets):
            self.done += octets

    watcher = Counting()
    big = image("big.mpy", bytes(range(256)) * 40)
    flash(fresh(), version(1, [big]), watcher=watcher)
    assert watcher.done == watcher.demanded == sum(len(one.data) for one in version(1, [big]))


def test_firmware_that_does_not_start_is_reported_with_what_the_board_says(monkeypatch):
    board = fresh()

    def boot():
        board.out += b'Traceback (most recent call last):\r\n  File "main.py"\r\nImportError: no module\r\n'

    monkeypatch.setattr(board, "boot", boot)
    monkeypatch.setattr(board, "reboot", lambda real=board.reboot: (real(), setattr(
        board, "out", board.out[:-6] + b"MicroPython v1\r\n>>> ")))
    with pytest.raises(NotRunning, match="ImportError: no module"):
        flash(board, version(1))


def survivors(files, old, new):
    """After any cut: the board boots the old or the new, and the next run makes it the new."""
    board = Fake(files)
    state = board.boots[-1]
    if state == held(new):
        outcome = "new"
    elif old is None or state == held(old):
        outcome = "old"
    else:
        raise AssertionError(f"neither old nor new: {sorted(state)}")
    flash(board, new)
    assert board.boots[-1] == held(new)
    assert not [path for path in files.files if path.endswith(".gwnew") or path == "gatesim.next"]
    return outcome


@pytest.mark.parametrize("first", [True, False], ids=["an empty board", "an older firmware"])
def test_the_cable_may_go_anywhere_in_the_protocol(first):
    old, new = (None if first else version(1)), version(2)
    start = Files() if first else flashed(old)
    whole = Fake(copy(start))
    flash(whole, new)
    # Nothing is written while it is looked at.
    positions = [*range(0, whole.written, 211), *range(whole.written - 20, whole.passed, 11), whole.passed - 1]
    outcomes = []
    for position in positions:
        board = Fake(copy(start))
        board.cut_at = position
        with pytest.raises(LineLost):
            flash(board, new)
        outcomes.append(survivors(board.files, old, new))
    assert outcomes[0] == "old" and outcomes[-1] == "new"
    assert outcomes == sorted(outcomes, reverse=True)


@pytest.mark.parametrize("first", [True, False], ids=["an empty board", "an older firmware"])
def test_the_power_may_go_before_every_operation_of_the_file_system(first):
    old, new = (None if first else version(1)), version(2)
    start = Files() if first else flashed(old)
    whole = copy(start)
    flash(Fake(whole), new)
    outcomes = []
    for budget in range(whole.changes):
        files = copy(start)
        files.budget = budget
        with contextlib.suppress(LineLost, PowerCut):
            flash(Fake(files), new)
        # The power goes a second time while the board completes what was begun.
        for again in range(4):
            files.budget = again
            with contextlib.suppress(PowerCut):
                Fake(files)
        files.budget = None
        outcomes.append(survivors(files, old, new))
    assert outcomes == sorted(outcomes, reverse=True)
    assert "old" in outcomes and "new" in outcomes


def test_what_an_interrupted_run_has_staged_is_not_sent_again():
    new = version(2)
    whole = fresh()
    flash(whole, new)
    board = fresh()
    board.cut_at = whole.passed * 3 // 4
    with pytest.raises(LineLost):
        flash(board, new)
    assert flash(Fake(board.files), new)["resumed"]


def test_what_an_interrupted_run_of_another_version_has_staged_does_not_come_in():
    board = Fake(flashed(version(1)))
    board.files.files["staged.py.gwnew"] = b"raise SystemExit"
    board.files.files["unknown.mpy.gwnew"] = b"?"
    board.files.files["a.mpy.gwnew"] = b"half"
    flash(board, version(2))
    assert board.boots[-1] == held(version(2))
    assert not [path for path in board.files.files if path.endswith(".gwnew")]


class Liar(Fake):
    """Keeps the protocol, and prints what it likes."""

    says = b""

    def _execute(self, code):
        self.out += self.says + b"\x04\x04>"


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60).filter(lambda data: b"\x04" not in data),
                 st.from_regex(r"micropython rp2 [0-9.]{1,8}( [0-9.-]{1,4}){5} .{0,9}").map(str.encode)))
def test_a_board_that_answers_nonsense_within_the_protocol_is_reported(says):
    board = Liar(Files())
    board.says = says
    with pytest.raises((FlashError, UserError)):
        flash(board, version(1))


class Babbler:
    """A line whose far end answers everything with the same."""

    def __init__(self, says):
        self.says, self.out = says, b""

    def write(self, data, seconds=None):
        self.out += self.says

    def wait(self, seconds=None, other=None):
        return bool(self.out), False

    def read(self):
        data, self.out = self.out, b""
        return data


@pytest.mark.parametrize("says", [b"", b"\xff\x00\x55" * 9, b"OK", b"raw REPL; CTRL-B to exit\r\n>", b"\x04\x04>",
                                  b">>> ", b"login: ", b"soft reboot\r\nraw REPL; CTRL-B to exit\r\n>R\x01",
                                  b"soft reboot\r\nraw REPL; CTRL-B to exit\r\n>R\x00OK1\x04\x04>"])
def test_garbage_answers_end_the_run_with_what_was_heard(says, monkeypatch):
    for name in ("ANSWER", "WORK"):
        monkeypatch.setattr(repl, name, 0.02)
    with pytest.raises(FlashError, match=r"MicroPython|the board"):
        flash(Babbler(says), version(1))
