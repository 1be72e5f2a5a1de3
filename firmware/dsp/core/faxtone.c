/* Fax tones: CNG (T.30 4.3.3.4), CED and ANSam with phase reversals (V.25, V.8). */
#include "gw_internal.h"

#define LEAST 13058.0f    /* -43 dBm0: T.30 and V.25 ask receivers for it */
#define CNG_FRAMES 40     /* of the 425 to 575 ms that one burst lasts */
#define CNG_LONGEST 65
#define CNG_SILENCE 15    /* of the 3 s that follow */
#define CED_FRAMES 50
#define BRIDGE 4          /* windows that a phase reversal spoils, and one more */
#define REFRACTORY 30     /* frames after a reversal; the next is due after 45 */
#define CYCLES_FRAMES 40  /* six cycles of 15 Hz */
#define ENVELOPE_STEP 48  /* of 320 to a turn: 15 Hz at 100 windows a second */
#define WINDOW_LOSS 0.943f /* of a modulation of 15 Hz */
#define LEAST_DEPTH 0.12f /* V.8: 0.2 nominal */
#define MOST_DEPTH 0.35f

/* A burst of the right length with silence after it: a note of music has none. */
static void hear_cng(struct gw_detector *d)
{
    struct gw_faxtone *f = &d->fax;
    const struct gw_spectrum *s = &d->spectrum;
    int32_t on = f->cng.on;
    int there = gw_spectrum_alone(s, GW_LANE_1100, LEAST);
    gw_presence_add(&f->cng, there, 1);
    if (there)
        f->cng_power = s->power[GW_LANE_1100];
    if (on && f->cng.on == 0)
        f->cng_ended = on >= CNG_FRAMES && on <= CNG_LONGEST;
    if (f->cng_ended && s->frame[0] < 0.1f * f->cng_power)
        f->cng_ended++;
    else if (f->cng.off > 3)
        f->cng_ended = 0;
    if (f->cng_ended < CNG_SILENCE)
        return;
    f->cng_ended = 0;
    gw_detector_tell(d, GW_EVENT_FAX, GW_TONE_CNG);
}

static void forget_ced(struct gw_faxtone *f)
{
    f->mean = f->in_phase = f->quadrature = f->last = 0.0f;
    f->turn_re = 1.0f;
    f->turn_im = 0.0f;
    f->counted = f->reversals = f->quiet = f->told = 0;
}

/* The tone's deviation in rotation a window, smoothed while it is steady. */
static void follow(struct gw_faxtone *f, const struct gw_spectrum *s)
{
    int now = s->newest, past = now ? now - 1 : 4;
    const float *re = s->re[now], *im = s->im[now], *re1 = s->re[past], *im1 = s->im[past];
    float c = re[GW_LANE_2100] * re1[GW_LANE_2100] + im[GW_LANE_2100] * im1[GW_LANE_2100];
    float q = im[GW_LANE_2100] * re1[GW_LANE_2100] - re[GW_LANE_2100] * im1[GW_LANE_2100];
    float size = gw_sqrt(c * c + q * q), norm;
    if (size < 1.0f)
        return;
    c = f->turn_re + 0.25f * (c / size - f->turn_re);
    q = f->turn_im + 0.25f * (q / size - f->turn_im);
    norm = gw_sqrt(c * c + q * q);
    if (norm < 0.1f)
        return;
    f->turn_re = c / norm;
    f->turn_im = q / norm;
}

/* Whether the phase now is opposite to what four windows ago promised. */
static int reversed(const struct gw_faxtone *f, const struct gw_spectrum *s)
{
    int now = s->newest, past = now < 4 ? now + 1 : 0;
    float a = s->re[now][GW_LANE_2100], b = s->im[now][GW_LANE_2100];
    float c = s->re[past][GW_LANE_2100], e = s->im[past][GW_LANE_2100];
    float re = a * c + b * e, im = b * c - a * e, size = gw_sqrt(re * re + im * im);
    float re2 = f->turn_re * f->turn_re - f->turn_im * f->turn_im, im2 = 2.0f * f->turn_re * f->turn_im;
    float re4 = re2 * re2 - im2 * im2, im4 = 2.0f * re2 * im2;
    return re * re4 + im * im4 < -0.7f * size;
}

/* One window of the envelope; a spoilt one counts as the last good one. */
static void add_envelope(struct gw_faxtone *f, float power, int good)
{
    int at = f->counted % CYCLES_FRAMES * ENVELOPE_STEP % GW_TURN;
    if (good)
        f->last = gw_sqrt(power);
    if (f->counted >= CYCLES_FRAMES)
        return;
    f->mean += f->last;
    f->in_phase += f->last * GW_COS[at];
    f->quadrature += f->last * gw_sin(at);
    f->counted++;
}

static int modulated(const struct gw_faxtone *f)
{
    float swing = gw_sqrt(f->in_phase * f->in_phase + f->quadrature * f->quadrature);
    float depth = f->mean > 0.0f ? 2.0f * swing / (WINDOW_LOSS * f->mean) : 0.0f;
    return depth >= LEAST_DEPTH && depth <= MOST_DEPTH;
}

static void tell_ced(struct gw_detector *d)
{
    struct gw_faxtone *f = &d->fax;
    int32_t kind = (modulated(f) ? GW_TONE_ANSAM : GW_TONE_CED) + (f->reversals > 0);
    if (kind == f->told)
        return;
    f->told = kind;
    gw_detector_tell(d, GW_EVENT_FAX, kind);
}

static void hear_ced(struct gw_detector *d)
{
    struct gw_faxtone *f = &d->fax;
    const struct gw_spectrum *s = &d->spectrum;
    int good = gw_spectrum_alone(s, GW_LANE_2100, LEAST);
    gw_presence_add(&f->ced, good, BRIDGE);
    if (f->ced.on == 0) {
        forget_ced(f);
        return;
    }
    if (f->quiet > 0)
        f->quiet--;
    if (good && f->quiet == 0 && f->ced.on >= 10 && reversed(f, s)) {
        f->reversals++;
        f->quiet = REFRACTORY;
    }
    if (good && f->ced.bad == 0)
        follow(f, s);
    if (f->ced.on >= 3) /* the first windows hold the beginning */
        add_envelope(f, s->power[GW_LANE_2100], good);
    if (f->ced.on >= CED_FRAMES)
        tell_ced(d);
}

void gw_faxtone_run(struct gw_detector *d)
{
    hear_cng(d);
    hear_ced(d);
}
