"""The golden cases through the Python face `_gwdsp`: the lines that golden.c prints of the core.

Runs on CPython and MicroPython. Scene and cases are those of firmware/dsp/target, in its order.
"""

import struct
from binascii import crc32

SCENE = 19200
LINE_EVERY = 10
PATHS = (((13, 90), (29, -60), (61, 40), (200, -18), (517, 9)),
         ((4, -50), (33, 70), (90, -44), (240, 20), (400, 7)))
CODECS = ("pcma", "pcmu", "g726-32", "g726-32-aal2", "g722")
TONES = ("dial", "busy", "ringing", "congestion", "special-information", "call-waiting", "cng", "ced", "ced-reversals",
         "ansam", "ansam-reversals") + tuple("123A456B789C*0#D")
KINDS = ("dtmf", "dtmf-end", "fax", "progress")
CANCELLERS = (
    ("ec-off", 8000, 128, 0, False, 80),
    ("ec-noise", 8000, 128, 1, False, 80),
    ("ec-default", 8000, 128, 2, False, 80),
    ("ec-linear", 8000, 128, 2, True, 160),
    ("ec-short", 8000, 32, 1, False, 240),
    ("ec-long", 8000, 256, 2, False, 80),
    ("ec-halves", 8000, 64, 2, False, 40),
    ("ec-wide", 16000, 128, 2, False, 160),
    ("ec-wide-noise", 16000, 64, 1, False, 320),
)
CHANNEL = (
    ("pcma", 20, 2, 128), ("pcmu", 10, 1, 64), ("g726-32", 30, 0, 32), ("g722", 20, 0, 32), ("g726-32-aal2", 20, 0, 32),
    ("pcma", 60, 0, 32), ("pcmu", 20, 0, 32), ("g726-32", 20, 0, 32), ("g726-32", 10, 0, 32), ("pcma", 10, 0, 32),
)

CALLS = (("pcmu", 30), ("g726-32", 20), ("g722", 10))


class Random:
    def __init__(self, seed):
        self.seed = seed

    def next(self):
        x = self.seed
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        self.seed = x
        return x


class Voice:
    def __init__(self, seed):
        self.random = Random(seed)
        self.loudness, self.pitch, self.low = 0, 1, 0

    def speak(self, at):
        if at % 960 == 0:
            dice = self.random.next()
            self.loudness = dice & 7
            self.pitch = 40 + (dice >> 8 & 63)
        sample = (self.random.next() >> 17) - 16384
        if at % self.pitch == 0:
            sample += 24000
        self.low += (sample - self.low) >> 1
        return clip(self.low * self.loudness >> 3)


def clip(value):
    return min(max(value, -32768), 32767)


def far_at(at, spoken):
    if 12000 <= at < 14000:
        return 8000 if at & 4 else -8000
    if 16000 <= at < 17600:
        return 0
    if 17600 <= at < 18400:
        return 32767 if at // 37 % 2 else -32768
    return spoken


def scene():
    """far, near, voice: as lists of samples."""
    one, other, noise = Voice(1), Voice(2463534242), Random(7)
    far, near, voice = [], [], []
    for at in range(SCENE):
        far.append(far_at(at, one.speak(at)))
        voice.append(other.speak(at))
        echo = sum([gain * far[at - delay] for delay, gain in PATHS[at >= 14000] if at >= delay])
        sample = (echo >> 8) + (noise.next() & 31) - 16
        if 8000 <= at < 11000:
            sample += voice[at] >> 1
        if at >= 18400:
            sample += voice[at] * 4
        near.append(clip(sample))
    return far, near, voice


def octets(samples):
    return struct.pack("<" + len(samples) * "h", *samples)


class Record:
    def __init__(self, name):
        self.name, self.blocks, self.crc = name, 0, 0

    def add(self, data):
        self.crc = crc32(data, self.crc)

    def line(self):
        print("{} {} {:08x}".format(self.name, self.blocks, self.crc))

    def due(self):
        return self.blocks % LINE_EVERY == LINE_EVERY - 1

    def block(self):
        self.blocks += 1
        if self.blocks % LINE_EVERY == 0:
            self.line()


def run_codec(dsp, near, codec):
    coded, decoded = Record("encode-" + codec), Record("decode-" + codec)
    encoder, decoder, random = dsp.Encoder(codec), dsp.Decoder(codec), Random(3)
    for block in range(SCENE // 160):
        packet = encoder.encode(near[320 * block:320 * block + 320])
        coded.add(packet)
        coded.block()
        if block % 5 == 4:
            packet = bytes([random.next() >> 24 for _ in packet])
        decoded.add(decoder.decode(packet))
        decoded.block()


def run_canceller(dsp, far, near, case):
    name, rate, tail_ms, ec_type, linear, samples = case
    record, ec = Record(name), dsp.EchoCanceller(rate, tail_ms, ec_type, linear)
    for at in range(0, 2 * SCENE, 2 * samples):
        record.add(ec.process(near[at:at + 2 * samples], far[at:at + 2 * samples]))
        if record.due():
            s = ec.status()
            record.add(struct.pack("<5f4I", s["erl"], s["erle"], s["far"], s["near"], s["out"], s["delay_ms"],
                                   s["frozen"], s["handovers"], s["resets"]))
        record.block()


class BankCase:
    def __init__(self, dsp, far, near, channels):
        self.bank, self.far, self.near, self.channels = dsp.Bank(channels, 128), far, near, CHANNEL[:channels]
        self.handset, self.random, self.network = dsp.Encoder("g726-32-aal2"), Random(5), []
        for number, (codec, packet_ms, ec_type, tail_ms) in enumerate(self.channels):
            self.network.append(dsp.Encoder(codec))
            self.bank.open(number, codec, packet_ms, ec_type, tail_ms)

    def play(self, frame):
        for number, (codec, packet_ms, _ec_type, _tail_ms) in enumerate(self.channels):
            in_frame = 160 if codec == "g722" else 80
            at, samples = frame * in_frame, packet_ms // 10 * in_frame
            if frame % (packet_ms // 10) != 0 or at + samples > SCENE:
                continue
            packet = self.network[number].encode(self.far[2 * at:2 * (at + samples)])
            if self.random.next() & 15:
                self.bank.play(number, packet)

    def run_frame(self, frame):
        self.play(frame)
        field, fields = self.handset.encode(self.near[160 * frame:160 * frame + 160]), []
        for number in range(len(self.channels)):
            joined = frame >= 2 and not (number == 1 and 60 <= frame < 80)
            self.bank.join(number, joined)
            fields.append(field if joined and self.random.next() & 15 else None)
        return self.bank.process(fields)


def run_bank(dsp, far, near, name, channels, frames):
    record, case = Record(name), BankCase(dsp, far, near, channels)
    for frame in range(frames):
        for number, (reply, packet) in enumerate(case.run_frame(frame)):
            record.add(reply or b"")
            record.add(packet[0] if packet else b"")
            if record.due():
                s = case.bank.status(number)
                record.add(struct.pack("<4f4I", s["level_in"], s["level_out"], s["erl"], s["erle"], s["played"],
                                       s["missing"], s["lost"], s["dropped"]))
        record.block()


def speak(voice, frame):
    """Bursts of speech, and as long its far murmur."""
    samples = voice[80 * frame:80 * frame + 80]
    if frame // 60 % 2:
        samples = [sample // 512 if sample >= 0 else -(-sample // 512) for sample in samples]
    return octets(samples)


def run_pauses(dsp, voice):
    record, bank, handset = Record("pauses"), dsp.Bank(2 * len(CALLS), 32), dsp.Encoder("g726-32-aal2")
    for number, (codec, packet_ms) in enumerate(CALLS):
        for channel in (2 * number, 2 * number + 1):
            bank.open(channel, codec, packet_ms, 0, 32, silence=True)
            bank.join(channel, True)
    for frame in range(SCENE // 80):
        results = bank.process([handset.encode(speak(voice, frame))] * (2 * len(CALLS)))
        for number in range(len(CALLS)):
            packet = results[2 * number][1]
            if packet:
                record.add(packet[0])
                record.add(struct.pack("<2I", packet[1] == "comfort", packet[2]))
                bank.play(2 * number + 1, packet[0], packet[1])
            record.add(results[2 * number + 1][0])
        record.block()


def run_generators(dsp):
    record = Record("tones")
    for number, tone in enumerate(TONES):
        generator = dsp.ToneGenerator(tone, 16000 if number % 2 else 8000)
        for _ in range(10):
            record.add(generator.generate(800))
            record.block()


def murmur(tone, voice):
    """A second of a tone with a voice far behind it."""
    samples = struct.unpack("<8000h", tone)
    return octets([samples[at] + (voice[at] >> 6) for at in range(8000)])


def event(at, kind, value):
    if kind == "dtmf":
        value = ord(value)
    elif kind != "dtmf-end":
        value = 1 + TONES.index(value)
    return struct.pack("<3i", KINDS.index(kind), value, at)


def run_detector(dsp, voice):
    heard, told = Record("detector-pass"), Record("detector-events")
    detector = dsp.ToneDetector(True, True, True, True)
    for tone in TONES:
        pcm = murmur(dsp.ToneGenerator(tone).generate(8000), voice)
        for at in range(0, 16000, 1600):
            heard.add(detector.pass_through(pcm[at:at + 1600]))
            heard.block()
            for one in detector.process(b""):
                told.add(event(*one))
            told.block()


def blocks(pcm):
    """Frames of 10 ms, and where they begin."""
    return [(at, pcm[2 * at:2 * at + 160]) for at in range(0, SCENE, 80)]


def run_rates(dsp, far):
    record, up, down = Record("resample"), dsp.Resampler(8000, 16000), dsp.Resampler(16000, 8000)
    for _at, frame in blocks(far):
        wide = up.process(frame)
        record.add(wide)
        record.add(down.process(wide))
        record.block()


def run_gain(dsp, voice):
    record, gain = Record("gain"), dsp.Gain(-3)
    for at, frame in blocks(voice):
        gain.set(at // 80 % 41 - 20)
        record.add(gain.process(frame))
        record.block()


def run_silence(dsp, voice):
    record, silence, comfort = Record("silence"), dsp.Silence(10), dsp.ComfortNoise()
    for at, frame in blocks(voice):
        told = silence.process(frame)
        record.add(struct.pack("<i", 0 if told is None else 1 if told is True else 2))
        if at % 4000 == 0 or told not in (None, True):
            packed = comfort.measure(frame, 12)
            record.add(packed)
            comfort.set(packed)
        record.add(comfort.play(80))
        record.block()


def run_concealment(dsp, voice):
    record, concealer, random, lost = Record("conceal"), dsp.Concealer(), Random(11), 0
    for _at, frame in blocks(voice):
        if lost == 0 and random.next() & 7 == 0:
            lost = 1 + (random.next() & 7)
        record.add(concealer.lost() if lost else concealer.good(frame))
        lost -= lost > 0
        record.block()


def run_wide_concealment(dsp, voice):
    record, concealer, random = Record("conceal-wide"), dsp.Concealer(16000), Random(13)
    for at in range(0, SCENE, 160):
        record.add(concealer.lost() if random.next() & 3 == 0 else concealer.good(voice[2 * at:2 * at + 320]))
        record.block()


def run(dsp, only_codecs=False):
    record, signals = Record("scene"), scene()
    parts = [octets(samples) for samples in signals]
    for part in parts:
        record.add(part)
    record.line()
    far, near, voice = parts
    for codec in CODECS:
        run_codec(dsp, near, codec)
    if only_codecs:
        return
    for case in CANCELLERS:
        run_canceller(dsp, far, near, case)
    run_bank(dsp, far, near, "bank", 3, SCENE // 80)
    run_bank(dsp, far, near, "bank-10", len(CHANNEL), 100)
    run_generators(dsp)
    run_detector(dsp, signals[2])
    run_rates(dsp, far)
    for case in (run_gain, run_silence, run_concealment, run_wide_concealment):
        case(dsp, voice)
    run_pauses(dsp, signals[2])


if __name__ == "__main__":
    import _gwdsp

    run(_gwdsp)
