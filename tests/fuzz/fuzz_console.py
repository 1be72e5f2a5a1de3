"""Octets on the serial line of a device of stub modules.

python tests/fuzz/fuzz_console.py -max_total_time=60 fuzz-corpus/console
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from firmware.config.configuration import Configuration
from firmware.console.line import LIMIT
from firmware.effects import Write
from firmware.loop import Typed
from tests.both.stubs import Device

SEEDS = (
    b"!config add MSP0 /ec-type 1\r!config write\r!config activate\r!config show MSP0\r",
    b"\xef\xbb\xbfconfig change DEVMANBW /hs-param-url http://192.0.2.1/p.xml\r\nmod\x1b[A\x1b[D\x7f\x03\x15help\n",
    b"vars create X509/TRUSTED pba 6239\rvars read X509/\rvars del X509/TRUSTED\rresetn\r",
    b"mod cmd CMD0/SUB echo a%20b c+d %zz\rconfig add SIP REG1 /aor %2fx /pai on\rmem\r",
)


def target(data):
    """The first octet says in what pieces the rest arrives; what was configured must load again as the same."""
    device = Device()
    size = data[0] + 1 if data else 1
    for at in range(1, len(data), size):
        for effect in device.console.receive(Typed(data[at:at + size], []), at):
            assert not isinstance(effect, Write) or isinstance(effect.data, bytes)
    assert len(device.console.editor.edit.text()) <= LIMIT
    again = Configuration(device.registry)
    again.load(device.configuration.serialise())
    assert again.serialise() == device.configuration.serialise()


if __name__ == "__main__":
    from tests.fuzz.run import run
    run(target, SEEDS, "firmware")
