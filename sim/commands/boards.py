"""List the boards that gatesim emulates."""

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
        "channels": board.dsp.channels,
        "cells": "multi" if board.multicell else "single",
        "antennas": f"{board.radio.antennas} " + ("external" if board.radio.external else "built-in"),
        "smallest firmware": board.smallest,
        "flash": f"{board.flash.size // 2**20} MiB",
        "VARs": f"{next(one.size for one in board.regions if one.name == 'vars_a') // 1024} KiB",
        "transports": " ".join(board.transports),
        "codes": " ".join(board.codes),
    }


def execute(arguments):
    rows = [row(boards.load(name)) for name in boards.NAMES]
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
