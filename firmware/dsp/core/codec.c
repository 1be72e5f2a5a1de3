/* Codecs by name: whole buffers, and the packing of their codes into octets. */
#include "wide.h"

static int is_g726(enum gw_codec codec)
{
    return codec == GW_G726_32 || codec == GW_G726_32_AAL2;
}

int gw_coder_init(struct gw_coder *coder, enum gw_codec codec)
{
    if ((unsigned)codec >= GW_CODECS)
        return -1;
    memset(coder, 0, sizeof *coder);
    coder->codec = codec;
    coder->wide = gw_has_avx2();
    if (codec == GW_G722)
        gw_g722_init(&coder->g722, 1);
    else
        gw_g726_init(&coder->g726);
    return 0;
}

int32_t gw_codec_rate(enum gw_codec codec)
{
    return codec == GW_G722 ? 16000 : 8000;
}

static int two_a_octet(enum gw_codec codec)
{
    return is_g726(codec) || codec == GW_G722;
}

size_t gw_coder_octets(enum gw_codec codec, size_t samples)
{
    return two_a_octet(codec) ? samples / 2 : samples;
}

size_t gw_coder_samples(enum gw_codec codec, size_t octets)
{
    return two_a_octet(codec) ? octets * 2 : octets;
}

static unsigned first_shift(const struct gw_coder *coder)
{
    return coder->codec == GW_G726_32 ? 0 : 4;
}

static void encode_g711(const struct gw_coder *coder, const int16_t *pcm, size_t samples, uint8_t *out)
{
#if GW_WIDE
    if (coder->wide) {
        (coder->codec == GW_PCMA ? gw_alaw_encode_wide : gw_ulaw_encode_wide)(pcm, samples, out);
        return;
    }
#endif
    gw_g711_encode(coder->codec, pcm, samples, out);
}

static void decode_g711(const struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm)
{
#if GW_WIDE
    if (coder->wide) {
        (coder->codec == GW_PCMA ? gw_alaw_decode_wide : gw_ulaw_decode_wide)(in, octets, pcm);
        return;
    }
#endif
    gw_g711_decode(coder->codec, in, octets, pcm);
}

void gw_encode(struct gw_coder *coder, const int16_t *pcm, size_t samples, uint8_t *out)
{
    if (is_g726(coder->codec))
        gw_g726_encode_octets(&coder->g726, pcm, samples / 2, first_shift(coder), out, NULL);
    else if (coder->codec == GW_G722)
        gw_g722_encode(&coder->g722, pcm, samples, out);
    else
        encode_g711(coder, pcm, samples, out);
}

void gw_decode(struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm)
{
    if (is_g726(coder->codec))
        gw_g726_decode_octets(&coder->g726, in, octets, first_shift(coder), pcm);
    else if (coder->codec == GW_G722)
        gw_g722_decode(&coder->g722, in, octets, pcm);
    else
        decode_g711(coder, in, octets, pcm);
}

/* The first `count` of the remaining channels, none of them more than a pass takes. */
struct pass {
    struct gw_g726 *g726[8];
    struct gw_g722 *g722[8];
};

static size_t gather(struct pass *pass, struct gw_coder *const coders[], size_t count)
{
    size_t i, n = count < 8 ? count : 8;
    for (i = 0; i < n; i++) {
        pass->g726[i] = &coders[i]->g726;
        pass->g722[i] = &coders[i]->g722;
    }
    return n;
}

static int worthwhile(const struct gw_coder *coder, size_t count) /* two channels cost more side by side than in turn */
{
    return GW_WIDE && coder->wide && count > 2 && two_a_octet(coder->codec);
}

void gw_encode_all(struct gw_coder *const coders[], const int16_t *const pcm[], size_t count, size_t samples,
                   uint8_t *const out[], int16_t *const heard[])
{
    struct pass pass;
    size_t at, n;
    for (at = 0; at < count; at += n) {
        n = gather(&pass, coders + at, count - at);
        if (!worthwhile(coders[at], n)) {
            n = 1;
            if (heard && is_g726(coders[at]->codec))
                gw_g726_encode_octets(&coders[at]->g726, pcm[at], samples / 2, first_shift(coders[at]), out[at], heard[at]);
            else
                gw_encode(coders[at], pcm[at], samples, out[at]);
            continue;
        }
#if GW_WIDE
        if (coders[at]->codec == GW_G722)
            gw_g722_encode_wide(pass.g722, pcm + at, n, samples & ~(size_t)1, out + at);
        else
            gw_g726_encode_wide(pass.g726, pcm + at, n, samples & ~(size_t)1, first_shift(coders[at]), out + at,
                                heard ? heard + at : NULL);
#endif
    }
}

void gw_decode_all(struct gw_coder *const coders[], const uint8_t *const in[], size_t count, size_t octets,
                   int16_t *const pcm[])
{
    struct pass pass;
    size_t at, n;
    for (at = 0; at < count; at += n) {
        n = gather(&pass, coders + at, count - at);
        if (!worthwhile(coders[at], n)) {
            n = 1;
            gw_decode(coders[at], in[at], octets, pcm[at]);
            continue;
        }
#if GW_WIDE
        if (coders[at]->codec == GW_G722)
            gw_g722_decode_wide(pass.g722, in + at, n, octets, pcm + at);
        else
            gw_g726_decode_wide(pass.g726, in + at, n, octets, first_shift(coders[at]), pcm + at);
#endif
    }
}
