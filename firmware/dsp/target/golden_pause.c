/* The golden case of pauses: what one channel sends of a handset that falls silent, another plays. */
#include "golden.h"

#include "record.h"

#define CALLS 3
#define BURST 60 /* frames of speech, then as many of its far murmur */

static const struct gw_channel_config CALL[CALLS] = {
    {.codec = GW_PCMU, .packet_ms = 30, .ec_type = GW_EC_OFF, .tail_ms = 32, .silence = 1},
    {.codec = GW_G726_32, .packet_ms = 20, .ec_type = GW_EC_OFF, .tail_ms = 32, .silence = 1},
    {.codec = GW_G722, .packet_ms = 10, .ec_type = GW_EC_OFF, .tail_ms = 32, .silence = 1},
};

static void speak(const struct scene *scene, int frame, struct gw_coder *handset, uint8_t field[GW_B_FIELD])
{
    int16_t pcm[GW_FRAME];
    int i;
    for (i = 0; i < GW_FRAME; i++)
        pcm[i] = (int16_t)(scene->voice[GW_FRAME * frame + i] / (frame / BURST % 2 ? 512 : 1));
    gw_encode(handset, pcm, GW_FRAME, field);
}

/* The even channels send and the odd ones play. */
static void pass(struct record *record, struct gw_bank *bank, const struct gw_frame *frames)
{
    size_t call;
    for (call = 0; call < CALLS; call++) {
        const struct gw_frame *sent = &frames[2 * call];
        if (sent->packet_octets) {
            record_add(record, sent->packet, sent->packet_octets);
            record_add(record, (uint32_t[]){(uint32_t)sent->kind, sent->at}, 2 * sizeof(uint32_t));
            (sent->kind == GW_COMFORT ? gw_channel_comfort : gw_channel_play)(
                gw_bank_channel(bank, 2 * call + 1), sent->packet, sent->packet_octets);
        }
        record_add(record, frames[2 * call + 1].reply, GW_B_FIELD);
    }
    record_block(record);
}

void golden_pause(const struct scene *scene, void *memory)
{
    struct record record = {"pauses", 0, 0};
    struct gw_bank *bank = gw_bank_init(memory, 2 * CALLS, 32);
    struct gw_frame frames[2 * CALLS] = {{0}};
    struct gw_coder handset;
    uint8_t field[GW_B_FIELD];
    int frame, i;
    gw_coder_init(&handset, GW_G726_32_AAL2);
    for (i = 0; i < 2 * CALLS; i++) {
        gw_bank_open(bank, (size_t)i, &CALL[i / 2]);
        frames[i].joined = 1;
        frames[i].field = field;
    }
    for (frame = 0; frame < SCENE / GW_FRAME; frame++) {
        speak(scene, frame, &handset, field);
        gw_bank_run(bank, frames);
        pass(&record, bank, frames);
    }
}
