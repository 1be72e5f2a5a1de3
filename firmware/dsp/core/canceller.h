/* The inside of the echo canceller. Spectra are split into real and imaginary rows of
 * `stride` floats; filters have one such row per partition of 10 ms. */
#ifndef GW_CANCELLER_H
#define GW_CANCELLER_H

#include "gw_internal.h"

#define GW_POINTS_MAX 33 /* of the suppressor's gain curve: one per 250 Hz */
#define GW_TAPS_MAX 65   /* of the filter that it becomes: 4 ms */
#define GW_BLOCK_MAX 160
#define GW_PARTS_MAX 26

#define GW_MIX 0.05f      /* share of the uncertainty that moves to where the path is, per block */
#define GW_TRUST 0.7f     /* of what a block seems to teach: blocks overlap, and so do partitions */
#define GW_SETTLE 1e-4f   /* coefficients are kept in steps of 7e-12, so that fading ones become nothing
                             long before they or their squares are denormal numbers */
#define GW_FLOOR_P 1e-9f  /* and no uncertainty fades */

struct gw_ec;

struct gw_rows {
    float *re, *im;
};

/* Hot loops for one width of registers; every width gives the same bits (engine_body.h).
 * forward, inverse: two signals of 2n samples and their spectra, in one transform.
 * predict: y, z, spread, doubt, norm from the newest far spectrum; learn: w, s, p, mass from e, d and
 * the gains. powers: of the bins; gives their sum, and that of their squares. */
struct gw_engine {
    void (*forward)(const struct gw_ec *ec, const float *a, const float *b, const struct gw_rows *fa,
                    const struct gw_rows *fb);
    void (*inverse)(const struct gw_ec *ec, const struct gw_rows *fa, const struct gw_rows *fb, float *a, float *b);
    void (*predict)(struct gw_ec *ec);
    void (*learn)(struct gw_ec *ec);
    void (*convolve)(const float *line, const float *taps, int count, float *out, int samples);
    float (*energy)(const float *x, int n);
    float (*powers)(const struct gw_ec *ec, const float *re, const float *im, float *power, float *squares);
};

struct gw_tuning {
    float forget;     /* most process noise of the path, per block, relative to its power */
    float keep;       /* 1 - forget */
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
    struct gw_engine engine;
    int32_t wide;               /* the engine is that of wide registers */
    int n, bins, stride, parts; /* samples of a block; n + 1; bins rounded up to 8; partitions */
    int head, turn;             /* ring position of the newest far spectrum; partition to constrain */
    int odd;                    /* every other block: nothing is constrained */
    int fill;                   /* samples of an unfinished block: 0 or n / 2 */
    int quiet;                  /* blocks for which the far end has been silent */
    int narrow;                 /* blocks for which the far end has been narrow-band */
    int better, worse;          /* blocks in a row for which the shadow was so */
    float error_power, shadow_power, near_power; /* short means */
    float long_error, long_near;                 /* means over 200 ms */
    float share;                                 /* of the echo that is taken away: 0 or 1 at a block's end */
    float echo_sum, residual_sum;                /* for ERLE */
    struct gw_rows x, w, s;                      /* far history; foreground; shadow */
    float *p;                                    /* uncertainty of w, by partition and bin */
    float *where;                                /* share of the path by partition ... */
    float *prior, *pace;                         /* ... in the uncertainty, and in the shadow's step */
    float *mass;                                 /* |w|^2 by partition: eight sums, over every eighth bin */
    float *energy;                               /* of the taps of each partition */
    struct gw_rows y, z, e, d, q;                /* echo of w, of s; error of w, of s; a work row */
    float *psi, *spread, *doubt, *norm;          /* near spectrum; sum P|X|^2; sum P; sum |X|^2, then 1 / it */
    float *gain, *drift;                         /* of the Kalman filter; its process noise */
    float *twist;                                /* of the transform: cosines and negative sines */
    float *near, *far, *echo, *error, *heard, *shadow; /* n samples, far: 2n */
    float *time, *other, *zero;                  /* 2n samples each */
    float *scratch;                              /* of the transform: 12 n + 16 */
    int16_t *past;                               /* far history in time, parts + 1 blocks */
    struct gw_level far_level, near_level, out_level;
    uint32_t handovers, resets;
    struct gw_suppressor suppressor;
};

#define GW_DOUBT_FIRST 0.03f /* P at first: an echo path of 15 dB loss could lie in any partition */
#define GW_DOUBT_AGAIN 0.01f /* and once a path has been forgotten: perhaps there is none */
#define GW_NARROW_BLOCKS 10  /* vowels are narrow too, but not for 100 ms in one place */

static inline int gw_ec_suppresses(const struct gw_ec *ec)
{
    return ec->config.type == GW_EC_DEFAULT && !ec->config.linear;
}

static inline float gw_settle(float coefficient)
{
    return (coefficient + GW_SETTLE) - GW_SETTLE;
}

static inline int gw_slot(const struct gw_ec *ec, int partition)
{
    int slot = ec->head + partition;
    return (slot >= ec->parts ? slot - ec->parts : slot) * ec->stride;
}

/* engine.c, engine_wide.c; the second gives 0, and nothing else, where there are no wide registers. */
void gw_engine_plain(struct gw_engine *engine);
int gw_engine_wide(struct gw_engine *engine);

/* kalman.c: learn takes the spectra of both errors, for the shadow too. */
void gw_kalman_forget(struct gw_ec *ec, float doubt);
void gw_kalman_learn(struct gw_ec *ec);
/* Where the path is, by partition: from `mass`. */
void gw_kalman_profile(struct gw_ec *ec);

/* shadow.c */
void gw_shadow_step(struct gw_ec *ec);
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
