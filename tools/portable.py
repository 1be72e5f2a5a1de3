"""Which sources a MicroPython board gets: the firmware and the contract, less what the board has no use for."""

import pathlib

import boards

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOUSES = ("firmware", "hal")
SHARED = ("__init__.py", "development.py")
"""Of boards/: what its files have in common."""

START = ROOT / "firmware" / "start.py"
OPTIMISE = "-O2"
"""For mpy-cross: without assertions. Line numbers stay: they cost 4 KiB of heap, and a traceback is worth that."""

HOST_ONLY = ("hal/check/", "hal/link.py", "hal/frames.py", "hal/dsp_link.py", "firmware/dsp/core/",
             "firmware/dsp/bind/", "firmware/dsp/target/", "firmware/start.py")
"""What only the host runs, and the start, which has another name on the board."""

CALLS = ("bridge", "call", "channels", "dialling", "endpoints", "features", "line", "lines", "module", "options",
         "places", "remote", "report", "speech", "table", "timetable")
"""Of firmware/call: what only calls of handsets need."""

WITHOUT = (
    ("radio", ("firmware/dect/", "firmware/fields.py", "firmware/hmac.py", "hal/radio.py",
               *(f"firmware/call/{name}.py" for name in CALLS))),
    ("dsp", ("firmware/dsp/", "firmware/media/", "hal/dsp.py")),
    ("modem", ("firmware/fax/", "hal/fax.py")),
)
"""A part of hal.description.Board that is missing -> the sources that then never run."""


def files(name):
    """[(path on the board, source file)] of the board called `name`, in the order of the paths; "main.py" is the
    start, which has to stay a source; all others may be compiled, and keep their place as .mpy."""
    board = boards.find(name)
    found = [("main.py", START), ("board.py", ROOT / "boards" / f"{board.name}.py")]
    paths = [path for house in HOUSES for path in (ROOT / house).rglob("*.py")]
    for path in paths + [ROOT / "boards" / shared for shared in SHARED]:
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(left_out(board)):
            found.append((place, path))
    return sorted(found)


def left_out(board):
    """Prefixes of the paths that a hal.description.Board does not get."""
    absent = [prefix for part, prefixes in WITHOUT if not getattr(board, part) for prefix in prefixes]
    return HOST_ONLY + tuple(absent)
