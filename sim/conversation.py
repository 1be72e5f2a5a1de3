"""A conversation to measure: first one side speaks, then the other; and the table of what came of it."""

import numpy as np

from sim.peers.talker import RATE, correlation, level_dbm0, speech

PAUSE = 0.4
"""Seconds between the two, so that an echo's tail is not taken for the answer."""

BREATH = 0.3
"""Seconds from the answer to the first word, as people take them: the speech path is cut through meanwhile."""

ENOUGH = 0.95
"""The correlation from which on speech counts as having come through."""

LOOSE = {"opus": 0.85, "opus-nb": 0.85, "g729": 0.6}
"""The same for codecs that do not keep the wave's shape."""


class Conversation:
    """Two turns within `seconds`: `first_says` and `second_says` are what each side plays from the answer on."""

    def __init__(self, seconds: float, seed: int = 0):
        turn = seconds / 2 - PAUSE - BREATH
        self.seconds = seconds
        self.first = speech(turn, seed=2 * seed + 1)
        self.second = speech(turn, seed=2 * seed + 2)
        self.first_says = padded(self.first, BREATH, seconds)
        self.second_says = padded(self.second, seconds / 2 + BREATH, seconds)

    def of_first(self, heard: np.ndarray) -> float:
        """How like the first speaker's turn is what the other side heard, -1 .. 1."""
        return correlation(self.first, heard, segment=0.5)

    def of_second(self, heard: np.ndarray) -> float:
        return correlation(self.second, heard, segment=0.5)


def enough(codec: "str | None") -> float:
    """The correlation that speech through a codec has at least."""
    return LOOSE.get(codec or "", ENOUGH)


def padded(samples: np.ndarray, before: float, total: float) -> np.ndarray:
    """Silence, the samples, silence: so long that nobody runs out of something to say."""
    result = np.zeros(round((total + 60) * RATE), np.int16)
    start = round(before * RATE)
    result[start:start + len(samples)] = samples
    return result


def loudness(heard: np.ndarray) -> "float | None":
    """dBm0 of what is not silence, None where there is nothing else."""
    active = heard[np.abs(heard.astype(np.int32)) > 30]
    return level_dbm0(active) if len(active) else None


def rows(record: dict, echo: "dict | None" = None) -> "list[tuple[str, str]]":
    """The table of one finished call, from a record of firmware.call.report."""
    def span(start, end):
        if record.get(start) is None or record.get(end) is None:
            return "-"
        return "{:.0f} ms".format((record[end] - record[start]) / 1000)

    lost, received = record.get("lost") or 0, record.get("received") or 0
    share = 100 * lost / (lost + received) if lost + received else 0.0
    table = [
        ("alerting after", span("setup", "alerting")),
        ("answered after", span("setup", "connect")),
        ("talked", span("connect", "end")),
        ("codec", "{} {} ms".format(record.get("codec"), record.get("packet_ms"))),
        ("packets sent / received", "{} / {}".format(record.get("sent"), received)),
        ("packets lost", f"{lost} ({share:.2f} %)"),
        ("jitter", "{:.1f} ms".format(record.get("jitter_ms") or 0.0)),
    ]
    if record.get("comfort_sent") or record.get("comfort_received"):
        table.append(("pauses sent / received", "{} / {}".format(record["comfort_sent"], record["comfort_received"])))
    if echo:
        table.append(("echo return loss (ERL)", "{:.1f} dB".format(echo["erl"])))
        table.append(("echo cancelled (ERLE)", "{:.1f} dB".format(echo["erle"])))
    return table
