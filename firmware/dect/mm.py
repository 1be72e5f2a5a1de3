"""Who is where: location registration, EN 300 175-5 13.4.

A handset belongs to the system when an entry of the directory names its IPEI;
whether it has proved its key is the gate's affair. Each is assigned a TPUI,
which counts from its acknowledgement on: until then, and for a handset that
never acknowledges, the default one does.
"""

from firmware.call.users import Absent, called, present
from firmware.dect import elements, identities, models, nwk
from firmware.dect.between import Located
from firmware.effects import Tell


class Handset:
    """What is known of a registered handset: `offered` and `tpui` in use, whether it has G.722 (`wide`), its `radio`,
    `model`, and `told`, what SIP knows of its user."""

    def __init__(self, ipei, offered):
        self.ipei = ipei
        self.offered = offered
        self.tpui = identities.default_tpui(ipei)
        self.wide = False
        self.radio = self.model = self.told = None


class Locations:
    """The handsets that registered since the radio started; `handsets` in the order in which they did."""

    def __init__(self, directory):
        self._directory = directory
        self.handsets = []
        self._known = {}
        self._expelled = []

    def user(self, ipei):
        """The directory's attributes for a handset, or None."""
        return self._directory.find("ipei", identities.print_ipei(ipei))

    def known(self, ipei):
        """Whether a handset is registered, and still in the directory."""
        return ipei in self._known and self.user(ipei) is not None

    def of(self, ipei):
        """The `Handset`, or None."""
        return self._known.get(ipei)

    def called(self, number):
        """The IPEI of whom `number` names (number, then user name, then display name), or None."""
        user = called(self._directory, number)
        return None if user is None else _ipei(user.get("ipei", ""))

    def named(self, tpui):
        """The IPEI of the handset that uses this TPUI, or None."""
        for ipei in self.handsets:
            if self._known[ipei].tpui == tpui:
                return ipei
        return None

    def locate(self, message, radio, ari):
        """Take a LOCATE-REQUEST: ((type, elements) of the answer, effects)."""
        ipei = nwk.ipei_of(message)
        if ipei is None or self.user(ipei) is None:
            return (nwk.LOCATE_REJECT, [nwk.octet(nwk.REJECT_REASON, nwk.IPUI_UNKNOWN)]), []
        effects = self.take(ipei, radio)
        handset = self._known[ipei]
        handset.wide = elements.wants_wide(message)
        handset.model = models.name(elements.model(message))
        accept = [nwk.portable_tpui(handset.offered), nwk.location_area(ari)]
        if elements.codecs(message):
            accept.append(elements.codec_list(handset.wide))
        return (nwk.LOCATE_ACCEPT, accept), effects

    def take(self, ipei, radio=None):
        """A handset is there, at a radio; effects."""
        handset = self._known.get(ipei)
        if handset is None:
            handset = self._known[ipei] = Handset(ipei, self._free(ipei))
            self.handsets.append(ipei)
        elif handset.radio == radio:
            return []
        handset.radio = radio
        return [Located(ipei, radio)] + self._present(handset)

    def _present(self, handset):
        """Tell SIP which user is behind a handset, where that is news."""
        told, before = present(self.user(handset.ipei) or {}), handset.told
        if told == before:
            return []
        handset.told = told
        effects = [Tell("SIP", Absent(before.user))] if before is not None else []
        return effects + ([Tell("SIP", told)] if told is not None else [])

    def _free(self, ipei):
        """An individual TPUI whose last 16 bits, which short pages carry, no other handset answers to (6.3); never 0,
        which is nobody's PMID."""
        taken = [handset.offered for handset in self._known.values()]
        tpui = ipei & 0xFFFF or 1
        while tpui in taken:
            tpui = tpui % 0xFFFF + 1
        return tpui

    def acknowledged(self, ipei):
        """The handset has taken the TPUI that it was offered."""
        handset = self._known.get(ipei)
        if handset is not None:
            handset.tpui = handset.offered

    def forget(self, ipei):
        """A handset is gone; effects."""
        handset = self._known.pop(ipei, None)
        if handset is None:
            return []
        self.handsets.remove(ipei)
        effects: list = [Located(ipei, None)]
        return effects + ([Tell("SIP", Absent(handset.told.user))] if handset.told is not None else [])

    def refresh(self):
        """The directory has changed: some are no longer in it, some are another user's now; effects."""
        effects = []
        for ipei in list(self.handsets):
            if self.user(ipei) is None:
                self._expelled.append(ipei)
                effects += self.forget(ipei)
            else:
                effects += self._present(self._known[ipei])
        return effects

    def returned(self):
        """The handsets that an earlier change took out of the directory, and this one has put back: they do not
        know of either."""
        back = [ipei for ipei in self._expelled if self.user(ipei) is not None]
        self._expelled = [ipei for ipei in self._expelled if ipei not in back]
        return [ipei for ipei in back if ipei not in self._known]

    def clear(self):
        self._expelled = []
        effects = []
        for ipei in list(self.handsets):
            effects += self.forget(ipei)
        return effects


def _ipei(text):
    try:
        return identities.parse_ipei(text)
    except ValueError:
        return None
