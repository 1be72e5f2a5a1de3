"""The reference part of docs/lab.md, made from the schema: `python -m sim.lab.reference` writes it anew."""

import pathlib
from collections.abc import Iterable, Iterator

from sim.lab.kinds import Kind
from sim.lab.schema import SECTIONS, Field, Section
from sim.lab.verbs import CHECKS, STEPS

BEGIN, END = "<!-- reference: made by python -m sim.lab.reference -->", "<!-- end of reference -->"
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "lab.md"


def reference() -> str:
    return "\n".join([*_sections(), *_verbs("Steps", "[[step]]", "do", STEPS),
                      *_verbs("Checks", "[[check]]", "kind", CHECKS)])


def _sections() -> "Iterator[str]":
    for section in sorted(SECTIONS, key=lambda one: ORDER.index(one.name.split(".")[0])):
        yield f"### `{section.title}`\n"
        yield f"{section.help}\n"
        yield from _table(section.fields)


ORDER = ("lab", "network", "registrar", "board", "phone", "handset", "plan", "air", "foreign", "jammer", "step",
         "check")


def _verbs(title: str, table: str, field: str, verbs: "tuple[Section, ...]") -> "Iterator[str]":
    yield f"### {title}: `{field}` of `{table}`\n"
    for one in verbs:
        yield f"#### `{field} = \"{one.name}\"`\n"
        yield f"{one.help}\n"
        if one.fields:
            yield from _table(one.fields)


def _table(fields: "Iterable[Field]") -> "Iterator[str]":
    yield "| field | must be | without it | what it is |"
    yield "|---|---|---|---|"
    for field in fields:
        yield f"| `{field.name}` | {_cell(field.kind)} | {_default(field)} | {field.help} |"
    yield ""


def _cell(kind: Kind) -> str:
    return kind.says.replace("|", "\\|")


def _default(field: Field) -> str:
    if field.required:
        return "an error"
    value = field.default
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(f"{one:g}" for one in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    if "a time such as" in field.kind.says:
        return f"{value / 1e6:g} s"
    return str(value)


def renewed(page: str) -> str:
    """The page with its reference as it should be."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{reference()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
