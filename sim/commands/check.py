"""Replay a configuration script on a fresh board and say what each line does.

For every line: the reply, what it changed, and warnings (an option that no module knows, a bare
option that erases a value, a reset that is owed). At the end: how much of the flash is left.
Exit status 1 if the board refused a line.
"""

import json
import sys

from sim.commands.run import build, common
from sim.status import FAILED, SUCCESS, UserError

REBOOTS = 100
"""A script that restarts the board more often is taken for a mistake."""


def arguments(parser):
    parser.add_argument("script", metavar="SCRIPT", help="file of console lines, - for standard input")
    common(parser)
    parser.add_argument("--quiet", action="store_true", help="show only lines that were refused or warned about")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def execute(arguments):
    from sim.site import Site

    text = read(arguments.script)
    with Site(virtual=True, seed=arguments.seed) as site:
        machine = build(site, arguments)
        machine.power_on()
        lines = list(replay(site, machine, text))
        report = {
            "board": machine.board.title, "firmware": machine.gateway.release.text(), "lines": lines,
            "refused": sum(line["refused"] for line in lines),
            "warnings": sum(len(line["warnings"]) for line in lines),
            "reset_owed": list(machine.gateway.interpreter.pending.reasons),
            "flash": {name: {"used": store.used, "free": store.capacity - store.used}
                      for name, store in machine.gateway.stores},
        }
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        show(report, arguments.quiet)
    return FAILED if report["refused"] else SUCCESS


def read(path):
    """The script's octets; UserError where it cannot be read."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error


def replay(site, machine, text):
    """A dict for each line; the board restarts where the script says so, and the script goes on."""
    last, boots = 0, -1
    while machine.boots != boots:
        boots = machine.boots
        if boots > REBOOTS:
            raise UserError(f"the script restarts the board more than {REBOOTS} times")
        owed: set[str] = set()
        for line in machine.gateway.run_script(text, machine.clock.now(), after=last):
            yield entry(line, machine.gateway.interpreter.pending.reasons, owed)
            last = line.number
        machine.wake()
        site.time.run(site.time.now + machine.settling)


def entry(line, reasons, owed):
    """One line's part of the report; a reset that it made necessary is a warning, once a boot."""
    warnings = list(line.result.warnings)
    for reason in reasons:
        if reason not in owed and not line.result.refused():
            warnings.append(f"a reset is owed: {reason}")
            owed.add(reason)
    reply = [part for part in line.result.reply.split("\r\n") if part and not part.startswith("# warning: ")]
    changed = [{"option": " ".join(filter(None, (one.module, one.sub))) + " /" + one.name,
                "old": one.old, "new": one.new} for one in line.result.changed]
    return {"line": line.number, "text": line.text, "reply": reply, "refused": line.result.refused(),
            "changed": changed, "warnings": warnings}


def show(report, quiet):
    print("{board}, firmware {firmware}".format(**report))
    for line in report["lines"]:
        if quiet and not line["refused"] and not line["warnings"]:
            continue
        print("{:5} {} {}".format(line["line"], "!" if line["refused"] else " ", line["text"]))
        for text in details(line):
            print("          " + text)
    flash = ", ".join(f"{name} {one['used']} used, {one['free']} left" for name, one in report["flash"].items())
    print("{} lines, {} refused, {} warnings".format(len(report["lines"]), report["refused"], report["warnings"]))
    print(f"flash (octets): {flash}")
    for reason in report["reset_owed"]:
        print(f"a reset is still owed: {reason}")


def details(line):
    yield from line["reply"]
    for one in line["changed"]:
        yield f"{one['option']}: {value(one['old'])} -> {value(one['new'])}"
    for warning in line["warnings"]:
        yield f"warning: {warning}"


def value(text):
    if text is None:
        return "not set"
    return text if text != "" else "set"
