"""The master part's radios: who has joined, under which number, in step with whom; their reports and orders.

A radio's number here is its RPN, but the radio of this board is always 0 to those who place
calls: on a standby master that has taken over the two differ, and then 0 and that RPN change places.
"""

from firmware.call.leg import Elsewhere
from firmware.dect import identities, joining, synctree
from firmware.dect.between import Gone, Radiate, State, Sync, To
from firmware.dect.bursts import LOST_SIGNAL
from firmware.dect.options import NO_LEADER, RADIO_LOST, SAME_RFPI
from firmware.dect.radios import Radio, shape
from firmware.dect.trunk_codec import Numbered
from firmware.effects import INFO, MAJOR, MINOR, Clear, Log, Raise, Tell
from firmware.module import earliest

SETTLE = 1_000_000
"""Reports that change the tree of synchronisation are gathered for so long."""

NOBODY = identities.Ari(31, 0)
"""The PARI of a master that does not run."""


class System:
    """`calls` is the master part above the MAC; `numbers` a firmware.dect.rpn.Numbers; `base` this board.

    Methods return effects with `To` among them.
    """

    def __init__(self, calls, numbers, base):
        self.calls, self.numbers, self.base = calls, numbers, base
        self.sari = None
        self.pari = NOBODY
        self.radios: list = []
        self.missing: list = []
        self.tree = synctree.Tree()
        self.region = 0
        self._own = 0
        self._bits = ()
        self._settle_at = None
        self._alarms: list = []

    def running(self):
        return self.sari is not None

    def begin(self, sari, pari, region):
        """The master starts, with no radio yet."""
        self.sari, self.pari, self.region = sari, pari, region
        effects = self.calls.begin(sari)
        self._bits = self.calls.bits()
        self._own, more = self.numbers.give(self.base.mac, self.most())
        return effects + more + [Log(INFO, "master of {} starts".format(identities.print_ari(sari)))]

    def stop(self, now):
        effects = self.calls.stop(now)
        for radio in list(self.radios):
            effects += self._forget(radio, now)
        self.sari = self._settle_at = None
        self.radios, self.missing = [], []
        self.tree = synctree.Tree()
        return effects + self._alarm() + [Log(INFO, "master stops")]

    def most(self):
        """How many radios there can be: the RPN has 3 bits beside a PARI of class A, else 8 (EN 300 175-6 5.2)."""
        return 1 << 39 - self.pari.length

    def configure(self, region):
        """What radios are told has changed: effects."""
        bits, self._bits = self._bits, self.calls.bits()
        if region != self.region:
            self.region, self._settle_at = region, 0
        return [] if bits == self._bits else [To(radio.number, self._radiate(radio)) for radio in self.radios]

    def number(self, rpn):
        """An RPN's number in `To`, or the other way round."""
        if rpn == self._own:
            return 0
        return self._own if rpn == 0 else rpn

    def radio(self, number):
        for radio in self.radios:
            if radio.number == number:
                return radio
        return None

    def of(self, peer):
        """The radio behind a trunk session, or None."""
        for radio in self.radios:
            if radio.peer is peer:
                return radio
        return None

    def admit(self, facts):
        """None, or why a board may not join."""
        why = joining.refusal(self.base, facts)
        if why is None and facts.role == "radio" and facts.mac == self.base.mac:
            return "it has the MAC address of the master"
        if why is None and self.numbers.find(facts.mac) is None and len(self.numbers.items()) >= self.most():
            return "all {} radio numbers are taken".format(self.most())
        return why

    def join(self, facts, host, peer, now):
        """A board's radio is there: it is told who it is."""
        rpn, effects = self.numbers.give(facts.mac, self.most())
        if rpn is None:
            return effects
        radio = Radio(self.number(rpn), rpn, identities.rfpi(self.pari, rpn, self.pari != self.sari), facts, host, peer)
        self.radios.append(radio)
        self.missing = [one for one in self.missing if one.rpn != rpn]
        effects += [Log(INFO, "radio {} joins from {}".format(radio.title(), host)), Numbered(facts.mac, rpn)]
        self._capacity()
        return effects + self._assign(radio) + self._alarm()

    def leave(self, radio, why, now):
        """It is gone, with all its connections."""
        effects = [Log(MINOR, "radio {} is gone: {}".format(radio.title(), why))]
        effects += self._forget(radio, now)
        if radio.peer is not None:
            self.missing.append(radio)
        self._capacity()
        return effects + self._assign(None) + self._alarm()

    def _forget(self, radio, now):
        self.radios.remove(radio)
        effects: list = []
        for link in radio.links:
            effects += self.calls.report(radio.number, Gone(link, LOST_SIGNAL), now)
        if radio.peer is not None:
            effects.append(Tell("CALL", Elsewhere(radio.number, None)))
        return effects

    def forget(self, rpn, now):
        """Of a radio that will not come back: give its number free. Whether there was one, and effects."""
        for radio in self.missing:
            if radio.rpn == rpn:
                self.missing.remove(radio)
                return True, self.numbers.forget(radio.facts.mac) + self._alarm()
        return False, []

    def _capacity(self):
        self.calls.capacity = sum([radio.facts.bearers for radio in self.radios])

    def _radiate(self, radio):
        saris = () if self.pari == self.sari else (self.sari,)
        bits = tuple(self._bits) + joining.capabilities(self.base)
        return Radiate(radio.rfpi, bits, radio.sync, saris)

    def report(self, radio, report, now):
        """What a radio says."""
        if isinstance(report, State):
            return self._state(radio, report, now)
        radio.count(report)
        return self.calls.report(radio.number, report, now)

    def _state(self, radio, state, now):
        before, radio.state = radio.state, state
        effects: list = []
        if before is not None and state.lost > before.lost:
            effects.append(Log(MINOR, "radio {} has lost its synchronisation: {}".format(radio.title(), state.cause)))
        if shape(before) == shape(state):
            return effects
        self._settle_at = earliest(self._settle_at, now + SETTLE)
        return effects + self._alarm()

    def _assign(self, newcomer):
        """Make the tree of synchronisation anew, and tell those for whom it changes something."""
        self._settle_at = None
        places = self.tree.assign([radio.node(self.region) for radio in self.radios])
        effects: list = []
        for radio in self.radios:
            place = places.get(radio.rpn)
            sync = Sync(radio.rfpi, None, self._region(radio)) if place is None else place.sync
            if radio is newcomer:
                radio.sync = sync
                effects.append(To(radio.number, self._radiate(radio)))
            elif sync != radio.sync:
                radio.sync = sync
                effects.append(To(radio.number, sync))
        return effects

    def _region(self, radio):
        wished = radio.facts.wishes.region
        return self.region if wished is None else wished

    def due(self):
        return self._settle_at

    def tick(self, now):
        if self._settle_at is None or self._settle_at > now:
            return []
        return self._assign(None) + self._alarm()

    def wishes(self, radio, facts, now):
        """A radio's options have changed."""
        if facts == radio.facts:
            return []
        radio.facts = facts
        self._capacity()
        return self._assign(None) + self._alarm()

    def hop(self, radio):
        place = self.tree.places.get(radio.rpn)
        return None if place is None else place.hop

    def _alarm(self):
        """Alarms about radios that are missed, regions that nobody leads, and bases that have an RFPI of ours."""
        lost = ", ".join(["{} ({})".format(radio.title(), radio.host) for radio in self.missing])
        clones = ", ".join(["{} is heard by {}".format(rfpi.hex(), radio.title()) for radio, rfpi in self._cloned()])
        wanted = [(RADIO_LOST, "no contact with " + lost)] if lost else []
        if clones:
            wanted.append((SAME_RFPI, "another base with an RFPI of this system: " + clones))
        leaderless = [str(region) for region, rpn in sorted(self.tree.leaders.items()) if rpn is None]
        if leaderless:
            wanted.append((NO_LEADER, "every radio of sync region {} is /sync-slave".format(", ".join(leaderless))))
        before, self._alarms = self._alarms, wanted
        codes = [code for code, _ in wanted]
        effects: list = [Clear(code) for code, _ in before if code not in codes]
        return effects + [Raise(code, MAJOR, text) for code, text in wanted if (code, text) not in before]

    def _cloned(self):
        """(radio, RFPI) of bases on the air that are named as ours and are none of ours."""
        found, rfpis = [], {radio.rfpi for radio in self.radios}
        for radio in self.radios:
            for rfpi, _, _ in radio.state.neighbours if radio.state is not None else ():
                if (rfpi not in rfpis or rfpi == radio.rfpi) and self._ours(rfpi) and (
                        rfpi == radio.rfpi or not self._known(rfpi)):
                    found.append((radio, rfpi))
        return found

    def _ours(self, rfpi):
        shift = 39 - self.pari.length
        return (int.from_bytes(rfpi, "big") & (1 << 39) - 1) >> shift == self.pari.value

    def _known(self, rfpi):
        if rfpi in [radio.rfpi for radio in self.radios]:
            return True
        return rfpi[4] & self.most() - 1 in [rpn for _, rpn in self.numbers.items()]
