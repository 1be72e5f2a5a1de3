/* The golden cases of codecs, canceller and bank. */
#include "golden.h"

#include "board.h"
#include "record.h"

/* ---- Codecs ---- */

static const char *const CODECS[][2] = {
    {"encode-pcma", "decode-pcma"},
    {"encode-pcmu", "decode-pcmu"},
    {"encode-g726-32", "decode-g726-32"},
    {"encode-g726-32-aal2", "decode-g726-32-aal2"},
    {"encode-g722", "decode-g722"},
};

/* Every fifth packet is noise to the decoder. */
static void spoil(uint8_t *octets, size_t count, uint32_t *seed)
{
    size_t i;
    for (i = 0; i < count; i++)
        octets[i] = (uint8_t)(scene_random(seed) >> 24);
}

static void run_codec(const struct scene *scene, enum gw_codec codec)
{
    struct record coded = {CODECS[codec][0], 0, 0}, decoded = {CODECS[codec][1], 0, 0};
    struct gw_coder encoder, decoder;
    size_t octets = gw_coder_octets(codec, 160);
    uint32_t seed = 3;
    int block;
    gw_coder_init(&encoder, codec);
    gw_coder_init(&decoder, codec);
    for (block = 0; block < SCENE / 160; block++) {
        uint8_t packet[160];
        int16_t pcm[160];
        gw_encode(&encoder, scene->near + 160 * block, 160, packet);
        record_add(&coded, packet, octets);
        record_block(&coded);
        if (block % 5 == 4)
            spoil(packet, octets, &seed);
        gw_decode(&decoder, packet, octets, pcm);
        record_add(&decoded, pcm, sizeof pcm);
        record_block(&decoded);
    }
}

/* 1, or 0 after a line that says so: the case is then left out. */
static int fits(const char *name, size_t octets)
{
    if (octets != 0 && octets <= GOLDEN_MEMORY)
        return 1;
    board_text(name);
    board_text(" lacks memory\n");
    return 0;
}

/* ---- Canceller ---- */

struct ec_case {
    const char *name;
    struct gw_ec_config config;
    int samples; /* of a call */
};

static const struct ec_case CANCELLERS[] = {
    {"ec-off", {8000, 128, 0, 0}, 80},
    {"ec-noise", {8000, 128, 1, 0}, 80},
    {"ec-default", {8000, 128, 2, 0}, 80},
    {"ec-linear", {8000, 128, 2, 1}, 160},
    {"ec-short", {8000, 32, 1, 0}, 240},
    {"ec-long", {8000, 256, 2, 0}, 80},
    {"ec-halves", {8000, 64, 2, 0}, 40},
    {"ec-wide", {16000, 128, 2, 0}, 160},
    {"ec-wide-noise", {16000, 64, 1, 0}, 320},
};

static void add_ec_status(struct record *record, const struct gw_ec *ec)
{
    struct gw_ec_status s;
    gw_ec_status(ec, &s);
    record_add(record, (float[]){s.erl, s.erle, s.far, s.near, s.out}, 5 * sizeof(float));
    record_add(record, (uint32_t[]){(uint32_t)s.delay, s.frozen != 0, s.handovers, s.resets}, 4 * sizeof(uint32_t));
}

static void run_canceller(const struct scene *scene, const struct ec_case *one, void *memory)
{
    struct record record = {one->name, 0, 0};
    struct gw_ec *ec;
    int16_t out[320];
    int at;
    if (!fits(one->name, gw_ec_bytes(&one->config)))
        return;
    ec = gw_ec_init(memory, &one->config);
    for (at = 0; at < SCENE; at += one->samples) {
        gw_ec_process(ec, scene->near + at, scene->far + at, out, (size_t)one->samples);
        record_add(&record, out, (size_t)one->samples * sizeof *out);
        if (record_due(&record))
            add_ec_status(&record, ec);
        record_block(&record);
    }
}

/* ---- Bank ---- */

#define CHANNELS_MAX 10

/* The first three make one case, all of them another: enough to fill wide registers. */
static const struct gw_channel_config CHANNEL[CHANNELS_MAX] = {
    {.codec = GW_PCMA, .packet_ms = 20, .ec_type = GW_EC_DEFAULT, .tail_ms = 128},
    {.codec = GW_PCMU, .packet_ms = 10, .ec_type = GW_EC_NOISE, .tail_ms = 64},
    {.codec = GW_G726_32, .packet_ms = 30, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_G722, .packet_ms = 20, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_G726_32_AAL2, .packet_ms = 20, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_PCMA, .packet_ms = 60, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_PCMU, .packet_ms = 20, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_G726_32, .packet_ms = 20, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_G726_32, .packet_ms = 10, .ec_type = GW_EC_OFF, .tail_ms = 32},
    {.codec = GW_PCMA, .packet_ms = 10, .ec_type = GW_EC_OFF, .tail_ms = 32},
};

struct bank_case {
    struct record record;
    int channels;
    struct gw_bank *bank;
    struct gw_frame frames[CHANNELS_MAX];
    struct gw_coder handset, network[CHANNELS_MAX];
    uint8_t field[GW_B_FIELD];
    uint32_t seed;
};

/* A packet of each channel whenever its time has come, of which one in sixteen is lost. */
static void play(struct bank_case *b, const struct scene *scene, int frame)
{
    uint8_t packet[GW_PACKET_MAX];
    int i;
    for (i = 0; i < b->channels; i++) {
        size_t in_frame = (size_t)gw_codec_rate((enum gw_codec)CHANNEL[i].codec) / 100;
        size_t at = (size_t)frame * in_frame, samples = (size_t)CHANNEL[i].packet_ms / 10 * in_frame;
        if (frame % (CHANNEL[i].packet_ms / 10) != 0 || at + samples > SCENE)
            continue;
        gw_encode(&b->network[i], scene->far + at, samples, packet);
        if (scene_random(&b->seed) & 15)
            gw_channel_play(gw_bank_channel(b->bank, (size_t)i), packet,
                            gw_coder_octets((enum gw_codec)CHANNEL[i].codec, samples));
    }
}

/* One frame; all handsets say the same, channel 1 is away for a while, one B-field in sixteen is missing. */
static void run_frame(struct bank_case *b, const struct scene *scene, int frame)
{
    int i;
    play(b, scene, frame);
    gw_encode(&b->handset, scene->near + 80 * frame, GW_FRAME, b->field);
    for (i = 0; i < b->channels; i++) {
        b->frames[i].joined = frame >= 2 && !(i == 1 && frame >= 60 && frame < 80);
        b->frames[i].field = b->frames[i].joined && scene_random(&b->seed) & 15 ? b->field : NULL;
    }
    gw_bank_run(b->bank, b->frames);
}

static void add_channel_status(struct record *record, const struct gw_channel *channel)
{
    struct gw_channel_status s;
    gw_channel_status(channel, &s);
    record_add(record, (float[]){s.level_in, s.level_out, s.erl, s.erle}, 4 * sizeof(float));
    record_add(record, (uint32_t[]){s.played, s.missing, s.lost, s.dropped}, 4 * sizeof(uint32_t));
}

static void add_frame(struct bank_case *b)
{
    int i;
    for (i = 0; i < b->channels; i++) {
        if (b->frames[i].joined)
            record_add(&b->record, b->frames[i].reply, GW_B_FIELD);
        record_add(&b->record, b->frames[i].packet, b->frames[i].packet_octets);
        if (record_due(&b->record))
            add_channel_status(&b->record, gw_bank_channel(b->bank, (size_t)i));
    }
    record_block(&b->record);
}

static void run_bank(const struct scene *scene, void *memory, const char *name, int channels, int frames)
{
    struct bank_case b = {.record = {name, 0, 0}, .channels = channels, .seed = 5};
    int frame, i;
    if (!fits(name, gw_bank_bytes((size_t)channels, 128)))
        return;
    b.bank = gw_bank_init(memory, (size_t)channels, 128);
    gw_coder_init(&b.handset, GW_G726_32_AAL2);
    for (i = 0; i < channels; i++) {
        gw_coder_init(&b.network[i], (enum gw_codec)CHANNEL[i].codec);
        gw_bank_open(b.bank, (size_t)i, &CHANNEL[i]);
    }
    for (frame = 0; frame < frames; frame++) {
        run_frame(&b, scene, frame);
        add_frame(&b);
    }
}

void golden_run(const struct scene *scene, void *memory)
{
    size_t i;
    struct record input = {"scene", 0, 0};
    record_add(&input, scene, sizeof *scene);
    record_line(&input);
    for (i = 0; i < sizeof CODECS / sizeof *CODECS; i++)
        run_codec(scene, (enum gw_codec)i);
    for (i = 0; i < sizeof CANCELLERS / sizeof *CANCELLERS; i++)
        run_canceller(scene, &CANCELLERS[i], memory);
    run_bank(scene, memory, "bank", 3, SCENE / GW_FRAME);
    run_bank(scene, memory, "bank-10", CHANNELS_MAX, 100);
    golden_tones(scene);
    golden_voice(scene);
    golden_pause(scene, memory);
}
