"""The dummy bearer: on which channel it sends, and what (EN 300 175-3 5.5.2, 11.4.2)."""

from firmware.dect import bursts, channels, qt
from firmware.effects import INFO, Do, Log

SARIS, SARI_BITS = 10, 31
"""How many identities of which length are broadcast at most; the list of qt.py holds no longer ones."""


class Dummy:
    """`radio` is the controller, for reading only; `draw(n)` gives a number below n.

    `place` is (slot, carrier) while it sends, else None.
    """

    def __init__(self, radio, mac, draw):
        self._radio, self._mac, self._draw = radio, mac, draw
        self.place = self._said = None
        self._checked_at = 0

    def start(self, now):
        self._choose(self._radio.levels(), now)

    def stop(self):
        self._mac.dummy = self.place = self._said = None
        return [Do("radio", "beacon", ([],))]

    def _choose(self, levels, now):
        taken = [slot for slot in self._mac.slots() if slot != self._mac.dummy]
        self.place = channels.choose(levels, self._radio.carriers, taken, self._draw)
        self._mac.dummy = self.place[0]
        self._checked_at = now

    def check(self, now):
        """Now and then: move if it is disturbed."""
        if self.place is None or now - self._checked_at < channels.CHECK:
            return []
        self._checked_at = now
        slot, carrier = self.place
        levels = self._radio.levels()
        if not channels.disturbed(levels, self._radio.carriers, slot, carrier, self._mac.slots()):
            return []
        self._choose(levels, now)
        return [Log(INFO, "dummy bearer moves from slot {} carrier {} to slot {} carrier {}".format(
            slot, carrier, self.place[0], self.place[1]))]

    def announce(self, wish):
        """The beacon that a `Radiate` asks for, whenever what it says has changed."""
        if self.place is None:
            return []
        slots, busy = sorted(set(self._mac.slots())), self._mac.busy()
        says = (wish.rfpi, tuple(wish.bits), tuple(wish.saris), self.place, slots, busy)
        if says == self._said:
            return []
        self._said = says
        slot, carrier = self.place
        saris = [one.value for one in wish.saris if one.length == SARI_BITS][:SARIS]
        fields = qt.beacon(wish.rfpi, self._radio.carriers, wish.bits, slot, carrier,
                           (bursts.blind(slots), bursts.status(busy)), saris)
        return [Do("radio", "beacon", (fields, slot, carrier))]
