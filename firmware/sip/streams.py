"""The modules TSIP and SIPS: SIP over TCP and TLS."""

from firmware.effects import MAJOR, Log
from firmware.module import Module
from firmware.sip import options


class Streams(Module):
    """SIP over a transport that is not built yet: keeps its configuration and says so."""

    transport = ""
    schemas = {"": options.MODULE, "REG*": options.INTERFACE}

    def configure(self, sub, values, changed, now):
        if not sub or not values.get("aor") or values.get("disable"):
            return []
        return [Log(MAJOR, "{}: SIP over {} is not part of this release; {} is kept and not registered".format(
            sub, self.transport, values["aor"]))]


class Tsip(Streams):
    name = "TSIP"
    transport = "TCP"


class Sips(Streams):
    name = "SIPS"
    transport = "TLS"
