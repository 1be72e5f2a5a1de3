/* Echo canceller: its memory, its settings and its figures. block.c does the work. */
#include "canceller.h"

/* A near end that is held for long (0.94: 160 ms) and never below a third of the error keeps P from
 * falling on what the model does not hold: the last 10 dB come faster, and speech is safer. With
 * noise the filter may be slower still. Longer holds harm the near end where there is no echo. */
static const struct gw_tuning TUNING_DEFAULT = {6e-5f, 1.0f - 6e-5f, 0.44f, 0.925f};
static const struct gw_tuning TUNING_NOISE = {5e-5f, 1.0f - 5e-5f, 0.3f, 0.98f};

static int is_valid(const struct gw_ec_config *c)
{
    return (c->rate == 8000 || c->rate == 16000) && c->tail_ms >= 32 && c->tail_ms <= 256
           && c->type >= GW_EC_OFF && c->type <= GW_EC_DEFAULT;
}

#define LINE 64u /* octets of a cache line: wide loads must not straddle two */

/* Hands out rows; with base NULL it only counts. */
struct arena {
    uint8_t *base;
    size_t used;
};

static void *take(struct arena *arena, size_t octets)
{
    void *row = arena->base ? arena->base + arena->used : NULL;
    arena->used += (octets + LINE - 1) / LINE * LINE;
    return row;
}

static float *take_floats(struct arena *arena, int count)
{
    return take(arena, (size_t)count * sizeof(float));
}

static struct gw_rows take_rows(struct arena *arena, int count)
{
    struct gw_rows row;
    row.re = take_floats(arena, count);
    row.im = take_floats(arena, count);
    return row;
}

static void lay_out_filters(struct gw_ec *ec, struct arena *arena)
{
    int all = ec->parts * ec->stride;
    ec->x = take_floats(arena, 2 * all);
    ec->power = take_floats(arena, all);
    ec->taps = take_floats(arena, 4 * all);
    ec->pace = take(arena, (size_t)ec->parts * sizeof *ec->pace);
    ec->where = take_floats(arena, ec->parts);
    ec->debt = take_floats(arena, ec->parts);
    ec->mass = take_floats(arena, GW_PHASES * ec->parts);
    ec->energy = take_floats(arena, ec->parts);
}

static void lay_out_rows(struct gw_ec *ec, struct arena *arena)
{
    float **const rows[] = {&ec->psi, &ec->p, &ec->spread, &ec->norm, &ec->weight, &ec->gain};
    struct gw_rows *const spectra[] = {&ec->y, &ec->z, &ec->e, &ec->d, &ec->q};
    size_t i;
    for (i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = take_floats(arena, ec->stride);
    for (i = 0; i < sizeof spectra / sizeof *spectra; i++)
        *spectra[i] = take_rows(arena, ec->stride);
    ec->lesson = take_floats(arena, 4 * ec->stride);
}

static void lay_out_samples(struct gw_ec *ec, struct arena *arena)
{
    float **const blocks[] = {&ec->near, &ec->echo, &ec->error, &ec->heard, &ec->shadow, &ec->even, &ec->odd};
    size_t i;
    for (i = 0; i < sizeof blocks / sizeof *blocks; i++)
        *blocks[i] = take_floats(arena, ec->n);
    ec->time = take_floats(arena, 2 * ec->n);
    ec->other = take_floats(arena, 2 * ec->n);
    ec->twist = take_floats(arena, 4 * ec->n);
    ec->twist_half = take_floats(arena, 2 * ec->n);
    ec->turn_row = take_floats(arena, ec->n);
    ec->scratch = take_floats(arena, 12 * ec->n + 16);
    ec->past = take(arena, (size_t)((ec->parts + 2) * ec->n) * sizeof(int16_t));
}

static void lay_out(struct gw_ec *ec, const struct gw_ec_config *config, struct arena *arena)
{
    ec->config = *config;
    ec->n = config->rate / 100;
    ec->bins = ec->n + 1;
    ec->stride = (ec->bins + 7) & ~7;
    ec->groups = (ec->bins + GW_GROUP - 1) / GW_GROUP;
    ec->parts = (config->tail_ms + 9) / 10;
    lay_out_filters(ec, arena);
    lay_out_rows(ec, arena);
    lay_out_samples(ec, arena);
}

size_t gw_ec_bytes(const struct gw_ec_config *config)
{
    struct gw_ec shape;
    struct arena arena = {NULL, sizeof shape + LINE};
    if (!is_valid(config))
        return 0;
    lay_out(&shape, config, &arena);
    return gw_round_up(arena.used);
}

/* Halves of the turns of point c of row k: exp(-2 pi j c k / points), as a transform of so many wants
 * them (engine_fft.h). */
static void fill_twist(float *twist, int points)
{
    int i;
    for (i = 0; i < points; i++) {
        int turn = (i & 7) * (i >> 3) * (GW_TURN / points) % GW_TURN;
        twist[i] = 0.5f * GW_COS[turn];
        twist[points + i] = -0.5f * gw_sin(turn);
    }
}

/* Turns that make one spectrum of those of the even and of the odd samples. */
static void fill_turns(float *row, int n)
{
    int k;
    for (k = 0; k < n / 2; k++) {
        row[k] = GW_COS[k * (GW_TURN / 2) / n];
        row[n / 2 + k] = -gw_sin(k * (GW_TURN / 2) / n);
    }
}

struct gw_ec *gw_ec_init(void *memory, const struct gw_ec_config *config)
{
    struct gw_ec *ec = memory;
    struct arena arena = {NULL, sizeof *ec + LINE};
    if (!is_valid(config))
        return NULL;
    lay_out(ec, config, &arena); /* how much it is; not by gw_ec_bytes, which takes a whole gw_ec of stack */
    memset(memory, 0, gw_round_up(arena.used));
    arena.base = (uint8_t *)memory + sizeof *ec;
    arena.base += (LINE - (uintptr_t)arena.base % LINE) % LINE;
    arena.used = 0;
    lay_out(ec, config, &arena);
    fill_twist(ec->twist, 2 * ec->n);
    fill_twist(ec->twist_half, ec->n);
    fill_turns(ec->turn_row, ec->n);
    gw_ec_use_wide(ec, 1);
    ec->tuning = config->type == GW_EC_NOISE ? TUNING_NOISE : TUNING_DEFAULT;
    ec->share = 1.0f;
    gw_suppressor_init(ec);
    gw_kalman_forget(ec, GW_DOUBT_FIRST);
    return ec;
}

int32_t gw_ec_use_wide(struct gw_ec *ec, int32_t wide)
{
    ec->wide = wide && gw_engine_wide(&ec->engine);
    if (!ec->wide)
        gw_engine_plain(&ec->engine);
    return ec->wide;
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
        if (ec->energy[k] > ec->energy[best])
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
