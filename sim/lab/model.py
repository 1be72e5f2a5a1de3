"""A lab file, read and checked: its parts as objects; every error names file, line, field and what is allowed."""

import difflib
import pathlib
import tomllib
from typing import Any, NamedTuple

from sim.lab.kinds import Kind
from sim.lab.locate import Path, line_of, positions
from sim.lab.schema import SECTIONS, Field, Section
from sim.lab.verbs import VARIANTS
from sim.status import UserError

MOST_ERRORS = 20
NAMED = ("board", "registrar", "phone", "handset", "foreign", "jammer")
"""Sections whose parts share one set of names."""

GROUPS = sorted({section.name.split(".")[0] for section in SECTIONS})


class LabError(UserError):
    """What is wrong with a lab file; `problems` holds (line, text) of each."""

    def __init__(self, path: str, problems: "list[tuple[int, str]]"):
        self.problems = sorted(problems)
        lines = [f"{path}:{line}: {text}" for line, text in self.problems[:MOST_ERRORS]]
        if len(problems) > MOST_ERRORS:
            lines.append(f"{path}: and {len(problems) - MOST_ERRORS} more")
        super().__init__("\n".join(lines))


class Part:
    """One table of the file: each field an attribute (`-` and `.` do not occur in their names), None if it is not
    given and has no default. `line` is where it begins; `verb` is the step's `do` or the check's `kind`."""

    def __init__(self, section: str, values: "dict[str, Any]", line: int, index: int = 0, verb: str = ""):
        self.section, self.values, self.line, self.index, self.verb = section, values, line, index, verb

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def __repr__(self) -> str:
        return f"Part({self.section}:{self.line})"


class Lab(NamedTuple):
    """`parts` holds the Parts of each section by its name, a list each; `named` those that have a name."""

    path: str
    folder: pathlib.Path
    lab: Part
    network: Part
    air: Part
    plan: Part
    parts: "dict[str, list[Part]]"
    named: "dict[str, Part]"


def read(path: "str | pathlib.Path") -> Lab:
    """LabError for what is wrong in the file, UserError if it cannot be read."""
    try:
        text = pathlib.Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"cannot read the lab {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LabError(str(path), [(1, f"it is no UTF-8 text: {error.reason} at octet {error.start}")]) from None
    return parse(text, str(path))


def parse(text: str, path: str = "lab.toml") -> Lab:
    text = text.replace("\r\n", "\n")
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LabError(path, [_syntax(str(error), text)]) from None
    except RecursionError:
        raise LabError(path, [(1, "tables or arrays are nested too deeply")]) from None
    return Reader(tree, positions(text), path).lab()


def _syntax(message: str, text: str) -> "tuple[int, str]":
    """(line, text) of what the TOML parser says."""
    what, mark, where = message.rpartition(" (at ")
    if not mark:
        return 1, f"no TOML: {message}"
    digits = where.removeprefix("line ").split(",")[0]
    line = int(digits) if digits.isdigit() else text.count("\n") + 1
    return line, f"no TOML: {what}"


class Reader:
    def __init__(self, tree: "dict[str, Any]", places: "dict[Path, int]", path: str):
        self.tree, self.places, self.path = tree, places, path
        self.problems: list[tuple[int, str]] = []
        self.parts: dict[str, list[Part]] = {}
        self.named: dict[str, Part] = {}
        self.references: list[tuple[Part, Field, Path]] = []

    def lab(self) -> Lab:
        self._unknown_sections()
        for section in SECTIONS:
            self.parts[section.name] = self._section(section)
        self._names()
        self._resolve()
        if not self.problems:
            from sim.lab.sense import problems

            self.problems += problems(self)
        if self.problems:
            raise LabError(self.path, self.problems)
        single = {name: self.parts[name][0] for name in ("lab", "network", "air", "plan")}
        return Lab(self.path, pathlib.Path(self.path).parent, **single, parts=self.parts, named=self.named)

    def problem(self, path: Path, text: str) -> None:
        self.problems.append((line_of(self.places, path), text))

    def _unknown_sections(self) -> None:
        for name in self.tree:
            if name not in GROUPS:
                titles = ", ".join(section.title for section in SECTIONS)
                self.problem((name,), f"there is no section {name}{near(name, GROUPS)}; sections are {titles}")

    def _section(self, section: Section) -> "list[Part]":
        keys = section.name.split(".")
        value: Any = self.tree
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        place = tuple(keys)
        if section.many:
            return self._many(section, value, place)
        if value is None:
            if section.name == "lab":
                self.problem((), "the section [lab] is missing")
            return [Part(section.name, self._defaults(section.fields), 1)]
        if not isinstance(value, dict):
            self.problem(place, f"{section.name} must be a table: {section.title}")
            return [Part(section.name, self._defaults(section.fields), 1)]
        return [self._part(section, value, place, 0)]

    def _many(self, section, value, place):
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.problem(place, f"{section.name} must be written {section.title}, once for each")
            return []
        return [self._part(section, one, (*place, index), index) for index, one in enumerate(value)]

    def _part(self, section: Section, table, place: Path, index: int) -> Part:
        fields, verb = section.fields, ""
        if section.variants and section.variants in table:
            verb = table[section.variants]
            chosen = [one for one in VARIANTS[section.variants] if one.name == verb]
            if not chosen:
                self._no_verb(section, place, verb)
                return Part(section.name, self._defaults(fields), line_of(self.places, place), index)
            fields = (*fields, *chosen[0].fields)
        part = Part(section.name, self._defaults(fields), line_of(self.places, place), index, verb)
        where = f"{section.title} {section.variants} = \"{verb}\"" if verb else section.title
        self._fields(part, fields, table, place, where)
        return part

    def _no_verb(self, section, place, verb):
        names = [one.name for one in VARIANTS[section.variants]]
        guess = near(verb, names) if isinstance(verb, str) else ""
        self.problem((*place, section.variants), f"{section.title} {section.variants} = {shown(verb)} does not exist"
                     f"{guess}; it must be one of {', '.join(names)}")

    @staticmethod
    def _defaults(fields):
        return {field.name: field.default for field in fields}

    def _fields(self, part, fields, table, place, where):
        known = {field.name: field for field in fields}
        below = [one.name.split(".")[1] for one in SECTIONS if one.name.startswith(part.section + ".")]
        for name, value in table.items():
            if name in known:
                self._value(part, known[name], value, (*place, name), where)
            elif name not in below:
                self.problem((*place, name), f"{where} has no field {name}{near(name, known)}; "
                             f"its fields are {', '.join(known)}")
        for field in fields:
            if field.required and field.name not in table:
                self.problem(place, f"{where}: {field.name} is missing: {field.kind.says}")

    def _value(self, part, field, value, path, where):
        try:
            part.values[field.name] = field.kind.read(value)
        except ValueError as error:
            why = str(error) if str(error) else f"must be {field.kind.says}"
            self.problem(path, f"{where}: {field.name} = {shown(value)}: {why if str(error) else 'it ' + why}")
            return
        if field.kind.sections:
            self.references.append((part, field, path))

    def _names(self) -> None:
        for section in NAMED:
            for part in self.parts[section]:
                name = part.values["name"]
                if name in self.named:
                    self.problem((section, part.index, "name"), f"[[{section}]]: name = \"{name}\": line "
                                 f"{self.named[name].line} has this name already")
                elif name is not None:
                    self.named[name] = part

    def _resolve(self) -> None:
        """Names that refer to other parts."""
        for part, field, path in self.references:
            value = part.values[field.name]
            for name in value if field.kind.many else [value]:
                other = self.named.get(name)
                if other is None or other.section not in field.kind.sections:
                    self.problem(path, self._nobody(name, other, field.kind, field.name))

    def _nobody(self, name: str, other: "Part | None", kind: Kind, field: str) -> str:
        titles = " or ".join(f"[[{one}]]" for one in kind.sections)
        known = [one for one, part in self.named.items() if part.section in kind.sections]
        if other is not None:
            return f"{field} = \"{name}\": that is a [[{other.section}]]; it must name a {titles}: {listed(known)}"
        return f"{field} = \"{name}\": there is no {titles} of this name{near(name, known)}; there is {listed(known)}"


def listed(names) -> str:
    return ", ".join(names) if names else "none in this file"


def near(name: str, known) -> str:
    """", did you mean ...?" with the nearest names, or nothing."""
    found = difflib.get_close_matches(str(name), list(known), 2, 0.6)
    return f", did you mean {' or '.join(found)}?" if found else ""


def shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
