"""The contract of hal.serial."""

from hal.check.contract import need, until

PATIENCE = 2_000_000
FLOOD = 1 << 14


def check_serial(serial, far, advance):
    """`far` is the other end of the line: `send(data)`, `take() -> bytes`; with `send_break()`
    the break is checked, with `flow` False (it does not wait for room) the overrun.
    """
    serial.read()
    serial.events()
    far.take()
    _receives(serial, far, advance)
    _sends(serial, far, advance)
    _waits_for_room(serial, far, advance)
    if hasattr(far, "send_break"):
        _breaks(serial, far, advance)
    if not getattr(far, "flow", True):
        _overruns(serial, far, advance)


def _receives(serial, far, advance):
    need(serial.read() == b"", "read returns nothing while nothing was received")
    need(serial.events() == [], "events returns nothing while nothing happened")
    data = bytes(range(256))
    far.send(data)
    need(_collect(serial, advance, len(data)) == data, "read returns all octets received, in order, all 256 values")
    need(serial.read() == b"", "read returns each octet once")


def _collect(serial, advance, length):
    got = bytearray()

    def enough():
        data = serial.read()
        need(isinstance(data, bytes), "read returns bytes")
        got.extend(data)
        return len(got) >= length
    until(enough, advance, PATIENCE)
    return bytes(got)


def _sends(serial, far, advance):
    need(serial.write(b"") == 0, "write of nothing queues nothing")
    data = bytes(range(255, -1, -1))[:64]
    need(serial.write(data) == len(data), "write queues a short line whole when nothing waits")
    need(_delivered(far, advance, len(data)) == data, "octets written arrive, in order")


def _delivered(far, advance, length):
    got = bytearray()

    def enough():
        got.extend(far.take())
        return len(got) >= length
    until(enough, advance, PATIENCE)
    return bytes(got)


def _waits_for_room(serial, far, advance):
    """More than any FIFO holds: what did not fit is the caller's, nothing is lost or sent twice."""
    data = bytes([i * 13 & 0xFF for i in range(6000)])
    state = [0]
    got = bytearray()

    def all_there():
        rest = data[state[0]:]
        taken = serial.write(rest)
        need(0 <= taken <= len(rest), "write returns how many octets fitted")
        state[0] += taken
        got.extend(far.take())
        return len(got) >= len(data)
    until(all_there, advance, 5 * PATIENCE)
    need(bytes(got) == data, "what write did not take can be written again later, and all arrives once and in order")


def _breaks(serial, far, advance):
    far.send_break()
    seen = []

    def broken():
        seen.extend(serial.events())
        return bool(seen)
    until(broken, advance, PATIENCE)
    need(seen == ["break"], "a break is reported as the event \"break\", once")
    need(serial.events() == [], "an event is reported once")
    serial.read()


def _overruns(serial, far, advance):
    sent = bytes([i % 251 for i in range(FLOOD)])
    far.send(sent)
    seen = []

    def overrun():
        seen.extend(serial.events())
        return "overrun" in seen
    need(until(overrun, advance, 20 * 1_000_000, step=100_000), "an overrun receive FIFO is reported as \"overrun\"")
    kept = serial.read()
    need(len(kept) < FLOOD and sent.startswith(kept), "an overrun loses the octets that did not fit, not those before")
    advance(20 * 1_000_000)
    serial.read()
    serial.events()
    far.send(b"after")
    need(_collect(serial, advance, 5) == b"after", "after an overrun has been read out, the line receives again")
