/* Channels opened, joined, played to, dialled on, run and closed in any order. What a bank does with many
 * side by side, with wide registers where there are any, each channel does alone. */
#include "fuzz.h"

#define CHANNELS_MAX 11
#define FRAMES_MAX 150 /* in one input */

struct board {
    size_t channels;
    int32_t tail_ms;
    struct gw_bank *bank;
    struct gw_frame frames[CHANNELS_MAX];
    struct gw_channel *alone[CHANNELS_MAX]; /* each channel's twin, in memory of its own */
    uint32_t plugged[CHANNELS_MAX][2];      /* states of codecs that the core does not have */
    struct gw_coder handset;
    int run;
};

/* A codec from outside: packets of any length at any time, sounds of any length. */
static size_t plug_encode(void *state, const int16_t *pcm, uint8_t *out, size_t room, uint32_t *ms)
{
    uint32_t *count = state;
    size_t octets = (size_t)(*count += 7) % 5 ? 0 : *count % (room + 1);
    memset(out, pcm[79], octets);
    *ms = octets ? 10 * (1 + *count % 6) : 0;
    return octets;
}

static size_t plug_decode(void *state, const uint8_t *in, size_t octets, int16_t *pcm, size_t room, int32_t *pausing)
{
    uint32_t *count = state;
    size_t samples = octets ? (size_t)in[0] * 20 : 0, i;
    for (i = 0; i < octets; i++)
        *count += in[i];
    samples = samples > room ? room : samples;
    memset(pcm, (int)(*count & 255), 2 * samples);
    *pausing = *count % 3 == 0;
    return samples;
}

static void conceal_narrow(void *state, int16_t *pcm)
{
    memset(pcm, (int)(++*(uint32_t *)state & 255), 2 * GW_FRAME);
}

static void conceal_wide(void *state, int16_t *pcm)
{
    memset(pcm, (int)(++*(uint32_t *)state & 255), 4 * GW_FRAME);
}

static const struct gw_plug PLUGS[2] = {{8000, plug_encode, plug_decode, conceal_narrow},
                                        {16000, plug_encode, plug_decode, conceal_wide}};

static void plug_in(struct board *b, struct gw_channel_config *config, size_t number, int twin)
{
    if (config->codec != GW_CODECS)
        return;
    b->plugged[number][twin] = (uint32_t)config->tail_ms;
    config->plug = &PLUGS[config->tail_ms & 1];
    config->plugged = &b->plugged[number][twin];
}

static void open_channel(struct board *b, struct input *in, size_t number)
{
    struct gw_channel_config config = {0};
    uint8_t first = octet(in);
    int open = gw_bank_channel(b->bank, number) != NULL, opened;
    config.codec = first % 7; /* the last but one is a plug, the last is none */
    config.packet_ms = first & 128 ? (int8_t)octet(in) : 10 * (1 + first % 6);
    config.ec_type = (first >> 4) % 3;
    config.tail_ms = octet(in) % 2 ? 32 : 32 + octet(in);
    config.detect[0] = octet(in);
    config.detect[1] = config.detect[0] >> 4;
    config.silence = first >> 3 & 1;
    config.wide = first >> 6 & 1;
    if (number < b->channels && !open)
        plug_in(b, &config, number, 0);
    opened = gw_bank_open(b->bank, number, &config) == 0;
    DEMAND(opened == (number < b->channels && !open && config.tail_ms <= b->tail_ms && gw_channel_bytes(&config)));
    if (!opened)
        return;
    plug_in(b, &config, number, 1);
    b->alone[number] = gw_channel_init(memory(gw_channel_bytes(&config)), &config);
    b->frames[number].joined = 0;
}

static void close_channel(struct board *b, size_t number)
{
    int closed = gw_bank_close(b->bank, number) == 0;
    DEMAND(closed == (number < b->channels && b->alone[number] != NULL));
    if (!closed)
        return;
    free(b->alone[number]);
    b->alone[number] = NULL;
}

static void play(struct gw_channel *one, struct gw_channel *other, struct input *in)
{
    size_t octets, wanted = octet(in);
    uint8_t *payload = take(in, wanted == 255 ? 4096 : wanted < 40 ? wanted : wanted * 2, &octets);
    int comfort = wanted < 40 && wanted % 4 == 1;
    (comfort ? gw_channel_comfort : gw_channel_play)(one, payload, octets);
    (comfort ? gw_channel_comfort : gw_channel_play)(other, payload, octets);
    free(payload);
}

static void say(struct gw_channel *one, struct gw_channel *other, struct input *in)
{
    enum gw_end towards = octet(in) & 1 ? GW_NETWORK : GW_HANDSET;
    uint8_t what = octet(in);
    int32_t number = (int8_t)octet(in), duration = (int32_t)(word(in) << 8) / 256;
    char text[40] = {0};
    size_t i;
    if (what % 3 == 0)
        DEMAND(gw_channel_tone(one, towards, number, duration) == gw_channel_tone(other, towards, number, duration));
    else if (what % 3 == 1)
        DEMAND(gw_channel_dial(one, towards, number) == gw_channel_dial(other, towards, number));
    else {
        for (i = 0; i < what % 39; i++)
            text[i] = (char)octet(in);
        DEMAND(gw_channel_say(one, towards, what == 2 ? NULL : text, duration)
               == gw_channel_say(other, towards, what == 2 ? NULL : text, duration));
    }
}

static void demand_same(struct board *b, size_t number, const struct gw_frame *frame)
{
    struct gw_frame twin = {.field = frame->field, .joined = frame->joined};
    struct gw_channel *one = gw_bank_channel(b->bank, number);
    struct gw_channel_status s, t;
    gw_channel_run(b->alone[number], &twin);
    DEMAND(memcmp(frame->reply, twin.reply, gw_channel_b_field(one)) == 0);
    DEMAND(frame->packet_octets == twin.packet_octets && twin.packet_octets <= GW_PACKET_MAX);
    DEMAND(memcmp(frame->packet, twin.packet, twin.packet_octets) == 0);
    DEMAND(twin.packet_octets == 0 || (frame->kind == twin.kind && frame->at == twin.at));
    gw_channel_status(one, &s);
    gw_channel_status(b->alone[number], &t);
    DEMAND(memcmp(&s, &t, sizeof s) == 0);
    DEMAND(plausible(s.erl) && plausible(s.erle) && plausible(s.level_in) && plausible(s.level_out));
}

static uint8_t *fit(struct board *b, size_t number, uint8_t *field, uint8_t *wide)
{
    struct gw_channel *channel = gw_bank_channel(b->bank, number);
    return channel && gw_channel_b_field(channel) == GW_B_FIELD_LONG ? wide : field;
}

static void run(struct board *b, struct input *in)
{
    struct signal signal = signal_of(in);
    uint32_t missing = word(in);
    int frames = 1 + octet(in) % 32;
    for (; frames > 0 && b->run < FRAMES_MAX; frames--, b->run++) {
        uint8_t *field = memory(GW_B_FIELD), *wide = memory(GW_B_FIELD_LONG);
        int16_t pcm[GW_FRAME];
        size_t i;
        signal_fill(&signal, in, pcm, GW_FRAME);
        gw_encode(&b->handset, pcm, GW_FRAME, field);
        memcpy(wide, field, GW_B_FIELD);
        memcpy(wide + GW_B_FIELD, field, GW_B_FIELD);
        for (i = 0; i < b->channels; i++)
            b->frames[i].field = missing >> (i + (size_t)frames) % 24 & 1 ? NULL : fit(b, i, field, wide);
        watch_arithmetic();
        gw_bank_run(b->bank, b->frames);
        demand_sound_arithmetic();
        for (i = 0; i < b->channels; i++)
            if (b->alone[i])
                demand_same(b, i, &b->frames[i]);
        free(field);
        free(wide);
    }
}

static void take_events(struct gw_channel *one, struct gw_channel *other)
{
    struct gw_event event, twin;
    int end;
    while ((end = gw_channel_event(one, &event)) != 0) {
        DEMAND(gw_channel_event(other, &twin) == end && event.kind == twin.kind && event.value == twin.value);
        DEMAND(event.at == twin.at);
    }
    DEMAND(gw_channel_event(other, &twin) == 0);
}

static void step(struct board *b, struct input *in)
{
    uint8_t what = octet(in);
    size_t number = (size_t)(what >> 3) % (b->channels + 1); /* one too many now and then */
    struct gw_channel *one = gw_bank_channel(b->bank, number);
    struct gw_channel *other = number < b->channels ? b->alone[number] : NULL;
    DEMAND(!one == !other);
    switch (what & 7) {
    case 0: open_channel(b, in, number); break;
    case 1: close_channel(b, number); break;
    case 6: case 7: run(b, in); break;
    default:
        if (one && (what & 7) == 2)
            play(one, other, in);
        else if (one && (what & 7) == 3)
            say(one, other, in);
        else if (one && (what & 7) == 4)
            take_events(one, other);
        else if (one)
            b->frames[number].joined = !b->frames[number].joined;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets)
{
    static struct board b;
    struct input in = {data, octets};
    size_t i;
    memset(&b, 0, sizeof b);
    b.channels = 1 + octet(&in) % CHANNELS_MAX;
    b.tail_ms = 32 + octet(&in) % 225;
    b.bank = gw_bank_init(memory(gw_bank_bytes(b.channels, b.tail_ms)), b.channels, b.tail_ms);
    DEMAND(b.bank != NULL);
    gw_coder_init(&b.handset, GW_G726_32_AAL2);
    while (in.left)
        step(&b, &in);
    for (i = 0; i < b.channels; i++)
        free(b.alone[i]);
    free(b.bank);
    return 0;
}
