/* The DSP core of the gateway: codecs, echo canceller, channels.
 *
 * Freestanding C11: <stdint.h> and <string.h>, no malloc, no libm, no globals
 * that change. The caller owns all memory: `*_bytes()` says how much, `*_init()`
 * lays the object into it (aligned to 16 octets), and nothing is to be freed.
 * Samples are int16_t at 8 or 16 kHz. Built with -ffp-contract=off the same
 * input gives the same bits on every target with IEEE 754 single precision.
 */
#ifndef GW_DSP_H
#define GW_DSP_H

#include <stdint.h>
#include <string.h>

/* ---- Codecs ---- */

enum gw_codec {
    GW_PCMA,         /* G.711 A-law, 8 bits a sample */
    GW_PCMU,         /* G.711 mu-law */
    GW_G726_32,      /* G.726 at 32 kbit/s, first sample in the low nibble: RFC 3551 4.5.4 */
    GW_G726_32_AAL2, /* the same, first sample in the high nibble: ITU-T I.366.2 and DECT */
    GW_CODECS
};

/* One sample of G.711; the encoders take all 16 bits, decoders give 16. */
uint8_t gw_alaw_encode(int16_t sample);
uint8_t gw_ulaw_encode(int16_t sample);
int16_t gw_alaw_decode(uint8_t code);
int16_t gw_ulaw_decode(uint8_t code);

/* ITU-T G.726 at 32 kbit/s: the adaptive quantizer and the pole-zero predictor. */
struct gw_g726 {
    int32_t yl;         /* slow scale factor, 19 bits */
    int16_t yu;         /* fast scale factor, 13 bits */
    int16_t dms, dml;   /* short and long mean of F(I) */
    int16_t ap;         /* speed control */
    int16_t a[2], b[6]; /* predictor coefficients, Q14 */
    int16_t sr[2], dq[6]; /* their past signals, 11 bit floating format */
    uint8_t pk[2];      /* signs of the last partial reconstructions */
    uint8_t td;         /* tone detected */
};

void gw_g726_init(struct gw_g726 *state);

/* A code 1..15 for a 16 bit sample; *heard, unless NULL, becomes what the decoder will play. */
uint8_t gw_g726_encode(struct gw_g726 *state, int16_t sample, int16_t *heard);
int16_t gw_g726_decode(struct gw_g726 *state, uint8_t code);

/* As the decoder of a G.711 transcoder, with synchronous coding adjustment (4.2.8):
 * `law` is GW_PCMA or GW_PCMU, the answer an octet of it. */
uint8_t gw_g726_decode_law(struct gw_g726 *state, uint8_t code, enum gw_codec law);

/* One direction of a codec; the same object must not both encode and decode. */
struct gw_coder {
    enum gw_codec codec;
    struct gw_g726 g726;
};

/* 0, or -1 for a codec that the core does not have. */
int gw_coder_init(struct gw_coder *coder, enum gw_codec codec);
/* Octets for `samples`, which must be even for G.726; and samples in `octets`. */
size_t gw_coder_octets(enum gw_codec codec, size_t samples);
size_t gw_coder_samples(enum gw_codec codec, size_t octets);
void gw_encode(struct gw_coder *coder, const int16_t *pcm, size_t samples, uint8_t *out);
void gw_decode(struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm);

/* ---- Level meter ---- */

/* Mean power with a time constant of 80 ms. 0 dBm0 is 3.14 dB below a full-scale sine (G.711). */
struct gw_level {
    float power; /* of samples scaled to +-32768 */
};

#define GW_SILENCE_DBM0 (-96.0f)

void gw_level_init(struct gw_level *level);
void gw_level_add(struct gw_level *level, const int16_t *pcm, size_t samples);
float gw_level_dbm0(const struct gw_level *level);

/* ---- Echo canceller ---- */

enum gw_ec_type {
    GW_EC_OFF,    /* near passes bit for bit */
    GW_EC_NOISE,  /* linear stage only, tuned for noisy rooms: no syllable is ever dropped */
    GW_EC_DEFAULT /* linear stage, suppressor, shaped comfort noise: delays by 2 ms */
};

struct gw_ec_config {
    int32_t rate;    /* 8000 or 16000 */
    int32_t tail_ms; /* 32 .. 256 */
    int32_t type;    /* enum gw_ec_type */
    int32_t linear;  /* not 0: the linear stage alone, whatever the type */
};

struct gw_ec_status {
    float erl;          /* far over echo, dB; 0 while unknown */
    float erle;         /* echo over residual of the linear stage, dB; 0 while unknown */
    float far, near, out; /* dBm0 */
    int32_t delay;      /* of the strongest part of the echo path, ms */
    int32_t frozen;     /* the far end is narrow-band: no adaptation */
    uint32_t handovers; /* times the shadow filter replaced the foreground */
    uint32_t resets;    /* times an open or diverged path was forgotten */
};

struct gw_ec;

/* 0 where the configuration is not one of the above. */
size_t gw_ec_bytes(const struct gw_ec_config *config);
struct gw_ec *gw_ec_init(void *memory, const struct gw_ec_config *config);

/* `samples` is a multiple of 5 ms. `far` is what goes to the loudspeaker during the same
 * time as `near` comes from the microphone; out may be near. Multiples of 10 ms are the
 * cheap case; a half block costs a second transform of the tail. 0, or -1 for a bad length. */
int gw_ec_process(struct gw_ec *ec, const int16_t *near, const int16_t *far, int16_t *out, size_t samples);
void gw_ec_status(const struct gw_ec *ec, struct gw_ec_status *status);
/* Samples by which the output lags behind `near`. */
int32_t gw_ec_delay(const struct gw_ec *ec);

/* ---- Channel: one call's speech path, a frame of 10 ms at a time ---- */

#define GW_FRAME 80    /* samples of 10 ms at 8 kHz */
#define GW_B_FIELD 40  /* octets of 10 ms G.726 in a DECT full slot */
#define GW_PACKET_MAX 480 /* octets: 60 ms of G.711 */

struct gw_channel_config {
    int32_t codec;     /* enum gw_codec, towards the network */
    int32_t packet_ms; /* 10 .. 60, a multiple of 10 */
    int32_t ec_type;
    int32_t tail_ms;
};

struct gw_channel_status {
    float level_in, level_out; /* dBm0: from the handset after the canceller, and to the handset */
    float erl, erle;           /* dB */
    uint32_t played, missing;  /* frames to the handset that had and lacked a packet */
    uint32_t lost;             /* B-fields that were missing */
    uint32_t dropped;          /* samples that the full queue let go */
};

struct gw_frame {
    const uint8_t *field; /* B-field from the handset; NULL where it is missing */
    int32_t joined;       /* a bearer is there: without one only silence is sent */
    uint8_t reply[GW_B_FIELD];    /* out: B-field to the handset */
    uint8_t packet[GW_PACKET_MAX]; /* out: a packet for the network ... */
    size_t packet_octets;          /* ... if this is not 0 */
};

struct gw_channel;

size_t gw_channel_bytes(const struct gw_channel_config *config);
struct gw_channel *gw_channel_init(void *memory, const struct gw_channel_config *config);
/* Queue one packet of any length from the network. */
void gw_channel_play(struct gw_channel *channel, const uint8_t *payload, size_t octets);
void gw_channel_run(struct gw_channel *channel, struct gw_frame *frame);
void gw_channel_status(const struct gw_channel *channel, struct gw_channel_status *status);

/* ---- Bank: any number of channels in one arena, run in one call ---- */

struct gw_bank;

/* Octets for `channels` channels with tails of up to `tail_ms`; 0 for bad arguments. */
size_t gw_bank_bytes(size_t channels, int32_t tail_ms);
struct gw_bank *gw_bank_init(void *memory, size_t channels, int32_t tail_ms);
/* 0, or -1: no such channel, already open, or a configuration that does not fit. */
int gw_bank_open(struct gw_bank *bank, size_t channel, const struct gw_channel_config *config);
int gw_bank_close(struct gw_bank *bank, size_t channel);
/* The channel, or NULL while it is closed. */
struct gw_channel *gw_bank_channel(struct gw_bank *bank, size_t channel);
/* One frame of every open channel; `frames` has one entry per channel, open or not. */
void gw_bank_run(struct gw_bank *bank, struct gw_frame *frames);

#endif
