"""What GW-DECT answers on the console about its radios and handsets."""

from firmware.dect import identities
from firmware.dect.radios import COUNTED

WORDS = {"master": "Master", "synchronized": "synchronized", "coasting": "synchronized (coasting)",
         "searching": "Searching for sync source", "off": "off"}
"""States of synchronisation as monitoring looks for them (console.md 3)."""


def lines(texts):
    return "".join([text + "\r\n" for text in texts])


def radios(system):
    """Each radio of the system, and those that are missed."""
    found = []
    for radio in system.radios:
        state = radio.state
        release = "{}r{}sr{}".format(*radio.facts.release)
        found.append("{} {} {} at {} {}, {} of {} bearers busy".format(
            radio.rpn, radio.title(), radio.facts.title, "this board" if radio.peer is None else radio.host, release,
            0 if state is None else state.busy, radio.facts.bearers))
    return lines(found + ["{} {} missing, last at {}".format(one.rpn, one.title(), one.host) for one in system.missing])


def sync(system):
    """Columns of the vendor's page, and losses (console.md 3)."""
    found = ["RPN RFPI state source hop RSSI FER lost cause"]
    for radio in system.radios:
        state, hop = radio.state, system.hop(radio)
        if state is None:
            found.append("{} {} -".format(radio.rpn, radio.rfpi.hex()))
            continue
        source = "-" if state.source is None else state.source.hex()
        level = "- -" if state.source is None else "{} {}".format(state.rssi or "-", state.fer)
        found.append("{} {} {} {} {} {} {} {}".format(
            radio.rpn, radio.rfpi.hex(), WORDS[state.sync], source, "-" if hop is None else hop, level, state.lost,
            state.cause or "-"))
    return lines(found)


def counters(dect):
    """What the master counts of each radio, and the MAC of this board's."""
    part, counts = dect.home.part, _counted(dect.system)
    if part is None:
        return counts
    return counts + lines(["this board: " + ", ".join(["{} {}".format(part.counts[name], name)
                                                       for name in sorted(part.counts)])])


def _counted(system):
    return lines(["{} {}".format(radio.title(), ", ".join(["{} {}".format(radio.counts[name], name)
                                                           for name in COUNTED])) for radio in system.radios])


def users(calls, ipeis):
    found = []
    for ipei in ipeis:
        user = calls.locations.user(ipei) or {}
        handset = calls.locations.of(ipei)
        model = "" if handset is None or handset.model is None else " ({})".format(handset.model)
        found.append("{} {} {}{}".format(
            identities.print_ipei(ipei), user.get("e164", "-"), user.get("cn", "-"), model))
    return lines(found)


def connections(calls):
    found = []
    for one in calls.links.connections:
        who = "-" if one.ipei is None else identities.print_ipei(one.ipei)
        found.append("radio {} bearer {} {}{}{} {}".format(
            one.radio, one.bearer, "call" if one.call is not None else "link", " wide" if one.wide else "",
            " ciphered" if one.ciphered else "", who))
    return lines(found)


def status(dect):
    """What the board is, its radio, and the connections of its master part."""
    return lines(_radio(dect) + _master(dect)) + (connections(dect.calls) if dect.system.running() else "")


def _radio(dect):
    home = dect.home
    if home.rfpi is not None and home.state is not None:
        radio, busy = home.rfpi.hex(), home.state.busy
        on = "on" if home.on_air() else WORDS[home.state.sync]
        return ["radio {}, RFPI {}, {} of {} bearers busy".format(on, radio, busy, dect.base.bearers)]
    if home.uplink is not None:
        why = "joined {}".format(home.uplink.host) if home.uplink.open else home.uplink.why
        return ["radio off: waiting for its master, {}".format(why)]
    return ["radio off{}".format(": " + dect.alarm[1] if dect.alarm else "")]


def _master(dect):
    roles = dect.roles
    if dect.hosting.standby is not None:
        state = "serves" if dect.system.running() else "watches it" if dect.hosting.standby.contact else "waits for it"
        return ["standby master of {}: {}".format(roles.primary, state)]
    if not dect.system.running():
        return []
    name = " ({})".format(dect.title) if dect.title else ""
    return ["master of {}{}, {} radios".format(identities.print_ari(roles.sari), name, len(dect.system.radios))]
