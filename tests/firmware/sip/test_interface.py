"""The modules SIP, TSIP, SIPS: their options, sockets and alarms."""

import pytest

from firmware.config.schema import FLAG
from firmware.effects import Bind, Clear, Close, Log, Raise, Send, Trace
from firmware.log import REGISTRATION_FAILED
from firmware.module import Registry
from firmware.sip import options
from firmware.sip.interface import Sip
from firmware.sip.streams import Sips, Tsip
from hal.net import Bound, Refused
from tests.firmware.sip.rig import MAIN, SECOND, US, Chance, Desk, request

ARTICLE_LINES = ("no-hr-notify", "options-interval", "rem-cn-capability", "pai", "ppi", "contact-addr",
                 "send-deprecated-diversion-header", "single-audio-description", "no-authentication-info",
                 "send-no-historyinfo", "get-cdpn-from-to-uri", "prefer-pai", "no-diverting-name",
                 "installed-certificate")


def fresh():
    return Sip(US, Chance())


@pytest.mark.parametrize("schema", [options.MODULE, options.INTERFACE])
def test_every_option_is_named_once_and_takes_its_own_default(schema):
    names = [option.name for option in schema]
    assert len(names) == len(set(names))
    for option in schema:
        assert option.help or option.name == "trace"
        if option.default is not None:
            text = "on" if option.default is True else "off" if option.kind == FLAG else str(option.default)
            assert option.read(text) == option.default


def test_every_advanced_option_of_article_09_is_known_to_all_three_modules_and_to_interfaces():
    registry = Registry([fresh(), Tsip(), Sips()])
    for module in ("SIP", "TSIP", "SIPS"):
        for sub in ("", "REG1", "REG8"):
            assert set(ARTICLE_LINES) <= {option.name for option in registry.schema(module, sub)}


def test_only_the_modules_tweaks_have_defaults_so_that_an_interface_beats_them():
    tweaks = {option.name for option in options.tweaks(True)}
    assert all(option.default is None for option in options.INTERFACE if option.name in tweaks)
    desk = Desk(interval=None, from_header="cgpn")
    desk.apply(desk.sip.configure("", {"port": 5060, "from-header": "aor", "interval": 300}, [], 0))
    values = desk.sip.agent.accounts[0].values
    assert (values["from-header"], values["interval"]) == ("cgpn", 300)


def test_the_module_binds_one_socket_and_an_interface_with_a_port_its_own():
    sip = fresh()
    assert sip.configure("", {"port": 5060}, [], 0) == [Bind(MAIN, 5060)]
    assert sip.configure("", {"port": 5060}, [], 0) == []
    sip.receive(Bound(MAIN, 5060), 0)
    effects = sip.configure("REG3", {"aor": "1@192.0.2.1", "local-port": 5099}, [], 0)
    assert effects == [Bind(("sip", 3), 5099)]
    register, = sip.receive(Bound(("sip", 3), 5099), 0)
    assert isinstance(register, Send) and register.key == ("sip", 3) and b"192.0.2.10:5099" in register.data
    effects = sip.configure("REG3", {}, [], 0)
    assert effects[-1] == Close(("sip", 3)) and b"Expires: 0" in effects[0].data


def test_an_interface_configured_before_its_module_registers_once_the_socket_is_there():
    sip = fresh()
    assert sip.configure("REG1", {"aor": "1@192.0.2.1"}, [], 0) == [Bind(MAIN, 5060)]
    assert [type(effect) for effect in sip.receive(Bound(MAIN, 5060), 0)] == [Send]


def test_a_new_port_moves_the_registration():
    desk = Desk(no_reg=None)
    desk.take()
    effects = desk.sip.configure("", {"port": 5070}, ["port"], 0)
    assert effects[:2] == [Close(MAIN), Bind(MAIN, 5070)]
    desk.apply(effects)
    assert desk.take()[-1].contacts[0].uri.port == 5070


def test_a_port_in_use_raises_an_alarm_and_is_tried_again():
    sip = fresh()
    sip.configure("", {"port": 5060}, [], 0)
    raised, = sip.receive(Refused(MAIN, "in use"), 0)
    assert isinstance(raised, Raise) and "5060" in raised.text and "in use" in raised.text
    assert sip.due() == 30 * SECOND and sip.tick(30 * SECOND) == [Bind(MAIN, 5060)]
    assert sip.receive(Bound(MAIN, 5060), 30 * SECOND) == [Clear(REGISTRATION_FAILED)]


@pytest.mark.parametrize(("fields", "word"), [
    ({"aor": "1@sip.example.com"}, "resolve sip.example.com"), ({"aor": "a b@192.0.2.1"}, "user part"),
    ({"aor": "1@192.0.2.1:99999"}, "port"), ({"aor": "1@192.0.2.1", "proxy": "proxy.example"}, "proxy.example")])
def test_an_interface_that_cannot_work_says_why(fields, word):
    sip = fresh()
    sip.configure("", {"port": 5060}, [], 0)
    sip.receive(Bound(MAIN, 5060), 0)
    effects = sip.configure("REG1", fields, list(fields), 0)
    assert not [effect for effect in effects if isinstance(effect, Send)]
    assert [word in effect.text for effect in effects if isinstance(effect, Raise)] == [True]
    assert sip.configure("REG1", {}, [], 0) == [Clear(REGISTRATION_FAILED)]


def test_a_proxy_and_localhost_are_where_it_registers():
    for fields, server in (({"aor": "1@example.com", "proxy": "192.0.2.7:5070"}, ("192.0.2.7", 5070)),
                           ({"aor": "1@localhost:5080"}, ("127.0.0.1", 5080)),
                           ({"aor": "sip:1@192.0.2.1:5066"}, ("192.0.2.1", 5066))):
        sip = fresh()
        sip.configure("", {"port": 5060}, [], 0)
        sip.receive(Bound(MAIN, 5060), 0)
        assert sip.configure("REG1", fields, list(fields), 0)[0].to == server


@pytest.mark.parametrize("module", [Tsip(), Sips()])
def test_tcp_and_tls_keep_their_configuration_and_say_that_they_do_not_register(module):
    effects = module.configure("REG1", {"aor": "1@192.0.2.1"}, ["aor"], 0)
    assert [type(effect) for effect in effects] == [Log] and module.transport in effects[0].text
    assert module.configure("REG1", {"aor": "1@192.0.2.1", "disable": True}, [], 0) == []
    assert module.due() is None and module.receive(None, 0) == []


def test_the_console_shows_interfaces_and_calls():
    desk = Desk()
    desk.answered()
    assert desk.sip.command("", ["info"], 0)[0].startswith("REG1 sip:201@192.0.2.1 192.0.2.1:5060 ")
    assert desk.sip.command("", ["calls"], 0)[0].startswith("1 calls")
    assert desk.sip.command("", ["fly"], 0) == (None, [])


def test_an_interface_that_is_removed_leaves_its_calls_alone():
    desk = Desk()
    _, ok = desk.answered()
    desk.interface("REG1", aor=None)
    assert [one.status for one in desk.datagram(request("BYE", 2, ok.to.tag, "z9hG4bKb"))] == [200]


@pytest.mark.parametrize(("mode", "lengths"), [("off", 0), ("on", 60), ("verbose", 10_000)])
def test_messages_are_traced_only_where_the_module_says_so(mode, lengths):
    desk = Desk()
    desk.apply(desk.sip.configure("", {"port": 5060, "module-trace": mode}, [], 0))
    desk.datagram(request("OPTIONS"))
    traced = [effect.text for effect in desk.other if isinstance(effect, Trace)]
    assert len(traced) == (0 if mode == "off" else 2)
    assert all(len(text) < lengths for text in traced) and (mode == "verbose") == any("CSeq" in text for text in traced)
