/* Generators: DTMF digits, call progress and fax tones, by integers only, so that
 * every processor and `reference_tones.py` give the same samples.
 */
#include "gw_internal.h"

#define FOREVER 0
#define STEPS 6
#define RAMP_MS 2             /* an edge's rise and fall: no clicks, and within the 7 ms of ES 201 235-2 4.2.1 */
#define REVERSAL_MS 450       /* V.25 and V.8: 450 +- 25 ms */
#define ENVELOPE_HZ 15        /* V.8 clause 4, ANSam: a sine of 15 Hz ... */
#define ENVELOPE_DEPTH 6554   /* ... of a fifth of the amplitude, Q15 */

/* Peak amplitudes of a sine of minus so many dBm0. */
#define DBM0_4 14403
#define DBM0_6 11441
#define DBM0_10 7219
#define DBM0_13 5110

struct step {
    uint16_t ms, hz; /* hz 0 is a pause; ms FOREVER has no end */
};

struct cadence {
    char name[20];
    int16_t peak;
    uint8_t once, reversals, envelope;
    struct step steps[STEPS]; /* up to the first without hz and ms */
};

/* Call progress as in most of Europe: ITU-T E.180 supplement 2 and ETSI TR 101 041-2, one tone of 425 Hz.
 * CNG: T.30 4.3.3.4; CED and ANSam: T.30 4.3.3.2, V.25 and V.8, 3.3 s. */
static const struct cadence CADENCES[GW_TONE_DTMF] = {
    {"", 0, 1, 0, 0, {{0, 0}}},
    {"dial", DBM0_10, 0, 0, 0, {{FOREVER, 425}}},
    {"busy", DBM0_10, 0, 0, 0, {{500, 425}, {500, 0}}},
    {"ringing", DBM0_10, 0, 0, 0, {{1000, 425}, {4000, 0}}},
    {"congestion", DBM0_10, 0, 0, 0, {{250, 425}, {250, 0}}},
    {"special-information", DBM0_10, 0, 0, 0, {{333, 950}, {333, 1400}, {333, 1800}, {1000, 0}}},
    {"call-waiting", DBM0_13, 0, 0, 0, {{200, 425}, {200, 0}, {200, 425}, {4000, 0}}},
    {"cng", DBM0_13, 0, 0, 0, {{500, 1100}, {3000, 0}}},
    {"ced", DBM0_13, 1, 0, 0, {{3300, 2100}}},
    {"ced-reversals", DBM0_13, 1, 1, 0, {{3300, 2100}}},
    {"ansam", DBM0_13, 1, 0, 1, {{3300, 2100}}},
    {"ansam-reversals", DBM0_13, 1, 1, 1, {{3300, 2100}}},
};

static const char DIGITS[] = "123A456B789C*0#D"; /* Q.23: rows by columns */
static const uint16_t ROWS[4] = {697, 770, 852, 941}, COLUMNS[4] = {1209, 1336, 1477, 1633};

char gw_dtmf_digit(int row, int column)
{
    return DIGITS[4 * row + column];
}

static int same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *gw_tone_name(int32_t tone)
{
    return tone > GW_TONE_NONE && tone < GW_TONE_DTMF ? CADENCES[tone].name : NULL;
}

int32_t gw_tone_find(const char *name)
{
    int32_t tone;
    if (name[0] && !name[1])
        for (tone = 0; tone < 16; tone++)
            if (DIGITS[tone] == name[0])
                return GW_TONE_DTMF + tone;
    for (tone = GW_TONE_NONE + 1; tone < GW_TONE_DTMF; tone++)
        if (same(name, CADENCES[tone].name))
            return tone;
    return -1;
}

/* sin of `phase`, a full turn being 2^32, in Q15: the odd polynomial of the quarter wave, error below 2^-14. */
static int32_t sine(uint32_t phase)
{
    int32_t x = (int32_t)(phase >> 15 & 0x7fff), square, value;
    if (phase & 0x40000000u)
        x = 32768 - x;
    square = x * x >> 15;
    value = 2603 - (square * 142 >> 15);
    value = 21165 - (square * value >> 15);
    value = 51472 - (square * value >> 15);
    value = (int32_t)((uint32_t)x * (uint32_t)value >> 15);
    if (value > 32767)
        value = 32767;
    return phase & 0x80000000u ? -value : value;
}

static uint32_t step_of(const struct gw_tone_generator *g, uint32_t hz)
{
    return hz * (g->rate == 8000 ? 536871u : 268435u); /* 2^32 / rate */
}

int gw_tone_init(struct gw_tone_generator *g, int32_t tone, int32_t rate, int32_t duration_ms)
{
    if (tone < GW_TONE_NONE || tone >= GW_TONES || (rate != 8000 && rate != 16000) || duration_ms < 0
        || duration_ms > 3600000)
        return -1;
    memset(g, 0, sizeof *g);
    g->tone = tone;
    g->rate = rate;
    if (duration_ms == 0 && tone >= GW_TONE_DTMF)
        duration_ms = GW_DTMF_MS;
    g->left = duration_ms ? duration_ms * (rate / 1000) : -1;
    return 0;
}

static void next_digit(struct gw_tone_generator *g)
{
    int32_t per_ms = g->rate / 1000;
    g->tone = GW_TONE_DTMF + g->digits[0];
    g->pause = GW_DTMF_PAUSE_MS * per_ms;
    g->left = GW_DTMF_MS * per_ms + g->pause;
    g->at = 0;
    g->phase[0] = g->phase[1] = 0;
    g->waiting--;
    memmove(g->digits, g->digits + 1, GW_DIGITS - 1);
}

int gw_tone_dial(struct gw_tone_generator *g, int32_t digit)
{
    if (digit < GW_TONE_DTMF || digit >= GW_TONES || g->waiting == GW_DIGITS)
        return -1;
    if (g->tone < GW_TONE_DTMF || !g->pause) {
        g->waiting = g->left = 0;
        g->tone = digit;
    }
    g->digits[g->waiting++] = (uint8_t)(digit - GW_TONE_DTMF);
    if (g->left == 0)
        next_digit(g);
    return 0;
}

int gw_tone_active(const struct gw_tone_generator *g)
{
    return g->tone != GW_TONE_NONE && g->left != 0;
}

/* `value` with the burst's edges rounded: `after` samples of it follow, -1 for no end. */
static int32_t shaped(const struct gw_tone_generator *g, int32_t value, int32_t after)
{
    int32_t ramp = RAMP_MS * (g->rate / 1000), near = g->at < ramp ? g->at + 1 : ramp;
    if (after >= 0 && after + 1 < near)
        near = after + 1;
    if (g->left >= 0 && g->left - g->pause + 1 < near)
        near = g->left - g->pause + 1;
    return value * near / ramp;
}

static int32_t digit_sample(struct gw_tone_generator *g)
{
    int32_t digit = g->tone - GW_TONE_DTMF;
    int32_t low = sine(g->phase[0]) * DBM0_6 >> 15, high = sine(g->phase[1]) * DBM0_4 >> 15;
    int32_t value = g->left >= g->pause ? shaped(g, low + high, -1) : 0;
    g->phase[0] += step_of(g, ROWS[digit / 4]);
    g->phase[1] += step_of(g, COLUMNS[digit % 4]);
    g->at++;
    return value;
}

static int32_t modulated(struct gw_tone_generator *g, const struct cadence *c)
{
    int32_t value = sine(g->phase[0]), peak = c->peak;
    if (c->envelope) {
        peak += peak * (sine(g->phase[1]) * ENVELOPE_DEPTH >> 15) >> 15;
        g->phase[1] += step_of(g, ENVELOPE_HZ);
    }
    return value * peak >> 15;
}

static void next_step(struct gw_tone_generator *g, const struct cadence *c)
{
    g->at = 0;
    g->step++;
    if (g->step < STEPS && c->steps[g->step].ms)
        return;
    g->step = 0;
    if (c->once)
        g->left = 0;
}

static int32_t cadence_sample(struct gw_tone_generator *g)
{
    const struct cadence *c = &CADENCES[g->tone];
    const struct step *s = &c->steps[g->step];
    int32_t per_ms = g->rate / 1000, length = s->ms * per_ms, value = 0;
    if (s->hz) {
        value = shaped(g, modulated(g, c), length ? length - 1 - g->at : -1);
        g->phase[0] += step_of(g, s->hz);
    }
    g->at++;
    if (c->reversals && g->at % (REVERSAL_MS * per_ms) == 0)
        g->phase[0] += 0x80000000u;
    if (length && g->at == length)
        next_step(g, c);
    else if (!length)
        g->at = g->at < (1 << 20) ? g->at : 1 << 10;
    return value;
}

void gw_tone_run(struct gw_tone_generator *g, int16_t *pcm, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        pcm[i] = 0;
        if (!gw_tone_active(g))
            continue;
        if (g->left > 0)
            g->left--;
        pcm[i] = (int16_t)(g->tone >= GW_TONE_DTMF ? digit_sample(g) : cadence_sample(g));
        if (g->left == 0 && g->waiting)
            next_digit(g);
    }
}
