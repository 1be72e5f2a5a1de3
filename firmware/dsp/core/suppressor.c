/* Suppressor and comfort noise behind the linear stage.
 *
 * The residual echo is estimated from what the Kalman filter knows: its own
 * uncertainty, plus a share of the echo for what is not linear (the handset's
 * ADPCM and loudspeaker). The gain curve, a point per 250 Hz, becomes a short
 * linear-phase filter in the time domain: 2 ms of delay, no blocks to overlap.
 * What the gain takes below the quiet floor of the near end, noise of the same
 * colour fills.
 */
#include "canceller.h"

#define LEAST_GAIN 0.03f
#define NONLINEAR 0.001f  /* of the echo's power: -30 dB */
#define OVERSUBTRACT 2.0f
#define FLOOR_RISE 1.01f  /* per block: 4.3 dB a second */

static int half_taps(const struct gw_ec *ec)
{
    return ec->n / 5;
}

void gw_suppressor_init(struct gw_ec *ec)
{
    struct gw_suppressor *s = &ec->suppressor;
    int i;
    memset(s, 0, sizeof *s);
    s->seed = 1;
    s->taps[1][half_taps(ec)] = 1.0f;
    for (i = 0; i < GW_POINTS_MAX; i++) {
        s->gain[i] = 1.0f;
        s->noise[i] = 1e9f;
    }
}

/* Mean power of the bins round a point. */
static float power_near(const float *re, const float *im, int bins, int centre)
{
    float sum = 0.0f;
    int f, count = 0;
    for (f = centre - 2; f <= centre + 2; f++)
        if (f >= 0 && f < bins) {
            sum += re[f] * re[f] + im[f] * im[f];
            count++;
        }
    return sum / (float)count;
}

static float mean_near(const float *row, int bins, int centre)
{
    float sum = 0.0f;
    int f, count = 0;
    for (f = centre - 2; f <= centre + 2; f++)
        if (f >= 0 && f < bins) {
            sum += row[f];
            count++;
        }
    return sum / (float)count;
}

/* A zero-phase curve of points 0 .. half to 2 half + 1 taps, under a raised cosine. */
static void to_taps(const float *curve, float *taps, int half)
{
    int step = GW_TURN / (2 * half), t, k;
    for (t = 0; t <= half; t++) {
        float sum = curve[0] + (t & 1 ? -curve[half] : curve[half]);
        for (k = 1; k < half; k++)
            sum += 2.0f * curve[k] * GW_COS[(t * k * step) % GW_TURN];
        sum *= (0.5f + 0.5f * GW_COS[t * step / 2]) / (float)(2 * half);
        taps[half + t] = taps[half - t] = sum;
    }
}

static float one_gain(struct gw_suppressor *s, int i, float error, float residual)
{
    float gain;
    s->error[i] = 0.6f * s->error[i] + 0.4f * error;
    s->residual[i] = residual > s->residual[i] ? residual : 0.6f * s->residual[i] + 0.4f * residual;
    if (s->error[i] < s->noise[i])
        s->noise[i] = 0.7f * s->noise[i] + 0.3f * s->error[i] + 1.0f;
    else
        s->noise[i] = s->noise[i] * FLOOR_RISE + 1e-3f;
    gain = 1.0f - OVERSUBTRACT * s->residual[i] / (s->error[i] + 1.0f);
    if (gain < LEAST_GAIN)
        gain = LEAST_GAIN;
    return gain > s->gain[i] ? 0.5f * s->gain[i] + 0.5f * gain : 0.2f * s->gain[i] + 0.8f * gain;
}

void gw_suppressor_update(struct gw_ec *ec)
{
    struct gw_suppressor *s = &ec->suppressor;
    float fill[GW_POINTS_MAX], filled = 0.0f;
    int half = half_taps(ec), i;
    for (i = 0; i <= half; i++) {
        float error = power_near(ec->e.re, ec->e.im, ec->bins, 5 * i);
        float echo = 0.5f * power_near(ec->y.re, ec->y.im, ec->bins, 5 * i);
        float doubt = 0.5f * mean_near(ec->spread, ec->bins, 5 * i);
        float missing;
        s->gain[i] = one_gain(s, i, error, doubt + NONLINEAR * echo);
        missing = s->noise[i] * (1.0f - s->gain[i] * s->gain[i]);
        if (missing > s->error[i])
            missing = s->error[i];
        fill[i] = gw_sqrt(missing * (3.0f / (float)ec->n)); /* the noise is even in +-1: its power is 1/3 */
        filled += missing;
    }
    memcpy(s->taps[0], s->taps[1], sizeof s->taps[0]);
    to_taps(s->gain, s->taps[1], half);
    to_taps(fill, s->colour, half);
    s->comfort = filled > 1.0f;
    s->fresh = 1;
}

static float convolve(const float *newest, const float *taps, int count)
{
    float sum = 0.0f;
    int i;
    for (i = 0; i < count; i++)
        sum += newest[-i] * taps[i];
    return sum;
}

static void add_comfort(struct gw_suppressor *s, float *out, int samples, int count)
{
    float *fresh = s->hiss + count - 1;
    int i;
    for (i = 0; i < samples; i++) {
        s->seed = s->seed * 1664525u + 1013904223u;
        fresh[i] = (float)(int32_t)s->seed * (1.0f / 2147483648.0f);
        out[i] += convolve(fresh + i, s->colour, count);
    }
    memmove(s->hiss, s->hiss + samples, (size_t)(count - 1) * sizeof *s->hiss);
}

void gw_suppressor_run(struct gw_ec *ec, const float *in, float *out, int samples)
{
    struct gw_suppressor *s = &ec->suppressor;
    int count = 2 * half_taps(ec) + 1, i;
    float *fresh = s->line + count - 1;
    float fade = s->fresh ? 1.0f / (float)samples : 0.0f;
    memcpy(fresh, in, (size_t)samples * sizeof *in);
    for (i = 0; i < samples; i++) {
        float now = convolve(fresh + i, s->taps[1], count);
        float share = s->fresh ? fade * (float)(i + 1) : 1.0f;
        out[i] = share < 1.0f ? now * share + (1.0f - share) * convolve(fresh + i, s->taps[0], count) : now;
    }
    s->fresh = 0;
    memmove(s->line, s->line + samples, (size_t)(count - 1) * sizeof *s->line);
    if (s->comfort)
        add_comfort(s, out, samples, count);
}
