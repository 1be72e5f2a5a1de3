/* Shadow: a fast normalised LMS filter on the same far spectra.
 *
 * It runs away in double talk, but after a change of the path it is right
 * seconds before a Kalman filter that believes itself converged. When its error
 * has been clearly smaller for a few blocks the foreground takes its taps and
 * becomes uncertain again; when clearly larger for long, it restarts from the
 * foreground.
 */
#include "canceller.h"

#define STEP 0.5f
#define HOLD 0.7f       /* smoothing of the compared powers */
#define BETTER 0.5f     /* 3 dB less error ... */
#define BETTER_BLOCKS 3 /* ... for 30 ms */
#define WORSE_BLOCKS 8
#define AUDIBLE 16.0f   /* mean square: below it there is nothing to win */

void gw_shadow_learn(struct gw_ec *ec)
{
    const float *restrict er = ec->e.re, *restrict ei = ec->e.im;
    float *restrict gain = ec->q.re;
    int stride = ec->stride, k, f;
    memset(gain, 0, (size_t)ec->stride * sizeof *gain);
    for (f = 0; f < ec->bins; f++)
        gain[f] = STEP / (ec->norm[f] + 1000.0f * (float)ec->n);
    for (k = 0; k < ec->parts; k++) {
        const float *restrict xr = ec->x.re + gw_slot(ec, k), *restrict xi = ec->x.im + gw_slot(ec, k);
        float *restrict wr = ec->s.re + k * ec->stride, *restrict wi = ec->s.im + k * ec->stride;
        GW_EACH_BIN
        for (f = 0; f < stride; f++) {
            wr[f] = gw_settle(wr[f] + gain[f] * (xr[f] * er[f] + xi[f] * ei[f]));
            wi[f] = gw_settle(wi[f] + gain[f] * (xr[f] * ei[f] - xi[f] * er[f]));
        }
    }
}

static void copy_filter(struct gw_ec *ec, const struct gw_spectrum *to, const struct gw_spectrum *from)
{
    size_t octets = (size_t)(ec->parts * ec->stride) * sizeof(float);
    memcpy(to->re, from->re, octets);
    memcpy(to->im, from->im, octets);
}

/* The shadow's taps come with the uncertainty that fast adaptation has. */
static void hand_over(struct gw_ec *ec)
{
    int row = ec->parts * ec->stride, i;
    copy_filter(ec, &ec->w, &ec->s);
    for (i = 0; i < row; i++) {
        float power = ec->w.re[i] * ec->w.re[i] + ec->w.im[i] * ec->w.im[i];
        float doubt = 2.0f * power + 1e-5f;
        if (ec->p[i] < doubt)
            ec->p[i] = doubt;
    }
    ec->handovers++;
    ec->better = 0;
}

void gw_shadow_compare(struct gw_ec *ec, float near, float error, float shadow)
{
    ec->near_power = HOLD * ec->near_power + (1.0f - HOLD) * near + 1e-6f;
    ec->error_power = HOLD * ec->error_power + (1.0f - HOLD) * error + 1e-6f;
    ec->shadow_power = HOLD * ec->shadow_power + (1.0f - HOLD) * shadow + 1e-6f;
    ec->better = ec->shadow_power < BETTER * ec->error_power && shadow < error && error > (float)ec->n * AUDIBLE
                 && ec->shadow_power < 0.7f * ec->near_power ? ec->better + 1 : 0;
    ec->worse = ec->error_power < BETTER * ec->shadow_power ? ec->worse + 1 : 0;
    if (ec->better >= BETTER_BLOCKS)
        hand_over(ec);
    if (ec->worse >= WORSE_BLOCKS) {
        copy_filter(ec, &ec->s, &ec->w);
        ec->shadow_power = ec->error_power;
        ec->worse = 0;
    }
}
