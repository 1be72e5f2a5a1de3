"""Octets to `Message`: RFC 3261 7, 18.3, 20, 25.

`parse` never raises. What is wrong with a message stands in its `error` as
(status, reason): the response that the RFC asks for, if it is a request.
`check` reads all headers on which a transaction or a dialog depends.
"""

from firmware.sip import headers
from firmware.sip.message import VERSION, Message
from firmware.sip.names import SINGLE, SPELLINGS, phrase
from firmware.sip.uri import DIGITS, TOKEN, Malformed

LINES = 256
URI_LENGTH = 2048
BODY_LENGTH = 32768
MESSAGE_LENGTH = 65535


def parse(data, length=MESSAGE_LENGTH):
    """A `Message`, its `error` set if it is wrong; None if there is nothing that could be answered."""
    if data[:2] == b"\r\n":
        data = data.lstrip(b"\r\n")
    end = data.find(b"\r\n\r\n")
    head = data[:end] if end >= 0 else data[:length]
    try:
        text, utf8 = head.decode(), True
    except UnicodeError:
        text, utf8 = "".join([chr(octet) for octet in head]), False
    lines = text.split("\r\n")
    message = _start(lines[0])
    if message is None:
        return None
    message.utf8 = utf8
    if message.error is None:
        try:
            _read(message, text, lines)
            if end < 0:
                raise Malformed("No end of headers")
            if len(data) > length:
                raise Malformed(phrase(513), 513)
            _body(message, data, end + 4)
        except Malformed as problem:
            message.error = (problem.status, problem.reason)
    else:
        _salvage(message, text, lines)
    return message


def _start(line):
    """A `Message` from a start line; None for what is not SIP at all."""
    if line[:8] == "SIP/2.0 ":
        return _status_line(line)
    words = line.split(" ")
    if len(words) == 3 and words[2] == VERSION and len(words[1]) <= URI_LENGTH:
        message = Message(words[0], words[1])
        if words[0] and not words[0].strip(TOKEN):
            return message
        message.error = (400, "Bad method")
        return message
    if " SIP/" not in line.upper() or not words[0] or words[0].strip(TOKEN):
        return None
    message = Message(words[0], words[1])
    if len(words) == 3 and words[2].upper() == VERSION:
        message.error = (414, phrase(414)) if len(words[1]) > URI_LENGTH else None
    elif len(words) == 3 and not words[2][4:].strip(DIGITS + "."):
        message.error = (505, phrase(505))
    else:
        message.error = (400, "Bad request line")
    return message


def _status_line(line):
    code, _, reason = line[8:].partition(" ")
    message = Message("", "", 999, reason)
    if len(code) != 3 or code.strip(DIGITS) or not 100 <= int(code) <= 699:
        message.error = (400, "Bad status code")
    else:
        message.status = int(code)
    return message


def _read(message, text, lines):
    """Header lines into `fields`; raises Malformed."""
    if text.count("\n") != len(lines) - 1 or text.count("\r") != len(lines) - 1:
        raise Malformed("Bare CR or LF")
    if len(lines) > LINES:
        raise Malformed(phrase(513), 513)
    if "\n " in text or "\n\t" in text:
        lines = _unfold(lines)
    names, fields = message.names, message.fields
    for index in range(1, len(lines)):
        name, colon, value = lines[index].partition(":")
        known = SPELLINGS.get(name)
        if known is None:
            known = _name(name)
        if not colon:
            raise Malformed("Header without a colon")
        value = value.strip(" \t")
        if known in fields:
            fields[known].append(value)
        else:
            fields[known] = [value]
            names.append(known)


def _name(name):
    name = name.rstrip(" \t").lower()
    known = SPELLINGS.get(name)
    if known is None and (not name or name.strip(TOKEN)):
        raise Malformed("Bad header name")
    return known or name


def _unfold(lines):
    """Continuation lines joined to those that they continue (7.3.1)."""
    joined = [lines[0]]
    for line in lines[1:]:
        if line[:1] in (" ", "\t") and len(joined) > 1:
            joined[-1] += " " + line.strip(" \t")
        else:
            joined.append(line)
    return joined


def _salvage(message, text, lines):
    """As many headers as can be read of a message whose start line is wrong already: an answer needs them."""
    try:
        _read(message, text, lines)
    except Malformed:
        pass


def _body(message, data, start):
    """The octets that Content-Length counts; more in a datagram are dropped (18.3)."""
    value = message.fields.get("Content-Length")
    body = data[start:]
    if value is not None:
        if len(value) > 1:
            raise Malformed("More than one Content-Length")
        length = headers.number(value[0], 0x7FFFFFFF)
        if length > len(body):
            raise Malformed("Content-Length larger than the message")
        if length < len(body):
            body = body[:length]
    if len(body) > BODY_LENGTH:
        raise Malformed(phrase(413), 413)
    message.body = body


def check(message):
    """(status, reason) for what is wrong, None if nothing is: all that a transaction or dialog reads."""
    if message.error is None:
        try:
            _judge(message)
        except Malformed as problem:
            message.error = (problem.status, problem.reason)
    return message.error


def _judge(message):
    fields = message.fields
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        if not message.get(name):
            raise Malformed("Missing " + name)
    if len(message.call_id.split()) != 1:
        raise Malformed("Bad Call-ID")
    for name in SINGLE:
        if name in fields and len(fields[name]) > 1:
            raise Malformed("More than one " + name)
    for value in fields["Via"]:
        for one in headers.split(value)[1 if value is fields["Via"][0] else 0:]:
            headers.via(one.strip(headers.LWS))
    if message.via is None or message.cseq is None or message.from_.uri is None or message.to.uri is None:
        raise Malformed("Bad address")
    if not message.status:
        _judge_request(message)
    _judge_optional(message)


def _judge_request(message):
    if message.cseq.method != message.method:
        raise Malformed("CSeq does not match the method")
    if message.request_uri.headers:
        raise Malformed("Headers in the Request-URI")
    if message.method == "INVITE" and not message.contacts:
        raise Malformed("Missing Contact")


def _judge_optional(message):
    fields = message.fields
    if "Max-Forwards" in fields:
        headers.number(message.get("Max-Forwards"), 255)
    if "Content-Type" in fields and not message.content_type[0]:
        raise Malformed("Bad Content-Type")
    for contact in message.contacts if "Contact" in fields else ():
        if contact != "*" and contact.params.get("expires"):
            headers.seconds(contact.params["expires"])
    if ("Route" in fields and not message.routes) or ("Record-Route" in fields and not message.record_routes):
        raise Malformed("Empty route")
    for name in ("Expires", "Min-Expires", "Retry-After"):
        if name in fields:
            message.seconds(name)
    if "Date" in fields and message.get("Date")[-4:] != " GMT":
        raise Malformed("Bad Date")
