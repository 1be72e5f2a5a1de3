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
#define UNCERTAIN 0.28f /* of sum P|X|^2: half of it is the error, and P errs to the large side */
#define OVERSUBTRACT 1.5f
#define MASKED 1.0f     /* of the quiet floor: an echo below that is not heard, and taking it away would be */
#define TINY 1e-6f /* keeps decaying means out of the denormal range */
#define FLOOR_RISE 1.01f  /* per block: 4.3 dB a second */
#define FLOOR_KNOWN 30    /* blocks until the floor has come down from where it starts */

static int half_taps(const struct gw_ec *ec)
{
    return ec->n / 5;
}

void gw_suppressor_init(struct gw_ec *ec)
{
    struct gw_suppressor *s = &ec->suppressor;
    int half = half_taps(ec), step = GW_TURN / (2 * half), i;
    memset(s, 0, sizeof *s);
    s->seed = 1;
    s->taps[0] = 1.0f;
    s->flat = 1;
    for (i = 0; i < GW_POINTS_MAX; i++) {
        s->gain[i] = 1.0f;
        s->noise[i] = 1e9f;
    }
    for (i = 0; i < half / 2; i++) {
        s->cosine[0][i] = GW_COS[i * step];
        s->cosine[1][i] = GW_COS[2 * i * step];
    }
    for (i = 0; i <= half; i++)
        s->window[i] = (0.5f + 0.5f * GW_COS[i * step / 2]) / (float)half;
}

static void powers(const struct gw_rows *spectrum, int bins, float *row)
{
    int f;
    for (f = 0; f < bins; f++)
        row[f] = spectrum->re[f] * spectrum->re[f] + spectrum->im[f] * spectrum->im[f];
}

/* Means of five bins round each point, of three at either end. */
static void means(const float *restrict row, int half, float *restrict mean)
{
    int i;
    mean[0] = (row[0] + row[1] + row[2]) * (1.0f / 3.0f);
    for (i = 1; i < half; i++) {
        const float *centre = row + 5 * i;
        mean[i] = (((centre[-2] + centre[2]) + (centre[-1] + centre[1])) + centre[0]) * 0.2f;
    }
    row += 5 * half;
    mean[half] = (row[-2] + row[-1] + row[0]) * (1.0f / 3.0f);
}

/* A curve of points 0 .. half times `step` to a filter of as many taps on a side. */
static void to_taps(const struct gw_ec *ec, float *curve, int half, int step, float *taps)
{
    const struct gw_suppressor *s = &ec->suppressor;
    int t;
    curve[0] *= 0.5f;
    curve[half] *= 0.5f;
    ec->engine.shape(curve, s->cosine[step - 1], half, taps);
    for (t = 0; t <= half; t++)
        taps[t] *= (float)step * s->window[step * t];
}

/* The quiet floor falls to what is there and rises slowly, but not on what may be echo. */
static void track_floor(struct gw_suppressor *s, int i)
{
    if (s->error[i] < s->noise[i])
        s->noise[i] = 0.7f * s->noise[i] + 0.3f * s->error[i] + 1.0f;
    else if (s->residual[i] < 0.5f * s->error[i])
        s->noise[i] = s->noise[i] * FLOOR_RISE + 1e-3f;
}

static float one_gain(struct gw_suppressor *s, int i, float error, float residual)
{
    float gain = 1.0f, audible;
    s->error[i] = 0.6f * s->error[i] + 0.4f * error + TINY;
    s->residual[i] = residual > s->residual[i] ? residual : 0.6f * s->residual[i] + 0.4f * residual + TINY;
    track_floor(s, i);
    audible = s->residual[i] - (s->age < FLOOR_KNOWN ? 0.0f : MASKED * s->noise[i]);
    if (audible > 0.0f)
        gain = 1.0f - OVERSUBTRACT * audible / (s->error[i] + 1.0f);
    if (gain < LEAST_GAIN)
        gain = LEAST_GAIN;
    return gain > s->gain[i] ? 0.5f * s->gain[i] + 0.5f * gain : 0.2f * s->gain[i] + 0.8f * gain;
}

/* By point: the error's power, and what of it is residual echo. */
static void estimate(struct gw_ec *ec, int half, float *error, float *residual)
{
    float echo[GW_POINTS_MAX], white = 0.0f;
    int i;
    powers(&ec->e, ec->bins, ec->scratch);
    means(ec->scratch, half, error);
    powers(&ec->y, ec->bins, ec->scratch);
    means(ec->scratch, half, echo);
    means(ec->spread, half, residual);
    for (i = 0; i <= half; i++)
        white += echo[i];
    white *= 0.5f * ADPCM / (float)(half + 1);
    for (i = 0; i <= half; i++)
        residual[i] = UNCERTAIN * residual[i] + 0.5f * NONLINEAR * echo[i] + white;
}

/* The filter that colours white noise, of half the points: from what is missing of the quiet floor. */
static void colour(struct gw_ec *ec, const float *missing, int half)
{
    struct gw_suppressor *s = &ec->suppressor;
    float fill[GW_POINTS_MAX], filled = 0.0f, scale = 3.0f / (float)ec->n; /* white noise in +-1 has a power of 1/3 */
    int i;
    fill[0] = 0.5f * (missing[0] + missing[1]);
    fill[half / 2] = 0.5f * (missing[half - 1] + missing[half]);
    for (i = 2; i < half; i += 2)
        fill[i / 2] = 0.5f * missing[i] + 0.25f * (missing[i - 1] + missing[i + 1]);
    for (i = 0; i <= half / 2; i++)
        filled += fill[i];
    s->comfort = filled > 1.0f;
    if (!s->comfort)
        return;
    for (i = 0; i <= half / 2; i++)
        fill[i] = gw_sqrt(fill[i] * scale);
    to_taps(ec, fill, half / 2, 2, s->colour);
}

static void fill_up(struct gw_ec *ec, const float *error, int half)
{
    const struct gw_suppressor *s = &ec->suppressor;
    float *missing = ec->scratch;
    int i;
    for (i = 0; i <= half; i++) {
        missing[i] = s->noise[i] * (1.0f - s->gain[i] * s->gain[i]);
        if (missing[i] > error[i])
            missing[i] = error[i];
    }
    colour(ec, missing, half);
}

/* The filter for the gains as they are now, and what it changes. */
static void new_taps(struct gw_ec *ec, int half)
{
    struct gw_suppressor *s = &ec->suppressor;
    float curve[GW_POINTS_MAX];
    int i;
    s->flat = 1;
    for (i = 0; i <= half; i++) {
        curve[i] = s->gain[i];
        s->before[i] = s->taps[i];
        s->flat &= s->gain[i] == s->gain[0];
    }
    to_taps(ec, curve, half, 1, s->taps);
    for (i = 0; i <= half; i++)
        s->change[i] = s->taps[i] - s->before[i];
}

void gw_suppressor_update(struct gw_ec *ec)
{
    struct gw_suppressor *s = &ec->suppressor;
    float error[GW_POINTS_MAX], residual[GW_POINTS_MAX];
    int half = half_taps(ec), i;
    estimate(ec, half, error, residual);
    s->fresh = 0;
    for (i = 0; i <= half; i++) {
        float gain = one_gain(s, i, error[i], residual[i]);
        s->fresh |= gain != s->gain[i];
        s->gain[i] = gain;
    }
    s->age += s->age < FLOOR_KNOWN;
    if (s->fresh)
        new_taps(ec, half);
    fill_up(ec, s->error, half);
}

#define NEXT(seed) ((seed) * 1664525u + 1013904223u)

/* White noise of +-1; four at a time, as each multiplication waits for the one before. */
static uint32_t hiss(uint32_t seed, float *out, int samples)
{
    const uint32_t once = 1664525u, twice = once * once, thrice = once * twice;
    const uint32_t c1 = NEXT(0u), c2 = NEXT(c1), c3 = NEXT(c2), c4 = NEXT(c3);
    int i;
    for (i = 0; i < samples; i += 4) {
        out[i] = (float)(int32_t)(seed * once + c1) * (1.0f / 2147483648.0f);
        out[i + 1] = (float)(int32_t)(seed * twice + c2) * (1.0f / 2147483648.0f);
        out[i + 2] = (float)(int32_t)(seed * thrice + c3) * (1.0f / 2147483648.0f);
        seed = seed * (once * thrice) + c4;
        out[i + 3] = (float)(int32_t)seed * (1.0f / 2147483648.0f);
    }
    return seed;
}

static void add_comfort(struct gw_ec *ec, float *out, int samples, int half)
{
    struct gw_suppressor *s = &ec->suppressor;
    float *restrict noise = ec->other;
    int i;
    s->seed = hiss(s->seed, s->hiss + 2 * half, samples);
    ec->engine.filter(s->hiss, s->colour, half, noise, samples);
    GW_EACH_BIN
    for (i = 0; i < samples; i++)
        out[i] += noise[i];
    memmove(s->hiss, s->hiss + samples, (size_t)(2 * half) * sizeof *s->hiss);
}

void gw_suppressor_run(struct gw_ec *ec, const float *in, float *out, int samples)
{
    struct gw_suppressor *s = &ec->suppressor;
    int half = half_taps(ec), i;
    memcpy(s->line + 2 * half, in, (size_t)samples * sizeof *in);
    if (s->fresh)
        ec->engine.fade(s->line, s->before, s->change, half, out, samples);
    else if (s->flat)
        for (i = 0; i < samples; i++)
            out[i] = s->gain[0] * s->line[half + i];
    else
        ec->engine.filter(s->line, s->taps, half, out, samples);
    s->fresh = 0;
    memmove(s->line, s->line + samples, (size_t)(2 * half) * sizeof *s->line);
    if (s->comfort)
        add_comfort(ec, out, samples, half / 2);
}
