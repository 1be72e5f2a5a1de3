"""All that a lab asks of the air: its walls, transmitters that are no board of ours, and who hears whom how well."""

from functools import partial
from typing import Any

import boards
from sim.air.antennas import BUILT_IN, fit
from sim.air.coverage import rssi_map
from sim.air.plan import MATERIALS, Plan, wall
from sim.air.propagation import Propagation
from sim.lab.model import Lab, Part


def propagation(lab: Lab, seed: int) -> Propagation:
    """Without walls and ceilings in the file distance alone counts."""
    walls = [wall(part.get("from")[:2], part.to[:2], wall_loss(part), int(part.get("from")[2]))
             for part in lab.parts["plan.wall"]]
    plan = Plan(walls, ceiling=lab.plan.floor_loss_db, height=lab.plan.floor_height) if walls or storeys(lab) else None
    return Propagation(plan, seed, shadowing=lab.air.shadowing_db)


def storeys(lab: Lab) -> bool:
    """Whether anything is on another floor than the ground floor."""
    places = [part.position for section in ("board", "handset", "jammer", "foreign") for part in lab.parts[section]]
    places += [place for part in lab.parts["handset"] for _, place in part.walk or ()]
    places += [part.to for part in lab.parts["step"] if part.verb in ("walk", "move")]
    return any(place[2] for place in places)


def antennas_of(part: Part) -> "tuple | None":
    """What is plugged into a board; None for what it comes with. ValueError says why it cannot be."""
    radio = boards.find(part.model).radio
    if radio is None or part.antennas is None:
        return None
    return fit(radio, part.antennas, part.azimuth, part.tilt)


def handset_options(part: Part) -> "dict[str, Any]":
    """Further arguments of a Handset."""
    return {"model": part.model, "wideband": part.wideband}


class Transmitter:
    """What is no part of our system: `station` is on the air between `switch(True)` and `switch(False)`."""

    def __init__(self, stage, part: Part):
        self.name, self._record = part.name, stage.record
        self.machine, self.station = made(stage, part)
        for instant, on in ((part.on, True), (part.off, False)):
            if instant is not None:
                stage.time.at(instant, partial(self.switch, on))

    def switch(self, on: bool) -> None:
        self._record.note(self.name, "on" if on else "off")
        if on:
            self.machine.start()
        else:
            self.machine.stop()


def made(stage, part: Part) -> "tuple[Any, Any]":
    """(what can start and stop, the station of the air that can be moved)."""
    from sim.air.foreign import AlienSystem, ForeignBase
    from sim.air.jammer import Jammer

    air, time, place = stage.site.air, stage.time, part.position
    if part.section == "jammer":
        jammer = Jammer(air, time, place, part.carriers, part.slots, part.power_dbm)
        return jammer, jammer
    if part.calls:
        system = AlienSystem(air, time, place, part.sari, part.calls, seed=stage.seed)
        return system, system.base
    base = ForeignBase(air, place, part.sari, part.rpn, part.slot, part.carrier)
    return base, base


def wall_loss(part: Part) -> float:
    """dB of a wall."""
    return MATERIALS[part.material] if part.loss_db is None else part.loss_db


def level_grid(stage, name: str, floor: int, area: "tuple[float, float, float, float]", resolution: float):
    """dBm at which a handset receives a board's radio: rows of y, columns of x."""
    place = stage.site.air.position(stage.machines[name].radio)
    antennas = stage.antennas[name] or BUILT_IN
    return rssi_map(stage.site.propagation, place, resolution, floor, area, antennas)
