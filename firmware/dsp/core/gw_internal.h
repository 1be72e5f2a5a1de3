/* What the files of the core share and callers do not see: arithmetic without libm, the transform, concealment. */
#ifndef GW_INTERNAL_H
#define GW_INTERNAL_H

#include "gw_dsp.h"

/* Loops over bins become SIMD: their rows never overlap, and -O2 alone would leave them. The
 * order of additions within a bin stays, so that the bits do too. */
#if defined(__clang__)
#define GW_EACH_BIN _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#pragma GCC optimize("O3")
#define GW_EACH_BIN _Pragma("GCC ivdep")
#else
#define GW_EACH_BIN
#endif

#define GW_ALIGN 16u
#define GW_COS_LENGTH 400
#define GW_TURN 320 /* entries of GW_COS in a full circle */

extern const float GW_COS[GW_COS_LENGTH];

static inline float gw_sin(int index) /* index below GW_TURN */
{
    return -GW_COS[index + 80];
}

/* How many bits a value needs: 0 for 0. */
static inline int gw_width(uint32_t value)
{
#if defined(__GNUC__)
    return value ? 32 - __builtin_clz(value) : 0;
#else
    int bits = 0;
    while (value >> bits)
        bits++;
    return bits;
#endif
}

static inline size_t gw_round_up(size_t octets)
{
    return (octets + GW_ALIGN - 1) & ~(size_t)(GW_ALIGN - 1);
}

static inline int16_t gw_to_sample(float value)
{
    if (value >= 32767.0f)
        return 32767;
    if (value <= -32768.0f)
        return -32768;
    return (int16_t)(int32_t)(value < 0.0f ? value - 0.5f : value + 0.5f);
}

static inline uint32_t gw_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float gw_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Square root of a value >= 0 by Newton's method: the same bits everywhere. */
static inline float gw_sqrt(float value)
{
    float root;
    if (value < 1e-30f)
        return 0.0f;
    root = gw_from_bits(0x1fbd1df5u + (gw_bits(value) >> 1));
    root = 0.5f * (root + value / root);
    root = 0.5f * (root + value / root);
    return 0.5f * (root + value / root);
}

/* Logarithm to base 2 of a normal value > 0; the series of artanh, error below 1e-6. */
static inline float gw_log2(float value)
{
    uint32_t bits = gw_bits(value);
    int32_t exponent = (int32_t)(bits >> 23) - 127;
    float m = gw_from_bits((bits & 0x7fffffu) | 0x3f800000u), t, tt;
    if (m > 1.41421356f) {
        m *= 0.5f;
        exponent++;
    }
    t = (m - 1.0f) / (m + 1.0f);
    tt = t * t;
    return (float)exponent + 2.88539008f * t * (1.0f + tt * (0.333333333f + tt * (0.2f + tt * 0.142857143f)));
}

static inline float gw_decibel(float ratio) /* 10 log10 */
{
    return ratio < 1e-30f ? -300.0f : 3.01029996f * gw_log2(ratio);
}

static inline float gw_energy(const float *x, int n)
{
    float sum = 0.0f;
    int i;
    for (i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

/* Transforms of 2n real samples, n = 80 or 160, to n + 1 bins and back (scaled to give
 * the same samples). `scratch` holds 4n floats; time and spectrum must not overlap it. */
void gw_fft(const float *time, float *re, float *im, int n, float *scratch);
void gw_ifft(const float *re, const float *im, float *time, int n, float *scratch);

/* Concealment of missing frames: the last pitch cycles again, fading out over 60 ms. */
struct gw_conceal {
    int16_t history[3 * GW_FRAME];
    int32_t lost;  /* frames in a row */
    int32_t cycle; /* samples that are repeated */
    int32_t phase;
};

void gw_conceal_init(struct gw_conceal *conceal);
/* A frame has come: remember it, and blend it in if some were missing before. */
void gw_conceal_good(struct gw_conceal *conceal, int16_t frame[GW_FRAME]);
void gw_conceal_lost(struct gw_conceal *conceal, int16_t frame[GW_FRAME]);

#endif
