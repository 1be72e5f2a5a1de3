"""curl against the device's web server, over real sockets on the loopback: digest, the doors, bad passwords."""

import os
import shutil
import subprocess
import threading
import time
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.config.saved import saved_config
from firmware.console.interpreter import Interpreter
from firmware.http.door import Door
from firmware.http.server import Http
from firmware.log import Log
from firmware.loop import Loop
from firmware.module import Registry
from firmware.system.box import Box
from sim.devices.host_net import HostNet

ADDRESS = "127.0.0.214"
PORT = 20080


class Serial:
    """No serial line."""

    def read(self):
        return b""

    def events(self):
        return []


class NoVars:
    def lines(self):
        return []


class Device:
    """CMD0 and HTTP0 on the loop, polled by a thread."""

    def __init__(self):
        pending, log = Pending(), Log()
        box = Box("IP1203", "15r1sr4", bytes(6), pending)
        registry = Registry([])
        configuration = Configuration(registry, log, pending)
        interpreter = Interpreter(registry, configuration, None, None, log, pending)
        door = Door(interpreter, {"/cfg.txt": lambda now: saved_config(configuration, None, NoVars())})
        self.http = Http(door, box.password_of, os.urandom(16), "IP1203")
        for module in (box, self.http):
            registry.add(module)
        configuration.change("HTTP0", "", [("port", str(PORT))])
        self.net = HostNet(None, ADDRESS)
        self.loop = Loop(SimpleNamespace(serial=Serial(), net=self.net, radio=None, dsp=None, fax=None), registry, log)
        self.loop.apply(self.http, configuration.activate(0), 0)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        now = 0
        while not self.stopping.wait(0.002):
            now += 2000
            self.loop.poll(now)

    def close(self):
        self.stopping.set()
        self.thread.join()
        self.net.reset()


@pytest.fixture
def device():
    one = Device()
    yield one
    one.close()


def curl(*words, user="admin:ip1203"):
    """(status of the last answer, its body)."""
    program = shutil.which("curl")
    if program is None:
        assert os.environ.get("CI") != "true", "CI must have curl"
        pytest.skip("no curl on this machine: apt-get install curl")
    command = [program, "-sS", "-m", "10", "--noproxy", "*", "--digest", "-u", user, "-w", "\n%{http_code}"]
    done = subprocess.run([*command, *words], check=True, capture_output=True, text=True, timeout=30)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


URL = f"http://{ADDRESS}:{PORT}"


@pytest.mark.peer
def test_curl_configures_the_device_and_downloads_the_configuration(device):
    assert curl(URL + "/!config%20add%20CMD0%20/name%20Nico%2520Mobile") == (200, "ok\n")
    assert curl(URL + "/!config%20activate") == (200, "ok\n")
    assert curl(URL + "/cfg.txt")[1].split("\n")[0] in (
        "config change HTTP0 /port 20080", "config change CMD0 /name Nico%20Mobile")
    info = ElementTree.fromstring(curl(URL + "/CMD0/box_info.xml")[1].lstrip())
    assert info.find("sys").attrib["name"] == "Nico Mobile"


@pytest.mark.peer
def test_curl_with_a_wrong_password_is_kept_out(device):
    assert curl(URL + "/cfg.txt", user="admin:wrong") == (401, "unauthorized\n")


@pytest.mark.peer
def test_curl_gets_the_reply_of_a_reset_before_the_device_restarts(device):
    status, body = curl(URL + "/CMD0/mod_cmd.xml?cmd=reset&xsl=reset.xsl&reset=OK")
    assert status == 200 and 'reset="true"' in body
    # The reply leaves before the restart is noted, a moment later, in the device's own thread.
    deadline = time.monotonic() + 5
    while device.loop.restart is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert device.loop.restart.when == "now"


@pytest.mark.peer
def test_curl_may_send_a_body_that_is_then_refused(device, tmp_path):
    (tmp_path / "large").write_bytes(bytes(2_000_000))
    assert curl("-T", str(tmp_path / "large"), URL + "/cfg.txt")[0] in (401, 413)
