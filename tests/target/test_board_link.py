"""The board's side of the link, in C: the same frames as the portable code, and a session that survives its line."""

import ctypes
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.dsp import DspBusy, Settings
from hal.frames import BODY, WIRE, Frame, decode, encode
from tests.target.virtual_board import DELAY, Board, Errors, VirtualLine, attached
from tools import target

octet = st.integers(0, 255)
frames = st.builds(Frame, octet, octet, octet, octet, octet, st.binary(max_size=300) | st.just(bytes(BODY)))
few = settings(max_examples=200, deadline=None)
SPEECH = Settings("pcma", 20, 0, 32, False, False, "g726")
SECOND = 1_000_000


class CFrame(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint8) for name in ("kind", "sequence", "ack", "expect", "credit")] + [
        ("body", ctypes.c_char_p), ("octets", ctypes.c_size_t)]


def c_encode(library, frame):
    wire = ctypes.create_string_buffer(WIRE + 8)
    library.frame_encode.restype = ctypes.c_size_t
    count = library.frame_encode(ctypes.byref(CFrame(*frame[:5], frame.body, len(frame.body))), wire)
    return wire.raw[:count]


@few
@given(frames)
def test_c_and_python_put_the_same_octets_on_the_line(board_library, frame):
    assert c_encode(board_library, frame) == encode(frame)


@few
@given(st.binary(max_size=1500))
def test_c_and_python_find_the_same_frames_in_noise(board_library, noise):
    """What C accepts it answers; a board that hears no frame says nothing."""
    board, said = Board(board_library, 1), []
    board.said = said.append
    board.receive(noise + b"\x00", 0)
    assert bool(said) <= any(decode(part) for part in noise.split(b"\x00"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(frames, st.binary(max_size=60)), max_size=12), st.integers(0, 3))
def test_no_sequence_of_frames_breaks_the_board(board_library, sent, step):
    """Any bodies of any kind, within a session: afterwards a call is opened and runs as before."""
    time, line, host = attached(board_library, channels=2)
    for one in sent:
        time.run(time.now + step * 50_000)
        line.board.receive(one + b"\x00" if isinstance(one, bytes) else encode(one), time.now)
    time.run(time.now + 3 * SECOND)
    assert host.link.up
    host.open(1, SPEECH)
    time.run(time.now + SECOND // 2)
    assert len(host.poll()) >= 20


def test_a_million_frames_of_noise_are_refused_and_most_by_the_crc(board_library):
    target.build(what="noise")
    done = subprocess.run([target.BUILD / "noise", "1000000"], capture_output=True, text=True, check=False, timeout=60)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert {row[0] for row in rows} == {"line", "stuffed", "shaped", "bits", "burst", "splice", "slips"}
    assert sum(int(row[1]) for row in rows) == 1_000_000
    assert sum(int(row[2]) for row in rows) > 400_000, "most must have come as far as the CRC"
    assert [row[3] for row in rows] == ["0"] * len(rows)


@pytest.mark.parametrize("seed", range(4))
def test_one_error_in_a_thousand_octets_loses_no_call(board_library, seed):
    time, line, host = attached(board_library)
    line.to_board, line.to_host = Errors(1000, seed), Errors(1000, seed + 100)
    news = []
    host.on_news = lambda text, standing: news.append(text)
    host.open(2, SPEECH)
    packets = 0
    for number in range(1000):
        time.run(time.now + 20_000)
        host.play(2, bytes([number & 255]) * 160)
        packets += len(host.poll())
    assert line.to_board.made + line.to_host.made > 100
    assert news == []
    assert packets > 800
    assert host.status(2).played > 1500
    host.close(2)
    time.run(time.now + SECOND)
    assert host.link.counts.damaged > 0
    host.open(2, SPEECH)


@pytest.mark.parametrize("one_in", [30, 100])
def test_on_a_much_worse_line_orders_still_arrive_in_order(board_library, one_in):
    time, line, host = attached(board_library)
    for number in range(12):
        line.to_board, line.to_host = Errors(one_in, number), Errors(one_in, number + 50)
        if host.link.up:
            host.open(0, SPEECH)
            host.close(0)
        time.run(time.now + 300_000)
    line.to_board = line.to_host = bytes
    time.run(time.now + 3 * SECOND)
    host.open(0, SPEECH)
    time.run(time.now + SECOND)
    assert 45 <= len(host.poll()) <= 51


class Cable(VirtualLine):
    """Comes out after `octets` from `side` ("host" or "board"), and is in again OUT later."""

    OUT = 1_300_000

    def __init__(self, time, board):
        super().__init__(time, board)
        self.side, self.left, self.counts = None, 0, {"host": 0, "board": 0}
        self.since = None
        self.to_board = lambda octets: self.cut("host", octets)
        self.to_host = lambda octets: self.cut("board", octets)

    def cut(self, side, octets):
        self.counts[side] += len(octets)
        if self.since is not None:
            return octets if self.time.now >= self.since + self.OUT else b""
        if side == self.side:
            if self.left < len(octets):
                self.since = self.time.now
                return octets[:self.left]
            self.left -= len(octets)
        return octets

    @property
    def back(self):
        return self.since is not None and self.time.now > self.since + self.OUT + DELAY


def short_session(library, side, after):
    """A host that opens, plays, tones and goes on, while the cable is cut after so many octets of a side."""
    time, cable, host = attached(library, channels=2, line=Cable)
    cable.counts = dict.fromkeys(cable.counts, 0)
    cable.side, cable.left = side, after
    host.open(1, SPEECH)
    host.join(1, 3)
    time.run(time.now + 26_000)
    host.play(1, bytes(100))
    host.tone(1, "5", "network")
    time.run(time.now + 25_000)
    return time, cable, host


def octets_of_a_session(library, side):
    return short_session(library, side, 1 << 30)[1].counts[side]


@pytest.mark.parametrize("side", ["host", "board"])
def test_after_a_cable_was_out_at_any_octet_both_ends_go_on(board_library, side):
    total = octets_of_a_session(board_library, side)
    assert 200 < total < 900, "the sweep below is of this many cuts"
    for after in range(total):
        time, cable, host = short_session(board_library, side, after)
        news = []
        host.on_news = lambda text, standing, news=news: news.append(standing is None)
        time.run(time.now + 2 * SECOND)
        assert cable.back, (side, after)
        assert host.link.up, (side, after)
        assert news in ([False, True], []), (side, after, news)
        host.poll()
        time.run(time.now + 200_000)
        assert 9 <= len(host.poll()) <= 11, (side, after)
        host.close(1)
        host.open(1, SPEECH)


def test_a_board_without_a_cable_closes_its_channels(board_library):
    time, line, host = attached(board_library)
    host.open(0, SPEECH)
    time.run(time.now + 100_000)
    said = []
    line.to_board = line.to_host = lambda octets: said.append(octets) or b""
    time.run(time.now + 1_100_000)
    said.clear()
    line.board.receive(encode(Frame(4, 9, 0, 0, 255, b"")), time.now)
    assert decode(said[-1][:-1]).kind == 3, "it has no session: it says so"


def test_while_no_board_answers_a_new_call_is_refused(board_library):
    time, line, host = attached(board_library)
    line.to_board = lambda octets: b""
    time.run(time.now + 3 * SECOND)
    with pytest.raises(DspBusy, match="does not answer: it has been silent"):
        host.open(0, SPEECH)


@pytest.mark.parametrize(("cause", "words"), [((0, 0), "after a reset"), ((1, 0x8200), "after a fault, CFSR 00008200")])
def test_a_board_that_resets_in_mid_call_gets_its_channels_back(board_library, cause, words):
    time, line, host = attached(board_library)
    news = []
    host.on_news = lambda text, standing: news.append(text)
    host.open(0, SPEECH)
    host.open(3, SPEECH)
    time.run(time.now + 200_000)
    before = host.poll()
    line.to_board = lambda octets: b""
    time.run(time.now + 100_000)
    line.to_board = bytes
    line.board.power_on()
    line.board.boot(*cause)
    time.run(time.now + 300_000)
    after = [packet for packet in host.poll() if packet.channel == 3]
    assert len(news) == 2 and news[0].startswith("DSP board test is lost: it has started anew, ")
    assert words in news[0] and "2 calls without speech" in news[0]
    assert "is back after" in news[1] and "2 channels opened again" in news[1]
    assert after and after[0].at > [packet for packet in before if packet.channel == 3][-1].at, "a call's clock goes on"
