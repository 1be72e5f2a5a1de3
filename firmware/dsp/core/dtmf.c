/* DTMF detector: ITU-T Q.23, Q.24.
 *
 * A digit has begun when two windows in a row (30 ms) hold the same pair of tones,
 * each within 2.1 % of its frequency (Q.24: 1.5 to accept, 3.5 to reject), and
 * little else; voices hardly ever do all of that. One such window alone is a
 * suspicion, which is early enough to remove the digit.
 */
#include "gw_internal.h"

#define LEAST 82389.0f    /* each tone: -35 dBm0 (Q.24: -25 must, -55 must not be heard) */
#define PURE 0.82f        /* share of the two tones in all power */
#define LIKELY 0.60f      /* the same at the nominal frequencies, where a closer look is worth while */
#define SUSPECT 0.76f     /* the same at the true ones, in one window: music is hardly ever so pure */
#define DOUBT 3           /* frames of suspicion: what is no digit then is none, */
#define CALM 5            /* until so many frames have been without */
#define FORWARD 11.2f     /* low over high group, 10.5 dB (Q.24: administrations ask for 4 to 10) */
#define REVERSE 5.6f      /* high over low, 7.5 dB */
#define UNEVEN 0.70f      /* weakest of the three frames over the strongest: an edge in them is too short a tone */
#define HOLD 0.30f        /* of its power: below, a digit seems to have ended */
#define OVER 3            /* windows without it: a gap of 20 ms is bridged, one of 30 ms divides digits */

static int strongest(const float *power, int first)
{
    int lane, best = first;
    for (lane = first + 1; lane < first + 4; lane++)
        if (power[lane] > power[best])
            best = lane;
    return best;
}

static int balanced(float low, float high)
{
    return low >= LEAST && high >= LEAST && low <= FORWARD * high && high <= REVERSE * low;
}

static int even(const float frame[3])
{
    float least = frame[0], most = frame[0];
    int i;
    for (i = 1; i < 3; i++) {
        if (frame[i] < least)
            least = frame[i];
        if (frame[i] > most)
            most = frame[i];
    }
    return least >= UNEVEN * most;
}

/* The power of the pair if the last two windows are a digit, or 0. */
static float certain(const struct gw_spectrum *s, int row, int column)
{
    float a = gw_spectrum_cosine(s, row), b = gw_spectrum_cosine(s, column), low, high;
    if (!gw_spectrum_in_tune(row, a) || !gw_spectrum_in_tune(column, b) || !even(s->frame))
        return 0.0f;
    low = gw_spectrum_power(s, row, a);
    high = gw_spectrum_power(s, column, b);
    return balanced(low, high) && low + high >= PURE * s->total ? low + high : 0.0f;
}

static void end(struct gw_detector *d)
{
    struct gw_dtmf *t = &d->dtmf;
    int32_t frames = (int32_t)(d->frames - t->began) - t->gone;
    t->active = 0;
    gw_detector_tell(d, GW_EVENT_DTMF_END, 10 * frames);
}

static void begin(struct gw_detector *d, int row, int column, float level)
{
    struct gw_dtmf *t = &d->dtmf;
    int32_t digit = gw_dtmf_digit(row, column - 4);
    t->gone = 0;
    if (t->active == digit)
        return;
    if (t->active)
        end(d);
    t->active = digit;
    t->row_lane = row;
    t->column_lane = column;
    t->level = level;
    t->began = d->frames - 3;
    gw_detector_tell(d, GW_EVENT_DTMF, digit);
}

/* Whether the digit that has begun is still there. */
static int lasts(const struct gw_detector *d)
{
    const struct gw_dtmf *t = &d->dtmf;
    float power = d->spectrum.power[t->row_lane] + d->spectrum.power[t->column_lane];
    return power >= HOLD * t->level && power >= 0.5f * d->spectrum.total;
}

/* Whether this window alone looks like a digit. */
static int suspicious(const struct gw_spectrum *s, int row, int column)
{
    float low = s->power[row], high = s->power[column];
    if (!balanced(low, high) || low + high < LIKELY * s->total)
        return 0;
    low = gw_spectrum_tuned(s, row);
    high = gw_spectrum_tuned(s, column);
    return balanced(low, high) && low + high >= SUSPECT * s->total;
}

/* A suspicion keeps what passes out; nothing may come of it. */
static void suspect(struct gw_detector *d, int row, int column)
{
    struct gw_dtmf *t = &d->dtmf;
    d->suspected = 0;
    if (t->active) {
        t->doubtful = 0;
        d->suspected = t->gone == 0 ? 2 : 0;
    } else if (d->wanted & GW_REMOVE_DTMF) {
        int there = suspicious(&d->spectrum, row, column);
        t->calm = there ? 0 : t->calm + (t->calm < CALM);
        if (t->calm == CALM)
            t->doubtful = 0;
        t->doubtful += there && t->doubtful <= DOUBT;
        d->suspected = there && t->doubtful <= DOUBT;
    }
}

void gw_dtmf_run(struct gw_detector *d)
{
    const struct gw_spectrum *s = &d->spectrum;
    struct gw_dtmf *t = &d->dtmf;
    int row = strongest(s->power, 0), column = strongest(s->power, 4);
    float level = 0.0f;
    if (row == t->row && column == t->column)
        level = certain(s, row, column);
    t->row = row;
    t->column = column;
    if (level > 0.0f) {
        begin(d, row, column, level);
    } else if (t->active) {
        t->gone = lasts(d) ? 0 : t->gone + 1;
        if (t->gone >= OVER)
            end(d);
    }
    suspect(d, row, column);
}
