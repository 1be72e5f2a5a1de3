"""What an option may hold: one schema for the console, the web, `gatesim check` and the docs."""

FLAG, TEXT, NUMBER, CHOICE, ADDRESS, URL, SECRET, VERSION = (
    "flag", "text", "number", "choice", "address", "url", "secret", "version")
ON_WORDS = ("", "on", "1", "true", "yes")
OFF_WORDS = ("off", "0", "false", "no")
DIGITS = "0123456789"


class Option:
    """One option of a module: `/name value` on the console; `name` is in lower case.

    `low` and `high` bound a NUMBER, and the length of anything else by `high`;
    `source` says where the option is documented. A FLAG is set by its bare
    name or "on", and unset by "off". `reset`: a change is in full effect only
    after a reset, which the console then owes.
    """

    kind: str = TEXT
    default: object = None
    unit = help = source = ""
    low: "int | None" = None
    high: "int | None" = None
    choices: "tuple[str, ...]" = ()
    reset = False

    def __init__(self, name, kind=TEXT, default=None, unit="", low=None, high=None, choices=(), help="", source="",
                 reset=False):
        self.name = name
        for attribute, value in (
                ("kind", kind), ("default", default), ("unit", unit), ("low", low), ("high", high),
                ("choices", choices), ("help", help), ("source", source), ("reset", reset)):
            # There are hundreds of these, and a board pays for each attribute: the class has those that are usual.
            if value is not getattr(Option, attribute):
                setattr(self, attribute, value)

    def read(self, text):
        """The typed value of what the console was given, "" for a bare name; ValueError says what would be right."""
        if self.kind == FLAG:
            return self._flag(text.lower())
        if self.kind == NUMBER:
            return self._number(text)
        if self.kind == CHOICE:
            return self._choice(text.lower())
        if self.high is not None and len(text) > self.high:
            raise ValueError("at most {} characters".format(self.high))
        return text

    def form(self):
        """What the option takes, in words: for help and templates."""
        if self.kind == FLAG:
            return "on or off"
        if self.kind == NUMBER:
            return "a number" + self._range()
        if self.kind == CHOICE:
            return "one of " + ", ".join(self.choices)
        return self.kind if self.high is None else "{} of at most {} characters".format(self.kind, self.high)

    def _flag(self, word):
        if word not in ON_WORDS and word not in OFF_WORDS:
            raise ValueError("on or off")
        return word in ON_WORDS

    def _choice(self, word):
        for choice in self.choices:
            if choice.lower() == word:
                return choice
        raise ValueError("one of " + ", ".join(self.choices))

    def _number(self, text):
        digits = text[1:] if text[:1] == "-" else text
        if not 0 < len(digits) <= 9 or any(digit not in DIGITS for digit in digits):
            raise ValueError("a whole number" + self._range())
        value = int(text)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError("a number" + self._range())
        return value

    def _range(self):
        unit = " " + self.unit if self.unit else ""
        if self.low is None and self.high is None:
            return " of" + unit if unit else ""
        if self.high is None:
            return " from {}{}".format(self.low, unit)
        if self.low is None:
            return " up to {}{}".format(self.high, unit)
        return " from {} to {}{}".format(self.low, self.high, unit)


TRACE = (Option("trace", FLAG, False, help="switch the module's trace on"),
         Option("module-trace", CHOICE, "off", choices=("off", "on", "verbose"),
                help="how much the module traces", source="article 31"))
"""The two options that every module has."""
