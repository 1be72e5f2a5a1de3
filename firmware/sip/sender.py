"""What calls and registrations share of their user agent: identifiers, sending, who is remembered under which name."""

from firmware.sip.dialog import next_hop
from firmware.sip.inspect import ALLOW, capabilities, refusal
from firmware.sip.message import COOKIE
from firmware.sip.timers import Timers
from firmware.sip.transaction import Transactions
from firmware.sip.uri import is_address


class Sender:
    """`name` is the module's; `accounts` a list that the owner keeps; `limits` a hal.sip.Limits.

    `entropy(n)` gives n octets of chance. `source` is where the datagram at hand came from.
    """

    def __init__(self, name, address, entropy, limits, product, source=None):
        self.name = name
        self.address = address
        self.limits = limits
        self.product = product
        self.accounts = []
        self.layer = Transactions(limits.transactions)
        self.timers = Timers()
        self.source = source
        self.legs = {}
        self.dialogs = {}
        self._entropy = entropy
        self._leg_number = 0
        self._tag = self.token(6)

    def token(self, octets):
        return self._entropy(octets).hex()

    def chance(self):
        octets = self._entropy(2)
        return octets[0] << 8 | octets[1]

    def number(self):
        """A session id for SDP's o= line (RFC 8866 5.2)."""
        return self.chance() << 16 | self.chance()

    def head(self, message, account):
        """Put Via, Max-Forwards and User-Agent into a request of ours; returns the branch."""
        branch = COOKIE + self.token(10)
        names = ["Via", "Max-Forwards"]
        names.extend(message.names)
        names.append("User-Agent")
        message.names = names
        message.fields["Via"] = ["SIP/2.0/UDP {}:{};rport;branch={}".format(account.local[0], account.local[1], branch)]
        message.fields["Max-Forwards"] = ["70"]
        message.fields["User-Agent"] = [self.product]
        return branch

    def transmit(self, message, account, to, owner, now):
        """Send a request in a transaction of its own; (transaction, effects)."""
        branch = self.head(message, account)
        if message.method == "INVITE":
            message.set("Allow", ALLOW)
        return self.layer.send(branch, message, account.socket, to, owner, now)

    def repeat(self, cancel, invite, owner, now):
        """The effects of sending a CANCEL the way that its INVITE went."""
        return self.layer.send(cancel.via.branch, cancel, invite.socket, invite.to, owner, now)[1]

    def abandon(self, transaction):
        if transaction is not None:
            self.layer.abandon(transaction)

    def reach(self, uri, peer):
        """(host, port) of the next hop; where its name needs DNS, the address from which the peer last spoke."""
        hop = next_hop(uri)
        return hop if hop is not None and is_address(hop[0]) else peer

    def stamp(self, response, account, invite):
        """What a response that makes or keeps a dialog carries besides (12.1.1)."""
        response.put("Record-Route", invite.all("Record-Route"))
        response.set("Contact", account.contact)
        response.set("Allow", ALLOW)

    def remember(self, session):
        self.legs[session.leg.id] = session
        if session.dialog is not None:
            self.dialogs[session.dialog.id] = session

    def forget_leg(self, session):
        self.legs.pop(session.leg.id, None)

    def forget(self, session):
        self.forget_leg(session)
        if session.dialog is not None:
            self.dialogs.pop(session.dialog.id, None)

    def options(self, transaction, message, now):
        return self.respond(transaction, capabilities(message, self.token(6)), now)

    def refuse(self, transaction, message, status, now, reason="", tag=""):
        response = refusal(message, status, tag or self.token(6), reason, self.chance())
        return self.respond(transaction, response, now)

    def respond(self, transaction, response, now):
        response.set("Server", self.product)
        return self.layer.respond(transaction, response, now)
