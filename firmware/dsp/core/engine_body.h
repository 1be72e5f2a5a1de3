/* The hot loops of the canceller, for as many lanes as the including file says. */
#include "canceller.h"
#include "lanes.h"
#include "engine_fft.h"
#include "engine_filter.h"

#if GW_VFP
#include "engine_pack_vfp.h"
#else

/* Spectra of two real signals, from the transform z of a + j b: even and odd part. z[2n] is there. */
GW_INLINE void part(const float *zr, const float *zi, int n, int end, const struct gw_rows *fa, const struct gw_rows *fb)
{
    int k;
    for (k = 0; k < end; k += GW_LANES_WIDE) {
        lanes r = load(zr + k), i = load(zi + k);
        lanes br = load_backwards(zr + 2 * n - k), bi = load_backwards(zi + 2 * n - k);
        store(fa->re + k, r + br);
        store(fa->im + k, i - bi);
        store(fb->re + k, i + bi);
        store(fb->im + k, br - r);
    }
}

/* And back, but for z[n]. */
GW_INLINE void unite(const struct gw_rows *fa, const struct gw_rows *fb, int n, float *zr, float *zi)
{
    int k;
    for (k = 0; k < n; k += GW_LANES_WIDE) {
        lanes ar = load(fa->re + k), ai = load(fa->im + k), br = load(fb->re + k), bi = load(fb->im + k);
        store(zr + k, ar - bi);
        store(zi + k, ai + br);
        store_backwards(zr + 2 * n - k, ar + bi);
        store_backwards(zi + 2 * n - k, br - ai);
    }
}

/* The spectrum of 2n samples, but for bin n / 2, out of the transform z of even + j odd. z[n] is there. */
GW_INLINE void interleave(const float *zr, const float *zi, const float *cosine, const float *sine, int n,
                          const struct gw_rows *fa)
{
    int k;
    for (k = 0; k < n / 2; k += GW_LANES_WIDE) {
        lanes r = load(zr + k), i = load(zi + k), br = load_backwards(zr + n - k), bi = load_backwards(zi + n - k);
        struct pair e = {r + br, i - bi}, o = {i + bi, br - r};
        struct pair t = times(o, load(cosine + k), load(sine + k));
        store(fa->re + k, e.r + t.r);
        store(fa->im + k, e.i + t.i);
        store_backwards(fa->re + n - k, e.r - t.r);
        store_backwards(fa->im + n - k, t.i - e.i);
    }
}

/* Powers of a spectrum's bins; eight sums of them side by side, and of their squares. */
GW_INLINE void add_powers(const float *re, const float *im, int n, float *power, float sum[8], float square[8])
{
    int f, k;
    for (k = 0; k < 8; k += GW_LANES_WIDE) {
        lanes all = {0}, squared = {0};
        for (f = k; f < n; f += 8) {
            lanes r = load(re + f), i = load(im + f), now = mla(r * r, i, i);
            store(power + f, now);
            all += now;
            squared = mla(squared, now, now);
        }
        store(sum + k, all);
        store(square + k, squared);
    }
}
#endif

static GW_HOT void both(const struct gw_ec *ec, const float *a, const float *b, const struct gw_rows *fa,
                        const struct gw_rows *fb)
{
    int n = ec->n, k;
    float *zr = ec->scratch, *zi = zr + 2 * n + 8;
    (n == 80 ? early_160 : early_320)(a, b, zr, zi, ec->twist, zi + 2 * n + 8);
    zr[2 * n] = zr[0];
    zi[2 * n] = zi[0];
    part(zr, zi, n, ec->stride, fa, fb);
    for (k = ec->bins; k < ec->stride; k++) /* beyond, rows stay what they were at first */
        fa->re[k] = fa->im[k] = fb->re[k] = fb->im[k] = 0.0f;
}

/* And back: parts are swapped on both sides of a forward transform, so that it runs backwards. */
static GW_HOT void back(const struct gw_ec *ec, const struct gw_rows *fa, const struct gw_rows *fb, float *a, float *b)
{
    int n = ec->n;
    float *zr = ec->scratch, *zi = zr + 2 * n + 8;
    unite(fa, fb, n, zr, zi);
    zr[n] = fa->re[n] - fb->im[n];
    zi[n] = fa->im[n] + fb->re[n];
    (n == 80 ? half_160 : half_320)(zi, zr, b, a, ec->twist, zi + 2 * n + 8);
}

/* The spectrum of 2n samples out of that of even + j odd. */
static GW_HOT void real(const struct gw_ec *ec, const float *even, const float *odd, const struct gw_rows *fa)
{
    int n = ec->n;
    const float *cosine = ec->turn_row;
    float *zr = ec->scratch, *zi = zr + 2 * n + 8;
    (n == 80 ? transform_80 : transform_160)(even, odd, zr, zi, ec->twist_half, zi + 2 * n + 8);
    zr[n] = zr[0];
    zi[n] = zi[0];
    interleave(zr, zi, cosine, cosine + n / 2, n, fa);
    fa->re[n / 2] = 2.0f * zr[n / 2];
    fa->im[n / 2] = -2.0f * zi[n / 2];
}

#if GW_GROUP == 4
#include "engine_vfp.h"
#else

/* Echoes that both filters expect, and what the Kalman filter and the shadow need of the far end. */
static GW_HOT void predict(struct gw_ec *ec)
{
    const float *far = ec->x, *power = ec->power, *taps = ec->taps;
    const struct gw_pace *pace = ec->pace;
    int parts = ec->parts, head = ec->head, stride = ec->stride, f, k;
    const float even = ec->prior_even, even_pace = ec->pace_even, more_even = (1.0f - GW_EVEN) / (float)parts;
    for (f = 0; f < stride; f += GW_LANES_WIDE) {
        lanes yr = {0}, yi = {0}, zr = {0}, zi = {0}, total = {0}, more = {0}, spread, norm;
        int at = f / GW_GROUP * parts, lane = f % GW_GROUP;
        for (k = 0; k < parts; k++) {
            int slot = at + (head + k < parts ? head + k : head + k - parts);
            const float *x = far + 2 * GW_GROUP * slot + lane, *w = taps + 4 * GW_GROUP * (at + k) + lane;
            lanes xr = load(x), xi = load(x + GW_GROUP), all = load(power + GW_GROUP * slot + lane);
            lanes wr = load(w), wi = load(w + GW_GROUP), sr = load(w + 2 * GW_GROUP), si = load(w + 3 * GW_GROUP);
            yr = mls(mla(yr, xr, wr), xi, wi);
            yi = mla(mla(yi, xr, wi), xi, wr);
            zr = mls(mla(zr, xr, sr), xi, si);
            zi = mla(mla(zi, xr, si), xi, sr);
            total += all;
            more = mla(more, all, (lanes){0} + pace[k].more);
        }
        store(ec->y.re + f, yr);
        store(ec->y.im + f, yi);
        store(ec->z.re + f, zr);
        store(ec->z.im + f, zi);
        spread = mla(even * total, more, (lanes){0} + more_even);
        norm = mla(even_pace * total, more, (lanes){0} + (1.0f - GW_EVEN_PACE));
        store(ec->spread + f, load(ec->p + f) * spread);
        store(ec->norm + f, norm);
    }
}

/* Taps (re, im) at w learn `share` times conj(X) times what the lesson says. */
GW_INLINE void learn_at(float *w, lanes xr, lanes xi, float share, lanes er, lanes ei)
{
    lanes wr = load(w), wi = load(w + GW_GROUP);
    xr = share * xr;
    xi = share * xi;
    store(w, mla(mla(wr, xr, er), xi, ei));
    store(w + GW_GROUP, mls(mla(wi, xr, ei), xi, er));
}

static GW_HOT void learn(struct gw_ec *ec, uint32_t mask)
{
    const float *far = ec->x, *lesson = ec->lesson;
    float *taps = ec->taps;
    const struct gw_pace *pace = ec->pace;
    int parts = ec->parts, head = ec->head, stride = ec->stride, f, k;
    for (f = 0; f < stride; f += GW_LANES_WIDE) {
        int at = f / GW_GROUP * parts, lane = f % GW_GROUP;
        const float *t = lesson + 4 * (f - lane) + lane;
        lanes er = load(t), ei = load(t + GW_GROUP), sr = load(t + 2 * GW_GROUP), si = load(t + 3 * GW_GROUP);
        for (k = 0; k < parts; k++) {
            int slot = at + (head + k < parts ? head + k : head + k - parts);
            const float *x = far + 2 * GW_GROUP * slot + lane;
            float *w = taps + 4 * GW_GROUP * (at + k) + lane;
            lanes xr = load(x), xi = load(x + GW_GROUP);
            learn_at(w, xr, xi, pace[k].prior, er, ei);
            if (mask >> k & 1)
                learn_at(w + 2 * GW_GROUP, xr, xi, pace[k].shadow, sr, si);
        }
    }
}

GW_INLINE void weigh_group(const struct gw_ec *ec, int group, float *mass, float *weight)
{
    const float *w = ec->taps + gw_taps_at(ec, 0, GW_GROUP * group);
    int c, k;
    for (c = 0; c < GW_GROUP; c += GW_LANES_WIDE) {
        lanes all = {0};
        for (k = 0; k < ec->parts; k++) {
            lanes wr = load(w + 4 * GW_GROUP * k + c), wi = load(w + 4 * GW_GROUP * k + GW_GROUP + c);
            lanes power = mla(wr * wr, wi, wi);
            all += power;
            store(mass + 8 * k + c, load(mass + 8 * k + c) + power);
        }
        store(weight + c, all);
    }
}

GW_INLINE void add_squares(const float *x, int n, float sum[8])
{
    int i, c;
    for (c = 0; c < 8; c += GW_LANES_WIDE) {
        lanes all = {0};
        for (i = c; i < n; i += 8)
            all = mla(all, load(x + i), load(x + i));
        store(sum + c, all);
    }
}
#endif

static float sum_of(const float sum[8])
{
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* Of the bins of a phase, eight together. */
static GW_HOT void weigh(struct gw_ec *ec, int phase)
{
    float mass[8 * GW_PARTS_MAX];
    int f, c, k;
    memset(mass, 0, (size_t)(8 * ec->parts) * sizeof *mass);
    for (f = 8 * phase; f < ec->stride; f += 8 * GW_PHASES)
        for (c = 0; c < 8; c += GW_GROUP)
            weigh_group(ec, (f + c) / GW_GROUP, mass + c, ec->weight + f + c);
    for (k = 0; k < ec->parts; k++)
        ec->mass[GW_PHASES * k + phase] = sum_of(mass + 8 * k);
}

/* Sum of squares. Always eight sums side by side, so that the width does not matter. */
static GW_HOT float energy(const float *x, int n)
{
    float sum[8];
    add_squares(x, n, sum);
    return sum_of(sum);
}

/* Powers of a spectrum's bins, their sum, and that of their squares. */
static GW_HOT float powers(const struct gw_ec *ec, const float *re, const float *im, float *power, float *squares)
{
    float sum[8], square[8];
    add_powers(re, im, ec->stride, power, sum, square);
    *squares = sum_of(square);
    return sum_of(sum);
}

static void fill_in(struct gw_engine *engine)
{
    engine->real = real;
    engine->both = both;
    engine->back = back;
    engine->predict = predict;
    engine->learn = learn;
    engine->weigh = weigh;
    engine->filter = filter;
    engine->fade = fade;
    engine->shape = shape;
    engine->energy = energy;
    engine->powers = powers;
}
