"""Octets on a connection of the web server, in any split, with nobody asking for a password.

python tests/fuzz/fuzz_http.py -max_total_time=60 fuzz-corpus/http
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.effects import Close, Stream, Trace
from firmware.http.door import Door
from firmware.http.message import BODY, HEADERS, REQUEST_LINE
from firmware.http.server import Http
from hal.net import Accepted, Received

SEEDS = (
    b"\x0fGET /CMD0/mod_cmd.xml?cmd=reset&xsl=reset.xsl&reset=OK HTTP/1.1\r\nHost: d\r\n\r\n",
    b"\x02POST /!config%20show HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
    b"GET / HTTP/1.0\r\n\r\n",
    b"\xffGET http://h/cfg.txt HTTP/1.1\nHost: d\nTransfer-Encoding: chunked\nConnection: close\n\n",
    b"\x40GET /!mod%20cmd%20x%00%zz HTTP/1.1\r\nHost: d\r\nAuthorization: Digest username=\"a\\\"\", qop=auth\r\n\r\n",
)


class Echo:
    """In the interpreter's place: the door's own parsing is what is under test."""

    def run(self, line, now, who="serial"):
        return Reply(line)


class Reply:
    def __init__(self, line):
        self.reply = line
        self.effects = []


class Open:
    """A guard that lets everybody in, so that noise gets past it."""

    def judge(self, *arguments):
        return "good"


def target(data):
    """The first octet is the size of the pieces; each effect must be one that a connection allows."""
    http = Http(Door(Echo(), {"/cfg.txt": str}), lambda user: None, b"s", "r")
    http._reception().guard = Open()
    http.receive(Accepted(("http", 80), 1, ("192.0.2.1", 1)), 0)
    size = data[0] + 1 if data else 1
    for at in range(1, len(data), size):
        for effect in http.receive(Received(1, data[at:at + size]), 0):
            assert isinstance(effect, (Stream, Close, Trace))
        connection = http._connections.get(1)
        if connection is None:
            return
        assert connection.parser.held <= REQUEST_LINE + HEADERS + BODY + size


if __name__ == "__main__":
    from tests.fuzz.run import run
    run(target, SEEDS, "firmware")
