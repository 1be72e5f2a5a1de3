"""Check sums, scrambler and cipher once more, bit by bit and slowly, from the text of the standards."""

from bitstring import BitArray, Bits

TAPS = ((17, 0x10020), (19, 0x4100C), (21, 0x100002), (23, 0x400100))


def r_crc(field):
    """EN 300 175-3 6.2.5.2: long division by x^16 + x^10 + x^8 + x^7 + x^3 + 1; the last bit inverted."""
    rest = BitArray(bytes(field)) + Bits(16)
    for at in range(8 * len(field)):
        if rest[at]:
            rest.overwrite(rest[at:at + 17] ^ Bits("0b10000010110001001"), at)
    return rest[-16:].uint ^ 1


def x_crc(b):
    """6.2.5.4: test bits r(i) = b(i + 48 (1 + int(i/16))), divided by x^4 + 1."""
    bits = Bits(bytes(b))
    tested = [bits[i + 48 * (1 + i // 16)] for i in range(len(bits) // 4)]
    rest = [0, 0, 0, 0]
    for i, bit in enumerate(tested):
        rest[i % 4] ^= bit
    return Bits(rest).uint


def added(frame, count):
    """6.2.4: the bits that the scrambler adds in a frame."""
    m = [1, 1, frame >> 2 & 1, frame >> 1 & 1, frame & 1]
    while len(m) < count + 5:
        m.append(m[-5] ^ m[-2])
    turned, out = 0, []
    for n in range(count):
        out.append(1 ^ m[n] ^ turned)
        turned ^= m[n:n + 5] == [1] * 5
    return Bits(out)


def scramble(b, frame):
    return (Bits(bytes(b)) ^ added(frame % 8, 8 * len(b))).bytes


def clocked(register, taps):
    return register >> 1 ^ (taps if register & 1 else 0)


def combined(c, r):
    x10, x11, x20, x21, x30, x31 = (r[n] >> bit & 1 for n in range(3) for bit in range(2))
    return (x11 & x10 & c ^ x20 & x11 & x10 ^ x21 & x10 & c ^ x21 & x20 & x10 ^ x30 & x10 & c ^ x30 & x20 & x10
            ^ x11 & c ^ x11 & x10 ^ x20 & x11 ^ x30 & c ^ x31 & c ^ x31 & x10 ^ x21 ^ x31)


def keystream(key, iv, octets):
    """EN 300 175-7, as published at FSE 2010: IV and key in, 40 steps for nobody, then bits."""
    r = [0, 0, 0, 0]
    for octet in iv.to_bytes(8, "little") + bytes(key):
        for bit in range(8):
            r = [clocked(one, taps) ^ (octet >> bit & 1) << length - 1
                 for one, (length, taps) in zip(r, TAPS, strict=True)]
    c, out = 0, []
    for step in range(40 + 8 * octets):
        if step == 11:
            r = [one or 1 << length - 1 for one, (length, _) in zip(r, TAPS, strict=True)]
        c = combined(c, r)
        times = (2 + (r[1] >> 9 ^ r[2] >> 10 ^ r[3]) % 2, 2 + (r[0] >> 8 ^ r[2] >> 10 ^ r[3] >> 1) % 2,
                 2 + (r[0] >> 8 ^ r[1] >> 9 ^ r[3] >> 2) % 2, 3)
        for n, count in enumerate(times):
            for _ in range(count):
                r[n] = clocked(r[n], TAPS[n][1])
        out.append(c)
    return Bits(out[40:]).bytes
