/* Concealment of missing frames: speech goes on in its own pitch cycles for 60 ms and fades.
 *
 * The idea is that of ITU-T G.711 Appendix I: find the pitch in what was heard, repeat its
 * last cycle, and after 10 and 20 ms repeat two and three cycles, lest one cycle become a
 * buzz. Unlike there nothing is delayed: where the repetition begins, the step against the
 * last sample heard is taken out and given back over a quarter of a cycle.
 */
#include "gw_internal.h"

#define HISTORY GW_CONCEAL_HISTORY
#define SHORTEST 32  /* samples at 8 kHz: 250 Hz; higher voices repeat two cycles or three */
#define LONGEST 140  /* 57 Hz */
#define WINDOW 100   /* that are compared */
#define FADE_FRAMES 6
#define BLEND 16     /* samples over which a good frame takes over, more after long gaps */
#define ALIKE 0.1f   /* squared correlation of a voice; below it no pitch is to be heard */

/* The history at 8 kHz with at most 11 bits, so that sums of products fit into 32. */
static void scale(const struct gw_gap *c, const int16_t *history, int16_t *out)
{
    int all = 0, i, shift;
    for (i = 0; i < HISTORY; i++) {
        out[i] = (int16_t)(c->scale == 1 ? history[i] : (history[2 * i] + history[2 * i + 1]) >> 1);
        all |= out[i] < 0 ? ~out[i] : out[i];
    }
    shift = gw_width((uint32_t)all) - 11;
    for (i = 0; i < HISTORY && shift > 0; i++)
        out[i] = (int16_t)(out[i] >> shift);
}

static int32_t product(const int16_t *a, const int16_t *b)
{
    int32_t sum = 0;
    int i;
    for (i = 0; i < WINDOW; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Likeness of the last 12.5 ms to what came `lag` samples before, 0 .. 1. */
static float likeness(const int16_t *end, int lag)
{
    const int16_t *now = end - WINDOW, *past = now - lag;
    float cross = (float)product(now, past), power = (float)product(now, now), before = (float)product(past, past);
    return cross <= 0.0f ? 0.0f : cross * cross / ((power + 1.0f) * (before + 1.0f));
}

/* The lag of greatest likeness; a multiple of the pitch that is hardly more alike does not count. */
static float find_cycle(struct gw_gap *c, const int16_t *history)
{
    int16_t scaled[HISTORY];
    float most = 0.0f;
    int lag;
    scale(c, history, scaled);
    c->cycle = LONGEST * c->scale;
    for (lag = SHORTEST; lag <= LONGEST; lag++) {
        float like = likeness(scaled + HISTORY, lag);
        if (like > most + 0.02f) {
            most = like;
            c->cycle = lag * c->scale;
        }
    }
    return most;
}

/* One sample of the loop of the last `cycles` cycles: its end blends into what came before its
 * beginning, so that it can start again. */
static float loop_sample(const struct gw_gap *c, const int16_t *history, int cycles, int phase)
{
    int length = cycles * c->cycle, blend = c->cycle / 4, left = length - phase;
    const int16_t *at = history + c->scale * HISTORY - length + phase;
    float share;
    if (left > blend)
        return (float)*at;
    share = (float)left / (float)(blend + 1);
    return share * (float)*at + (1.0f - share) * (float)at[-length];
}

/* What the loop was until now, or the step at its beginning, gives way over a quarter of a cycle. */
static float enter(struct gw_gap *c, const int16_t *history, float sample)
{
    float share = (float)(c->entered + 1) / (float)(c->cycle / 4 + 1);
    c->entered++;
    if (c->before == 0)
        return sample + (1.0f - share) * c->step;
    return share * sample + (1.0f - share) * loop_sample(c, history, c->before, c->phase % (c->before * c->cycle));
}

/* The next sample that continues the speech, before fading. */
static float next(struct gw_gap *c, const int16_t *history)
{
    float sample = loop_sample(c, history, c->cycles, c->phase);
    if (c->entered < c->cycle / 4)
        sample = enter(c, history, sample);
    c->phase = c->phase + 1 < c->cycles * c->cycle ? c->phase + 1 : 0;
    return sample;
}

static float fade(const struct gw_gap *c, int sample)
{
    float frames = (float)c->lost - 1.0f + (float)sample / (float)(c->scale * GW_FRAME);
    float gain = 1.0f - frames / (float)FADE_FRAMES;
    return gain > 0.0f ? gain : 0.0f;
}

static void reverse(int16_t *from, int16_t *to)
{
    while (from < --to) {
        int16_t sample = *from;
        *from++ = *to;
        *to = sample;
    }
}

/* What is a ring while all goes well: with the oldest sample first. */
static void straighten(struct gw_gap *c, int16_t *history)
{
    int16_t *oldest = history + c->oldest, *end = history + c->scale * HISTORY;
    reverse(history, oldest);
    reverse(oldest, end);
    reverse(history, end);
    c->oldest = 0;
}

static void begin(struct gw_gap *c, int16_t *history)
{
    const int16_t *last = history + c->scale * HISTORY - 1;
    straighten(c, history);
    c->cycles = find_cycle(c, history) < ALIKE ? 2 : 1; /* noise has no cycle: a long loop sounds least like one */
    c->before = c->entered = c->phase = 0;
    c->step = (float)*last - (float)last[-c->cycles * c->cycle];
}

static void lengthen(struct gw_gap *c)
{
    c->before = c->cycles;
    c->cycles++;
    c->entered = 0;
}

static void lost(struct gw_gap *c, int16_t *history, int16_t *frame)
{
    int i;
    if (c->lost == 0)
        begin(c, history);
    else if (c->cycles == c->lost && c->cycles < 3)
        lengthen(c);
    if (c->lost <= FADE_FRAMES)
        c->lost++;
    for (i = 0; i < c->scale * GW_FRAME; i++)
        frame[i] = gw_to_sample(fade(c, i) * next(c, history));
}

static void good(struct gw_gap *c, int16_t *history, int16_t *frame)
{
    int i, blend = c->scale * BLEND * (c->lost < 2 ? 1 : 2);
    size_t length = (size_t)c->scale * GW_FRAME;
    if (c->lost) {
        c->lost++;
        for (i = 0; i < blend; i++) {
            float share = (float)(i + 1) / (float)(blend + 1);
            frame[i] = gw_to_sample(share * (float)frame[i] + (1.0f - share) * fade(c, i) * next(c, history));
        }
        c->lost = 0;
    }
    memcpy(history + c->oldest, frame, length * sizeof *history);
    c->oldest = c->oldest + (int)length < c->scale * HISTORY ? c->oldest + (int)length : 0;
}

void gw_conceal_init(struct gw_conceal *c)
{
    memset(c, 0, sizeof *c);
    c->gap.scale = 1;
}

void gw_conceal_good(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    good(&c->gap, c->history, frame);
}

void gw_conceal_lost(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    lost(&c->gap, c->history, frame);
}

void gw_conceal_wide_init(struct gw_conceal_wide *c)
{
    memset(c, 0, sizeof *c);
    c->gap.scale = 2;
}

void gw_conceal_wide_good(struct gw_conceal_wide *c, int16_t frame[2 * GW_FRAME])
{
    good(&c->gap, c->history, frame);
}

void gw_conceal_wide_lost(struct gw_conceal_wide *c, int16_t frame[2 * GW_FRAME])
{
    lost(&c->gap, c->history, frame);
}
