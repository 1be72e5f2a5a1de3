"""tshark as the judge of a capture."""

import json
import re
import subprocess

from sim.peers.programs.process import find


def packets(path, display_filter="", decode=()):
    """The packets of a capture as tshark dissects them (its JSON layers)."""
    command = [find("tshark", "tshark"), "-r", str(path), "-T", "json"]
    if display_filter:
        command += ["-Y", display_filter]
    for one in decode:
        command += ["-d", one]
    done = subprocess.run(command, capture_output=True, check=True)
    return [packet["_source"]["layers"] for packet in json.loads(done.stdout or b"[]")]


def malformed(path):
    """Packets that tshark cannot dissect or whose checksums are wrong, as its one-line summaries."""
    wrong = "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0"
    done = subprocess.run(
        [find("tshark", "tshark"), "-r", str(path), "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
         "-o", "tcp.check_checksum:TRUE", "-Y", wrong], capture_output=True, check=True, text=True)
    return done.stdout.splitlines()


def fields(path, display_filter, *names):
    """For each packet that the filter lets through the values of some fields, "" for one it has not."""
    command = [find("tshark", "tshark"), "-r", str(path), "-Y", display_filter, "-T", "fields", "-E", "separator=/t"]
    for name in names:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def streams(path):
    """[(source address, packets, lost)] of every RTP stream, as tshark counts them."""
    done = subprocess.run([find("tshark", "tshark"), "-r", str(path), "-q", "-z", "rtp,streams"], capture_output=True,
                          check=True, text=True)
    found = re.findall(r"^ *[\d.]+ +[\d.]+ +([\d.]+) +\d+ .*? (\d+) +(-?\d+) \(", done.stdout, re.MULTILINE)
    return [(source, int(packets), int(lost)) for source, packets, lost in found]
