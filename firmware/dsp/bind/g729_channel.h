/* G.729 in a channel of a Bank: frames of 10 ms to packets, included by g729.c alone. */
#include "plug_in.h"

struct channel {
    void *encoder, *decoder;
    int packet_ms, collected; /* ms */
    size_t octets;
    uint8_t packet[6 * OCTETS];
};

static void channel_destroy(void *state)
{
    struct channel *ch = state;
    if (ch->encoder)
        encoder_destroy(ch->encoder);
    if (ch->decoder)
        decoder_destroy(ch->decoder);
    PyMem_RawFree(ch);
}

static void *channel_create(int packet_ms, int silence)
{
    struct channel *ch = PyMem_RawCalloc(1, sizeof *ch);
    if (ch == NULL)
        return NULL;
    ch->packet_ms = packet_ms;
    ch->encoder = encoder_create((uint8_t)(silence != 0));
    ch->decoder = decoder_create();
    if (ch->encoder && ch->decoder)
        return ch;
    channel_destroy(ch);
    return NULL;
}

static size_t send(struct channel *ch, uint8_t *out, uint32_t *ms)
{
    size_t octets = ch->octets;
    memcpy(out, ch->packet, octets);
    *ms = (uint32_t)ch->collected;
    ch->collected = 0;
    ch->octets = 0;
    return octets;
}

/* A description of silence ends its packet (RFC 3551 4.5.6); then nothing comes, and the next begins with speech. */
static size_t channel_encode(void *state, const int16_t *pcm, uint8_t *out, size_t room, uint32_t *ms)
{
    struct channel *ch = state;
    uint8_t code[16], octets = 0;
    (void)room; /* 60 octets */
    g729_encode(ch->encoder, pcm, code, &octets);
    if (octets > OCTETS || (octets == 0 && ch->octets == 0))
        return 0;
    memcpy(ch->packet + ch->octets, code, octets);
    ch->octets += octets;
    ch->collected += 10;
    return octets != OCTETS || ch->collected >= ch->packet_ms ? send(ch, out, ms) : 0;
}

/* Frames of 10 octets and at the end at most one of 2; what else is left is none. */
static size_t channel_decode(void *state, const uint8_t *in, size_t octets, int16_t *pcm, size_t room,
                             int32_t *pausing)
{
    struct channel *ch = state;
    size_t samples = 0;
    while ((octets >= OCTETS || octets == SID) && samples + FRAME <= room) {
        size_t part = octets >= OCTETS ? OCTETS : SID;
        g729_decode(ch->decoder, in, (uint8_t)part, 0, part == SID, 0, pcm + samples);
        *pausing = part == SID;
        samples += FRAME;
        in += part;
        octets -= part;
    }
    return samples;
}

/* After a description of silence this is its noise, as long as nothing else comes (Annex B). */
static void channel_conceal(void *state, int16_t *pcm)
{
    g729_decode(((struct channel *)state)->decoder, NULL, 0, 1, 0, 0, pcm);
}

static const struct gw_plug_in CHANNEL_CODECS[] = {
    {"g729", {8000, channel_encode, channel_decode, channel_conceal}, channel_create, channel_destroy},
    {NULL, {0, NULL, NULL, NULL}, NULL, NULL}};
