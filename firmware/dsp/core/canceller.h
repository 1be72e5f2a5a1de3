/* The inside of the echo canceller. Spectra are split into real and imaginary rows of
 * `stride` floats; filters have one such row per partition of 10 ms. */
#ifndef GW_CANCELLER_H
#define GW_CANCELLER_H

#include "gw_internal.h"

#define GW_POINTS_MAX 33 /* of the suppressor's gain curve: one per 250 Hz */
#define GW_TAPS_MAX 65   /* of the filter that it becomes: 4 ms */
#define GW_BLOCK_MAX 160
#define GW_PARTS_MAX 26

#define GW_PHASES 4 /* of a block's bins one in so many tells where the path is, a different one each time */

/* Cortex-M4 and its successors, with their unit for floats of 32 bits. */
#if defined(__GNUC__) && defined(__ARM_FP) && (defined(__ARM_ARCH_7EM__) || defined(__ARM_ARCH_8M_MAIN__))
#define GW_VFP 1
#else
#define GW_VFP 0
#endif

/* Filters and far spectra lie by groups of bins, and in a group by partition, so that what meets in one
 * sum lies in one place: as many bins to a group as the widest registers take, or as GW_VFP has registers for. */
#if GW_VFP
#define GW_GROUP 4
#else
#define GW_GROUP 8
#endif

#define GW_TRUST 0.58f     /* of what a block seems to teach: blocks overlap, and so do partitions */
#define GW_EVEN 0.85f /* of the prior is the same in all partitions: an echo may always come from elsewhere */
#define GW_EVEN_PACE 0.2f /* and of the shadow's step: it must find a path that has changed, soon */
#define GW_SETTLE 1e-4f   /* taps are kept in steps of 7e-12, so that fading ones become nothing
                             long before they or their squares are denormal numbers */
#define GW_FLOOR_P 1e-9f  /* and no uncertainty fades */

struct gw_ec;

struct gw_rows {
    float *re, *im;
};

/* Hot loops for one width of registers; every width gives the same bits (engine_body.h).
 * real: the spectrum of 2n samples, apart as even and odd ones. both: those of two signals, each n
 * samples and n of nothing. back: the first n samples of two spectra.
 * powers: of the bins; gives their sum, and that of their squares.
 * predict: y, z, spread, norm from the far spectra; learn: taps from `lesson`, the shadow's only in the
 * partitions of `mask`; weigh: mass and weight of the bins of a phase.
 * filter, fade, shape: see engine_filter.h. */
struct gw_engine {
    void (*real)(const struct gw_ec *ec, const float *even, const float *odd, const struct gw_rows *fa);
    void (*both)(const struct gw_ec *ec, const float *a, const float *b, const struct gw_rows *fa,
                 const struct gw_rows *fb);
    void (*back)(const struct gw_ec *ec, const struct gw_rows *fa, const struct gw_rows *fb, float *a, float *b);
    void (*predict)(struct gw_ec *ec);
    void (*learn)(struct gw_ec *ec, uint32_t mask);
    void (*weigh)(struct gw_ec *ec, int phase);
    void (*filter)(const float *line, const float *taps, int half, float *out, int samples);
    void (*fade)(const float *line, const float *taps, const float *change, int half, float *out, int samples);
    void (*shape)(const float *curve, const float *cosine, int half, float *taps);
    float (*energy)(const float *x, int n);
    float (*powers)(const struct gw_ec *ec, const float *re, const float *im, float *power, float *squares);
};

struct gw_tuning {
    float forget;     /* most process noise of the path, per block, relative to its power */
    float keep;       /* 1 - forget */
    float noise;      /* least share of |E|^2 that is taken for the near end */
    float noise_hold; /* smoothing of the near end's spectrum as it falls */
};

/* Of a partition, against what the same of it all is in each. */
struct gw_pace {
    float prior;  /* its share in the uncertainty; 1 where the path is not */
    float shadow; /* and in the shadow's step */
    float more;   /* its share of the path, or 0 */
};

struct gw_suppressor {
    float residual[GW_POINTS_MAX]; /* smoothed spectra by point */
    float error[GW_POINTS_MAX];
    float noise[GW_POINTS_MAX]; /* the quiet floor of the near end */
    float gain[GW_POINTS_MAX];
    float cosine[2][GW_POINTS_MAX / 2]; /* of pi t / half; of twice that */
    float window[GW_POINTS_MAX];        /* a raised cosine, from its top to its half */
    /* Filters by their middle tap and one side: on the near end as of the last block, what this block changes, and
     * as of this block; on white noise. */
    float before[GW_POINTS_MAX], change[GW_POINTS_MAX], taps[GW_POINTS_MAX], colour[GW_POINTS_MAX];
    float line[GW_TAPS_MAX + GW_BLOCK_MAX]; /* past input, then the block */
    float hiss[GW_TAPS_MAX + GW_BLOCK_MAX];
    uint32_t seed;
    int32_t fresh; /* this block's taps differ and have not been faded in yet */
    int32_t comfort; /* there is noise to add */
    int32_t flat;    /* all gains are the same: no filter is needed */
    int32_t age;     /* blocks, at first */
};

struct gw_ec {
    struct gw_ec_config config;
    struct gw_tuning tuning;
    struct gw_engine engine;
    int32_t wide;               /* the engine is that of wide registers */
    int n, bins, stride, parts; /* samples of a block; n + 1; bins rounded up to 8; partitions */
    int groups;                 /* of GW_GROUP bins */
    int head, page;             /* ring positions: of the newest far spectrum, of the far block that comes in */
    int phase;                  /* which bins are weighed next */
    int wait, turn;             /* blocks since a partition was constrained, and which one that was */
    int fill;                   /* samples of an unfinished block: 0 or n / 2 */
    int quiet;                  /* blocks for which the far end has been silent */
    int narrow;                 /* blocks for which the far end has been narrow-band */
    int better, worse;          /* blocks in a row for which the shadow was so */
    float error_power, shadow_power, near_power; /* short means */
    float long_error, long_near;                 /* means over 200 ms */
    float share;                                 /* of the echo that is taken away: 0 or 1 at a block's end */
    float echo_sum, residual_sum;                /* for ERLE */
    float far_sum, far_squares;                  /* of the newest far spectrum's powers; the latter squared */
    float *x, *power;                            /* far history: spectra, |X|^2 */
    float *taps;                                 /* foreground w and shadow s */
    struct gw_pace *pace;                        /* by partition */
    float *where;                                /* share of the path by partition */
    float prior_even, pace_even;                 /* of each partition: share in the uncertainty, the shadow's pace */
    uint32_t strong;                             /* bits: partitions with much of it; elsewhere pace is 1, 1, 0 */
    float *debt;                                 /* how much each partition wants to be constrained */
    float *mass;                                 /* |w|^2 by partition and phase */
    float *energy;                               /* of the taps of each partition */
    struct gw_rows y, z, e, d, q;                /* echo of w, of s; error of w, of s; a work row */
    float *psi, *p;                              /* near spectrum; uncertainty of w, over all partitions */
    float *spread, *norm, *weight;               /* sum P|X|^2; sum |X|^2, then the shadow's gain; sum |w|^2 */
    float *gain;                                 /* of the Kalman filter */
    float *lesson;                               /* by groups of bins: what learn multiplies the far end with */
    float *twist, *twist_half, *turn_row;        /* of the transforms: cosines and negative sines */
    float *near, *echo, *error, *heard, *shadow; /* n samples */
    float *even, *odd;                           /* of two far blocks, the newer one first: n samples each */
    float *time, *other;                         /* 2n samples each */
    float *scratch;                              /* of the transforms: 12 n + 16 */
    int16_t *past;                               /* ring of parts + 2 far blocks */
    struct gw_level far_level, near_level, out_level;
    uint32_t handovers, resets;
    struct gw_suppressor suppressor;
};

#define GW_DOUBT_FIRST 0.025f /* P at first: an echo path of 15 dB loss could lie in any partition */
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

/* Where the re of a bin lies in x, and its im GW_GROUP further; and so for w in taps, with s after both. */
static inline int gw_far_at(const struct gw_ec *ec, int slot, int bin)
{
    return 2 * GW_GROUP * (bin / GW_GROUP * ec->parts + slot) + bin % GW_GROUP;
}

static inline int gw_taps_at(const struct gw_ec *ec, int partition, int bin)
{
    return 4 * GW_GROUP * (bin / GW_GROUP * ec->parts + partition) + bin % GW_GROUP;
}

struct gw_bins {
    float lane[GW_GROUP];
};

static inline void gw_copy_group(float *restrict to, const float *restrict from)
{
    *(struct gw_bins *)(void *)to = *(const struct gw_bins *)(const void *)from;
}

/* engine.c, engine_wide.c; the second gives 0, and nothing else, where there are no wide registers. */
void gw_engine_plain(struct gw_engine *engine);
int gw_engine_wide(struct gw_engine *engine);

/* kalman.c: learn takes the spectra of both errors, for the shadow too; forget empties both filters. */
void gw_kalman_forget(struct gw_ec *ec, float doubt);
void gw_kalman_learn(struct gw_ec *ec);
/* Where the path is, by partition: from `mass`. */
void gw_kalman_profile(struct gw_ec *ec);

/* shadow.c */
uint32_t gw_shadow_mask(const struct gw_ec *ec);
void gw_shadow_step(struct gw_ec *ec);
void gw_shadow_compare(struct gw_ec *ec, float near, float error, float shadow);

/* constrain.c */
void gw_constrain(struct gw_ec *ec);

/* guard.c */
int gw_far_is_narrow(struct gw_ec *ec);
int gw_path_is_open(struct gw_ec *ec, float near, float error);
void gw_blend(struct gw_ec *ec, float near, float error, float *out);

/* suppressor.c: filters `samples` of linear output; `update` first takes a finished block. */
void gw_suppressor_init(struct gw_ec *ec);
void gw_suppressor_update(struct gw_ec *ec);
void gw_suppressor_run(struct gw_ec *ec, const float *in, float *out, int samples);

#endif
