"""`gatesim run`: serial lines, scripts, the end of a run, and what a user may get wrong."""

import os
import random
import signal
import socket
import stat
import subprocess

import pytest

from sim.cli import main
from tests.cli.gatesim import ROOT, Running, command, gatesim, inside, refused

ISSUE = r"""printf '!config add MSP0 /ec-type 1\r!config write\r!config activate\r!config show MSP0\r'"""
TRANSCRIPT = ("IP1203 15r1sr4 main\nIP1203> !config add MSP0 /ec-type 1\nok\nIP1203> !config write\nok\n"
              "IP1203> !config activate\nok\nIP1203> !config show MSP0\nconfig change MSP0 /ec-type 1\nIP1203> ")
ISOLATED = ("-net", "none")


def test_lines_piped_in_give_the_transcript_that_the_manual_shows():
    line = f"{ISSUE} | {' '.join(command('run', '-M', 'ip1203', '-serial', 'stdio', '--until-idle'))}"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, check=False, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().replace("\r\n", "\n") == TRANSCRIPT
    assert done.stderr.decode().startswith("network on 127.0.0.")


def test_a_run_on_virtual_time_is_the_same_again_to_the_octet(tmp_path):
    script = b"\r".join([
        b"config add GW-DECT MASTER /mode active /sari 31100422072149", b"config add GW-DECT RADIO /master 127.0.0.2",
        b"config activate", b"config add CMD0 /name A%20B", b"config write", b"reset", b"config show",
        b"mod cmd GW-DECT status", b""])

    def run(number):
        done = subprocess.run(
            command("run", *ISOLATED, "-icount", "-serial", "stdio", "--until-idle", "--seed", 3,
                    "-device", "handset,ipei=0466003541858", "--pcap", tmp_path / f"{number}.pcap"),
            cwd=ROOT, input=script, capture_output=True, check=False, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stdout, (tmp_path / f"{number}.pcap").read_bytes()

    first = run(1)
    assert b"/name A%20B" in first[0].split(b"reset", 1)[1]
    assert run(2) == first


def test_a_script_with_bom_and_crlf_is_carried_out_and_goes_on_after_a_reset(tmp_path):
    script = tmp_path / "lines.txt"
    script.write_bytes(b"\xef\xbb\xbfconfig add CMD0 /name Nico\r\n# a comment\r\n\r\n"
                       b"config write\r\nreset\r\nconfig show\r\n")
    done = gatesim("run", *ISOLATED, "-icount", "-serial", "none", "--script", script, "--until-idle")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        f"{script}:1: config add CMD0 /name Nico -> ok", f"{script}:4: config write -> ok",
        f"{script}:5: reset -> ok", f"{script}:6: config show -> config change CMD0 /name Nico"]


def test_a_script_that_cannot_be_read_is_refused_before_the_boot(tmp_path):
    assert refused(gatesim("run", "-serial", f"pty:{tmp_path / 'link'}", "--script", tmp_path / "absent"),
                   "cannot read the script", "No such file")
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("form", ["pty", "pty:{}/link", "unix:{}/socket", "tcp:127.0.0.1:0"])
def test_a_console_reaches_the_board_over_every_kind_of_line(form, tmp_path):
    with Running(*ISOLATED, "-serial", form.format(tmp_path)) as board:
        port = board.port()
        port = "unix:" + port if form.startswith("unix") else port
        port = str(tmp_path / "link") if "link" in form else port
        done = gatesim("console", port, input="config add CMD0 /name Nico\nconfig show\r\n")
        assert done.returncode == 0, done.stderr
        said = done.stdout.replace("\r\n", "\n")
        assert said.endswith("config show\nconfig change CMD0 /name Nico\nIP1203> ")
        # Another user after the first, on the same running board.
        again = gatesim("console", port, "--quiet-after", "0.2", input="config show\n")
        assert again.stdout.replace("\r\n", "\n").endswith("config change CMD0 /name Nico\nIP1203> ")
        assert board.end() == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
@pytest.mark.parametrize("serial", ["pty:{}/line", "unix:{}/line"])
def test_the_end_of_a_run_leaves_no_link_no_socket_and_no_lock(number, status, serial, tmp_path):
    options = (*ISOLATED, "-serial", serial.format(tmp_path), "-flash", tmp_path / "chip")
    with Running(*options) as board:
        board.port()
        assert os.path.lexists(tmp_path / "line")
        assert board.end(number) == status
        assert "Traceback" not in board.said
    assert [path.name for path in tmp_path.iterdir()] == ["chip"]
    done = gatesim("run", *ISOLATED, "-icount", "-serial", "none", "--until-idle", "-flash", tmp_path / "chip")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_run_on_virtual_time_without_end_can_be_stopped(number, status, tmp_path):
    with Running(*ISOLATED, "-icount", "-serial", "none", "--script", script(tmp_path)) as board:
        board.find("(-> ok)")
        assert board.end(number) == status
        assert "Traceback" not in board.said


def script(tmp_path):
    path = tmp_path / "lines"
    path.write_text("config write\n")
    return path


def test_a_killed_run_leaves_a_flash_that_the_next_can_use(tmp_path):
    with Running(*ISOLATED, "-serial", "pty", "-flash", tmp_path / "chip", "--script", script(tmp_path)) as board:
        board.find("(-> ok)")
        assert board.end(signal.SIGKILL) == -signal.SIGKILL
    done = gatesim("run", *ISOLATED, "-icount", "-serial", "none", "--until-idle", "-flash", tmp_path / "chip")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("words", "parts"), [
    (("-M", "ip9999"), ("no board 'ip9999'", "ip1203")),
    (("-M", "ip1203", "--fw", "nonsense"), ("a release is written like 15r1",)),
    (("-M", "ip1203", "--fw", "12r1"), ("firmware 12r1 does not run on IP1203: it needs 13r1 or later",)),
    (("-M", "ip1202/4s", "--fw", "13r1sr7"), ("it needs 13r1sr8 or later",)),
    (("-serial", "telepathy"), ("a serial line is pty[:LINK], stdio",)),
    (("-serial", "tcp:127.0.0.1:x"), ("no whole number",)),
    (("-serial", "tcp:127.0.0.1:99999"), ("port",)),
    (("-serial", "unix:/nowhere/at/all"), ("No such file",)),
    (("-serial", "pty:/nowhere/link"), ("no link", "No such file")),
    (("-icount", "-net", "none", "-serial", "pty"), ("virtual time has no real lines",)),
    (("-icount",), ("add -net none",)),
    (("-net", "wifi"), ("a network is host",)),
    (("-net", "host=10.0.0.1"), ("an address on loopback",)),
    (("-net", "host=127.0.0"), ("an address on loopback",)),
    (("-device", "toaster"), ("a device is handset",)),
    (("-M", "upy-unix", "-device", "handset,ipei=0466003541858"), ("the UPY-UNIX has no radio",)),
    (("-device", "handset"), ("IPEI is missing",)),
    (("-device", "handset,ipei=0466003541857"), ("check digit",)),
    (("-device", "handset,ipei=0466003541858,play=/nowhere.wav"), ("nowhere.wav",)),
    (("-device", "handset,ipei=0466003541858,x=far"), ("x=far is no number",)),
    (("-device", "handset,ipei=0466003541858,floor=attic"), ("floor: 'attic' is no whole number",)),
    (("-device", "handset,ipei=0466003541858,answer=-1"), ("answer=-1 is less than 0",)),
    (("-device", "handset,ipei=0466003541858,wideband=yes"), ("it is on or off",)),
    (("-device", "handset,ipei=0466003541858,model=ip61,wideband=on"), ("IP61: this model has no wideband",)),
    (("-device", "handset,ipei=0466003541858,model=ip62"), ("a handset is one of", "d83 Talker")),
    (("-device", "handset,ipei=0466003541858,record=/nowhere/x.wav"), ("/nowhere/x.wav: No such file or directory",)),
    (("-flash", "/nowhere/chip"), ("cannot be created",)),
    (("-flash", "/"), ("cannot be opened",)),
    (("-flash", "/dev/null"), ("no regular file",)),
    (("--pcap", "/nowhere/x.pcap"), ("cannot write /nowhere/x.pcap",)),
    (("--unknown",), ("unrecognized arguments",)),
    (("--seed", "x"), ("invalid int",)),
])
def test_a_wrong_option_is_answered_with_status_2_and_what_is_right(words, parts, capsys):
    words = words if "-net" in words or "-icount" in words else (*ISOLATED, *words)
    assert refused(inside(capsys, "run", *words), *parts)


def test_a_second_board_on_an_address_that_is_in_use_is_refused_before_its_boot():
    with Running("-serial", "pty") as board:
        address = board.find(r"network on (\S+)")
        assert refused(gatesim("run", "-serial", "stdio", "-net", f"host={address}"),
                       f"-net host={address}: port", "in use", "is another board running there?")
        # Without an address it takes another one.
        done = gatesim("run", "-serial", "stdio", "--until-idle")
        assert done.returncode == 0
        assert f"network on {address}\n" not in done.stderr


def test_a_port_that_only_the_board_needs_is_named_when_it_is_refused(tmp_path):
    lines = tmp_path / "lines"
    lines.write_text("config add HTTP0 /port 8081\nconfig write\n")
    chip = tmp_path / "chip"
    gatesim("run", *ISOLATED, "-icount", "-serial", "none", "--until-idle", "-flash", chip, "--script", lines)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.243", 8081))
        squatter.listen()
        done = gatesim("run", "-serial", "none", "-net", "host=127.0.0.243", "--until-idle", "-flash", chip)
    assert done.returncode == 0
    assert "HTTP0 is without tcp port 8081: address already in use" in done.stderr


def test_a_serial_port_in_use_is_refused():
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        assert refused(gatesim("run", *ISOLATED, "-serial", f"tcp:127.0.0.1:{port}"), "address already in use")


def test_without_permission_for_the_pty_the_user_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr("sim.devices.uart_backends.os.access", lambda path, mode: False)
    assert main(["run", *ISOLATED, "-serial", "pty"]) == 2
    assert "join the group that owns it, or use -serial tcp:" in capsys.readouterr().err


def test_without_any_pty_the_user_is_told_what_to_do(monkeypatch, capsys):
    def no_pty():
        raise OSError(2, "out of pty devices")

    monkeypatch.setattr("sim.devices.uart_backends.os.openpty", no_pty)
    assert main(["run", *ISOLATED, "-serial", "pty"]) == 2
    assert "no pseudo-terminal can be opened: out of pty devices" in capsys.readouterr().err


def test_a_plain_file_where_the_socket_should_be_is_not_removed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    assert refused(gatesim("run", *ISOLATED, "-serial", f"unix:{tmp_path / 'precious'}"), "a file that is no socket")
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_reader_that_has_gone_ends_the_run_quietly():
    lines = " ; ".join(["echo config show"] * 5)
    line = f"({lines}) | {' '.join(command('check', '-'))} | true"
    done = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert done.stderr == ""


def test_the_socket_file_is_a_socket_while_the_board_runs(tmp_path):
    with Running(*ISOLATED, "-serial", f"unix:{tmp_path / 'line'}") as board:
        board.port()
        assert stat.S_ISSOCK((tmp_path / "line").stat().st_mode)


@pytest.mark.parametrize("noise", [b"x" * (1 << 20), b"\0" * (1 << 17), random.Random(8).randbytes(1 << 16)],
                         ids=["a line of 1 MiB", "NUL", "random octets"])
def test_no_noise_on_the_serial_line_keeps_the_board_from_answering_the_next_line(noise):
    done = subprocess.run(command("run", *ISOLATED, "-icount", "-serial", "stdio", "--until-idle"), cwd=ROOT,
                          input=noise + b"\rconfig show LED\r", capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith(b"config show LED\r\nconfig change LED\r\nIP1203> ")
    if noise[:1] == b"x":
        assert b"error: a line may have" in done.stdout
