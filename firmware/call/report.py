"""What is told of a call, while it lasts and after: plain dicts, and a line for console and log."""


def record(call):
    """A plain dict: who, when (µs since power-on), why it ended, and the counters of its audio.

    Beside the keys of `Session.stats`: "level_in", "level_out" (dBm0), "erl", "erle" (dB),
    "played", "missing" (frames of 10 ms) are those of hal.dsp.Status, None without a channel.
    """
    told = {
        "call": call.number, "state": call.state, "incoming": call.incoming,
        "calling": call.calling, "called": call.called, "name": call.name,
        "cause": call.cause, "channel": call.channel, "audio": call.channel is not None,
        "bearer": call.bearer,
    }
    told.update(call.times)
    told.update(call.session.stats())
    status = call.read_status()
    for field in ("level_in", "level_out", "erl", "erle", "played", "missing"):
        told[field] = getattr(status, field) if status is not None else None
    return told


def line(told):
    """One line of a `record`."""
    words = ["call {} {} -> {} {}".format(told["call"], told["calling"] or "-", told["called"] or "-", told["state"])]
    if told["cause"] is not None:
        words.append("cause {}".format(told["cause"]))
    if told["connect"] is not None and told["end"] is not None:
        words.append("{:.1f} s".format((told["end"] - told["connect"]) / 1000000))
    if told["codec"] is not None:
        words.append("{} {} ms sent {} received {} lost {} late {} jitter {:.1f} ms".format(
            told["codec"], told["packet_ms"], told["sent"], told["received"], told["lost"], told["late"],
            told["jitter_ms"]))
    if told["erle"] is not None:
        words.append("level {:.1f}/{:.1f} dBm0 ERL {:.1f} ERLE {:.1f} dB".format(
            told["level_in"], told["level_out"], told["erl"], told["erle"]))
    return " ".join(words)
