"""What an option may hold: one schema for the console, the web, `gatesim check` and the docs."""

FLAG, TEXT, NUMBER, CHOICE, ADDRESS, URL, SECRET, VERSION = (
    "flag", "text", "number", "choice", "address", "url", "secret", "version")
OFF_WORDS = ("off", "0", "false", "no")


class Option:
    """One option of a module: `/name value` on the console.

    `low` and `high` bound a NUMBER, and the length of anything else by `high`;
    `source` says where the option is documented. A FLAG is set by its bare
    name or "on", and unset by "off".
    """

    def __init__(self, name, kind=TEXT, default=None, unit="", low=None, high=None, choices=(), help="", source=""):
        self.name = name
        self.kind = kind
        self.default = default
        self.unit = unit
        self.low = low
        self.high = high
        self.choices = choices
        self.help = help
        self.source = source

    def read(self, text):
        """The typed value of what the console was given; ValueError says what would be right."""
        if self.kind == FLAG:
            return text.lower() not in OFF_WORDS
        if self.kind == NUMBER:
            return self._number(text)
        if self.kind == CHOICE and text.lower() not in self.choices:
            raise ValueError("one of " + ", ".join(self.choices))
        if self.high is not None and len(text) > self.high:
            raise ValueError("at most {} characters".format(self.high))
        return text.lower() if self.kind == CHOICE else text

    def _number(self, text):
        digits = text[1:] if text[:1] == "-" else text
        if not digits.isdigit() or len(digits) > 9:
            raise ValueError("a whole number" + self._range())
        value = int(text)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError("a number" + self._range())
        return value

    def _range(self):
        unit = " " + self.unit if self.unit else ""
        if self.low is None or self.high is None:
            return unit
        return " from {} to {}{}".format(self.low, self.high, unit)


TRACE = (Option("trace", FLAG, False, help="switch the module's trace on"),
         Option("module-trace", CHOICE, "off", choices=("off", "on", "verbose"),
                help="how much the module traces", source="article 31"))
"""The two options that every module has."""
