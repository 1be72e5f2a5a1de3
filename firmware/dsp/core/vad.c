/* Is this speech? By energy above a noise floor that follows the quietest of the last second and a half.
 *
 * Two powers are watched: of the signal, and of its first difference, where weak fricatives
 * stand out of low rumble. What is louder than SURE is never called silence, so that tones and
 * music on hold cannot become the floor.
 */
#include "gw_internal.h"

#define SURE 2.6e4f     /* -40 dBm0 as a mean square */
#define LEAST 26.0f     /* -70 dBm0: below it nothing is speech */
#define MARGIN 4.0f     /* 6 dB above the floor */
#define PART 38         /* frames: four parts are 1.5 s */
#define ONSET 3         /* frames of activity that make it more than a click */
#define CLICK_HANG 6    /* frames that stay active after a short burst ... */
#define SPEECH_HANG 20  /* ... and after speech */

void gw_vad_init(struct gw_vad *v)
{
    int i;
    memset(v, 0, sizeof *v);
    for (i = 0; i < GW_VAD_PARTS; i++)
        v->low[0][i] = v->low[1][i] = SURE;
    v->hang = SPEECH_HANG; /* a call begins active: its floor is not known yet */
}

static void powers(struct gw_vad *v, const int16_t *pcm, size_t samples, float out[2])
{
    float sum = 0.0f, square = 0.0f, slope = 0.0f, last = v->last, n = (float)samples;
    size_t i;
    for (i = 0; i < samples; i++) {
        float x = (float)pcm[i];
        sum += x;
        square += x * x;
        slope += (x - last) * (x - last);
        last = x;
    }
    v->last = last;
    out[0] = square / n - (sum / n) * (sum / n); /* a constant is no sound */
    out[1] = slope / n;
}

static float least(const float *values)
{
    float low = values[0];
    int i;
    for (i = 1; i < GW_VAD_PARTS; i++)
        if (values[i] < low)
            low = values[i];
    return low;
}

/* The least of smoothed powers over four parts, the oldest of which falls out now and then. */
static float follow(struct gw_vad *v, int band, float power)
{
    float *low = v->low[band], *mean = &v->mean[band];
    *mean += *mean > 0.0f ? 0.25f * (power - *mean) : power; /* a mean that began at nothing would be the floor */
    if (*mean < 1e-6f)
        *mean = 0.0f;
    if (v->frames == 0) {
        memmove(low + 1, low, (GW_VAD_PARTS - 1) * sizeof *low);
        low[0] = SURE;
    }
    if (*mean < low[0])
        low[0] = *mean;
    return least(low);
}

int gw_vad_frame(struct gw_vad *v, const int16_t *pcm, size_t samples)
{
    float power[2], floor[2];
    int band, active;
    if (samples == 0)
        return v->hang > 0;
    powers(v, pcm, samples, power);
    for (band = 0; band < 2; band++)
        floor[band] = follow(v, band, power[band]) + 1.0f;
    v->frames = (v->frames + 1) % PART;
    active = power[0] > SURE || (power[0] > LEAST && power[0] > MARGIN * floor[0])
             || (power[1] > LEAST && power[1] > MARGIN * floor[1]);
    v->run = active ? v->run + (v->run < ONSET) : 0;
    if (active)
        v->hang = v->run < ONSET && v->hang < CLICK_HANG ? CLICK_HANG : v->run < ONSET ? v->hang : SPEECH_HANG;
    else if (v->hang > 0)
        v->hang--;
    return v->hang > 0;
}
