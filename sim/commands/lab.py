"""Run a lab: boards, handsets, peers and the air of a TOML file, what happens there, and checks.

The format is in docs/lab.md, examples are examples/*.toml. A lab runs on virtual time: for one seed it
does the same again, which the hash of all its events shows. Exit status 1 if a check failed, 2 for a
file that is no lab; each error names file, line and what is allowed.
"""

import contextlib
import json
import pathlib
import sys
import time

from sim.status import FAILED, SUCCESS, UserError

MOST_SEED = 2 ** 31 - 1


def arguments(parser):
    parser.add_argument("file", metavar="FILE", help="the lab")
    parser.add_argument("--out", metavar="DIR", help="write capture.pcap, console transcripts, logs, what each heard "
                        "as WAV, events.log, junit.xml, result.json and, with matplotlib, pictures")
    parser.add_argument("--seed", type=int, metavar="N", help="seed of all chance (default: that of the file)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--junit", metavar="FILE", help="write the checks as JUnit XML")
    parser.add_argument("--quiet", action="store_true", help="no progress bar, and only the checks that failed")


def execute(arguments):
    import sim.lab
    from sim.lab.files import observers, write
    from sim.lab.junit import junit
    from sim.lab.run import run

    seed = arguments.seed
    if seed is not None and not 0 <= seed <= MOST_SEED:
        raise UserError(f"--seed {seed}: a seed is a whole number from 0 to {MOST_SEED}")
    if arguments.out == "":
        raise UserError("--out names no folder; a dot is the one you are in")
    lab = sim.lab.load(arguments.file).model
    watching = observers(arguments.out)
    began = time.monotonic()
    with bar(arguments.quiet) as progress:
        result = run(lab, seed, watching, progress)
    if arguments.junit:
        path = pathlib.Path(arguments.junit)
        write(path, junit(result))
    show(result, arguments, time.monotonic() - began)
    return SUCCESS if result.passed else FAILED


@contextlib.contextmanager
def bar(quiet):
    """Calls with (now, end) move a bar on standard error, if that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda now, end: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.1f} of {task.total:g} s"),
               TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("virtual time", total=0)
        yield lambda now, end: progress.update(task, completed=now / 1e6, total=end / 1e6)


def show(result, arguments, took):
    from sim.lab.report import as_dict
    from sim.lab.report import show as table

    if arguments.json:
        print(json.dumps(as_dict(result), indent=2))
    elif arguments.quiet:
        for check in result.failed():
            where = f"{arguments.file}:{check.line}" if check.line else arguments.file
            print(f"{where}: {check.name}: {check.said}", file=sys.stderr)
    else:
        table(result, took)
