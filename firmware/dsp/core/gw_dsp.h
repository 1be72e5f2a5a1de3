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

#define GW_FRAME 80 /* samples of 10 ms at 8 kHz */

/* ---- Codecs ---- */

enum gw_codec {
    GW_PCMA,         /* G.711 A-law, 8 bits a sample */
    GW_PCMU,         /* G.711 mu-law */
    GW_G726_32,      /* G.726 at 32 kbit/s, first sample in the low nibble: RFC 3551 4.5.4 */
    GW_G726_32_AAL2, /* the same, first sample in the high nibble: ITU-T I.366.2 and DECT */
    GW_G722,         /* G.722, two samples of 16 kHz in an octet: the only wideband one */
    GW_CODECS
};

/* One sample of G.711; the encoders take all 16 bits, decoders give 16. */
uint8_t gw_alaw_encode(int16_t sample);
uint8_t gw_ulaw_encode(int16_t sample);
int16_t gw_alaw_decode(uint8_t code);
int16_t gw_ulaw_decode(uint8_t code);

/* A past signal of G.726's predictor: its 11 bit floating format taken apart, as a multiplication wants it. */
struct gw_g726_past {
    int32_t shape; /* exponent + 3, and in the lower half the mantissa, 32 .. 63, times 32 */
    int32_t turn;  /* 128 or -128, by the sign */
};

/* ITU-T G.726 at 32 kbit/s: the adaptive quantizer and the pole-zero predictor. */
struct gw_g726 {
    struct gw_g726_past dq[6], sr[2]; /* past signals: differences, and reconstructions */
    int16_t b[6];         /* the predictor's zeros, Q14 */
    int32_t a[2];         /* its poles */
    int32_t pk[2];        /* signs of the last partial reconstructions, 1 or -1 */
    int32_t sez, se, y;   /* for the next sample: estimates of the zeros and of the signal, quantizer scale factor */
    int32_t yl, yu;       /* slow scale factor, 19 bits, and fast one, 13 bits */
    int32_t dms, dml, ap; /* short and long mean of F(I); speed control */
};

void gw_g726_init(struct gw_g726 *state);

/* A code 1..15 for a 16 bit sample; *heard, unless NULL, becomes what the decoder will play. */
uint8_t gw_g726_encode(struct gw_g726 *state, int16_t sample, int16_t *heard);
int16_t gw_g726_decode(struct gw_g726 *state, uint8_t code);
/* Two codes to an octet, the first of them shifted by `first`: 0, or 4 for DECT; `heard` may be pcm or NULL. */
void gw_g726_encode_octets(struct gw_g726 *state, const int16_t *pcm, size_t octets, unsigned first, uint8_t *out,
                           int16_t *heard);
void gw_g726_decode_octets(struct gw_g726 *state, const uint8_t *in, size_t octets, unsigned first, int16_t *pcm);

/* As the decoder of a G.711 transcoder, with synchronous coding adjustment (4.2.8):
 * `law` is GW_PCMA or GW_PCMU, the answer an octet of it. */
uint8_t gw_g726_decode_law(struct gw_g726 *state, uint8_t code, enum gw_codec law);

/* ITU-T G.722: one of its two bands. */
struct gw_g722_band {
    int32_t nb, det;      /* scale factor, logarithm and value */
    int32_t s, sz;        /* estimates: of the signal, and of the zeros */
    int32_t a[2], b[6];   /* predictor coefficients, Q14 */
    int32_t d[6], r[2], p[2]; /* past differences, signals, partial reconstructions */
};

struct gw_g722 {
    int32_t mode; /* 1, 2, 3: 64, 56, 48 kbit/s of speech within octets at 64 */
    struct gw_g722_band low, high;
    int16_t past[22]; /* of the quadrature mirror filter */
};

void gw_g722_init(struct gw_g722 *state, int32_t mode);
/* Two samples of 16 kHz to an octet; the bits that a mode leaves free are 0. */
void gw_g722_encode(struct gw_g722 *state, const int16_t *pcm, size_t samples, uint8_t *out);
void gw_g722_decode(struct gw_g722 *state, const uint8_t *in, size_t octets, int16_t *pcm);

/* One direction of a codec; the same object must not both encode and decode. */
struct gw_coder {
    enum gw_codec codec;
    int32_t wide; /* not 0: this processor's wide registers are used; the bits are the same */
    union {
        struct gw_g726 g726;
        struct gw_g722 g722;
    };
};

/* Samples a second: 8000, or 16000 for G.722. */
int32_t gw_codec_rate(enum gw_codec codec);
/* 0, or -1 for a codec that the core does not have. */
int gw_coder_init(struct gw_coder *coder, enum gw_codec codec);
/* Octets for `samples`, which must be even for G.726 and G.722; and samples in `octets`. */
size_t gw_coder_octets(enum gw_codec codec, size_t samples);
size_t gw_coder_samples(enum gw_codec codec, size_t octets);
void gw_encode(struct gw_coder *coder, const int16_t *pcm, size_t samples, uint8_t *out);
void gw_decode(struct gw_coder *coder, const uint8_t *in, size_t octets, int16_t *pcm);

/* The same of many coders at once: eight ADPCM channels share one pass where the processor has wide registers.
 * Every one must be of the same codec; any count will do. For G.726 `heard`, unless NULL, gets what
 * the decoders will play; heard[i] may be pcm[i]. A Bank can so encode and decode all its B-fields. */
void gw_encode_all(struct gw_coder *const coders[], const int16_t *const pcm[], size_t count, size_t samples,
                   uint8_t *const out[], int16_t *const heard[]);
void gw_decode_all(struct gw_coder *const coders[], const uint8_t *const in[], size_t count, size_t octets,
                   int16_t *const pcm[]);

/* ---- Tones: generators ---- */

enum gw_tone {
    GW_TONE_NONE,
    GW_TONE_DIAL, GW_TONE_BUSY, GW_TONE_RINGING, GW_TONE_CONGESTION, GW_TONE_SPECIAL_INFORMATION,
    GW_TONE_CALL_WAITING, GW_TONE_CNG, GW_TONE_CED, GW_TONE_CED_REVERSALS, GW_TONE_ANSAM, GW_TONE_ANSAM_REVERSALS,
    GW_TONE_DTMF, /* and the 16 digits of Q.23, row by row: 123A456B789C*0#D */
    GW_TONES = GW_TONE_DTMF + 16
};

#define GW_DTMF_MS 150 /* a digit's length where nothing else is asked for */
#define GW_DTMF_PAUSE_MS 60 /* between dialled digits; Q.24 asks for 40 or more */
#define GW_DIGITS 32

struct gw_tone_generator {
    uint32_t phase[2];
    int32_t tone, rate;
    int32_t left;     /* samples until the end; -1: until another is asked for */
    int32_t at, step; /* within the cadence */
    int32_t pause;    /* samples of silence at the end of `left` */
    int32_t waiting;  /* digits to be dialled: their numbers from GW_TONE_DTMF on */
    uint8_t digits[GW_DIGITS];
};

/* "dial", "ced-reversals"; a digit is its own name. -1 for a name that is none; NULL for a digit's number. */
int32_t gw_tone_find(const char *name);
const char *gw_tone_name(int32_t tone);
char gw_dtmf_digit(int row, int column);

/* At 8 or 16 kHz; after `duration_ms` comes silence, 0: the tone's own end. A digit has -6 dBm0 in the
 * low and -4 dBm0 in the high group, call progress -10, fax tones -13 dBm0. 0, or -1 for a bad argument. */
int gw_tone_init(struct gw_tone_generator *generator, int32_t tone, int32_t rate, int32_t duration_ms);
/* Queue one more digit, GW_TONE_DTMF ..., to be sent for GW_DTMF_MS with a pause after it; another
 * tone ends. 0, or -1 if none of GW_DIGITS places is free or it is no digit. */
int gw_tone_dial(struct gw_tone_generator *generator, int32_t digit);
void gw_tone_run(struct gw_tone_generator *generator, int16_t *pcm, size_t samples);
int gw_tone_active(const struct gw_tone_generator *generator);

/* ---- Pauses ---- */

/* A description of noise, RFC 3389: level in -dBov and reflection coefficients of 1/A(z). */
#define GW_SID_ORDER 12
#define GW_SID_OCTETS (1 + GW_SID_ORDER)

struct gw_sid {
    int32_t level; /* 0 .. 127: 0 is a full-scale square wave */
    int32_t order; /* 0 .. GW_SID_ORDER */
    float k[GW_SID_ORDER];
};

size_t gw_sid_build(const struct gw_sid *sid, uint8_t *out); /* octets, at most GW_SID_OCTETS */
/* 0, or -1 for an empty payload; coefficients beyond GW_SID_ORDER are left out, as 3 allows. */
int gw_sid_parse(struct gw_sid *sid, const uint8_t *payload, size_t octets);
void gw_sid_measure(struct gw_sid *sid, const int16_t *pcm, size_t samples, int32_t order);
float gw_sid_dbm0(const struct gw_sid *sid);

/* Plays such noise; a new description is glided to. */
struct gw_comfort {
    uint32_t random;
    int32_t order, started;
    float gain, target; /* of the noise's level */
    float scale;        /* by which the filter amplifies, inverted */
    float k[GW_SID_ORDER], b[GW_SID_ORDER + 1];
};

void gw_comfort_init(struct gw_comfort *comfort);
void gw_comfort_set(struct gw_comfort *comfort, const struct gw_sid *sid);
void gw_comfort_run(struct gw_comfort *comfort, int16_t *pcm, size_t samples);

/* Voice activity, frame by frame of 10 ms, with a hangover of 200 ms. */
#define GW_VAD_PARTS 4

struct gw_vad {
    float last, mean[2], low[2][GW_VAD_PARTS];
    int32_t frames, run, hang;
};

void gw_vad_init(struct gw_vad *vad);
int gw_vad_frame(struct gw_vad *vad, const int16_t *pcm, size_t samples); /* 1: active */

/* Silence compression: what to send for each frame of 10 ms. */
enum gw_sending { GW_SEND_NOTHING, GW_SEND_SPEECH, GW_SEND_SID };

struct gw_silence {
    struct gw_vad vad;
    struct gw_sid sent;
    int32_t order, pausing;   /* a description has begun a pause */
    int32_t since;            /* frames since the last one, up to a second */
    int32_t known;            /* frames that `products` is the mean of, so far */
    float products[GW_SID_ORDER + 1]; /* of the noise with itself, lag by lag */
};

void gw_silence_init(struct gw_silence *silence, int32_t order);
/* One frame is heard: whether it is to be sent as speech. */
int gw_silence_hear(struct gw_silence *silence, const int16_t *pcm, size_t samples);
/* In a pause: whether a description of its noise is due, at the beginning and when the noise has changed. */
int gw_silence_due(struct gw_silence *silence, size_t samples, struct gw_sid *sid);
/* Both at once; *sid is written where the answer is GW_SEND_SID. */
enum gw_sending gw_silence_frame(struct gw_silence *silence, const int16_t *pcm, size_t samples, struct gw_sid *sid);

/* ---- Tones: detectors, at 8 kHz ---- */

enum gw_event_kind {
    GW_EVENT_DTMF,     /* a digit has begun: its character */
    GW_EVENT_DTMF_END, /* how long it was, ms */
    GW_EVENT_FAX,      /* GW_TONE_CNG .. GW_TONE_ANSAM_REVERSALS, again if reversals come to be heard later */
    GW_EVENT_PROGRESS  /* GW_TONE_DIAL, _BUSY, _RINGING or _CONGESTION */
};

struct gw_event {
    int32_t kind, value;
    uint32_t at; /* ms since the detector began */
};

enum {
    GW_DETECT_DTMF = 1,
    GW_DETECT_FAX = 2,
    GW_DETECT_PROGRESS = 4,
    GW_REMOVE_DTMF = 8, /* digits in what passes give way to the noise behind them, from the first suspicion on */
    GW_DETECT_SPEECH = 16 /* `speaking` */
};

#define GW_TONE_LANES 12 /* frequencies that are looked for: 8 of DTMF, 425, 1100, 2100 Hz, and one idle */

/* Two overlapping windows of 20 ms, a new one each 10 ms. */
struct gw_spectrum {
    float now[2][GW_TONE_LANES], before[2][GW_TONE_LANES]; /* Goertzel's states; [0] rises, [1] falls */
    float re[5][GW_TONE_LANES], im[5][GW_TONE_LANES];      /* phasors of the last windows, the newest in `newest` */
    float power[GW_TONE_LANES];                       /* mean square of such a tone in the newest window */
    float total, rising;                         /* of everything in it; of its half for the next one */
    float frame[3];                              /* mean squares of the last frames, the newest first */
    int32_t newest;
    int16_t past[GW_FRAME], last[GW_FRAME];      /* the samples of the window */
};

/* How long one tone has been there. */
struct gw_presence {
    int32_t on, off, bad; /* frames */
};

struct gw_dtmf {
    int32_t row, column;  /* the strongest of the window before */
    int32_t active, gone; /* the digit's character or 0; frames in a row without it */
    int32_t doubtful, calm; /* frames with a suspicion that nothing has come of; and without one since */
    int32_t row_lane, column_lane;
    float level;
    uint32_t began;
};

struct gw_faxtone {
    struct gw_presence cng, ced;
    float mean, in_phase, quadrature, last; /* of ANSam's envelope */
    float turn_re, turn_im;                 /* rotation a window, by the tone's deviation */
    int32_t counted, reversals, quiet, told;
    int32_t cng_ended; /* frames of silence after a burst that may have been CNG, and one */
    float cng_power;
};

struct gw_progress {
    struct gw_presence tone;
    int32_t last_on, last_off, alike, kind, told;
};

struct gw_detector {
    int32_t wanted; /* GW_DETECT_... */
    struct gw_spectrum spectrum;
    struct gw_dtmf dtmf;
    struct gw_faxtone fax;
    struct gw_progress progress;
    uint32_t frames;
    int32_t suspected, mute; /* a digit seems to have begun; frames still owed without it */
    float gain;
    int32_t removed, speaking; /* frames something was taken out of, up to this; it is speech, not the room's noise */
    struct gw_silence room;    /* what is behind digits and pauses */
    struct gw_comfort noise;   /* and stands in for a digit */
    struct gw_event events[8];
    int32_t first, waiting;
};

void gw_detector_init(struct gw_detector *detector, int32_t wanted);
/* One frame of 10 ms; with GW_REMOVE_DTMF it is changed in place, without delay. */
void gw_detector_run(struct gw_detector *detector, int16_t *pcm);
/* Its two steps, between which a caller may put in a tone of its own. */
void gw_detector_pass(struct gw_detector *detector, int16_t *pcm);
void gw_detector_hear(struct gw_detector *detector, const int16_t *pcm);
/* 1 with the oldest event that waits, or 0. The oldest of more than 8 are lost. */
int gw_detector_event(struct gw_detector *detector, struct gw_event *event);

/* ---- Between the rates, and around a codec ---- */

/* 8 kHz to 16 kHz or back, by a half-band filter: 0 .. 3400 Hz within 0.002 dB, above 4600 Hz
 * 75 dB down. One object does one direction and delays by 31 samples of 16 kHz. */
struct gw_resampler {
    int16_t even[31], odd[31];
};

void gw_resampler_init(struct gw_resampler *resampler);
void gw_upsample(struct gw_resampler *resampler, const int16_t *in, size_t samples, int16_t *out);   /* to 2 samples */
void gw_downsample(struct gw_resampler *resampler, const int16_t *in, size_t samples, int16_t *out); /* even to half */

/* Gain in dB, -300 .. 60; a change glides over the next frame. */
struct gw_gain {
    float factor, target;
};

float gw_from_decibel(float decibel); /* a factor of amplitude */
void gw_gain_init(struct gw_gain *gain, float decibel);
void gw_gain_set(struct gw_gain *gain, float decibel);
void gw_gain_run(struct gw_gain *gain, int16_t *pcm, size_t samples);

/* Concealment of missing frames of speech: its pitch cycles go on for 60 ms, fading, without delay. */
#define GW_CONCEAL_HISTORY 480 /* samples at 8 kHz */

struct gw_gap {
    int32_t scale;         /* 1 or 2: times 8 kHz */
    int32_t lost;          /* frames in a row */
    int32_t cycle, cycles; /* samples of a pitch cycle, and how many make the loop */
    int32_t before;        /* how many did until now ... */
    int32_t entered;       /* ... and samples since */
    int32_t phase;
    float step;            /* between the last sample heard and the one before the loop */
    int32_t oldest;        /* sample of the history, a ring until a gap begins */
};

struct gw_conceal {
    struct gw_gap gap;
    int16_t history[GW_CONCEAL_HISTORY];
};

void gw_conceal_init(struct gw_conceal *conceal);
/* A frame has come: it is remembered, and blended in if some were missing before. */
void gw_conceal_good(struct gw_conceal *conceal, int16_t frame[GW_FRAME]);
void gw_conceal_lost(struct gw_conceal *conceal, int16_t frame[GW_FRAME]);

/* The same at 16 kHz. */
struct gw_conceal_wide {
    struct gw_gap gap;
    int16_t history[2 * GW_CONCEAL_HISTORY];
};

void gw_conceal_wide_init(struct gw_conceal_wide *conceal);
void gw_conceal_wide_good(struct gw_conceal_wide *conceal, int16_t frame[2 * GW_FRAME]);
void gw_conceal_wide_lost(struct gw_conceal_wide *conceal, int16_t frame[2 * GW_FRAME]);

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
/* The widest registers of this processor are used unless `wide` is 0; the bits are the same. Gives
 * what is used now: it is there for tests and benches. */
int32_t gw_ec_use_wide(struct gw_ec *ec, int32_t wide);
/* Samples by which the output lags behind `near`. */
int32_t gw_ec_delay(const struct gw_ec *ec);

/* ---- Channel: one call's speech path, a frame of 10 ms at a time ---- */

#define GW_B_FIELD 40       /* octets of 10 ms G.726 in a DECT full slot */
#define GW_B_FIELD_LONG 80  /* of G.722 in a long one */
#define GW_PACKET_MAX 480 /* octets: 60 ms of G.711 */

enum gw_end { GW_HANDSET, GW_NETWORK };

/* A codec that the core does not have, where it is compiled with GW_PLUG_INS: Opus, G.729. All functions get the
 * caller's state of one call, both directions; samples are of `rate`, 8000 or 16000. */
struct gw_plug {
    int32_t rate;
    /* 10 ms of speech. Octets of a packet, when one is complete, and the ms that it began before these 10 ms
     * ended; or 0. With silence compression of its own a codec sends nothing in pauses. */
    size_t (*encode)(void *state, const int16_t *pcm, uint8_t *out, size_t room, uint32_t *ms);
    /* One packet: samples, at most `room`, or 0 for what is none. *pausing becomes 1 if it announces a pause. */
    size_t (*decode)(void *state, const uint8_t *in, size_t octets, int16_t *pcm, size_t room, int32_t *pausing);
    void (*conceal)(void *state, int16_t *pcm); /* 10 ms in place of a missing packet, or of a pause's noise */
};

struct gw_channel_config {
    int32_t codec;     /* enum gw_codec, towards the network; GW_CODECS with a `plug` */
    int32_t packet_ms; /* 10 .. 60, a multiple of 10 */
    int32_t ec_type;
    int32_t tail_ms;
    int32_t detect[2]; /* GW_DETECT_... in what comes from that end. With _FAX in both, an answering tone
                        * with phase reversals switches the canceller off (G.168 clause 7) */
    int32_t silence;   /* not 0: the handset's pauses are described (RFC 3389), not sent; a plug minds its own */
    int32_t wide;      /* not 0: the handset speaks G.722 at 16 kHz; where it is compiled with GW_WIDE_CHANNELS */
    const struct gw_plug *plug;
    void *plugged;     /* its state, which must outlive the channel */
};

struct gw_channel_status {
    float level_in, level_out; /* dBm0: from the handset after the canceller, and to the handset */
    float erl, erle;           /* dB */
    uint32_t played, missing;  /* frames to the handset that had and lacked a packet: a pause counts as neither */
    uint32_t lost;             /* B-fields that were missing */
    uint32_t dropped;          /* samples that the full queue let go */
};

struct gw_frame {
    const uint8_t *field; /* B-field from the handset; NULL where it is missing */
    int32_t joined;       /* a bearer is there: without one only silence is sent */
    uint8_t reply[GW_B_FIELD_LONG]; /* out: B-field to the handset */
    uint8_t packet[GW_PACKET_MAX]; /* out: a packet for the network ... */
    size_t packet_octets;          /* ... if this is not 0 */
    int32_t kind;                  /* enum gw_kind */
    uint32_t at;                   /* ms from the channel's opening to the packet's first sample */
};

enum gw_kind { GW_SPEECH, GW_COMFORT /* a description of noise, RFC 3389 */ };

struct gw_channel;

size_t gw_channel_bytes(const struct gw_channel_config *config);
struct gw_channel *gw_channel_init(void *memory, const struct gw_channel_config *config);
/* Octets of its B-fields: GW_B_FIELD or GW_B_FIELD_LONG. */
size_t gw_channel_b_field(const struct gw_channel *channel);
/* Queue one packet of any length from the network. */
void gw_channel_play(struct gw_channel *channel, const uint8_t *payload, size_t octets);
/* A description of noise (RFC 3389): it is played when the queue is empty, until speech comes. */
void gw_channel_comfort(struct gw_channel *channel, const uint8_t *payload, size_t octets);
void gw_channel_run(struct gw_channel *channel, struct gw_frame *frame);
/* A tone, GW_TONE_NONE to end it, in place of what goes to that end. 0, or -1 for a bad argument. */
int gw_channel_tone(struct gw_channel *channel, enum gw_end towards, int32_t tone, int32_t duration_ms);
/* The same, one more digit behind those that are being dialled: see gw_tone_dial. */
int gw_channel_dial(struct gw_channel *channel, enum gw_end towards, int32_t digit);
/* The same by name: a tone's, NULL to end it, or 1 to GW_DIGITS digits, which are dialled (one digit with
 * a duration is one tone). 0, or -1: no such tone, a bad duration, more digits than may wait. */
int gw_channel_say(struct gw_channel *channel, enum gw_end towards, const char *name, int32_t duration_ms);
/* 0, or 1 + the end that it came from, with the oldest event. */
int gw_channel_event(struct gw_channel *channel, struct gw_event *event);
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
