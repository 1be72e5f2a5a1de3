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
#define NONLINEAR 0.001f /* of the echo's power in the same band, -30 dB ... */
#define ADPCM 0.003f     /* ... and of that in all bands: the quantizing noise of 32 kbit/s is nearly white */
#define UNCERTAIN 0.35f /* of sum P|X|^2: half of it is the error, and P errs to the large side */
#define OVERSUBTRACT 1.5f
#define TINY 1e-6f /* keeps decaying means out of the denormal range */
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

static void powers(const struct gw_rows *spectrum, int bins, float *row)
{
    int f;
    for (f = 0; f < bins; f++)
        row[f] = spectrum->re[f] * spectrum->re[f] + spectrum->im[f] * spectrum->im[f];
}

/* Mean of the five bins round a point; fewer at either end. */
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
        float sum = 0.0f, ends = curve[0] + (t & 1 ? -curve[half] : curve[half]);
        int turn = 0;
        for (k = 1; k < half; k++) {
            turn += t * step; /* no more than half a circle each time */
            turn -= turn >= GW_TURN ? GW_TURN : 0;
            sum += curve[k] * GW_COS[turn];
        }
        sum = (ends + 2.0f * sum) * (0.5f + 0.5f * GW_COS[t * step / 2]) / (float)(2 * half);
        taps[half + t] = taps[half - t] = sum;
    }
}

static float one_gain(struct gw_suppressor *s, int i, float error, float residual)
{
    float gain;
    s->error[i] = 0.6f * s->error[i] + 0.4f * error + TINY;
    s->residual[i] = residual > s->residual[i] ? residual : 0.6f * s->residual[i] + 0.4f * residual + TINY;
    if (s->error[i] < s->noise[i])
        s->noise[i] = 0.7f * s->noise[i] + 0.3f * s->error[i] + 1.0f;
    else
        s->noise[i] = s->noise[i] * FLOOR_RISE + 1e-3f;
    gain = 1.0f - OVERSUBTRACT * s->residual[i] / (s->error[i] + 1.0f);
    if (gain < LEAST_GAIN)
        gain = LEAST_GAIN;
    return gain > s->gain[i] ? 0.5f * s->gain[i] + 0.5f * gain : 0.2f * s->gain[i] + 0.8f * gain;
}

/* By point: the error's power, and what of it is residual echo. */
static void estimate(struct gw_ec *ec, int half, float *error, float *residual)
{
    float *error_row = ec->scratch, *echo_row = ec->scratch + ec->stride, white = 0.0f;
    int bins = ec->bins, i;
    powers(&ec->e, bins, error_row);
    powers(&ec->y, bins, echo_row);
    for (i = 0; i <= half; i++) {
        float echo = 0.5f * mean_near(echo_row, bins, 5 * i);
        error[i] = mean_near(error_row, bins, 5 * i);
        residual[i] = UNCERTAIN * mean_near(ec->spread, bins, 5 * i) + NONLINEAR * echo;
        white += echo;
    }
    white *= ADPCM / (float)(half + 1);
    for (i = 0; i <= half; i++)
        residual[i] += white;
}

void gw_suppressor_update(struct gw_ec *ec)
{
    struct gw_suppressor *s = &ec->suppressor;
    float error[GW_POINTS_MAX], residual[GW_POINTS_MAX], fill[GW_POINTS_MAX], filled = 0.0f;
    int half = half_taps(ec), i;
    estimate(ec, half, error, residual);
    for (i = 0; i <= half; i++) {
        float missing;
        s->gain[i] = one_gain(s, i, error[i], residual[i]);
        missing = s->noise[i] * (1.0f - s->gain[i] * s->gain[i]);
        if (missing > s->error[i])
            missing = s->error[i];
        fill[i] = gw_sqrt(missing * (3.0f / (float)ec->n)); /* white noise in +-1 has a power of 1/3 */
        filled += missing;
    }
    memcpy(s->taps[0], s->taps[1], sizeof s->taps[0]);
    to_taps(s->gain, s->taps[1], half);
    s->comfort = filled > 1.0f;
    if (s->comfort)
        to_taps(fill, s->colour, half);
    s->fresh = 1;
}

static void add_comfort(struct gw_ec *ec, float *out, int samples, int count)
{
    struct gw_suppressor *s = &ec->suppressor;
    float *fresh = s->hiss + count - 1;
    int i;
    for (i = 0; i < samples; i++) {
        s->seed = s->seed * 1664525u + 1013904223u;
        fresh[i] = (float)(int32_t)s->seed * (1.0f / 2147483648.0f);
    }
    ec->engine.convolve(s->hiss, s->colour, count, ec->other, samples);
    for (i = 0; i < samples; i++)
        out[i] += ec->other[i];
    memmove(s->hiss, s->hiss + samples, (size_t)(count - 1) * sizeof *s->hiss);
}

/* The last block's filter gives way to this one's over the block. */
static void fade_in(struct gw_ec *ec, int count, float *out, int samples)
{
    float *before = ec->other;
    float step = 1.0f / (float)samples;
    int i;
    ec->engine.convolve(ec->suppressor.line, ec->suppressor.taps[0], count, before, samples);
    for (i = 0; i < samples; i++)
        out[i] = before[i] + step * (float)(i + 1) * (out[i] - before[i]);
}

void gw_suppressor_run(struct gw_ec *ec, const float *in, float *out, int samples)
{
    struct gw_suppressor *s = &ec->suppressor;
    int count = 2 * half_taps(ec) + 1;
    memcpy(s->line + count - 1, in, (size_t)samples * sizeof *in);
    ec->engine.convolve(s->line, s->taps[1], count, out, samples);
    if (s->fresh && memcmp(s->taps[0], s->taps[1], sizeof s->taps[0]) != 0)
        fade_in(ec, count, out, samples);
    s->fresh = 0;
    memmove(s->line, s->line + samples, (size_t)(count - 1) * sizeof *s->line);
    if (s->comfort)
        add_comfort(ec, out, samples, count);
}
