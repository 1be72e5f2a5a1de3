/* ITU-T G.722: 16 kHz speech in 64 kbit/s, two bands of ADPCM behind a quadrature mirror filter.
 *
 * Blocks have the Recommendation's names (chapter 6). An octet holds two bits of the higher
 * band above six of the lower; modes 2 and 3 give one or two of the lowest away (table 1).
 */
#include "g722_zeros.h"

#define PAIRS 80 /* that pass through the filter at a time */
#define KEPT (GW_G722_TAPS - 2)

/* A band at work: a copy whose parts stay in registers. */
struct work {
    int nb, det, s, sz, a1, a2, r1, r2, p1, p2;
    struct gw_zeros zeros;
};

static inline struct work load(const struct gw_g722_band *band)
{
    struct work w;
    w.nb = band->nb;
    w.det = band->det;
    w.s = band->s;
    w.sz = band->sz;
    w.a1 = band->a[0];
    w.a2 = band->a[1];
    w.r1 = band->r[0];
    w.r2 = band->r[1];
    w.p1 = band->p[0];
    w.p2 = band->p[1];
    gw_zeros_load(&w.zeros, band);
    return w;
}

static inline void store(const struct work *w, struct gw_g722_band *band)
{
    band->nb = w->nb;
    band->det = w->det;
    band->s = w->s;
    band->sz = w->sz;
    band->a[0] = w->a1;
    band->a[1] = w->a2;
    band->r[0] = w->r1;
    band->r[1] = w->r2;
    band->p[0] = w->p1;
    band->p[1] = w->p2;
    gw_zeros_store(&w->zeros, band);
}

/* UPPOL2, UPPOL1: the poles, by the signs of the partial reconstructions. */
static inline void adapt_poles(struct work *s, int p)
{
    int differ1 = (p ^ s->p1) >> 31, differ2 = (p ^ s->p2) >> 31; /* masks: a branch here would be a guess */
    int slope = gw_saturate16(s->a1 * 4), a1, a2, bound;
    slope = (slope ^ ~differ1) - ~differ1;
    slope = slope > 32767 ? 32767 : slope;
    a2 = (slope >> 7) + ((128 ^ differ2) - differ2) + (s->a2 * 32512 >> 15);
    a2 = a2 > 12288 ? 12288 : a2 < -12288 ? -12288 : a2;
    a1 = (s->a1 * 32640 >> 15) + ((192 ^ differ1) - differ1);
    bound = 15360 - a2;
    s->a1 = a1 > bound ? bound : a1 < -bound ? -bound : a1;
    s->a2 = a2;
    s->p2 = s->p1;
    s->p1 = p;
}

/* RECONS, PARREC and block 4: one quantized difference into the predictor. */
static inline void adapt(struct work *s, int d)
{
    int poles;
    adapt_poles(s, gw_saturate16(s->sz + d));
    s->r2 = s->r1;
    s->r1 = gw_saturate16(s->s + d);
    poles = (gw_saturate16(s->r1 * 2) * s->a1 >> 15) + (gw_saturate16(s->r2 * 2) * s->a2 >> 15); /* FILTEP */
    s->sz = gw_zeros_run(&s->zeros, d);
    s->s = gw_saturate16(gw_saturate16(poles) + s->sz); /* PREDIC */
}

/* LOGSCL and SCALEL, LOGSCH and SCALEH: the logarithm of the scale factor, and the factor. */
static inline void adapt_scale(struct work *s, int weight, int greatest)
{
    int nb = (s->nb * 127 >> 7) + weight;
    s->nb = nb < 0 ? 0 : nb > greatest ? greatest : nb;
    s->det = (GW_G722_ILB[(s->nb >> 6) & 31] << 1) >> ((greatest >> 11) - (s->nb >> 11)) << 2;
}

static inline void adapt_low(struct work *s, unsigned code4)
{
    int d = s->det * GW_G722_QM4[code4] >> 15;
    adapt_scale(s, GW_G722_WL[code4], GW_G722_LOW_TOP);
    adapt(s, d);
}

static inline int adapt_high(struct work *s, unsigned code2)
{
    int d = s->det * GW_G722_QM2[code2] >> 15, heard = gw_limit15(s->s + d);
    adapt_scale(s, GW_G722_WH[code2], GW_G722_HIGH_TOP);
    adapt(s, d);
    return heard;
}

/* QUANTL: how many decision levels a magnitude reaches, by halving; masks again instead of branches. */
static inline unsigned quantize_low(const struct work *s, int x)
{
    int e = gw_saturate16(x - s->s), negative = e >> 31, limit = ((e ^ negative) + 1) << 12, rank = 0, step;
    for (step = 16; step; step >>= 1)
        rank += step & (GW_G722_Q6[rank + step + 1] * s->det - limit) >> 31;
    return GW_G722_IL[-negative][rank > 29 ? 30 : rank + 1];
}

static inline unsigned quantize_high(const struct work *s, int x)
{
    int e = gw_saturate16(x - s->s), negative = e >> 31, outer = (e ^ negative) >= 564 * s->det >> 12;
    return (unsigned)(3 + 2 * negative - outer);
}

void gw_g722_init(struct gw_g722 *s, int32_t mode)
{
    memset(s, 0, sizeof *s);
    s->mode = mode;
    s->low.det = 32;
    s->high.det = 8;
}

struct two {
    int first, second;
};

#if GW_WIDE
typedef int32_t four __attribute__((vector_size(16)));

static inline four products(const int16_t *x, const int16_t *taps) /* of eight words, added in pairs */
{
    gw_eight_words a, b;
    memcpy(&a, x, sizeof a);
    memcpy(&b, taps, sizeof b);
    return (four)__builtin_ia32_pmaddwd128(a, b);
}

/* The sums of 24 samples under two rows of taps. */
static inline struct two filter(const int16_t *x, const int16_t *first, const int16_t *second)
{
    four a = products(x, first) + products(x + 8, first + 8) + products(x + 16, first + 16);
    four b = products(x, second) + products(x + 8, second + 8) + products(x + 16, second + 16);
    four both = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    struct two sums = {both[0] + both[2], both[1] + both[3]};
    return sums;
}
#else
static struct two filter(const int16_t *x, const int16_t *first, const int16_t *second)
{
    struct two sums = {0, 0};
    int i;
    for (i = 0; i < GW_G722_TAPS; i++) {
        sums.first += x[i] * first[i];
        sums.second += x[i] * second[i];
    }
    return sums;
}
#endif

static void encode_part(struct gw_g722 *s, const int16_t *pcm, size_t pairs, uint8_t *out)
{
    int16_t x[KEPT + 2 * PAIRS];
    unsigned mask = 0xffu << (s->mode - 1) & 0xffu;
    struct work lower = load(&s->low), higher = load(&s->high);
    size_t i;
    memcpy(x, s->past, sizeof s->past);
    memcpy(x + KEPT, pcm, 2 * pairs * sizeof *pcm);
    for (i = 0; i < pairs; i++) {
        struct two band = filter(x + 2 * i, GW_G722_QMF_SUM, GW_G722_QMF_DIFFERENCE);
        unsigned low = quantize_low(&lower, band.first >> 14), high = quantize_high(&higher, band.second >> 14);
        adapt_low(&lower, low >> 2);
        adapt_high(&higher, high);
        out[i] = (uint8_t)((high << 6 | low) & mask);
    }
    memcpy(s->past, x + 2 * pairs, sizeof s->past);
    store(&lower, &s->low);
    store(&higher, &s->high);
}

static inline int low_difference(const struct work *s, int mode, unsigned code6)
{
    int level = mode == 1 ? GW_G722_QM6[code6] : mode == 2 ? GW_G722_QM5[code6 >> 1] : GW_G722_QM4[code6 >> 2];
    return s->det * level >> 15;
}

static void decode_part(struct gw_g722 *s, const uint8_t *in, size_t pairs, int16_t *pcm)
{
    int16_t x[KEPT + 2 * PAIRS];
    struct work lower = load(&s->low), higher = load(&s->high);
    int mode = s->mode;
    size_t i;
    memcpy(x, s->past, sizeof s->past);
    for (i = 0; i < pairs; i++) {
        unsigned code = in[i] & 63u;
        int low = gw_limit15(lower.s + low_difference(&lower, mode, code)), high;
        adapt_low(&lower, code >> 2);
        high = adapt_high(&higher, in[i] >> 6);
        x[KEPT + 2 * i] = (int16_t)(low + high);
        x[KEPT + 2 * i + 1] = (int16_t)(low - high);
    }
    for (i = 0; i < pairs; i++) {
        struct two sample = filter(x + 2 * i, GW_G722_QMF_FIRST, GW_G722_QMF_SECOND);
        pcm[2 * i] = (int16_t)gw_saturate16(sample.first >> 11);
        pcm[2 * i + 1] = (int16_t)gw_saturate16(sample.second >> 11);
    }
    memcpy(s->past, x + 2 * pairs, sizeof s->past);
    store(&lower, &s->low);
    store(&higher, &s->high);
}

void gw_g722_encode(struct gw_g722 *s, const int16_t *pcm, size_t samples, uint8_t *out)
{
    size_t pairs = samples / 2, at, part;
    for (at = 0; at < pairs; at += part) {
        part = pairs - at < PAIRS ? pairs - at : PAIRS;
        encode_part(s, pcm + 2 * at, part, out + at);
    }
}

void gw_g722_decode(struct gw_g722 *s, const uint8_t *in, size_t octets, int16_t *pcm)
{
    size_t at, part;
    for (at = 0; at < octets; at += part) {
        part = octets - at < PAIRS ? octets - at : PAIRS;
        decode_part(s, in + at, part, pcm + 2 * at);
    }
}
