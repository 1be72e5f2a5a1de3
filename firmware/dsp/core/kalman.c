/* Foreground: partitioned-block frequency-domain Kalman filter.
 *
 * Each bin of each partition is a scalar Kalman filter: the state is the echo
 * path, P its uncertainty, and the near end is the observation noise. The gain
 * K = P X* / 2 / (sum P|X|^2 / 2 + psi) falls by itself while the near end talks
 * (psi rises) and as the path becomes known (P falls), so there is no
 * double-talk detector. Both halves stand for the error block, of which only n
 * of the 2n samples are not zero: it carries half of what the taps' error makes.
 */
#include "canceller.h"

#define FLOOR_PSI 8.0f /* rounding to 16 bits: n / 12 in this scale */
#define LUMP 3.0f       /* a path of which one partition has so many times the mean, or half, has a place ... */
#define MUCH 0.5f       /* ... in all that have as much as this; in the others nothing is multiplied by 1 */
#define SIDE 0.25f      /* of either neighbour in what is taken for the near end: single bins are too noisy */

void gw_kalman_forget(struct gw_ec *ec, float doubt)
{
    int f;
    memset(ec->taps, 0, (size_t)(4 * ec->parts * ec->stride) * sizeof *ec->taps);
    memset(ec->energy, 0, (size_t)ec->parts * sizeof *ec->energy);
    memset(ec->mass, 0, (size_t)(GW_PHASES * ec->parts) * sizeof *ec->mass);
    memset(ec->weight, 0, (size_t)ec->stride * sizeof *ec->weight);
    for (f = 0; f < ec->stride; f++)
        ec->p[f] = doubt * (float)ec->parts;
    gw_kalman_profile(ec);
}

/* Square root of the taps' energy by partition, less that of the emptiest one, which is noise; gives the sum. */
static float extents(const struct gw_ec *ec, float *extent)
{
    float least, total = 0.0f;
    int k;
    for (k = 0; k < ec->parts; k++) {
        const float *m = ec->mass + GW_PHASES * k;
        extent[k] = (m[0] + m[1]) + (m[2] + m[3]);
    }
    least = extent[0];
    for (k = 1; k < ec->parts; k++)
        if (extent[k] < least)
            least = extent[k];
    for (k = 0; k < ec->parts; k++) {
        extent[k] = gw_sqrt(extent[k] - least);
        total += extent[k];
    }
    return total;
}

/* Where the path is: a hybrid's few milliseconds within a tail of 128. Uncertainty lies there, and the
 * shadow steps wider there, so that a filter of a dozen partitions learns as fast as one of two. A path
 * that lies everywhere lies nowhere: it has not been found yet, or there is none. */
void gw_kalman_profile(struct gw_ec *ec)
{
    float extent[GW_PARTS_MAX], total = extents(ec, extent), parts = (float)ec->parts, most = 0.0f;
    int placed, k;
    for (k = 0; k < ec->parts; k++) {
        ec->where[k] = total > 1e-5f ? extent[k] / total : 1.0f / parts;
        most = ec->where[k] > most ? ec->where[k] : most;
    }
    placed = most * parts > LUMP || most > 0.5f;
    ec->prior_even = (placed ? GW_EVEN : 1.0f) / parts;
    ec->pace_even = placed ? GW_EVEN_PACE : 1.0f;
    ec->strong = 0;
    for (k = 0; k < ec->parts; k++) {
        int strong = placed && ec->where[k] * parts > MUCH;
        float more = strong ? ec->where[k] * parts : 0.0f;
        ec->pace[k].prior = 1.0f + (1.0f - GW_EVEN) / GW_EVEN * more;
        ec->pace[k].shadow = 1.0f + (1.0f - GW_EVEN_PACE) / GW_EVEN_PACE * more;
        ec->pace[k].more = more;
        ec->strong |= (uint32_t)strong << k;
    }
}

/* How much less is uncertain of what a block has taught in full. */
static float trust_of(const struct gw_ec *ec)
{
    float sum = 0.0f;
    int k;
    for (k = 0; k < ec->parts; k++)
        sum += ec->pace[k].prior * ec->pace[k].prior;
    return sum * (0.5f * GW_TRUST * ec->prior_even * ec->prior_even);
}

#if GW_VFP
#include "kalman_vfp.h"
#else

/* What of |E|^2 the path's uncertainty does not explain, smoothed over three bins; excess[-1] and
 * excess[stride] are there. */
static void unexplained(const struct gw_ec *ec, float *restrict excess, float *restrict least)
{
    const float *restrict er = ec->e.re, *restrict ei = ec->e.im, *restrict spread = ec->spread;
    float share = ec->tuning.noise;
    int stride = ec->stride, f;
    GW_EACH_BIN
    for (f = 0; f < stride; f++) {
        float power = er[f] * er[f] + ei[f] * ei[f];
        excess[f] = power - 0.5f * spread[f];
        least[f] = share * power;
    }
    excess[-1] = excess[0];
    excess[stride] = excess[stride - 1];
}

/* psi rises at once and falls slowly. */
static void near_spectrum(struct gw_ec *ec)
{
    float *restrict excess = ec->scratch + 8, *restrict least = ec->q.re, *restrict psi = ec->psi;
    float hold = ec->tuning.noise_hold;
    int stride = ec->stride, f;
    unexplained(ec, excess, least);
    GW_EACH_BIN
    for (f = 0; f < stride; f++) {
        float now = (1.0f - 2.0f * SIDE) * excess[f] + SIDE * (excess[f - 1] + excess[f + 1]), fall;
        now = now > least[f] ? now : least[f];
        fall = hold * psi[f] + (1.0f - hold) * now;
        psi[f] = (now > fall ? now : fall) + 1e-6f;
    }
}

/* Process noise is only what the block can tell: while the near end talks, or the far end says
 * nothing in a bin, waiting must not make the filter doubt what it knows. What the block teaches of
 * partition k is in proportion to the square of its prior. */
static void gains(struct gw_ec *ec)
{
    const float *restrict spread = ec->spread, *restrict psi = ec->psi, *restrict weight = ec->weight;
    float *restrict gain = ec->gain, *restrict p = ec->p;
    float forget = ec->tuning.forget, keep = ec->tuning.keep, trust = trust_of(ec), even = ec->prior_even;
    int stride = ec->stride, f;
    GW_EACH_BIN
    for (f = 0; f < stride; f++) {
        float ready = 0.5f / (0.5f * spread[f] + psi[f] + FLOOR_PSI), taught = ready * spread[f];
        gain[f] = ready * p[f] * even;
        p[f] = (keep - trust * taught) * p[f] + forget * taught * weight[f] + GW_FLOOR_P;
    }
}

static inline void multiply_group(float *restrict to, const float *restrict a, const float *restrict b)
{
    int i;
    for (i = 0; i < GW_GROUP; i++)
        to[i] = a[i] * b[i];
}

/* By groups of bins: foreground's error times its gain, and the shadow's. */
static void lessons(struct gw_ec *ec)
{
    const float *restrict er = ec->e.re, *restrict ei = ec->e.im, *restrict dr = ec->d.re, *restrict di = ec->d.im;
    const float *restrict gain = ec->gain, *restrict step = ec->norm;
    float *restrict t = ec->lesson;
    int bins = ec->groups * GW_GROUP, f;
    for (f = 0; f < bins; f += GW_GROUP, t += 4 * GW_GROUP) {
        multiply_group(t, gain + f, er + f);
        multiply_group(t + GW_GROUP, gain + f, ei + f);
        multiply_group(t + 2 * GW_GROUP, step + f, dr + f);
        multiply_group(t + 3 * GW_GROUP, step + f, di + f);
    }
}
#endif

void gw_kalman_learn(struct gw_ec *ec)
{
    near_spectrum(ec);
    gains(ec);
    gw_shadow_step(ec);
    lessons(ec);
    ec->engine.learn(ec, gw_shadow_mask(ec));
    ec->engine.weigh(ec, ec->phase);
    ec->phase = (ec->phase + 1) % GW_PHASES;
    gw_kalman_profile(ec);
}
