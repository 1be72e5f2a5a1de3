/* Concealment of missing frames: what was heard last, cycle by cycle, fading. */
#include "gw_internal.h"

#define HISTORY (3 * GW_FRAME)
#define SHORTEST 32 /* 250 Hz */
#define LONGEST 160 /* 50 Hz */
#define FADE_FRAMES 6
#define BLEND 40 /* samples over which a good frame takes over */

void gw_conceal_init(struct gw_conceal *c)
{
    memset(c, 0, sizeof *c);
}

/* Likeness of the last 10 ms to what came `lag` samples before, 0 .. 1. */
static float likeness(const int16_t *end, int lag)
{
    float cross = 0.0f, power = 1.0f, past = 1.0f;
    int i;
    for (i = 1; i <= GW_FRAME; i++) {
        float a = end[-i], b = end[-i - lag];
        cross += a * b;
        power += a * a;
        past += b * b;
    }
    return cross <= 0.0f ? 0.0f : cross * cross / (power * past);
}

static int best_cycle(const int16_t *history)
{
    int lag, best = LONGEST;
    float most = 0.0f;
    for (lag = SHORTEST; lag <= LONGEST; lag++) {
        float like = likeness(history + HISTORY, lag);
        if (like > most) {
            most = like;
            best = lag;
        }
    }
    return best;
}

/* The next repeated sample, before fading. */
static int16_t repeat(struct gw_conceal *c)
{
    int16_t sample = c->history[HISTORY - c->cycle + c->phase];
    c->phase = c->phase + 1 < c->cycle ? c->phase + 1 : 0;
    return sample;
}

static float fade(const struct gw_conceal *c, int sample)
{
    float frames = (float)c->lost - 1.0f + (float)sample / (float)GW_FRAME;
    float gain = 1.0f - frames / (float)FADE_FRAMES;
    return gain > 0.0f ? gain : 0.0f;
}

void gw_conceal_lost(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    int i;
    if (c->lost == 0) {
        c->cycle = best_cycle(c->history);
        c->phase = 0;
    }
    if (c->lost <= FADE_FRAMES)
        c->lost++;
    for (i = 0; i < GW_FRAME; i++)
        frame[i] = gw_to_sample(fade(c, i) * repeat(c));
}

void gw_conceal_good(struct gw_conceal *c, int16_t frame[GW_FRAME])
{
    int i;
    if (c->lost) {
        c->lost++;
        for (i = 0; i < BLEND; i++) {
            float share = (float)(i + 1) / (float)BLEND;
            frame[i] = gw_to_sample(share * frame[i] + (1.0f - share) * fade(c, i) * repeat(c));
        }
        c->lost = 0;
    }
    memmove(c->history, c->history + GW_FRAME, (HISTORY - GW_FRAME) * sizeof c->history[0]);
    memcpy(c->history + HISTORY - GW_FRAME, frame, GW_FRAME * sizeof *frame);
}
