/* Echo canceller: its memory, its settings and its figures. block.c does the work. */
#include "canceller.h"

static const struct gw_tuning TUNING_DEFAULT = {2e-4f, 0.1f, 0.85f};
static const struct gw_tuning TUNING_NOISE = {5e-5f, 0.3f, 0.95f};

static int is_valid(const struct gw_ec_config *c)
{
    return (c->rate == 8000 || c->rate == 16000) && c->tail_ms >= 32 && c->tail_ms <= 256
           && c->type >= GW_EC_OFF && c->type <= GW_EC_DEFAULT;
}

/* Hands out aligned rows; with base NULL it only counts. */
struct arena {
    uint8_t *base;
    size_t used;
};

static void *take(struct arena *arena, size_t octets)
{
    void *row = arena->base ? arena->base + arena->used : NULL;
    arena->used += gw_round_up(octets);
    return row;
}

static float *take_floats(struct arena *arena, int count)
{
    return take(arena, (size_t)count * sizeof(float));
}

static struct gw_spectrum take_spectrum(struct arena *arena, int count)
{
    struct gw_spectrum row;
    row.re = take_floats(arena, count);
    row.im = take_floats(arena, count);
    return row;
}

static void lay_out(struct gw_ec *ec, const struct gw_ec_config *config, struct arena *arena)
{
    int n = config->rate / 100;
    int all;
    ec->config = *config;
    ec->n = n;
    ec->bins = n + 1;
    ec->stride = (n + 4) & ~3;
    ec->parts = (config->tail_ms + 9) / 10;
    all = ec->parts * ec->stride;
    ec->x = take_spectrum(arena, all);
    ec->w = take_spectrum(arena, all);
    ec->s = take_spectrum(arena, all);
    ec->p = take_floats(arena, all);
    ec->peak = take_floats(arena, ec->parts);
    ec->energy = take_floats(arena, ec->parts);
    ec->y = take_spectrum(arena, ec->stride);
    ec->e = take_spectrum(arena, ec->stride);
    ec->q = take_spectrum(arena, ec->stride);
    ec->psi = take_floats(arena, ec->stride);
    ec->spread = take_floats(arena, ec->stride);
    ec->norm = take_floats(arena, ec->stride);
    ec->near = take_floats(arena, n);
    ec->far = take_floats(arena, 2 * n);
    ec->echo = take_floats(arena, n);
    ec->error = take_floats(arena, n);
    ec->heard = take_floats(arena, n);
    ec->shadow = take_floats(arena, n);
    ec->time = take_floats(arena, 2 * n);
    ec->scratch = take_floats(arena, 4 * n);
    ec->past = take(arena, (size_t)((ec->parts + 1) * n) * sizeof(int16_t));
}

size_t gw_ec_bytes(const struct gw_ec_config *config)
{
    struct gw_ec shape;
    struct arena arena = {NULL, gw_round_up(sizeof shape)};
    if (!is_valid(config))
        return 0;
    lay_out(&shape, config, &arena);
    return arena.used;
}

struct gw_ec *gw_ec_init(void *memory, const struct gw_ec_config *config)
{
    struct gw_ec *ec = memory;
    struct arena arena = {memory, gw_round_up(sizeof *ec)};
    size_t octets = gw_ec_bytes(config);
    if (octets == 0)
        return NULL;
    memset(memory, 0, octets);
    lay_out(ec, config, &arena);
    ec->tuning = config->type == GW_EC_NOISE ? TUNING_NOISE : TUNING_DEFAULT;
    ec->share = 1.0f;
    gw_suppressor_init(ec);
    gw_kalman_forget(ec, GW_DOUBT_FIRST);
    return ec;
}

int32_t gw_ec_delay(const struct gw_ec *ec)
{
    return gw_ec_suppresses(ec) ? ec->n / 5 : 0;
}

/* Loss of a white far end through the taps. */
static float return_loss(const struct gw_ec *ec)
{
    float sum = 0.0f;
    int k;
    for (k = 0; k < ec->parts; k++)
        sum += ec->energy[k];
    return sum > 1e-7f ? -gw_decibel(sum) : 0.0f;
}

void gw_ec_status(const struct gw_ec *ec, struct gw_ec_status *status)
{
    int best = 0, k;
    for (k = 1; k < ec->parts; k++)
        if (ec->peak[k] > ec->peak[best])
            best = k;
    memset(status, 0, sizeof *status);
    status->erl = return_loss(ec);
    if (ec->echo_sum > 1.0f)
        status->erle = gw_decibel(ec->echo_sum / (ec->residual_sum + 1e-3f * (float)ec->n));
    status->far = gw_level_dbm0(&ec->far_level);
    status->near = gw_level_dbm0(&ec->near_level);
    status->out = gw_level_dbm0(&ec->out_level);
    status->delay = 10 * best;
    status->frozen = ec->narrow >= GW_NARROW_BLOCKS;
    status->handovers = ec->handovers;
    status->resets = ec->resets;
}
