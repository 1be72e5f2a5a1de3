"""The radio of a board as a plain dict: what a lab's report and the monitor show of it."""

from typing import Any

from sim.peers.handset.identity import printed_ipei

SLOTS = 12


def view(machine) -> "dict[str, Any]":
    """Everything can go into JSON.

    `running`: it is on the air. `role`: "master", "radio", "master and radio", "standby" or "none". `rfpi` in
    hexadecimal digits and `rpn`, None while nothing is sent. `sync`: {state, source, rssi, fer, hop, lost, cause}.
    `dummy`: {slot, carrier} or None. `bearers`: a list of {number, slot, carrier, kind, state, ipei, rssi, bad,
    ciphered, twins, counts}. `occupancy`: a row of dBm by carrier for each of 12 pairs of slots. `neighbours`: a list
    of {rfpi, slot, carrier, rssi, fer}. `system`, where the master is: a list of {rpn, rfpi, host, hop, ...} of
    its radios.
    """
    radio, gateway = machine.radio, machine.gateway
    told: dict[str, Any] = {
        "running": False, "role": "none", "rfpi": None, "rpn": None, "sync": sync(None, None), "dummy": None,
        "bearers": [], "occupancy": [], "neighbours": [], "system": []}
    if radio is None:
        return told
    state = radio.state()
    told.update(rfpi=state["rfpi"], dummy=state["dummy"])
    told["bearers"] = bearers(state["bearers"], gateway)
    if gateway is None or gateway.dect is None:
        return told
    dect = gateway.dect
    told.update(role=role(dect), running=dect.home.on_air(), sync=sync(dect.home.state, dect.home.own and dect.system),
                system=[member(dect.system, one) for one in dect.system.radios])
    if told["running"]:
        told.update(occupancy=occupancy(radio), neighbours=[neighbour(one) for one in radio.neighbours()],
                    rpn=None if dect.home.rfpi is None else dect.home.rfpi[4])
    return told


def role(dect) -> str:
    master = "standby" if dect.hosting.standby is not None else "master" if dect.system.running() else ""
    radio = "radio" if dect.home.own is not None or dect.home.uplink is not None else ""
    return " and ".join([one for one in (master, radio) if one]) or "none"


def sync(state, system) -> "dict[str, Any]":
    """`state` is firmware's report, None without one; a hop count only the master knows."""
    if state is None:
        return {"state": "off", "source": None, "rssi": None, "fer": None, "hop": None, "lost": 0, "cause": ""}
    followed = state.source is not None
    own = next((one for one in system.radios if one.peer is None), None) if system else None
    return {"state": state.sync, "source": state.source.hex() if followed else None,
            "rssi": state.rssi if followed else None, "fer": state.fer if followed else None,
            "hop": None if own is None else system.hop(own), "lost": state.lost, "cause": state.cause or ""}


def member(system, radio) -> "dict[str, Any]":
    """A radio as its master has it."""
    return {"rpn": radio.rpn, "rfpi": radio.rfpi.hex(), "name": radio.facts.name, "host": radio.host,
            "hop": system.hop(radio), "busy": radio.state.busy if radio.state is not None else 0,
            "sync": radio.state.sync if radio.state is not None else "searching", "counts": dict(radio.counts)}


def bearers(found: "list[dict[str, Any]]", gateway) -> "list[dict[str, Any]]":
    """The controller's bearers, with what firmware knows of each."""
    states: dict[int, str] = {}
    handsets: dict[int, str] = {}
    if gateway is not None and gateway.dect is not None and gateway.dect.home.part is not None:
        states = {number: state for number, _, _, state, _, _ in gateway.dect.home.part.bearers()}
        handsets = {one.bearer: printed(one.ipei) for one in gateway.dect.calls.links.connections
                    if one.radio == 0 and one.ipei is not None}
    return [{"number": one["bearer"], "slot": one["slot"], "carrier": one["carrier"], "kind": one["kind"],
             "state": states.get(one["bearer"]), "ipei": handsets.get(one["bearer"]), "rssi": one["rssi"],
             "bad": one["bad"], "ciphered": one["ciphered"], "twins": one["twins"], "counts": one["counts"]}
            for one in found]


def printed(ipei: int) -> str:
    """From its 36 bits: EMC of 16, serial number of 20 (EN 300 175-6)."""
    return printed_ipei(ipei >> 20, ipei & 0xFFFFF)


def occupancy(radio) -> "list[list[int]]":
    levels, carriers = radio.levels(), radio.carriers
    return [[-level for level in levels[at:at + carriers]] for at in range(0, SLOTS * carriers, carriers)]


def neighbour(one) -> "dict[str, Any]":
    return {"rfpi": one.rfpi.hex(), "slot": one.slot, "carrier": one.carrier, "rssi": one.rssi, "fer": one.fer}
