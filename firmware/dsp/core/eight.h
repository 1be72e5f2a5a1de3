/* Eight channels side by side: a register of eight 32 bit lanes, and what the coders do with it. */
#ifndef GW_EIGHT_H
#define GW_EIGHT_H

#include "wide.h"

#if GW_WIDE

#define GW_SIDE 8
#define GW_SIDE_PART 80 /* samples that are turned from rows into lanes at a time */

typedef int32_t gw_lanes __attribute__((vector_size(32)));
typedef uint32_t gw_unsigned_lanes __attribute__((vector_size(32)));
typedef float gw_float_lanes __attribute__((vector_size(32)));
typedef int16_t gw_word_lanes __attribute__((vector_size(32)));

GW_AVX2_INLINE gw_lanes gw_all(int32_t value)
{
    gw_lanes x = {value, value, value, value, value, value, value, value};
    return x;
}

GW_AVX2_INLINE gw_lanes gw_min(gw_lanes a, gw_lanes b)
{
    __asm__("vpminsd %1, %0, %0" : "+x"(a) : "x"(b));
    return a;
}

GW_AVX2_INLINE gw_lanes gw_max(gw_lanes a, gw_lanes b)
{
    __asm__("vpmaxsd %1, %0, %0" : "+x"(a) : "x"(b));
    return a;
}

GW_AVX2_INLINE gw_lanes gw_within(gw_lanes x, gw_lanes low, gw_lanes high)
{
    return gw_max(gw_min(x, high), low);
}

GW_AVX2_INLINE gw_lanes gw_saturate_lanes(gw_lanes x)
{
    return gw_within(x, gw_all(-32768), gw_all(32767));
}

/* A mask has all bits of a lane or none. */
GW_AVX2_INLINE gw_lanes gw_pick(gw_lanes mask, gw_lanes yes, gw_lanes no)
{
    return (yes & mask) | (no & ~mask);
}

GW_AVX2_INLINE gw_lanes gw_sign_by(gw_lanes x, gw_lanes negative)
{
    return (x ^ negative) - negative;
}

GW_AVX2_INLINE gw_lanes gw_absolute(gw_lanes x)
{
    return gw_sign_by(x, x >> 31);
}

GW_AVX2_INLINE gw_lanes gw_shift_right(gw_lanes x, gw_lanes by) /* of values >= 0 */
{
    return (gw_lanes)((gw_unsigned_lanes)x >> (gw_unsigned_lanes)by);
}

/* Entries 0 .. 7 of a table. */
GW_AVX2_INLINE gw_lanes gw_look(gw_lanes table, gw_lanes index)
{
    return (gw_lanes)__builtin_ia32_permvarsi256(table, index);
}

/* Products of lanes that fit into 16 bits, signed. */
GW_AVX2_INLINE gw_lanes gw_short_product(gw_lanes a, gw_lanes b)
{
    return (gw_lanes)__builtin_ia32_pmaddwd256((gw_word_lanes)(a & 0xffff), (gw_word_lanes)b);
}

/* Bits of the float of a value 0 .. 2^24: exponent from bit 23, then the leading bits. */
GW_AVX2_INLINE gw_lanes gw_float_bits(gw_lanes x)
{
    return (gw_lanes)__builtin_convertvector(x, gw_float_lanes);
}

#endif
#endif
