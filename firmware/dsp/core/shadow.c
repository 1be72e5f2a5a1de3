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
#define HOLD 0.8f       /* smoothing of the compared powers */
#define BETTER 0.5f     /* 3 dB less error than the foreground ... */
#define CANCELS 0.25f   /* ... and 6 dB less than no filter, which near speech does not give by chance ... */
#define BETTER_BLOCKS 3 /* ... for 30 ms */
#define WORSE_BLOCKS 8
#define AUDIBLE 16.0f   /* mean square: below it there is nothing to win */
#define DOUBT 30.0f     /* P at a handover, against the error that the shadow still has */
#define SPREAD_OUT 0.4f /* of it in all partitions alike */
#define FADE 0.3f       /* psi at a handover, against the shadow's error: the rest was the old path's echo */

void gw_shadow_step(struct gw_ec *ec)
{
    float *restrict norm = ec->norm, least = 1000.0f * (float)ec->n;
    int stride = ec->stride, f;
    GW_EACH_BIN
    for (f = 0; f < stride; f++)
        norm[f] = STEP / (norm[f] + least);
}

static void copy_filter(struct gw_ec *ec, const struct gw_rows *to, const struct gw_rows *from)
{
    size_t octets = (size_t)(ec->parts * ec->stride) * sizeof(float);
    memcpy(to->re, from->re, octets);
    memcpy(to->im, from->im, octets);
}

static void weigh(struct gw_ec *ec)
{
    int k, f;
    memset(ec->mass, 0, (size_t)(8 * ec->parts) * sizeof *ec->mass);
    for (k = 0; k < ec->parts; k++)
        for (f = 0; f < ec->stride; f++) {
            float re = ec->w.re[k * ec->stride + f], im = ec->w.im[k * ec->stride + f];
            ec->mass[8 * k + (f & 7)] += re * re + im * im;
        }
    gw_kalman_profile(ec);
}

/* P is raised to what explains the error that is left, where the path now is. */
static void doubt_again(struct gw_ec *ec, float left)
{
    float total = 0.0f;
    int k, f;
    for (k = 0; k < 8 * ec->parts; k++)
        total += ec->mass[k];
    total *= DOUBT * left / (float)ec->bins;
    for (k = 0; k < ec->parts; k++) {
        float doubt = total * (SPREAD_OUT / (float)ec->parts + (1.0f - SPREAD_OUT) * ec->where[k]) + 1e-7f;
        for (f = 0; f < ec->stride; f++)
            if (ec->p[k * ec->stride + f] < doubt)
                ec->p[k * ec->stride + f] = doubt;
    }
}

static void hand_over(struct gw_ec *ec)
{
    float left = ec->shadow_power / ec->near_power;
    int f;
    copy_filter(ec, &ec->w, &ec->s);
    weigh(ec);
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
        copy_filter(ec, &ec->s, &ec->w);
        ec->shadow_power = ec->error_power;
        ec->worse = 0;
    }
}
