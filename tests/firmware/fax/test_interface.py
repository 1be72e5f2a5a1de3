"""firmware.fax.interface: the options of the FAX interface, and that it does not pretend to send."""

import pytest

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.console.interpreter import Interpreter
from firmware.fax.interface import Fax
from firmware.log import Log
from firmware.module import Registry


class Device:
    def __init__(self):
        self.fax, self.log = Fax(), Log()
        registry = Registry([self.fax])
        configuration = Configuration(registry, self.log, Pending())
        self.console = Interpreter(registry, configuration, None, None, self.log, Pending())
        self.run("config activate")

    def run(self, line):
        return self.console.run(line, 0).reply


@pytest.mark.parametrize(("option", "value"), [
    ("ecm", True), ("receive-400dpi", True), ("append-number", True), ("modem", "v17"), ("send-resolution", "400"),
    ("t38", True), ("t38-version", 0), ("t38-max-buffer", 1800),
])
def test_what_the_fax_object_documents_as_on_is_on(option, value):
    assert Device().fax.values[option] == value


def test_a_default_can_be_switched_off():
    device = Device()
    assert device.run("config add FAX0 /ecm off /modem V29 /t38-error-correction fec") == "ok\r\n"
    device.run("config activate")
    assert (device.fax.values["ecm"], device.fax.values["modem"]) == (False, "v29")


@pytest.mark.parametrize("words", [
    "/modem v34", "/send-resolution 300", "/subscriber-id 123456789012345678901", "/t38-version 4",
    "/t38-max-datagram 149", "/ecm maybe",
])
def test_what_the_interface_cannot_do_is_refused(words):
    assert Device().run("config add FAX0 " + words).startswith("error: ")


def test_the_webdav_password_stays_out_of_the_log():
    device = Device()
    device.run("config add FAX0 /user fax /pwd geheim")
    assert not [line for line in device.log.lines() if "geheim" in line]


def test_no_fax_is_pretended():
    device = Device()
    assert "not part of this release" in device.run("mod cmd FAX0 info")
    assert device.fax.receive(("anything",), 0) == [] and device.fax.due() is None
