"""The small modules: their schemas, the lines that articles show, and what monitoring reads from them."""

from xml.etree import ElementTree

import pytest

from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.config.schema import FLAG
from firmware.console.interpreter import Interpreter
from firmware.effects import INFO, MAJOR, As, Log, Restart, Tell
from firmware.fax.interface import Fax
from firmware.http.server import Http
from firmware.led import Fact, Led
from firmware.log import Log as Ring
from firmware.module import Registry
from firmware.ota.devman import Firmware, Parameters
from firmware.ota.sysclient import SysClient
from firmware.ota.unite import Transport, Unite
from firmware.system.box import Box
from firmware.system.cdr import BUFFER, Cdr, Record
from firmware.system.certificates import Certificates
from firmware.system.cpu import Cpu
from firmware.system.directory import Directory
from firmware.system.journal import Journal
from firmware.system.network import Ethernet, Ip
from firmware.system.words import value
from firmware.system.xml import element, escape
from firmware.update.client import Loader, UpdateClient
from firmware.update.flashman import FlashManager

MAC = b"\x00\x90\x33\x12\x34\x56"


class Net:
    """hal.net.Net as far as ETH0 and IP0 look at it."""

    def __init__(self):
        self.address = "127.0.0.2"
        self.link = True


class Values:
    """firmware.config.vars.Vars as far as X509 reads it."""

    def __init__(self, *lines):
        self.all = lines

    def read(self, name):
        return [line for line in self.all if line.split(" ")[0].startswith(name + "/") or line.startswith(name + " ")]


def modules():
    return [
        Led(), Box("IP1203", "15r1sr4", MAC, Pending()), Cpu(), Ethernet(Net(), MAC), Ip(Net()), Journal(Ring()),
        Certificates(Values()), Cdr(), Cdr("CDR1"), Directory(None), FlashManager(None, ()), UpdateClient(), Loader(),
        Parameters(), Firmware(), Unite(), Transport(), SysClient(), SysClient("SYSCLIENT2"), Fax(),
        Http(None, None, b"", ""),
    ]


OPTIONS = [(module.name, sub, option) for module in modules() for sub in module.schemas
           for option in module.schemas[sub]]


class Device:
    def __init__(self):
        self.registry = Registry(modules())
        self.configuration = Configuration(self.registry, Ring(), Pending())
        self.console = Interpreter(self.registry, self.configuration, None, None, Ring(), Pending())

    def run(self, line):
        return self.console.run(line, 0)


@pytest.mark.parametrize(("module", "sub", "option"), OPTIONS)
def test_a_default_is_a_value_that_the_option_accepts(module, sub, option):
    if option.default is not None:
        text = ("on" if option.default else "off") if option.kind == FLAG else str(option.default)
        assert option.read(text) == option.default


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_each_part_has_unique_names_help_and_the_trace_options(module):
    for sub in module.schemas:
        names = [option.name for option in module.schemas[sub]]
        assert len(set(names)) == len(names) and {"trace", "module-trace"} <= set(names)
        for option in module.schemas[sub]:
            assert option.help and option.name == option.name.lower()
            assert option.source or option.name == "trace"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_no_command_raises_whatever_its_words_are(module):
    for sub in [*module.schemas, "NOWHERE"]:
        for words in ([], [""], ["nothing"], ["/"], ["xml-info", "/cmd"]):
            reply, effects = module.command(sub, words, 0)
            assert reply is None or isinstance(reply, str)
            assert isinstance(effects, list)


LINES = """
config change DEVMANBW /hs-param-url
config change DEVMANPP /firm-dh7 3.0.16 /firm-dh7-url http://h/IP65/DH7-M_v3.0.16.bin /firm-dh6 3.0.16 \
/firm-dh6-url http://h/IP64/DH6_v3.0.16.bin
config change DEVMANBW /hs-param-url http://h/p.xml
config add DEVMANBW /cfg-poll-interval 1
config add CUNITE /trace /module-trace verbose
config add CUNITE FILEGET /trace /module-trace verbose
config add DEVMANPP /trace /module-trace verbose
config add DEVMANBW /trace /module-trace verbose
config add MATP /trace /module-trace verbose
config change CDR0 /test-cdr
config add CMD0 /name Nico%20Mobile
config change UP1 /url http://config.example/init /poll 15 /poll-fast 1 /disc /no-dhcp /provision 123
config add UP1 /poll 15
config rem UP1 /provision
config add FAX0 /t38 off /modem v29 /send-resolution 200
config add HTTP0 /port 8080
""".strip().split("\n")


def test_the_lines_that_articles_and_vendor_scripts_show_are_accepted_without_a_warning():
    device = Device()
    for line in LINES:
        result = device.run("!" + line)
        erases = "erases" in "".join(result.warnings)
        assert result.reply == "ok\r\n" and (not result.warnings or erases), (line, result)


@pytest.mark.parametrize("words", [
    "DEVMANBW /cfg-poll-interval 0", "DEVMANBW /cfg-poll-interval x", "HTTP0 /port 70000", "CMD0 /admin root",
    "CMD0 /admin ,x", "CMD0 /admin a:b,x", "FAX0 /modem v34", "UP1 /poll 0", "MATP /module-trace loud",
    "FAX0 /subscriber-id 123456789012345678901",
])
def test_a_value_outside_its_schema_is_refused(words):
    assert Device().run("config add " + words).reply.startswith("error: ")


def test_an_admin_account_is_set_and_falls_back_to_the_one_that_was_shipped():
    device = Device()
    box = device.registry.find("CMD0")
    assert box.password_of("admin") == "ip1203" and box.password_of("root") is None
    device.run("config add CMD0 /admin root,s,e /name Lobby")
    device.run("config activate")
    assert box.password_of("root") == "s,e" and box.password_of("admin") is None and box.title == "Lobby"
    device.run("config rem CMD0 /admin")
    device.run("config activate")
    assert box.password_of("admin") == "ip1203"


def test_box_info_is_escaped():
    box = Box("IP1203", '15r1 "<&>"', MAC, Pending(), sync=lambda: "a<b", temperature=lambda: 41)
    box.configure("", {"name": 'L"\x01', "admin": ""}, [], 0)
    system = ElementTree.fromstring(box.command("", ["box-info"], 0)[0]).find("sys").attrib
    assert system["version"] == '15r1 "<&>"' and system["sync"] == "a<b" and system["temp"] == "41"
    assert system["name"] == 'L"?' and system["serial"] == "009033123456"


def test_a_confirmed_reset_restarts_now():
    reply, [effect] = Box("IP1203", "v", MAC, Pending()).command("", ["reset", "/cmd", "reset", "/reset", "ok"], 0)
    assert 'reset="true"' in reply and isinstance(effect, Restart) and effect.when == "now"


def test_the_link_is_watched_and_told_to_the_led():
    net = Net()
    module = Ethernet(net, MAC)
    assert module.start(0) == []
    net.link = False
    assert module.tick(module.due()) == [Tell("LED", Fact("link", False)), Log(MAJOR, "link down")]
    assert module.tick(module.due()) == []
    assert ElementTree.fromstring(module.command("", ["xml-info"], 0)[0]).attrib["link"] == "Down"
    net.link = True
    assert module.tick(module.due()) == [Tell("LED", Fact("link", True)), Log(INFO, "link up")]


def test_sockets_are_listed_by_protocol():
    module = Ip(Net(), lambda: [("udp", "SIP", 5060), ("tcp", "HTTP0", 80)])
    assert module.command("", ["udp-sockets"], 0)[0] == "SIP 127.0.0.2:5060\r\n"
    assert module.command("", ["tcp-sockets"], 0)[0] == "HTTP0 127.0.0.2:80\r\n"


def test_alarms_and_events_have_the_shape_that_agents_read():
    log = Ring()
    log.raise_alarm("SIP", 0x00010002, MAJOR, "Protocol SIP / AOR <sip:a@x> / Comment Timeout", 5_000_000)
    module = Journal(log)
    fault = ElementTree.fromstring(module.command("FAULT", ["xml-alarms"], 0)[0]).find("fault")
    assert fault.attrib["type"] == "alarm" and int(fault.attrib["severity"]) > 1
    assert fault.attrib["time"] == "19700101-000005"
    assert fault.find("text").text == "Protocol SIP / AOR <sip:a@x> / Comment Timeout"
    log.clear_alarm("SIP", 0x00010002, 6_000_000)
    assert ElementTree.fromstring(module.command("FAULT", ["xml-alarms"], 0)[0]).find("fault") is None
    kinds = [one.attrib["type"] for one in ElementTree.fromstring(module.command("FAULT", ["xml-faults"], 0)[0])]
    assert kinds == ["raised", "cleared"]
    assert module.command("", ["xml-alarms"], 0)[0] is None


def test_counters_have_a_bounded_history():
    module = Journal(Ring(), [("CPU", lambda: 7, None), ("MEM", lambda: 40, 65536), ("TEMP", lambda: None, None)])
    module.start(0)
    for _ in range(99):
        module.tick(module.due())
    counts = ElementTree.fromstring(module.command("CNT", ["xml-counts"], 0)[0])
    assert [(one.attrib["n"], one.attrib["x"]) for one in counts] == [("CPU", "0"), ("MEM", "1"), ("TEMP", "2")]
    memory = ElementTree.fromstring(module.command("CNT", ["xml-count", "/x", "1"], 0)[0])
    assert memory.find("info").attrib["s"] == "65536"
    assert [one.attrib["c"] for one in memory.find("h")] == ["40"] * 60
    assert ElementTree.fromstring(module.command("CNT", ["xml-count", "/x", "TEMP"], 0)[0]).find("h") is not None


def test_without_gauges_the_log_module_asks_for_no_tick():
    module = Journal(Ring())
    module.start(0)
    assert module.due() is None


def test_x509_lists_what_the_vars_hold_as_opaque_values():
    module = Certificates(Values("X509/TRUSTED/00000 pb 6239", "X509/REQUEST pb 30", "X509/REQUESTRESPONSE/00000 pb"))
    info = ElementTree.fromstring(module.command("", ["xml-info"], 0)[0])
    assert info.attrib["busy"] == "false"
    assert info.find("trusted/certificate").attrib == {"id": "X509/TRUSTED/00000", "size": "2"}
    assert info.find("requests/request").attrib["size"] == "1"
    assert info.find("servercert/certificate").attrib["size"] == "0"


def test_call_records_are_kept_in_test_mode_only_and_within_the_buffer():
    module = Cdr()
    module.configure("", {"test-cdr": False}, [], 0)
    module.receive(Record("lost"), 0)
    module.configure("", {"test-cdr": True}, ["test-cdr"], 0)
    for number in range(5):
        module.receive(Record(str(number) * (BUFFER // 3)), 0)
    info = ElementTree.fromstring(module.command("", ["test-cdr"], 0)[0])
    assert [one.text[0] for one in info] == ["2", "3", "4"]


def test_a_load_that_nobody_measures_is_not_invented():
    assert "not measured" in Cpu().command("", ["mips-usage"], 0)[0]
    assert Cpu(lambda: 12).command("", ["mips-usage"], 0)[0] == "12 %\r\n"


def test_the_options_of_the_web_are_found_among_the_words():
    words = ["reset", "/cmd", "reset", "/Reset", "OK", "/flag"]
    assert (value(words, "reset"), value(words, "flag"), value(words, "x")) == ("OK", "", None)


def test_xml_escapes_what_it_must():
    assert escape('<a b="&">\x00\ud800') == "&lt;a b=&quot;&amp;&quot;&gt;??"
    assert element("a", [("b", 1), ("c", None)], "x") == '<a b="1">x</a>'


def test_effects_of_a_command_come_back_under_the_modules_name():
    result = Device().run("mod cmd CMD0 reset /reset OK")
    assert result.effects == [As("CMD0", [Restart("now", "mod cmd CMD0 reset")])]
