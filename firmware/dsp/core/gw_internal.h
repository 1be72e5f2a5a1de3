/* What the files of the core share and callers do not see: arithmetic without libm, concealment. */
#ifndef GW_INTERNAL_H
#define GW_INTERNAL_H

#include "gw_dsp.h"

/* Loops over bins become SIMD: their rows never overlap, and -O2 alone would leave them. The
 * order of additions within a bin stays, so that the bits do too. */
#if defined(__clang__)
#define GW_EACH_BIN _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#pragma GCC optimize("O3")
#define GW_EACH_BIN _Pragma("GCC ivdep")
#else
#define GW_EACH_BIN
#endif

#ifndef GW_WIDE_CHANNELS /* whether a handset may speak G.722, which takes twice the memory */
#define GW_WIDE_CHANNELS 0
#endif
#ifndef GW_PLUG_INS
#define GW_PLUG_INS 0
#endif

#define GW_ALIGN 16u
#define GW_COS_LENGTH 400
#define GW_TURN 320 /* entries of GW_COS in a full circle */

extern const float GW_COS[GW_COS_LENGTH];

static inline float gw_sin(int index) /* index below GW_TURN */
{
    return -GW_COS[index + 80];
}

/* How many bits a value needs: 0 for 0. */
static inline int gw_width(uint32_t value)
{
#if defined(__GNUC__)
    return value ? 32 - __builtin_clz(value) : 0;
#else
    int bits = 0;
    while (value >> bits)
        bits++;
    return bits;
#endif
}

static inline size_t gw_round_up(size_t octets)
{
    return (octets + GW_ALIGN - 1) & ~(size_t)(GW_ALIGN - 1);
}

static inline int16_t gw_to_sample(float value)
{
    value = value < 32767.0f ? value : 32767.0f;
    value = value > -32768.0f ? value : -32768.0f;
    return (int16_t)(int32_t)(value + (value < 0.0f ? -0.5f : 0.5f));
}

static inline uint32_t gw_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float gw_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Square root of a value >= 0 by Newton's method: the same bits everywhere. */
static inline float gw_sqrt(float value)
{
    float root;
    if (value < 1e-30f)
        return 0.0f;
    root = gw_from_bits(0x1fbd1df5u + (gw_bits(value) >> 1));
    root = 0.5f * (root + value / root);
    root = 0.5f * (root + value / root);
    return 0.5f * (root + value / root);
}

/* Logarithm to base 2 of a normal value > 0; the series of artanh, error below 1e-6. */
static inline float gw_log2(float value)
{
    uint32_t bits = gw_bits(value);
    int32_t exponent = (int32_t)(bits >> 23) - 127;
    float m = gw_from_bits((bits & 0x7fffffu) | 0x3f800000u), t, tt;
    if (m > 1.41421356f) {
        m *= 0.5f;
        exponent++;
    }
    t = (m - 1.0f) / (m + 1.0f);
    tt = t * t;
    return (float)exponent + 2.88539008f * t * (1.0f + tt * (0.333333333f + tt * (0.2f + tt * 0.142857143f)));
}

static inline float gw_decibel(float ratio) /* 10 log10 */
{
    return ratio < 1e-30f ? -300.0f : 3.01029996f * gw_log2(ratio);
}

/* Whole buffers of G.711 sample by sample: `law` is GW_PCMA or GW_PCMU. */
void gw_g711_encode(enum gw_codec law, const int16_t *pcm, size_t samples, uint8_t *out);
void gw_g711_decode(enum gw_codec law, const uint8_t *in, size_t octets, int16_t *pcm);

/* What the tone detectors share: lanes of gw_spectrum behind the 8 of DTMF, and questions to it. */
enum { GW_LANE_425 = 8, GW_LANE_1100, GW_LANE_2100 };

void gw_spectrum_frame(struct gw_spectrum *spectrum, const int16_t pcm[GW_FRAME]);
/* Cosine of the angle by which the tone in a lane turned against its nominal frequency
 * between the last two windows, or -2 where there is none. */
float gw_spectrum_cosine(const struct gw_spectrum *spectrum, int lane);
/* Whether that angle is within the lane's tolerance. */
int gw_spectrum_in_tune(int lane, float cosine);
/* The lane's power made up for what the window loses off its centre. */
float gw_spectrum_power(const struct gw_spectrum *spectrum, int lane, float cosine);
/* The power of the tone in a lane of DTMF, wherever within 2.1 % of its frequency it is; 0 if it is not there. */
float gw_spectrum_tuned(const struct gw_spectrum *spectrum, int lane);
/* Whether a steady tone is nearly all there is, and not below `least`. */
int gw_spectrum_alone(const struct gw_spectrum *spectrum, int lane, float least);
/* One frame of a tone's presence; up to `bridge` frames without it do not end it. */
void gw_presence_add(struct gw_presence *presence, int there, int bridge);

float gw_energy(const int16_t *pcm, size_t samples); /* the sum of squares */

#define GW_ROOM_ORDER 10 /* of the noise that is described, as G.711 Appendix II has it */

void gw_detector_tell(struct gw_detector *detector, int32_t kind, int32_t value);
void gw_dtmf_run(struct gw_detector *detector);
void gw_faxtone_run(struct gw_detector *detector);
void gw_progress_run(struct gw_detector *detector);

/* The mean products of a signal with itself, lag by lag up to `order`, summed over `samples`: as a description. */
void gw_sid_describe(struct gw_sid *sid, const float *products, size_t samples, int32_t order);
void gw_sid_products(const int16_t *pcm, size_t samples, int32_t order, float *products);

/* Samples of 8 kHz that wait to be played; the bound of a backlog is three packets. */
#define GW_QUEUE (1920 << GW_WIDE_CHANNELS) /* 240 ms */

struct gw_queue {
    int32_t first, queued, bound;
    uint32_t dropped;
    int16_t pcm[GW_QUEUE];
};

void gw_queue_init(struct gw_queue *queue, int32_t packet_ms, int32_t scale); /* 1: 8 kHz, 2: 16 kHz */
void gw_queue_add(struct gw_queue *queue, const int16_t *pcm, size_t samples);
void gw_queue_take(struct gw_queue *queue, int16_t *out, int32_t samples); /* that are there */
/* After a packet of so many samples: the oldest beyond the bound are dropped. */
void gw_queue_trim(struct gw_queue *queue, size_t packet);

#endif
