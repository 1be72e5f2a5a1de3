"""A user's program at the serial console: pyserial, a prompt, lines and their answers."""

import time

import serial


class SerialClient:
    """Blocks; run it in a thread of its own beside a simulator in this process."""

    def __init__(self, port: str, prompt: str, timeout: float = 10.0):
        self._line = serial.Serial(port, timeout=0.05)
        self._prompt = prompt.encode()
        self._timeout = timeout

    def type_scripts(self, scripts) -> "list[tuple[str, str]]":
        """(line, reply) for every line of some scripts that is neither empty nor a comment."""
        self.wait_for_prompt()
        answers = []
        for script in scripts:
            for line in script.splitlines():
                if line.strip() and not line.startswith("#"):
                    answers.append((line, self.type(line)))
        self._line.close()
        return answers

    def type(self, line: str) -> str:
        """Send one line; its reply without echo and prompt. After a reset this is the boot banner."""
        self._line.write(line.encode() + b"\r")
        text = self.wait_for_prompt()
        _, _, reply = text.partition("\r\n")
        return reply

    def wait_for_prompt(self) -> str:
        """What came before the next prompt; TimeoutError shows what there was of it."""
        deadline = time.monotonic() + self._timeout
        data = b""
        while not data.endswith(self._prompt):
            data += self._line.read(max(1, self._line.in_waiting))
            if time.monotonic() > deadline:
                raise TimeoutError(f"no prompt after {self._timeout} s; the console said {data[-200:]!r}")
        return data[:-len(self._prompt)].decode("utf-8", "replace")
