"""The air between the bases and the handsets of one simulation."""

from sim.air.air import Air
from sim.air.clock import Clock
from sim.air.ends import End
from sim.air.errors import FLOOR, SENSITIVITY
from sim.air.frames import (
    CARRIERS,
    FRAME,
    FULL,
    LONG,
    MULTIFRAME,
    SILENCE,
    Beacon,
    Ear,
    Heard,
    Reception,
    Tapped,
)
from sim.air.stations import POWER

__all__ = ["CARRIERS", "FLOOR", "FRAME", "FULL", "LONG", "MULTIFRAME", "POWER", "SENSITIVITY", "SILENCE", "Air",
           "Beacon", "Clock", "Ear", "End", "Heard", "Reception", "Tapped"]
