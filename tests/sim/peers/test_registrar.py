"""The registrar, message by message; and digest against the vectors of the RFCs."""

import pytest
from sipmessage import AuthParameters, Message

from sim.devices.virtual_net import VirtualNet
from sim.network import VirtualNetwork
from sim.peers.digest import digest
from sim.peers.registrar import NONCE_LIFE, Registrar
from sim.peers.sockets import Sockets
from sim.time import Time

SECOND = 1_000_000
SERVER = ("10.0.0.1", 5060)


class Line:
    """A bare socket that speaks SIP by hand."""

    def __init__(self, **options):
        self.time = Time()
        network = VirtualNetwork(self.time)
        net = VirtualNet(network, SERVER[0])
        self.registrar = Registrar(self.time, net, "example.org", {"anna": "geheim"}, **options)
        self.sockets = Sockets(VirtualNet(network, "10.0.0.2"))
        self.sockets.open("me", 5060, lambda source, data: self.heard.append(Message.parse(data)))
        self.heard = []
        self.count = 0

    def send(self, method, *headers, to="<sip:anna@example.org>", uri="sip:example.org", branch=None, hops=70):
        """The answers to a request that is sent and waited for."""
        self.count += 1
        lines = [f"{method} {uri} SIP/2.0",
                 f"Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK{branch or self.count};rport", f"Max-Forwards: {hops}",
                 "From: <sip:anna@example.org>;tag=1", f"To: {to}", "Call-ID: c", f"CSeq: {self.count} {method}",
                 *headers, "Content-Length: 0"]
        before = len(self.heard)
        self.sockets.send("me", SERVER, ("\r\n".join(lines) + "\r\n\r\n").encode())
        self.time.run(self.time.now + SECOND // 2)
        return self.heard[before:]

    def credentials(self, response, method="REGISTER", password="geheim", uri="sip:example.org"):
        answer = digest(method, uri, "anna", password, response.www_authenticate.parameters, "c1")
        return f"Authorization: Digest {AuthParameters(**answer)}"

    def register(self, *headers):
        (challenged,) = self.send("REGISTER", *headers)
        assert challenged.code == 401
        return self.send("REGISTER", self.credentials(challenged), *headers)[0]


def test_a_binding_is_confirmed_with_what_is_left_of_its_time():
    line = Line()
    response = line.register("Contact: <sip:anna@10.0.0.2>;expires=100")
    assert response.code == 200
    assert response.contact[0].uri.user == "anna" and response.contact[0].parameters["expires"] == "100"
    line.time.run(line.time.now + 101 * SECOND)
    assert not line.registrar.registered("anna")


def test_the_expires_header_counts_where_the_contact_names_none():
    line = Line()
    line.register("Contact: <sip:anna@10.0.0.2>", "Expires: 70")
    line.time.run(line.time.now + 71 * SECOND)
    assert not line.registrar.registered("anna")


def test_too_short_a_time_is_423_with_the_least():
    response = Line(min_expires=90).register("Contact: <sip:anna@10.0.0.2>;expires=60")
    assert (response.code, response.min_expires) == (423, 90)


def test_a_star_removes_all_bindings():
    line = Line()
    line.register("Contact: <sip:anna@10.0.0.2>")
    line.register("Contact: <sip:anna@10.0.0.3>")
    assert len(line.registrar.bindings("anna")) == 2
    assert line.register("Contact: *", "Expires: 0").code == 200
    assert not line.registrar.registered("anna")


def test_a_nonce_is_of_no_use_when_it_is_old():
    line = Line()
    (challenged,) = line.send("REGISTER")
    line.time.run(line.time.now + NONCE_LIFE)
    assert line.send("REGISTER", line.credentials(challenged))[0].code == 401


@pytest.mark.parametrize("spoil", [
    lambda text: text.replace("anna", "bert"), lambda text: text.replace("sip:example.org", "sip:example.net"),
    lambda text: text.replace('response="', 'response="0'), lambda text: text.replace("nc=00000001", "nc=zz"),
    lambda text: text.replace("MD5", "MD4"), lambda text: "Authorization: Digest realm=x"])
def test_credentials_that_do_not_fit_are_challenged_again(spoil):
    line = Line()
    (challenged,) = line.send("REGISTER")
    (response,) = line.send("REGISTER", spoil(line.credentials(challenged)), "Contact: <sip:anna@10.0.0.2>")
    assert response.code == 401
    assert not line.registrar.registered("anna")


def test_a_repeated_request_gets_the_same_answer_again():
    line = Line()
    first, second = line.send("REGISTER", branch="x"), line.send("REGISTER", branch="x")
    assert bytes(first[0]) == bytes(second[0])


def test_a_header_that_does_not_parse_is_400():
    line = Line()
    (challenged,) = line.send("REGISTER")
    (response,) = line.send("REGISTER", line.credentials(challenged), "Contact: <<>>;;")
    assert response.code == 400


def test_a_request_without_hops_left_is_483():
    line = Line()
    (response,) = line.send("MESSAGE", uri="sip:anna@example.org", hops=0)
    assert response.code == 483


def test_a_cancel_of_nothing_is_481():
    assert Line().send("CANCEL", uri="sip:anna@example.org")[0].code == 481


def test_digest_gives_the_example_of_rfc_2617():
    challenge = AuthParameters(realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
                               qop="auth,auth-int", opaque="5ccc069c403ebaf9f0171e9517f40e41")
    answer = digest("GET", "/dir/index.html", "Mufasa", "Circle Of Life", challenge, "0a4f113b")
    assert answer["response"] == "6629fae49393a05397450978507c4ef1"
    assert answer["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41"


@pytest.mark.parametrize(("algorithm", "response"), [
    ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")])
def test_digest_gives_the_examples_of_rfc_7616(algorithm, response):
    challenge = AuthParameters(realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                               qop="auth, auth-int", algorithm=algorithm)
    answer = digest("GET", "/dir/index.html", "Mufasa", "Circle of Life", challenge,
                    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    assert answer["response"] == response


def test_digest_without_qop_is_that_of_rfc_2069():
    challenge = AuthParameters(realm="r", nonce="n")
    answer = digest("REGISTER", "sip:r", "u", "p", challenge, "unused")
    assert "qop" not in answer and "cnonce" not in answer and len(answer["response"]) == 32
