/* The canceller at work: blocks of 10 ms, and halves of them. */
#include "canceller.h"

#define SPEAKING 1e4f /* mean square of the far end above which ERLE is measured: -41 dBm0 */

/* The far block joins the history: as samples, and as the spectrum of two blocks. */
static void remember_far(struct gw_ec *ec)
{
    int n = ec->n, kept = ec->parts * n, i;
    memmove(ec->past, ec->past + n, (size_t)kept * sizeof *ec->past);
    for (i = 0; i < n; i++)
        ec->past[kept + i] = (int16_t)ec->far[n + i];
    ec->head = ec->head ? ec->head - 1 : ec->parts - 1;
    gw_fft(ec->far, ec->x.re + gw_slot(ec, 0), ec->x.im + gw_slot(ec, 0), n, ec->scratch);
    memcpy(ec->far, ec->far + n, (size_t)n * sizeof *ec->far);
}

static void forget(struct gw_ec *ec)
{
    size_t octets = (size_t)(ec->parts * ec->stride) * sizeof(float);
    gw_kalman_forget(ec, GW_DOUBT_AGAIN);
    memset(ec->s.re, 0, octets);
    memset(ec->s.im, 0, octets);
    ec->echo_sum = ec->residual_sum = 0.0f;
    ec->resets++;
}

static void measure(struct gw_ec *ec, float far, float near, float error)
{
    float echo = gw_energy(ec->echo, ec->n), n = (float)ec->n;
    if (far < SPEAKING * n || near > 4.0f * echo + n || near < 10.0f * n)
        return; /* nothing to hear, or mostly somebody else */
    ec->echo_sum += 0.02f * (near - ec->echo_sum);
    ec->residual_sum += 0.02f * (error - ec->residual_sum);
}

static void learn(struct gw_ec *ec, float near, float error)
{
    float shadow_error;
    int i;
    gw_kalman_learn(ec);
    gw_filter_constrain(ec, &ec->w, ec->turn, 1);
    gw_filter_echo(ec, &ec->s, ec->shadow);
    for (i = 0; i < ec->n; i++)
        ec->shadow[i] = ec->near[i] - ec->shadow[i];
    shadow_error = gw_energy(ec->shadow, ec->n);
    gw_error_spectrum(ec, ec->shadow);
    gw_shadow_learn(ec);
    gw_filter_constrain(ec, &ec->s, ec->turn, 0);
    gw_shadow_compare(ec, near, error, shadow_error);
    ec->turn = ec->turn + 1 < ec->parts ? ec->turn + 1 : 0;
}

/* The foreground's error; an open path is forgotten and nothing subtracted. */
static float subtract(struct gw_ec *ec, float near)
{
    float error;
    int i;
    gw_filter_echo(ec, &ec->w, ec->echo);
    for (i = 0; i < ec->n; i++)
        ec->error[i] = ec->near[i] - ec->echo[i];
    error = gw_energy(ec->error, ec->n);
    if (!gw_path_is_open(ec, near, error))
        return error;
    forget(ec);
    memset(ec->echo, 0, (size_t)ec->n * sizeof *ec->echo);
    memset(ec->y.re, 0, (size_t)ec->stride * sizeof(float));
    memset(ec->y.im, 0, (size_t)ec->stride * sizeof(float));
    memcpy(ec->error, ec->near, (size_t)ec->n * sizeof *ec->error);
    return near;
}

/* One block: `near` and the second half of `far` are filled; leaves `heard`, the linear output. */
static void run_block(struct gw_ec *ec)
{
    float near = gw_energy(ec->near, ec->n), far = gw_energy(ec->far + ec->n, ec->n), error;
    int narrow;
    remember_far(ec);
    ec->quiet = far < (float)ec->n ? ec->quiet + (ec->quiet <= ec->parts) : 0;
    narrow = gw_far_is_narrow(ec);
    error = subtract(ec, near);
    gw_blend(ec, near, error, ec->heard);
    measure(ec, far, near, error);
    gw_kalman_spread(ec);
    gw_error_spectrum(ec, ec->error);
    if (gw_ec_suppresses(ec))
        gw_suppressor_update(ec);
    if (!narrow && ec->quiet <= ec->parts)
        learn(ec, near, error);
}

/* The first half of a block, before its rest is there: the same filter over the far history
 * half a block later. What it cannot do is learn. */
static void run_half(struct gw_ec *ec)
{
    int n = ec->n, half = n / 2, k, f, i;
    memset(ec->q.re, 0, (size_t)ec->stride * sizeof(float));
    memset(ec->q.im, 0, (size_t)ec->stride * sizeof(float));
    for (k = 0; k < ec->parts; k++) {
        const float *wr = ec->w.re + k * ec->stride, *wi = ec->w.im + k * ec->stride;
        const int16_t *from = ec->past + (ec->parts - 1 - k) * n + half;
        int known = k == 0 ? 2 * n - half : 2 * n;
        for (i = 0; i < known; i++)
            ec->time[i] = (float)from[i];
        for (; i < 2 * n; i++)
            ec->time[i] = ec->far[n + i - known];
        gw_fft(ec->time, ec->e.re, ec->e.im, n, ec->scratch);
        for (f = 0; f < ec->bins; f++) {
            ec->q.re[f] += ec->e.re[f] * wr[f] - ec->e.im[f] * wi[f];
            ec->q.im[f] += ec->e.re[f] * wi[f] + ec->e.im[f] * wr[f];
        }
    }
    gw_ifft(ec->q.re, ec->q.im, ec->time, n, ec->scratch);
    for (i = 0; i < half; i++)
        ec->heard[i] = ec->near[i] - ec->share * ec->time[2 * n - half + i];
}

static void put_out(struct gw_ec *ec, const float *linear, int16_t *out, int samples)
{
    int i;
    if (gw_ec_suppresses(ec)) {
        gw_suppressor_run(ec, linear, ec->time, samples);
        linear = ec->time;
    }
    for (i = 0; i < samples; i++)
        out[i] = gw_to_sample(linear[i]);
}

/* A whole block, or half of one: then what is in memory says which half. */
static void run_piece(struct gw_ec *ec, const int16_t *near, const int16_t *far, int16_t *out, int samples)
{
    int from = ec->fill, i;
    for (i = 0; i < samples; i++) {
        ec->near[from + i] = (float)near[i];
        ec->far[ec->n + from + i] = (float)far[i];
    }
    ec->fill = from + samples < ec->n ? from + samples : 0;
    if (ec->fill)
        run_half(ec);
    else
        run_block(ec);
    put_out(ec, ec->heard + from, out, samples);
}

int gw_ec_process(struct gw_ec *ec, const int16_t *near, const int16_t *far, int16_t *out, size_t samples)
{
    if (samples % (size_t)(ec->n / 2))
        return -1;
    while (samples) {
        size_t piece = (size_t)(ec->fill || samples < (size_t)ec->n ? ec->n / 2 : ec->n);
        gw_level_add(&ec->far_level, far, piece);
        gw_level_add(&ec->near_level, near, piece);
        if (ec->config.type == GW_EC_OFF)
            memmove(out, near, piece * sizeof *out);
        else
            run_piece(ec, near, far, out, (int)piece);
        gw_level_add(&ec->out_level, out, piece);
        near += piece;
        far += piece;
        out += piece;
        samples -= piece;
    }
    return 0;
}
