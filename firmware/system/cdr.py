"""Modules CDR0 and CDR1: call detail records, so far only in test mode.

`/test-cdr` keeps the latest records to be read by `mod cmd CDR0 test-cdr`;
the buffer holds 300 kB (reference console.md 5).
"""

from collections import namedtuple

from firmware.config.schema import FLAG, TRACE, Option
from firmware.module import Module
from firmware.system.words import line
from firmware.system.xml import element, escape

BUFFER = 300_000

Record = namedtuple("Record", ("text",))
"""What the module CALL tells: the fields of one event, as they would be sent."""

OPTIONS = (Option("test-cdr", FLAG, False, help="keep records to be read by the command test-cdr",
                  source="reference console.md 5"),)


class Cdr(Module):
    schemas = {"": OPTIONS + TRACE}
    commands = {"test-cdr": "the records kept in test mode"}

    def __init__(self, name="CDR0"):
        self.name = name
        self._testing = False
        self._records = []
        self._size = 0

    def configure(self, sub, values, changed, now):
        self._testing = values["test-cdr"]
        if not self._testing:
            self._records, self._size = [], 0
        return []

    def receive(self, message, now):
        if self._testing and isinstance(message, Record) and len(message.text) <= BUFFER:
            self._records.append(message.text)
            self._size += len(message.text)
            while self._size > BUFFER:
                self._size -= len(self._records.pop(0))
        return []

    def command(self, sub, words, now):
        if sub or words[:1] != ["test-cdr"]:
            return None, []
        records = "".join([element("cdr", (), escape(text)) for text in self._records])
        return line(element("info", [("test", "true" if self._testing else "false")], records)), []
