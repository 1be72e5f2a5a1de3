import asyncio
import os
import pty
import socket
import stat
import termios

import pytest
import serial

from sim.devices.uart import Uart
from sim.devices.uart_backends import PtyBackend, StdioBackend
from sim.devices.uart_sockets import IN_USE, TcpBackend, UnixBackend
from sim.devices.uart_stream import BackendError
from sim.pace import Pace
from sim.time import Time

FAST = 4_000_000


def echoing(pace, backend):
    """A Uart whose firmware returns what it hears in capitals."""
    uart = Uart(pace.time, backend, baud=FAST)
    unsent = bytearray()

    def poll():
        unsent.extend(uart.read().upper())
        del unsent[:uart.write(bytes(unsent))]

    uart.wake = poll
    return uart


def talk(make, user):
    """Run `user(backend)` in a thread while the line is up; returns what it returned."""
    async def session():
        pace = Pace(Time())
        backend = make(pace)
        uart = echoing(pace, backend)
        running = asyncio.create_task(pace.run())
        try:
            return await asyncio.wait_for(asyncio.to_thread(user, backend), 20)
        finally:
            pace.stop()
            await running
            uart.close()
            uart.close()
    return asyncio.run(session())


def read(sock, length):
    sock.settimeout(5)
    data = b""
    while len(data) < length:
        more = sock.recv(65_536)
        if not more:
            break
        data += more
    return data


def test_a_users_serial_program_talks_through_the_pty():
    def user(backend):
        with serial.Serial(backend.path, 115_200, timeout=5) as port:
            port.write(b"config show\r")
            return port.read(12)
    assert talk(PtyBackend, user) == b"CONFIG SHOW\r"


def test_the_pty_outlives_the_program_that_had_it_open():
    def user(backend):
        answers = []
        for _ in range(3):
            with serial.Serial(backend.path, timeout=5) as port:
                port.write(b"abc")
                answers.append(port.read(3))
        return answers
    assert talk(PtyBackend, user) == [b"ABC"] * 3


def test_a_pty_loses_nothing_of_a_fast_script():
    script = b"".join(b"config add m%d /x %d\n" % (i, i) for i in range(1500))

    def user(backend):
        with serial.Serial(backend.path, timeout=5) as port:
            port.write_timeout = 10
            got = b""
            for at in range(0, len(script), 4000):
                port.write(script[at:at + 4000])
                got += port.read(len(script[at:at + 4000]))
            return got
    assert talk(PtyBackend, user) == script.upper()


def test_the_symlink_of_a_pty_comes_and_goes(tmp_path):
    link = tmp_path / "console"

    def user(backend):
        with serial.Serial(str(link), timeout=5) as port:
            port.write(b"x")
            return port.read(1)
    assert talk(lambda pace: PtyBackend(pace, str(link)), user) == b"X"
    assert not link.is_symlink()


def test_a_symlink_never_replaces_a_file_and_takes_over_a_dangling_one(tmp_path):
    link = tmp_path / "console"
    link.write_text("mine")
    with pytest.raises(BackendError, match="no link to /dev/pts"):
        PtyBackend(Pace(Time()), str(link))
    assert link.read_text() == "mine"
    link.unlink()
    link.symlink_to("/dev/pts/99999")
    backend = PtyBackend(Pace(Time()), str(link))
    assert os.readlink(link) == backend.path
    backend.close()


def test_no_permission_for_the_pty_is_said(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(BackendError, match="no permission to open /dev/pts"):
        PtyBackend(Pace(Time()))


def tcp(pace):
    return TcpBackend(pace, "127.0.0.1", 0)


def test_the_tcp_line_serves_one_client_after_another_and_one_at_a_time():
    def user(backend):
        answers = []
        for _ in range(2):
            with socket.create_connection(backend.address) as client:
                client.sendall(b"one")
                answers.append(read(client, 3))
                with socket.create_connection(backend.address) as second:
                    answers.append(read(second, len(IN_USE)))
        return answers
    assert talk(tcp, user) == [b"ONE", IN_USE] * 2


def test_a_client_that_has_shut_down_its_half_still_gets_its_answer():
    def user(backend):
        with socket.create_connection(backend.address) as client:
            client.sendall(b"printf piped into nc")
            client.shutdown(socket.SHUT_WR)
            return read(client, 20)
    assert talk(tcp, user) == b"PRINTF PIPED INTO NC"


def test_a_fast_tcp_client_is_slowed_down_not_cut_short():
    script = bytes(97 + i % 26 for i in range(60_000))

    def user(backend):
        with socket.create_connection(backend.address) as client:
            client.sendall(script)
            return read(client, len(script))
    assert talk(tcp, user) == script.upper()


def test_what_the_board_says_before_the_first_client_is_kept_for_it():
    def make(pace):
        backend = tcp(pace)
        pace.time.after(0, lambda: backend.put(b"bootcode\r\n"))
        return backend

    def user(backend):
        with socket.create_connection(backend.address) as client:
            return read(client, 10)
    assert talk(make, user) == b"bootcode\r\n"


def test_a_port_in_use_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BackendError, match="address already in use; choose another port"):
            TcpBackend(Pace(Time()), "127.0.0.1", taken.getsockname()[1])
    with pytest.raises(BackendError, match="65535"):
        TcpBackend(Pace(Time()), "127.0.0.1", 70_000)


def test_the_unix_line_answers_and_removes_its_file(tmp_path):
    path = str(tmp_path / "console.sock")

    def user(backend):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.sendall(b"hello")
            return read(client, 5)
    assert talk(lambda pace: UnixBackend(pace, path), user) == b"HELLO"
    assert not os.path.exists(path)


def test_a_live_unix_socket_is_refused_a_stale_one_replaced_a_file_kept(tmp_path):
    path, pace = str(tmp_path / "console.sock"), Pace(Time())
    first = UnixBackend(pace, path)
    with pytest.raises(BackendError, match="another process serves it"):
        UnixBackend(pace, path)
    first.close()
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    UnixBackend(pace, path).close()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BackendError, match="no socket"):
        UnixBackend(pace, str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"
    with pytest.raises(BackendError, match=r"unix:.*nowhere"):
        UnixBackend(pace, str(tmp_path / "nowhere" / "sock"))


def piped(source, sink, paced):
    """Run a stdio line over two descriptors until its input has ended and everything is out."""
    time = Time()
    pace = Pace(time)
    backend = StdioBackend(pace if paced else None, source, sink)
    uart = echoing(pace, backend)

    def over():
        return backend.eof and uart.idle

    if paced:
        asyncio.run(asyncio.wait_for(pace.run(over), 10))
    else:
        assert time.run_until(over, limit=10_000_000)
    uart.close()


@pytest.mark.parametrize("paced", [True, False])
def test_a_pipe_is_read_to_its_end(paced):
    script = b"config show\n" * 2000
    source, feed = os.pipe()
    result, sink = os.pipe()
    if os.fork() == 0:
        os.close(source)
        os.write(feed, script)
        os._exit(0)
    os.close(feed)
    with open(result, "rb", buffering=0) as reader:
        piped_out = bytearray()
        if os.fork() == 0:
            piped(source, sink, paced)
            os._exit(0)
        os.close(sink)
        while data := reader.read(65_536):
            piped_out += data
    os.close(source)
    assert bytes(piped_out) == script.upper()


def test_a_regular_file_as_standard_input_is_read_to_its_end(tmp_path):
    (tmp_path / "script").write_bytes(b"reset\n" * 100)
    source = os.open(tmp_path / "script", os.O_RDONLY)
    sink = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    piped(source, sink, paced=True)
    os.close(source)
    os.close(sink)
    assert (tmp_path / "out").read_bytes() == b"RESET\n" * 100


def test_no_standard_input_at_all_is_an_end():
    source = os.open(os.devnull, os.O_RDWR)
    piped(source, source, paced=True)
    os.close(source)


def test_a_terminal_is_restored():
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    backend = StdioBackend(Pace(Time()), slave, slave)
    uart = Uart(Time(), backend)
    assert not termios.tcgetattr(slave)[3] & termios.ECHO
    assert termios.tcgetattr(slave)[3] & termios.ISIG
    uart.close()
    uart.close()
    assert termios.tcgetattr(slave) == before
    assert stat.S_ISCHR(os.fstat(slave).st_mode)
    os.close(master)
    os.close(slave)
