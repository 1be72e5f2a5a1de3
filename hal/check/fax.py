"""The contract of hal.fax."""

from hal.check.contract import need, until
from hal.fax import CED, CNG, V21, Carrier, Frame, Tone

SECOND = 1_000_000
DIS = b"\xff\x13\x80\x00\xee\xf8"
STEP = 5_000


def check_fax(a, b, advance):
    """`a` and `b` are the two ends of one line that nobody else uses."""
    for end in (a, b):
        need(V21 in end.modulations, "every modem knows v21")
        end.poll()
    _tones(a, b, advance)
    _bursts(a, b, advance)
    _pages(a, b, advance)
    _turns(a, b, advance)
    _hangs_up(a, b, advance)


def _collect(end, advance, enough, limit):
    events = []

    def there():
        events.extend(end.poll())
        return enough(events)
    until(there, advance, limit, STEP)
    return events


def _ended(events):
    return any(isinstance(event, Carrier) and not event.present for event in events)


def _tones(a, b, advance):
    a.tone(CNG, 500)
    need(_collect(b, advance, bool, 400_000) == [], "a tone is reported when it has ended, not before")
    heard = _collect(b, advance, bool, SECOND)
    need(heard == [Tone(CNG, 500)], "a tone arrives at the far end with its name and length")
    need(a.poll() == [], "an end does not hear its own tone")
    a.tone(CED, 300)
    a.tone(CNG, 500)
    heard = _collect(b, advance, lambda events: len(events) == 2, 3 * SECOND)
    need([event.name for event in heard] == [CED, CNG], "a second signal queues behind the first")
    need(b.poll() == [], "poll returns each event once")


def _bursts(a, b, advance):
    a.send(V21, DIS)
    a.send(V21, DIS[:3])
    early = _collect(b, advance, lambda events: len(events) > 1, 850_000)
    need(all(isinstance(event, Carrier) for event in early), "no frame arrives during the preamble of V.21")
    heard = early + _collect(b, advance, _ended, 5 * SECOND)
    need(heard[0] == Carrier(V21, True), "the carrier is reported before its first frame")
    need(heard[-1] == Carrier(V21, False), "the end of a carrier is reported after its last frame")
    frames = [event for event in heard if isinstance(event, Frame)]
    need([frame.data for frame in frames] == [DIS, DIS[:3]], "each frame arrives whole, one event each, in order")
    need(all(frame.good and frame.modulation == V21 for frame in frames), "a frame on a clean line is good")
    need(len(heard) == 4, "frames that follow each other share one carrier")


def _pages(a, b, advance):
    for modulation in a.modulations:
        if modulation == V21:
            continue
        blocks = [bytes([i]) * 100 for i in range(3)]
        for block in blocks:
            a.send(modulation, block)
        heard = _collect(b, advance, _ended, 10 * SECOND)
        need(heard and heard[0] == Carrier(modulation, True), "training ends in the carrier of its modulation")
        got = b"".join([event.data for event in heard if isinstance(event, Frame)])
        need(got == b"".join(blocks), "page octets arrive in order")


def _turns(a, b, advance):
    a.send(V21, DIS)
    _collect(b, advance, _ended, 5 * SECOND)
    b.send(V21, DIS[::-1])
    heard = _collect(a, advance, _ended, 5 * SECOND)
    frames = [event.data for event in heard if isinstance(event, Frame)]
    need(frames == [DIS[::-1]], "the line carries both directions, one after the other")


def _hangs_up(a, b, advance):
    a.send(V21, DIS)
    advance(500_000)
    a.hang_up()
    heard = _collect(b, advance, lambda events: False, 3 * SECOND)
    need(not any(isinstance(event, Frame) and event.good for event in heard), "nothing is sent after hang_up")
    b.send(V21, DIS)
    need(_collect(a, advance, bool, 3 * SECOND) == [], "an end that has hung up hears nothing")
    _collect(a, advance, lambda events: False, SECOND)
