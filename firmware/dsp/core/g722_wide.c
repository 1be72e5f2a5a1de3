/* G.722 for eight channels at a time. The blocks are those of g722.c, lane by lane. */
#include "g722.h"
#include "eight.h"

#if GW_WIDE

#define PAIRS (GW_SIDE_PART / 2)
#define KEPT (GW_G722_TAPS - 2)

struct band {
    gw_lanes nb, det, s, sz;
    gw_lanes a[2], b[6], d[6], r[2], p[2];
};

struct eight {
    struct band low, high;
    gw_lanes mask;   /* of the bits that a mode sends */
    int32_t mode[GW_SIDE];
    gw_lanes x[KEPT + 2 * PAIRS];
};

/* By rank: how far a code is from the middle. */
static const gw_lanes LEVELS4 = {0, 1200, 2584, 4240, 6288, 8968, 12896, 20456};
static const gw_lanes WEIGHTS4 = {-60, -30, 58, 172, 334, 538, 1198, 3042};

GW_AVX2_INLINE gw_lanes scaled(gw_lanes x, gw_lanes coefficient)
{
    return gw_saturate_lanes(x << 1) * coefficient >> 15;
}

GW_AVX2_INLINE void predict(struct band *s)
{
    gw_lanes poles = gw_saturate_lanes(scaled(s->r[0], s->a[0]) + scaled(s->r[1], s->a[1]));
    gw_lanes sum = gw_min(scaled(s->d[0], s->b[0]), gw_all(32767));
    int i;
    for (i = 1; i < 6; i++)
        sum = gw_saturate_lanes(sum + gw_min(scaled(s->d[i], s->b[i]), gw_all(32767)));
    s->sz = sum;
    s->s = gw_saturate_lanes(poles + sum);
}

GW_AVX2_INLINE void adapt_poles(struct band *s, gw_lanes p)
{
    gw_lanes differ1 = (p ^ s->p[0]) >> 31, differ2 = (p ^ s->p[1]) >> 31;
    gw_lanes slope = gw_saturate_lanes(s->a[0] << 2), a1, a2;
    slope = gw_min(gw_sign_by(slope, ~differ1), gw_all(32767));
    a2 = (slope >> 7) + gw_sign_by(gw_all(128), differ2) + (s->a[1] * 32512 >> 15);
    a2 = gw_within(a2, gw_all(-12288), gw_all(12288));
    a1 = (s->a[0] * 32640 >> 15) + gw_sign_by(gw_all(192), differ1);
    s->a[0] = gw_within(a1, a2 - 15360, 15360 - a2);
    s->a[1] = a2;
    s->p[1] = s->p[0];
    s->p[0] = p;
}

GW_AVX2_INLINE void adapt_zeros(struct band *s, gw_lanes d)
{
    gw_lanes gain = 128 & (d != 0);
    int i;
    for (i = 5; i >= 0; i--) {
        s->b[i] = (s->b[i] * 32640 >> 15) + gw_sign_by(gain, (d ^ s->d[i]) >> 31);
        s->d[i] = i ? s->d[i - 1] : d;
    }
}

GW_AVX2_INLINE void adapt(struct band *s, gw_lanes d)
{
    adapt_poles(s, gw_saturate_lanes(s->sz + d));
    adapt_zeros(s, d);
    s->r[1] = s->r[0];
    s->r[0] = gw_saturate_lanes(s->s + d);
    predict(s);
}

GW_AVX2_INLINE gw_lanes look32(const int16_t *table, gw_lanes index)
{
    gw_lanes x;
    int i;
    for (i = 0; i < GW_SIDE; i++)
        x[i] = table[index[i]];
    return x;
}

GW_AVX2_INLINE void adapt_scale(struct band *s, gw_lanes weight, int greatest)
{
    s->nb = gw_within((s->nb * 127 >> 7) + weight, gw_all(0), gw_all(greatest));
    s->det = gw_shift_right(look32(GW_G722_ILB, s->nb >> 6 & 31) << 1, (greatest >> 11) - (s->nb >> 11)) << 2;
}

GW_AVX2_INLINE void adapt_low(struct band *s, gw_lanes code4)
{
    gw_lanes negative = code4 < 8, rank = (gw_pick(negative, gw_all(8), gw_all(15)) - code4) & 7;
    gw_lanes d = s->det * gw_sign_by(gw_look(LEVELS4, rank), negative) >> 15;
    adapt_scale(s, gw_look(WEIGHTS4, rank), GW_G722_LOW_TOP);
    adapt(s, d);
}

GW_AVX2_INLINE gw_lanes adapt_high(struct band *s, gw_lanes code2)
{
    gw_lanes inner = -(code2 & 1), negative = code2 < 2;
    gw_lanes d = s->det * gw_sign_by(gw_pick(inner, gw_all(1616), gw_all(7408)), negative) >> 15;
    gw_lanes heard = gw_within(s->s + d, gw_all(-16384), gw_all(16383));
    adapt_scale(s, gw_pick(inner, gw_all(-214), gw_all(798)), GW_G722_HIGH_TOP);
    adapt(s, d);
    return heard;
}

GW_AVX2_INLINE gw_lanes quantize_low(const struct band *s, gw_lanes x)
{
    gw_lanes e = gw_saturate_lanes(x - s->s), negative = e >> 31, limit = ((e ^ negative) + 1) << 12, rank = e ^ e;
    int i;
    for (i = 2; i <= 30; i++)
        rank -= s->det * GW_G722_Q6[i] < limit;
    /* table 17: 61 - rank for differences >= 0; 63 and 62, then 33 - rank below */
    return gw_pick(negative, gw_pick(rank < 2, 63 - rank, 33 - rank), 61 - rank);
}

GW_AVX2_INLINE gw_lanes quantize_high(const struct band *s, gw_lanes x)
{
    gw_lanes e = gw_saturate_lanes(x - s->s), negative = e >> 31;
    gw_lanes outer = (e ^ negative) >= s->det * 564 >> 12;
    return 3 + (negative & -2) + outer;
}

GW_AVX2_INLINE gw_lanes filter(const gw_lanes *x, const int16_t *taps, int start, int step)
{
    gw_lanes sum = x[start] * taps[start];
    int i;
    for (i = start + step; i < GW_G722_TAPS; i += step)
        sum += x[i] * taps[i];
    return sum;
}

GW_AVX2 static void encode_rows(struct eight *e, size_t pairs, uint8_t *const out[], size_t count)
{
    size_t i, lane;
    for (i = 0; i < pairs; i++) {
        gw_lanes even = filter(e->x + 2 * i, GW_G722_QMF_SUM, 0, 2), odd = filter(e->x + 2 * i, GW_G722_QMF_SUM, 1, 2);
        gw_lanes low = quantize_low(&e->low, (odd + even) >> 14), high = quantize_high(&e->high, (odd - even) >> 14);
        gw_lanes octet = (high << 6 | low) & e->mask;
        adapt_low(&e->low, low >> 2);
        adapt_high(&e->high, high);
        for (lane = 0; lane < count; lane++)
            out[lane][i] = (uint8_t)octet[lane];
    }
}

GW_AVX2_INLINE gw_lanes low_levels(const struct eight *e, gw_lanes code6)
{
    gw_lanes x;
    int i;
    for (i = 0; i < GW_SIDE; i++)
        x[i] = e->mode[i] == 1 ? GW_G722_QM6[code6[i]] : e->mode[i] == 2 ? GW_G722_QM5[code6[i] >> 1] : GW_G722_QM4[code6[i] >> 2];
    return x;
}

GW_AVX2 static void decode_rows(struct eight *e, const uint8_t *const in[], size_t pairs, size_t count)
{
    size_t i, lane;
    for (i = 0; i < pairs; i++) {
        gw_lanes octet = gw_all(0), low, high;
        for (lane = 0; lane < count; lane++)
            octet[lane] = in[lane][i];
        low = e->low.s + (e->low.det * low_levels(e, octet & 63) >> 15);
        low = gw_within(low, gw_all(-16384), gw_all(16383));
        adapt_low(&e->low, octet >> 2 & 15);
        high = adapt_high(&e->high, octet >> 6);
        e->x[KEPT + 2 * i] = low + high;
        e->x[KEPT + 2 * i + 1] = low - high;
    }
}

GW_AVX2 static void put_band(struct band *b, int lane, const struct gw_g722_band *s)
{
    const int32_t *from = (const int32_t *)(const void *)s;
    gw_lanes *to = (gw_lanes *)(void *)b;
    size_t i;
    for (i = 0; i < sizeof *s / sizeof *from; i++) /* both have the same fields in the same order */
        to[i][lane] = from[i];
}

GW_AVX2 static void get_band(const struct band *b, int lane, struct gw_g722_band *s)
{
    const gw_lanes *from = (const gw_lanes *)(const void *)b;
    int32_t *to = (int32_t *)(void *)s;
    size_t i;
    for (i = 0; i < sizeof *s / sizeof *to; i++)
        to[i] = from[i][lane];
}

GW_AVX2 static void load_states(struct eight *e, struct gw_g722 *const s[], size_t count)
{
    int lane, i;
    for (lane = 0; lane < GW_SIDE; lane++) {
        const struct gw_g722 *one = s[(size_t)lane < count ? lane : 0];
        put_band(&e->low, lane, &one->low);
        put_band(&e->high, lane, &one->high);
        e->mode[lane] = one->mode;
        e->mask[lane] = 0xff << (one->mode - 1) & 0xff;
        for (i = 0; i < KEPT; i++)
            e->x[i][lane] = one->past[i];
    }
}

GW_AVX2 static void store_states(const struct eight *e, struct gw_g722 *const s[], size_t count)
{
    int lane, i;
    for (lane = 0; lane < (int)count; lane++) {
        get_band(&e->low, lane, &s[lane]->low);
        get_band(&e->high, lane, &s[lane]->high);
        for (i = 0; i < KEPT; i++)
            s[lane]->past[i] = (int16_t)e->x[i][lane];
    }
}

GW_AVX2 void gw_g722_encode_wide(struct gw_g722 *const s[], const int16_t *const pcm[], size_t count, size_t samples,
                                 uint8_t *const out[])
{
    struct eight e;
    uint8_t *to[GW_SIDE];
    size_t at, part, lane, i;
    load_states(&e, s, count);
    for (at = 0; at < samples; at += part) {
        part = samples - at < 2 * PAIRS ? samples - at : 2 * PAIRS;
        for (lane = 0; lane < GW_SIDE; lane++)
            for (i = 0; i < part; i++)
                e.x[KEPT + i][lane] = lane < count ? pcm[lane][at + i] : 0;
        for (lane = 0; lane < count; lane++)
            to[lane] = out[lane] + at / 2;
        encode_rows(&e, part / 2, to, count);
        memmove(e.x, e.x + part, KEPT * sizeof e.x[0]);
    }
    store_states(&e, s, count);
}

GW_AVX2 void gw_g722_decode_wide(struct gw_g722 *const s[], const uint8_t *const in[], size_t count, size_t octets,
                                 int16_t *const pcm[])
{
    struct eight e;
    const uint8_t *from[GW_SIDE];
    size_t at, part, lane, i;
    load_states(&e, s, count);
    for (at = 0; at < octets; at += part) {
        part = octets - at < PAIRS ? octets - at : PAIRS;
        for (lane = 0; lane < count; lane++)
            from[lane] = in[lane] + at;
        decode_rows(&e, from, part, count);
        for (i = 0; i < part; i++) {
            gw_lanes first = gw_saturate_lanes(filter(e.x + 2 * i, GW_G722_QMF_FIRST, 1, 2) >> 11);
            gw_lanes second = gw_saturate_lanes(filter(e.x + 2 * i, GW_G722_QMF_SECOND, 0, 2) >> 11);
            for (lane = 0; lane < count; lane++) {
                pcm[lane][2 * (at + i)] = (int16_t)first[lane];
                pcm[lane][2 * (at + i) + 1] = (int16_t)second[lane];
            }
        }
        memmove(e.x, e.x + 2 * part, KEPT * sizeof e.x[0]);
    }
    store_states(&e, s, count);
}

#else
typedef int gw_g722_is_not_wide;
#endif
