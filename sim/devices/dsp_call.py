"""One open channel of an attached DSP, as the host keeps it while boards come and go."""

from hal import dsp_link as wire
from hal.dsp import DspBusy, Packet, Settings, Status
from sim.devices.dsp import SILENCE
from sim.devices.dsp_together import FRAME

QUIET = Status(SILENCE, SILENCE, 0.0, 0.0, 0, 0)


class Call:
    """`place` is what the link knows it by; it changes with each opening on a board."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.bearer: "int | None" = None
        self.place = 0
        self.lost = self.dropped = 0
        self._ticks = 0         # since the opening
        self._began = 0         # of them, when the board opened it
        self._missing = 0       # of them, without a board
        self._before = (0, 0)   # played and missing, on boards that have gone
        self._status = QUIET

    def opened(self, place: int) -> None:
        """A board opens it, the first or the next."""
        played, missing = self._before
        self._before = (played + self._status.played, missing + self._status.missing)
        self._status = self._status._replace(played=0, missing=0)
        self._began, self.place = self._ticks, place

    def tick(self, up: bool) -> None:
        self._ticks += 1
        self._missing += not up

    def told(self, status: Status, lost: int, dropped: int) -> None:
        """What the board counts since it opened the channel."""
        self._status, self.lost, self.dropped = status, lost, dropped

    def status(self) -> Status:
        played, missing = self._before
        return self._status._replace(played=self._status.played + played,
                                     missing=self._status.missing + missing + self._missing)

    def dated(self, packet: Packet) -> Packet:
        """Its `at` counted from the call's opening, not the board's."""
        return packet._replace(at=packet.at + self._began * FRAME // 1000)


def demand(channel: int, settings: Settings, channels: int, codecs: "tuple[str, ...]", tail_ms: int) -> None:
    """DspBusy for what no board of that size opens."""
    if settings.codec not in codecs:
        raise DspBusy("codec {} is not on this board".format(settings.codec))
    if settings.handset != "g726":
        raise DspBusy("no {} towards handsets on this board".format(settings.handset))
    if not 0 <= channel < channels:
        raise DspBusy("channel {} of {}".format(channel, channels))
    if (settings.packet_ms not in range(10, 61, 10) or settings.ec_type not in (0, 1, 2)
            or not 32 <= settings.tail_ms <= tail_ms):
        raise DspBusy("packet_ms is a multiple of 10 up to 60, ec_type 0 to 2, tail_ms 32 to {}: not {}, {}, {}".format(
            tail_ms, *settings[1:4]))


DIGITS = frozenset("0123456789ABCD*#")
LONGEST = 32
"""Digits at once."""

TONES = frozenset((
    "dial", "busy", "ringing", "congestion", "special-information", "call-waiting", "cng", "ced", "ced-reversals",
    "ansam", "ansam-reversals"))


def demand_tone(name: "str | None", towards: str) -> None:
    """DspBusy for what no channel plays."""
    known = name is None or name in TONES or (0 < len(name) <= LONGEST and DIGITS.issuperset(name))
    if not known or towards not in wire.ENDS:
        raise DspBusy("no tone {!r} towards {}".format(name, towards))
