"""What is told of a call, while it lasts and after: plain dicts, and a line for console and log."""

from firmware.media.orders import FIGURES

HISTORY = 100
"""Finished calls that are remembered."""

UNKNOWN = ("jitter_ms", "peer_lost", "peer_jitter_ms", "round_trip_ms", "level_in", "level_out", "erl", "erle",
           "played", "missing")
"""Figures that are None rather than 0 where nothing was measured."""


def record(call):
    """A plain dict: who, when (µs since power-on), why it ended, which radio had its audio, and the counters of that.

    Beside those of `Stream.stats`: "level_in", "level_out" (dBm0), "erl", "erle" (dB),
    "played", "missing" (frames of 10 ms) are those of hal.dsp.Status, None without a channel.
    """
    speech = call.speech
    told = {
        "call": call.number, "state": call.state, "incoming": call.incoming,
        "calling": call.calling, "called": call.called, "name": call.name,
        "cause": call.cause, "channel": call.channel, "audio": call.channel is not None,
        "bearer": call.bearer, "radio": speech.radio if speech is not None else None, "codec": None, "packet_ms": 0,
    }
    for name in FIGURES:
        told[name] = None if name in UNKNOWN else 0
    told.update(call.times)
    if speech is not None:
        told.update(speech.figures())
    return told


class History:
    """Records of the calls that have ended."""

    def __init__(self):
        self._records: list = []

    def add(self, call):
        """The record of one; counters that are still on their way get into it later."""
        told = record(call)
        if call.speech is not None:
            call.speech.owes(told)
        self._records.append(told)
        if len(self._records) > HISTORY:
            self._records.pop(0)
        return told

    def all(self):
        """The oldest first."""
        return list(self._records)


def line(told):
    """One line of a `record`."""
    words = ["call {} {} -> {} {}".format(told["call"], told["calling"] or "-", told["called"] or "-", told["state"])]
    if told["radio"]:
        words.append("radio {}".format(told["radio"]))
    if told["cause"] is not None:
        words.append("cause {}".format(told["cause"]))
    if told["connect"] is not None and told["end"] is not None:
        words.append("{:.1f} s".format((told["end"] - told["connect"]) / 1000000))
    if told["codec"] is not None and told["jitter_ms"] is not None:
        words.append("{} {} ms sent {} received {} lost {} late {} jitter {:.1f} ms".format(
            told["codec"], told["packet_ms"], told["sent"], told["received"], told["lost"], told["late"],
            told["jitter_ms"]))
    if told["erle"] is not None:
        words.append("level {:.1f}/{:.1f} dBm0 ERL {:.1f} ERLE {:.1f} dB".format(
            told["level_in"], told["level_out"], told["erl"], told["erle"]))
    return " ".join(words)


def channels(places):
    """Lines that say who holds the DSP channels of each radio, our own first."""
    rows = []
    for place in places:
        where = "" if place.local is not None else "radio {} ".format(place.radio)
        for channel, holder in enumerate(place.channels.holders):
            rows.append("{}{}: {}".format(where, channel, "free" if holder is None else "call {}".format(
                holder.number)))
    return rows
