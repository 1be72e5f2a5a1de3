"""Dialogs: RFC 3261 12."""

from firmware.sip.headers import LWS, address, split
from firmware.sip.uri import Malformed
from firmware.sip.uri import parse as parse_uri


def dialog_id(call_id, local_tag, remote_tag):
    return call_id + " " + local_tag + " " + remote_tag


def id_of(request):
    """The dialog that a request to us names (12.2.2)."""
    return dialog_id(request.call_id, request.to.tag, request.from_.tag)


class Dialog:
    """One side's view. `local` and `remote` are the From and To of our requests, as text with tags;
    `routes` the route set, as header values; `target` the remote target URI; `peer` the address from
    which the peer last spoke, for a next hop whose name we cannot resolve.
    """

    __slots__ = ("allow", "call_id", "id", "local", "local_cseq", "local_tag", "peer", "remote", "remote_cseq",
                 "remote_tag", "routes", "target")

    def __init__(self, call_id, local, remote, routes, target, local_tag, remote_tag, peer):
        self.id = dialog_id(call_id, local_tag, remote_tag)
        self.call_id = call_id
        self.local_tag = local_tag
        self.remote_tag = remote_tag
        self.local = local
        self.remote = remote
        self.routes = routes
        self.target = target
        self.peer = peer
        self.local_cseq = 0
        self.remote_cseq = None
        self.allow = ()

    def in_order(self, number):
        """Whether a request's CSeq is higher than any before (12.2.2); notes it if so."""
        if self.remote_cseq is not None and number <= self.remote_cseq:
            return False
        self.remote_cseq = number
        return True

    def refresh(self, message):
        """Take the Contact of a target refresh request or its 2xx (12.2.1.2, 12.2.2)."""
        contacts = message.contacts
        if contacts and contacts != "*":
            self.target = contacts[0].text
        self.allow = tuple(message.tokens("Allow")) or self.allow

    def next_cseq(self):
        self.local_cseq += 1
        return self.local_cseq

    def heading(self):
        """(Request-URI, Route values, next hop URI) of a request within the dialog (12.2.1.1)."""
        if not self.routes:
            return self.target, [], self.target
        first = address(self.routes[0]).text
        if "lr" in parse_uri(first).params:
            return self.target, self.routes, first
        routes = list(self.routes[1:])
        routes.append("<" + self.target + ">")
        return first.partition("?")[0], routes, first

    def fields(self, method, number):
        return [("From", self.local), ("To", self.remote), ("Call-ID", self.call_id),
                ("CSeq", "{} {}".format(number, method))]


def from_request(request, tag, peer):
    """The dialog that our answer to this request makes (12.1.1)."""
    remote_tag = request.from_.tag
    dialog = Dialog(request.call_id, request.get("To") + ";tag=" + tag, request.get("From"), _routes(request),
                    _target(request), tag, remote_tag, peer)
    dialog.remote_cseq = request.cseq.number
    dialog.allow = tuple(request.tokens("Allow"))
    return dialog


def from_response(request, response, peer):
    """The dialog that the peer's answer to our request makes (12.1.2)."""
    routes = _routes(response)
    routes.reverse()
    dialog = Dialog(request.call_id, request.get("From"), response.get("To"), routes,
                    _target(response) or request.uri, request.from_.tag, response.to.tag, peer)
    dialog.local_cseq = request.cseq.number
    dialog.allow = tuple(response.tokens("Allow"))
    return dialog


def _routes(message):
    found = []
    for value in message.all("Record-Route"):
        found.extend([one.strip(LWS) for one in split(value)])
    return found


def _target(message):
    contacts = message.contacts
    if not contacts or contacts == "*":
        return ""
    return contacts[0].text


def next_hop(uri):
    """(host, port) as a URI names it, maddr before host (RFC 3263 4.1); None for what is no SIP URI."""
    try:
        parsed = parse_uri(uri)
    except Malformed:
        return None
    if not parsed.host:
        return None
    return parsed.params.get("maddr") or parsed.host, parsed.port or 5060
