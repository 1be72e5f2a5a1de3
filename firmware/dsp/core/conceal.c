/* Concealment of missing frames: speech goes on in its own pitch cycles for 60 ms and fades.
 *
 * The idea is that of ITU-T G.711 Appendix I: find the pitch in what was heard, repeat its
 * last cycle, and after 10 and 20 ms repeat two and three cycles, lest one cycle become a
 * buzz. Unlike there nothing is delayed: where the repetition begins, the step against the
 * last sample heard is taken out and given back over a quarter of a cycle.
 */
#include "gw_internal.h"

#define HISTORY GW_CONCEAL_HISTORY
#define SHORTEST 32  /* samples: 250 Hz; higher voices repeat two cycles or three */
#define LONGEST 140  /* 57 Hz */
#define WINDOW 100   /* that are compared */
#define FADE_FRAMES 6
#define BLEND 16     /* samples over which a good frame takes over, more after long gaps */
#define ALIKE 0.1f   /* squared correlation of a voice; below it no pitch is to be heard */

void gw_conceal_init(struct gw_conceal *c)
{
    memset(c, 0, sizeof *c);
}

/* The history with at most 11 bits, so that sums of products fit into 32. */
static void scale(const int16_t *history, int16_t *out)
{
    int all = 0, i, shift;
    for (i = 0; i < HISTORY; i++)
        all |= history[i] < 0 ? ~history[i] : history[i];
    shift = gw_width((uint32_t)all) - 11;
    for (i = 0; i < HISTORY; i++)
        out[i] = (int16_t)(shift > 0 ? history[i] >> shift : history[i]);
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
static float find_cycle(struct gw_conceal *c)
{
    int16_t scaled[HISTORY];
    float most = 0.0f;
    int lag;
    scale(c->history, scaled);
    c->cycle = LONGEST;
    for (lag = SHORTEST; lag <= LONGEST; lag++) {
        float like = likeness(scaled + HISTORY, lag);
        if (like > most + 0.02f) {
            most = like;
            c->cycle = lag;
        }
    }
    return most;
}

/* One sample of the loop of the last `cycles` cycles: its end blends into what came before its
 * beginning, so that it can start again. */
static float loop_sample(const struct gw_conceal *c, int cycles, int phase)
{
    int length = cycles * c->cycle, blend = c->cycle / 4, left = length - phase;
    const int16_t *at = c->history + HISTORY - length + phase;
    float share;
    if (left > blend)
        return (float)*at;
    share = (float)left / (float)(blend + 1);
    return share * (float)*at + (1.0f - share) * (float)at[-length];
}

/* What the loop was until now, or the step at its beginning, gives way over a quarter of a cycle. */
static float enter(struct gw_conceal *c, float sample)
{
    float share = (float)(c->entered + 1) / (float)(c->cycle / 4 + 1);
    c->entered++;
    if (c->before == 0)
        return sample + (1.0f - share) * c->step;
    return share * sample + (1.0f - share) * loop_sample(c, c->before, c->phase % (c->before * c->cycle));
}

/* The next sample that continues the speech, before fading. */
static float next(struct gw_conceal *c)
{
    float sample = loop_sample(c, c->cycles, c->phase);
    if (c->entered < c->cycle / 4)
        sample = enter(c, sample);
    c->phase = c->phase + 1 < c->cycles * c->cycle ? c->phase + 1 : 0;
    return sample;
}

static float fade(const struct gw_conceal *c, int sample)
{
    float frames = (float)c->lost - 1.0f + (float)sample / (float)GW_FRAME;
    float gain = 1.0f - frames / (float)FADE_FRAMES;
    return gain > 0.0f ? gain : 0.0f;
}

static void begin(struct gw_conceal *c)
{
    c->cycles = find_cycle(c) < ALIKE ? 2 : 1; /* noise has no cycle: a long loop sounds least like one */
    c->before = c->entered = c->phase = 0;
    c->step = (float)c->history[HISTORY - 1] - (float)c->history[HISTORY - c->cycles * c->cycle - 1];
}

static void lengthen(struct gw_conceal *c)
{
    c->before = c->cycles;
    c->cycles++;
    c->entered = 0;
}

void gw_conceal_lost(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    int i;
    if (c->lost == 0)
        begin(c);
    else if (c->cycles == c->lost && c->cycles < 3)
        lengthen(c);
    if (c->lost <= FADE_FRAMES)
        c->lost++;
    for (i = 0; i < GW_FRAME; i++)
        frame[i] = gw_to_sample(fade(c, i) * next(c));
}

void gw_conceal_good(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    int i, blend = BLEND * (c->lost < 2 ? 1 : 2);
    if (c->lost) {
        c->lost++;
        for (i = 0; i < blend; i++) {
            float share = (float)(i + 1) / (float)(blend + 1);
            frame[i] = gw_to_sample(share * (float)frame[i] + (1.0f - share) * fade(c, i) * next(c));
        }
        c->lost = 0;
    }
    memmove(c->history, c->history + GW_FRAME, (HISTORY - GW_FRAME) * sizeof c->history[0]);
    memcpy(c->history + HISTORY - GW_FRAME, frame, GW_FRAME * sizeof *frame);
}
