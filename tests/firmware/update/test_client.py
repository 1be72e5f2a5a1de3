"""firmware.update.client: commands of update scripts are known, and none pretends."""

import pytest

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.console.interpreter import Interpreter
from firmware.log import Log
from firmware.module import Registry
from firmware.update.client import Loader, UpdateClient


def run(line):
    registry, log = Registry([UpdateClient(), Loader()]), Log()
    configuration = Configuration(registry, log, Pending())
    return Interpreter(registry, configuration, None, None, log, Pending()).run(line, 0)


@pytest.mark.parametrize("command", [
    "UP0 prot http://h/ip1203.bin ireset 15", "UP0 boot u ireset", "UP0 cfg u ireset", "UP0 scfg u",
    "UP0 scfg u ser nop /always vars%20read%20X509/REQUEST", "UP1 check ser 5", "UP1 times /allow 12,23",
    "UP1 time /initial 5", "UP1 poll", "UP1 provision 5",
])
def test_the_update_client_says_that_it_did_nothing(command):
    result = run("mod cmd " + command)
    assert result.reply.startswith("error: ") and "nothing was done" in result.reply and result.effects == []


@pytest.mark.parametrize("command", ["UP1 prot u ireset", "UP0 poll", "UP0", "UP1/SUB poll"])
def test_a_command_of_another_module_is_unknown(command):
    assert run("mod cmd " + command).reply == "?\r\n"


@pytest.mark.parametrize(("option", "default"), [("poll", 15), ("poll-fast", 1), ("disc", False), ("no-dhcp", False)])
def test_the_documented_options_have_their_defaults(option, default):
    assert {one.name: one.default for one in UpdateClient.schemas[""]}[option] == default
