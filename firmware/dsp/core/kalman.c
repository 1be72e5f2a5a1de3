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

#define FLOOR_P 1e-9f
#define FLOOR_PSI 8.0f /* rounding to 16 bits: n / 12 in this scale */

void gw_filter_echo(struct gw_ec *ec, const struct gw_spectrum *filter, float *echo)
{
    float *restrict yr = ec->y.re, *restrict yi = ec->y.im;
    int stride = ec->stride, k, f;
    memset(yr, 0, (size_t)ec->stride * sizeof *yr);
    memset(yi, 0, (size_t)ec->stride * sizeof *yi);
    for (k = 0; k < ec->parts; k++) {
        const float *restrict xr = ec->x.re + gw_slot(ec, k), *restrict xi = ec->x.im + gw_slot(ec, k);
        const float *restrict wr = filter->re + k * ec->stride, *restrict wi = filter->im + k * ec->stride;
        GW_EACH_BIN
        for (f = 0; f < stride; f++) {
            yr[f] += xr[f] * wr[f] - xi[f] * wi[f];
            yi[f] += xr[f] * wi[f] + xi[f] * wr[f];
        }
    }
    gw_ifft(yr, yi, ec->time, ec->n, ec->scratch);
    memcpy(echo, ec->time + ec->n, (size_t)ec->n * sizeof *echo);
}

void gw_error_spectrum(struct gw_ec *ec, const float *error)
{
    memset(ec->time, 0, (size_t)ec->n * sizeof *ec->time);
    memcpy(ec->time + ec->n, error, (size_t)ec->n * sizeof *error);
    gw_fft(ec->time, ec->e.re, ec->e.im, ec->n, ec->scratch);
}

/* Taps beyond n would wrap round: they are set to nothing, in one partition per block. */
void gw_filter_constrain(struct gw_ec *ec, const struct gw_spectrum *filter, int partition, int measure)
{
    float *re = filter->re + partition * ec->stride, *im = filter->im + partition * ec->stride;
    float *time = ec->time, peak = 0.0f;
    int i;
    gw_ifft(re, im, time, ec->n, ec->scratch);
    memset(time + ec->n, 0, (size_t)ec->n * sizeof *time);
    for (i = 0; i < ec->n; i++)
        time[i] = gw_settle(time[i]);
    if (measure) {
        for (i = 0; i < ec->n; i++)
            if (time[i] * time[i] > peak)
                peak = time[i] * time[i];
        ec->peak[partition] = peak;
        ec->energy[partition] = gw_energy(time, ec->n);
    }
    gw_fft(time, re, im, ec->n, ec->scratch);
}

void gw_kalman_forget(struct gw_ec *ec, float doubt)
{
    size_t row = (size_t)(ec->parts * ec->stride);
    size_t i;
    memset(ec->w.re, 0, row * sizeof(float));
    memset(ec->w.im, 0, row * sizeof(float));
    memset(ec->peak, 0, (size_t)ec->parts * sizeof(float));
    memset(ec->energy, 0, (size_t)ec->parts * sizeof(float));
    for (i = 0; i < row; i++)
        ec->p[i] = doubt;
}

/* sum P|X|^2: how large an error the filter's own ignorance can make. */
void gw_kalman_spread(struct gw_ec *ec)
{
    float *restrict sum = ec->spread, *restrict norm = ec->norm;
    int stride = ec->stride, k, f;
    memset(sum, 0, (size_t)ec->stride * sizeof *sum);
    memset(norm, 0, (size_t)ec->stride * sizeof *norm);
    for (k = 0; k < ec->parts; k++) {
        const float *restrict xr = ec->x.re + gw_slot(ec, k), *restrict xi = ec->x.im + gw_slot(ec, k);
        const float *restrict p = ec->p + k * ec->stride;
        GW_EACH_BIN
        for (f = 0; f < stride; f++) {
            float power = xr[f] * xr[f] + xi[f] * xi[f];
            sum[f] += p[f] * power;
            norm[f] += power;
        }
    }
}

/* psi: what of the error the path's uncertainty does not explain; rises at once, falls slowly. */
static void near_spectrum(struct gw_ec *ec)
{
    const struct gw_tuning *t = &ec->tuning;
    int f;
    for (f = 0; f < ec->bins; f++) {
        float power = ec->e.re[f] * ec->e.re[f] + ec->e.im[f] * ec->e.im[f];
        float now = power - 0.5f * ec->spread[f];
        if (now < t->noise * power)
            now = t->noise * power;
        ec->psi[f] = now > ec->psi[f] ? now : t->noise_hold * ec->psi[f] + (1.0f - t->noise_hold) * now;
        ec->psi[f] += 1e-6f;
    }
}

void gw_kalman_learn(struct gw_ec *ec)
{
    const float *restrict er = ec->e.re, *restrict ei = ec->e.im;
    float *restrict gain = ec->q.re;
    float forget = ec->tuning.forget, keep = 1.0f - ec->tuning.forget;
    int stride = ec->stride, k, f;
    near_spectrum(ec);
    memset(gain, 0, (size_t)ec->stride * sizeof *gain);
    for (f = 0; f < ec->bins; f++)
        gain[f] = 0.5f / (0.5f * ec->spread[f] + ec->psi[f] + FLOOR_PSI);
    for (k = 0; k < ec->parts; k++) {
        const float *restrict xr = ec->x.re + gw_slot(ec, k), *restrict xi = ec->x.im + gw_slot(ec, k);
        float *restrict wr = ec->w.re + k * ec->stride, *restrict wi = ec->w.im + k * ec->stride;
        float *restrict p = ec->p + k * ec->stride;
        GW_EACH_BIN
        for (f = 0; f < stride; f++) {
            float power = xr[f] * xr[f] + xi[f] * xi[f], step = p[f] * gain[f];
            wr[f] = gw_settle(wr[f] + step * (xr[f] * er[f] + xi[f] * ei[f]));
            wi[f] = gw_settle(wi[f] + step * (xr[f] * ei[f] - xi[f] * er[f]));
            p[f] = keep * (1.0f - 0.5f * step * power) * p[f] + forget * (wr[f] * wr[f] + wi[f] * wi[f]) + FLOOR_P;
        }
    }
}
