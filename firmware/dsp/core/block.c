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

/* Even and odd samples apart. */
static void split(const int16_t *restrict from, float *restrict even, float *restrict odd, int count)
{
    int i;
    GW_EACH_BIN
    for (i = 0; i < count / 2; i++) {
        even[i] = (float)from[2 * i];
        odd[i] = (float)from[2 * i + 1];
    }
}

/* Far block number `ago` before the one that comes in. */
static int16_t *past_block(const struct gw_ec *ec, int ago)
{
    int page = ec->page + ago, pages = ec->parts + 2;
    return ec->past + (page >= pages ? page - pages : page) * ec->n;
}

/* A far spectrum, with its powers in q.re, takes its place in the history. */
static void place(struct gw_ec *ec, const struct gw_rows *spectrum)
{
    int f;
    for (f = 0; f < ec->bins; f += GW_GROUP) {
        float *x = ec->x + gw_far_at(ec, ec->head, f);
        gw_copy_group(x, spectrum->re + f);
        gw_copy_group(x + GW_GROUP, spectrum->im + f);
        gw_copy_group(ec->power + (f / GW_GROUP * ec->parts + ec->head) * GW_GROUP, ec->q.re + f);
    }
}

/* The far block joins the history as the spectrum of two blocks, of which the newer comes first: then what
 * is whole of a product with n taps comes first, too. Gives the block's energy. */
static float remember_far(struct gw_ec *ec)
{
    int half = ec->n / 2;
    size_t octets = (size_t)half * sizeof(float);
    memcpy(ec->even + half, ec->even, octets);
    memcpy(ec->odd + half, ec->odd, octets);
    split(past_block(ec, 0), ec->even, ec->odd, ec->n);
    ec->head = ec->head ? ec->head - 1 : ec->parts - 1;
    ec->page = ec->page ? ec->page - 1 : ec->parts + 1;
    ec->engine.real(ec, ec->even, ec->odd, &ec->e);
    ec->far_sum = ec->engine.powers(ec, ec->e.re, ec->e.im, ec->q.re, &ec->far_squares);
    place(ec, &ec->e);
    return ec->engine.energy(ec->even, half) + ec->engine.energy(ec->odd, half);
}

static void forget(struct gw_ec *ec)
{
    gw_kalman_forget(ec, GW_DOUBT_AGAIN);
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

static void learn(struct gw_ec *ec, float near, float error)
{
    gw_kalman_learn(ec);
    gw_shadow_compare(ec, near, error, ec->engine.energy(ec->shadow, ec->n));
    gw_constrain(ec);
}

/* What both filters leave of the near end, and the foreground's error. An open path is forgotten
 * and nothing subtracted. */
static float subtract(struct gw_ec *ec, float near)
{
    float error;
    int n = ec->n;
    ec->engine.predict(ec);
    ec->engine.back(ec, &ec->y, &ec->z, ec->echo, ec->other);
    take_away(ec->near, ec->echo, ec->error, n);
    take_away(ec->near, ec->other, ec->shadow, n);
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

/* One block: `near` and the far block are filled; leaves `heard`, the linear output. */
static void run_block(struct gw_ec *ec)
{
    float near = ec->engine.energy(ec->near, ec->n), far = remember_far(ec), error;
    int learns;
    ec->quiet = far < (float)ec->n ? ec->quiet + (ec->quiet <= ec->parts) : 0;
    learns = !gw_far_is_narrow(ec) && ec->quiet <= ec->parts;
    error = subtract(ec, near);
    gw_blend(ec, near, error, ec->heard);
    measure(ec, far, near, error);
    if (learns || gw_ec_suppresses(ec))
        ec->engine.both(ec, ec->error, ec->shadow, &ec->e, &ec->d);
    if (gw_ec_suppresses(ec))
        gw_suppressor_update(ec);
    if (learns)
        learn(ec, near, error);
}

/* The far history as partition k saw it half a block later than at the last block's end. */
static void half_later(struct gw_ec *ec, int k, float *even, float *odd)
{
    int half = ec->n / 2, quarter = ec->n / 4;
    split(past_block(ec, k + 1) + half, even, odd, half);
    split(past_block(ec, k), even + quarter, odd + quarter, half);
    split(past_block(ec, k + 2) + half, even + half, odd + half, half);
    split(past_block(ec, k + 1), even + half + quarter, odd + half + quarter, half);
}

static void add_echo(struct gw_ec *ec, int k, const struct gw_rows *x)
{
    int f;
    for (f = 0; f < ec->bins; f++) {
        const float *w = ec->taps + gw_taps_at(ec, k, f);
        ec->y.re[f] += x->re[f] * w[0] - x->im[f] * w[GW_GROUP];
        ec->y.im[f] += x->re[f] * w[GW_GROUP] + x->im[f] * w[0];
    }
}

/* The first half of a block, before its rest is there: the same filter over the far history
 * half a block later. What it cannot do is learn. */
static void run_half(struct gw_ec *ec)
{
    const size_t row = (size_t)ec->stride * sizeof(float);
    int half = ec->n / 2, k, i;
    memset(ec->y.re, 0, row);
    memset(ec->y.im, 0, row);
    memset(ec->z.re, 0, row);
    memset(ec->z.im, 0, row);
    for (k = 0; k < ec->parts; k++) {
        half_later(ec, k, ec->time, ec->other);
        ec->engine.real(ec, ec->time, ec->other, &ec->e);
        add_echo(ec, k, &ec->e);
    }
    ec->engine.back(ec, &ec->y, &ec->z, ec->time, ec->other);
    for (i = 0; i < half; i++)
        ec->heard[i] = ec->near[i] - ec->share * ec->time[half + i];
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
    memcpy(past_block(ec, 0) + from, far, (size_t)samples * sizeof *far);
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
