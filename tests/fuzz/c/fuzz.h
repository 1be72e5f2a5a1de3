/* What the fuzz targets of the core share: reading the input, signals made from little of it, demands.
 *
 * A target is LLVMFuzzerTestOneInput in a file of its own. With clang it is linked to libFuzzer, with
 * any other compiler to replay.c. Objects lie in memory of exactly the size that they ask for, so that
 * AddressSanitizer sees one octet too many.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

#include "gw_dsp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets);

#define DEMAND(what) ((what) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #what))

static inline void fuzz_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: it does not hold that %s\n", file, line, what);
    abort();
}

struct input {
    const uint8_t *at;
    size_t left;
};

static inline uint8_t octet(struct input *in) /* 0 beyond the end */
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->at++;
}

static inline uint32_t word(struct input *in)
{
    uint32_t value = octet(in);
    value = value << 8 | octet(in);
    return value << 8 | octet(in);
}

/* Up to `octets` of the input, copied to the end of a block of their own, to be freed. */
static inline uint8_t *take(struct input *in, size_t octets, size_t *taken)
{
    uint8_t *copy;
    *taken = octets < in->left ? octets : in->left;
    copy = malloc(*taken ? *taken : 1);
    if (*taken)
        memcpy(copy, in->at, *taken);
    in->at += *taken;
    in->left -= *taken;
    return copy;
}

/* Not an octet more, and full of rubbish; what malloc gives is aligned to 16 octets, as the core wants it. */
static inline void *memory(size_t octets)
{
    void *block;
    DEMAND(octets != 0);
    block = malloc(octets);
    memset(block, 0xa5, octets);
    return block;
}

/* Sound of a few octets' description. */
enum { RAW, SILENCE, CONSTANT, SQUARE, TRIANGLE, NOISE, IMPULSES, DIGIT, SIGNALS };

struct signal {
    uint8_t kind, period;
    int32_t peak, at;
    uint32_t seed, phase[2];
};

static inline struct signal signal_of(struct input *in)
{
    struct signal s = {0};
    uint8_t first = octet(in);
    s.kind = first % SIGNALS;
    s.period = octet(in);
    s.peak = first & 128 ? 32768 : octet(in) << 7;
    s.seed = 1u + first;
    return s;
}

static inline int32_t triangle(uint32_t phase) /* -16384 .. 16384 */
{
    int32_t x = (int32_t)(phase >> 16);
    return (x < 32768 ? x : 65535 - x) - 16384;
}

static inline int32_t digit_sample(struct signal *s)
{
    static const uint32_t HZ[8] = {697, 770, 852, 941, 1209, 1336, 1477, 1633};
    s->phase[0] += HZ[s->period & 3] * 536871u;
    s->phase[1] += HZ[4 + (s->period >> 2 & 3)] * 536871u;
    return (triangle(s->phase[0]) + triangle(s->phase[1])) * (s->peak >> 7) >> 8;
}

static inline int16_t signal_next(struct signal *s, struct input *in)
{
    int32_t at = s->at++, value = 0;
    switch (s->kind) {
    case RAW: value = (int16_t)(octet(in) << 8 | octet(in)); break;
    case CONSTANT: value = s->period & 1 ? s->peak : -s->peak; break;
    case SQUARE: value = at / (1 + s->period) % 2 ? s->peak : -s->peak; break;
    case TRIANGLE: value = triangle((uint32_t)at * (s->period << 20)) * (s->peak >> 7) >> 7; break;
    case NOISE: s->seed = s->seed * 1664525u + 1013904223u; value = (int32_t)(s->seed >> 16) * s->peak / 32768 - s->peak; break;
    case IMPULSES: value = at % (1 + 16 * s->period) ? 0 : s->peak; break;
    case DIGIT: value = digit_sample(s); break;
    default: break;
    }
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

static inline void signal_fill(struct signal *s, struct input *in, int16_t *pcm, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++)
        pcm[i] = signal_next(s, in);
}

static inline int plausible(float value)
{
    return value > -1000.0f && value < 1000.0f; /* neither NaN nor infinite */
}

/* Between these no arithmetic gave NaN, an infinity or a division by nothing. */
static inline void watch_arithmetic(void)
{
    feclearexcept(FE_ALL_EXCEPT);
}

static inline void demand_sound_arithmetic(void)
{
    DEMAND(!fetestexcept(FE_INVALID));
    DEMAND(!fetestexcept(FE_DIVBYZERO));
    DEMAND(!fetestexcept(FE_OVERFLOW));
}

#endif
