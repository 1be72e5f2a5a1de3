"""The configuration in RAM: what `config add|change|rem` alter and `config activate` hands to the modules.

`change` replaces a part's whole option string, `add` merges the options named
into it, `rem` removes those named; `change` with nothing erases all (the
reading of reference console.md 1; nothing public defines it).
"""

from firmware.config.change import Change, Edited
from firmware.config.options import OptionError, encode, parse, split
from firmware.config.part import Part, size
from firmware.config.running import Running
from firmware.config.schema import FLAG, SECRET
from firmware.log import MASK, is_secret

VALUE = 3000
LIMIT = 1 << 18


class UnknownPart(Exception):
    """No module of that name, or no such sub-module of it; the text says which."""


class Configuration:
    """Parts in the order in which they were first set.

    `limit` bounds the octets that all options together may take. The log is
    told which modules trace; `pending` (firmware.config.pending) learns of
    changes that need a reset. `activated` lists the Changes of the latest
    activation, none for the boot; `unsaved` is True from an edit until whoever saves it clears it.
    """

    def __init__(self, registry, log=None, pending=None, limit=LIMIT):
        self.registry = registry
        self.limit = limit
        self.size = 0
        self.activated = []
        self.unsaved = False
        self._order = []
        self._parts = {}
        self._running = Running(registry, log, pending)
        self._dirty = set()
        self._booted = False

    def change(self, module, sub, pairs):
        """Replace; returns Edited. Raises UnknownPart, or OptionError with nothing changed."""
        return self._edit(self._part(module, sub), pairs, True)

    def add(self, module, sub, pairs):
        """Merge or overwrite the options named; as `change`."""
        part = self._part(module, sub)
        if not pairs:
            raise OptionError("config add needs an option: /name value")
        return self._edit(part, pairs, False)

    def rem(self, module, sub, pairs):
        """Remove the options named, whatever value stands with them; as `change`."""
        part = self._part(module, sub)
        if not pairs:
            raise OptionError("config rem needs an option: /name")
        changed, warnings = [], []
        before = part.stored
        for name, _ in pairs:
            if name in part.values:
                changed.append(Change(part.module, part.sub, name, part.values[name] or "", None))
                part.remove(name)
            else:
                warnings.append("{} /{} was not set".format(part.title(), name))
        self.unsaved = self.unsaved or bool(changed)
        self._keep(part, part.stored - before)
        return Edited(changed, warnings)

    def check(self, module, sub):
        """Raise UnknownPart unless there is such a module and sub-module."""
        self._part(module, sub)

    def is_secret(self, module, sub, name):
        """Whether an option's value may not be shown in the log."""
        option = self.option(module, sub, name)
        return is_secret(name) or (option is not None and option.kind == SECRET)

    def option(self, module, sub, name):
        """The schema's Option, or None."""
        for option in self.registry.schema(module, sub) or ():
            if option.name == name.lower():
                return option
        return None

    def lines(self, module=None, sub=None):
        """`config change ...` lines that give this configuration, or a module's share of it, on a fresh board."""
        if module is None:
            return [line for key in self._order if self._parts[key].names for line in self._parts[key].lines()]
        part = self._part(module, sub or "")
        if sub:
            return part.lines()
        keys = [key for key in self._order if key[0] == part.module and self._parts[key].names]
        return [line for key in keys for line in self._parts[key].lines()] or part.lines()

    def serialise(self):
        """The saved form: `lines()` as octets."""
        return "".join([line + "\n" for line in self.lines()]).encode("utf-8")

    def load(self, data):
        """Take a saved form into an empty RAM configuration; returns warnings, never raises.

        Parts and options that this release does not know are kept as they are.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeError:
            return ["the saved configuration is not text"]
        warnings = []
        for line in text.split("\n"):
            words = split(line)
            try:
                if len(words) > 2 and words[0] == "config" and words[1] in ("change", "add"):
                    warnings.extend(self._load(words[2:]))
                elif words:
                    warnings.append("not understood: " + line[:60])
            except OptionError as error:
                warnings.append(str(error))
        return warnings

    def activate(self, now):
        """Effects: each module is handed exactly what differs from what is running.

        The first call is the boot: every part with a schema is configured, with
        the options that are set as what changed.
        """
        boot = not self._booted
        self._booted = True
        self.activated = []
        effects = []
        dirty = [key for key in self._order if key in self._dirty]
        for key in self._running.boot_keys(self._order) if boot else dirty:
            more, changes = self._running.hand_over(self._parts.get(key) or self._fresh(key[0], key[1]), boot, now)
            effects.extend(more)
            if not boot:
                self.activated.extend(changes)
        self._dirty = set()
        return effects

    def _part(self, module, sub):
        owner = self.registry.find(module)
        if owner is None:
            raise UnknownPart("no module " + module[:40])
        part = self._parts.get((owner.name, sub.upper()))
        if part is not None and part.schema is not None:
            return part
        if self.registry.schema(owner.name, sub) is None:
            raise UnknownPart("{} has no sub-module {}; an option begins with /".format(owner.name, sub[:40]))
        return self._fresh(owner.name, sub.upper())

    def _fresh(self, module, sub):
        return Part(module, sub, self.registry.schema(module, sub))

    def _edit(self, part, pairs, replace):
        texts, warnings = _checked(part, pairs)
        after = Part(part.module, part.sub, part.schema) if replace else part
        growth = sum([size(name, text) for name, text in texts]) - (part.stored if replace else 0)
        if growth > 0 and self.size + growth > self.limit:
            raise OptionError("no space: all options together may take {} octets".format(self.limit))
        changed = []
        if replace:
            named = set([name for name, _ in texts])
            changed = [Change(part.module, part.sub, name, part.values[name] or "", None)
                       for name in part.names if name not in named]
        for name, text in texts:
            if name not in part.values or part.values[name] != text:
                old = part.values[name] or "" if name in part.values else None
                changed.append(Change(part.module, part.sub, name, old, text or ""))
        before = part.stored
        for name, text in texts:
            after.set(name, text)
        self.unsaved = self.unsaved or bool(changed)
        self._keep(after, after.stored - before)
        return Edited(changed, warnings)

    def _keep(self, part, growth):
        key = (part.module, part.sub)
        if key not in self._parts:
            self._order.append(key)
        self._parts[key] = part
        self._dirty.add(key)
        self.size += growth

    def _load(self, words):
        sub, rest = head(words)
        owner = self.registry.find(words[0])
        name = words[0] if owner is None else owner.name
        part = self._parts.get((name, sub.upper())) or self._fresh(name, sub.upper())
        before = part.stored
        warnings = []
        for option, text in parse(rest):
            part.set(option, text)
            refusal = _refusal(part, option, text)
            if refusal:
                warnings.append(refusal)
        self._keep(part, part.stored - before)
        if part.schema is None:
            warnings.append("{} is not known to this release; its options are kept".format(part.title()))
        return warnings


def head(words):
    """(sub-module or "", the words of its options) of a module's name and what follows it."""
    if len(words) > 1 and words[1][:1] != "/":
        return words[1], words[2:]
    return "", words[1:]


def _checked(part, pairs):
    """(pairs without repetition, warnings); OptionError if the schema refuses one."""
    texts: list = []
    warnings = []
    places: dict = {}
    for name, given in pairs:
        text = given or None
        refusal = _refusal(part, name, text)
        if refusal:
            raise OptionError(refusal)
        if name in places:
            warnings.append("{} /{} is given twice: the last one counts".format(part.title(), name))
            texts[places[name]] = (name, text)
            continue
        places[name] = len(texts)
        texts.append((name, text))
    for name, text in texts:
        option = part.option(name)
        if option is None:
            warnings.append("{} has no documented option /{}; it is kept".format(part.title(), name))
        elif text is None and part.values.get(name) and option.kind != FLAG:
            shown = MASK if option.kind == SECRET else encode(part.values[name])
            warnings.append("{} /{} without a value erases {}".format(part.title(), name, shown))
    return texts, warnings


def _refusal(part, name, text):
    """Why an option may not hold a text, or None."""
    if text is not None and len(text) * 3 > VALUE and len(encode(text)) > VALUE:
        return "{} /{}: a value may take {} octets".format(part.title(), name, VALUE)
    option = part.option(name)
    if option is None:
        return None
    try:
        option.read(text or "")
    except ValueError as error:
        shown = "nothing" if text is None else "****" if option.kind == SECRET else encode(text[:40])
        return "{} /{} takes {}, not {}".format(part.title(), name, error, shown)
    return None
