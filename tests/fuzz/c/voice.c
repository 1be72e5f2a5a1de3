/* What stands round a codec: comfort noise from any payload, activity, concealment, rates, gain, the queue. */
#include "fuzz.h"
#include "gw_internal.h"

#define MOST 512 /* samples of a call */

struct voice {
    struct gw_comfort *comfort;
    struct gw_conceal *conceal;
    struct gw_conceal_wide *wide;
    struct gw_resampler *up, *down;
    struct gw_silence *silence;
    struct gw_gain gain;
    struct gw_queue *queue;
    uint32_t added, taken;
};

static void describe(struct voice *v, struct input *in)
{
    struct gw_sid sid, again;
    uint8_t packed[GW_SID_OCTETS];
    size_t octets;
    uint8_t *payload = take(in, octet(in) % 40, &octets);
    if (gw_sid_parse(&sid, payload, octets))
        DEMAND(octets == 0);
    else {
        DEMAND(plausible(gw_sid_dbm0(&sid)));
        gw_comfort_set(v->comfort, &sid);
        DEMAND(gw_sid_parse(&again, packed, gw_sid_build(&sid, packed)) == 0);
        DEMAND(again.level == sid.level && again.order == sid.order);
    }
    free(payload);
}

static void make_noise(struct voice *v, size_t samples)
{
    int16_t *pcm = memory(2 * samples + 2);
    watch_arithmetic();
    gw_comfort_run(v->comfort, pcm, samples);
    demand_sound_arithmetic();
    free(pcm);
}

static void measure(struct input *in, size_t samples)
{
    struct signal signal = signal_of(in);
    int16_t *pcm = memory(2 * samples + 2);
    int32_t order = (int8_t)octet(in), i;
    struct gw_sid sid;
    signal_fill(&signal, in, pcm, samples);
    watch_arithmetic();
    gw_sid_measure(&sid, pcm, samples, order);
    demand_sound_arithmetic();
    DEMAND(sid.level >= 0 && sid.level <= 127 && sid.order >= 0 && sid.order <= GW_SID_ORDER);
    for (i = 0; i < sid.order; i++)
        DEMAND(sid.k[i] >= -1.0f && sid.k[i] <= 1.0f);
    free(pcm);
}

static void speak(struct voice *v, struct input *in, int frames)
{
    struct signal signal = signal_of(in);
    uint8_t losses = octet(in);
    struct gw_sid sid;
    watch_arithmetic();
    for (; frames > 0; frames--) {
        int16_t *pcm = memory(2 * GW_FRAME), *wide = memory(4 * GW_FRAME);
        int lost = losses >> (frames & 7) & 1;
        signal_fill(&signal, in, pcm, GW_FRAME);
        signal_fill(&signal, in, wide, 2 * GW_FRAME);
        (lost ? gw_conceal_lost : gw_conceal_good)(v->conceal, pcm);
        (lost ? gw_conceal_wide_lost : gw_conceal_wide_good)(v->wide, wide);
        if (gw_silence_frame(v->silence, pcm, GW_FRAME, &sid) == GW_SEND_SID)
            DEMAND(sid.level >= 0 && sid.level <= 127);
        free(pcm);
        free(wide);
    }
    demand_sound_arithmetic();
}

/* There and back: the samples of before within the filter's delay would be too much to ask of clipped ones. */
static void resample(struct voice *v, struct input *in, size_t samples)
{
    struct signal signal = signal_of(in);
    int16_t *pcm = memory(2 * samples + 2), *wide = memory(4 * samples + 2);
    signal_fill(&signal, in, pcm, samples);
    gw_upsample(v->up, pcm, samples, wide);
    gw_downsample(v->down, wide, 2 * samples, wide); /* in place */
    free(pcm);
    free(wide);
}

static void amplify(struct voice *v, struct input *in, size_t samples)
{
    uint32_t bits = word(in) << 8 | octet(in);
    struct signal signal = signal_of(in);
    int16_t *pcm = memory(2 * samples + 2);
    float decibel;
    memcpy(&decibel, &bits, sizeof decibel); /* infinities and NaN too */
    signal_fill(&signal, in, pcm, samples);
    gw_gain_set(&v->gain, decibel);
    gw_gain_run(&v->gain, pcm, samples);
    DEMAND(v->gain.factor >= 0.0f && v->gain.factor <= 1001.0f);
    free(pcm);
}

static void queue(struct voice *v, struct input *in, size_t samples)
{
    int16_t *pcm = memory(2 * samples + 2);
    struct signal signal = signal_of(in);
    signal_fill(&signal, in, pcm, samples);
    gw_queue_add(v->queue, pcm, samples);
    v->added += (uint32_t)samples;
    if (octet(in) & 1)
        gw_queue_trim(v->queue, samples);
    if (octet(in) & 1 && v->queue->queued >= GW_FRAME) {
        int16_t *frame = memory(2 * GW_FRAME);
        gw_queue_take(v->queue, frame, GW_FRAME);
        v->taken += GW_FRAME;
        free(frame);
    }
    DEMAND(v->queue->queued >= 0 && v->queue->queued <= GW_QUEUE);
    DEMAND(v->added == v->taken + v->queue->dropped + (uint32_t)v->queue->queued);
    free(pcm);
}

static void start(struct voice *v, struct input *in)
{
    v->comfort = memory(sizeof *v->comfort);
    v->conceal = memory(sizeof *v->conceal);
    v->wide = memory(sizeof *v->wide);
    v->up = memory(sizeof *v->up);
    v->down = memory(sizeof *v->down);
    v->silence = memory(sizeof *v->silence);
    v->queue = memory(sizeof *v->queue);
    v->added = v->taken = 0;
    gw_comfort_init(v->comfort);
    gw_conceal_init(v->conceal);
    gw_conceal_wide_init(v->wide);
    gw_resampler_init(v->up);
    gw_resampler_init(v->down);
    gw_silence_init(v->silence, octet(in) % (GW_SID_ORDER + 1));
    gw_gain_init(&v->gain, (float)octet(in) - 128.0f);
    gw_queue_init(v->queue, 10 * (1 + octet(in) % 6), 1 + octet(in) % 2);
}

static void end(struct voice *v)
{
    free(v->comfort);
    free(v->conceal);
    free(v->wide);
    free(v->up);
    free(v->down);
    free(v->silence);
    free(v->queue);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets)
{
    struct input in = {data, octets};
    struct voice v;
    start(&v, &in);
    while (in.left) {
        uint8_t what = octet(&in);
        size_t samples = (size_t)octet(&in) * 2;
        switch (what % 7) {
        case 0: describe(&v, &in); break;
        case 1: make_noise(&v, samples); break;
        case 2: measure(&in, samples); break;
        case 3: speak(&v, &in, (int)(samples / 8)); break;
        case 4: resample(&v, &in, samples); break;
        case 5: amplify(&v, &in, samples); break;
        default: queue(&v, &in, samples); break;
        }
    }
    end(&v);
    return 0;
}
