"""The options of one module or sub-module, as they were typed."""

from firmware.config.options import encode

LINE = 4000


class Part:
    """Names in the order in which they were first set, each with its text or None for a bare name.

    `schema` is None for a part that no module of this firmware has; its options
    are kept, so that a mini firmware or an older release does not lose them.
    """

    def __init__(self, module, sub, schema):
        self.module = module
        self.sub = sub
        self.names = []
        self.values = {}
        self.schema = schema
        self.stored = 0

    def option(self, name):
        """The schema's Option of a name in lower case, or None."""
        for option in self.schema or ():
            if option.name == name:
                return option
        return None

    def title(self):
        return self.module + " " + self.sub if self.sub else self.module

    def set(self, name, text):
        if name in self.values:
            self.stored -= size(name, self.values[name])
        else:
            # The schema's own string, if it has one: a board has no memory for a copy of each name in each part.
            option = self.option(name)
            name = name if option is None else option.name
            self.names.append(name)
        self.values[name] = text
        self.stored += size(name, text)

    def remove(self, name):
        if name in self.values:
            self.stored -= size(name, self.values.pop(name))
            self.names.remove(name)

    def typed(self):
        """(values, names that are set): what the schema makes of the texts, with its defaults.

        A text that the schema refuses, which only a configuration of another
        release can hold, counts as not set.
        """
        values, given = {}, []
        for option in self.schema or ():
            name = option.name
            if option.default is not None:
                values[option.name] = option.default
            if name in self.values:
                try:
                    values[option.name] = option.read(self.values[name] or "")
                    given.append(option.name)
                except ValueError:
                    pass
        return values, given

    def lines(self):
        """`config change ...`, and `config add ...` for what would make the line too long to be typed."""
        lines = []
        line = "config change " + self.title()
        for name in self.names:
            text = self.values[name]
            word = " /" + name if text is None else " /" + name + " " + encode(text)
            if len(line) + len(word) > LINE:
                lines.append(line)
                line = "config add " + self.title()
            line += word
        lines.append(line)
        return lines


def size(name, text):
    """Octets that an option counts for."""
    return len(name) + len(text or "") + 3
