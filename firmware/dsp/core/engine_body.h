/* The hot loops of the canceller, for as many lanes as the including file says. */
#include "canceller.h"
#include "lanes.h"
#include "engine_fft.h"

/* Spectra of two real signals: the even and the odd part of that of a + j b. */
static GW_HOT void forward(const struct gw_ec *ec, const float *a, const float *b, const struct gw_rows *fa,
                           const struct gw_rows *fb)
{
    int n = ec->n, k;
    float *zr = ec->scratch, *zi = zr + 2 * n + 8;
    transform_2n(a, b, zr, zi, ec, zi + 2 * n + 8);
    zr[2 * n] = zr[0];
    zi[2 * n] = zi[0];
    for (k = 0; k < ec->stride; k += GW_LANES_WIDE) {
        lanes r = load(zr + k), i = load(zi + k);
        lanes br = load_backwards(zr + 2 * n - k), bi = load_backwards(zi + 2 * n - k);
        store(fa->re + k, 0.5f * (r + br));
        store(fa->im + k, 0.5f * (i - bi));
        store(fb->re + k, 0.5f * (i + bi));
        store(fb->im + k, 0.5f * (br - r));
    }
    for (k = ec->bins; k < ec->stride; k++)
        fa->re[k] = fa->im[k] = fb->re[k] = fb->im[k] = 0.0f;
}

/* And back: parts are swapped on both sides of a forward transform, so that it runs backwards. */
static GW_HOT void inverse(const struct gw_ec *ec, const struct gw_rows *fa, const struct gw_rows *fb, float *a,
                           float *b)
{
    int n = ec->n, k;
    float scale = 0.5f / (float)n;
    float *zr = ec->scratch, *zi = zr + 2 * n + 8;
    for (k = 0; k < n; k += GW_LANES_WIDE) {
        lanes ar = load(fa->re + k), ai = load(fa->im + k), br = load(fb->re + k), bi = load(fb->im + k);
        store(zr + k, scale * (ar - bi));
        store(zi + k, scale * (ai + br));
        store_backwards(zr + 2 * n - k, scale * (ar + bi));
        store_backwards(zi + 2 * n - k, scale * (br - ai));
    }
    zr[n] = scale * (fa->re[n] - fb->im[n]);
    zi[n] = scale * (fa->im[n] + fb->re[n]);
    transform_2n(zi, zr, b, a, ec, zi + 2 * n + 8);
}

/* Where everything lies, apart from the canceller's memory, which a store of lanes might alias. */
struct rows_at {
    const float *xr, *xi, *pace, *prior;
    float *wr, *wi, *sr, *si, *p, *mass;
    int stride, bins, parts, slots[GW_PARTS_MAX];
};

GW_INLINE void find_rows(const struct gw_ec *ec, struct rows_at *a)
{
    int k;
    a->xr = ec->x.re;
    a->xi = ec->x.im;
    a->pace = ec->pace;
    a->prior = ec->prior;
    a->wr = ec->w.re;
    a->wi = ec->w.im;
    a->sr = ec->s.re;
    a->si = ec->s.im;
    a->p = ec->p;
    a->mass = ec->mass;
    a->stride = ec->stride;
    a->bins = GW_LANES_WIDE == 1 ? ec->bins : ec->stride; /* beyond `bins` all is nothing anyway */
    a->parts = ec->parts;
    for (k = 0; k < ec->parts; k++)
        a->slots[k] = gw_slot(ec, k);
}

/* Echoes that both filters expect, and what the Kalman filter and the shadow need of the far end. */
static GW_HOT void predict(struct gw_ec *ec)
{
    struct rows_at a;
    int f, k;
    find_rows(ec, &a);
    for (f = 0; f < a.bins; f += GW_LANES_WIDE) {
        lanes yr = {0}, yi = {0}, zr = {0}, zi = {0}, spread = {0}, doubt = {0}, norm = {0};
        for (k = 0; k < a.parts; k++) {
            int at = k * a.stride + f, x = a.slots[k] + f;
            lanes xr = load(a.xr + x), xi = load(a.xi + x), p = load(a.p + at), power = xr * xr + xi * xi;
            lanes wr = load(a.wr + at), wi = load(a.wi + at), sr = load(a.sr + at), si = load(a.si + at);
            yr += xr * wr - xi * wi;
            yi += xr * wi + xi * wr;
            zr += xr * sr - xi * si;
            zi += xr * si + xi * sr;
            spread += p * power;
            doubt += p;
            norm += a.pace[k] * power;
        }
        store(ec->y.re + f, yr);
        store(ec->y.im + f, yi);
        store(ec->z.re + f, zr);
        store(ec->z.im + f, zi);
        store(ec->spread + f, spread);
        store(ec->doubt + f, doubt);
        store(ec->norm + f, norm);
    }
}

/* What one bin teaches all its partitions. */
struct lesson {
    lanes er, ei, gain, drift, doubt; /* twice the error; half the gain; process noise; what moves of sum P */
    lanes sr, si, step;               /* the shadow's error and gain */
    float keep;
};

GW_INLINE void learn_shadow(const struct rows_at *a, const struct lesson *t, int k, int at, lanes xr, lanes xi)
{
    lanes pace = a->pace[k] * t->step;
    store(a->sr + at, load(a->sr + at) + pace * (xr * t->sr + xi * t->si));
    store(a->si + at, load(a->si + at) + pace * (xr * t->si - xi * t->sr));
}

GW_INLINE void learn_at(const struct rows_at *a, const struct lesson *t, int k, int f, int shadow)
{
    int at = k * a->stride + f, x = a->slots[k] + f;
    float *mass = a->mass + 8 * k + (f & 7);
    lanes xr = load(a->xr + x), xi = load(a->xi + x), wr = load(a->wr + at), wi = load(a->wi + at), power;
    lanes p = (1.0f - GW_MIX) * load(a->p + at) + a->prior[k] * t->doubt, step = p * t->gain;
    wr = (wr + step * (xr * t->er + xi * t->ei) + GW_SETTLE) - GW_SETTLE;
    wi = (wi + step * (xr * t->ei - xi * t->er) + GW_SETTLE) - GW_SETTLE;
    power = wr * wr + wi * wi;
    store(a->wr + at, wr);
    store(a->wi + at, wi);
    store(a->p + at, (t->keep - GW_TRUST * step * (xr * xr + xi * xi)) * p + t->drift * power + GW_FLOOR_P);
    store(mass, load(mass) + power);
    if (shadow)
        learn_shadow(a, t, k, at, xr, xi);
}

static GW_HOT void learn(struct gw_ec *ec)
{
    struct rows_at a;
    struct lesson t;
    int f, k;
    find_rows(ec, &a);
    memset(ec->mass, 0, (size_t)(8 * ec->parts) * sizeof *ec->mass);
    t.keep = ec->tuning.keep;
    for (f = 0; f < a.bins; f += GW_LANES_WIDE) {
        t.er = 2.0f * load(ec->e.re + f);
        t.ei = 2.0f * load(ec->e.im + f);
        t.gain = 0.5f * load(ec->gain + f);
        t.drift = load(ec->drift + f);
        t.doubt = GW_MIX * load(ec->doubt + f);
        t.sr = load(ec->d.re + f);
        t.si = load(ec->d.im + f);
        t.step = load(ec->norm + f);
        for (k = 0; k < a.parts; k++)
            learn_at(&a, &t, k, f, 1);
    }
}

/* out[i] = sum of taps[t] * line[i + t]; `samples` is a multiple of 8. */
static GW_HOT void convolve(const float *line, const float *taps, int count, float *out, int samples)
{
    int i, t;
    for (i = 0; i < samples; i += GW_LANES_WIDE) {
        lanes sum = {0};
        for (t = 0; t < count; t++)
            sum += taps[t] * load(line + i + t);
        store(out + i, sum);
    }
}

static float sum_of(const float sum[8])
{
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/* Sum of squares; n is a multiple of 8. Always eight sums side by side, so that the width does not matter. */
static GW_HOT float energy(const float *x, int n)
{
    float sum[8];
    int i, k;
    for (k = 0; k < 8; k += GW_LANES_WIDE) {
        lanes all = {0};
        for (i = k; i < n; i += 8) {
            lanes v = load(x + i);
            all += v * v;
        }
        store(sum + k, all);
    }
    return sum_of(sum);
}

/* Powers of a spectrum's bins, their sum, and that of their squares. */
static GW_HOT float powers(const struct gw_ec *ec, const float *re, const float *im, float *power, float *squares)
{
    float sum[8], square[8];
    int f, k;
    for (k = 0; k < 8; k += GW_LANES_WIDE) {
        lanes all = {0}, squared = {0};
        for (f = k; f < ec->stride; f += 8) {
            lanes r = load(re + f), i = load(im + f), now = r * r + i * i;
            store(power + f, now);
            all += now;
            squared += now * now;
        }
        store(sum + k, all);
        store(square + k, squared);
    }
    *squares = sum_of(square);
    return sum_of(sum);
}

static void fill_in(struct gw_engine *engine)
{
    engine->forward = forward;
    engine->inverse = inverse;
    engine->predict = predict;
    engine->learn = learn;
    engine->convolve = convolve;
    engine->energy = energy;
    engine->powers = powers;
}
