"""ITU-T G.722, for reading: chapter 6 block by block, in plain integers that saturate where it says so."""

QMF = (3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
"""Table 11, every other tap; the rest are the same backwards."""

DECISIONS = (
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
    1458, 1612, 1765, 1980, 2195, 2557, 2919)
POSITIVE = tuple(range(61, 31, -1))
NEGATIVE = (63, 62) + tuple(range(31, 3, -1))
"""Decision levels of QUANTL, and the codes of the thirty intervals between them (tables 14 and 17)."""

LEVELS4 = (0, 20456, 12896, 8968, 6288, 4240, 2584, 1200)
LEVELS5 = (280, 280, 23352, 17560, 14120, 11664, 9752, 8184, 6864, 5712, 4696, 3784, 2960, 2208, 1520, 880)
LEVELS6 = (136, 136, 136, 136, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192,
           6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728)
"""Output levels of the negative codes of 4, 5 and 6 bits."""

LOGS_LOW = (-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60)
LOGS_HIGH = (798, -214, 798, -214)
ANTILOGS = (2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960,
            3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008)


def saturate(value):
    return max(-32768, min(32767, value))


def limit(value, bound):
    return max(-bound, min(bound, value))


def multiply(a, b):
    """Q15, as the Recommendation's operator: the only product that overflows is -1 times -1."""
    return saturate(a * b >> 15)


def level4(code):
    if code in (0, 15):
        return 0
    return -LEVELS4[code] if code < 8 else LEVELS4[code - 7]


def level5(code):
    if code < 16:
        return -LEVELS5[code]
    if code < 30:
        return LEVELS5[code - 14]
    return 280 if code == 30 else -280


def level6(code):
    if code < 32:
        return -LEVELS6[code]
    if code < 60:
        return LEVELS6[code - 28]
    return (432, 136, -432, -136)[code - 60]


class Band:
    """The predictor and the scale factor of one band: blocks 3 and 4."""

    def __init__(self, scale, greatest):
        self.scale, self.log, self.greatest = scale, 0, greatest
        self.poles, self.zeros = [0, 0], [0] * 6
        self.differences, self.signals, self.partials = [0] * 6, [0, 0], [0, 0]
        self.by_zeros = self.estimate = 0

    def adapt(self, difference, change):
        """One quantized difference, and what its code changes the logarithm of the scale by."""
        partial, signal = saturate(self.by_zeros + difference), saturate(self.estimate + difference)
        self.log = max(0, min(self.greatest, (self.log * 127 >> 7) + change))
        shift = (self.greatest >> 11) - 1 - (self.log >> 11)
        value = ANTILOGS[self.log >> 6 & 31]
        self.scale = (value >> shift if shift >= 0 else value << -shift) << 2
        self._adapt_poles(partial)
        self._adapt_zeros(difference)
        self.signals = [signal, self.signals[0]]
        self._predict()

    def _adapt_poles(self, partial):
        """UPPOL2, UPPOL1."""
        first, second = self.poles
        same = [(partial < 0) == (past < 0) for past in self.partials]
        slope = saturate(4 * first)
        slope = saturate(-slope) if same[0] else slope
        second = limit((slope >> 7) + (128 if same[1] else -128) + multiply(second, 32512), 12288)
        first = saturate(multiply(first, 32640) + (192 if same[0] else -192))
        self.poles = [limit(first, 15360 - second), second]
        self.partials = [partial, self.partials[0]]

    def _adapt_zeros(self, difference):
        """UPZERO."""
        for index, past in enumerate(self.differences):
            gain = 0
            if difference:
                gain = 128 if (difference < 0) == (past < 0) else -128
            self.zeros[index] = saturate(multiply(self.zeros[index], 32640) + gain)
        self.differences = [difference] + self.differences[:5]

    def _predict(self):
        """FILTEP, FILTEZ, PREDIC."""
        poles = [multiply(saturate(2 * self.signals[i]), self.poles[i]) for i in range(2)]
        self.by_zeros = 0
        for index in range(6):
            term = multiply(saturate(2 * self.differences[index]), self.zeros[index])
            self.by_zeros = saturate(self.by_zeros + term)
        self.estimate = saturate(saturate(poles[0] + poles[1]) + self.by_zeros)


class G722:
    """One direction; `mode` 1, 2, 3 is 64, 56, 48 kbit/s."""

    def __init__(self, mode=1):
        self.mode = mode
        self.low, self.high = Band(32, 18432), Band(8, 22528)
        self.past = [0] * 22

    def encode(self, first, second):
        """Two samples of 16 kHz to an octet."""
        x = self.past + [first, second]
        self.past = x[2:]
        even = sum([x[2 * i] * QMF[i] for i in range(12)])
        odd = sum([x[2 * i + 1] * QMF[11 - i] for i in range(12)])
        low = self._quantize_low(odd + even >> 14)
        high = self._quantize_high(odd - even >> 14)
        self._adapt(low, high)
        return (high << 6 | low) & (0xFF << self.mode - 1) & 0xFF

    def decode(self, octet):
        """An octet to two samples."""
        code, high = octet & 63, octet >> 6
        level = (level6(code), level5(code >> 1), level4(code >> 2))[self.mode - 1]
        low = self.low.estimate + (self.low.scale * level >> 15)
        low, high = [max(-16384, min(16383, value)) for value in (low, self._high_signal(high))]
        self._adapt(code, octet >> 6)
        x = self.past + [low + high, low - high]
        self.past = x[2:]
        first = sum([x[2 * i + 1] * QMF[11 - i] for i in range(12)])
        second = sum([x[2 * i] * QMF[i] for i in range(12)])
        return saturate(first >> 11), saturate(second >> 11)

    def _high_difference(self, code):
        return self.high.scale * (-7408, -1616, 7408, 1616)[code] >> 15

    def _high_signal(self, code):
        return self.high.estimate + self._high_difference(code)

    def _adapt(self, low, high):
        difference = self.low.scale * level4(low >> 2) >> 15
        self.high.adapt(self._high_difference(high), LOGS_HIGH[high])
        self.low.adapt(difference, LOGS_LOW[low >> 2])

    def _quantize_low(self, sample):
        """SUBTRA, QUANTL."""
        error = saturate(sample - self.low.estimate)
        magnitude = ~error if error < 0 else error
        rank = sum([1 for decision in DECISIONS if decision * self.low.scale >> 12 <= magnitude])
        return NEGATIVE[rank] if error < 0 else POSITIVE[rank]

    def _quantize_high(self, sample):
        """QUANTH."""
        error = saturate(sample - self.high.estimate)
        outer = (~error if error < 0 else error) >= 564 * self.high.scale >> 12
        return (1 if error < 0 else 3) - outer
