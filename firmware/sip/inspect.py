"""What a user agent server looks at before it takes up a request: RFC 3261 8.2, and which responses say no.

`refusal` gives a complete response with the headers that its status asks for.
"""

from firmware.sip.message import response as new_response
from firmware.sip.uri import Malformed

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO"
METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "INFO")
KNOWN = ("REGISTER", "PRACK", "UPDATE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER")
"""Methods that we recognise and do not support: 405, not 501 (21.4.6, 21.5.2)."""
ACCEPT = "application/sdp, application/dtmf-relay"
SUPPORTED = ()
"""Option tags of extensions that we have."""
RETRY_AFTER = 5
"""Seconds that an overloaded caller is asked to wait; our choice."""


def objection(message):
    """The status with which to refuse a request, in a dialog or not; 0 if it is fit (8.2.1 to 8.2.3)."""
    if message.method not in METHODS:
        return 405 if message.method in KNOWN else 501
    if message.method == "CANCEL":
        return 0
    if message.request_uri.scheme not in ("sip", "sips"):
        return 416
    if unsupported(message):
        return 420
    if message.method == "INVITE":
        if message.max_forwards == 0:
            # RFC 7332 4: our calls go on to another leg, so hops count.
            return 483
        return _content(message)
    return 0


def unsupported(message):
    """The option tags of Require that we do not have (8.2.2.3)."""
    return [tag for tag in message.tokens("Require") if tag not in SUPPORTED]


def _content(message):
    encoding = message.get("Content-Encoding", "identity").lower()
    if message.body and "handling=optional" not in message.get("Content-Disposition").lower():
        if encoding != "identity":
            return 415
        try:
            kind = message.content_type[0]
        except Malformed:
            return 400
        if kind != "application/sdp":
            return 415
    if "Accept" in message.fields:
        accepted = [one.partition(";")[0].strip(" \t").lower() for one in message.tokens("Accept")]
        if not ("application/sdp" in accepted or "application/*" in accepted or "*/*" in accepted):
            return 406
    return 0


def refusal(message, status, tag, reason="", chance=0, proxy=""):
    """The response; `chance` gives 500 its Retry-After of 0 to 10 s (14.2), `proxy` is 305's Contact."""
    response = new_response(message, status, tag, reason)
    if status in (405, 501):
        response.set("Allow", ALLOW)
    elif status in (406, 415):
        response.set("Accept", ACCEPT)
        response.set("Accept-Encoding", "identity")
    elif status == 420:
        response.set("Unsupported", ", ".join(unsupported(message)))
    elif status == 500:
        response.set("Retry-After", str(chance % 11))
    elif status == 503:
        response.set("Retry-After", str(RETRY_AFTER))
    elif status == 305:
        response.set("Contact", "<sip:{}>".format(proxy))
    return response


def capabilities(message, tag):
    """The answer to OPTIONS (11.2)."""
    response = new_response(message, 200, tag)
    response.set("Allow", ALLOW)
    response.set("Accept", ACCEPT)
    response.set("Accept-Encoding", "identity")
    response.set("Accept-Language", "en")
    response.set("Supported", ", ".join(SUPPORTED))
    return response
