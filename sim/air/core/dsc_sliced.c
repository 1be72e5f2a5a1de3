/* DSC, many streams: each bit of the registers is a word that holds this bit of 256 streams. */
#include <string.h>

#include "dsc.h"

#define QUARTERS (SLICES / 64)

typedef uint64_t slices __attribute__((vector_size(SLICES / 8)));

/* Room above the top for what two or three clocks bring in before the register is moved down again. */
struct sliced {
    slices r1[R1_BITS + 3], r2[R2_BITS + 3], r3[R3_BITS + 3], r4[R4_BITS + 3], c;
};

/* The n-th clock since the register was moved: what falls out at the bottom comes in at the top and at the taps. */
GW_INLINE void clock(slices *r, int bits, uint32_t taps, int n)
{
    r[bits + n] = r[n];
    for (int i = 0; i < bits - 1; i++)
        if (taps >> i & 1)
            r[i + 1 + n] ^= r[n];
}

GW_INLINE void take(slices *r, int bits, uint32_t taps, const slices *in)
{
    clock(r, bits, taps, 0);
    for (int i = 0; i < bits; i++)
        r[i] = r[i + 1];
    r[bits - 1] ^= *in;
}

/* Twice, and a third time in those streams where `more` is set. */
GW_INLINE void stir(slices *r, int bits, uint32_t taps, const slices *more)
{
    slices out;
    clock(r, bits, taps, 0);
    clock(r, bits, taps, 1);
    out = r[2] & *more;
    r[bits + 2] = r[2];
    for (int i = 0; i < bits; i++)
        r[i] = r[i + 2] ^ (*more & (r[i + 2] ^ r[i + 3]));
    for (int i = 0; i < bits - 1; i++)
        if (taps >> i & 1)
            r[i] ^= out;
}

GW_INLINE void thrice(slices *r)
{
    for (int n = 0; n < 3; n++)
        clock(r, R4_BITS, R4_TAPS, n);
    for (int i = 0; i < R4_BITS; i++)
        r[i] = r[i + 3];
}

GW_INLINE void step(struct sliced *s)
{
    slices to1 = s->r2[9] ^ s->r3[10] ^ s->r4[0];
    slices to2 = s->r1[8] ^ s->r3[10] ^ s->r4[1];
    slices to3 = s->r1[8] ^ s->r2[9] ^ s->r4[2];
    s->c = COMBINED(s->c, s->r1[0], s->r1[1], s->r2[0], s->r2[1], s->r3[0], s->r3[1]);
    stir(s->r1, R1_BITS, R1_TAPS, &to1);
    stir(s->r2, R2_BITS, R2_TAPS, &to2);
    stir(s->r3, R3_BITS, R3_TAPS, &to3);
    thrice(s->r4);
}

GW_INLINE void revive(slices *r, int bits)
{
    slices any = r[0];
    for (int i = 1; i < bits; i++)
        any |= r[i];
    r[bits - 1] |= ~any;
}

/* Rows become columns: bit c of word r and bit r of word c change places. */
static void transpose(uint64_t words[64])
{
    uint64_t mask = 0xFFFFFFFF;
    for (int width = 32; width; width >>= 1, mask ^= mask << width)
        for (int i = 0; i < 64; i = (i + width + 1) & ~width) {
            uint64_t swap = (words[i] >> width ^ words[i + width]) & mask;
            words[i] ^= swap << width;
            words[i + width] ^= swap;
        }
}

/* 64 bits of each stream, the earliest in bit 0 of a word, as words of one bit of all streams. */
static void spread(const uint64_t words[SLICES], slices bits[64])
{
    for (int quarter = 0; quarter < QUARTERS; quarter++) {
        uint64_t block[64];
        memcpy(block, words + 64 * quarter, sizeof block);
        transpose(block);
        for (int i = 0; i < 64; i++)
            bits[i][quarter] = block[i];
    }
}

/* `octets` (up to eight) of each stream to `out`, whose rows are `row` octets apart; the first bit is the highest. */
static void gather(const slices bits[64], size_t count, size_t octets, size_t row, uint8_t *out)
{
    for (size_t first = 0; first < count; first += 64) {
        uint64_t block[64];
        for (int i = 0; i < 64; i++)
            block[i] = bits[63 - i][first / 64];
        transpose(block);
        for (size_t i = 0; i < 64 && first + i < count; i++)
            for (size_t octet = 0; octet < octets; octet++)
                out[row * (first + i) + octet] = (uint8_t)(block[i] >> (56 - 8 * octet));
    }
}

static void words_of(const uint8_t *keys, const uint64_t *iv, size_t count, uint64_t words[2][SLICES])
{
    memset(words, 0, 2 * sizeof words[0]);
    for (size_t i = 0; i < count; i++) {
        words[0][i] = iv[i];
        for (size_t k = GW_AIR_KEY; k-- > 0;)
            words[1][i] = words[1][i] << 8 | keys[GW_AIR_KEY * i + k];
    }
}

GW_INLINE void load(struct sliced *s, const slices bits[LOADED])
{
    for (int i = 0; i < LOADED; i++) {
        take(s->r1, R1_BITS, R1_TAPS, &bits[i]);
        take(s->r2, R2_BITS, R2_TAPS, &bits[i]);
        take(s->r3, R3_BITS, R3_TAPS, &bits[i]);
        take(s->r4, R4_BITS, R4_TAPS, &bits[i]);
    }
}

GW_CLONES void gw_dsc_sliced(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out)
{
    struct sliced s;
    slices bits[LOADED];
    uint64_t words[2][SLICES];
    words_of(keys, iv, count, words);
    spread(words[0], bits);
    spread(words[1], bits + 64);
    memset(&s, 0, sizeof s);
    load(&s, bits);
    for (int i = 0; i < BLANK; i++) {
        if (i == REVIVAL) {
            revive(s.r1, R1_BITS);
            revive(s.r2, R2_BITS);
            revive(s.r3, R3_BITS);
            revive(s.r4, R4_BITS);
        }
        step(&s);
    }
    for (size_t at = 0; at < 2 * half; at += 8) {
        size_t octets = 2 * half - at < 8 ? 2 * half - at : 8;
        for (size_t i = 0; i < 8 * octets; i++) {
            step(&s);
            bits[i] = s.c;
        }
        gather(bits, count, octets, 2 * half, out + at);
    }
}
