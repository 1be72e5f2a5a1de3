"""Octets from a terminal -> edited lines.

CR, LF and CRLF each end a line. Backspace and DEL, Ctrl-A E U K W C D, arrows,
Home, End and Delete (ECMA-48 control sequences as terminals send them) edit
it; arrows up and down walk through the history. UTF-8 is taken apart here;
NUL, other controls and octets that are no UTF-8 are dropped.
"""

from collections import namedtuple

from firmware.console.edit import Edit
from firmware.console.history import History

Echo = namedtuple("Echo", ("data",))
"""Octets to show on the terminal."""

Entered = namedtuple("Entered", ("text",))
"""A whole line, without its end."""

Refused = namedtuple("Refused", ("reason",))
"""The line in progress was thrown away."""

LIMIT = 8192
SEQUENCE = 16
BOM = "\ufeff"

GROUND, ESCAPE, CONTROL, SINGLE, DISCARD = "ground", "escape", "control", "single", "discard"
CR, LF, ESC = 13, 10, 27


class LineEditor:
    """One line in progress; `receive` returns Echo, Entered and Refused in order.

    Without `echo` there are no Echo results: for a door that is not a terminal.
    """

    def __init__(self, echo=True, limit=LIMIT):
        self.limit = limit
        self.edit = Edit(echo)
        self.history = History()
        self._out = []
        self._after_cr = False
        edit = self.edit
        self._keys = {
            1: edit.go_home, 3: self._cancel, 4: edit.delete, 5: edit.go_end, 8: edit.backspace, 11: edit.kill_end,
            21: edit.kill_start, 23: edit.kill_word, 127: edit.backspace,
        }
        self._sequences = {
            "A": self._older, "B": self._newer, "C": edit.go_right, "D": edit.go_left, "H": edit.go_home,
            "F": edit.go_end, "1~": edit.go_home, "7~": edit.go_home, "4~": edit.go_end, "8~": edit.go_end,
            "3~": edit.delete,
        }
        self.reset()

    def reset(self):
        """Forget the line in progress."""
        self.edit.clear()
        self.history.leave()
        self._state = GROUND
        self._sequence = ""
        self._partial = b""

    def discard(self):
        """Forget the line in progress and what is still to come of it."""
        self.reset()
        self._state = DISCARD

    def receive(self, data):
        position = 0
        while position < len(data):
            end = self._run_end(data, position)
            if end == position:
                self._octet(data[position])
                position += 1
                continue
            self._after_cr = False
            if self._state == GROUND:
                self._partial = b""
                self._insert(data[position:end].decode("utf-8"))
            position = end
        self._flush()
        out, self._out = self._out, []
        return out

    def _run_end(self, data, position):
        """Where the octets end that can be taken at once: plain text, or what is discarded."""
        if self._state == DISCARD:
            return _line_end(data, position)
        if self._state == GROUND:
            length = len(data)
            while position < length and 32 <= data[position] < 127:
                position += 1
        return position

    def _octet(self, octet):
        after_cr, self._after_cr = self._after_cr, octet == CR
        if octet in (CR, LF):
            if octet == CR or not after_cr:
                self._enter()
        elif self._state == ESCAPE:
            self._state = {0x5B: CONTROL, 0x4F: SINGLE}.get(octet, GROUND)
            self._sequence = ""
        elif self._state in (CONTROL, SINGLE):
            self._in_sequence(octet)
        elif octet == ESC:
            self._state = ESCAPE
        elif octet in self._keys:
            self._partial = b""
            self._keys[octet]()
        elif octet >= 128:
            self._in_utf8(octet)

    def _in_sequence(self, octet):
        self._sequence += chr(octet)
        if 0x40 <= octet < 0x7F:
            self._state = GROUND
            self._sequences.get(self._sequence, _nothing)()
        elif octet < 32 or octet > 126 or len(self._sequence) > SEQUENCE:
            self._state = GROUND

    def _in_utf8(self, octet):
        """RFC 3629 3: collect a character; drop what cannot begin one or go on."""
        if octet >= 0xC0:
            self._partial = bytes([octet]) if 0xC2 <= octet < 0xF5 else b""
            return
        if not self._partial:
            return
        self._partial += bytes([octet])
        first = self._partial[0]
        if len(self._partial) == (2 if first < 0xE0 else 3 if first < 0xF0 else 4):
            partial, self._partial = self._partial, b""
            try:
                self._insert(partial.decode("utf-8"))
            except UnicodeError:
                pass

    def _insert(self, text):
        if text == BOM and not self.edit.left:
            return
        if len(self.edit.text()) + len(text) > self.limit:
            self.edit.show("\r\n")
            self.discard()
            self._result(Refused("a line may have {} characters".format(self.limit)))
            return
        self.edit.insert(text)

    def _enter(self):
        if self._state == DISCARD:
            self.reset()
            return
        text = self.edit.text()
        self.reset()
        self.edit.show("\r\n")
        self.history.remember(text)
        self._result(Entered(text))

    def _cancel(self):
        self.edit.show("^C\r\n")
        self.reset()
        self._result(Refused(""))

    def _older(self):
        self._show_other(self.history.older(self.edit.text()))

    def _newer(self):
        self._show_other(self.history.newer())

    def _show_other(self, text):
        if text is not None:
            self.edit.replace(text)

    def _result(self, result):
        self._flush()
        self._out.append(result)

    def _flush(self):
        shown = self.edit.shown()
        if shown:
            self._out.append(Echo(shown.encode("utf-8")))


def _nothing():
    pass


def _line_end(data, start):
    """Where the next CR or LF stands, or the end of the data."""
    ends = [at for at in (data.find(b"\r", start), data.find(b"\n", start)) if at >= 0]
    return min(ends) if ends else len(data)
