"""The vocabulary in which boards are described: data, read by simulator, tools and firmware."""

from collections import namedtuple

KIB = 1024

NorFlash = namedtuple("NorFlash", ("size", "sector", "page"))
"""In octets: the whole chip, an erase block, a program page."""

Region = namedtuple("Region", ("name", "at", "size"))
"""A named stretch of flash; begins and ends at a sector."""

RadioPart = namedtuple("RadioPart", ("carriers", "bearers", "antennas", "external"))
"""`bearers`: duplex bearers at once; `external`: sockets for accessory antennas instead of built-in ones."""

DspPart = namedtuple("DspPart", ("channels", "codecs"))

Board = namedtuple("Board", (
    "name", "title", "hardware", "platform", "multicell", "smallest", "flash", "regions",
    "radio", "dsp", "modem", "transports", "note"))
"""`name` is what `-M` takes, `hardware` the code that its identity string shows, `smallest`
the earliest firmware release that runs on it, `transports` those that SIP may use."""


def region(board, name):
    for one in board.regions:
        if one.name == name:
            return one
    raise KeyError("board {} has no flash region {}".format(board.name, name))
