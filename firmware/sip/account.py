"""One SIP interface (REG1 ...): who we are there, and where its server is (article 09)."""

from firmware.sip.auth import Credentials
from firmware.sip.headers import quote
from firmware.sip.uri import Malformed, escape_token, escape_user, hostport, is_address
from firmware.sip.uri import parse as parse_uri

LOOPBACK = "127.0.0.1"


class Account:
    """`values` are the interface's options over the module's. `problem` says in words why it cannot be used.

    `socket` is the key of the socket that it sends from, `local` that socket's
    (host, port), None until it is bound. `person` is the user (firmware.call.users.Present) whose own
    registration this is, None for the interface's.
    """

    def __init__(self, name, values, address, entropy, local=None, person=None):
        self.name = name
        self.values = values
        self.person = person
        self.address = address
        self.local = local
        self.registration = None
        self.problem = None
        self.socket = ("sip", int(name[3:]) if values.get("local-port") else 0)
        self.server = None
        try:
            self._place(values)
        except Malformed as problem:
            self.problem = problem.reason
            self.uri = parse_uri("sip:unknown.invalid")
        user = values.get("user") or self.uri.name
        self.credentials = Credentials(user, values.get("pwd") or "", entropy)

    def _place(self, values):
        aor = values.get("aor") or ""
        self.uri = parse_uri(aor if aor[:4].lower() == "sip:" else "sip:" + aor)
        self.aor = self.uri.text.partition(";")[0]
        self.domain = self.aor.partition("@")[2] or self.aor[4:]
        proxy = values.get("proxy")
        host, port = hostport(proxy) if proxy else (self.uri.host, self.uri.port)
        self.server = resolve(host, port)
        if self.server is None:
            self.problem = "cannot resolve {}: only addresses are understood, there is no DNS client yet".format(host)

    @property
    def binding(self):
        """Contact as REGISTER has it: a user's with the Hardware Id, in a parameter of our choice."""
        return self.contact if self.person is None else self.contact + ";hw=" + escape_token(self.person.hardware)

    @property
    def registers(self):
        return self.values.get("type", "provider") == "provider" and not self.values.get("no-reg")

    @property
    def usable(self):
        """Whether calls can go out by it now."""
        if self.problem or self.local is None:
            return False
        return not self.registers or (self.registration is not None and self.registration.registered)

    @property
    def anywhere(self):
        """Whether INVITEs from others than its server are taken."""
        return bool(self.values.get("accept-anywhere")) or not self.registers

    @property
    def contact(self):
        """The value of our Contact header."""
        fixed = self.values.get("contact-addr")
        user = self.uri.user + "@" if self.uri.user else ""
        return "<sip:{}{}>".format(user, fixed or "{}:{}".format(*self.local))

    def source(self, calling, name):
        """The value of From for an outgoing call, without its tag (M13: three modes)."""
        mode = self.values.get("from-header", "aor")
        if calling and (mode == "cgpn" or not self.registers):
            return _named(name, self._number(calling))
        if calling and mode == "aor-display":
            return _named(calling, self.aor)
        return "<" + self.aor + ">"

    def identity(self, calling, name):
        """(header, value) that says who calls (M13, M14), None if nobody is named."""
        if not calling:
            return None
        fixed = self.values.get("identity-header") == "aor"
        header = "P-Asserted-Identity" if self.values.get("pai") and not self.values.get("ppi") \
            else "P-Preferred-Identity"
        return header, _named(name, self.aor if fixed else self._number(calling))

    def target(self, called):
        """The Request-URI for a called number or name."""
        if "@" in called:
            user, _, host = called.partition("@")
            return "sip:{}@{}".format(escape_user(user), host)
        return "sip:{}@{}".format(escape_user(called), self.domain)

    def _number(self, calling):
        return "sip:{}@{}".format(escape_user(calling), self.domain)


def _named(name, uri):
    return "{} <{}>".format(quote(name), uri) if name else "<" + uri + ">"


def resolve(host, port):
    """(host, port) to send to, None for a name that only DNS knows."""
    if host.lower() == "localhost":
        host = LOOPBACK
    return (host, port or 5060) if is_address(host) else None
