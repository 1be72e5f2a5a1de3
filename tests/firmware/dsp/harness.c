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
    gw_coder_init(&decoder, GW_G726_32);
    for (i = 0; i < 20000; i++)
        sum ^= gw_g726_decode_law(&decoder.g726, (uint8_t)chance(), i & 1024 ? GW_PCMU : GW_PCMA);
    if (gw_coder_init(&encoder, GW_CODECS) != -1)
        fail("a codec that is none was taken");
}

static void try_detector(int kind)
{
    struct gw_detector *detector = memory(sizeof *detector);
    struct gw_event event;
    int16_t pcm[80];
    int frame, i;
    gw_detector_init(detector, 15);
    for (frame = 0; frame < 600; frame++) {
        for (i = 0; i < 80; i++)
            pcm[i] = sample(frame < 500 ? kind : 3, i + 80 * frame);
        if (frame == 520)
            feclearexcept(FE_ALL_EXCEPT);
        gw_detector_run(detector, pcm);
        add(pcm, sizeof pcm);
    }
    if (fetestexcept(FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO))
        fail("a detector made denormal numbers");
    while (gw_detector_event(detector, &event))
        add(&event, sizeof event);
    free(detector);
}

/* What each tone's generator makes, and what the detectors say of it. */
static void try_tones(void)
{
    struct gw_tone_generator *tone = memory(sizeof *tone);
    struct gw_detector *detector = memory(sizeof *detector);
    struct gw_event event;
    int16_t pcm[80];
    int kind, frame;
    for (kind = GW_TONE_NONE; kind < GW_TONES; kind++) {
        if (gw_tone_init(tone, kind, 8000, 0) || gw_tone_init(tone, kind, 44100, 0) != -1)
            fail("a tone's rate was taken wrongly");
        gw_tone_init(tone, kind, 8000, kind % 3 * 77);
        gw_detector_init(detector, GW_DETECT_DTMF | GW_DETECT_FAX | GW_DETECT_PROGRESS);
        for (frame = 0; frame < 700; frame++) {
            if (kind > GW_TONE_DTMF && frame % 30 == 5)
                gw_tone_dial(tone, GW_TONE_DTMF + frame / 30 % 17);
            gw_tone_run(tone, pcm, 80);
            add(pcm, sizeof pcm);
            gw_detector_run(detector, pcm);
            while (gw_detector_event(detector, &event))
                add(&event, sizeof event);
        }
    }
    for (kind = 0; kind <= 6; kind++)
        try_detector(kind);
    free(tone);
    free(detector);
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
                                           (int)(chance() % 80), {(int)(chance() % 16), (int)(chance() % 16)},
                                           chance() % 4 == 0, NULL, NULL};
        struct gw_event event;
        for (i = 0; i < GW_B_FIELD; i++)
            field[i] = (uint8_t)chance();
        for (i = 0; i < 2000; i++)
            payload[i] = (uint8_t)chance();
        if (one)
            gw_channel_play(one, payload, chance() % 4 ? 160 : chance() % 2000);
        if (one && round % 11 == 3)
            gw_channel_comfort(one, payload, chance() % 20);
        if (one && round % 20 == 0)
            gw_channel_tone(one, round % 40 == 0, (int)(chance() % GW_TONES), round % 1000);
        if (one && round % 20 == 10)
            gw_channel_dial(one, round % 40 == 10, (int)(chance() % GW_TONES));
        if (one && round % 30 == 7)
            gw_channel_say(one, GW_NETWORK, round % 60 == 7 ? "0123456789*#ABCD" : "12x", 0);
        while (one && gw_channel_event(one, &event))
            add(&event, sizeof event);
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

/* Eleven coders in one call and one after the other, with wide registers and without: equal octets. */
static void try_batch(enum gw_codec codec)
{
    struct gw_coder together[11], alone[11], *coders[11];
    int16_t pcm[11][160], heard[11][160], one[160];
    uint8_t octets[11][160], single[160];
    const int16_t *from[11];
    const uint8_t *sent[11];
    uint8_t *to[11];
    int16_t *sound[11];
    int round, i, at;
    for (i = 0; i < 11; i++) {
        gw_coder_init(&together[i], codec);
        gw_coder_init(&alone[i], codec);
        alone[i].wide = 0;
        coders[i] = &together[i];
        from[i] = pcm[i];
        sent[i] = to[i] = octets[i];
        sound[i] = heard[i];
    }
    for (round = 0; round < 60; round++) {
        size_t samples = 2 * (chance() % 81), count = gw_coder_octets(codec, samples);
        for (i = 0; i < 11; i++)
            for (at = 0; at < (int)samples; at++)
                pcm[i][at] = sample((i + round) % 7, at + 160 * round);
        gw_encode_all(coders, from, 11, samples, to, sound);
        for (i = 0; i < 11; i++) {
            gw_encode(&alone[i], pcm[i], samples, single);
            if (memcmp(single, octets[i], count))
                fail("coders in one call disagree with each alone");
            add(single, count);
        }
    }
    for (i = 0; i < 11; i++) {
        gw_coder_init(&together[i], codec);
        gw_coder_init(&alone[i], codec);
        alone[i].wide = 0;
    }
    for (round = 0; round < 60; round++) {
        size_t count = chance() % 81, samples = gw_coder_samples(codec, count);
        for (i = 0; i < 11; i++)
            for (at = 0; at < (int)count; at++)
                octets[i][at] = (uint8_t)(round % 2 ? chance() : chance() & 15);
        gw_decode_all(coders, sent, 11, count, sound);
        for (i = 0; i < 11; i++) {
            gw_decode(&alone[i], octets[i], count, one);
            if (memcmp(one, heard[i], samples * sizeof *one))
                fail("decoders in one call disagree with each alone");
            add(one, samples * sizeof *one);
        }
    }
}

static void try_noise(void)
{
    struct gw_comfort *comfort = memory(sizeof *comfort);
    uint8_t payload[GW_SID_OCTETS + 4];
    struct gw_sid sid;
    int16_t pcm[80];
    int round, i;
    gw_comfort_init(comfort);
    for (round = 0; round < 3000; round++) {
        for (i = 0; i < (int)sizeof payload; i++)
            payload[i] = (uint8_t)chance();
        if (round % 7 == 0 && !gw_sid_parse(&sid, payload, chance() % sizeof payload)) {
            gw_comfort_set(comfort, &sid);
            add(payload, gw_sid_build(&sid, payload));
        }
        gw_comfort_run(comfort, pcm, 80);
        i = (int)(chance() % 15);
        gw_sid_measure(&sid, pcm, chance() % 81, i);
        add(pcm, sizeof pcm);
        add(&sid, sizeof sid);
    }
    free(comfort);
}

/* Resampling, gain, activity and concealment of hard signals. */
static void try_voice(int kind)
{
    struct gw_resampler up, down;
    struct gw_silence *silence = memory(sizeof *silence);
    struct gw_conceal *conceal = memory(sizeof *conceal);
    struct gw_gain gain;
    struct gw_sid sid;
    int16_t pcm[80], wide[160];
    int frame, i;
    gw_resampler_init(&up);
    gw_resampler_init(&down);
    gw_gain_init(&gain, 6.0f);
    gw_silence_init(silence, 8);
    gw_conceal_init(conceal);
    for (frame = 0; frame < 1500; frame++) {
        enum gw_sending sending;
        for (i = 0; i < 80; i++)
            pcm[i] = sample(frame < 500 ? kind : 3, i + 80 * frame);
        if (frame == 1400)
            feclearexcept(FE_ALL_EXCEPT);
        if (frame % 97 == 0)
            gw_gain_set(&gain, (float)(int)(chance() % 90) - 60.0f);
        (chance() % 5 ? gw_conceal_good : gw_conceal_lost)(conceal, pcm);
        sending = gw_silence_frame(silence, pcm, 80, &sid);
        if (sending == GW_SEND_SID)
            add(&sid, sizeof sid);
        gw_upsample(&up, pcm, 80, wide);
        gw_gain_run(&gain, wide, 160);
        gw_downsample(&down, wide, 160, pcm);
        add(pcm, sizeof pcm);
    }
    if (fetestexcept(FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID | FE_DIVBYZERO))
        fail("silence led to denormal numbers around a codec");
    free(silence);
    free(conceal);
}

static void try_around_codecs(void)
{
    int codec, kind;
    for (codec = 0; codec < GW_CODECS; codec++)
        try_batch((enum gw_codec)codec);
    try_noise();
    for (kind = 0; kind <= 6; kind++)
        try_voice(kind);
}

int main(void)
{
    struct gw_ec_config wrong = {44100, 128, 2, 0};
    if (gw_ec_bytes(&wrong) != 0 || gw_bank_bytes(0, 128) != 0 || gw_bank_bytes(SIZE_MAX / 2, 128) != 0)
        fail("a wrong configuration was taken");
    try_codecs();
    try_around_codecs();
    try_tones();
    try_all_cancellers();
    try_silence(1, 3, 3);
    try_silence(2, 3, 3);
    try_silence(2, 6, 3);
    try_silence(2, 3, 6);
    try_bank();
    printf("%08x\n", sum);
    return 0;
}
