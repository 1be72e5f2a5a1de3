/* G.711, sixteen samples at a time: segments by table of nibbles, shifts as multiplications. */
#include "wide.h"

#if GW_WIDE

typedef int16_t words __attribute__((vector_size(32)));
typedef uint16_t unsigned_words __attribute__((vector_size(32)));
typedef char octets32 __attribute__((vector_size(32)));
typedef long long quarters __attribute__((vector_size(32)));
typedef uint8_t octets16 __attribute__((vector_size(16)));

#define TWICE(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) \
    {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p}
#define HIGH_POWER ((char)-128)

/* By the low nibble of seven or eight bits: how many bits it needs, for A-law, and one less for mu-law;
 * by the high one the same with four more, 0 for 0. */
static const octets32 LOW_A = TWICE(0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4);
static const octets32 HIGH_A = TWICE(0, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8);
static const octets32 LOW_U = TWICE(0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
static const octets32 HIGH_U = TWICE(0, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7);
/* By segment: the upper half of a factor that shifts right. */
static const octets32 RIGHT_A = TWICE(HIGH_POWER, HIGH_POWER, 64, 32, 16, 8, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0);
static const octets32 RIGHT_U = TWICE(HIGH_POWER, 64, 32, 16, 8, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0);
/* A-law by sign and segment, as octets of a word: the signed factor that shifts left, and the upper half of what
 * the steps start from. */
static const octets32 LEFT_A = TWICE(-1, -1, -2, -4, -8, -16, -32, -64, 1, 1, 2, 4, 8, 16, 32, 64);
static const octets32 ABOVE_A = TWICE(-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0);
static const octets32 START_A = TWICE(0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1);
/* mu-law as it is sent, by the high nibble of a code the negative of what shifts left, by the low one the level:
 * 252 ... 132. */
static const octets32 LEFT_U = TWICE(HIGH_POWER, -64, -32, -16, -8, -4, -2, -1,
                                     HIGH_POWER, -64, -32, -16, -8, -4, -2, -1);
static const octets32 LEVEL_U = TWICE(-4, -12, -20, -28, -36, -44, -52, -60,
                                      -68, -76, -84, -92, -100, -108, -116, -124);

/* A table's octets into the lower or the upper half of each word. */
GW_AVX2_INLINE words look_low(octets32 table, words index)
{
    return (words)__builtin_ia32_pshufb256(table, (octets32)(index | INT16_MIN));
}

GW_AVX2_INLINE words look_high(octets32 table, words index)
{
    return (words)__builtin_ia32_pshufb256(table, (octets32)(index << 8 | 0x80));
}

GW_AVX2_INLINE words shift_right(words value, words factor)
{
    return (words)__builtin_ia32_pmulhuw256(value, factor);
}

GW_AVX2_INLINE words load(const int16_t *pcm)
{
    words x;
    memcpy(&x, pcm, sizeof x);
    return x;
}

GW_AVX2_INLINE words logical(words x, int by)
{
    return (words)((unsigned_words)x >> by);
}

GW_AVX2_INLINE words segment_of(words bits, octets32 low, octets32 high)
{
    words above = look_low(high, logical(bits, 4));
    return above | (look_low(low, bits & 15) & (above == 0));
}

GW_AVX2_INLINE void put(words code, uint8_t *out)
{
    octets16 packed = __builtin_convertvector((unsigned_words)code, octets16);
    memcpy(out, &packed, sizeof packed);
}

GW_AVX2_INLINE void alaw_encode16(const int16_t *pcm, uint8_t *out)
{
    words x = load(pcm), negative = x >> 15;
    words level = logical(x ^ negative, 4);
    words segment = segment_of(logical(level, 4), LOW_A, HIGH_A);
    words step = shift_right(level << 1, look_high(RIGHT_A, segment)) & 15;
    put((segment << 4 | step) ^ (negative & 0x80) ^ 0xd5, out);
}

GW_AVX2_INLINE void ulaw_encode16(const int16_t *pcm, uint8_t *out)
{
    words x = load(pcm), negative = x >> 15;
    words level = logical(x ^ negative, 2) + 33, over = level > 0x1fff;
    level = (level & ~over) | (over & 0x1fff);
    words segment = segment_of(logical(level, 5), LOW_U, HIGH_U);
    words step = shift_right(level, look_high(RIGHT_U, segment)) & 15;
    put((segment << 4 | step) ^ (negative & 0x80) ^ 0xff, out);
}

/* 32 codes, the middle quarters exchanged: so that halves() has them in order. */
GW_AVX2_INLINE octets32 take(const uint8_t *in)
{
    quarters x;
    memcpy(&x, in, sizeof x);
    return (octets32)__builtin_shufflevector(x, x, 0, 2, 1, 3);
}

/* Words of lower and upper octets: the first sixteen, and the others. */
GW_AVX2_INLINE words first_half(octets32 low, octets32 high)
{
    return (words)__builtin_shufflevector(low, high, 0, 32, 1, 33, 2, 34, 3, 35, 4, 36, 5, 37, 6, 38, 7, 39,
                                          16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53, 22, 54, 23, 55);
}

GW_AVX2_INLINE words second_half(octets32 low, octets32 high)
{
    return (words)__builtin_shufflevector(low, high, 8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47,
                                          24, 56, 25, 57, 26, 58, 27, 59, 28, 60, 29, 61, 30, 62, 31, 63);
}

GW_AVX2_INLINE octets32 look(octets32 table, octets32 index)
{
    return (octets32)__builtin_ia32_pshufb256(table, index);
}

GW_AVX2_INLINE octets32 sign_and_segment(octets32 plain)
{
    return (octets32)(logical((words)plain, 4) & 0x0f0f);
}

GW_AVX2_INLINE void give(words first, words second, int16_t *pcm)
{
    memcpy(pcm, &first, sizeof first);
    memcpy(pcm + 16, &second, sizeof second);
}

GW_AVX2_INLINE void alaw_decode32(const uint8_t *in, int16_t *pcm)
{
    octets32 plain = take(in) ^ 0x55, index = sign_and_segment(plain);
    octets32 level = (octets32)(((words)plain << 4 & -3856) | 0x0808), start = look(START_A, index);
    octets32 factor = look(LEFT_A, index), above = look(ABOVE_A, index);
    give(first_half(level, start) * first_half(factor, above), second_half(level, start) * second_half(factor, above), pcm);
}

/* Of pairs of octets: 132 and more shifted left, less the bias of 132. */
GW_AVX2_INLINE words less_level(words pairs, words factors)
{
    return (words)__builtin_ia32_pmaddubsw256((octets32)pairs, (octets32)factors);
}

GW_AVX2_INLINE words sign_by(words x, words sign)
{
    return (words)__builtin_ia32_psignw256(x, sign);
}

/* The negative of each magnitude is made, as 128 is no signed octet and -128 is; then the sign of the code, a
 * positive one where that has its top bit, turns it. */
GW_AVX2_INLINE void ulaw_decode32(const uint8_t *in, int16_t *pcm)
{
    octets32 code = take(in), one = (code ^ code) + 1, bias = one + (char)-125;
    octets32 level = look(LEVEL_U, code & 15), factor = look(LEFT_U, (octets32)(logical((words)code, 4) & 0x0f0f));
    give(sign_by(less_level(first_half(level, bias), first_half(factor, one)), first_half(one, code)),
         sign_by(less_level(second_half(level, bias), second_half(factor, one)), second_half(one, code)), pcm);
}

GW_AVX2 void gw_alaw_encode_wide(const int16_t *pcm, size_t samples, uint8_t *out)
{
    size_t i;
    for (i = 0; i + 16 <= samples; i += 16)
        alaw_encode16(pcm + i, out + i);
    for (; i < samples; i++)
        out[i] = gw_alaw_encode(pcm[i]);
}

GW_AVX2 void gw_ulaw_encode_wide(const int16_t *pcm, size_t samples, uint8_t *out)
{
    size_t i;
    for (i = 0; i + 16 <= samples; i += 16)
        ulaw_encode16(pcm + i, out + i);
    for (; i < samples; i++)
        out[i] = gw_ulaw_encode(pcm[i]);
}

GW_AVX2 void gw_alaw_decode_wide(const uint8_t *in, size_t octets, int16_t *pcm)
{
    size_t i;
    for (i = 0; i + 32 <= octets; i += 32)
        alaw_decode32(in + i, pcm + i);
    for (; i < octets; i++)
        pcm[i] = gw_alaw_decode(in[i]);
}

GW_AVX2 void gw_ulaw_decode_wide(const uint8_t *in, size_t octets, int16_t *pcm)
{
    size_t i;
    for (i = 0; i + 32 <= octets; i += 32)
        ulaw_decode32(in + i, pcm + i);
    for (; i < octets; i++)
        pcm[i] = gw_ulaw_decode(in[i]);
}

#else
typedef int gw_g711_is_not_wide; /* a translation unit is never empty */
#endif
