"""Talk to a board's serial console.

PORT is anything that pyserial opens (/dev/pts/3, /dev/ttyUSB0, socket://H:P, rfc2217://H:P) or unix:PATH: the
console of `gatesim run -serial`, a board with MicroPython, the DSP board's link. On a terminal Ctrl-] leaves, and
Ctrl-T is the escape key: Ctrl-T ? lists what it does. With standard input from a file or a pipe, or --send FILE,
lines are sent one by one, each after the answer to the one before: it ends with a prompt (`IP1203> `, `>>> `), or
with silence.
"""

import contextlib
import os
import sys

from sim.line import LineLost, open_line
from sim.screen import Screen
from sim.status import FAILED, SUCCESS, UserError

LEAVE, ESCAPE = 0x1D, 0x14
HELP = """Ctrl-] leaves; Ctrl-T and
  h  hexadecimal on or off     t  time stamps on or off     s  send a file, line by line
  b  send a break              q  leave                     Ctrl-], Ctrl-T  send that key itself
"""


def arguments(parser):
    parser.add_argument("port", metavar="PORT", help="pty, device, socket://H:P, rfc2217://H:P or unix:PATH")
    parser.add_argument("--baud", type=int, default=115200, help="bit/s of a real line (default %(default)s)")
    parser.add_argument("--log", metavar="FILE", help="write all that the board says to FILE as well; a FILE that is "
                        "there is continued")
    parser.add_argument("--timestamps", choices=("no", "relative", "wall"), nargs="?", const="relative", default="no",
                        help="begin each line with the time since the start (relative, if nothing is named), or of day")
    view = parser.add_mutually_exclusive_group()
    view.add_argument("--hex", action="store_true", help="show octets in hexadecimal, 16 a line, with their offset")
    view.add_argument("--frames", action="store_true",
                      help="greet a DSP board as its host does, and show the frames of its link, one a line; without "
                      "a terminal for as long as --patience says")
    parser.add_argument("--send", metavar="FILE", help="send the lines of FILE, and end")
    parser.add_argument("--quiet-after", type=float, default=0.3, metavar="S",
                        help="an answer without a prompt ends with S seconds of silence (default %(default)s)")
    parser.add_argument("--patience", type=float, default=10.0, metavar="S",
                        help="an answer may take S seconds to begin where the one before ended with a prompt "
                        "(default %(default)s)")


def execute(arguments):
    with contextlib.ExitStack() as stack:
        script = stack.enter_context(script_file(arguments.send)) if arguments.send else None
        line = stack.enter_context(open_line(arguments.port, arguments.baud))
        log = stack.enter_context(log_file(arguments.log)) if arguments.log else None
        view = "hex" if arguments.hex else "frames" if arguments.frames else "text"
        screen = stack.enter_context(Screen(log, arguments.timestamps, view))
        try:
            if arguments.frames:
                return watch(line, screen, arguments.patience)
            if script is None and sys.stdin.isatty():
                return Session(line, screen, arguments).run()
            Batch(line, screen, arguments).send(script or sys.stdin.buffer)
            return SUCCESS
        except LineLost as reason:
            print(f"gatesim console: {arguments.port}: {reason}", file=sys.stderr)
            return FAILED


def log_file(path):
    try:
        return open(path, "ab")
    except OSError as error:
        raise UserError(f"cannot write the log {path}: {error.strerror}") from error


def script_file(path):
    try:
        return open(path, "rb")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


@contextlib.contextmanager
def keys_as_typed():
    """The terminal's descriptor, in raw mode within the block."""
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    try:
        tty.setraw(keyboard)
        yield keyboard
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        print(file=sys.stderr)


def watch(line, screen, seconds):
    from sim.linkwatch import LinkWatch

    if not sys.stdin.isatty():
        LinkWatch(line, screen).run(seconds=seconds)
        return SUCCESS
    print("frames of the link; Ctrl-] leaves", file=sys.stderr)
    with keys_as_typed() as keyboard:
        LinkWatch(line, screen).run(keyboard, bytes([LEAVE, 3]))
    return SUCCESS


class Batch:
    """Lines, each after the answer to the one before."""

    def __init__(self, line, screen, arguments):
        self._line, self._screen = line, screen
        self._quiet, self._patience = arguments.quiet_after, arguments.patience
        self._prompted = False

    def send(self, lines):
        self._settle(self._quiet)
        for text in lines:
            self._line.write(text.rstrip(b"\r\n") + b"\r")
            self._settle(max(self._quiet, self._patience) if self._prompted else self._quiet)

    def _settle(self, patience):
        """Until a prompt with nothing behind it, or silence; after a prompt the next answer ends with one too."""
        said = b""
        while self._line.wait(patience)[0]:
            data = self._line.read()
            said = (said + data)[-256:]
            self._screen.show(data)
            self._prompted = prompt(said)
            # What looks like a prompt is none if the board goes on.
            patience = min(self._quiet, SETTLED) if self._prompted else max(self._quiet, patience)


SETTLED = 0.05
"""Seconds of silence behind a prompt."""


def prompt(said):
    """Whether text ends with a prompt: a word and `> ` at the beginning of a line, or Python's for more."""
    last = said.replace(b"\r", b"\n").rpartition(b"\n")[2]
    return last == b"... " or (last.endswith(b"> ") and len(last) <= 40)


class Session:
    """Keys to the line, octets to the screen, until somebody leaves or the far end goes."""

    def __init__(self, line, screen, arguments):
        self._line, self._screen, self._arguments = line, screen, arguments
        self._keyboard = -1
        self._escaped = self._ended = False

    def run(self):
        print("connected; Ctrl-] leaves, Ctrl-T ? for help", file=sys.stderr)
        with keys_as_typed() as self._keyboard:
            self._carry()
        return SUCCESS

    def _carry(self):
        while not self._ended:
            came, typed = self._line.wait(other=self._keyboard)
            if typed:
                keys = os.read(self._keyboard, 1024)
                self._ended = not keys
                self._typed(keys)
            if came:
                self._screen.show(self._line.read())

    def _typed(self, keys):
        plain = bytearray()
        for key in keys:
            if self._escaped:
                self._escaped = False
                plain += self._command(key)
            elif key == LEAVE:
                self._ended = True
                break
            elif key == ESCAPE:
                self._escaped = True
            else:
                plain.append(key)
        if plain:
            self._line.write(bytes(plain))

    def _command(self, key):
        """What the key behind the escape key does; octets to send."""
        name = chr(key)
        if key in (LEAVE, ESCAPE):
            return bytes([key])
        if name == "q":
            self._ended = True
        elif name == "s":
            self._send()
        elif name == "b":
            self._line.send_break()
        elif name in "ht":
            self._screen.note(self._screen.toggle_hex() if name == "h" else self._screen.toggle_time())
        else:
            self._screen.note(HELP)
        return b""

    def _send(self):
        path = self._asked("file to send: ")
        if not path:
            return
        try:
            with script_file(path) as script:
                Batch(self._line, self._screen, self._arguments).send(script)
        except UserError as error:
            self._screen.note(str(error))

    def _asked(self, question):
        """One line from the keyboard, which is in raw mode."""
        self._screen.note(question, end="")
        typed = bytearray()
        while (key := os.read(self._keyboard, 1)) not in (b"", b"\r", b"\n"):
            if key == b"\x03":
                typed.clear()
                break
            if key in (b"\x7f", b"\x08"):
                del typed[-1:]
            else:
                typed += key
            self._screen.note("\r" + question + typed.decode(errors="replace") + " \b", end="", fresh=False)
        self._screen.note("")
        return typed.decode(errors="replace")
