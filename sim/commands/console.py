"""Talk to a board's serial console.

PORT is anything that pyserial opens (/dev/pts/3, /dev/ttyUSB0, socket://H:P, rfc2217://H:P) or
unix:PATH, as `gatesim run -serial` made it. On a terminal, Ctrl-] ends the session. With standard
input from a file or a pipe, its lines are sent one by one, each after the answer to the one before.
"""

import contextlib
import os
import sys
import time

from sim.line import LineLost, open_line
from sim.status import FAILED, SUCCESS, UserError

ESCAPE = b"\x1d"


def arguments(parser):
    parser.add_argument("port", metavar="PORT", help="pty, device, socket://H:P, rfc2217://H:P or unix:PATH")
    parser.add_argument("--baud", type=int, default=115200, help="bit/s of a real line (default %(default)s)")
    parser.add_argument("--log", metavar="FILE", help="write all that the board says to FILE as well")
    parser.add_argument("--timestamps", action="store_true", help="begin each line with the time since the start")
    parser.add_argument("--quiet-after", type=float, default=0.3, metavar="S",
                        help="input from a pipe: an answer ends with S seconds of silence (default %(default)s)")


class Screen:
    """What the board says, to standard output and the log, with time stamps if asked for."""

    def __init__(self, log, timestamps):
        self._log = log
        self._timestamps = timestamps
        self._began = time.monotonic()
        self._fresh = True

    def show(self, data):
        if self._timestamps:
            data = b"".join(self._stamped(data))
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        if self._log:
            self._log.write(data)
            self._log.flush()

    def _stamped(self, data):
        for line in data.splitlines(keepends=True):
            if self._fresh:
                yield b"[%9.3f] " % (time.monotonic() - self._began)
            yield line
            self._fresh = line.endswith(b"\n")


def execute(arguments):
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(open_line(arguments.port, arguments.baud))
        log = stack.enter_context(log_file(arguments.log)) if arguments.log else None
        screen = Screen(log, arguments.timestamps)
        try:
            if sys.stdin.isatty():
                return interactive(line, screen)
            return batch(line, screen, arguments.quiet_after)
        except LineLost as reason:
            print(f"gatesim console: {arguments.port}: {reason}", file=sys.stderr)
            return FAILED


def log_file(path):
    try:
        return open(path, "wb")
    except OSError as error:
        raise UserError(f"cannot write the log {path}: {error.strerror}") from error


def interactive(line, screen):
    """Keys to the line, octets to the screen, until Ctrl-] or the far end goes."""
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    print("connected; Ctrl-] leaves", file=sys.stderr)
    try:
        tty.setraw(keyboard)
        while True:
            came, typed = line.wait(other=keyboard)
            if typed:
                keys = os.read(keyboard, 1024)
                if not keys or ESCAPE in keys:
                    return SUCCESS
                line.write(keys)
            if came:
                screen.show(line.read())
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        print(file=sys.stderr)


def batch(line, screen, quiet_after):
    """Each line of standard input, then what comes until the board falls silent."""
    settle(line, screen, quiet_after)
    for text in sys.stdin.buffer:
        line.write(text.rstrip(b"\r\n") + b"\r")
        settle(line, screen, quiet_after)
    return SUCCESS


def settle(line, screen, quiet_after):
    while line.wait(quiet_after)[0]:
        screen.show(line.read())
