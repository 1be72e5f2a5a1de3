"""ITU-T G.726 at 32 kbit/s, for reading: chapter 4 block by block, in plain integers."""

DECISIONS = (-124, 80, 178, 246, 300, 349, 400)
LEVELS = (-2048, 4, 135, 213, 273, 323, 373, 425)
WEIGHTS = (-12, 18, 41, 64, 112, 198, 355, 1122)
SPEEDS = (0, 0, 0, 1, 1, 1, 3, 7)
"""Tables 7, 11, 16 and 20, by |I|."""


def width(value):
    """Bits that a non-negative value needs."""
    bits = 0
    while value >> bits:
        bits += 1
    return bits


def wrap(value):
    """To 16 bits, two's complement."""
    return ((value + 32768) & 65535) - 32768


def clip(value, bound):
    return max(-bound, min(bound, value))


def floating(negative, magnitude):
    """FLOATA, FLOATB: (sign, exponent, six bits of mantissa)."""
    exponent = width(magnitude)
    return negative, exponent, (magnitude << 6) >> exponent if magnitude else 32


def multiply(coefficient, signal):
    """FMULT: a Q14 coefficient times a floating signal."""
    negative, exponent, mantissa = signal
    magnitude = abs(coefficient >> 2) & 8191
    _, other_exponent, other_mantissa = floating(False, magnitude)
    product = (mantissa * other_mantissa + 48) >> 4 << 7
    shift = 26 - exponent - other_exponent
    product = (product >> shift if shift >= 0 else product << -shift) & 32767
    return -product if negative != (coefficient < 0) else product


def to_16_bits(signal):
    return max(-32768, min(32767, signal * 4))


class G726:
    """One direction; `encode` and `decode` must not be mixed on one object."""

    def __init__(self):
        self.fast, self.slow = 544, 34816
        self.short_mean = self.long_mean = self.speed = 0
        self.poles, self.zeros = [0, 0], [0] * 6
        self.reconstructed = [floating(False, 0)] * 2
        self.differences = [floating(False, 0)] * 6
        self.signs = [False, False]
        self.tone = False

    def encode(self, sample):
        """A code 1 .. 15 for a 16 bit sample."""
        zeros, estimate, scale = self._predict()
        code = self._quantize((sample >> 2) - estimate, scale)
        self._adapt(zeros, estimate, scale, code)
        return code

    def decode(self, code):
        zeros, estimate, scale = self._predict()
        return to_16_bits(self._adapt(zeros, estimate, scale, code))

    def _predict(self):
        zeros = sum([multiply(self.zeros[i], self.differences[i]) for i in range(6)])
        both = zeros + sum([multiply(self.poles[i], self.reconstructed[i]) for i in range(2)])
        speed = min(self.speed >> 2, 64)
        apart = self.fast - (self.slow >> 6)
        change = abs(apart) * speed >> 6
        return wrap(zeros) >> 1, wrap(both) >> 1, (self.slow >> 6) + (change if apart >= 0 else -change)

    def _quantize(self, difference, scale):
        magnitude = abs(difference) & 32767
        exponent = max(width(magnitude) - 1, 0)
        log = (exponent << 7) + ((magnitude << 7 >> exponent) & 127) - (scale >> 2)
        index = sum([1 for decision in DECISIONS if log >= decision])
        return 15 - index if difference < 0 or index == 0 else index

    def _adapt(self, zeros, estimate, scale, code):
        """Take one code into all states; the reconstructed 14 bit signal."""
        negative = code >= 8
        index = 15 - code if negative else code
        log = LEVELS[index] + (scale >> 2)
        magnitude = 0 if log < 0 else (128 + (log & 127) << 7) >> (14 - (log >> 7 & 15))
        difference = -magnitude if negative else magnitude
        signal = wrap(estimate + difference)
        partial = wrap(zeros + difference)
        changed = self._transition(magnitude)

        self.fast = max(544, min(5120, scale + (WEIGHTS[index] * 32 - scale >> 5)))
        self.slow += self.fast + (-self.slow >> 6)
        self._adapt_poles(partial)
        self._adapt_zeros(negative, magnitude)
        tone = self.poles[1] < -11776
        self._adapt_speed(SPEEDS[index], scale, tone, changed)
        if changed:
            self.poles, self.zeros = [0, 0], [0] * 6
        self.tone = tone and not changed
        self.differences = [floating(negative, magnitude)] + self.differences[:5]
        self.reconstructed = [floating(signal < 0, abs(signal) & 32767), self.reconstructed[0]]
        self.signs = [partial < 0, self.signs[0]]
        return signal

    def _transition(self, magnitude):
        """TRANS: a large difference while a partial tone is there."""
        whole, fraction = self.slow >> 15, self.slow >> 10 & 31
        threshold = 31 << 10 if whole > 9 else 32 + fraction << whole
        return self.tone and magnitude > threshold + (threshold >> 1) >> 1

    def _adapt_poles(self, partial):
        """UPA1, UPA2, LIMC, LIMD."""
        first, second = self.poles
        same1, same2 = [(partial < 0) == sign for sign in self.signs]
        gain1 = gain2 = 0
        if partial:
            gain1 = 192 if same1 else -192
            slope = clip(first, 8191) * 4
            gain2 = ((16384 if same2 else -16384) - (slope if same1 else -slope)) >> 7
        second = clip(second + gain2 - (second >> 7), 12288)
        self.poles = [clip(first + gain1 - (first >> 8), 15360 - second), second]

    def _adapt_zeros(self, negative, magnitude):
        """UPB."""
        for index in range(6):
            gain = 0
            if magnitude:
                gain = 128 if self.differences[index][0] == negative else -128
            self.zeros[index] = wrap(self.zeros[index] + gain - (self.zeros[index] >> 8))

    def _adapt_speed(self, speed, scale, tone, changed):
        """FILTA, FILTB, FILTC and their decision."""
        self.short_mean += (speed << 9) - self.short_mean >> 5
        self.long_mean += (speed << 11) - self.long_mean >> 7
        apart = abs((self.short_mean << 2) - self.long_mean)
        fast = scale < 1536 or tone or apart >= self.long_mean >> 3
        self.speed = 256 if changed else self.speed + ((512 if fast else 0) - self.speed >> 4)
