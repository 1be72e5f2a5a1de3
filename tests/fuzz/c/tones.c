/* Tone generators in any order, and detectors of anything: events stay what they may be, and a remover
 * only takes away, and puts in noise as low as the silence detector's loudest silence. */
#include "fuzz.h"

#define FRAMES_MAX 1500 /* in one input */
#define NOISE 2000      /* ten times the amplitude of -40 dBm0, and some */

struct line {
    struct gw_tone_generator *tone;
    struct gw_detector *detector;
    int started, frames;
    int32_t wanted;
};

static void demand_event(const struct line *line, const struct gw_event *event)
{
    const char *name;
    DEMAND(event->at <= 10u * (uint32_t)line->frames);
    switch (event->kind) {
    case GW_EVENT_DTMF:
        DEMAND(line->wanted & GW_DETECT_DTMF);
        DEMAND(event->value && strchr("123A456B789C*0#D", event->value));
        break;
    case GW_EVENT_DTMF_END:
        DEMAND(event->value >= 0 && event->value <= 10 * line->frames);
        break;
    default:
        DEMAND(event->kind == GW_EVENT_FAX ? line->wanted & GW_DETECT_FAX : line->wanted & GW_DETECT_PROGRESS);
        name = gw_tone_name(event->value);
        DEMAND(name != NULL && gw_tone_find(name) == event->value);
    }
}

static void hear(struct line *line, int16_t *pcm)
{
    int16_t before[GW_FRAME];
    struct gw_event event;
    int i;
    memcpy(before, pcm, sizeof before);
    watch_arithmetic();
    gw_detector_run(line->detector, pcm);
    demand_sound_arithmetic();
    line->frames++;
    for (i = 0; i < GW_FRAME; i++)
        DEMAND(line->detector->removed ? abs(pcm[i]) <= abs(before[i]) + NOISE : pcm[i] == before[i]);
    while (gw_detector_event(line->detector, &event))
        demand_event(line, &event);
}

static void generate(struct line *line, struct input *in, int frames)
{
    struct signal noise = signal_of(in);
    int shift = octet(in) & 15, i;
    for (; frames > 0 && line->started && line->frames < FRAMES_MAX; frames--) {
        int16_t *pcm = memory(2 * GW_FRAME);
        gw_tone_run(line->tone, pcm, GW_FRAME);
        for (i = 0; i < GW_FRAME; i++)
            pcm[i] = (int16_t)((pcm[i] + (signal_next(&noise, in) >> shift)) / 2);
        hear(line, pcm);
        free(pcm);
    }
}

static void listen(struct line *line, struct input *in, int frames)
{
    struct signal signal = signal_of(in);
    for (; frames > 0 && line->frames < FRAMES_MAX; frames--) {
        int16_t *pcm = memory(2 * GW_FRAME);
        signal_fill(&signal, in, pcm, GW_FRAME);
        hear(line, pcm);
        free(pcm);
    }
}

static void start_tone(struct line *line, struct input *in)
{
    int32_t tone = (int8_t)octet(in), rate = octet(in) & 1 ? 16000 : 8000;
    int32_t duration = (int32_t)(word(in) << 8) / 256;
    if (gw_tone_init(line->tone, tone, rate, duration) == 0) {
        line->started = 1;
        DEMAND(tone >= 0 && tone < GW_TONES && duration >= 0 && duration <= 3600000);
    }
}

/* Any name: found or not, nothing is read beyond its end. */
static void find(struct input *in)
{
    size_t octets;
    uint8_t *name = take(in, octet(in) % 32, &octets);
    char *text = malloc(octets + 1);
    int32_t tone;
    memcpy(text, name, octets);
    text[octets] = 0;
    tone = gw_tone_find(text);
    DEMAND(tone >= -1 && tone < GW_TONES && tone != GW_TONE_NONE);
    free(name);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets)
{
    struct input in = {data, octets};
    struct line line = {memory(sizeof *line.tone), memory(sizeof *line.detector), 0, 0, octet(&in) & 15};
    gw_detector_init(line.detector, line.wanted);
    while (in.left) {
        uint8_t what = octet(&in), count = octet(&in);
        switch (what % 5) {
        case 0: start_tone(&line, &in); break;
        case 1: generate(&line, &in, count); break;
        case 2: listen(&line, &in, count); break;
        case 3:
            if (line.started)
                gw_tone_dial(line.tone, (int8_t)octet(&in));
            break;
        default: find(&in); break;
        }
    }
    free(line.tone);
    free(line.detector);
    return 0;
}
