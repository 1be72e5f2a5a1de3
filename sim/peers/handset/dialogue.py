"""Links of a handset, one at a time: each begins with a message of ours and carries messages both ways."""

from collections.abc import Callable

from sim.peers.handset.call import CODECS, SERVICE, SPEECH
from sim.peers.handset.codec import Message
from sim.peers.handset.dlc import Link, signature
from sim.peers.handset.dlc_b import LinkB
from sim.peers.handset.links import DataLink
from sim.peers.handset.radio import Radio
from sim.time import Handle, Time

LINK_LIMIT = 20_000_000
"""<MM_locate.1>, and how long a link may do nothing (175-5 annex A)."""

NORMAL = 2
"""Reason of a release: connection released."""


class Dialogue:
    """`message(message)` and `over(first, reason)` tell the layer above; `needed()` says whether a link must stay
    although its time is over. `wide`: the link that is or was last began with a request for a long slot."""

    def __init__(self, time: Time, radio: Radio, message: Callable[[Message], object],
                 over: Callable[["Message | None", "int | None"], object], needed: Callable[[], bool]):
        self.wide = False
        self.class_b = False
        """Whether links that begin from now on are of class B."""
        self._time, self._radio = time, radio
        self._message, self._over, self._needed = message, over, needed
        self._link: DataLink | None = None
        self._first: Message | None = None
        self._limit: Handle | None = None
        radio.on_open, radio.on_segment, radio.on_gone = self._opened, self._segment, self._gone
        radio.on_handed_over = self._handed_over

    @property
    def up(self) -> bool:
        """Whether messages can be sent."""
        return self._link is not None

    def begin(self, pmid: int, first: Message, wide: bool) -> bool:
        """False if there is no base or something else goes on."""
        if not self._radio.connect(pmid, wide):
            return False
        self._first, self._link, self.wide = first, None, wide
        self.limit(LINK_LIMIT)
        return True

    def send(self, message: Message) -> None:
        """On the link, if it is up."""
        if self._link is not None:
            self._link.send(message)

    def limit(self, delay: int) -> None:
        """It ends then if nobody needs it."""
        self._time.cancel(self._limit)
        self._limit = self._time.after(delay, self._too_long)

    def close(self) -> None:
        """Without a word to anybody."""
        self._time.cancel(self._limit)
        if self._link is not None:
            self._link.close()
        self._link = self._first = None

    def _too_long(self) -> None:
        if not self._needed():
            self._radio.drop(NORMAL)

    def _opened(self) -> None:
        mark = signature(self._radio.connection.pmid)
        link = LinkB(mark) if self.class_b else Link(mark)
        self._link = DataLink(self._time, link, self._below, self._queued, lambda: self._radio.drop(NORMAL))
        if self._first is not None:
            self._link.send(self._first)

    def _below(self, segments: "list[bytes]") -> None:
        self._radio.connection.send(segments)

    def _queued(self) -> int:
        end = self._radio.connection.bearer.end
        return 0 if end is None else end.pending()

    def _segment(self, octets: bytes) -> None:
        if self._link is not None:
            for message in self._link.receive(octets):
                self._message(message)

    def _handed_over(self) -> None:
        if self._link is not None:
            self._link.moved()

    def _gone(self, reason: "int | None") -> None:
        first = self._first
        self.close()
        self._over(first, reason)


def narrow(first: Message) -> Message:
    """The same request without wideband."""
    kept = [(code, SPEECH if code == SERVICE else content) for code, content in first.elements if code != CODECS]
    return first._replace(elements=kept)
