"""What happens in a call when: (state, side, message) -> the method of firmware.call.call.Call.

Side "a" or "b" is where a message came from, "a" being who asked for the call. What the table does
not list changes nothing: a peer out of step cannot push a call anywhere. Digits and bearers of a handset
go through its line (firmware.call.line) before they come here.
"""

from firmware.call.leg import Alerting, Connect, Digits, Media, Proceeding, Release

COLLECTING, OPENING, OFFERED, ALERTING, ANSWERING, CONNECTED, ENDED = (
    "collecting", "opening", "offered", "alerting", "answering", "connected", "ended")
"""Opening: the sockets of a handset's call. Answering: those of a handset that has answered before they were there."""

TABLE = {
    (COLLECTING, "a", Digits): "_collect",
    (OFFERED, "b", Proceeding): "_proceeding",
    (OFFERED, "b", Alerting): "_alerting",
    (ALERTING, "b", Alerting): "_alerting",
    (OFFERED, "b", Connect): "_answered",
    (ALERTING, "b", Connect): "_answered",
    (CONNECTED, "a", Media): "_media",
    (CONNECTED, "b", Media): "_media",
    (OFFERED, "a", Digits): "_pass_digits",
    (ALERTING, "a", Digits): "_pass_digits",
    (CONNECTED, "a", Digits): "_pass_digits",
    (CONNECTED, "b", Digits): "_pass_digits",
    (COLLECTING, "a", Release): "_released",
    (OPENING, "a", Release): "_released",
    (OFFERED, "a", Release): "_released",
    (OFFERED, "b", Release): "_released",
    (ALERTING, "a", Release): "_released",
    (ALERTING, "b", Release): "_released",
    (ANSWERING, "a", Release): "_released",
    (ANSWERING, "b", Release): "_released",
    (CONNECTED, "a", Release): "_released",
    (CONNECTED, "b", Release): "_released",
}
