/* 8 kHz to 16 kHz and back: one half-band filter of 63 taps, linear phase, as two branches.
 *
 * 0 .. 3400 Hz passes within 0.002 dB and what lies above 4600 Hz (or would fold from there) is
 * 75 dB down; between, the slope is symmetric about 4000 Hz. Every other tap of a half-band
 * filter is zero except the middle one, so that half the samples only wait.
 */
#include "gw_internal.h"

#define TAPS 32 /* of the branch that is not a delay */
#define KEPT (TAPS - 1)
#define CHUNK 80

/* Equiripple, Q15; the sum is exactly one, so that a constant stays what it is. */
static const int16_t BRANCH[TAPS] = {
    -9, 20, -40, 73, -124, 198, -302, 446, -640, 903, -1262, 1769, -2534, 3843, -6752, 20795,
    20795, -6752, 3843, -2534, 1769, -1262, 903, -640, 446, -302, 198, -124, 73, -40, 20, -9};

void gw_resampler_init(struct gw_resampler *r)
{
    memset(r, 0, sizeof *r);
}

/* Half the sum of products: the whole may need 33 bits. */
static int filter(const int16_t *x)
{
    int older = 0, newer = 0, i;
    for (i = 0; i < TAPS / 2; i++)
        older += x[i] * BRANCH[i];
    for (; i < TAPS; i++)
        newer += x[i] * BRANCH[i];
    return (older >> 1) + (newer >> 1);
}

static int16_t clip(int value)
{
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

static void up(struct gw_resampler *r, const int16_t *in, size_t samples, int16_t *out)
{
    int16_t x[KEPT + CHUNK];
    size_t i;
    memcpy(x, r->even, KEPT * sizeof *x);
    memcpy(x + KEPT, in, samples * sizeof *x);
    for (i = 0; i < samples; i++) {
        out[2 * i] = x[i + TAPS / 2 - 1];
        out[2 * i + 1] = clip((filter(x + i) + 8192) >> 14);
    }
    memcpy(r->even, x + samples, KEPT * sizeof *x);
}

/* The even samples wait in the middle of the odd ones. */
static void down(struct gw_resampler *r, const int16_t *in, size_t samples, int16_t *out)
{
    int16_t even[KEPT + CHUNK], odd[KEPT + CHUNK];
    size_t i;
    memcpy(even, r->even, KEPT * sizeof *even);
    memcpy(odd, r->odd, KEPT * sizeof *odd);
    for (i = 0; i < samples; i++) {
        even[KEPT + i] = in[2 * i];
        odd[KEPT + i] = in[2 * i + 1];
    }
    for (i = 0; i < samples; i++)
        out[i] = clip((filter(odd + i) + even[i + TAPS / 2] * 16384 + 16384) >> 15);
    memcpy(r->even, even + samples, KEPT * sizeof *even);
    memcpy(r->odd, odd + samples, KEPT * sizeof *odd);
}

void gw_upsample(struct gw_resampler *r, const int16_t *in, size_t samples, int16_t *out)
{
    size_t at, part;
    for (at = 0; at < samples; at += part) {
        part = samples - at < CHUNK ? samples - at : CHUNK;
        up(r, in + at, part, out + 2 * at);
    }
}

void gw_downsample(struct gw_resampler *r, const int16_t *in, size_t samples, int16_t *out)
{
    size_t at, part, pairs = samples / 2;
    for (at = 0; at < pairs; at += part) {
        part = pairs - at < CHUNK ? pairs - at : CHUNK;
        down(r, in + 2 * at, part, out + at);
    }
}
