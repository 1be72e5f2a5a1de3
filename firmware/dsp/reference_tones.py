"""Tones written for reading: the oracle of the C core's generators, sample for sample.

Integers only. A phase of 2**32 is a full turn, amplitudes are of 16 bit samples.
"""

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
DIGITS = "123A456B789C*0#D"
"""ITU-T Q.23, row by row."""

DBM0_4, DBM0_6, DBM0_10, DBM0_13 = 14403, 11441, 7219, 5110
"""Peaks of a sine of minus so many dBm0; a full-scale one has +3.14."""

DIGIT_MS = 150
RAMP_MS = 2
REVERSAL_MS = 450
"""V.25, V.8: 450 ms, within 25."""

ENVELOPE_HZ, ENVELOPE_DEPTH = 15, 6554
"""V.8, ANSam: a sine of a fifth of the amplitude, Q15."""

FOREVER = 0

CADENCES = {
    "dial": (DBM0_10, ((FOREVER, 425),)),
    "busy": (DBM0_10, ((500, 425), (500, 0))),
    "ringing": (DBM0_10, ((1000, 425), (4000, 0))),
    "congestion": (DBM0_10, ((250, 425), (250, 0))),
    "special-information": (DBM0_10, ((333, 950), (333, 1400), (333, 1800), (1000, 0))),
    "call-waiting": (DBM0_13, ((200, 425), (200, 0), (200, 425), (4000, 0))),
    "cng": (DBM0_13, ((500, 1100), (3000, 0))),
}
"""Peak and steps of (ms, Hz), 0 Hz a pause, over and over: ITU-T E.180 supplement 2, T.30 4.3.3.4."""

ANSWERS = {"ced": (False, False), "ced-reversals": (True, False),
           "ansam": (False, True), "ansam-reversals": (True, True)}
"""2100 Hz for 3.3 s: whether with phase reversals, and with ANSam's envelope."""

ANSWER_MS = 3300


def sine(phase):
    """Q15, by the odd polynomial of the quarter wave."""
    x = phase >> 15 & 0x7FFF
    if phase & 0x40000000:
        x = 32768 - x
    square = x * x >> 15
    value = 2603 - (square * 142 >> 15)
    value = 21165 - (square * value >> 15)
    value = 51472 - (square * value >> 15)
    value = min(x * value >> 15, 32767)
    return -value if phase & 0x80000000 else value


def turn(hertz, rate):
    """Phase a sample."""
    return hertz * (536871 if rate == 8000 else 268435)


def tone(hertz, at, peak, rate):
    """Sample `at` of a steady tone that began at phase 0."""
    return sine(at * turn(hertz, rate) & 0xFFFFFFFF) * peak >> 15


def ramp(value, at, length, rate):
    """A burst's edges; `length` None has no end. The quotient is rounded towards zero, as C does."""
    steps = RAMP_MS * rate // 1000
    near = min(at + 1, steps)
    if length is not None:
        near = min(near, length - at)
    product = value * near
    return product // steps if product >= 0 else -(-product // steps)


def digit(name, rate=8000, duration_ms=DIGIT_MS):
    """Samples of a DTMF digit."""
    place = DIGITS.index(name)
    row, column = ROWS[place // 4], COLUMNS[place % 4]
    length = duration_ms * rate // 1000
    return [ramp(tone(row, at, DBM0_6, rate) + tone(column, at, DBM0_4, rate), at, length, rate)
            for at in range(length)]


def cadence(name, samples, rate=8000):
    """The first samples of call progress or CNG."""
    peak, steps = CADENCES[name]
    out: list = []
    phase = 0
    while len(out) < samples:
        for milliseconds, hertz in steps:
            length = milliseconds * rate // 1000 or None
            for at in range(length or samples):
                value = 0
                if hertz:
                    value = ramp(sine(phase) * peak >> 15, at, length, rate)
                    phase = phase + turn(hertz, rate) & 0xFFFFFFFF
                out.append(value)
    return out[:samples]


def answer(name, rate=8000):
    """All of CED or ANSam."""
    reversals, envelope = ANSWERS[name]
    length, every = ANSWER_MS * rate // 1000, REVERSAL_MS * rate // 1000
    out, phase, slow = [], 0, 0
    for at in range(length):
        peak = DBM0_13
        if envelope:
            peak += DBM0_13 * (sine(slow) * ENVELOPE_DEPTH >> 15) >> 15
            slow = slow + turn(ENVELOPE_HZ, rate) & 0xFFFFFFFF
        out.append(ramp(sine(phase) * peak >> 15, at, length, rate))
        phase = phase + turn(2100, rate) & 0xFFFFFFFF
        if reversals and (at + 1) % every == 0:
            phase ^= 0x80000000
    return out
