"""Who is where: location registration, EN 300 175-5 13.4.

A handset belongs to the system when an entry of the directory names its IPEI;
whether it has proved its key is the gate's affair. The individual TPUI stays the default
one, so two handsets with equal low 16 bits answer the same page: their IPUI
then tells them apart.
"""

from firmware.dect import identities, nwk


class Locations:
    """The handsets that registered since the radio started, in the order in which they did."""

    def __init__(self, directory):
        self._directory = directory
        self.handsets = []

    def user(self, ipei):
        """The directory's attributes for a handset, or None."""
        return self._directory.find("ipei", identities.print_ipei(ipei))

    def known(self, ipei):
        """Whether a handset is registered, and still in the directory."""
        return ipei in self.handsets and self.user(ipei) is not None

    def called(self, number):
        """The IPEI of whom `number` names (number, then user name, then display name), or None."""
        for attribute in ("e164", "h323", "cn"):
            user = self._directory.find(attribute, number)
            if user is not None:
                return _ipei(user.get("ipei", ""))
        return None

    def receive(self, message, ari):
        """The answer (type, elements) to a message of mobility management, or None."""
        ipei = nwk.ipei_of(message)
        if message.type == nwk.DETACH:
            self.forget(ipei)
        if message.type != nwk.LOCATE_REQUEST:
            return None
        if ipei is None or self.user(ipei) is None:
            return nwk.LOCATE_REJECT, [nwk.octet(nwk.REJECT_REASON, nwk.IPUI_UNKNOWN)]
        if ipei not in self.handsets:
            self.handsets.append(ipei)
        return nwk.LOCATE_ACCEPT, [nwk.portable_tpui(identities.default_tpui(ipei)), nwk.location_area(ari)]

    def forget(self, ipei):
        if ipei in self.handsets:
            self.handsets.remove(ipei)

    def clear(self):
        self.handsets = []


def _ipei(text):
    try:
        return identities.parse_ipei(text)
    except ValueError:
        return None
