"""The tables of docs/monitor.md, made from the schema: `python -m sim.monitor.reference` prints them."""

from collections.abc import Iterator

from sim.monitor.schema import COMMANDS, EVENTS, KINDS, Argument


def tables() -> str:
    return "\n".join([*_commands(), "", *_events()])


def _commands() -> "Iterator[str]":
    yield "| command | arguments | returns | |"
    yield "|---|---|---|---|"
    for one in COMMANDS:
        yield f"| `{one.name}` | {', '.join(map(_argument, one.arguments))} | `{one.returns}` | {one.help} |"


def _argument(one: Argument) -> str:
    return f"`{one.name}` ({KINDS[one.kind]}{', optional' if one.optional else ''}): {one.help}"


def _events() -> "Iterator[str]":
    yield "| event | |"
    yield "|---|---|"
    for one in EVENTS:
        yield f"| `{one.name}` | {one.help} |"


if __name__ == "__main__":
    print(tables())
