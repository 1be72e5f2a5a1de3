"""The module CONSOLE: the serial line's octets through the line editor to the interpreter, and its replies back."""

from firmware.console.line import LIMIT, Echo, Entered, LineEditor
from firmware.console.result import EOL, ERROR
from firmware.effects import MINOR, Log, Restart, Write
from firmware.loop import Typed
from firmware.module import Module

TOGETHER = 512
OVERRUN = "the serial line was overrun; the line in progress is dropped"


class Console(Module):
    """`title` names the device in the prompt; `banner` is shown at boot, before the first prompt.

    After a line that restarts the device at once, what follows it on the line is lost, as on a device.
    """

    name = "CONSOLE"

    def __init__(self, interpreter, title="", banner=""):
        self.interpreter = interpreter
        self.prompt = (title + "> ").encode("utf-8")
        self.banner = banner
        self.editor = LineEditor(limit=LIMIT)
        self._closed = False

    def start(self, now):
        self.interpreter.check_flash(now)
        text = self.banner.replace("\r\n", "\n").replace("\n", EOL)
        if text and not text.endswith(EOL):
            text += EOL
        return [Write(text.encode("utf-8") + self.prompt)]

    def receive(self, message, now):
        """A firmware.loop.Typed; other messages are not for the console."""
        if self._closed or not isinstance(message, Typed):
            return []
        out: list = []
        for event in message.events:
            self._line_event(event, out)
        for result in self.editor.receive(message.data):
            if isinstance(result, Echo):
                _write(out, result.data)
            elif isinstance(result, Entered):
                self._run(result.text, out, now)
            else:
                _write(out, (ERROR + result.reason + EOL).encode("utf-8") if result.reason else b"")
                _write(out, self.prompt)
            if self._closed:
                break
        return out

    def _line_event(self, event, out):
        if event == "break":
            self.editor.reset()
            _write(out, EOL.encode("utf-8") + self.prompt)
        elif event == "overrun":
            out.append(Log(MINOR, OVERRUN))
            self.editor.discard()
            _write(out, (EOL + ERROR + OVERRUN + EOL).encode("utf-8") + self.prompt)

    def _run(self, text, out, now):
        result = self.interpreter.run(text, now, "serial")
        out.extend(result.effects)
        _write(out, result.reply.encode("utf-8"))
        self._closed = any([isinstance(effect, Restart) and effect.when == "now" for effect in result.effects])
        if not self._closed:
            _write(out, self.prompt)


def _write(out, data):
    """Append octets; short ones go together."""
    if data and out and isinstance(out[-1], Write) and len(out[-1].data) < TOGETHER:
        out[-1] = Write(out[-1].data + data)
    elif data:
        out.append(Write(data))
