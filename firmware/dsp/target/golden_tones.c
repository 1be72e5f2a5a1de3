/* The golden cases of tone generators and detectors. */
#include "golden.h"
#include "record.h"

#define BLOCKS 10 /* of a tone */
#define BLOCK 800 /* samples */

/* Each tone for a second. */
static void run_generators(void)
{
    struct record record = {"tones", 0, 0};
    int16_t pcm[BLOCK];
    int32_t tone;
    int block;
    for (tone = GW_TONE_NONE + 1; tone < GW_TONES; tone++) {
        struct gw_tone_generator generator;
        gw_tone_init(&generator, tone, tone % 2 ? 8000 : 16000, 0);
        for (block = 0; block < BLOCKS; block++) {
            gw_tone_run(&generator, pcm, BLOCK);
            record_add(&record, pcm, sizeof pcm);
            record_block(&record);
        }
    }
}

static void mix(int16_t *pcm, const int16_t *voice)
{
    int i;
    for (i = 0; i < BLOCK; i++)
        pcm[i] = (int16_t)(pcm[i] + (voice[i] >> 6));
}

static void take_events(struct record *record, struct gw_detector *detector)
{
    struct gw_event event;
    while (gw_detector_event(detector, &event)) {
        int32_t said[3] = {event.kind, event.value, (int32_t)event.at};
        record_add(record, said, sizeof said);
    }
}

/* The same tones with a murmur behind them, all looked for and digits taken out. */
static void run_detector(const struct scene *scene)
{
    struct record heard = {"detector-pass", 0, 0}, told = {"detector-events", 0, 0};
    struct gw_detector detector;
    int16_t pcm[BLOCK];
    int32_t tone;
    int block, at;
    gw_detector_init(&detector, GW_DETECT_DTMF | GW_DETECT_FAX | GW_DETECT_PROGRESS | GW_REMOVE_DTMF);
    for (tone = GW_TONE_NONE + 1; tone < GW_TONES; tone++) {
        struct gw_tone_generator generator;
        gw_tone_init(&generator, tone, 8000, 0);
        for (block = 0; block < BLOCKS; block++) {
            gw_tone_run(&generator, pcm, BLOCK);
            mix(pcm, scene->voice + BLOCK * block);
            for (at = 0; at < BLOCK; at += GW_FRAME)
                gw_detector_run(&detector, pcm + at);
            record_add(&heard, pcm, sizeof pcm);
            record_block(&heard);
            take_events(&told, &detector);
            record_block(&told);
        }
    }
}

void golden_tones(const struct scene *scene)
{
    run_generators();
    run_detector(scene);
}
