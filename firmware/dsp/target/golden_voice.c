/* The golden cases of what stands round a codec: rates, gain, silence, comfort noise, lost frames. */
#include "golden.h"
#include "record.h"

static void run_rates(const struct scene *scene)
{
    struct record record = {"resample", 0, 0};
    struct gw_resampler up, down;
    int16_t wide[2 * GW_FRAME], narrow[GW_FRAME];
    int at;
    gw_resampler_init(&up);
    gw_resampler_init(&down);
    for (at = 0; at < SCENE; at += GW_FRAME) {
        gw_upsample(&up, scene->far + at, GW_FRAME, wide);
        record_add(&record, wide, sizeof wide);
        gw_downsample(&down, wide, 2 * GW_FRAME, narrow);
        record_add(&record, narrow, sizeof narrow);
        record_block(&record);
    }
}

static void run_gain(const struct scene *scene)
{
    struct record record = {"gain", 0, 0};
    struct gw_gain gain;
    int at;
    gw_gain_init(&gain, -3.0f);
    for (at = 0; at < SCENE; at += GW_FRAME) {
        int16_t pcm[GW_FRAME];
        memcpy(pcm, scene->voice + at, sizeof pcm);
        gw_gain_set(&gain, (float)(at / GW_FRAME % 41 - 20));
        gw_gain_run(&gain, pcm, GW_FRAME);
        record_add(&record, pcm, sizeof pcm);
        record_block(&record);
    }
}

/* Silence is described, the description packed, parsed and played. */
static void run_silence(const struct scene *scene)
{
    struct record record = {"silence", 0, 0};
    struct gw_silence silence;
    struct gw_comfort comfort;
    struct gw_sid sid;
    int at;
    gw_silence_init(&silence, 10);
    gw_comfort_init(&comfort);
    for (at = 0; at < SCENE; at += GW_FRAME) {
        int16_t pcm[GW_FRAME];
        uint8_t packed[GW_SID_OCTETS];
        int32_t sending = (int32_t)gw_silence_frame(&silence, scene->voice + at, GW_FRAME, &sid);
        record_add(&record, &sending, sizeof sending);
        if (sending == GW_SEND_SID || at % (50 * GW_FRAME) == 0) {
            size_t octets;
            gw_sid_measure(&sid, scene->voice + at, GW_FRAME, GW_SID_ORDER);
            octets = gw_sid_build(&sid, packed);
            record_add(&record, packed, octets);
            if (gw_sid_parse(&sid, packed, octets) == 0)
                gw_comfort_set(&comfort, &sid);
        }
        gw_comfort_run(&comfort, pcm, GW_FRAME);
        record_add(&record, pcm, sizeof pcm);
        record_block(&record);
    }
}

static void run_concealment(const struct scene *scene)
{
    struct record record = {"conceal", 0, 0};
    struct gw_conceal conceal;
    uint32_t seed = 11, run = 0;
    int at;
    gw_conceal_init(&conceal);
    for (at = 0; at < SCENE; at += GW_FRAME) {
        int16_t pcm[GW_FRAME];
        if (run == 0 && (scene_random(&seed) & 7) == 0)
            run = 1 + (scene_random(&seed) & 7);
        memcpy(pcm, scene->voice + at, sizeof pcm);
        if (run) {
            gw_conceal_lost(&conceal, pcm);
            run--;
        } else {
            gw_conceal_good(&conceal, pcm);
        }
        record_add(&record, pcm, sizeof pcm);
        record_block(&record);
    }
}

static void run_wide_concealment(const struct scene *scene)
{
    struct record record = {"conceal-wide", 0, 0};
    struct gw_conceal_wide conceal;
    uint32_t seed = 13;
    int at;
    gw_conceal_wide_init(&conceal);
    for (at = 0; at < SCENE; at += 2 * GW_FRAME) {
        int16_t pcm[2 * GW_FRAME];
        memcpy(pcm, scene->voice + at, sizeof pcm);
        ((scene_random(&seed) & 3) == 0 ? gw_conceal_wide_lost : gw_conceal_wide_good)(&conceal, pcm);
        record_add(&record, pcm, sizeof pcm);
        record_block(&record);
    }
}

void golden_voice(const struct scene *scene)
{
    run_rates(scene);
    run_gain(scene);
    run_silence(scene);
    run_concealment(scene);
    run_wide_concealment(scene);
}
