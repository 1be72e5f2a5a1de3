/* Comfort noise as RFC 3389 sends it: level and reflection coefficients, measured, packed, played. */
#include "gw_internal.h"

#define OVERLOAD 6.15f /* 0 dBov (a full-scale square wave) in dBm0: 3.14 dB for the sine of G.711, 3.01 for the square */
#define LAGS (GW_SID_ORDER + 1)

size_t gw_sid_build(const struct gw_sid *sid, uint8_t *out)
{
    int32_t i;
    out[0] = (uint8_t)(sid->level < 0 ? 0 : sid->level > 127 ? 127 : sid->level);
    for (i = 0; i < sid->order && i < GW_SID_ORDER; i++) { /* k = 258 (N - 127) in Q15: 3.2 */
        float code = sid->k[i] * (32768.0f / 258.0f) + 127.5f;
        out[1 + i] = (uint8_t)(code <= 0.0f ? 0 : code >= 254.0f ? 254 : (int32_t)code);
    }
    return (size_t)(1 + i);
}

int gw_sid_parse(struct gw_sid *sid, const uint8_t *payload, size_t octets)
{
    size_t i;
    memset(sid, 0, sizeof *sid);
    if (octets == 0)
        return -1;
    sid->level = payload[0] & 127;
    sid->order = (int32_t)(octets - 1 < GW_SID_ORDER ? octets - 1 : GW_SID_ORDER);
    for (i = 0; i < (size_t)sid->order; i++) /* 255 is reserved: no coefficient */
        sid->k[i] = payload[1 + i] == 255 ? 0.0f : (float)(258 * (payload[1 + i] - 127)) / 32768.0f;
    return 0;
}

/* A constant is no sound, and would be a loud rumble. */
static float constant(const int16_t *pcm, size_t samples)
{
    float sum = 0.0f;
    size_t i;
    for (i = 0; i < samples; i++)
        sum += (float)pcm[i];
    return samples ? sum / (float)samples : 0.0f;
}

static float correlation(const int16_t *pcm, size_t samples, float offset, size_t lag)
{
    float sum = 0.0f;
    size_t i;
    for (i = lag; i < samples; i++)
        sum += ((float)pcm[i] - offset) * ((float)pcm[i - lag] - offset);
    return sum;
}

/* Levinson and Durbin's recursion: A(z) = 1 + sum a[i] z^-i. */
static void reflect(const float *r, struct gw_sid *sid)
{
    float a[LAGS] = {1.0f}, old[LAGS], error = r[0] * 1.0001f + 1.0f;
    int32_t m, i;
    for (m = 1; m <= sid->order; m++) {
        float sum = 0.0f, k;
        for (i = 0; i < m; i++)
            sum += a[i] * r[m - i];
        k = -sum / error;
        sid->k[m - 1] = k;
        memcpy(old, a, sizeof a);
        for (i = 1; i < m; i++)
            a[i] = old[i] + k * old[m - i];
        a[m] = k;
        error *= 1.0f - k * k;
    }
}

void gw_sid_products(const int16_t *pcm, size_t samples, int32_t order, float *products)
{
    float offset = constant(pcm, samples);
    int32_t i;
    for (i = 0; i <= order; i++)
        products[i] = correlation(pcm, samples, offset, (size_t)i);
}

void gw_sid_describe(struct gw_sid *sid, const float *products, size_t samples, int32_t order)
{
    float level = samples ? -gw_decibel(products[0] / ((float)samples * 1073741824.0f)) : 127.0f;
    memset(sid, 0, sizeof *sid);
    sid->order = order;
    sid->level = level < 0.0f ? 0 : level > 127.0f ? 127 : (int32_t)(level + 0.5f);
    reflect(products, sid);
}

void gw_sid_measure(struct gw_sid *sid, const int16_t *pcm, size_t samples, int32_t order)
{
    float products[LAGS];
    order = order < 0 ? 0 : order > GW_SID_ORDER ? GW_SID_ORDER : order;
    gw_sid_products(pcm, samples, order, products);
    gw_sid_describe(sid, products, samples, order);
}

float gw_sid_dbm0(const struct gw_sid *sid)
{
    return OVERLOAD - (float)sid->level;
}

void gw_comfort_init(struct gw_comfort *c)
{
    memset(c, 0, sizeof *c);
    c->random = 22222;
}

/* White noise through 1/A(z) has 1 / prod(1 - k^2) times the power, which `scale` takes back. A new
 * filter starts empty: what an old one holds could ring in it. */
static void set_filter(struct gw_comfort *c, const struct gw_sid *sid)
{
    float power = 1.0f;
    int32_t i;
    memset(c->k, 0, sizeof c->k);
    memset(c->b, 0, sizeof c->b);
    for (i = 0; i < sid->order && i < GW_SID_ORDER; i++) {
        c->k[i] = sid->k[i] > 0.99f ? 0.99f : sid->k[i] < -0.99f ? -0.99f : sid->k[i];
        power *= 1.0f - c->k[i] * c->k[i];
    }
    c->order = i;
    c->scale = gw_sqrt(power);
}

void gw_comfort_set(struct gw_comfort *c, const struct gw_sid *sid)
{
    set_filter(c, sid);
    c->target = 32768.0f * gw_from_decibel(-(float)sid->level);
    if (!c->started)
        c->gain = c->target;
    c->started = 1;
}

/* Variance 1: the sum of four uniform values, nearly Gaussian. */
static float noise(struct gw_comfort *c)
{
    int32_t sum = 0, i;
    for (i = 0; i < 4; i++) {
        c->random = c->random * 1664525u + 1013904223u;
        sum += (int32_t)(c->random >> 16) - 32768;
    }
    return (float)sum * (1.0f / 37837.23f); /* sqrt(4 / 12) 65536 */
}

/* One sample through the all-pole lattice, whose stability is |k| < 1. */
static float lattice(struct gw_comfort *c, float f)
{
    int32_t i;
    for (i = c->order - 1; i >= 0; i--) {
        f -= c->k[i] * c->b[i];
        c->b[i + 1] = c->b[i] + c->k[i] * f;
    }
    c->b[0] = f;
    return f;
}

void gw_comfort_run(struct gw_comfort *c, int16_t *pcm, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        c->gain += (c->target - c->gain) * (1.0f / 256.0f); /* glides over 32 ms */
        if (c->gain < 1e-3f)
            c->gain = 0.0f;
        pcm[i] = gw_to_sample(c->scale * lattice(c, noise(c) * c->gain));
    }
    for (i = 0; i <= GW_SID_ORDER; i++) /* no denormal numbers while it is silent */
        if (c->b[i] < 1e-12f && c->b[i] > -1e-12f)
            c->b[i] = 0.0f;
}
