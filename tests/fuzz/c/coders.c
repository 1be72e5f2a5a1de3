/* Every encoder and decoder of the core: any octets, any samples, any lengths. Wide registers and none,
 * one coder and several in a call give the same, and an encoder knows what its decoder will play. */
#include "fuzz.h"

#define MOST 400 /* samples of a call */
#define TOGETHER 9

struct pair {
    struct gw_coder wide, plain;
};

static void start(struct pair *pair, enum gw_codec codec, int mode)
{
    DEMAND(gw_coder_init(&pair->wide, codec) == 0);
    if (codec == GW_G722)
        gw_g722_init(&pair->wide.g722, 1 + mode % 3);
    pair->plain = pair->wide;
    pair->plain.wide = 0;
}

static void try_decode(struct pair *pair, struct input *in, size_t wanted)
{
    size_t octets, samples;
    uint8_t *payload = take(in, wanted, &octets);
    int16_t *one, *other;
    samples = gw_coder_samples(pair->wide.codec, octets);
    DEMAND(gw_coder_octets(pair->wide.codec, samples) == octets);
    one = memory(2 * samples + 2);
    other = memory(2 * samples + 2);
    gw_decode(&pair->wide, payload, octets, one);
    gw_decode(&pair->plain, payload, octets, other);
    DEMAND(memcmp(one, other, 2 * samples) == 0);
    free(payload);
    free(one);
    free(other);
}

/* What an encoder says that will be heard is what is decoded. */
static void try_heard(enum gw_codec codec, struct gw_coder *decoder, const uint8_t *octets, const int16_t *heard, size_t samples)
{
    int16_t pcm[MOST];
    if (codec != GW_G726_32 && codec != GW_G726_32_AAL2)
        return;
    gw_decode(decoder, octets, samples / 2, pcm);
    DEMAND(memcmp(pcm, heard, 2 * samples) == 0);
}

static void try_encode(struct pair *pair, struct gw_coder *decoder, struct input *in, size_t samples)
{
    struct signal signal = signal_of(in);
    enum gw_codec codec = pair->wide.codec;
    size_t octets = gw_coder_octets(codec, samples);
    int16_t *pcm = memory(2 * samples + 2), heard[MOST], *to = heard;
    uint8_t *one = memory(octets + 1), *other = memory(octets + 1);
    struct gw_coder *coder = &pair->wide;
    const int16_t *from = pcm;
    signal_fill(&signal, in, pcm, samples);
    gw_encode(&pair->plain, pcm, samples, other);
    gw_encode_all(&coder, &from, 1, samples, &one, &to);
    DEMAND(memcmp(one, other, octets) == 0);
    try_heard(codec, decoder, one, heard, samples);
    free(pcm);
    free(one);
    free(other);
}

/* Coders of one call, each with a signal of its own, against each alone. */
static void try_all(enum gw_codec codec, struct input *in)
{
    static int16_t pcm[TOGETHER][MOST], heard[TOGETHER][MOST];
    static uint8_t octets[TOGETHER][MOST];
    struct gw_coder coders[TOGETHER], alone, *group[TOGETHER];
    const int16_t *from[TOGETHER];
    int16_t *to[TOGETHER];
    uint8_t *out[TOGETHER], single[MOST];
    size_t count = 1 + octet(in) % TOGETHER, samples = 2 * (octet(in) % (MOST / 2)), i;
    for (i = 0; i < count; i++) {
        struct signal signal = signal_of(in);
        signal_fill(&signal, in, pcm[i], samples);
        gw_coder_init(&coders[i], codec);
        group[i] = &coders[i];
        from[i] = pcm[i];
        to[i] = heard[i];
        out[i] = octets[i];
    }
    gw_encode_all(group, from, count, samples, out, to);
    for (i = 0; i < count; i++) {
        gw_coder_init(&alone, codec);
        alone.wide = 0;
        gw_encode(&alone, pcm[i], samples, single);
        DEMAND(memcmp(single, octets[i], gw_coder_octets(codec, samples)) == 0);
    }
}

static void try_laws(struct input *in)
{
    struct gw_g726 state;
    enum gw_codec law = octet(in) & 1 ? GW_PCMU : GW_PCMA;
    gw_g726_init(&state);
    while (in->left)
        gw_g726_decode_law(&state, octet(in), law);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets)
{
    struct input in = {data, octets};
    uint8_t first = octet(&in);
    enum gw_codec codec = (enum gw_codec)(first % GW_CODECS);
    struct pair encoders, decoders;
    struct gw_coder listener;
    start(&encoders, codec, first >> 5);
    start(&decoders, codec, first >> 5);
    gw_coder_init(&listener, codec);
    while (in.left) {
        uint8_t what = octet(&in);
        size_t length = octet(&in);
        if (what == 255)
            try_laws(&in);
        else if (what % 5 == 4)
            try_all(codec, &in);
        else if (what % 5 > 1)
            try_encode(&encoders, &listener, &in, 2 * (length % (MOST / 2)));
        else
            try_decode(&decoders, &in, length);
    }
    return 0;
}
