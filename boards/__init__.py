"""The boards, one a file: data only. `find` takes a name as a user spells it."""

NAMES = ("ip1202", "ip1202_4", "ip1202_4s", "ip1202e", "ip1203", "ip1203_4", "ip1203e")
"""The base stations, which are emulated."""

DEVELOPMENT = ("upy_unix", "rp2", "rp2_pico2", "esp32", "stm32")
"""Boards with MicroPython, which the firmware is flashed onto."""


def load(name):
    """The Board of one file of this folder."""
    return __import__("boards." + name, None, None, ("BOARD",)).BOARD


def find(name):
    """The Board called `name` ("ip1203", "IP1202/4s", "upy-unix"); KeyError lists those there are."""
    wanted = name.lower().replace("/", "_").replace("-", "_")
    if wanted not in NAMES + DEVELOPMENT:
        raise KeyError("no board {!r}; there are {}".format(name, ", ".join(NAMES + DEVELOPMENT)))
    return load(wanted)
