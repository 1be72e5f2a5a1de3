"""The transaction layer: which message belongs to which transaction (RFC 3261 17.1.3, 17.2.3).

`receive` takes checked messages and returns effects mixed with the events of
firmware.sip.events, in the order in which they happened.
"""

from firmware.sip.client import TERMINATED, InviteClient, PlainClient
from firmware.sip.events import Request, Response
from firmware.sip.message import COOKIE
from firmware.sip.server import InviteServer, PlainServer
from firmware.sip.timers import Timers


def client_id(branch, method):
    """17.1.3: the branch of the topmost Via and the method of CSeq."""
    return branch + " " + method


def server_id(message):
    """17.2.3: branch and sent-by; for a branch without the cookie what RFC 2543 compared. An ACK has its INVITE's."""
    method = "INVITE" if message.method == "ACK" else message.method
    via = message.via
    branch = via.branch
    if branch[:7] == COOKIE and len(branch) > 7:
        return "{} {}:{} {}".format(branch, via.host.lower(), via.port or 5060, method)
    return "{} {} {} {} {}:{} {}".format(branch, message.call_id, message.cseq.number, message.from_.tag,
                                         via.host.lower(), via.port or 5060, method)


def merge_id(message):
    """8.2.2.2: the same request by two ways has these in common."""
    return message.from_.tag + " " + message.call_id + " " + message.get("CSeq")


class Transactions:
    """All transactions of one user agent. `limit` bounds the server transactions that `full` allows."""

    def __init__(self, limit):
        self.limit = limit
        self.timers = Timers()
        self.clients = {}
        self.servers = {}
        self._merges = {}

    @property
    def full(self):
        return len(self.servers) >= self.limit

    def due(self):
        return self.timers.due()

    def send(self, branch, message, socket, to, owner, now):
        """Start a client transaction; (transaction, effects)."""
        kind = InviteClient if message.method == "INVITE" else PlainClient
        transaction = kind(client_id(branch, message.method), message, socket, to, owner)
        self.clients[transaction.id] = transaction
        effects = transaction.start(now)
        self.timers.arm(transaction)
        return transaction, effects

    def receive_response(self, message, now):
        transaction = self.clients.get(client_id(message.via.branch, message.cseq.method))
        if transaction is None:
            return [Response(None, message)]
        return self._after(transaction, transaction.receive(message, now))

    def known(self, message):
        """Whether a request belongs to a transaction that we have."""
        return server_id(message) in self.servers

    def receive_request(self, message, socket, to, now):
        """`to` is where responses go (18.2.2)."""
        id = server_id(message)
        transaction = self.servers.get(id)
        if message.method == "ACK":
            if transaction is not None and transaction.acknowledged(now):
                return self._after(transaction, [])
            return [Request(None, message)]
        if transaction is not None:
            return self._after(transaction, transaction.again(now))
        kind = InviteServer if message.method == "INVITE" else PlainServer
        transaction = kind(id, message, socket, to)
        self.servers[id] = transaction
        return [Request(transaction, message)]

    def merged(self, transaction, message):
        """Whether another transaction has this same request (8.2.2.2); notes it if not."""
        merge = merge_id(message)
        if self._merges.get(merge, transaction) is not transaction:
            return True
        self._merges[merge] = transaction
        transaction.merge = merge
        return False

    def cancelled(self, message):
        """The INVITE transaction that a CANCEL means (9.2), or None."""
        id = server_id(message)
        return self.servers.get(id[:-len("CANCEL")] + "INVITE")

    def respond(self, transaction, response, now):
        return self._after(transaction, transaction.respond(response, now))

    def abandon(self, transaction):
        """Drop a client transaction whose answer does not matter any more."""
        self.clients.pop(transaction.id, None)
        transaction.resend_at = transaction.end_at = None
        self.timers.arm(transaction)

    def tick(self, now):
        effects = []
        transaction = self.timers.pop(now)
        while transaction is not None:
            effects.extend(self._after(transaction, transaction.tick(now)))
            transaction = self.timers.pop(now)
        return effects

    def _after(self, transaction, effects):
        if transaction.state == TERMINATED:
            table = self.servers if isinstance(transaction, (InviteServer, PlainServer)) else self.clients
            table.pop(transaction.id, None)
            merge = getattr(transaction, "merge", None)
            if merge is not None:
                self._merges.pop(merge, None)
        self.timers.arm(transaction)
        return effects
