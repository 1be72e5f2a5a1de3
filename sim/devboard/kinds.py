"""The boards that can be kept on, by the word that names them on the command line."""

from collections.abc import Callable

from sim.devboard.relay import Board

FILES = "files"
"""The folder within the board's own that it has for its file system."""


def vm(folder, heap):
    root = folder / FILES
    root.mkdir(exist_ok=True)
    return Board(root, heap)


def dsp(folder, machine, image, *options):
    from sim.devboard.emulated import Emulated

    return Emulated(folder, machine, image, *options)


KINDS: "dict[str, Callable]" = {"vm": vm, "dsp": dsp}
