"""The DSP board's own C code in this process, on virtual time, behind a line that does what a test wants."""

import ctypes
import random

from hal.dsp_link import report
from hal.link import Link, Out, Up
from sim.devices.dsp_board import DspBoard
from sim.time import Time

WRITE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint8), ctypes.c_size_t)
ROOM = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)
TICKS = ctypes.CFUNCTYPE(ctypes.c_uint32)

TAIL_MS = 256
DELAY = 500
"""Microseconds from one end of the line to the other."""


class Hooks(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("hertz", ctypes.c_uint32), ("ticks", TICKS), ("context", ctypes.c_void_p),
                ("write", WRITE), ("room", ROOM)]


class Board:
    """struct service; `said` is called with what it writes, `room` is what it says it can still take in."""

    def __init__(self, library, channels=4):
        self.said = lambda octets: None
        self.room = 8192
        self._library = library
        library.gw_bank_bytes.restype = library.service_bytes.restype = ctypes.c_size_t
        self._hooks = Hooks(b"test", 1_000_000, TICKS(lambda: 0), None,
                            WRITE(lambda context, octets, count: self.said(bytes(octets[:count]))),
                            ROOM(lambda context: self.room))
        self._channels = channels
        self._arena = aligned(library.gw_bank_bytes(ctypes.c_size_t(channels), TAIL_MS))
        self._service = aligned(library.service_bytes())
        self.power_on()

    def power_on(self):
        """Nothing of before survives."""
        assert self._library.service_init(self._service[1], ctypes.byref(self._hooks), self._arena[1],
                                          ctypes.c_size_t(self._channels), TAIL_MS) == 0

    def boot(self, cause=0, code=0):
        self._library.service_boot(self._service[1], cause, code)

    def receive(self, octets, now):
        self._library.service_receive(self._service[1], octets, ctypes.c_size_t(len(octets)), now // 1000)

    def tick(self, now):
        self._library.service_tick(self._service[1], now // 1000)


def aligned(size):
    """(what owns the memory, a pointer into it at a multiple of 16)"""
    memory = ctypes.create_string_buffer(size + 16)
    return memory, ctypes.c_void_p((ctypes.addressof(memory) + 15) & ~15)


class VirtualLine:
    """A transport of DspBoard. `to_board` and `to_host` are given octets and return what of them arrives."""

    failure = None

    def __init__(self, time, board):
        self.time, self.board = time, board
        self.to_board = self.to_host = lambda octets: octets
        board.said = self._answer
        self.host = None
        self._step()

    def start(self, host):
        self.host = host
        host.opened()

    def write(self, octets):
        octets = self.to_board(octets)
        if octets:
            self.time.after(DELAY, lambda: self.board.receive(octets, self.time.now))

    def _answer(self, octets):
        octets = self.to_host(octets)
        if octets:
            self.time.after(DELAY, lambda: self.host and self.host.received(octets))

    def _step(self):
        self.board.tick(self.time.now)
        self.time.after(10_000, self._step)

    def settle(self):
        pass

    def close(self):
        self.host = None


class Silence:
    """A radio whose bearers bring nothing."""

    def take_b(self, bearer):
        return None

    def put_b(self, bearer, data):
        pass


class Errors:
    """One error in so many octets: a bit turned, an octet lost, or one too many."""

    def __init__(self, one_in, seed):
        self.made = 0
        self._chance, self._one_in = random.Random(seed), one_in

    def __call__(self, octets):
        out = bytearray()
        for value in octets:
            if self._chance.randrange(self._one_in):
                out.append(value)
                continue
            self.made += 1
            kind = self._chance.randrange(3)
            if kind == 0:
                out.append(value ^ 1 << self._chance.randrange(8))
            elif kind == 1:
                out += bytes([value, self._chance.randrange(256)])
        return bytes(out)


def probe(board):
    """The Report of a board on a line of its own."""
    found = []
    link, board.said = Link(1), found.append
    for effect in link.tick(0):
        if isinstance(effect, Out):
            board.receive(effect.data, 0)
    for effect in link.receive(b"".join(found), 0):
        if isinstance(effect, Up):
            return report(effect.report)
    return None


def attached(library, radio=None, channels=4, codecs=("pcma", "pcmu"), line=VirtualLine):
    """(Time, VirtualLine, DspBoard), the session up."""
    time, board = Time(), Board(library, channels)
    found = probe(board)
    board.power_on()
    transport = line(time, board)
    host = DspBoard(time, radio or Silence(), transport, found, channels, codecs, session=7)
    time.run(time.now + 50_000)
    assert host.link.up
    return time, transport, host
