"""The vocabulary in which boards are described: data, read by simulator, tools and firmware."""

from collections import namedtuple

KIB = 1024
MIB = 1024 * KIB

NorFlash = namedtuple("NorFlash", ("size", "sector", "page"))
"""In octets: the whole chip, an erase block, a program page."""

Region = namedtuple("Region", ("name", "at", "size"))
"""A named stretch of flash; begins and ends at a sector."""

RadioPart = namedtuple("RadioPart", ("carriers", "bearers", "antennas", "external"))
"""`bearers`: duplex bearers at once; `external`: sockets for accessory antennas instead of built-in ones."""

DspPart = namedtuple("DspPart", ("channels", "codecs"))

MicroPython = namedtuple("MicroPython", ("port", "arch", "heap", "led", "button"))
"""`port`: what sys.platform says there; `arch`: what mpy-cross calls the processor (-march), None for bytecode only;
`heap`: octets that the image leaves to Python, about; `led`: a pin as machine.Pin takes it, or (pin, its level while
lit) where that is not 1; `button`: (pin, its level while pressed); None without one."""

Board = namedtuple("Board", (
    "name", "title", "codes", "platform", "multicell", "smallest", "flash", "regions",
    "radio", "dsp", "modem", "transports", "micropython", "source"))
"""`name` is what `-M` takes, `codes` are the product codes on the back, `smallest` is the earliest
firmware release that runs on it, `transports` those that its hardware can carry SIP over,
`modem` whether it has a FAX line, `source` where the facts stand. `radio` and `dsp` are None where there is none;
`micropython` is None for a base station, which is only emulated."""


def regions(*sized):
    """Regions one after the other from the start of the chip, from (name, size) pairs."""
    laid, at = [], 0
    for name, size in sized:
        laid.append(Region(name, at, size))
        at += size
    return tuple(laid)


def region(board, name):
    for one in board.regions:
        if one.name == name:
            return one
    raise KeyError("board {} has no flash region {}".format(board.name, name))
