/* Silence compression: a pause is described once, and again when its noise has changed.
 *
 * The description is of a mean over a sixth of a second, taken from the hangover on, when
 * what was said has died away.
 */
#include "gw_internal.h"

#define DIED_AWAY 10   /* frames of hangover that are left when measuring begins */
#define MEAN 16        /* frames: the weight of the newest is 1 / 16 at least */
#define SELDOM 100     /* frames between two descriptions at least: what comes and goes faster is no pause */
#define LOUDER 3       /* dB that are a change */
#define COLOUR 0.3f    /* and so is this much of the first reflection coefficient, the spectrum's slope, ... */
#define INAUDIBLE 76   /* ... but not below -70 dBm0, where all noise is one */

void gw_silence_init(struct gw_silence *s, int32_t order)
{
    memset(s, 0, sizeof *s);
    s->order = order < 0 ? 0 : order > GW_SID_ORDER ? GW_SID_ORDER : order;
    s->since = SELDOM;
    gw_vad_init(&s->vad);
}

static void measure(struct gw_silence *s, const int16_t *pcm, size_t samples)
{
    float now[GW_SID_ORDER + 1], share;
    int32_t i;
    s->known += s->known < MEAN;
    share = 1.0f / (float)s->known;
    gw_sid_products(pcm, samples, s->order, now);
    for (i = 0; i <= s->order; i++) {
        float *mean = &s->products[i];
        *mean += share * (now[i] - *mean);
        if (*mean < 1e-6f && *mean > -1e-6f)
            *mean = 0.0f;
    }
}

int gw_silence_hear(struct gw_silence *s, const int16_t *pcm, size_t samples)
{
    int active = gw_vad_frame(&s->vad, pcm, samples);
    if (s->vad.hang > DIED_AWAY)
        s->known = 0;
    else if (s->vad.run == 0) /* a click is no reason to forget the noise */
        measure(s, pcm, samples);
    s->pausing = s->pausing && !active;
    s->since += s->since < SELDOM;
    return active || (!s->pausing && s->since < SELDOM);
}

static int32_t audible(const struct gw_sid *sid)
{
    return sid->level < INAUDIBLE ? sid->level : INAUDIBLE;
}

static int changed(const struct gw_sid *a, const struct gw_sid *b)
{
    int32_t louder = audible(a) - audible(b);
    float colour = a->order ? a->k[0] - b->k[0] : 0.0f;
    int heard = a->level < INAUDIBLE || b->level < INAUDIBLE;
    return louder >= LOUDER || louder <= -LOUDER || (heard && (colour > COLOUR || colour < -COLOUR));
}

int gw_silence_due(struct gw_silence *s, size_t samples, struct gw_sid *sid)
{
    if (s->known == 0 || s->since < SELDOM)
        return 0;
    gw_sid_describe(sid, s->products, samples, s->order);
    if (s->pausing && !changed(sid, &s->sent))
        return 0;
    s->sent = *sid;
    s->pausing = 1;
    s->since = 0;
    return 1;
}

enum gw_sending gw_silence_frame(struct gw_silence *s, const int16_t *pcm, size_t samples, struct gw_sid *sid)
{
    if (gw_silence_hear(s, pcm, samples))
        return GW_SEND_SPEECH;
    return gw_silence_due(s, samples, sid) ? GW_SEND_SID : GW_SEND_NOTHING;
}
