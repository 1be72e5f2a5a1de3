/* The canceller at work: blocks of 10 ms, and halves of them. */
#include "canceller.h"

#define SPEAKING 1e4f /* mean square of the far end above which ERLE is measured: -41 dBm0 */

static void to_floats(const int16_t *restrict from, float *restrict to, int count)
{
    int i;
    GW_EACH_BIN
    for (i = 0; i < count; i++)
        to[i] = (float)from[i];
}

/* Adding and taking 1.5 * 2^23 rounds to the nearest whole number. */
static void to_samples(const float *restrict from, int16_t *restrict to, int count)
{
    int i;
    GW_EACH_BIN
    for (i = 0; i < count; i++) {
        float value = from[i] < 32767.0f ? from[i] : 32767.0f;
        value = value > -32768.0f ? value : -32768.0f;
        to[i] = (int16_t)(int32_t)((value + 12582912.0f) - 12582912.0f);
    }
}

static void take_away(const float *restrict from, const float *restrict what, float *restrict to, int count)
{
    int i;
    GW_EACH_BIN
    for (i = 0; i < count; i++)
        to[i] = from[i] - what[i];
}

/* The far block joins the history: as samples, and as the spectrum of two blocks. */
static void remember_far(struct gw_ec *ec)
{
    int n = ec->n, kept = ec->parts * n;
    struct gw_rows newest;
    memmove(ec->past, ec->past + n, (size_t)kept * sizeof *ec->past);
    to_samples(ec->far + n, ec->past + kept, n);
    ec->head = ec->head ? ec->head - 1 : ec->parts - 1;
    newest.re = ec->x.re + gw_slot(ec, 0);
    newest.im = ec->x.im + gw_slot(ec, 0);
    ec->engine.forward(ec, ec->far, ec->zero, &newest, &ec->q);
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
    float n = (float)ec->n;
    if (far < SPEAKING * n || near < 10.0f * n || near > 4.0f * ec->engine.energy(ec->echo, ec->n) + n)
        return; /* nothing to hear, or mostly somebody else */
    ec->echo_sum += 0.02f * (near - ec->echo_sum);
    ec->residual_sum += 0.02f * (error - ec->residual_sum);
}

/* Spectra of both errors, each behind n zeros. */
static void transform_errors(struct gw_ec *ec)
{
    size_t half = (size_t)ec->n * sizeof(float);
    memset(ec->time, 0, half);
    memset(ec->other, 0, half);
    memcpy(ec->time + ec->n, ec->error, half);
    memcpy(ec->other + ec->n, ec->shadow, half);
    ec->engine.forward(ec, ec->time, ec->other, &ec->e, &ec->d);
}

static void settle(float *time, int n)
{
    int i;
    for (i = 0; i < n; i++)
        time[i] = gw_settle(time[i]);
    memset(time + n, 0, (size_t)n * sizeof *time);
}

/* Taps beyond n would wrap round: they are set to nothing, in one partition every other block.
 * More often is no better. */
static void constrain(struct gw_ec *ec)
{
    int at = ec->turn * ec->stride;
    struct gw_rows w = {ec->w.re + at, ec->w.im + at}, s = {ec->s.re + at, ec->s.im + at};
    ec->odd = !ec->odd;
    if (ec->odd)
        return;
    ec->engine.inverse(ec, &w, &s, ec->time, ec->other);
    settle(ec->time, ec->n);
    settle(ec->other, ec->n);
    ec->energy[ec->turn] = ec->engine.energy(ec->time, ec->n);
    ec->engine.forward(ec, ec->time, ec->other, &w, &s);
    ec->turn = ec->turn + 1 < ec->parts ? ec->turn + 1 : 0;
}

static void learn(struct gw_ec *ec, float near, float error)
{
    gw_kalman_learn(ec);
    constrain(ec);
    gw_shadow_compare(ec, near, error, ec->engine.energy(ec->shadow, ec->n));
}

/* What both filters leave of the near end, and the foreground's error. An open path is forgotten
 * and nothing subtracted. */
static float subtract(struct gw_ec *ec, float near)
{
    float error;
    int n = ec->n;
    ec->engine.predict(ec);
    ec->engine.inverse(ec, &ec->y, &ec->z, ec->time, ec->other);
    memcpy(ec->echo, ec->time + n, (size_t)n * sizeof *ec->echo);
    take_away(ec->near, ec->time + n, ec->error, n);
    take_away(ec->near, ec->other + n, ec->shadow, n);
    error = ec->engine.energy(ec->error, n);
    if (!gw_path_is_open(ec, near, error))
        return error;
    forget(ec);
    ec->engine.predict(ec);
    memset(ec->echo, 0, (size_t)n * sizeof *ec->echo);
    memcpy(ec->error, ec->near, (size_t)n * sizeof *ec->error);
    memcpy(ec->shadow, ec->near, (size_t)n * sizeof *ec->shadow);
    return near;
}

/* One block: `near` and the second half of `far` are filled; leaves `heard`, the linear output. */
static void run_block(struct gw_ec *ec)
{
    float near = ec->engine.energy(ec->near, ec->n), far = ec->engine.energy(ec->far + ec->n, ec->n), error;
    int learns;
    remember_far(ec);
    ec->quiet = far < (float)ec->n ? ec->quiet + (ec->quiet <= ec->parts) : 0;
    learns = !gw_far_is_narrow(ec) && ec->quiet <= ec->parts;
    error = subtract(ec, near);
    gw_blend(ec, near, error, ec->heard);
    measure(ec, far, near, error);
    if (learns || gw_ec_suppresses(ec))
        transform_errors(ec);
    if (gw_ec_suppresses(ec))
        gw_suppressor_update(ec);
    if (learns)
        learn(ec, near, error);
}

/* The far history as partition k saw it half a block later than at the last block's end. */
static void half_later(struct gw_ec *ec, int k, float *time)
{
    int n = ec->n, half = n / 2, known = k == 0 ? 2 * n - half : 2 * n, i;
    const int16_t *from = ec->past + (ec->parts - 1 - k) * n + half;
    for (i = 0; i < known; i++)
        time[i] = (float)from[i];
    for (; i < 2 * n; i++)
        time[i] = ec->far[n + i - known];
}

static void add_echo(struct gw_ec *ec, int k, const struct gw_rows *x)
{
    const float *wr = ec->w.re + k * ec->stride, *wi = ec->w.im + k * ec->stride;
    int f;
    for (f = 0; f < ec->bins; f++) {
        ec->q.re[f] += x->re[f] * wr[f] - x->im[f] * wi[f];
        ec->q.im[f] += x->re[f] * wi[f] + x->im[f] * wr[f];
    }
}

/* The first half of a block, before its rest is there: the same filter over the far history
 * half a block later. What it cannot do is learn. */
static void run_half(struct gw_ec *ec)
{
    int n = ec->n, half = n / 2, k, i;
    memset(ec->q.re, 0, (size_t)ec->stride * sizeof(float));
    memset(ec->q.im, 0, (size_t)ec->stride * sizeof(float));
    for (k = 0; k < ec->parts; k++) {
        half_later(ec, k, ec->time);
        ec->engine.forward(ec, ec->time, ec->zero, &ec->e, &ec->d);
        add_echo(ec, k, &ec->e);
    }
    memset(ec->d.re, 0, (size_t)ec->stride * sizeof(float));
    memset(ec->d.im, 0, (size_t)ec->stride * sizeof(float));
    ec->engine.inverse(ec, &ec->q, &ec->d, ec->time, ec->other);
    for (i = 0; i < half; i++)
        ec->heard[i] = ec->near[i] - ec->share * ec->time[2 * n - half + i];
}

static void put_out(struct gw_ec *ec, const float *linear, int16_t *out, int samples)
{
    if (gw_ec_suppresses(ec)) {
        gw_suppressor_run(ec, linear, ec->time, samples);
        linear = ec->time;
    }
    to_samples(linear, out, samples);
}

/* A whole block, or half of one: then what is in memory says which half. */
static void run_piece(struct gw_ec *ec, const int16_t *near, const int16_t *far, int16_t *out, int samples)
{
    int from = ec->fill;
    to_floats(near, ec->near + from, samples);
    to_floats(far, ec->far + ec->n + from, samples);
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
