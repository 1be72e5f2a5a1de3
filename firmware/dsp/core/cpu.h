/* Wide registers, chosen at run time: AVX2 of x86-64. Functions marked GW_AVX2 may only be called
 * where gw_has_avx2() said so once; their arithmetic is that of the portable ones, so the bits are the same.
 * Built with -DGW_NO_WIDE there are none. */
#ifndef GW_CPU_H
#define GW_CPU_H

#include "gw_internal.h"

#if defined(__x86_64__) && (defined(__clang__) || __GNUC__ >= 12) && !defined(GW_NO_WIDE)
#define GW_WIDE 1
#define GW_AVX2 __attribute__((target("avx2")))
#define GW_AVX2_INLINE static inline __attribute__((always_inline, target("avx2")))

static inline void gw_cpuid(uint32_t leaf, uint32_t out[4])
{
    __asm__ volatile("cpuid" : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3]) : "a"(leaf), "c"(0));
}

/* Whether the processor has AVX2 and the operating system saves its registers. Slow: ask once. */
static inline int gw_has_avx2(void)
{
    uint32_t r[4], low, high;
    gw_cpuid(0, r);
    if (r[0] < 7)
        return 0;
    gw_cpuid(1, r);
    if ((r[2] >> 27 & 3) != 3) /* OSXSAVE, AVX */
        return 0;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    gw_cpuid(7, r);
    return (low & 6) == 6 && (r[1] >> 5 & 1);
}
#else
#define GW_WIDE 0

static inline int gw_has_avx2(void)
{
    return 0;
}
#endif

#endif
