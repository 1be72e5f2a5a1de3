"""firmware.digest against the worked examples of its RFCs, and both of its ends against each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import digest

SECOND = 1_000_000

RFC2617 = digest.parse(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"')

RFC7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')


def test_the_example_of_rfc_2617_3_5_comes_out():
    got = digest.response("GET", "/dir/index.html", "Mufasa", "Circle Of Life", RFC2617, "0a4f113b", 1)
    assert got == "6629fae49393a05397450978507c4ef1"


@pytest.mark.parametrize(("algorithm", "expected"), [
    ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
    ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
])
def test_the_examples_of_rfc_7616_3_9_1_come_out(algorithm, expected):
    challenge = digest.parse(RFC7616.format(algorithm))
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    assert digest.response("GET", "/dir/index.html", "Mufasa", "Circle of Life", challenge, cnonce, 1) == expected
    header = digest.parse(digest.authorization(
        "GET", "/dir/index.html", "Mufasa", "Circle of Life", challenge, cnonce, 1))
    assert header["response"] == expected
    assert (header["nc"], header["qop"], header["algorithm"]) == ("00000001", "auth", algorithm)
    assert digest.check(header, "GET", "Circle of Life")
    assert not digest.check(header, "GET", "Circle of life")
    assert not digest.check(header, "PUT", "Circle of Life")


@pytest.mark.parametrize(
    "extra", ["", ', qop="auth-int"', ", algorithm=MD5-sess", ', algorithm=SHA-256-sess, qop="auth"'])
def test_what_the_client_makes_the_server_accepts(extra):
    challenge = digest.parse('Digest realm="a \\"b\\"", nonce="n"' + extra)
    header = digest.authorization("REGISTER", "sip:b,c@d", 'an"na', "p:w", challenge, "c1", 7, b"body")
    fields = digest.parse(header)
    assert fields["realm"] == 'a "b"' and fields["username"] == 'an"na' and fields["uri"] == "sip:b,c@d"
    assert digest.check(fields, "REGISTER", "p:w", b"body")
    assert digest.check(fields, "REGISTER", "p:w", b"other") == ("auth-int" not in extra)


@pytest.mark.parametrize("value", [
    "Basic realm=x", 'Digest realm="x', "Digest", "", 'Digest realm="a", realm="b"', "Digest realm",
])
def test_what_is_no_digest_header_parses_to_nothing_that_could_be_answered(value):
    assert not digest.supported(digest.parse(value))


def test_a_challenge_that_we_cannot_answer_is_not_answered():
    for extra in ("algorithm=SHA-512-256", 'qop="other"'):
        challenge = digest.parse('Digest realm="r", nonce="n", ' + extra)
        assert digest.authorization("GET", "/", "u", "p", challenge, "c", 1) is None


def judged(guard, header_changes=(), now=0, uri="/", password="pw", user="admin"):
    challenge = digest.parse(guard.challenges(0)[0])
    value = digest.authorization("GET", "/", user, password, challenge, "c", 1)
    for old, new in header_changes:
        value = value.replace(old, new)
    return guard.judge(value, "GET", uri, {"admin": "pw"}.get, now)


def test_a_guard_accepts_a_right_answer_until_its_nonce_is_stale():
    guard = digest.Guard("IP1203", b"secret", lifetime=300)
    assert judged(guard, now=300 * SECOND) == "good"
    assert judged(guard, now=301 * SECOND) == "stale"
    assert "stale=true" in guard.challenges(0, stale=True)[0]


def test_a_guard_refuses_another_password_user_uri_and_realm():
    guard = digest.Guard("IP1203", b"secret")
    assert judged(guard, password="PW") == "bad"
    assert judged(guard, user="root") == "bad"
    assert judged(guard, uri="/other") == "bad"
    assert judged(guard, [("IP1203", "IP1202")]) == "bad"


def test_a_nonce_that_the_guard_never_gave_lets_nobody_in_but_a_right_password_may_try_again():
    guard = digest.Guard("IP1203", b"secret")
    other = digest.Guard("IP1203", b"another secret")
    stolen = digest.authorization("GET", "/", "admin", "pw", digest.parse(other.challenges(0)[0]), "c", 1)
    assert guard.judge(stolen, "GET", "/", {"admin": "pw"}.get, 0) == "stale"
    assert guard.judge(stolen, "GET", "/", {"admin": "PW"}.get, 0) == "bad"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text(alphabet='Digest ="\\,nonce', max_size=80)))
def test_no_header_makes_the_parser_or_the_guard_raise(text):
    digest.parse(text)
    digest.parse("Digest " + text)
    guard = digest.Guard("r", b"s")
    assert guard.judge("Digest " + text, "GET", "/", lambda user: "pw", 0) == "bad"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_any_user_and_password_pass_through_a_header(user, password):
    guard = digest.Guard("r", b"s")
    value = digest.authorization("GET", "/", user, password, digest.parse(guard.challenges(0)[1]), "c", 1)
    assert guard.judge(value, "GET", "/", lambda name: password if name == user else None, 0) == "good"
