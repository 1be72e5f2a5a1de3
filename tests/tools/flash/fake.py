"""A MicroPython board in memory: its REPL byte by byte, and a file system that loses power where it is told to."""

import builtins
import contextlib
import io
import sys
import traceback
import types

from sim.line import LineLost

GREETING = b'\r\nMicroPython v1.28.0 on 2026-04-01; Fake with nothing\r\nType "help()" for more information.\r\n>>> '
RAW = b"raw REPL; CTRL-B to exit\r\n>"


class PowerCut(BaseException):
    """The supply went before an operation of the file system."""


class Files:
    """{path: bytes}, and folders; `budget` operations that change something until the power goes."""

    def __init__(self, files=(), capacity=1 << 20):
        self.files = dict(files)
        self.folders = {path[:at] for path in self.files for at, octet in enumerate(path) if octet == "/"}
        self.capacity = capacity
        self.budget = None
        self.changes = 0

    def change(self):
        self.changes += 1
        if self.budget is not None:
            if self.budget == 0:
                raise PowerCut
            self.budget -= 1

    def used(self):
        return sum(len(data) for data in self.files.values())

    def os(self):
        module = types.ModuleType("os")
        for name in ("stat", "remove", "rename", "mkdir", "rmdir", "ilistdir", "statvfs", "getcwd"):
            setattr(module, name, getattr(self, "_" + name))
        return module

    def _stat(self, path):
        if path in self.files:
            return (0x8000,)
        if path in self.folders or path == "/":
            return (0x4000,)
        raise OSError(2, "ENOENT")

    def _remove(self, path):
        self._stat(path)
        self.change()
        del self.files[path]

    def _rename(self, old, new):
        self._stat(old)
        self.change()
        self.files[new] = self.files.pop(old)

    def _mkdir(self, path):
        if path in self.folders:
            raise OSError(17, "EEXIST")
        self.change()
        self.folders.add(path)

    def _rmdir(self, path):
        if any(one.startswith(path + "/") for one in [*self.files, *self.folders]):
            raise OSError(39, "ENOTEMPTY")
        self._stat(path)
        self.change()
        self.folders.discard(path)

    def _ilistdir(self, folder):
        start = "" if folder == "/" else folder + "/"
        return [(path[len(start):], 0x8000, 0) for path in self.files
                if path.startswith(start) and "/" not in path[len(start):]]

    def _statvfs(self, path):
        free = max(0, self.capacity - self.used()) // 256
        return (256, 256, self.capacity // 256, free, free)

    def _getcwd(self):
        return "/"

    def open(self, path, mode="r"):
        if "r" in mode:
            data = self.files.get(path)
            if data is None:
                raise OSError(2, "ENOENT")
            return io.BytesIO(data) if "b" in mode else io.StringIO(data.decode())
        self.change()
        return Writer(self, path, self.files.get(path, b"") if "a" in mode else b"")


class Writer(io.RawIOBase):
    def __init__(self, files, path, before):
        self.owner, self.path = files, path
        files.files[path] = before

    def write(self, data):
        self.owner.change()
        if self.owner.used() + len(data) > self.owner.capacity:
            raise OSError(28, "ENOSPC")
        self.owner.files[self.path] += data
        return len(data)


class Fake:
    """A board as a sim.line.Line. `dialect` of the raw REPL: "paste"; "no paste", where it is known and absent;
    "old", where it is unknown."""

    def __init__(self, files, platform="rp2", name="micropython", version=(1, 28, 0), mpy=(7 << 10) | 6,
                 dialect="paste", window=64):
        self.files = files
        self.platform, self.name, self.version, self.mpy = platform, name, version, mpy
        self.dialect, self.window = dialect, window
        self.out = b""
        self.passed = 0
        self.written = None
        self.cut_at = None
        self.on = True
        self.boots = []
        self.reboot()

    def reboot(self):
        """Power on or reset: what is staged comes in, then main.py says which versions it sees."""
        self.raw, self.buffer, self.pasting, self.on = False, b"", False, True
        self.globals = {"__builtins__": self._builtins()}
        self.boot()
        self.boots.append(self.state())
        self.out += b"FAKE> "

    def boot(self):
        if "staged.py" in self.files.files:
            space = {"__builtins__": self._builtins()}
            exec(self.files.files["staged.py"], space)
            space["finish"]()

    def state(self):
        """What would run."""
        return {path: data for path, data in self.files.files.items()
                if not path.startswith("gatesim.") and not path.endswith(".gwnew")}

    def _builtins(self):
        shims = {"os": self.files.os(), "gc": types.SimpleNamespace(
            collect=lambda: None, mem_free=lambda: 400_000, mem_alloc=lambda: 100_000)}
        kind = types.SimpleNamespace(name=self.name, version=self.version, _mpy=self.mpy, _machine="Fake with nothing")
        shims["sys"] = types.SimpleNamespace(implementation=kind, platform=self.platform)

        def take(name, *rest):
            return shims.get(name) or __import__(name, *rest)

        return {**vars(builtins), "__import__": take, "open": self.files.open}

    def wait(self, seconds=None, other=None):
        self._alive()
        return bool(self.out), False

    def read(self):
        self._alive()
        data, self.out = self.out, b""
        return self._passing(data)

    def write(self, data, seconds=None):
        self._alive()
        part = self._passing(data, raising=False)
        for octet in part:
            if self.on:
                with contextlib.suppress(PowerCut):
                    self._key(bytes([octet]))
                    continue
                self.on = False
        if len(part) < len(data):
            raise LineLost("the cable is out")
        self._alive()

    def _alive(self):
        if not self.on:
            raise LineLost("the board has no power")
        if self.cut_at is not None and self.passed >= self.cut_at:
            raise LineLost("the cable is out")

    def _passing(self, data, raising=True):
        """As much as comes through before the cable goes."""
        if self.cut_at is not None:
            data = data[:max(0, self.cut_at - self.passed)]
        self.passed += len(data)
        if raising and not data:
            raise LineLost("the cable is out")
        return data

    def _key(self, key):
        if self.pasting:
            self._paste(key)
        elif key == b"\x03":
            self.buffer = b""
            self.out += b"" if self.raw else b"\r\n>>> "
        elif key == b"\x01":
            self._announce()
        elif key == b"\x02":
            self.raw, self.buffer, self.out = False, b"", self.out + GREETING
        elif key == b"\x04":
            self._end()
        else:
            self.buffer += key

    def _announce(self):
        """Ctrl-A: the raw REPL; behind Ctrl-E and A a wish for raw-paste."""
        asked, self.buffer = self.raw and self.buffer[-2:] == b"\x05A", b""
        if asked and self.dialect == "paste":
            self.pasting = True
            self.out += b"R\x01" + self.window.to_bytes(2, "little") + b"\x01"
        elif asked and self.dialect == "no paste":
            self.out += b"R\x00"
        else:
            self.out += (b"" if self.raw else b"\r\n") + RAW
            self.raw = True

    def _end(self):
        code, self.buffer = self.buffer, b""
        if not self.raw:
            self.out += b"\r\nMPY: soft reboot\r\n"
            self.reboot()
        elif not code:
            self.out += b"OK\r\nMPY: soft reboot\r\n" + RAW
            self.globals = {"__builtins__": self._builtins()}
        else:
            self.out += b"OK"
            self._execute(code)

    def _paste(self, key):
        if key == b"\x03":
            self.pasting, self.buffer = False, b""
            self.out += b"\x04\x04Traceback\r\nKeyboardInterrupt: \r\n\x04>"
        elif key == b"\x04":
            code, self.buffer, self.pasting = self.buffer, b"", False
            self.out += b"\x04"
            self._execute(code)
        else:
            self.buffer += key
            if len(self.buffer) % self.window == 0:
                self.out += b"\x01"

    def _execute(self, code):
        printed = io.StringIO()
        if self.written is None and self.files.changes:
            self.written = self.passed
        try:
            with contextlib.redirect_stdout(printed):
                exec(code.decode(), self.globals)
            raised = b""
        except Exception as error:
            number = f"{error.errno}" if isinstance(error, OSError) else str(error)
            raised = f"Traceback (most recent call last):\r\n{type(error).__name__}: {number}\r\n".encode()
            print(traceback.format_exc(), file=sys.stderr)
        self.out += printed.getvalue().replace("\n", "\r\n").encode() + b"\x04" + raised + b"\x04>"
