"""What a user sees of a run of the flash tool."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
from rich.progress import Progress as Bar

from tools.flash.flasher import Watcher

NAMES = 6


class Progress(Watcher):
    """A bar on a terminal; nothing elsewhere. A context manager."""

    def __init__(self, file):
        console = Console(file=file)
        self._bar = Bar(TextColumn("{task.description:36.36}", markup=False), BarColumn(), DownloadColumn(),
                        TransferSpeedColumn(), console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("", total=None)

    def step(self, text):
        self._bar.update(self._task, description=text)

    def total(self, octets):
        self._bar.update(self._task, total=octets)

    def wrote(self, octets):
        self._bar.advance(self._task, octets)

    def stop(self):
        self._bar.stop()

    def __enter__(self):
        self._bar.start()
        return self

    def __exit__(self, *error):
        self._bar.stop()


def some(names):
    """As many names as a line has room for."""
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more} more" if more > 0 else "")


def sentences(report):
    """Lines for a terminal."""
    lines = []
    if report["completed"]:
        lines.append("an interrupted run was completed")
    if report["mended"]:
        lines.append("altered or removed on the board, written again: " + some(report["mended"]))
    if report["kept"]:
        lines.append("altered on the board, no longer needed, left to you: " + ", ".join(report["kept"]))
    counts = [f"{len(report['written'])} written ({report['octets']} octets)", f"{report['unchanged']} unchanged"]
    counts += [f"{len(report[name])} {name}" for name in ("resumed", "removed") if report[name]]
    lines.append("files: " + ", ".join(counts))
    lines.append(f"{report['board']} with MicroPython {report['micropython']} runs, prompt {report['prompt']}> ")
    lines.append(f"its line is {report['port']}: gatesim console {report['port']}")
    return lines
