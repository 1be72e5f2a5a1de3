"""firmware.ota: what article 31 says of DEVMANBW and DEVMANPP, as far as this release goes."""

import pytest

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.console.interpreter import Interpreter
from firmware.log import Log
from firmware.module import Registry
from firmware.ota.devman import Firmware, Parameters
from firmware.ota.sysclient import SysClient
from firmware.ota.unite import Transport, Unite


class Device:
    def __init__(self):
        self.parameters, self.firmware = Parameters(), Firmware()
        registry, log = Registry([self.parameters, self.firmware, Unite(), Transport(), SysClient()]), Log()
        configuration = Configuration(registry, log, Pending())
        self.console = Interpreter(registry, configuration, None, None, log, Pending())
        self.run("config activate")

    def run(self, line):
        return self.console.run(line, 0)


def test_over_the_air_updates_are_enabled_by_the_bare_option_and_the_log_says_what_is_absent():
    device = Device()
    device.run("config change DEVMANBW /hs-param-url")
    [effect] = device.run("config activate").effects
    assert effect.module == "DEVMANBW" and "not part of this release" in effect.effects[0].text
    assert device.parameters.enabled and device.parameters.url == ""
    device.run("config rem DEVMANBW /hs-param-url")
    device.run("config activate")
    assert not device.parameters.enabled


def test_the_parameter_file_is_read_every_60_minutes_unless_configured():
    device = Device()
    assert device.parameters.interval == 60
    device.run("config change DEVMANBW /hs-param-url http://h/p.xml /cfg-poll-interval 1")
    device.run("config activate")
    assert (device.parameters.url, device.parameters.interval) == ("http://h/p.xml", 1)
    reply = device.run("mod cmd DEVMANBW info").reply
    assert "http://h/p.xml" in reply and "every: 1 min" in reply


def test_a_bare_parameter_url_warns_that_it_erases_the_one_that_was_set():
    device = Device()
    device.run("config change DEVMANBW /hs-param-url http://h/p.xml")
    assert "erases http://h/p.xml" in device.run("config change DEVMANBW /hs-param-url").warnings[0]


def test_the_wanted_firmware_is_kept_by_kind_of_handset():
    device = Device()
    device.run("config change DEVMANPP /firm-dh7 3.0.16 /firm-dh7-url http://h/a.bin /firm-dh6 3.0.15")
    device.run("config activate")
    assert device.firmware.wanted == {"dh7": ("3.0.16", "http://h/a.bin"), "dh6": ("3.0.15", None)}


@pytest.mark.parametrize(("url", "logged"), [
    ("http://h/x.pkg", True), ("http://h/x.BIN?a=b.pkg", False), ("http://h/DH7-M_v3.0.16.bin", False), ("", False),
])
def test_a_file_that_is_no_bin_is_logged(url, logged):
    effects = Firmware().configure("", {"firm-dh7-url": url}, ["firm-dh7-url"], 0)
    assert bool(effects) == logged
    assert all("only .bin" in one.text and "/firm-dh7-url" in one.text for one in effects)


def test_the_devices_app_is_said_not_to_be_connected():
    assert "not part of this release" in Device().run("mod cmd SYSCLIENT info").reply
