"""The lines entered before, as the arrows walk through them."""

LINES = 50
SIZE = 16384


class History:
    """At most LINES lines of SIZE characters together; a line is not kept twice in a row."""

    def __init__(self):
        self.lines = []
        self._at = None
        self._typed = ""

    def remember(self, text):
        self._at = None
        if text and (not self.lines or self.lines[-1] != text):
            self.lines.append(text)
            while len(self.lines) > LINES or sum([len(line) for line in self.lines]) > SIZE:
                self.lines.pop(0)

    def leave(self):
        """The line in progress is given up or entered: walk from the newest again."""
        self._at = None

    def older(self, typed):
        """The line before the one shown, or None at the oldest; `typed` is what stands there now."""
        if self._at is None:
            self._at, self._typed = len(self.lines), typed
        if self._at == 0:
            return None
        self._at -= 1
        return self.lines[self._at]

    def newer(self):
        """The line after the one shown, what was typed after the newest, or None if none is shown."""
        if self._at is None or self._at >= len(self.lines):
            return None
        self._at += 1
        return self.lines[self._at] if self._at < len(self.lines) else self._typed
