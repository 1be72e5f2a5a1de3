"""The line in progress, and what a terminal must be sent to show each change of it."""


class Edit:
    """Text left and right of the cursor; `shown` collects what to send (ECMA-48: CUB, EL), none without `echo`."""

    def __init__(self, echo=True):
        self.echo = echo
        self.left = ""
        self.right = ""
        self._shown = []

    def text(self):
        return self.left + self.right

    def shown(self):
        """What to send to the terminal since the last call."""
        text, self._shown = "".join(self._shown), []
        return text

    def clear(self):
        """Begin a new line; the terminal is left as it is."""
        self.left = ""
        self.right = ""

    def show(self, text):
        if self.echo and text:
            self._shown.append(text)

    def insert(self, text):
        self.left += text
        self.show(text)
        if self.right:
            self._redraw(0)

    def backspace(self):
        self._kill(1 if self.left else 0)

    def delete(self):
        if self.right:
            self.right = self.right[1:]
            self._redraw(1)

    def kill_start(self):
        self._kill(len(self.left))

    def kill_word(self):
        keep = self.left
        while keep.endswith(" "):
            keep = keep[:-1]
        while keep and not keep.endswith(" "):
            keep = keep[:-1]
        self._kill(len(self.left) - len(keep))

    def kill_end(self):
        self.right = ""
        self.show("\x1b[K")

    def go_left(self):
        if self.left:
            self.right = self.left[-1] + self.right
            self.left = self.left[:-1]
            self._back(1)

    def go_right(self):
        if self.right:
            self.show(self.right[0])
            self.left += self.right[0]
            self.right = self.right[1:]

    def go_home(self):
        self._back(len(self.left))
        self.right = self.text()
        self.left = ""

    def go_end(self):
        self.show(self.right)
        self.left = self.text()
        self.right = ""

    def replace(self, text):
        """Another line in its place, the cursor at its end."""
        self._back(len(self.left))
        self.show("\x1b[K" + text)
        self.left = text
        self.right = ""

    def _kill(self, count):
        """Remove characters left of the cursor."""
        if count:
            self.left = self.left[:len(self.left) - count]
            self._back(count)
            self._redraw(count)

    def _redraw(self, gone):
        """Show what stands right of the cursor, blanks over `gone` characters after it, and go back."""
        self.show(self.right + " " * gone)
        self._back(len(self.right) + gone)

    def _back(self, count):
        if count:
            self.show("\b" if count == 1 else "\x1b[{}D".format(count))
