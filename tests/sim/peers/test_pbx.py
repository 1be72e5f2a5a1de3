"""What a PBX asks of a DECT handset's registration, with the firmware's SIP as who asks: article 31."""

import pytest

from firmware.call.users import Present
from firmware.effects import Bind, Send
from firmware.sip.interface import Sip
from hal.net import Bound, Datagram
from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.peers.pbx import Pbx, User
from sim.time import Time
from tests.firmware.sip.rig import Chance

SERVER, BASE = "10.0.0.1", "10.0.0.2"
SECOND = 1_000_000


class Site:
    """A gateway's SIP module on the virtual network, by hand, and the PBX."""

    def __init__(self, user, options=(), **pbx):
        self.time = Time()
        network = VirtualNetwork(self.time)
        self.pbx = Pbx(self.time, VirtualNet(network, SERVER), SERVER, {"anna": user}, "of the PBX", **pbx)
        self.net = VirtualNet(network, BASE)
        self.sip = Sip(BASE, Chance())
        values = {"aor": SERVER, "users": True, "pwd": "of the PBX", **dict(options)}
        self.apply(self.sip.configure("", {"port": 5060}, [], 0))
        self.apply(self.sip.configure("REG1", values, [], 0))

    def apply(self, effects):
        for effect in effects:
            if isinstance(effect, Send):
                self.net.send(effect.key, effect.to, effect.data)
            elif isinstance(effect, Bind):
                answer = self.net.bind(effect.key, effect.port)
                assert isinstance(answer, Bound)
                self.apply(self.sip.receive(answer, self.time.now))

    def arrives(self, hardware="anna"):
        self.apply(self.sip.receive(Present("anna", hardware, "201", "annas"), self.time.now))
        for _ in range(20):
            self.time.run(self.time.now + SECOND // 10)
            for event in self.net.poll():
                if isinstance(event, Datagram):
                    self.apply(self.sip.receive(event, self.time.now))
        return self.pbx.registered("anna")


def test_a_user_whose_hardware_id_is_his_name_registers():
    site = Site(User("annas", {"anna"}))
    assert site.arrives() and site.pbx.refusals == []


@pytest.mark.parametrize(("devices", "hardware"), [({"IP64"}, "anna"), (set(), "anna"), ({"anna"}, "Handset 1")])
def test_a_hardware_id_that_is_not_in_the_users_devices_is_refused(devices, hardware):
    site = Site(User("annas", devices))
    assert not site.arrives(hardware)
    assert site.pbx.refusals[0] == ("anna", f"no device with Hardware Id {hardware}")
    assert site.sip.agent.accounts[0].registration.reason.startswith("403")


def test_tls_only_fails_because_the_bases_certificate_is_not_the_users():
    site = Site(User("annas", {"anna"}, tls_only=True), certificates={BASE: "00-90-33-00-00-01"})
    assert not site.arrives()
    assert site.pbx.refusals[0][1] == "TLS only: the certificate's CN is 00-90-33-00-00-01, not anna"


@pytest.mark.parametrize(("system", "in_use"), [(True, True), (False, False)])
def test_with_pbx_pwd_the_password_of_the_system_is_the_one_that_works(system, in_use):
    site = Site(User("annas", {"anna"}, pbx_pwd=True), {"system-pwd": system})
    assert site.arrives() is in_use


def test_the_system_password_opens_no_user_that_has_his_own():
    site = Site(User("annas", {"anna"}), {"system-pwd": True})
    assert not site.arrives() and site.pbx.refused
