"""sipp: its built-in scenarios, or one of ours, against an address of ours."""

import csv
import pathlib
import socket

from sim.peers.programs.process import Process, find


class Sipp(Process):
    """`scenario` is "uac" (calls `target`), "uas" (answers) or a file's Path; `rate` calls each `period_ms`, `limit`
    at once. With `echo` it sends RTP back as it comes.
    """

    def __init__(self, folder, scenario, host, port=5060, target=None, user="service", calls=1, rate=10,
                 period_ms=1000, limit=None, hold_ms=0, timeout=60, echo=False):
        self.host, self.port, self.control = host, port, 8000 + port % 1000
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        kind = "-sf" if isinstance(scenario, pathlib.Path) else "-sn"
        command = [find("sipp", "sip-tester"), kind, scenario, "-i", host, "-p", port, "-m", calls, "-r", rate,
                   "-rp", period_ms, "-d", hold_ms, "-s", user, "-timeout", timeout, "-timeout_error", "-nostdin",
                   "-trace_stat", "-fd", 1, "-stf", folder / "statistics.csv", "-trace_err", "-error_file",
                   folder / "errors.txt", "-buff_size", 1 << 20, "-mi", host, "-mp", 30000 + port % 1000 * 4,
                   "-ci", host, "-cp", self.control]
        if limit is not None:
            command += ["-l", limit]
        if echo:
            command.append("-rtp_echo")
        if target is not None:
            command.append("{}:{}".format(*target))
        # It asks the terminal for its size; without one its screen goes wild.
        super().__init__(command, folder, environment={"TERM": "dumb"})

    def pause(self):
        """Start no more calls; those that are up go on. Once more: start calls again, as its key p."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.sendto(b"p", (self.host, self.control))

    def statistics(self):
        """The last line of its statistics by column name."""
        with (self.folder / "statistics.csv").open() as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        return rows[-1]

    def counts(self):
        """(successful, failed) calls."""
        row = self.statistics()
        return int(row["SuccessfulCall(C)"]), int(row["FailedCall(C)"])

    def errors(self):
        path = self.folder / "errors.txt"
        return path.read_text(errors="replace") if path.exists() else ""
