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
#define EVEN 0.8f       /* of the prior is the same in all partitions: an echo may always come from elsewhere */
#define EVEN_PACE 0.3f  /* and of the shadow's step: it must find a path that has changed, soon */
#define SIDE 0.15f      /* of either neighbour in what is taken for the near end: single bins are too noisy */

void gw_kalman_forget(struct gw_ec *ec, float doubt)
{
    size_t row = (size_t)(ec->parts * ec->stride), i;
    memset(ec->w.re, 0, row * sizeof(float));
    memset(ec->w.im, 0, row * sizeof(float));
    memset(ec->energy, 0, (size_t)ec->parts * sizeof(float));
    memset(ec->mass, 0, (size_t)(8 * ec->parts) * sizeof(float));
    for (i = 0; i < row; i++)
        ec->p[i] = doubt;
    gw_kalman_profile(ec);
}

/* The energy of the taps by partition, less that of the emptiest one, which is noise, says where the
 * path is: a hybrid's few milliseconds within a tail of 128. Uncertainty moves there, and the
 * shadow steps wider there, so that a filter of a dozen partitions learns as fast as one of two. */
void gw_kalman_profile(struct gw_ec *ec)
{
    float whole[GW_PARTS_MAX], least, total = 0.0f, parts = (float)ec->parts;
    int k;
    for (k = 0; k < ec->parts; k++) {
        const float *m = ec->mass + 8 * k;
        whole[k] = ((m[0] + m[4]) + (m[2] + m[6])) + ((m[1] + m[5]) + (m[3] + m[7]));
    }
    least = whole[0];
    for (k = 1; k < ec->parts; k++)
        if (whole[k] < least)
            least = whole[k];
    for (k = 0; k < ec->parts; k++)
        total += whole[k] - least;
    for (k = 0; k < ec->parts; k++) {
        ec->where[k] = total > 1e-9f ? (whole[k] - least) / total : 1.0f / parts;
        ec->prior[k] = EVEN / parts + (1.0f - EVEN) * ec->where[k];
        ec->pace[k] = EVEN_PACE + (1.0f - EVEN_PACE) * ec->where[k] * parts;
    }
}

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
 * nothing in a bin, waiting must not make the filter doubt what it knows. */
static void gains(struct gw_ec *ec)
{
    const float *restrict spread = ec->spread, *restrict psi = ec->psi;
    float *restrict gain = ec->gain, *restrict drift = ec->drift;
    float forget = ec->tuning.forget;
    int stride = ec->stride, f;
    GW_EACH_BIN
    for (f = 0; f < stride; f++) {
        gain[f] = 0.5f / (0.5f * spread[f] + psi[f] + FLOOR_PSI);
        drift[f] = forget * (gain[f] * spread[f]);
    }
}

void gw_kalman_learn(struct gw_ec *ec)
{
    near_spectrum(ec);
    gains(ec);
    gw_shadow_step(ec);
    ec->engine.learn(ec);
    gw_kalman_profile(ec);
}
