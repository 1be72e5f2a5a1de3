/* Call progress by its cadence: one tone of 425 Hz (ITU-T E.180 with its supplement 2). */
#include "gw_internal.h"

#define LEAST 26054.0f     /* -40 dBm0 */
#define DIAL_FRAMES 250    /* longer than any ringing burst (E.180: 0.67 to 1.5 s, some 2 s) */
#define RINGING_SHORTEST 60
#define RINGING_LONGEST 220
#define RINGING_PAUSE 240  /* E.180: 3 to 5 s; busy's and congestion's are shorter */
#define ENDED 700          /* frames of silence after which a new one is told again */

/* busy and congestion by one half cycle in frames: E.180 4.2 has cycles of 0.3 to 1.1 s, and
 * congestion, where it differs, is the faster. 0 for neither. */
static int32_t kind_of(int32_t on, int32_t off)
{
    if (on >= 33 && on <= 67 && off >= 33 && off <= 67)
        return GW_TONE_BUSY;
    return on >= 12 && on <= 32 && off >= 12 && off <= 32 ? GW_TONE_CONGESTION : 0;
}

static void tell(struct gw_detector *d, int32_t kind)
{
    if (d->progress.told == kind)
        return;
    d->progress.told = kind;
    gw_detector_tell(d, GW_EVENT_PROGRESS, kind);
}

/* A burst begins: with the burst and the pause before it a cycle is whole. */
static void end_cycle(struct gw_detector *d)
{
    struct gw_progress *p = &d->progress;
    int32_t kind = kind_of(p->last_on, p->last_off);
    p->alike = kind && kind == p->kind ? p->alike + 1 : kind != 0;
    p->kind = kind;
    if (p->alike >= 2)
        tell(d, kind);
}

void gw_progress_run(struct gw_detector *d)
{
    struct gw_progress *p = &d->progress;
    int32_t on = p->tone.on, off = p->tone.off;
    gw_presence_add(&p->tone, gw_spectrum_alone(&d->spectrum, GW_LANE_425, LEAST), 1);
    if (on && !p->tone.on)
        p->last_on = on;
    if (!on && p->tone.on) {
        p->last_off = off;
        end_cycle(d);
    }
    if (p->tone.on >= DIAL_FRAMES)
        tell(d, GW_TONE_DIAL);
    if (p->tone.off == RINGING_PAUSE && p->last_on >= RINGING_SHORTEST && p->last_on <= RINGING_LONGEST)
        tell(d, GW_TONE_RINGING);
    if (p->tone.off == ENDED) {
        p->told = p->kind = p->alike = p->last_on = 0;
    }
}
