"""Module FLASHDIR0: the users that the gateway knows, kept in flash.

An item is an id and LDAP-like attributes: `101 (cn=Anna)(h323=anna)(e164=201)`
(reference console.md 1, "Saved config"). Within a value, parentheses that
match stand as they are, others are written \\28 and \\29, a backslash \\5c
(RFC 4515 3). Values, also XML such as `(pbx=<user…/>)`, are opaque.
"""

from firmware.call.users import Changed
from firmware.config.options import OptionError, encode
from firmware.config.schema import TRACE
from firmware.effects import MINOR, As, Clear, Log, Raise, Tell
from firmware.log import ALL_COPIES_DAMAGED, CODES, COPY_DAMAGED, FLASH_REFUSED, NO_SPACE
from firmware.module import Module
from firmware.system.words import lines

ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
ATTRIBUTE = "abcdefghijklmnopqrstuvwxyz0123456789-_;"
TEXT = 4000
"""Characters that the attributes of one item may take."""
FLASH = "FLASHMAN0"
FORM = "add-item ID (attribute=value)(attribute=value)..."


class Directory(Module):
    """`items` lists (id, {attribute: value}) in the order in which the ids were first added.

    `store` is a firmware.config.store.Store, read by `start`. `add` and
    `remove` raise OptionError for what is no item, and the store's errors with
    nothing changed; the console answers both.
    """

    name = "FLASHDIR0"
    schemas = {"": TRACE}
    commands = {"add-item": "ID (attribute=value)...: add or replace a user", "del-item": "ID: remove a user",
                "show": "[ID]: the users"}

    def __init__(self, store):
        self.items = []
        self._store = store
        self._texts = {}
        self._index = None

    def start(self, now):
        effects: list = []
        try:
            text = (self._store.load() or b"").decode()
        except UnicodeError:
            text = ""
            effects.append(Log(MINOR, "what is saved is not text"))
        for line in text.split("\n"):
            if line:
                try:
                    self._put(*parse(line.split(" ", 1)))
                except OptionError as error:
                    effects.append(Log(MINOR, str(error)))
        if self._store.damage:
            code = ALL_COPIES_DAMAGED if self._store.lost else COPY_DAMAGED
            effects.append(Raise(code, CODES[code][0], self._store.damage))
        return effects

    def find(self, attribute, value):
        """The attributes of the first item in which an attribute has a value, or None; case counts."""
        if self._index is None:
            self._index = {}
            for _, attributes in self.items:
                for name in attributes:
                    self._index.setdefault((name, attributes[name]), attributes)
        return self._index.get((attribute, value))

    def lines(self):
        """The console lines that give these items on a fresh board."""
        return ["mod cmd FLASHDIR0 add-item {} {}".format(one, encode(self._texts[one])) for one, _ in self.items]

    def add(self, identity, text):
        """Add an item, or replace the one with this id."""
        before = self._state()
        self._put(*parse([identity, text]))
        self._commit(before)

    def remove(self, identity):
        """Whether there was such an item; it is gone now."""
        if identity not in self._texts:
            return False
        before = self._state()
        self.items = [item for item in self.items if item[0] != identity]
        self._texts.pop(identity)
        self._commit(before)
        return True

    def command(self, sub, words, now):
        word, rest = (words[0].lower(), words[1:]) if words and not sub else ("", [])
        if word == "add-item":
            if len(rest) < 2:
                raise OptionError(FORM)
            self.add(rest[0], " ".join(rest[1:]))
            return "", _good()
        if word == "del-item":
            if len(rest) != 1 or not self.remove(rest[0]):
                raise OptionError("no item " + " ".join(rest)[:40])
            return "", _good()
        if word == "show":
            shown = [one for one, _ in self.items if not rest or one == rest[0]]
            return lines(["{} {}".format(one, self._texts[one]) for one in shown]), []
        return None, []

    def _put(self, identity, pairs):
        attributes = {}
        for name, value in pairs:
            attributes[name] = value
        item = (identity, attributes)
        if identity in self._texts:
            self.items = [item if one[0] == identity else one for one in self.items]
        else:
            self.items.append(item)
        self._texts[identity] = text_of(pairs)
        self._index = None

    def _state(self):
        return list(self.items), dict(self._texts)

    def _commit(self, before):
        self._index = None
        try:
            self._store.commit("".join([one + " " + self._texts[one] + "\n" for one, _ in self.items]).encode())
        except Exception:
            self.items, self._texts = before
            raise


def parse(words):
    """(id, [(attribute in lower case, value)]) of `[id, "(a=v)(b=w)"]`; OptionError for what is no item."""
    identity, text = words if len(words) == 2 else (words[0], "")
    if not 0 < len(identity) <= 32 or any([character not in ID for character in identity]):
        raise OptionError("{}: an id has up to 32 letters and digits".format(identity[:40]))
    if len(text) > TEXT:
        raise OptionError("an item may take {} characters".format(TEXT))
    if any([ord(character) < 32 for character in text]):
        raise OptionError("an item has no control characters")
    pairs: list = []
    at = 0
    while at < len(text):
        end = _end(text, at)
        name, equals, value = text[at + 1:end].partition("=")
        name = name.lower()
        if not name or not equals or any([character not in ATTRIBUTE for character in name]):
            raise OptionError("{}: {}".format(text[at:at + 40], FORM))
        if name in [one for one, _ in pairs]:
            raise OptionError("{} is given twice".format(name))
        pairs.append((name, _unescape(value)))
        at = end + 1
    if not pairs:
        raise OptionError(FORM)
    return identity, pairs


def text_of(pairs):
    """The attributes in the form that `parse` reads, in canonical escapes."""
    return "".join(["({}={})".format(name, _escape(value)) for name, value in pairs])


def _end(text, at):
    """Where the parenthesis that opens at `at` closes."""
    depth = 0
    for position in range(at, len(text)):
        if text[position] == "(":
            depth += 1
        elif depth == 0:
            break
        elif text[position] == ")":
            depth -= 1
            if depth == 0:
                return position
    raise OptionError("{}: {}".format(text[at:at + 40], FORM))


def _escape(text):
    return text.replace("\\", "\\5c").replace("(", "\\28").replace(")", "\\29")


def _unescape(text):
    """RFC 4515 3: a backslash and two hex digits; any other backslash stands for itself."""
    first, *parts = text.split("\\")
    done = [first]
    for part in parts:
        code = part[:2].lower()
        done.append({"28": "(", "29": ")", "5c": "\\", "2a": "*"}.get(code, "\\" + part[:2]) + part[2:])
    return "".join(done)


def _good():
    """A commit succeeded: what stood against the flash no longer does, and handsets may be no longer ours."""
    return [As(FLASH, [Clear(NO_SPACE), Clear(FLASH_REFUSED)]), Clear(COPY_DAMAGED), Clear(ALL_COPIES_DAMAGED),
            Tell("GW-DECT", Changed())]
