/* Drives the core through hard input, for the sanitizers and for comparing builds.
 *
 * Every object lives in memory of exactly the size that it asked for, so that a
 * sanitizer sees one octet too many. Prints a checksum of all output; exits 1
 * where output is not what it must be.
 */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

#include "gw_dsp.h"

static uint32_t seed = 1, sum = 2166136261u;

static uint32_t chance(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void add(const void *data, size_t octets)
{
    const uint8_t *bytes = data;
    while (octets--)
        sum = (sum ^ *bytes++) * 16777619u;
}

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void *memory(size_t octets)
{
    void *block;
    if (octets == 0)
        fail("a valid configuration needs no memory?");
    block = aligned_alloc(64, (octets + 63) / 64 * 64);
    memset(block, 0xA5, octets);
    return block;
}

static int16_t sample(int kind, int at)
{
    switch (kind) {
    case 0: return (int16_t)chance();
    case 1: return at / 37 % 2 ? INT16_MAX : INT16_MIN;
    case 2: return INT16_MAX;
    case 3: return 0;
    case 4: return (int16_t)(at & 1);
    case 5: return at % 1237 ? 0 : INT16_MIN;
    default: return (int16_t)((int)(chance() % 2001) - 1000);
    }
}

static int plausible(float value)
{
    return value > -1000.0f && value < 1000.0f; /* neither NaN nor infinite */
}

static void try_canceller(struct gw_ec_config config, int near_kind, int far_kind)
{
    struct gw_ec *ec = gw_ec_init(memory(gw_ec_bytes(&config)), &config);
    struct gw_ec_status status;
    int16_t near[480], far[480];
    int half = config.rate / 200, at = 0, call, i;
    for (call = 0; call < 120; call++) {
        int samples = half * (1 + (int)(chance() % 3));
        for (i = 0; i < samples; i++, at++) {
            near[i] = sample(call < 90 ? near_kind : 6, at);
            far[i] = sample(call < 90 ? far_kind : 6, at);
        }
        if (gw_ec_process(ec, near, far, near, (size_t)samples))
            fail("a multiple of 5 ms was refused");
        add(near, (size_t)samples * 2);
    }
    if (gw_ec_process(ec, near, far, near, (size_t)half + 1) != -1)
        fail("a length that is no multiple of 5 ms was taken");
    gw_ec_status(ec, &status);
    if (!plausible(status.erl) || !plausible(status.erle) || !plausible(status.out) || !plausible(status.near))
        fail("a figure is not a number");
    add(&status, sizeof status);
    free(ec);
}

static void try_all_cancellers(void)
{
    static const int tails[] = {32, 35, 128, 256};
    struct gw_ec_config config;
    int near, far, tail;
    for (config.rate = 8000; config.rate <= 16000; config.rate += 8000)
        for (tail = 0; tail < 4; tail++)
            for (config.type = 0; config.type <= 2; config.type++)
                for (near = 0; near <= 6; near++)
                    for (far = 0; far <= 6; far++) {
                        config.tail_ms = tails[tail];
                        config.linear = near == 6;
                        if ((near + far + tail) % 3 == 0)
                            try_canceller(config, near, far);
                    }
}

/* Speech-like noise, then a minute of nothing on one side or both: means must not decay into
 * denormal numbers, which some processors handle a hundred times slower. */
static void try_silence(int type, int near_kind, int far_kind)
{
    struct gw_ec_config config = {8000, 128, type, 0};
    struct gw_ec *ec = gw_ec_init(memory(gw_ec_bytes(&config)), &config);
    int16_t near[80], far[80];
    int block, i;
    for (block = 0; block < 6200; block++) {
        for (i = 0; i < 80; i++) {
            near[i] = sample(block < 100 ? 6 : near_kind, i);
            far[i] = sample(block < 100 ? 6 : far_kind, i);
        }
        if (block == 6000)
            feclearexcept(FE_ALL_EXCEPT);
        gw_ec_process(ec, near, far, near, 80);
        add(near, sizeof near);
    }
    if (fetestexcept(FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO))
        fail("silence led to denormal numbers");
    free(ec);
}

static void try_codecs(void)
{
    struct gw_coder encoder, decoder;
    int16_t pcm[480];
    uint8_t octets[480];
    int codec, round, i;
    for (codec = 0; codec < GW_CODECS; codec++) {
        gw_coder_init(&encoder, (enum gw_codec)codec);
        gw_coder_init(&decoder, (enum gw_codec)codec);
        for (round = 0; round < 400; round++) {
            size_t count = gw_coder_octets((enum gw_codec)codec, 480);
            for (i = 0; i < 480; i++)
                pcm[i] = sample(round % 7, i + 480 * round);
            gw_encode(&encoder, pcm, 480, octets);
            add(octets, count);
            if (round % 5 == 4)
                for (i = 0; i < (int)count; i++)
                    octets[i] = (uint8_t)chance();
            gw_decode(&decoder, octets, count, pcm);
            add(pcm, sizeof pcm);
        }
    }
    for (i = 0; i < 20000; i++)
        sum ^= gw_g726_decode_law(&decoder.g726, (uint8_t)chance(), i & 1024 ? GW_PCMU : GW_PCMA);
    if (gw_coder_init(&encoder, GW_CODECS) != -1)
        fail("a codec that is none was taken");
}

static void try_bank(void)
{
    struct gw_bank *bank = gw_bank_init(memory(gw_bank_bytes(3, 64)), 3, 64);
    struct gw_frame frames[3];
    uint8_t field[GW_B_FIELD], payload[2000];
    int round, i;
    memset(frames, 0, sizeof frames);
    for (round = 0; round < 3000; round++) {
        size_t channel = chance() % 4;
        struct gw_channel *one = gw_bank_channel(bank, channel);
        struct gw_channel_config config = {(int)(chance() % 5), (int)(10 * (chance() % 8)), (int)(chance() % 4),
                                           (int)(chance() % 80)};
        for (i = 0; i < GW_B_FIELD; i++)
            field[i] = (uint8_t)chance();
        for (i = 0; i < 2000; i++)
            payload[i] = (uint8_t)chance();
        if (one)
            gw_channel_play(one, payload, chance() % 4 ? 160 : chance() % 2000);
        if (chance() % 50 == 0)
            gw_bank_close(bank, channel);
        gw_bank_open(bank, channel, &config);
        for (i = 0; i < 3; i++) {
            frames[i].field = chance() % 8 ? field : NULL;
            frames[i].joined = chance() % 64 ? frames[i].joined : !frames[i].joined;
        }
        gw_bank_run(bank, frames);
        for (i = 0; i < 3; i++)
            if (gw_bank_channel(bank, (size_t)i)) {
                struct gw_channel_status status;
                gw_channel_status(gw_bank_channel(bank, (size_t)i), &status);
                if (!plausible(status.erle) || !plausible(status.level_in))
                    fail("a channel's figure is not a number");
                add(frames[i].reply, GW_B_FIELD);
                add(frames[i].packet, frames[i].packet_octets);
            }
    }
    free(bank);
}

int main(void)
{
    struct gw_ec_config wrong = {44100, 128, 2, 0};
    if (gw_ec_bytes(&wrong) != 0 || gw_bank_bytes(0, 128) != 0 || gw_bank_bytes(SIZE_MAX / 2, 128) != 0)
        fail("a wrong configuration was taken");
    try_codecs();
    try_all_cancellers();
    try_silence(1, 3, 3);
    try_silence(2, 3, 3);
    try_silence(2, 6, 3);
    try_silence(2, 3, 6);
    try_bank();
    printf("%08x\n", sum);
    return 0;
}
