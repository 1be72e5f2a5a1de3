/* The inside of the echo canceller. Spectra are split into real and imaginary rows of
 * `stride` floats; filters have one such row per partition of 10 ms. */
#ifndef GW_CANCELLER_H
#define GW_CANCELLER_H

#include "gw_internal.h"

#define GW_POINTS_MAX 33 /* of the suppressor's gain curve: one per 250 Hz */
#define GW_TAPS_MAX 65   /* of the filter that it becomes: 4 ms */
#define GW_BLOCK_MAX 160

struct gw_spectrum {
    float *re, *im;
};

struct gw_tuning {
    float forget;     /* process noise of the path, per block, relative to its power */
    float noise;      /* least share of |E|^2 that is taken for the near end */
    float noise_hold; /* smoothing of the near end's spectrum as it falls */
};

struct gw_suppressor {
    float residual[GW_POINTS_MAX]; /* smoothed spectra by point */
    float error[GW_POINTS_MAX];
    float noise[GW_POINTS_MAX]; /* the quiet floor of the near end */
    float gain[GW_POINTS_MAX];
    float taps[2][GW_TAPS_MAX];    /* filter on the near end: of the last block, of this one */
    float colour[GW_TAPS_MAX];     /* filter on white noise */
    float line[GW_TAPS_MAX + GW_BLOCK_MAX]; /* past input, then the block */
    float hiss[GW_TAPS_MAX + GW_BLOCK_MAX];
    uint32_t seed;
    int32_t fresh; /* this block's taps have not been faded in yet */
    int32_t comfort; /* there is noise to add */
};

struct gw_ec {
    struct gw_ec_config config;
    struct gw_tuning tuning;
    int n, bins, stride, parts; /* samples of a block; n + 1; bins rounded up; partitions */
    int head, turn;             /* ring position of the newest far spectrum; partition to constrain */
    int fill;                   /* samples of an unfinished block: 0 or n / 2 */
    int quiet;                  /* blocks for which the far end has been silent */
    int narrow;                 /* blocks for which the far end has been narrow-band */
    int better, worse;          /* blocks in a row for which the shadow was so */
    float error_power, shadow_power, near_power; /* short means */
    float long_error, long_near;                    /* means over 200 ms */
    float share;                                    /* of the echo that is taken away: 0 or 1 at a block's end */
    float echo_sum, residual_sum;                /* for ERLE */
    struct gw_spectrum x, w, s;                  /* far history; foreground; shadow */
    float *p;                                    /* uncertainty of w, by partition and bin */
    float *peak, *energy;                        /* of the taps of each partition */
    struct gw_spectrum y, e, q;                  /* echo, error and a work row */
    float *psi, *spread, *norm;                  /* near spectrum; sum P|X|^2; sum |X|^2 */
    float *near, *far, *echo, *error, *heard, *shadow, *time, *scratch; /* n, 2n, n, n, n, n, 2n, 4n samples */
    int16_t *past;                               /* far history in time, parts + 1 blocks */
    struct gw_level far_level, near_level, out_level;
    uint32_t handovers, resets;
    struct gw_suppressor suppressor;
};

#define GW_DOUBT_FIRST 0.1f  /* P at first: an echo path of 10 dB loss could lie in any partition */
#define GW_DOUBT_AGAIN 0.01f /* and once a path has been forgotten: perhaps there is none */
#define GW_NARROW_BLOCKS 10 /* vowels are narrow too, but not for 100 ms in one place */

static inline int gw_ec_suppresses(const struct gw_ec *ec)
{
    return ec->config.type == GW_EC_DEFAULT && !ec->config.linear;
}

/* Coefficients are kept in steps of 7e-12, so that fading ones become nothing long before
 * they or their squares are denormal numbers. */
static inline float gw_settle(float coefficient)
{
    return (coefficient + 1e-4f) - 1e-4f;
}

static inline int gw_slot(const struct gw_ec *ec, int partition)
{
    int slot = ec->head + partition;
    return (slot >= ec->parts ? slot - ec->parts : slot) * ec->stride;
}

/* kalman.c, shadow.c: predict leaves n samples of echo; learn takes n samples of error. */
void gw_filter_echo(struct gw_ec *ec, const struct gw_spectrum *filter, float *echo);
void gw_error_spectrum(struct gw_ec *ec, const float *error);
void gw_filter_constrain(struct gw_ec *ec, const struct gw_spectrum *filter, int partition, int measure);
void gw_kalman_forget(struct gw_ec *ec, float doubt);
void gw_kalman_spread(struct gw_ec *ec);
void gw_kalman_learn(struct gw_ec *ec);
void gw_shadow_learn(struct gw_ec *ec);
void gw_shadow_compare(struct gw_ec *ec, float near, float error, float shadow);

/* guard.c */
int gw_far_is_narrow(struct gw_ec *ec);
int gw_path_is_open(struct gw_ec *ec, float near, float error);
void gw_blend(struct gw_ec *ec, float near, float error, float *out);

/* suppressor.c: filters `samples` of linear output; `update` first takes a finished block. */
void gw_suppressor_init(struct gw_ec *ec);
void gw_suppressor_update(struct gw_ec *ec);
void gw_suppressor_run(struct gw_ec *ec, const float *in, float *out, int samples);

#endif
