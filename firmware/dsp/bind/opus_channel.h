/* Opus in a channel of a Bank: frames of 10 ms to packets, included by opus.c alone. */
#include "plug_in.h"

#define PACKET_SAMPLES 960 /* 60 ms at 16 kHz */
#define PARTS 5            /* a packet of 30 or 50 ms is one of several of 10 ms: RFC 6716 3.2.5 */
#define PART_OCTETS 160
#define UNSENT 2           /* octets of a packet that DTX makes in silence; all but the first stay here: RFC 7587 3.1.3 */
#define SET_BANDWIDTH 4008
#define NARROW 1101
#define WIDE 1103
#define SET_FORCE_MODE 11002 /* the parts of a packet must be of one mode */
#define SPEECH_MODE 1000

struct channel {
    void *encoder, *decoder, *joiner;
    int rate, packet_ms, collected; /* samples */
    int pausing;                    /* and the other end has been told */
    int16_t pcm[PACKET_SAMPLES];
    unsigned char part[PARTS][PART_OCTETS];
    int32_t part_octets[PARTS];
};

static void channel_destroy(void *state)
{
    struct channel *ch = state;
    if (ch->encoder)
        encoder_destroy(ch->encoder);
    if (ch->decoder)
        decoder_destroy(ch->decoder);
    if (ch->joiner)
        joiner_destroy(ch->joiner);
    PyMem_RawFree(ch);
}

static int in_parts(int packet_ms)
{
    return packet_ms == 30 || packet_ms == 50;
}

static int set_up(const struct channel *ch, int silence)
{
    int error = encoder_ctl(ch->encoder, SET_BITRATE, (int32_t)usual_bitrate(ch->rate))
                || encoder_ctl(ch->encoder, SET_COMPLEXITY, (int32_t)COMPLEXITY)
                || encoder_ctl(ch->encoder, SET_DTX, (int32_t)(silence != 0));
    if (in_parts(ch->packet_ms)) {
        error = error || encoder_ctl(ch->encoder, SET_BANDWIDTH, (int32_t)(ch->rate == 8000 ? NARROW : WIDE));
        encoder_ctl(ch->encoder, SET_FORCE_MODE, (int32_t)SPEECH_MODE); /* where a libopus knows it */
    }
    return error;
}

static void *channel_create(int rate, int packet_ms, int silence)
{
    struct channel *ch = PyMem_RawCalloc(1, sizeof *ch);
    int error = 0, wrong = 0;
    if (ch == NULL)
        return NULL;
    ch->rate = rate;
    ch->packet_ms = packet_ms;
    ch->encoder = encoder_create(rate, 1, VOIP, &error);
    ch->decoder = decoder_create(rate, 1, &wrong);
    ch->joiner = joiner_create();
    if (!error && !wrong && ch->joiner && !set_up(ch, silence))
        return ch;
    channel_destroy(ch);
    return NULL;
}

static void *create_wide(int packet_ms, int silence)
{
    return channel_create(16000, packet_ms, silence);
}

static void *create_narrow(int packet_ms, int silence)
{
    return channel_create(8000, packet_ms, silence);
}

static int32_t encode_whole(struct channel *ch, uint8_t *out, size_t room)
{
    return opus_encode(ch->encoder, ch->pcm, ch->collected, out, (int32_t)room);
}

static int32_t encode_parts(struct channel *ch, uint8_t *out, size_t room)
{
    int parts = ch->packet_ms / 10, samples = ch->rate / 100, i;
    joiner_init(ch->joiner);
    for (i = 0; i < parts; i++) {
        ch->part_octets[i] = opus_encode(ch->encoder, ch->pcm + i * samples, samples, ch->part[i], PART_OCTETS);
        if (ch->part_octets[i] < 1 || joiner_cat(ch->joiner, ch->part[i], ch->part_octets[i]))
            return 0;
    }
    return joiner_out(ch->joiner, out, (int32_t)room);
}

static size_t channel_encode(void *state, const int16_t *pcm, uint8_t *out, size_t room, uint32_t *ms)
{
    struct channel *ch = state;
    int32_t octets;
    int told = ch->pausing;
    memcpy(ch->pcm + ch->collected, pcm, (size_t)ch->rate / 100 * sizeof *pcm);
    ch->collected += ch->rate / 100;
    if (ch->collected < ch->rate / 1000 * ch->packet_ms)
        return 0;
    octets = (in_parts(ch->packet_ms) ? encode_parts : encode_whole)(ch, out, room);
    ch->collected = 0;
    *ms = (uint32_t)ch->packet_ms;
    ch->pausing = octets <= UNSENT;
    return octets < 1 || (told && ch->pausing) ? 0 : (size_t)octets;
}

static size_t channel_decode(void *state, const uint8_t *in, size_t octets, int16_t *pcm, size_t room,
                             int32_t *pausing)
{
    struct channel *ch = state;
    int longest = ch->rate / 1000 * LONGEST_MS, samples;
    if (octets == 0 || octets > 65535) /* libopus takes no octets as a loss */
        return 0;
    samples = opus_decode(ch->decoder, in, (int32_t)octets, pcm, (size_t)longest < room ? longest : (int)room, 0);
    *pausing = samples > 0 && octets <= UNSENT;
    return samples > 0 ? (size_t)samples : 0;
}

static void channel_conceal(void *state, int16_t *pcm)
{
    struct channel *ch = state;
    int samples = ch->rate / 100, made = opus_decode(ch->decoder, NULL, 0, pcm, samples, 0);
    if (made < samples)
        memset(pcm + (made < 0 ? 0 : made), 0, (size_t)(samples - (made < 0 ? 0 : made)) * sizeof *pcm);
}

static const struct gw_plug_in CHANNEL_CODECS[] = {
    {"opus", {16000, channel_encode, channel_decode, channel_conceal}, create_wide, channel_destroy},
    {"opus-nb", {8000, channel_encode, channel_decode, channel_conceal}, create_narrow, channel_destroy},
    {NULL, {0, NULL, NULL, NULL}, NULL, NULL}};
