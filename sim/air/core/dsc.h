/* The DECT standard cipher: four Galois registers that shift right; EN 300 175-7, as published at FSE 2010. */
#ifndef GW_AIR_DSC_H
#define GW_AIR_DSC_H

#include "gw_air.h"

#define LOADED 128   /* steps that take in the IV (64 bits) and the key */
#define BLANK 40     /* steps whose output nobody sees */
#define REVIVAL 11   /* the step of these before which an empty register gets its top bit */

/* Lengths, and the taps that a 1 which is shifted out toggles. */
#define R1_BITS 17
#define R2_BITS 19
#define R3_BITS 21
#define R4_BITS 23
#define R1_TAPS 0x10020u
#define R2_TAPS 0x4100Cu
#define R3_TAPS 0x100002u
#define R4_TAPS 0x400100u

/* The next output bit from the one before and the two lowest bits of R1 to R3; on words, each bit by itself. */
#define COMBINED(c, x10, x11, x20, x21, x30, x31)                                                                   \
    (((c) & (((x10) & ((x11) ^ (x21) ^ (x30))) ^ (x11) ^ (x30) ^ (x31)))                                             \
     ^ ((x10) & (((x20) & ((x11) ^ (x21) ^ (x30))) ^ (x11) ^ (x31))) ^ ((x20) & (x11)) ^ (x21) ^ (x31))

/* One function for the processor's widest registers and one for all, chosen when the library is loaded. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(GW_NO_WIDE)
#define GW_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define GW_CLONES
#endif
#define GW_INLINE static inline __attribute__((always_inline))

#define EIGHT 8      /* rows that gw_dsc_eight does side by side */
#define SLICES 256   /* rows that gw_dsc_sliced does, one in each bit */
#define SLICES_PAY 104 /* so many rows and it is the faster one */

/* Of `count` rows, at most EIGHT or SLICES; those that are not there cost as much. */
void gw_dsc_eight(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out);
void gw_dsc_sliced(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out);

#endif
