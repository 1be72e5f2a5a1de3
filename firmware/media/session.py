"""One call's audio as the call sees it: which radio's board has it, and what was negotiated with the network."""

from firmware.media import negotiation
from firmware.media.orders import Dial, End, Ready, Taken, Want
from firmware.media.properties import Preference

TRIES = 64
"""Port pairs to try before a call is refused."""


class Session:
    """`place` (firmware.call.places) has the sockets and the DSP: `order(order, now)` gives effects, `ports` are
    those of its board. `ready` once both sockets are open, `failed` when no pair could be had; while it `waits` it
    sends nothing. `channel` is the DSP channel, None for a call without audio; `agreed` is None until both sides have
    agreed; `remote` and `direction` are what they agreed on, `theirs` what the peer has said last.
    """

    def __init__(self, number, place, media, wide=False):
        self.number = number
        self.place = place
        self.media = media
        self.wide = wide
        self.channel = self.bearer = self.port = None
        self.ready = self.failed = self.closed = self.waits = False
        self.agreed = self.theirs = self.offered = None
        self.direction = "inactive"
        self.remote: "tuple | None" = None
        self.counted: dict = {}
        self._tries = 0

    def open(self, now):
        """Ask for a pair of ports."""
        self._tries += 1
        self.port = self.place.ports.take() if self._tries <= TRIES else None
        if self.port is None:
            self.failed = True
            return []
        return self.want(now)

    def report(self, report, now):
        """What the place says; returns effects."""
        if isinstance(report, Ready):
            self.ready = self.ready or report.port == self.port
        elif isinstance(report, Taken) and report.port == self.port and not self.ready:
            self.place.ports.free(self.port)
            return self.open(now)
        return []

    def want(self, now):
        """Have the place do what has been agreed on."""
        if self.port is None or self.closed:
            return []
        direction = negotiation.meet(self.direction, "recvonly") if self.waits else self.direction
        return self.place.order(Want(self.number, self.port, self.channel, self.bearer, self.wide, self.agreed,
                                     self.remote, direction, self.media.symmetric), now)

    def follow(self, other):
        """Take over what `other` has agreed on, to be heard at once: it is about to be replaced by this session."""
        self.agreed, self.remote, self.theirs = other.agreed, other.remote, other.theirs
        self.direction = "recvonly" if negotiation.receiving(other.direction) else "inactive"

    def offer(self, direction="sendrecv"):
        """Our Audio offer; the answer goes to `accept`. What is spoken already comes first."""
        preference = self._preference(self._host())
        if self.agreed is not None:
            preference = _first(self.agreed.codec.name, preference)
        self.offered = negotiation.offer(preference, self.place.address, self.port, direction)
        return self.offered

    def answer(self, offered, allowed="sendrecv"):
        """Our Audio answer to an offer; port 0 refuses it and leaves a running stream as it was."""
        audio, agreed = negotiation.answer(offered, self._preference(offered.host), self.place.address, self.port,
                                           allowed)
        if agreed is not None:
            self._agree(agreed, audio.direction, offered)
        return audio

    def accept(self, answered):
        """Take the answer to our offer; False if it leaves nothing to speak with."""
        offered, self.offered = self.offered, None
        if offered is None or answered is None:
            return False
        agreed = negotiation.accept(answered, offered, self._preference(answered.host))
        if agreed is None:
            return False
        wished = negotiation.MIRROR.get(negotiation.heard(answered), "sendrecv")
        self._agree(agreed, negotiation.meet(wished, offered.direction), answered)
        return True

    def dial(self, digits, now):
        """Effects that send digits as telephone events or, with /no-dtmf (article 23), as tones; None if the network
        takes neither from us.
        """
        if self.agreed is None or self.channel is None or not negotiation.sending(self.direction):
            return None
        if self.agreed.event is not None:
            return self.place.order(Dial(self.number, digits, False), now)
        if not self._preference(self._host()).events:
            return self.place.order(Dial(self.number, digits, True), now)
        return None

    def close(self, now):
        """The end at the place, the ports back in the pool."""
        if self.closed:
            return []
        self.counted = self.figures()
        self.closed, self.channel = True, None
        self.place.ports.free(self.port)
        return self.place.order(End(self.number), now)

    def figures(self):
        """What it is and has counted, as a plain dict; see firmware.media.endpoint."""
        if self.closed:
            return self.counted
        told = {"remote": self.remote, "direction": self.direction}
        told.update(self.place.figures(self.number))
        if self.agreed is not None:
            told["codec"], told["packet_ms"] = self.agreed.codec.name, self.agreed.packet_ms
        return told

    def _host(self):
        return "" if self.remote is None else self.remote[0]

    def _preference(self, host):
        if host == negotiation.UNSPECIFIED and self.remote is not None:
            host = self.remote[0]
        return self.place.preference(self.media, host, self.wide)

    def _agree(self, agreed, direction, theirs):
        self.agreed, self.direction, self.theirs = agreed, direction, theirs
        # Who is held the older way stays where he was.
        if theirs.host != negotiation.UNSPECIFIED or self.remote is None:
            self.remote = (theirs.host, theirs.port)


def _first(name, preference):
    if name not in preference.codecs:
        return preference
    rest = tuple([one for one in preference.codecs if one != name])
    return Preference((name,) + rest, preference.packet_ms, preference.events, preference.silence)
