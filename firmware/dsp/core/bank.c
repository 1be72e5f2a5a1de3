/* Any number of channels in one arena; every slot has room for the longest tail. */
#include "channel.h"

#define GROUP 8 /* channels whose coders run side by side */
#define WORTH 3 /* fewer are quicker one by one */

struct group {
    size_t count;
    struct gw_channel *channel[GROUP];
    struct gw_frame *frame[GROUP];
    struct gw_work *work; /* as many as the bank has channels, up to GROUP: in its arena, they are large for a stack */
};

struct gw_bank {
    size_t channels, slot;
    int32_t tail_ms;
};

static size_t works_octets(size_t channels)
{
    return gw_round_up((channels < GROUP ? channels : GROUP) * sizeof(struct gw_work));
}

static struct gw_work *works_of(struct gw_bank *bank)
{
    return (struct gw_work *)(void *)((uint8_t *)bank + gw_round_up(sizeof *bank));
}

static uint8_t *flags_of(struct gw_bank *bank) /* 1: open */
{
    return (uint8_t *)works_of(bank) + works_octets(bank->channels);
}

static size_t slot_octets(int32_t tail_ms)
{
    struct gw_channel_config longest = {.codec = GW_PCMA, .packet_ms = 20, .ec_type = GW_EC_DEFAULT, .tail_ms = tail_ms,
                                        .wide = GW_WIDE_CHANNELS};
    return gw_round_up(gw_channel_bytes(&longest));
}

static size_t before_slots(size_t channels)
{
    return gw_round_up(sizeof(struct gw_bank)) + works_octets(channels) + gw_round_up(channels);
}

size_t gw_bank_bytes(size_t channels, int32_t tail_ms)
{
    size_t slot = slot_octets(tail_ms);
    if (channels == 0 || slot == 0 || channels > (SIZE_MAX - 16384) / (slot + 1))
        return 0;
    return before_slots(channels) + channels * slot;
}

struct gw_bank *gw_bank_init(void *memory, size_t channels, int32_t tail_ms)
{
    struct gw_bank *bank = memory;
    if (gw_bank_bytes(channels, tail_ms) == 0)
        return NULL;
    bank->channels = channels;
    bank->slot = slot_octets(tail_ms);
    bank->tail_ms = tail_ms;
    memset(flags_of(bank), 0, channels);
    return bank;
}

static void *slot_of(struct gw_bank *bank, size_t channel)
{
    return (uint8_t *)bank + before_slots(bank->channels) + channel * bank->slot;
}

int gw_bank_open(struct gw_bank *bank, size_t channel, const struct gw_channel_config *config)
{
    if (channel >= bank->channels || flags_of(bank)[channel] || config->tail_ms > bank->tail_ms)
        return -1;
    if (!gw_channel_init(slot_of(bank, channel), config))
        return -1;
    flags_of(bank)[channel] = 1;
    return 0;
}

int gw_bank_close(struct gw_bank *bank, size_t channel)
{
    if (!gw_bank_channel(bank, channel))
        return -1;
    flags_of(bank)[channel] = 0;
    return 0;
}

struct gw_channel *gw_bank_channel(struct gw_bank *bank, size_t channel)
{
    return channel < bank->channels && flags_of(bank)[channel] ? slot_of(bank, channel) : NULL;
}

/* The open channels from `from` on, up to a group of them; gives where to go on. */
static size_t gather(struct gw_bank *bank, size_t from, struct gw_frame *frames, struct group *group)
{
    size_t i;
    group->count = 0;
    for (i = from; i < bank->channels && group->count < GROUP; i++) {
        if (!flags_of(bank)[i])
            continue;
        group->channel[group->count] = slot_of(bank, i);
        group->frame[group->count++] = &frames[i];
    }
    return i;
}

/* Whole packets of ADPCM; what is left of them each channel decodes by itself. */
static int decode_packets(struct group *group, int codec)
{
    struct gw_coder *coder[GROUP];
    const uint8_t *in[GROUP];
    int16_t *pcm[GROUP];
    size_t who[GROUP], i, count = 0;
    for (i = 0; i < group->count; i++) {
        struct gw_work *work = &group->work[i];
        if (!gw_channel_arrived(group->channel[i], work) || (int)work->coder->codec != codec)
            continue;
        coder[count] = work->coder;
        in[count] = work->in;
        pcm[count] = work->pcm;
        who[count++] = i;
    }
    if (count < WORTH)
        return 0;
    gw_decode_all(coder, in, count, GW_FRAME, pcm);
    for (i = 0; i < count; i++)
        gw_channel_decoded(group->channel[who[i]], &group->work[who[i]]);
    return 1;
}

static void encode_down(struct group *group)
{
    struct gw_coder *coder[GROUP];
    int16_t *far[GROUP];
    const int16_t *pcm[GROUP];
    uint8_t *reply[GROUP];
    size_t i, count = 0;
    for (i = 0; i < group->count; i++) {
        gw_channel_wide_down(group->channel[i], group->frame[i], &group->work[i]);
        if (!group->work[i].down || GW_WIDE(group->channel[i]))
            continue;
        coder[count] = group->work[i].down;
        pcm[count] = far[count] = group->work[i].far;
        reply[count++] = group->frame[i]->reply;
    }
    gw_encode_all(coder, pcm, count, GW_FRAME, reply, far);
}

static void decode_up(struct group *group)
{
    struct gw_coder *coder[GROUP];
    const uint8_t *field[GROUP];
    int16_t *near[GROUP];
    size_t i, count = 0;
    for (i = 0; i < group->count; i++) {
        gw_channel_wide_up(group->channel[i], group->frame[i], &group->work[i]);
        if (!group->work[i].up || GW_WIDE(group->channel[i]))
            continue;
        coder[count] = group->work[i].up;
        field[count] = group->frame[i]->field;
        near[count++] = group->work[i].near;
    }
    gw_decode_all(coder, field, count, GW_B_FIELD, near);
}

static void encode_packets(struct group *group, int codec)
{
    struct gw_coder *coder[GROUP];
    const int16_t *pcm[GROUP];
    uint8_t *out[GROUP];
    size_t i, count = 0, samples = 0;
    for (i = 0; i < group->count; i++) {
        struct gw_work *work = &group->work[i];
        if ((int)work->coder->codec != codec)
            continue;
        coder[count] = work->coder;
        pcm[count] = work->pcm;
        out[count++] = work->out;
        samples = work->samples;
    }
    gw_encode_all(coder, pcm, count, samples, out, NULL);
}

static void run_group(struct group *group)
{
    size_t i;
    int codec;
    for (codec = 0; codec < GW_CODECS; codec++)
        while (decode_packets(group, codec))
            continue;
    for (i = 0; i < group->count; i++)
        gw_channel_begin(group->channel[i], group->frame[i], &group->work[i]);
    encode_down(group);
    decode_up(group);
    for (i = 0; i < group->count; i++)
        gw_channel_hear(group->channel[i], &group->work[i]);
    for (codec = 0; codec < GW_CODECS; codec++)
        encode_packets(group, codec);
    for (i = 0; i < group->count; i++)
        gw_channel_pack(group->channel[i], group->frame[i], &group->work[i]);
}

void gw_bank_run(struct gw_bank *bank, struct gw_frame *frames)
{
    struct group group;
    size_t next = 0;
    group.work = works_of(bank);
    while (next < bank->channels) {
        next = gather(bank, next, frames, &group);
        run_group(&group);
    }
}
