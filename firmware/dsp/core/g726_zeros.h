/* The predictor of G.726 at work: its multiplication, and its six zeros. By hand for processors with the DSP
 * instructions of Armv7E-M, in C for all others: the bits are the same. */
#ifndef GW_G726_ZEROS_H
#define GW_G726_ZEROS_H

#include "gw_internal.h"

#if defined(__GNUC__)
#define GW_INSIDE static inline __attribute__((always_inline))
#else
#define GW_INSIDE static inline
#endif

GW_INSIDE int gw_g726_wrap16(int value)
{
    return (int16_t)(uint16_t)value;
}

GW_INSIDE int gw_g726_tone(const struct gw_g726 *s) /* a partial band signal, by the second pole */
{
    return s->a[1] < -11776;
}

/* How far a magnitude below 2^15 and a 1 behind it are from bit 31: there is always a bit, and 0 has the mantissa
 * of 1. */
GW_INSIDE int gw_g726_distance(unsigned mag)
{
    return 32 - gw_width(2 * mag + 1);
}

GW_INSIDE unsigned gw_g726_mantissa(unsigned mag, int far)
{
    return (mag << far >> 25 & 31) | 32;
}

/* Blocks FLOATA and FLOATB. */
GW_INSIDE struct gw_g726_past gw_g726_to_past(int sign, unsigned mag)
{
    int far = gw_g726_distance(mag);
    struct gw_g726_past past = {(34 - far) * 65536 + (int)(gw_g726_mantissa(mag, far) << 5), sign * 128};
    return past;
}

#if defined(__ARM_FEATURE_DSP) && defined(__thumb2__) && defined(__GNUC__)

/* What compilers make of the C below takes half as much again. The coefficient without its two last bits is in `b`. */
#define GW_MAGNITUDE \
    "eor %[m], %[b], %[b], asr #31\n\t" \
    "sub %[m], %[m], %[b], asr #31\n\t"
#define GW_FMULT \
    "add %[far], %[one], %[m], lsl #1\n\t" \
    "clz %[far], %[far]\n\t" \
    "lsl %[m], %[m], %[far]\n\t" \
    "ubfx %[m], %[m], #25, #5\n\t" \
    "orr %[m], %[m], #32\n\t" \
    "smlabb %[m], %[m], %[shape], %[round]\n\t" \
    "sub %[far], %[far], %[shape], asr #16\n\t" \
    "bfc %[m], #0, #9\n\t" \
    "lsr %[m], %[m], %[far]\n\t" \
    "ubfx %[m], %[m], #0, #15\n\t" \
    "eor %[b], %[b], %[turn]\n\t" \
    "orr %[b], %[one], %[b], asr #31\n\t" \
    "mla %[sum], %[m], %[b], %[sum]"

GW_INSIDE int gw_g726_add_fmult(int sum, int coefficient, struct gw_g726_past signal)
{
    int b = coefficient >> 2, m, far;
    __asm__(GW_MAGNITUDE GW_FMULT
            : [sum] "+&r"(sum), [b] "+&r"(b), [m] "=&r"(m), [far] "=&r"(far)
            : [shape] "r"(signal.shape), [turn] "r"(signal.turn), [one] "r"(1), [round] "r"(48 << 5));
    return sum;
}

/* UPB, XOR and FMULT of one zero: `now` takes the place of `past` in the delay line. */
#define GW_TAP(i, now, past) \
    __asm__ volatile("ldrsh %[b], [%[s], %[at_b]]\n\t" \
                     "ldrd %[old], %[sign], [%[s], %[at_d]]\n\t" \
                     "strd %[shape], %[turn], [%[s], %[at_d]]\n\t" \
                     "mla %[m], %[sign], %[way], %[b]\n\t" \
                     "sub %[b], %[m], %[b], asr #8\n\t" \
                     "strh %[b], [%[s], %[at_b]]\n\t" \
                     "sbfx %[b], %[b], #2, #14\n\t" GW_MAGNITUDE "ubfx %[m], %[m], #0, #13\n\t" GW_FMULT \
                     : [sum] "+&r"(sum), [b] "=&r"(b), [m] "=&r"(m), [far] "=&r"(far), [old] "=&r"(past.shape), \
                       [sign] "=&r"(past.turn) \
                     : [shape] "r"(now.shape), [turn] "r"(now.turn), [one] "r"(1), [round] "r"(48 << 5), \
                       [way] "r"(way), [s] "r"(s), [at_b] "i"(__builtin_offsetof(struct gw_g726, b) + 2 * (i)), \
                       [at_d] "i"(__builtin_offsetof(struct gw_g726, dq) + 8 * (i)) \
                     : "memory")

GW_INSIDE int gw_g726_run_zeros(struct gw_g726 *s, struct gw_g726_past newest, int way)
{
    struct gw_g726_past other;
    int sum = 0, b, m, far;
    GW_TAP(0, newest, other);
    GW_TAP(1, other, newest);
    GW_TAP(2, newest, other);
    GW_TAP(3, other, newest);
    GW_TAP(4, newest, other);
    GW_TAP(5, other, newest);
    return sum;
}

#else

GW_INSIDE int gw_g726_add_fmult(int sum, int coefficient, struct gw_g726_past signal)
{
    int an = coefficient >> 2, negative = an >> 31, far;
    unsigned mag = (unsigned)((an ^ negative) - negative) & 8191, product;
    far = gw_g726_distance(mag);
    product = gw_g726_mantissa(mag, far) * (unsigned)(signal.shape & 65535) + (48 << 5);
    product = (product & ~511u) >> (far - (signal.shape >> 16)) & 32767;
    return sum + (int)product * ((an ^ signal.turn) >> 31 | 1);
}

/* UPB and XOR: the zeros, `way` is the sign of what is newest, or 0 if that is nothing; then their next sum. */
GW_INSIDE int gw_g726_run_zeros(struct gw_g726 *s, struct gw_g726_past newest, int way)
{
    int sum = 0, i;
    for (i = 0; i < 6; i++) {
        struct gw_g726_past past = s->dq[i];
        s->b[i] = (int16_t)gw_g726_wrap16(s->b[i] + way * past.turn - (s->b[i] >> 8));
        sum = gw_g726_add_fmult(sum, s->b[i], newest);
        s->dq[i] = newest;
        newest = past;
    }
    return sum;
}

#endif

#endif
