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

uint8_t gw_alaw_encode(int16_t sample)
{
    unsigned level = magnitude(sample) >> 4;
    unsigned segment = level > 15 ? (unsigned)gw_width(level) - 4 : 0;
    unsigned step = segment ? (level >> (segment - 1)) & 15 : level;
    unsigned sign = sample < 0 ? 0 : 0x80;
    return (uint8_t)((sign | segment << 4 | step) ^ 0x55); /* even bits inverted */
}

int16_t gw_alaw_decode(uint8_t code)
{
    unsigned plain = code ^ 0x55u;
    unsigned segment = (plain >> 4) & 7;
    unsigned level = (plain & 15) << 4 | 8;
    if (segment)
        level = (level + 256) << (segment - 1);
    return (int16_t)(code & 0x80 ? (int)level : -(int)level);
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
