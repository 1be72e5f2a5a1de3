"""The radio part of a DECT system: one controller, its MAC, its channels and its slot time, at a master's orders.

Data links and everything above are the master's (see between.py). A base is on the
air while it has an RFPI and keeps slot time; then it sends a dummy bearer and takes
access requests. Methods return effects, with reports of between.py among them.
"""

from firmware.dect import bursts, channels, identities
from firmware.dect.airsync import IN_STEP, LEADING, LISTENING, OFF, SEARCHING, AirSync
from firmware.dect.bearer import FRAME, OPEN
from firmware.dect.between import NEIGHBOURS, Cipher, Drop, Page, Radiate, Segments, Silence, State, Sync
from firmware.dect.deployment import quality
from firmware.dect.dummy import Dummy
from firmware.dect.mac import Mac
from firmware.effects import INFO, MINOR, Do, Failed, Log, Tell
from firmware.led import Fact
from firmware.module import earliest
from hal.radio import Burst, Followed, Found, Lost, Strayed

WATCH, WATCH_DEPLOYMENT = 4 * 256 * FRAME, 256 * FRAME
"""How often a base that is not alone reports its State (10.24 s), and looks at its neighbours in deployment mode."""

SEGMENT, FIELD, KEY = 5, 6, 8
"""Octets of a C_T segment, of a P_T field, of a DCK."""

NOTHING = Radiate(None, (), Sync(None, None, None), ())


class RadioPart:
    """`radio` is the controller, for reading only: commands go by `Do`. `multicell`: other bases may hand connections
    over to this one. `entropy(n)` gives random octets."""

    def __init__(self, radio, multicell=True, entropy=None):
        self._radio = radio
        self._entropy = entropy
        self.mac = Mac(radio, multicell, self._draw(65535))
        self.counts = self.mac.counts
        self.sync = AirSync(self._neighbours)
        self._wish = NOTHING
        self._dummy = Dummy(radio, self.mac, self._draw)
        self._told = self._fact = self._heard = None
        self._deployment = self._doubled = False
        self._watch_at = None
        self._orders = {Radiate: self._radiate, Silence: self._silence, Sync: self._synchronise, Page: self._page,
                        Segments: self._segments, Cipher: self._cipher, Drop: self._drop}

    def _draw(self, below):
        return int.from_bytes(self._entropy(2), "big") % below if self._entropy is not None else 0

    def _neighbours(self):
        """Read once for each input: a scan's list is long."""
        if self._heard is None:
            self._heard = self._radio.neighbours()
        return self._heard

    def configure(self, values, now):
        """Options of the radio: `deployment` shows on the LED how well a source is heard, `listen` is how many seconds
        a leader looks for others before it starts."""
        self._deployment = bool(values.get("deployment"))
        if values.get("listen") is not None:
            self.sync.listen = values["listen"] * 1_000_000
        self._watch(now)
        return self._settled(self._show(), now)

    def order(self, order, now):
        """Carry out an order of between.py."""
        method = self._orders.get(type(order))
        return self._settled(method(order, now), now) if method else []

    def _radiate(self, order, now):
        effects, before, self._wish = [], self._wish, order
        if before.rfpi != order.rfpi:
            if before.rfpi is not None:
                effects += self._off() + self.sync.stop()
            effects += self.sync.begin(order.rfpi, order.sync, now)
        elif before.sync != order.sync:
            effects += self.sync.change(order.sync, now)
        self._watch(now)
        self._told = None
        return effects

    def _silence(self, order, now):
        self._wish = NOTHING
        effects = self.sync.stop()
        self._watch(now)
        return effects

    def _synchronise(self, order, now):
        if self._wish.rfpi is None:
            return []
        self._wish = Radiate(self._wish.rfpi, self._wish.bits, order, self._wish.saris)
        effects = self.sync.change(order, now)
        self._watch(now)
        return effects

    def _page(self, order, now):
        if self._dummy.place is None or len(order.field) != FIELD:
            return []
        return [Do("radio", "page", (order.field, True) if order.fast else (order.field,))]

    def _segments(self, order, now):
        segments = [one for one in order.segments if len(one) == SEGMENT]
        return self.mac.segments(order.link, segments, now)

    def _cipher(self, order, now):
        if order.key is not None and len(order.key) != KEY:
            return []
        return self.mac.cipher(order.link, order.key, now)

    def _drop(self, order, now):
        return self.mac.drop(order.link, order.reason & 15, now)

    def receive(self, event, now):
        """What the controller reports, or `Failed` for what it refused."""
        if isinstance(event, Burst):
            return self._settled(self.mac.burst(event, now), now)
        if isinstance(event, Lost):
            return self._settled(self.mac.lost(event.bearer, now), now)
        if isinstance(event, Found):
            return self.mac.found(event.bearer)
        if isinstance(event, Followed):
            return self._settled(self.sync.followed(event.rfpi), now)
        if isinstance(event, Strayed):
            return self._settled(self.sync.strayed(event.rfpi, event.why, now), now)
        return self._settled(self._failed(event), now) if isinstance(event, Failed) else []

    def _failed(self, event):
        effect = event.effect
        effects: list = [Log(INFO, "radio refused {}: {}".format(effect.method, event.reason))]
        if effect.method in ("open", "send", "cipher"):
            effects += self.mac.failed(effect.arguments[0])
        return effects

    def due(self):
        return earliest(self.mac.due(), self.sync.due(), self._watch_at)

    def tick(self, now):
        effects = self.mac.tick(now) + self.sync.tick(now)
        if self._watch_at is not None and self._watch_at <= now:
            effects += self.sync.check(now) + self._dummy.check(now) + self._show()
            self._doubled = self._wish.rfpi in [one.rfpi for one in self._neighbours()]
            self._watch_at = None
            self._watch(now)
            if self._wish.rfpi is not None and not self.sync.alone():
                self._told = None
        return self._settled(effects, now)

    def _watch(self, now):
        """When to look around next."""
        if self._wish.rfpi is None and not self._deployment:
            self._watch_at = None
            return
        period = channels.CHECK if self.sync.alone() else WATCH
        if self._deployment:
            period = WATCH_DEPLOYMENT
        self._watch_at = earliest(self._watch_at, now + period)

    def _settled(self, effects, now):
        """On or off the air as synchronisation has it, then tell what has changed."""
        if self.sync.on_air() and self._dummy.place is None:
            effects = effects + self._on(now)
        elif not self.sync.on_air() and self._dummy.place is not None:
            effects = effects + self._off()
        effects = effects + self._dummy.announce(self._wish) + self._report()
        self._heard = None
        return effects

    def _on(self, now):
        self.mac.fmid = identities.fmid(self._wish.rfpi)
        self._dummy.start(now)
        return [Log(INFO, "radio on, RFPI {}, {}".format(self._wish.rfpi.hex(), self.sync.state))]

    def _off(self):
        """All bearers go at once; the IP side stays."""
        if self._dummy.place is None:
            return []
        self.mac.fmid = None
        effects = self._dummy.stop() + self.mac.stop(bursts.LOST_HANDSHAKE)
        if self.sync.state == SEARCHING:
            return effects + [Log(MINOR, "radio off, synchronisation lost: {}".format(self.sync.cause))]
        return effects + [Log(INFO, "radio off")]

    def _report(self):
        if self._wish.rfpi is None and self._told is None:
            return []
        sync = self.sync
        tells = (sync.on_air(), sync.state, sync.source, sync.lost, sync.cause, self._busy(), self._doubled)
        if tells == self._told:
            return []
        self._told = tells if self._wish.rfpi is not None else None
        return [self._state()]

    def state(self):
        """A fresh `State`."""
        found = self._state()
        self._heard = None
        return found

    def _state(self):
        sync = self.sync
        shown = SEARCHING if sync.state == LISTENING else sync.state
        rssi, fer = sync.level()
        if fer is None:
            fer = 0 if sync.state in (LEADING, IN_STEP) else 100
        heard = [(one.rfpi, one.rssi, one.fer) for one in self._neighbours()[:NEIGHBOURS]]
        return State(sync.on_air(), shown if self._wish.rfpi is not None else OFF, sync.source, rssi or 0, fer,
                     sync.lost, sync.cause, self._busy(), heard)

    def _busy(self):
        return len([one for one, connection in self.mac.bearers() if connection and one.state == OPEN])

    def dummy(self):
        """(slot, carrier) of the dummy bearer, None while there is none."""
        return self._dummy.place

    def bearers(self):
        """(number, slot, carrier, state, link or None, PMID) of each that is open."""
        return [(one.number, one.slot, one.carrier, one.state, connection.link if connection else None, one.pmid)
                for one, connection in self.mac.bearers()]

    def _show(self):
        """The LED in deployment mode."""
        fact = quality(self._neighbours(), self._wish.rfpi) if self._deployment else None
        if fact == self._fact:
            return []
        self._fact = fact
        return [Tell("LED", Fact("sync", fact))]
