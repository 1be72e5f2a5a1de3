/* One direction's detectors: what they heard, and digits silenced. */
#include "gw_internal.h"

#define EVENTS 8
#define FADE_OUT (1.0f / 16.0f) /* a sample: 2 ms */
#define FADE_IN (1.0f / 40.0f)  /* 5 ms */

void gw_detector_init(struct gw_detector *d, int32_t wanted)
{
    memset(d, 0, sizeof *d);
    d->wanted = wanted;
    d->gain = 1.0f;
    d->fax.turn_re = 1.0f;
}

void gw_detector_tell(struct gw_detector *d, int32_t kind, int32_t value)
{
    struct gw_event *event;
    if (kind <= GW_EVENT_DTMF_END && !(d->wanted & GW_DETECT_DTMF))
        return;
    if (d->waiting == EVENTS) {
        d->first = (d->first + 1) % EVENTS;
        d->waiting--;
    }
    event = &d->events[(d->first + d->waiting++) % EVENTS];
    event->kind = kind;
    event->value = value;
    event->at = 10 * d->frames;
}

int gw_detector_event(struct gw_detector *d, struct gw_event *event)
{
    if (d->waiting == 0)
        return 0;
    *event = d->events[d->first];
    d->first = (d->first + 1) % EVENTS;
    d->waiting--;
    return 1;
}

/* A digit that is there holds the next frame silent too, for its end may lie in it. */
static void silence(struct gw_detector *d, int16_t *pcm)
{
    int i;
    if (d->suspected)
        d->mute = d->suspected;
    if (d->mute == 0 && d->gain >= 1.0f)
        return;
    for (i = 0; i < GW_FRAME; i++) {
        d->gain += d->mute ? -FADE_OUT : FADE_IN;
        d->gain = d->gain < 0.0f ? 0.0f : d->gain > 1.0f ? 1.0f : d->gain;
        pcm[i] = gw_to_sample(d->gain * (float)pcm[i]);
    }
    if (d->mute)
        d->mute--;
}

void gw_detector_run(struct gw_detector *d, int16_t *pcm)
{
    if (d->wanted == 0)
        return;
    gw_spectrum_frame(&d->spectrum, pcm);
    d->frames++;
    if (d->wanted & (GW_DETECT_DTMF | GW_REMOVE_DTMF))
        gw_dtmf_run(d);
    if (d->wanted & GW_DETECT_FAX)
        gw_faxtone_run(d);
    if (d->wanted & GW_DETECT_PROGRESS)
        gw_progress_run(d);
    if (d->wanted & GW_REMOVE_DTMF)
        silence(d, pcm);
}
