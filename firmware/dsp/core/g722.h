/* G.722's tables, which the single coder and the eight lanes share; numbers of chapter 6 of the Recommendation. */
#ifndef GW_G722_H
#define GW_G722_H

#include "gw_internal.h"

#define GW_G722_TAPS 24 /* of the quadrature mirror filter, table 11 */

extern const int16_t GW_G722_QMF_SUM[GW_G722_TAPS], GW_G722_QMF_DIFFERENCE[GW_G722_TAPS];
extern const int16_t GW_G722_QMF_FIRST[GW_G722_TAPS], GW_G722_QMF_SECOND[GW_G722_TAPS];
extern const int16_t GW_G722_Q6[33];  /* decision levels, table 14, from index 1; the last are out of reach */
extern const uint8_t GW_G722_IL[2][32]; /* codes of a rank, for differences >= 0 and < 0, table 17 */
extern const int16_t GW_G722_QM6[64], GW_G722_QM5[32], GW_G722_QM4[16], GW_G722_QM2[4]; /* table 18, 19 */
extern const int16_t GW_G722_WL[16], GW_G722_WH[4]; /* tables 20 and 21, by code */
extern const int16_t GW_G722_ILB[32]; /* table 15 */

#define GW_G722_LOW_TOP 18432  /* greatest scale factor, LIMIT of 6.2.1.3 */
#define GW_G722_HIGH_TOP 22528

static inline int gw_saturate16(int value)
{
    return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

static inline int gw_limit15(int value) /* LIMIT of block 5L and 5H */
{
    return value > 16383 ? 16383 : value < -16384 ? -16384 : value;
}

#endif
