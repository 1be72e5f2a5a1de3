/* A channel as its own files and the bank see it. */
#ifndef GW_CHANNEL_H
#define GW_CHANNEL_H

#include "gw_internal.h"

#define GW_PLUG(channel) (GW_PLUG_INS ? (channel)->config.plug : NULL)
#define GW_WIDE(channel) (GW_WIDE_CHANNELS && (channel)->config.wide)
#define GW_SCALE(channel) (GW_WIDE(channel) ? 2 : 1)
#define GW_SAMPLES(channel) ((size_t)GW_FRAME << GW_WIDE(channel)) /* of 10 ms between the handset and the network */
#define GW_MOST (GW_FRAME << GW_WIDE_CHANNELS)

/* What only a channel of 16 kHz has. */
struct gw_wide {
    struct gw_coder mirror;          /* decodes what the handset is sent, as the handset does */
    struct gw_resampler to_low[2];   /* detectors hear 8 kHz, by where it comes from */
    struct gw_resampler to_high[2];  /* where they take something out */
    struct gw_resampler noise;
};

struct gw_channel {
    struct gw_channel_config config;
    struct gw_coder in, out;   /* packets from and to the network */
    struct gw_resampler in_rate, out_rate; /* for codecs of another rate than the channel's */
    struct gw_coder up, down;  /* B-fields from and to the handset */
#if GW_WIDE_CHANNELS
    struct gw_conceal_wide near, far;
    struct gw_wide wide;
#else
    struct gw_conceal near, far;
#endif
    struct gw_level level_in, level_out;
    struct gw_detector heard[2];         /* by where it comes from */
    struct gw_tone_generator told[2];    /* by where it goes to */
    struct gw_ec *ec;
    int32_t joined;
    int32_t modem, quiet;      /* the canceller is off for one; frames of silence since */
    int32_t playing, starved;  /* a stream has begun; frames since it last had a packet */
    int32_t pausing;           /* the network announced it: no packet is missing */
    int32_t plug_pausing;      /* the plug did, and plays its own noise */
    struct gw_comfort comfort; /* what then plays */
    struct gw_coder kept;      /* `out` as it was before `packet`, in case that is not sent */
    int32_t spoken;            /* speech is in `packet` */
    uint32_t clock;            /* ms since the opening, at the beginning of the frame under way */
    uint32_t played, missing, lost;
    size_t waiting, taken;     /* octets of `arrived`: an ADPCM packet that is not decoded yet, or in part */
    uint8_t arrived[GW_PACKET_MAX];
    size_t packed;             /* samples in `packet` */
    uint8_t packet[GW_PACKET_MAX];
    struct gw_queue queue;
};

/* One channel's frame under way. Between the steps come the coders, of several channels at once. */
struct gw_work {
    int16_t far[GW_MOST], near[GW_MOST];
    struct gw_coder *down, *up; /* of B-fields; NULL: no bearer, or no B-field */
    struct gw_coder *coder;     /* towards or from the network: `samples` of `pcm` to `out`, or `in` to `pcm` */
    int16_t pcm[2 * GW_FRAME];
    size_t samples;
    const uint8_t *in;
    uint8_t *out;
};

/* channel_far.c: what the network sent. `far` becomes the next 10 ms: played, concealed, noise, or silence. */
void gw_channel_next(struct gw_channel *channel, int16_t far[GW_MOST]);
void gw_channel_decode_arrived(struct gw_channel *channel);
int gw_channel_is_codec_wide(const struct gw_channel *channel);
/* Whether GW_FRAME octets of ADPCM wait to be decoded; then `decoded` takes their samples. */
int gw_channel_arrived(struct gw_channel *channel, struct gw_work *work);
void gw_channel_decoded(struct gw_channel *channel, struct gw_work *work);
/* `far` is ready to be encoded down; from `near`, decoded, `hear` makes what `coder` encodes; `pack` has it sent. */
void gw_channel_begin(struct gw_channel *channel, struct gw_frame *frame, struct gw_work *work);
void gw_channel_hear(struct gw_channel *channel, struct gw_work *work);
void gw_channel_pack(struct gw_channel *channel, struct gw_frame *frame, const struct gw_work *work);

/* channel_near.c: `near`, ready for the network, is given to `coder`. */
void gw_channel_offer(struct gw_channel *channel, struct gw_work *work);

/* channel_rates.c: of the network codec's rate and the channel's. Samples of `in` to those of `out`, which may be
 * the same only if they do not become more; gives how many. */
size_t gw_channel_convert_in(struct gw_channel *channel, const int16_t *in, size_t samples, int16_t *out);
size_t gw_channel_convert_out(struct gw_channel *channel, const int16_t *in, int16_t *out);
void gw_channel_conceal_init(struct gw_channel *channel, int near);
void gw_channel_good(struct gw_channel *channel, int near, int16_t pcm[GW_MOST]);
void gw_channel_lost(struct gw_channel *channel, int near, int16_t pcm[GW_MOST]);
void gw_channel_noise(struct gw_channel *channel, int16_t pcm[GW_MOST]);
/* A wide bearer's coders, which no others share; `far` becomes what the handset will hear. */
void gw_channel_wide_start(struct gw_channel *channel);
void gw_channel_wide_down(struct gw_channel *channel, struct gw_frame *frame, struct gw_work *work);
void gw_channel_wide_up(struct gw_channel *channel, struct gw_frame *frame, struct gw_work *work);
void gw_channel_wide_listen(struct gw_channel *channel, enum gw_end from, int16_t pcm[GW_MOST]);

/* One direction's detectors, then the tone that takes its place. */
void gw_channel_listen(struct gw_channel *channel, enum gw_end from, int16_t pcm[GW_MOST]);
/* Sets `modem` while the canceller must keep off. */
void gw_channel_mind_modems(struct gw_channel *channel, const int16_t far[GW_FRAME], const int16_t near[GW_FRAME]);

#endif
