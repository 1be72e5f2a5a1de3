/* What a burst-mode controller does in silicon to the bits of many bursts at once: whole arrays per call, row after
 * row, no state. C11; arithmetic on integers only, so every machine gives the same bits. */
#ifndef GW_AIR_H
#define GW_AIR_H

#include <stddef.h>
#include <stdint.h>

#define GW_AIR_FIELD 6  /* octets of an A-field without its R-CRC */
#define GW_AIR_TAIL 5   /* of its tail, which is ciphered in C_T */
#define GW_AIR_KEY 8    /* of a cipher key */
#define GW_AIR_HALF_MAX 85 /* of key stream for one direction of a long slot */

/* EN 300 175-3 6.2.5.2: 16 check bits of each A-field, the last one inverted. */
void gw_air_r_crc(const uint8_t *fields, size_t count, uint16_t *crc);

/* 6.2.5.4: the four check bits of B-fields of 40 or 80 octets, in the low nibble. */
void gw_air_x_crc(const uint8_t *b, size_t count, size_t octets, uint8_t *crc);

/* 6.2.4: `out` (it may be `b`) becomes `b` scrambled as in frame `frames[row]`; doing it twice undoes it. */
void gw_air_scramble(const uint8_t *b, const uint8_t *frames, size_t count, size_t octets, uint8_t *out);

/* EN 300 175-7: the stream of one frame for each row: `half` octets for FP to PP, then as many for PP to FP.
 * iv = multiframe number << 4 | frame. */
void gw_air_keystream(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out);

#endif
