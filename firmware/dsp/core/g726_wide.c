/* G.726 at 32 kbit/s for eight channels at a time. The blocks are those of g726.c, lane by lane. */
#include "eight.h"

#if GW_WIDE

struct floating { /* FLOATA and FLOATB apart: sign as a mask */
    gw_lanes negative, exponent, mantissa;
};

struct eight {
    gw_lanes yl, yu, dms, dml, ap, td;
    gw_lanes a[2], b[6], pk[2];
    struct floating dq[6], sr[2];
};

struct step {
    gw_lanes sez, se, y;
};

static const gw_lanes LEVELS = {-2048, 4, 135, 213, 273, 323, 373, 425};
static const gw_lanes WEIGHTS = {-12, 18, 41, 64, 112, 198, 355, 1122};
static const gw_lanes SPEEDS = {0, 0, 0, 1, 1, 1, 3, 7};
static const int16_t DECISIONS[7] = {-124, 80, 178, 246, 300, 349, 400};

GW_AVX2_INLINE gw_lanes wrap16(gw_lanes x)
{
    return x << 16 >> 16;
}

GW_AVX2_INLINE struct floating to_float(gw_lanes negative, gw_lanes mag)
{
    gw_lanes bits = gw_float_bits(mag);
    struct floating f = {negative, gw_max(bits >> 23, gw_all(126)) - 126, (bits >> 18 & 31) | 32};
    return f;
}

GW_AVX2_INLINE gw_lanes fmult(gw_lanes coefficient, const struct floating *signal)
{
    gw_lanes negative = coefficient >> 31;
    struct floating an = to_float(negative, gw_absolute(coefficient >> 2) & 8191);
    gw_lanes product = (gw_short_product(an.mantissa, signal->mantissa) + 48) >> 4 << 9;
    return gw_sign_by(gw_shift_right(product, 28 - an.exponent - signal->exponent) & 32767, negative ^ signal->negative);
}

GW_AVX2_INLINE struct step predict(const struct eight *s)
{
    gw_lanes sum = fmult(s->b[0], &s->dq[0]), mix = s->yu - (s->yl >> 6), al = gw_min(s->ap >> 2, gw_all(64));
    struct step step;
    int i;
    for (i = 1; i < 6; i++)
        sum += fmult(s->b[i], &s->dq[i]);
    step.sez = wrap16(sum) >> 1;
    step.se = wrap16(sum + fmult(s->a[0], &s->sr[0]) + fmult(s->a[1], &s->sr[1])) >> 1;
    step.y = (s->yl >> 6) + gw_sign_by(gw_short_product(gw_absolute(mix), al) >> 6, mix >> 31);
    return step;
}

/* QUAN: |I|; the sign is that of the difference, and of 0 always negative. */
GW_AVX2_INLINE gw_lanes quantize(gw_lanes d, gw_lanes y)
{
    gw_lanes bits = gw_float_bits(gw_absolute(d) & 32767), rank = d ^ d;
    gw_lanes log = ((gw_max(bits >> 23, gw_all(127)) - 127) << 7) + (bits >> 16 & 127) - (y >> 2);
    int i;
    for (i = 0; i < 7; i++)
        rank -= log >= DECISIONS[i];
    return rank;
}

GW_AVX2_INLINE gw_lanes dequantize(gw_lanes rank, gw_lanes y)
{
    gw_lanes log = gw_look(LEVELS, rank) + (y >> 2);
    return gw_shift_right((128 + (log & 127)) << 7, (14 - (log >> 7)) & 15) & (log >= 0);
}

GW_AVX2_INLINE gw_lanes transition(const struct eight *s, gw_lanes mag)
{
    gw_lanes whole = s->yl >> 15, fraction = s->yl >> 10 & 31;
    gw_lanes threshold = gw_pick(whole > 9, gw_all(31 << 10), (32 + fraction) << gw_min(whole, gw_all(10)));
    return s->td & (mag > (threshold + (threshold >> 1)) >> 1);
}

GW_AVX2_INLINE void adapt_scale(struct eight *s, gw_lanes rank, gw_lanes y)
{
    s->yu = gw_within(y + (((gw_look(WEIGHTS, rank) << 5) - y) >> 5), gw_all(544), gw_all(5120));
    s->yl += s->yu + (-s->yl >> 6);
}

GW_AVX2_INLINE void adapt_speed(struct eight *s, gw_lanes rank, gw_lanes y, gw_lanes tone, gw_lanes tr)
{
    gw_lanes f = gw_look(SPEEDS, rank), fast;
    s->dms += ((f << 9) - s->dms) >> 5;
    s->dml += ((f << 11) - s->dml) >> 7;
    fast = (y < 1536) | tone | (gw_absolute((s->dms << 2) - s->dml) >= s->dml >> 3);
    s->ap = gw_pick(tr, gw_all(256), s->ap + (((fast & 512) - s->ap) >> 4));
}

GW_AVX2_INLINE void adapt_poles(struct eight *s, gw_lanes pk, gw_lanes zero)
{
    gw_lanes flip1 = pk ^ s->pk[0], flip2 = pk ^ s->pk[1];
    gw_lanes f = gw_within(s->a[0], gw_all(-8191), gw_all(8191)) << 2;
    gw_lanes gain2 = gw_sign_by(gw_all(16384), flip2) - gw_sign_by(f, flip1);
    gw_lanes a2 = gw_within(s->a[1] + (gain2 >> 7 & ~zero) - (s->a[1] >> 7), gw_all(-12288), gw_all(12288));
    gw_lanes a1 = s->a[0] + (gw_sign_by(gw_all(192), flip1) & ~zero) - (s->a[0] >> 8), bound = 15360 - a2;
    s->a[1] = a2;
    s->a[0] = gw_within(a1, -bound, bound);
}

GW_AVX2_INLINE void adapt_zeros(struct eight *s, gw_lanes negative, gw_lanes mag)
{
    gw_lanes step = 128 & (mag != 0);
    int i;
    for (i = 0; i < 6; i++)
        s->b[i] = wrap16(s->b[i] + gw_sign_by(step, negative ^ s->dq[i].negative) - (s->b[i] >> 8));
}

GW_AVX2_INLINE void forget(struct eight *s, gw_lanes tr) /* TRIGB */
{
    int i;
    for (i = 0; i < 6; i++)
        s->b[i] &= ~tr;
    s->a[0] &= ~tr;
    s->a[1] &= ~tr;
}

GW_AVX2_INLINE gw_lanes adapt(struct eight *s, const struct step *step, gw_lanes rank, gw_lanes negative)
{
    gw_lanes mag = dequantize(rank, step->y), dq = gw_sign_by(mag, negative);
    gw_lanes sr = wrap16(step->se + dq), partial = wrap16(step->sez + dq), tr = transition(s, mag), tone;
    int i;
    adapt_scale(s, rank, step->y);
    adapt_poles(s, partial >> 31, partial == 0);
    adapt_zeros(s, negative, mag);
    tone = s->a[1] < -11776;
    adapt_speed(s, rank, step->y, tone, tr);
    s->td = tone & ~tr;
    forget(s, tr);
    for (i = 5; i > 0; i--)
        s->dq[i] = s->dq[i - 1];
    s->dq[0] = to_float(negative, mag);
    s->sr[1] = s->sr[0];
    s->sr[0] = to_float(sr >> 31, gw_absolute(sr) & 32767);
    s->pk[1] = s->pk[0];
    s->pk[0] = partial >> 31;
    return sr;
}

GW_AVX2_INLINE gw_lanes to_sample(gw_lanes sr)
{
    return gw_pick(sr > 8191, gw_all(32767), gw_pick(sr < -8192, gw_all(-32768), sr << 2));
}

GW_AVX2 static void put_past(struct floating *f, int lane, const struct gw_g726_past *past)
{
    f->negative[lane] = past->turn >> 31;
    f->exponent[lane] = (past->shape >> 16) - 3;
    f->mantissa[lane] = past->shape >> 5 & 63;
}

GW_AVX2 static void get_past(const struct floating *f, int lane, struct gw_g726_past *past)
{
    past->shape = (f->exponent[lane] + 3) * 65536 + f->mantissa[lane] * 32;
    past->turn = f->negative[lane] ? -128 : 128;
}

GW_AVX2 static void put_state(struct eight *e, int lane, const struct gw_g726 *s)
{
    int i;
    e->yl[lane] = s->yl;
    e->yu[lane] = s->yu;
    e->dms[lane] = s->dms;
    e->dml[lane] = s->dml;
    e->ap[lane] = s->ap;
    e->td[lane] = -(s->a[1] < -11776);
    for (i = 0; i < 2; i++) {
        e->a[i][lane] = s->a[i];
        e->pk[i][lane] = s->pk[i] >> 1;
        put_past(&e->sr[i], lane, &s->sr[i]);
    }
    for (i = 0; i < 6; i++) {
        e->b[i][lane] = s->b[i];
        put_past(&e->dq[i], lane, &s->dq[i]);
    }
}

GW_AVX2 static void get_state(const struct eight *e, int lane, struct gw_g726 *s)
{
    int i;
    s->yl = e->yl[lane];
    s->yu = e->yu[lane];
    s->dms = e->dms[lane];
    s->dml = e->dml[lane];
    s->ap = e->ap[lane];
    for (i = 0; i < 2; i++) {
        s->a[i] = e->a[i][lane];
        s->pk[i] = e->pk[i][lane] | 1;
        get_past(&e->sr[i], lane, &s->sr[i]);
    }
    for (i = 0; i < 6; i++) {
        s->b[i] = (int16_t)e->b[i][lane];
        get_past(&e->dq[i], lane, &s->dq[i]);
    }
}

/* `row` holds 16 bit samples in lanes; it gets the codes, and `heard` what they will sound like. */
GW_AVX2 static void encode_rows(struct eight *e, gw_lanes *row, gw_lanes *heard, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        struct step step = predict(e);
        gw_lanes d = (row[i] >> 2) - step.se, rank = quantize(d, step.y), negative = (d < 0) | (rank == 0);
        row[i] = (rank ^ negative) & 15;
        heard[i] = to_sample(adapt(e, &step, rank, negative));
    }
}

GW_AVX2 static void decode_rows(struct eight *e, gw_lanes *row, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        struct step step = predict(e);
        gw_lanes negative = -(row[i] >> 3), rank = (row[i] ^ negative) & 7;
        row[i] = to_sample(adapt(e, &step, rank, negative));
    }
}

GW_AVX2 static void load_states(struct eight *e, struct gw_g726 *const s[], size_t count)
{
    size_t lane;
    for (lane = 0; lane < GW_SIDE; lane++)
        put_state(e, (int)lane, s[lane < count ? lane : 0]);
}

GW_AVX2 static void store_states(const struct eight *e, struct gw_g726 *const s[], size_t count)
{
    struct step next = predict(e);
    size_t lane;
    for (lane = 0; lane < count; lane++) {
        get_state(e, (int)lane, s[lane]);
        s[lane]->sez = next.sez[lane];
        s[lane]->se = next.se[lane];
        s[lane]->y = next.y[lane];
    }
}

GW_AVX2 void gw_g726_encode_wide(struct gw_g726 *const s[], const int16_t *const pcm[], size_t count, size_t samples,
                         unsigned first, uint8_t *const out[], int16_t *const heard[])
{
    gw_lanes row[GW_SIDE_PART], sound[GW_SIDE_PART];
    struct eight e;
    size_t at, part, lane, i;
    load_states(&e, s, count);
    for (at = 0; at < samples; at += part) {
        part = samples - at < GW_SIDE_PART ? samples - at : GW_SIDE_PART;
        for (lane = 0; lane < GW_SIDE; lane++)
            for (i = 0; i < part; i++)
                row[i][lane] = lane < count ? pcm[lane][at + i] : 0;
        encode_rows(&e, row, sound, part);
        for (lane = 0; lane < count; lane++)
            for (i = 0; i < part; i += 2)
                out[lane][(at + i) / 2] = (uint8_t)(row[i][lane] << first | row[i + 1][lane] << (4 - first));
        for (lane = 0; heard && lane < count; lane++)
            for (i = 0; i < part; i++)
                heard[lane][at + i] = (int16_t)sound[i][lane];
    }
    store_states(&e, s, count);
}

GW_AVX2 void gw_g726_decode_wide(struct gw_g726 *const s[], const uint8_t *const in[], size_t count, size_t octets,
                         unsigned first, int16_t *const pcm[])
{
    gw_lanes row[GW_SIDE_PART];
    struct eight e;
    size_t at, part, lane, i, samples = 2 * octets;
    load_states(&e, s, count);
    for (at = 0; at < samples; at += part) {
        part = samples - at < GW_SIDE_PART ? samples - at : GW_SIDE_PART;
        for (lane = 0; lane < GW_SIDE; lane++)
            for (i = 0; i < part; i += 2) {
                unsigned octet = lane < count ? in[lane][(at + i) / 2] : 0;
                row[i][lane] = (int32_t)(octet >> first & 15);
                row[i + 1][lane] = (int32_t)(octet >> (4 - first) & 15);
            }
        decode_rows(&e, row, part);
        for (lane = 0; lane < count; lane++)
            for (i = 0; i < part; i++)
                pcm[lane][at + i] = (int16_t)row[i][lane];
    }
    store_states(&e, s, count);
}

#else
typedef int gw_g726_is_not_wide;
#endif
