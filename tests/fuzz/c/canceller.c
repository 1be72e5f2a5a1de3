/* The echo canceller with any configuration and any two signals, an echo between them or none. Wide
 * registers and none give the same bits; figures stay numbers; after all of it silence is silence. */
#include "fuzz.h"

#define BLOCK_MAX 160
#define BLOCKS_MAX 800 /* of 10 ms, in one input */
#define SETTLING 30    /* calls */
#define ECHO 4096      /* samples, a power of two */

struct pair {
    struct gw_ec_config config;
    struct gw_ec *wide, *plain;
    int16_t past[ECHO];
    int32_t at; /* in it, of the newest */
    int blocks;
};

static struct gw_ec *make(const struct gw_ec_config *config, int wide)
{
    struct gw_ec *ec = gw_ec_init(memory(gw_ec_bytes(config)), config);
    DEMAND(ec != NULL);
    gw_ec_use_wide(ec, wide);
    return ec;
}

/* Equal samples from both; the plain one gets them by the piece. */
static void feed(struct pair *pair, const int16_t *near, const int16_t *far, int16_t *out, size_t samples, size_t piece)
{
    int16_t other[4 * BLOCK_MAX];
    size_t at;
    watch_arithmetic();
    DEMAND(gw_ec_process(pair->wide, near, far, out, samples) == 0);
    for (at = 0; at < samples; at += piece)
        DEMAND(gw_ec_process(pair->plain, near + at, far + at, other + at, piece) == 0);
    demand_sound_arithmetic();
    DEMAND(memcmp(out, other, 2 * samples) == 0);
    if (pair->config.type == GW_EC_OFF)
        DEMAND(memcmp(out, near, 2 * samples) == 0);
}

static int16_t clip(int32_t value)
{
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

static double power(const int16_t *pcm, int samples)
{
    double sum = 0.0;
    while (samples--)
        sum += (double)pcm[samples] * pcm[samples];
    return sum;
}

/* A stretch of time: what both ends say, and an echo of that delay and loudness. */
static void run_stretch(struct pair *pair, struct input *in)
{
    struct signal far = signal_of(in), near = signal_of(in);
    int32_t delay = octet(in) * 8, loud = (int8_t)octet(in), i;
    int halves = octet(in) % 4 == 3, calls = 1 + octet(in) % (halves ? 8 : 64); /* halves are dear */
    int block = pair->config.rate / 100, samples = halves ? block / 2 : block * (1 + calls % 4);
    double played = 0.0, said = 0.0, heard = 0.0; /* once an echo that has gone is taken away less and less */
    int settled = 0;
    for (; calls > 0 && pair->blocks < BLOCKS_MAX; calls--, pair->blocks += halves ? 10 : samples / block) {
        int16_t f[4 * BLOCK_MAX], n[4 * BLOCK_MAX], out[4 * BLOCK_MAX];
        for (i = 0; i < samples; i++) {
            f[i] = signal_next(&far, in);
            pair->at = (pair->at + 1) % ECHO;
            pair->past[pair->at] = f[i];
            n[i] = clip(signal_next(&near, in) + pair->past[(pair->at - delay) & (ECHO - 1)] * loud / 64);
        }
        feed(pair, n, f, out, (size_t)samples, (size_t)(halves ? samples : block));
        if (halves)
            feed(pair, n, f, out, (size_t)samples, (size_t)samples);
        if (settled++ < SETTLING)
            continue;
        played += power(f, samples);
        said += power(n, samples);
        heard += power(out, samples);
    }
    DEMAND(heard <= played + 10.0 * said + 1e8);
}

static void demand_figures(const struct gw_ec *ec)
{
    struct gw_ec_status s;
    gw_ec_status(ec, &s);
    DEMAND(plausible(s.erl) && plausible(s.erle));
    DEMAND(plausible(s.far) && plausible(s.near) && plausible(s.out));
    DEMAND(s.delay >= 0 && s.delay <= 260);
}

/* A state that has come apart would go on sounding: infinite coefficients times nothing are loud. */
static void demand_silence(struct pair *pair)
{
    static const int16_t nothing[BLOCK_MAX];
    int16_t out[BLOCK_MAX];
    int block = pair->config.rate / 100, i, k;
    watch_arithmetic();
    for (k = 0; k < 120; k++)
        gw_ec_process(pair->wide, nothing, nothing, out, (size_t)block);
    demand_sound_arithmetic();
    for (i = 0; i < block; i++)
        DEMAND(out[i] > -64 && out[i] < 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t octets)
{
    struct input in = {data, octets};
    uint8_t first = octet(&in);
    static struct pair pair;
    memset(&pair, 0, sizeof pair);
    pair.config.rate = first & 1 ? 16000 : 8000;
    pair.config.type = (first >> 1) % 3;
    pair.config.linear = first >> 7;
    pair.config.tail_ms = 32 + octet(&in) % 225;
    pair.wide = make(&pair.config, 1);
    pair.plain = make(&pair.config, 0);
    while (in.left && pair.blocks < BLOCKS_MAX)
        run_stretch(&pair, &in);
    demand_figures(pair.wide);
    demand_figures(pair.plain);
    demand_silence(&pair);
    free(pair.wide);
    free(pair.plain);
    return 0;
}
