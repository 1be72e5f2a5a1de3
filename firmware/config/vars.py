"""`vars`: small named values that outlive a configuration, such as certificates and trust lists.

The flags' letters have no public definition. Our reading (reference
console.md 1): p = kept over a reset, b = the value is hexadecimal octets,
a = append: the value goes under the name's next free index of five digits.
Values are opaque and kept as they were typed.
"""

from collections import namedtuple

from firmware.config.options import HEX, OptionError, split

FLAGS = "pba"
NAME = 128
VALUE = 8000
INDEX = 99999
DIGITS = "0123456789"

Var = namedtuple("Var", ("name", "flags", "value"))


class Vars:
    """Values by name, in the order of their creation; each change goes to the store at once."""

    def __init__(self, store):
        self.store = store
        self._vars = []

    def load(self):
        """Read what the store holds; returns warnings, never raises."""
        self._vars = []
        try:
            text = (self.store.load() or b"").decode("utf-8")
        except UnicodeError:
            return ["vars: what is saved is not text"]
        warnings = []
        for line in text.split("\n"):
            words = split(line)
            if len(words) in (2, 3):
                self._vars.append(Var(words[0], words[1], words[2] if len(words) == 3 else ""))
            elif words:
                warnings.append("vars: not understood: " + line[:60])
        return warnings

    def create(self, name, flags, value):
        """Set a value; returns the name that it got. OptionError says what would be right.

        Raises firmware.config.store.NoSpace or StoreError with nothing changed.
        """
        _check(name, flags, value)
        if "a" in flags:
            name = self._next(name)
        new = Var(name, flags.replace("a", ""), value)
        values = [new if var.name == name else var for var in self._vars]
        if self.find(name) is None:
            values.append(new)
        self._replace(values)
        return name

    def delete(self, name):
        """Remove a value and what is indexed under it, or all under a name that ends with "/"; returns their names."""
        gone = [var for var in self._vars if _under(var.name, name)]
        if gone:
            self._replace([var for var in self._vars if not _under(var.name, name)])
        return [var.name for var in gone]

    def read(self, name=""):
        """`NAME FLAGS VALUE` lines of a name and what is indexed under it, or of all under a name ending with "/"."""
        return [_line(var) for var in self._vars if not name or _under(var.name, name)]

    def find(self, name):
        """The Var of exactly that name, or None."""
        for var in self._vars:
            if var.name == name:
                return var
        return None

    def lines(self):
        """`vars create ...` lines that give the lasting values on a fresh board."""
        return ["vars create " + _line(var) for var in self._vars if "p" in var.flags]

    def _next(self, name):
        prefix = name + "/"
        last = -1
        for var in self._vars:
            index = var.name[len(prefix):]
            if var.name.startswith(prefix) and _is_index(index):
                last = max(last, int(index))
        if last >= INDEX:
            raise OptionError("{}: no index is left".format(name))
        return "{}{:05d}".format(prefix, last + 1)

    def _replace(self, values):
        self.store.commit("".join([_line(var) + "\n" for var in values if "p" in var.flags]).encode("utf-8"))
        self._vars = values


def _line(var):
    return var.name + " " + var.flags + (" " + var.value if var.value else "")


def _under(name, prefix):
    if prefix.endswith("/"):
        return name.startswith(prefix)
    return name == prefix or (name.startswith(prefix + "/") and _is_index(name[len(prefix) + 1:]))


def _is_index(text):
    return len(text) == 5 and all(digit in DIGITS for digit in text)


def _check(name, flags, value):
    if len(name) > NAME or name[:1] in ("/", "") or name.endswith("/"):
        raise OptionError("{}: a name is like X509/TRUSTED, of at most {} characters".format(name[:40], NAME))
    if not flags or any(flag not in FLAGS for flag in flags):
        raise OptionError("{}: flags are letters of p, b, a".format(flags[:40]))
    if len(value) > VALUE:
        raise OptionError("{}: a value may take {} characters".format(name, VALUE))
    if "b" in flags and (len(value) % 2 or any(digit not in HEX for digit in value)):
        raise OptionError("{}: the value is hexadecimal, two digits an octet".format(name))
