"""The firmware as it is flashed, on the real MicroPython VM with the heap of a small board."""

import os
import select
import shutil
import subprocess
import time

from sim.devboard.vm import Vm, find_vm
from tools import portable
from tools.flash.images import compiled

BOARD = "upy-unix"
HEAP = "512K"
LOOK = """
import gc, select
gc.threshold(16384)
from board import BOARD
from firmware.main import boot
from hal.net import Bound, Datagram
from hal.ports import micropython

class Quiet:
    "A network with free ports, whoever else is on this host."
    address, link = "127.0.0.1", True

    def bind(self, key, port):
        return Bound(key, port)

    def send(self, key, to, data):
        pass

    def poll(self):
        return []

    listen = bind

def used():
    gateway.loop.poll(now())
    gc.collect()
    print("\\nheap", gc.mem_alloc())

parts = micropython.hardware(BOARD, select.poll())
parts.net = Quiet()
now = parts.clock.now
gateway = boot(parts, now())
used()
for line in ("mod cmd FLASHDIR0 add-item 101 (cn=Anna)(e164=301)", "config activate",
             "config change SIP REG1 /aor 201@127.0.0.1 /proxy 127.0.0.1:9 /user 201 /pwd secret", "config activate"):
    gateway.run_line(line, now())
used()
gateway.loop.receive(gateway.registry.find("SIP"), Datagram(("sip", 0), ("127.0.0.1", 9), INVITE), now())
used()
"""
OFFER = (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
         b"m=audio 4000 RTP/AVP 8\r\n")
INVITE = (b"INVITE sip:301@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
          b"From: <sip:1@127.0.0.1>;tag=1\r\nTo: <sip:301@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
          b"Contact: <sip:1@127.0.0.1:9>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\n"
          b"Content-Length: %d\r\n\r\n%s" % (len(OFFER), OFFER))
PROMPT = b"UPY-UNIX> "
PATIENCE = 10.0


def install(folder, name=BOARD):
    """Compile the firmware into a folder that then is the board's file system."""
    for image in compiled(portable.files(name), (portable.OPTIMISE,)):
        place = folder / image.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(image.data)


class Board:
    """`folder` is its file system; `settings` become its board.txt; `main` replaces its main.py."""

    def __init__(self, image, folder, settings=(), main=None):
        shutil.copytree(image, folder, dirs_exist_ok=True)
        (folder / "board.txt").write_text("".join([f"{name} {value}\n" for name, value in settings]))
        if main is not None:
            (folder / "main.py").write_text(main)
        self.folder = folder
        self.vm = None
        self.seen = b""
        self.asked = False

    def start(self):
        """Power on, up to the prompt; the seconds that took."""
        began = time.monotonic()
        self.vm, self.seen, self.asked = Vm(self.folder, HEAP), b"", False
        self.read(PROMPT)
        return time.monotonic() - began

    def type(self, data):
        self.vm.type(data)

    def read(self, mark, seconds=PATIENCE):
        """What the board says, up to and with `mark`."""
        limit = time.monotonic() + seconds
        while mark not in self.seen:
            assert time.monotonic() < limit, (mark, self.seen[-2000:])
            select.select([self.vm.terminal], [], [], 0.02)
            self.asked = self.vm.hear() or self.asked
            self.vm.flush()
            self.seen += self.vm.output()
        end = self.seen.index(mark) + len(mark)
        said, self.seen = self.seen[:end], self.seen[end:]
        return said

    def run(self, line):
        """The reply to a console line, without its echo and the prompt after it."""
        self.type(line.encode() + b"\r")
        said = self.read(b"\r\n" + PROMPT) if line else self.read(PROMPT)
        return said[said.index(b"\r\n") + 2:-len(PROMPT)].decode()

    def reset(self):
        """A line that resets, and the board up again; the seconds from one prompt to the other."""
        self.type(b"reset\r")
        assert self.resets()
        self.stop()
        return self.start()

    def resets(self):
        """Whether the firmware asks for a reset."""
        limit = time.monotonic() + PATIENCE
        while not self.asked and time.monotonic() < limit:
            self.asked = self.vm.hear(0.05)
        return self.asked

    def dies_before(self, mark):
        """Whether the process ends by itself, instead of saying `mark`."""
        limit = time.monotonic() + PATIENCE
        while not self.vm.ended() and mark not in self.seen:
            assert time.monotonic() < limit, self.seen[-2000:]
            select.select([self.vm.terminal, self.vm.life], [], [], 0.1)
            self.seen += self.vm.output() if not self.vm.ended() else b""
        return mark not in self.seen

    def stop(self):
        """Pull the plug."""
        if self.vm is not None:
            self.vm.close()
            self.vm = None


def run_script(script, where, *arguments, heap=HEAP, path=".frozen"):
    """Output of a MicroPython program that runs in a folder; it must end well."""
    done = subprocess.run(
        [find_vm(), "-X", f"heapsize={heap}", "-c", script, *arguments], cwd=where, capture_output=True, timeout=60,
        env={**os.environ, "MICROPYPATH": path}, check=False)
    assert done.returncode == 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]
    return done.stdout.decode()


def heap_in_use(image):
    """Octets after the boot, after an account was taken into use, and after the signalling of a call."""
    said = run_script(LOOK.replace("INVITE", repr(INVITE)), image)
    return [int(line[5:]) for line in said.splitlines() if line.startswith("heap ")]
