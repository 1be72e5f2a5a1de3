/* Codecs by name: whole buffers, and the packing of their codes into octets. */
#include "gw_dsp.h"

static int is_g726(enum gw_codec codec)
{
    return codec == GW_G726_32 || codec == GW_G726_32_AAL2;
}

int gw_coder_init(struct gw_coder *coder, enum gw_codec codec)
{
    if ((unsigned)codec >= GW_CODECS)
        return -1;
    coder->codec = codec;
    gw_g726_init(&coder->g726);
    return 0;
}

size_t gw_coder_octets(enum gw_codec codec, size_t samples)
{
    return is_g726(codec) ? samples / 2 : samples;
}

size_t gw_coder_samples(enum gw_codec codec, size_t octets)
{
    return is_g726(codec) ? octets * 2 : octets;
}

static void encode_g726(struct gw_coder *coder, const int16_t *pcm, size_t octets, uint8_t *out)
{
    unsigned first = coder->codec == GW_G726_32 ? 0 : 4;
    size_t i;
    for (i = 0; i < octets; i++) {
        unsigned a = gw_g726_encode(&coder->g726, pcm[2 * i], NULL);
        unsigned b = gw_g726_encode(&coder->g726, pcm[2 * i + 1], NULL);
        out[i] = (uint8_t)(a << first | b << (4 - first));
    }
}

static void decode_g726(struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm)
{
    unsigned first = coder->codec == GW_G726_32 ? 0 : 4;
    size_t i;
    for (i = 0; i < octets; i++) {
        pcm[2 * i] = gw_g726_decode(&coder->g726, (uint8_t)(in[i] >> first & 15));
        pcm[2 * i + 1] = gw_g726_decode(&coder->g726, (uint8_t)(in[i] >> (4 - first) & 15));
    }
}

void gw_encode(struct gw_coder *coder, const int16_t *pcm, size_t samples, uint8_t *out)
{
    size_t i;
    if (is_g726(coder->codec))
        encode_g726(coder, pcm, samples / 2, out);
    else if (coder->codec == GW_PCMA)
        for (i = 0; i < samples; i++)
            out[i] = gw_alaw_encode(pcm[i]);
    else
        for (i = 0; i < samples; i++)
            out[i] = gw_ulaw_encode(pcm[i]);
}

void gw_decode(struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm)
{
    size_t i;
    if (is_g726(coder->codec))
        decode_g726(coder, in, octets, pcm);
    else if (coder->codec == GW_PCMA)
        for (i = 0; i < octets; i++)
            pcm[i] = gw_alaw_decode(in[i]);
    else
        for (i = 0; i < octets; i++)
            pcm[i] = gw_ulaw_decode(in[i]);
}
