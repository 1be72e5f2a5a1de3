"""Measure, hear and inspect the DSP core.

bench runs the echo canceller and its peers through a set of tests in the manner of ITU-T G.168, cancel
takes the echo out of a recording, info tells what the core here can do. Exit status 1 if a run failed; a
demand that is missed is marked in the table and is no failure.
"""

import json
import sys

from sim.status import FAILED, SUCCESS, UserError

WIDTH = 180
"""Columns of the bench's table at most."""
MOST_SEEDS = 99


def arguments(parser):
    tools = parser.add_subparsers(dest="tool", metavar="TOOL", required=True)
    for name, (fill, execute_tool) in TOOLS.items():
        text = execute_tool.__doc__ or name
        one = tools.add_parser(name, help=text.splitlines()[0], description=text, allow_abbrev=False)
        fill(one)


def execute(arguments):
    return TOOLS[arguments.tool][1](arguments)


def bench_arguments(parser):
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--out", metavar="DIR", help="write report.json, table.txt and plots there")
    parser.add_argument("--only", metavar="CASE,...", help="leave out the other cases; `speed` is one")
    parser.add_argument("--cancellers", metavar="NAME,...", help="who takes part; FILE.py:FACTORY for one of your own")
    parser.add_argument("--seeds", type=int, metavar="N", help="how many seeds (default 3, with --quick 1)")
    parser.add_argument("--rate", type=int, choices=(8000, 16000), default=8000, help="Hz (default %(default)s)")
    parser.add_argument("--tail", type=int, default=128, metavar="MS", help="32 to 256 (default %(default)s)")
    parser.add_argument("--quick", action="store_true", help="fewer trials and cancellers: some ten seconds")


def bench(arguments):
    """Run cancellers side by side: figures, demands, speed and plots."""
    from sim.dspbench.bench import Bench

    make_folder(arguments.out)
    run = Bench(plan(arguments))
    if not run.kinds and not run.failed:
        raise UserError("; ".join(f"{name}: {reason}" for name, reason in run.skipped.items()))
    watched(run)
    report = run.report()
    if arguments.json:
        print(json.dumps(report, indent=2, allow_nan=False))
    else:
        show(report)
    if arguments.out:
        try:
            write(run, report, arguments.out)
        except OSError as error:
            raise UserError(f"--out: cannot write {error.filename or arguments.out}: {error.strerror}") from error
    return FAILED if report["failed"] else SUCCESS


def plan(arguments):
    from sim.dspbench import cancellers
    from sim.dspbench.bench import Plan
    from sim.dspbench.cases import CASES
    from sim.dspbench.speed import SPEED

    every = (*CASES, SPEED)
    cases = words(arguments.only) or every
    for name in cases:
        if name not in every:
            raise UserError(f"--only {name}: the cases are {', '.join(every)}")
    names = words(arguments.cancellers) or (cancellers.QUICK if arguments.quick else cancellers.DEFAULT)
    seeds = arguments.seeds if arguments.seeds is not None else (1 if arguments.quick else 3)
    if not 1 <= seeds <= MOST_SEEDS:
        raise UserError(f"--seeds {seeds}: at least one is needed, and at most {MOST_SEEDS}")
    if not 32 <= arguments.tail <= 256:
        raise UserError(f"--tail {arguments.tail}: 32 to 256 ms")
    kinds = cancellers.find_all(names)
    return Plan(kinds, cases, tuple(range(1, seeds + 1)), arguments.rate, arguments.tail, arguments.quick)


def words(text):
    """The words between commas, each once, in their order."""
    return tuple(dict.fromkeys(word.strip() for word in (text or "").split(",") if word.strip()))


def watched(run):
    """Run it under a progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0)

        def progress(done, text):
            bar.update(task, advance=done, description=text or None)

        run.progress = progress
        run.run()


def show(report, file=None):
    from rich.console import Console

    from sim.dspbench.report import table

    # A narrow terminal may break the lines; it must not hide figures.
    Console(file=file, width=WIDTH, highlight=False).print(table(report))


def make_folder(path):
    import pathlib

    if path:
        try:
            pathlib.Path(path).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"--out {path}: {error.strerror}") from error


def write(run, report, folder):
    import pathlib

    out = pathlib.Path(folder)
    (out / "report.json").write_text(json.dumps(report, indent=2, allow_nan=False) + "\n")
    with open(out / "table.txt", "w", encoding="utf-8") as file:
        show(report, file)
    try:
        from sim.dspbench import plots
    except ImportError:
        print("gatesim dsp: no plots, as the Python package matplotlib is not installed", file=sys.stderr)
        return
    for path in plots.draw(run.plotted, out):
        print(f"gatesim dsp: wrote {path}", file=sys.stderr)


def cancel_arguments(parser):
    parser.add_argument("near", metavar="NEAR.wav", help="the microphone: echo and near end; 8 or 16 kHz mono 16-bit")
    parser.add_argument("far", metavar="FAR.wav", help="the loudspeaker, from the same instant on")
    parser.add_argument("-o", dest="out", metavar="OUT.wav", required=True, help="where the result goes")
    parser.add_argument("--ec-type", type=int, choices=(0, 1, 2), default=2, help="as /ec-type of MSP0 (default 2)")
    parser.add_argument("--tail", type=int, default=128, metavar="MS", help="32 to 256 (default %(default)s)")
    parser.add_argument("--linear", action="store_true", help="the linear stage alone")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")


def cancel(arguments):
    """Take the echo of one recording out of another."""
    from sim.dspbench.cancel import cancel_files

    result = cancel_files(arguments)
    if arguments.json:
        print(json.dumps(result, indent=2, allow_nan=False))
    else:
        for note in result["notes"]:
            print(f"gatesim dsp: {note}", file=sys.stderr)
        print("{out}: {seconds:.2f} s at {rate} Hz; near {near_dbm0:.1f} dBm0, out {out_dbm0:.1f} dBm0; "
              "ERL {erl:.1f} dB, ERLE {erle:.1f} dB, echo at {delay_ms} ms".format(**result))
    return SUCCESS


def info_arguments(parser):
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def info(arguments):
    """Tell what the DSP core here can do: codecs, canceller settings, processor features."""
    from sim.dspbench.info import info as tell

    told = tell()
    if arguments.json:
        print(json.dumps(told, indent=2))
    else:
        for name, value in told.items():
            print(f"{name:20} {', '.join(map(str, value)) if isinstance(value, list) else value}")
    return SUCCESS


TOOLS = {
    "bench": (bench_arguments, bench),
    "cancel": (cancel_arguments, cancel),
    "info": (info_arguments, info),
}
