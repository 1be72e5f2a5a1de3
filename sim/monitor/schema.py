"""What the monitor can be asked: the one list that the server and docs/monitor.md are made from."""

from typing import NamedTuple


class Argument(NamedTuple):
    """`kind` is what JSON has: str, int, bool."""

    name: str
    kind: type
    help: str
    optional: bool = False


class Command(NamedTuple):
    name: str
    help: str
    returns: str
    arguments: tuple[Argument, ...] = ()


class Event(NamedTuple):
    name: str
    help: str


BOARD = Argument("board", int, "number of the board, 1 for the first", optional=True)

COMMANDS = (
    Command("qmp_capabilities", "end the negotiation; must be the first command", "{}"),
    Command("query-commands", "what can be executed", "[{name}]"),
    Command("query-version", "version of gatesim", "{package, qemu: {major, minor, micro}}"),
    Command("query-status", "whether time passes", '{status: "running" or "paused", running, now: microseconds}'),
    Command("stop", "halt virtual time", "{}"),
    Command("cont", "let it go on", "{}"),
    Command("system_reset", "take a board's power away and give it back", "{}", (BOARD,)),
    Command("quit", "end the run", "{}"),
    Command("query-board", "the boards of the run", "[{number, model, title, release, power, boots}]"),
    Command("query-radio", "a board's radio: bearers, slots and carriers, synchronisation, what it hears", "{...}",
            (BOARD,)),
    Command("query-calls", "calls that are up on a board", "[{...}]", (BOARD,)),
    Command("query-led", "what the status LED shows", "{colour: 0xRRGGBB}", (BOARD,)),
    Command("console-write", "a console line; gives its reply", "{reply}",
            (Argument("line", str, "what would be typed"), BOARD)),
)

EVENTS = (
    Event("STOP", "time has been halted"),
    Event("RESUME", "time goes on"),
    Event("RESET", "a board has booted: {board}"),
    Event("SHUTDOWN", "the run ends"),
)


def command(name: object) -> "Command | None":
    return next((one for one in COMMANDS if one.name == name), None)


def objection(wanted: Command, arguments: dict) -> "str | None":
    """Why the arguments do not fit a command, or None."""
    for name in arguments:
        if name not in [one.name for one in wanted.arguments]:
            return f"Parameter '{name}' is unexpected"
    for one in wanted.arguments:
        if one.name not in arguments:
            if not one.optional:
                return f"Parameter '{one.name}' is missing"
        elif type(arguments[one.name]) is not one.kind:
            return f"Invalid parameter type for '{one.name}', expected: {KINDS[one.kind]}"
    return None


KINDS = {str: "string", int: "integer", bool: "boolean"}
