"""`-device antenna,...`: what is plugged into the sockets of an e-model."""

import boards
from hal.description import Board
from sim.air.antennas import Mounted, fit
from sim.assembly import number, properties
from sim.status import UserError

OPTIONS = ("kind", "azimuth", "tilt")
FORM = "antenna,kind=directional|directional-dual|omni|dipole[,azimuth=DEGREES][,tilt=DEGREES]"


def chosen(texts: "list[str]") -> "tuple[list[str], list[str]]":
    """(the texts of antennas, the other devices)."""
    antennas = [text for text in texts if text.split(",")[0] == "antenna"]
    return antennas, [text for text in texts if text not in antennas]


def fitted(texts: "list[str]", model: str) -> "tuple[Mounted, ...] | None":
    """The antennas of a board of that model; None for those that it comes with. UserError where they do not fit."""
    if not texts:
        return None
    plugged = [plug(text) for text in texts]
    board = find(model)
    if board.radio is None:
        raise UserError(f"the {board.title} has no radio: take a base station; see `gatesim boards`")
    names, azimuths, tilts = zip(*plugged, strict=True)
    try:
        return fit(board.radio, names, azimuths, tilts)
    except ValueError as error:
        raise UserError(f"-device {texts[0]}: {error}") from error


def plug(text: str) -> "tuple[str, float, float]":
    """Name, azimuth and tilt of one antenna."""
    options = properties(text, OPTIONS, FORM)
    if "kind" not in options:
        raise UserError(f"-device {text}: which? {FORM}")
    return options["kind"], number(options, "azimuth", 0.0, "antenna"), number(options, "tilt", 0.0, "antenna")


def find(model: str) -> Board:
    try:
        return boards.find(model)
    except KeyError as error:
        raise UserError(error.args[0]) from error
