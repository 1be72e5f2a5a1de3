"""A saved configuration, vars and a store as flash may come to hold them.

python tests/fuzz/fuzz_config.py -max_total_time=60 fuzz-corpus/config
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.config.options import OptionError, decode, encode, parse, split
from firmware.config.store import Store
from hal.description import Region
from tests.both.stubs import SECTOR, Device, RamFlash

SEEDS = (
    b"\0config change DEVMANBW /hs-param-url http://192.0.2.1/p.xml /cfg-poll-interval 1\nconfig add MSP0 /ec-type 1\n",
    b"\1X509/TRUSTED/00000 pb 6239\nUPDATE/CHECK p serial1\n",
    b"\2/name Nico%20M%c3%bcller /x + /y %zz%4 /z %ff",
    b"\3gsST" + bytes(16) + b"old",
)


def target(data):
    """The first octet chooses what the rest is taken for."""
    kind, rest = (data[0] % 4, data[1:]) if data else (0, b"")
    (_configuration, _vars, _options, _flash)[kind](rest)


def _configuration(data):
    device = Device()
    device.store.commit(data[:device.store.capacity])
    again = Device(device.flash)
    saved = again.configuration.serialise()
    again.store.commit(saved[:again.store.capacity])
    if len(saved) <= again.store.capacity:
        assert Device(device.flash).configuration.serialise() == saved


def _vars(data):
    device = Device()
    device.variables.store.commit(data[:device.variables.store.capacity])
    lines = Device(device.flash).variables.lines()
    assert all(line.startswith("vars create ") for line in lines)


def _options(data):
    text = data.decode("utf-8", "replace")
    assert decode(encode(text)) == text
    try:
        parse(split(text))
    except OptionError as error:
        assert str(error)


def _flash(data):
    flash = RamFlash(4 * SECTOR)
    flash.program(0, data[:SECTOR])
    flash.program(2 * SECTOR, data[SECTOR:3 * SECTOR])
    store = Store(flash, Region("a", 0, 2 * SECTOR), Region("b", 2 * SECTOR, 2 * SECTOR), SECTOR)
    store.load()
    store.commit(b"new")
    assert Store(flash, Region("a", 0, 2 * SECTOR), Region("b", 2 * SECTOR, 2 * SECTOR), SECTOR).load() == b"new"


if __name__ == "__main__":
    from tests.fuzz.run import run
    run(target, SEEDS, "firmware")
