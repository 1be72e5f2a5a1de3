/* One direction's detectors: what they heard, and digits that give way to the noise of the room. */
#include "gw_internal.h"

#define EVENTS 8
#define FADE_OUT (1.0f / 16.0f) /* a sample: 2 ms */
#define FADE_IN (1.0f / 40.0f)  /* 5 ms */
#define HELD 20                 /* frames: longer than any digit that is dialled, as long as speech hangs over */

void gw_detector_init(struct gw_detector *d, int32_t wanted)
{
    memset(d, 0, sizeof *d);
    d->wanted = wanted;
    d->gain = 1.0f;
    d->fax.turn_re = 1.0f;
    gw_silence_init(&d->room, GW_ROOM_ORDER);
    gw_comfort_init(&d->noise);
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

/* The noise that was heard last before. */
static void imitate_room(struct gw_detector *d)
{
    struct gw_sid sid;
    gw_sid_describe(&sid, d->room.products, GW_FRAME, d->room.order);
    gw_comfort_set(&d->noise, &sid);
    d->noise.gain = d->noise.target;
}

static void blend(struct gw_detector *d, int16_t *pcm)
{
    int16_t noise[GW_FRAME];
    int i;
    gw_comfort_run(&d->noise, noise, GW_FRAME);
    for (i = 0; i < GW_FRAME; i++) {
        d->gain += d->mute ? -FADE_OUT : FADE_IN;
        d->gain = d->gain < 0.0f ? 0.0f : d->gain > 1.0f ? 1.0f : d->gain;
        pcm[i] = gw_to_sample(d->gain * (float)pcm[i] + (1.0f - d->gain) * (float)noise[i]);
    }
}

/* A digit that is there keeps the next frame out too, for its end may lie in it. */
static void remove_digit(struct gw_detector *d, int16_t *pcm)
{
    int removed = d->removed;
    if (d->suspected)
        d->mute = d->suspected;
    d->removed = d->mute || d->gain < 1.0f ? removed + 1 : 0;
    if (!d->removed)
        return;
    if (!removed)
        imitate_room(d);
    blend(d, pcm);
    if (d->mute)
        d->mute--;
}

void gw_detector_pass(struct gw_detector *d, int16_t *pcm)
{
    if ((d->wanted & ~GW_DETECT_SPEECH) == 0)
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
        remove_digit(d, pcm);
}

/* What was put in place of a digit says nothing about the room. In place of a key that is held it becomes a pause,
 * for whoever has a description of the room. */
void gw_detector_hear(struct gw_detector *d, const int16_t *pcm)
{
    if ((d->wanted & (GW_DETECT_SPEECH | GW_REMOVE_DTMF)) == 0)
        return;
    if (!d->removed)
        d->speaking = gw_silence_hear(&d->room, pcm, GW_FRAME);
    else if (d->removed > HELD && d->room.sent.order)
        d->speaking = 0;
}

void gw_detector_run(struct gw_detector *d, int16_t *pcm)
{
    gw_detector_pass(d, pcm);
    gw_detector_hear(d, pcm);
}
