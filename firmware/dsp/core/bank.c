/* Any number of channels in one arena; every slot has room for the longest tail. */
#include "gw_internal.h"

struct gw_bank {
    size_t channels, slot;
    int32_t tail_ms;
};

static uint8_t *flags_of(struct gw_bank *bank) /* 1: open */
{
    return (uint8_t *)bank + gw_round_up(sizeof *bank);
}

static size_t slot_octets(int32_t tail_ms)
{
    struct gw_channel_config longest = {GW_PCMA, 20, GW_EC_DEFAULT, tail_ms};
    return gw_round_up(gw_channel_bytes(&longest));
}

static size_t before_slots(size_t channels)
{
    return gw_round_up(sizeof(struct gw_bank)) + gw_round_up(channels);
}

size_t gw_bank_bytes(size_t channels, int32_t tail_ms)
{
    size_t slot = slot_octets(tail_ms);
    if (channels == 0 || slot == 0 || channels > (SIZE_MAX - 4096) / (slot + 1))
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

void gw_bank_run(struct gw_bank *bank, struct gw_frame *frames)
{
    size_t i;
    for (i = 0; i < bank->channels; i++)
        if (flags_of(bank)[i])
            gw_channel_run(slot_of(bank, i), &frames[i]);
}
