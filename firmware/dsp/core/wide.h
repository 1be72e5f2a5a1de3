/* The blocks behind gw_encode and gw_decode for wide registers; each takes any count and gives the bits
 * of the portable code. Only where GW_WIDE is not 0. */
#ifndef GW_WIDE_H
#define GW_WIDE_H

#include "cpu.h"

#if GW_WIDE
void gw_alaw_encode_wide(const int16_t *pcm, size_t samples, uint8_t *out);
void gw_ulaw_encode_wide(const int16_t *pcm, size_t samples, uint8_t *out);
void gw_alaw_decode_wide(const uint8_t *in, size_t octets, int16_t *pcm);
void gw_ulaw_decode_wide(const uint8_t *in, size_t octets, int16_t *pcm);

/* Up to eight channels, of which only `count` are there; `first` is the shift of an octet's first code. */
void gw_g726_encode_wide(struct gw_g726 *const s[], const int16_t *const pcm[], size_t count, size_t samples,
                         unsigned first, uint8_t *const out[], int16_t *const heard[]);
void gw_g726_decode_wide(struct gw_g726 *const s[], const uint8_t *const in[], size_t count, size_t octets,
                         unsigned first, int16_t *const pcm[]);
void gw_g722_encode_wide(struct gw_g722 *const s[], const int16_t *const pcm[], size_t count, size_t samples,
                         uint8_t *const out[]);
void gw_g722_decode_wide(struct gw_g722 *const s[], const uint8_t *const in[], size_t count, size_t octets,
                         int16_t *const pcm[]);
#endif

#endif
