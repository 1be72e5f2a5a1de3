"""Modules CUNITE and MATP: the messaging side of the handsets, which over-the-air updates use (article 31).

They have no options that anything public documents but those that trace.
"""

from firmware.config.schema import TRACE
from firmware.module import Module


class Unite(Module):
    """CUNITE; its sub-module FILEGET fetches the files."""

    name = "CUNITE"
    schemas = {"": TRACE, "FILEGET": TRACE}


class Transport(Module):
    """MATP: how messages reach a handset."""

    name = "MATP"
    schemas = {"": TRACE}
