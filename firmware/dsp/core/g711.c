/* ITU-T G.711: 16 bit linear to and from A-law and mu-law.
 *
 * A-law keeps 12 bits and sign, mu-law 14: the lower bits of the 16 are dropped
 * from the one's complement magnitude, so that -1 and 0 are neighbours.
 */
#include "gw_internal.h"

static unsigned magnitude(int16_t sample)
{
    return (unsigned)(sample < 0 ? ~sample : sample);
}

/* A segment's 16 steps follow those of the one before, but the first two have the same step size: 32 of it. */
uint8_t gw_alaw_encode(int16_t sample)
{
    unsigned level = magnitude(sample) >> 4;
    unsigned doubled = (unsigned)gw_width(level | 31) - 5;
    unsigned code = (doubled << 4) + (level >> doubled);
    return (uint8_t)(code ^ (sample < 0 ? 0x55 : 0xd5)); /* even bits inverted */
}

#define SEGMENT(plain) ((plain) >> 4 & 7)
#define POSITIVE(plain) \
    ((((plain) & 15) << 4 | 8 | (SEGMENT(plain) ? 256 : 0)) << SEGMENT(plain) >> (SEGMENT(plain) ? 1 : 0))
#define LEVEL(code) ((code) & 0x80 ? POSITIVE((code) ^ 0x55) : -POSITIVE((code) ^ 0x55))
#define FOUR(code) LEVEL(code), LEVEL((code) + 1), LEVEL((code) + 2), LEVEL((code) + 3)
#define SIXTEEN(code) FOUR(code), FOUR((code) + 4), FOUR((code) + 8), FOUR((code) + 12)
#define SIXTY_FOUR(code) SIXTEEN(code), SIXTEEN((code) + 16), SIXTEEN((code) + 32), SIXTEEN((code) + 48)

/* By code, as the even bits of it are inverted: each level is the middle of its step. */
static const int16_t ALAW[256] = {SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128), SIXTY_FOUR(192)};

int16_t gw_alaw_decode(uint8_t code)
{
    return ALAW[code];
}

uint8_t gw_ulaw_encode(int16_t sample)
{
    unsigned level = (magnitude(sample) >> 2) + 33; /* the bias makes every segment a power of two */
    unsigned segment, step;
    if (level > 0x1fff)
        level = 0x1fff;
    segment = (unsigned)gw_width(level) - 6;
    step = (level >> (segment + 1)) & 15;
    return (uint8_t)(~(segment << 4 | step) & (sample < 0 ? 0x7f : 0xff));
}

int16_t gw_ulaw_decode(uint8_t code)
{
    unsigned plain = ~(unsigned)code;
    unsigned segment = (plain >> 4) & 7;
    int level = (int)((((plain & 15) << 3) + 132) << segment) - 132;
    return (int16_t)(code & 0x80 ? level : -level);
}

void gw_g711_encode(enum gw_codec law, const int16_t *pcm, size_t samples, uint8_t *out)
{
    size_t i;
    if (law == GW_PCMA)
        for (i = 0; i < samples; i++)
            out[i] = gw_alaw_encode(pcm[i]);
    else
        for (i = 0; i < samples; i++)
            out[i] = gw_ulaw_encode(pcm[i]);
}

void gw_g711_decode(enum gw_codec law, const uint8_t *in, size_t octets, int16_t *pcm)
{
    size_t i;
    if (law == GW_PCMA)
        for (i = 0; i < octets; i++)
            pcm[i] = gw_alaw_decode(in[i]);
    else
        for (i = 0; i < octets; i++)
            pcm[i] = gw_ulaw_decode(in[i]);
}
