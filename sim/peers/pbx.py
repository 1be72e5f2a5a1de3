"""The PBX that handsets register at: a registrar with the rules of its user objects (article 31)."""

from dataclasses import dataclass, field
from urllib.parse import unquote

from sipmessage import Request

from sim.peers.registrar import Registrar
from sim.time import Time


@dataclass
class User:
    """`devices` are the Hardware Ids of the user's Devices section: a DECT user needs an entry with his own Name.

    `tls_only`: his device proves itself by a certificate whose CN is the user's name. `pbx_pwd`: it does by the
    password of the PBX, in place of his own.
    """

    password: str = ""
    devices: "set[str]" = field(default_factory=set)
    tls_only: bool = False
    pbx_pwd: bool = False


class Pbx(Registrar):
    """`people` by their Name. `certificates` tells the CN of the certificate that the device at a host shows, as TLS
    would; what shows none has none.
    """

    def __init__(self, time: Time, net, realm: str, people: "dict[str, User]", system_password: str = "", *,
                 certificates: "dict[str, str] | None" = None, **options):
        self.people = people
        self.certificates = certificates or {}
        self.refusals: list[tuple[str, str]] = []
        """(user, reason) of registrations that were turned away."""
        super().__init__(time, net, realm, {name: system_password if one.pbx_pwd else one.password
                                            for name, one in people.items()}, **options)
        self.accept = self._objection

    def _objection(self, name: str, request: Request, source: "tuple[str, int]") -> "str | None":
        reason = self._wrong(name, request, source)
        if reason is not None:
            self.refusals.append((name, reason))
        return reason

    def _wrong(self, name, request, source):
        user = self.people.get(name)
        if user is None:
            return f"no user {name}"
        hardware = hardware_id(request)
        if hardware not in user.devices:
            return f"no device with Hardware Id {hardware or '-'}"
        if user.tls_only and self.certificates.get(source[0]) != name:
            return f"TLS only: the certificate's CN is {self.certificates.get(source[0], 'missing')}, not {name}"
        return None


def hardware_id(request: Request) -> str:
    """What a device registers as, "" where it does not say: the parameter hw of its Contact."""
    if request.headers.get("Contact", "*") == "*":
        return ""
    return next((unquote(one.parameters["hw"] or "") for one in request.contact if "hw" in one.parameters), "")
