/* Shadow: a fast normalised LMS filter on the same far spectra.
 *
 * It runs away in double talk, but after a change of the path it is right
 * seconds before a Kalman filter that believes itself converged. When its error
 * has been clearly smaller for a few blocks the foreground takes its taps and
 * becomes as uncertain as they are wrong; when clearly larger for long, it
 * restarts from the foreground.
 */
#include "canceller.h"

#define STEP 0.5f
#define HOLD 0.74f       /* smoothing of the compared powers */
#define BETTER 0.4f     /* 4 dB less error than the foreground ... */
#define CANCELS 0.25f   /* ... and 6 dB less than no filter, which near speech does not give by chance ... */
#define BETTER_BLOCKS 3 /* ... for 30 ms */
#define WORSE_BLOCKS 8
#define AUDIBLE 16.0f   /* mean square: below it there is nothing to win */
#define DOUBT 44.0f     /* P at a handover, against the error that the shadow still has */
#define FADE 0.3f       /* psi at a handover, against the shadow's error: the rest was the old path's echo */

void gw_shadow_step(struct gw_ec *ec)
{
    float *restrict norm = ec->norm, least = 1000.0f * (float)ec->n, step = STEP * ec->pace_even;
    int stride = ec->stride, f;
    GW_EACH_BIN
    for (f = 0; f < stride; f++)
        norm[f] = step / (norm[f] + least);
}

/* Partitions of which the shadow learns this time: those where much of the path is, and every other one. */
uint32_t gw_shadow_mask(const struct gw_ec *ec)
{
    return (ec->head & 1 ? 0xaaaaaaaau : 0x55555555u) | ec->strong;
}

/* From and to: 0 the foreground, 2 the shadow. */
static void copy_filter(struct gw_ec *ec, int to, int from)
{
    int count = ec->parts * ec->groups, i;
    for (i = 0; i < count; i++) {
        float *taps = ec->taps + 4 * GW_GROUP * i;
        gw_copy_group(taps + to * GW_GROUP, taps + from * GW_GROUP);
        gw_copy_group(taps + (to + 1) * GW_GROUP, taps + (from + 1) * GW_GROUP);
    }
}

/* P is raised to what explains the error that is left. */
static void doubt_again(struct gw_ec *ec, float left)
{
    float doubt = 0.0f;
    int k, f;
    for (k = 0; k < GW_PHASES * ec->parts; k++)
        doubt += ec->mass[k];
    doubt *= DOUBT * left / (float)ec->bins;
    for (f = 0; f < ec->stride; f++)
        if (ec->p[f] < doubt)
            ec->p[f] = doubt;
}

static void hand_over(struct gw_ec *ec)
{
    float left = ec->shadow_power / ec->near_power;
    int f;
    copy_filter(ec, 0, 2);
    for (f = 0; f < GW_PHASES; f++)
        ec->engine.weigh(ec, f);
    gw_kalman_profile(ec);
    doubt_again(ec, left > 1.0f ? 1.0f : left);
    for (f = 0; f < ec->stride; f++) {
        float most = FADE * (ec->d.re[f] * ec->d.re[f] + ec->d.im[f] * ec->d.im[f]);
        if (ec->psi[f] > most)
            ec->psi[f] = most;
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
                 && ec->shadow_power < CANCELS * ec->near_power ? ec->better + 1 : 0;
    ec->worse = ec->error_power < BETTER * ec->shadow_power ? ec->worse + 1 : 0;
    if (ec->better >= BETTER_BLOCKS)
        hand_over(ec);
    if (ec->worse >= WORSE_BLOCKS) {
        copy_filter(ec, 2, 0);
        ec->shadow_power = ec->error_power;
        ec->worse = 0;
    }
}
