"""The figures that were asked for beside what was measured: a table at the end of `make bench`."""

import os
import platform

import pytest

FIGURES = pytest.StashKey[list]()
TIMED = (
    ("1.5 kB INVITE with SDP read, typed headers", "<= 100 µs", "test_read_an_invite_with_typed_headers", "ours",
     {"sipmessage": "with_sipmessage", "aiosipua": "with_aiosipua"}),
)
"""Rows made of medians that pytest-benchmark took: title, demand, test, our parameter, those of the peers."""


def pytest_configure(config):
    config.stash[FIGURES] = []


@pytest.fixture(scope="session")
def figure(request):
    """`figure(name, demand, measured, peers="")` adds one row of text to the table."""
    def add(name, demand, measured, peers=""):
        request.config.stash[FIGURES].append((name, demand, measured, peers))

    return add


def pytest_terminal_summary(terminalreporter, config):
    rows = from_benchmarks(config) + config.stash[FIGURES]
    if not rows:
        return
    rows = [("figure", "demand", "measured", "peers in the same run"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    terminalreporter.section("figures")
    terminalreporter.write_line(f"{processor()}, {os.cpu_count()} cores, CPython {platform.python_version()}")
    for row in rows:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        terminalreporter.write_line(line.rstrip())


def from_benchmarks(config):
    session = getattr(config, "_benchmarksession", None)
    medians = {one.name: one.stats.median for one in session.benchmarks if one.stats.data} if session else {}
    rows = []
    for title, demand, test, ours, peers in TIMED:
        if f"{test}[{ours}]" in medians:
            others = ", ".join(f"{peer} {microseconds(medians[f'{test}[{name}]'])}" for peer, name in peers.items()
                               if f"{test}[{name}]" in medians)
            rows.append((title, demand, microseconds(medians[f"{test}[{ours}]"]), others))
    return rows


def microseconds(seconds):
    return f"{seconds * 1e6:.0f} µs"


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "unknown")
