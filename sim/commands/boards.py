"""List the boards: those that gatesim emulates, and those with MicroPython that `gatesim flash` writes."""

import json
import sys

import boards
from sim.status import SUCCESS


def arguments(parser):
    parser.add_argument("--json", action="store_true", help="print the table as JSON")


def row(board):
    """One board's facts as a plain dict."""
    return {
        "name": board.name,
        "title": board.title,
        "runs": "emulated" if board.micropython is None else f"flashed ({board.micropython.port})",
        "channels": board.dsp.channels if board.dsp else 0,
        "cells": cells(board),
        "antennas": antennas(board.radio),
        "smallest firmware": board.smallest or "any",
        "flash": size(board.flash.size),
        "VARs": size(next(one.size for one in board.regions if one.name == "vars_a")),
        "transports": " ".join(board.transports) or "none",
        "codes": " ".join(board.codes) or "-",
    }


def cells(board):
    if board.radio is None:
        return "none"
    return "multi" if board.multicell else "single"


def antennas(radio):
    return "none" if radio is None else f"{radio.antennas} " + ("external" if radio.external else "built-in")


def size(octets):
    return f"{octets // 2**20} MiB" if octets >= 2**20 else f"{octets // 1024} KiB"


def execute(arguments):
    rows = [row(boards.load(name)) for name in boards.NAMES + boards.DEVELOPMENT]
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return SUCCESS
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, no_wrap=heading != "codes")
    for one in rows:
        table.add_row(*(str(value) for value in one.values()))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
    return SUCCESS
