"""What a test needs from this machine: its absence fails in CI and skips, with the reason, elsewhere."""

import os
import shutil

import pytest

from sim.devboard.vm import MissingVm, find_vm


def lacking(reason):
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def need_vm():
    try:
        find_vm()
    except MissingVm as missing:
        lacking(str(missing))


def need_programs(*names):
    absent = [name for name in names if shutil.which(name) is None]
    if absent:
        lacking("not here: " + " ".join(absent))
