"""firmware.http.server and door as a client on the wire sees them, with the real interpreter behind."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import digest
from firmware.config.configuration import Configuration
from firmware.config.pending import Pending
from firmware.console.interpreter import Interpreter
from firmware.effects import Close, Listen, Log, Restart, Stream, Trace
from firmware.http.connection import PATIENCE
from firmware.http.door import Door, command_line
from firmware.http.message import Request
from firmware.http.server import CONNECTIONS, RETRY, Http
from firmware.log import Log as Ring
from firmware.module import Module, Registry
from firmware.system.box import Box
from hal.net import Accepted, Closed, Received, Refused
from tests.fuzz import fuzz_http

SECOND = 1_000_000


class Probe(Module):
    """Answers every command with its words."""

    name = "PROBE"
    schemas = {"": (), "SUB": ()}

    def command(self, sub, words, now):
        return sub + "|" + "|".join(words), []


class Device:
    """HTTP0, CMD0 and the interpreter of one device, and a client's view of them."""

    def __init__(self):
        self.pending = Pending()
        self.box = Box("IP1203", "15r1sr4", b"\x00\x90\x33\x00\x00\x01", self.pending)
        registry = Registry([self.box, Probe()])
        self.log = Ring()
        self.configuration = Configuration(registry, self.log, self.pending)
        self.interpreter = Interpreter(registry, self.configuration, None, None, self.log, self.pending)
        texts = {"/cfg.txt": lambda now: "config change CMD0\r\n", "/log.txt": lambda now: "line\r\n"}
        self.http = Http(Door(self.interpreter, texts), self.box.password_of, b"secret", "IP1203")
        self.http.configure("", {"port": 80}, [], 0)
        self.effects = []
        self.accept(1)

    def accept(self, number, now=0):
        self.effects += self.http.receive(Accepted(("http", 80), number, ("192.0.2.7", 5000)), now)

    def send(self, octets, now=0, connection=1):
        self.effects = self.http.receive(Received(connection, octets), now)
        return b"".join([one.data for one in self.effects if isinstance(one, Stream)])

    def get(self, target, method="GET", password="ip1203", extra="", now=0, body=b""):
        challenge = digest.parse(self.http._reception().guard.challenges(now)[0])
        value = digest.authorization(method, target, "admin", password, challenge, "cnonce", 1)
        head = f"{method} {target} HTTP/1.1\r\nHost: d\r\nAuthorization: {value}\r\n{extra}\r\n"
        return split(self.send(head.encode() + body, now))

    def closed(self):
        return Close(1) in self.effects


def split(octets):
    """(status, {header: value}, body) of one response."""
    head, _, body = octets.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert int(headers["Content-Length"]) == len(body) or not body
    return int(lines[0].split(" ")[1]), headers, body.decode()


@pytest.fixture
def device():
    return Device()


def test_without_credentials_both_algorithms_are_offered(device):
    octets = device.send(b"GET /cfg.txt HTTP/1.1\r\nHost: d\r\n\r\n")
    assert octets.startswith(b"HTTP/1.1 401 ")
    assert octets.count(b"WWW-Authenticate: Digest ") == 2
    assert octets.index(b"algorithm=SHA-256") < octets.index(b"algorithm=MD5")
    assert not device.closed()


def test_a_wrong_password_is_refused_and_a_changed_account_counts_at_once(device):
    assert device.get("/cfg.txt", password="wrong")[0] == 401
    device.box.configure("", {"name": "", "admin": "admin,new"}, ["admin"], 0)
    assert device.get("/cfg.txt")[0] == 401
    assert device.get("/cfg.txt", password="new")[0] == 200


def test_a_stale_nonce_is_answered_with_a_new_one(device):
    old = digest.parse(device.http._reception().guard.challenges(0)[0])
    value = digest.authorization("GET", "/log.txt", "admin", "ip1203", old, "c", 1)
    octets = device.send(f"GET /log.txt HTTP/1.1\r\nHost: d\r\nAuthorization: {value}\r\n\r\n".encode(), 400 * SECOND)
    assert octets.startswith(b"HTTP/1.1 401 ") and b"stale=true" in octets


def test_the_texts_are_served(device):
    assert device.get("/cfg.txt")[2] == "config change CMD0\r\n"
    status, headers, body = device.get("/log.txt", method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, "6", "")


def test_an_exclamation_mark_runs_a_console_line(device):
    status, headers, body = device.get("/!config%20add%20CMD0%20/name%20Nico%2520Mobile")
    assert (status, body) == (200, "ok\r\n") and headers["Content-Type"].startswith("text/plain")
    assert device.get("/!config%20show")[2] == "config change CMD0 /name Nico%20Mobile\r\n"
    assert device.get("/!mod%20cmd%20PROBE%20x%20/u%20http://h/?a=1+2")[2] == "|x|/u|http://h/?a=1 2\r\n"


def test_the_log_names_who_it_was(device):
    device.get("/!mod")
    assert any("admin@192.0.2.7 mod" in line for line in device.log.lines())


def test_an_unknown_module_answers_a_question_mark(device):
    for target in ("/!mod%20cmd%20NOWHERE%20x", "/NOWHERE/mod_cmd.xml?cmd=x", "/!config%20add%20NOWHERE%20/a"):
        assert device.get(target)[2] == "?\r\n"


def test_mod_cmd_xml_is_the_console_line_that_it_stands_for(device):
    body = device.get("/PROBE/SUB/mod_cmd.xml?cmd=do&a=b%20c&flag=&redirect=%2fx%2fy&xsl=s.xsl")[2]
    assert body == "SUB|do|/cmd|do|/a|b c|/flag|/redirect|/x/y|/xsl|s.xsl\r\n"
    assert command_line("P", [("cmd", "x"), ("a", "%+")]) == "mod cmd P x /cmd x /a %25%2b"


def test_xml_replies_carry_the_style_sheet_that_was_asked_for(device):
    _, headers, body = device.get("/CMD0/mod_cmd.xml?cmd=xml-info&xsl=info.xsl")
    assert headers["Content-Type"].startswith("application/xml")
    assert '<?xml-stylesheet type="text/xsl" href="info.xsl"?>' in body
    assert ElementTree.fromstring(body).attrib == {"name": "IP1203"}


def test_box_info_shows_reset_required_only_while_one_is_owed(device):
    system = ElementTree.fromstring(device.get("/CMD0/box_info.xml")[2]).find("sys").attrib
    assert "reset-required" not in system
    assert (system["product"], system["mac"], system["sync"]) == ("IP1203", "00-90-33-00-00-01", "-")
    device.pending.owe("X509/TRUSTED")
    system = ElementTree.fromstring(device.get("/CMD0/box_info.xml")[2]).find("sys").attrib
    assert system["reset-required"] == "true"


def test_the_documented_reset_reboots_after_its_reply(device):
    body = device.get("/CMD0/mod_cmd.xml?cmd=reset&xsl=reset.xsl&reset=OK")[2]
    assert ElementTree.fromstring(body).attrib == {"reset": "true"}
    restarts = [index for index, one in enumerate(device.effects) if "Restart" in repr(one)]
    streams = [index for index, one in enumerate(device.effects) if isinstance(one, Stream)]
    assert restarts and streams[-1] < restarts[0]


def test_a_reset_without_its_confirmation_does_nothing(device):
    body = device.get("/CMD0/mod_cmd.xml?cmd=reset")[2]
    assert "true" not in body and not any(isinstance(one, Restart) for one in device.effects)


@pytest.mark.parametrize(("method", "target", "expected"), [
    ("GET", "/", 404), ("GET", "/nothing.xml", 404), ("GET", "/a/b/c/mod_cmd.xml?cmd=x", 404),
    ("GET", "/CMD0/mod_cmd.xml", 400), ("GET", "/CMD0/mod_cmd.xml?cmd=x&a%20b=1", 400),
    ("GET", "/CMD0/mod_cmd.xml?cmd=x&xsl=%22%3e", 400), ("GET", "/!a%0d%0ab", 400),
    ("POST", "/cfg.txt", 405), ("HEAD", "/!mod", 405), ("DELETE", "/CMD0/mod_cmd.xml?cmd=x", 405),
    ("BREW", "/cfg.txt", 501),
])
def test_what_cannot_be_done_has_its_status(device, method, target, expected):
    status, headers, _ = device.get(target, method=method)
    assert status == expected
    assert ("Allow" in headers) == (expected == 405)


def test_a_body_that_is_too_long_is_refused_and_the_connection_ends(device):
    octets = device.send(b"PUT /x HTTP/1.1\r\nHost: d\r\nContent-Length: 999999\r\n\r\n")
    assert octets.startswith(b"HTTP/1.1 413 ") and device.closed()


def test_requests_are_answered_in_order_on_one_connection(device):
    octets = device.send(b"GET /a HTTP/1.1\r\nHost: d\r\n\r\n" * 3)
    assert octets.count(b"HTTP/1.1 401 ") == 3 and not device.closed()


def test_a_client_of_http_1_0_is_closed_after_its_answer(device):
    assert device.send(b"GET /a HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 401 ")
    assert device.effects[-1] == Close(1) and isinstance(device.effects[-2], Stream)


def test_an_idle_connection_is_closed_and_a_slow_request_hears_of_it(device):
    device.accept(2)
    device.send(b"GET /a HT", 5 * SECOND)
    assert device.http.due() == PATIENCE
    effects = device.http.tick(PATIENCE)
    assert [type(one) for one in effects] == [Stream, Close, Close]
    assert effects[0].data.startswith(b"HTTP/1.1 408 ") and effects[2] == Close(2)
    assert device.http.due() is None


def test_a_connection_beyond_the_bound_takes_the_place_of_the_longest_idle(device):
    for number in range(2, CONNECTIONS + 1):
        device.accept(number, now=number)
    device.effects = []
    device.accept(99, now=1000)
    assert device.effects == [Close(1)]
    assert device.http.receive(Received(1, b"x"), 1000) == []


def test_a_closed_connection_is_forgotten(device):
    device.http.receive(Closed(1, "reset by peer"), 5)
    assert device.http.due() is None


def test_a_new_port_replaces_the_old_and_a_refused_one_is_tried_again(device):
    assert device.http.configure("", {"port": 80}, [], 0) == []
    assert device.http.configure("", {"port": 8080}, ["port"], 0) == [
        Close(("http", 80)), Listen(("http", 8080), 8080)]
    device.http.receive(Closed(1, ""), 0)
    [said] = device.http.receive(Refused(("http", 8080), "address already in use"), 7)
    assert isinstance(said, Log) and "8080" in said.text
    assert device.http.due() == 7 + RETRY
    assert device.http.tick(7 + RETRY) == [Listen(("http", 8080), 8080)]


@pytest.mark.parametrize(("target", "shown"), [
    ("/!config%20add%20CMD0%20/admin%20a,geheim", "/!"), ("/%21config%20add%20CMD0%20/admin%20a,geheim", "/!"),
    ("/PROBE/mod_cmd.xml?cmd=x&pwd=geheim", "/PROBE/mod_cmd.xml"),
])
def test_each_request_is_traced_and_no_secret_reaches_the_log(device, target, shown):
    device.get(target)
    assert [one.text for one in device.effects if isinstance(one, Trace)] == [f"192.0.2.7 GET {shown} 200"]
    assert "CMD admin@192.0.2.7" in device.log.lines()[-1] and "geheim" not in "".join(device.log.lines())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([
    b"GET /!mod HTTP/1.1\r\n", b"Host: d\r\n", b"\r\n", b"Authorization: Digest username=\"admin\", ",
    b"Content-Length: 5",
])), max_size=12))
def test_no_octets_make_the_server_raise(pieces):
    device = Device()
    for piece in pieces:
        device.send(piece)
        for one in device.effects:
            assert isinstance(one, (Stream, Close, Trace))


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=60).map(
    lambda noise: b"\x0fGET /!" + noise + b"/mod_cmd.xml?cmd=" + noise + b" HTTP/1.1\r\nHost: d\r\n\r\n")))
def test_noise_that_got_past_the_password_stays_within_its_connection(octets):
    fuzz_http.target(octets)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="/!.xmlcmd_ %2fCMDBOX0?&=+é\x00", max_size=40))
def test_no_target_makes_the_door_raise(text):
    device = Device()
    for method in ("GET", "HEAD"):
        request = Request(method, "/" + text, (1, 1))
        page = device.http._door.page(request, "admin@x", 0)
        assert page[0] in (200, 400, 404, 405) and isinstance(page[1], bytes)
