"""Module LOG0: counters (sub-module CNT), alarms and events (sub-module FAULT).

Shapes as monitoring agents read them (reference console.md 1 and 2): counters
with n and x, histories `<h><m c=…/></h>`, alarms with type, severity, time and
a `<text>`. Names of the elements round them are our choice.
"""

from firmware.config.schema import TRACE
from firmware.module import Module
from firmware.system.words import line, value
from firmware.system.xml import element, escape

INTERVAL = 60_000_000
KEPT = 60
"""Samples a counter keeps, one a minute."""


class Journal(Module):
    """`log` is the device's firmware.log.Log.

    `gauges` lists (name, callable giving a percentage or None, total in kB or
    None); a name is CPU, MEM or TEMP.
    """

    name = "LOG0"
    alone = True
    schemas = {"": TRACE, "CNT": TRACE, "FAULT": TRACE}
    commands = {"xml-alarms": "FAULT: alarms that stand", "xml-faults": "FAULT: events",
                "xml-counts": "CNT: the counters", "xml-count": "CNT: history of the counter /x"}

    def __init__(self, log, gauges=()):
        self._log = log
        self._gauges = gauges
        self._history: list = [[] for _ in gauges]
        self._sample_at = None

    def start(self, now):
        return self.tick(now)

    def tick(self, now):
        for index, gauge in enumerate(self._gauges):
            history = self._history[index]
            percent = gauge[1]()
            if percent is not None:
                history.append(percent)
            if len(history) > KEPT:
                history.pop(0)
        self._sample_at = now + INTERVAL if self._gauges else None
        return []

    def due(self):
        return self._sample_at

    def command(self, sub, words, now):
        word = words[0] if words else ""
        shown = {("FAULT", "xml-alarms"): self._alarms, ("FAULT", "xml-faults"): self._faults,
                 ("CNT", "xml-counts"): self._counts, ("CNT", "xml-count"): self._count}.get((sub.upper(), word))
        if shown is None:
            return None, []
        return line(element("info", (), shown(words))), []

    def _alarms(self, words):
        return "".join([self._fault("alarm", one, one.since) for one in self._log.alarms()])

    def _faults(self, words):
        return "".join([self._fault(one.kind, one, one.at) for one in self._log.events()])

    def _fault(self, kind, one, at):
        return element("fault", [
            ("type", kind), ("severity", one.severity), ("time", self._log.stamp(at)), ("src", one.module),
            ("code", "0x{:08x}".format(one.code))], "<text>" + escape(one.text) + "</text>")

    def _counts(self, words):
        return "".join([element("count", [("n", gauge[0]), ("x", index)]) for index, gauge in enumerate(self._gauges)])

    def _count(self, words):
        wanted = value(words, "x") or ""
        for index, gauge in enumerate(self._gauges):
            if wanted in (str(index), gauge[0]):
                total = element("info", [("s", gauge[2])]) if gauge[2] is not None else ""
                return total + element("h", (), "".join([element("m", [("c", one)]) for one in self._history[index]]))
        return ""
