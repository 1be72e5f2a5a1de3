/* ITU-T G.726 at 32 kbit/s, in the integer arithmetic of its chapter 4.
 *
 * Function names are those of the Recommendation's blocks where one block is
 * one function. Signals are 14 bit inside; 16 bit samples lose two bits.
 *
 * A sample's adaptation ends with the estimates for the next one: a coefficient is changed and
 * multiplied in one go, and past signals stay taken apart, as the multiplication wants them.
 */
#include "g726_zeros.h"

#if defined(__GNUC__)
#define APART static __attribute__((noinline))
#else
#define APART static
#endif

/* Tables 11, 16 and 20 at 32 kbit/s by code: a code above 7 is a negative one, in one's complement. */
struct row {
    int16_t level, weight, speed, sign;
};

static const struct row ROWS[16] = {
    {-2048, -12, 0, 1}, {4, 18, 0, 1}, {135, 41, 0, 1}, {213, 64, 1, 1},
    {273, 112, 1, 1}, {323, 198, 1, 1}, {373, 355, 3, 1}, {425, 1122, 7, 1},
    {425, 1122, 7, -1}, {373, 355, 3, -1}, {323, 198, 1, -1}, {273, 112, 1, -1},
    {213, 64, 1, -1}, {135, 41, 0, -1}, {4, 18, 0, -1}, {-2048, -12, 0, -1},
};

/* Table 7, the decision levels, by steps of 32 from -128 on: |I| at a step's begin, and where within it one more is
 * reached; no step has two of them. */
struct decision {
    int16_t level, rank;
};

#define NEVER 32767
static const struct decision DECISIONS[32] = {
    {-124, 0}, {NEVER, 1}, {NEVER, 1}, {NEVER, 1}, {NEVER, 1}, {NEVER, 1}, {80, 1}, {NEVER, 2}, {NEVER, 2}, {178, 2},
    {NEVER, 3}, {246, 3}, {NEVER, 4}, {300, 4}, {349, 5}, {NEVER, 6}, {400, 6}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7},
    {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7}, {NEVER, 7},
    {NEVER, 7}, {NEVER, 7}, {NEVER, 7},
};

GW_INSIDE int limit(int value, int low, int high)
{
    return value > high ? high : value < low ? low : value;
}

/* LOG, SUBTB and QUAN: the code of a difference. */
GW_INSIDE unsigned quantize(int d, int y)
{
    unsigned mag = (unsigned)(d < 0 ? -d : d) & 32767, rank;
    int width = gw_width(mag | 1), log = ((width - 1) << 7) + (int)(mag << (32 - width) >> 24 & 127) - (y >> 2);
    struct decision one = DECISIONS[limit((log + 128) >> 5, 0, 31)];
    rank = (unsigned)(one.rank + (log >= one.level));
    return (rank ^ (0u - (unsigned)(d < 0 || rank == 0))) & 15;
}

/* RECONST, ADDA and ANTILOG: the magnitude of the quantized difference. */
GW_INSIDE int dequantize(int level, int y)
{
    int log = level + (y >> 2); /* below 14 * 128 */
    return log < 0 ? 0 : ((128 + (log & 127)) << 7) >> (14 - (log >> 7));
}

/* TRANS: a large difference while a partial tone is there: a modem changes its state. */
GW_INSIDE int transition(const struct gw_g726 *s, int dq)
{
    int whole = s->yl >> 15, fraction = (s->yl >> 10) & 31;
    int threshold = whole > 9 ? 31 << 10 : (32 + fraction) << whole;
    return dq > (threshold + (threshold >> 1)) >> 1;
}

/* FUNCTW, FILTD, LIMB; FILTE; then LIMA and MIX for the next sample. */
GW_INSIDE void adapt_scale(struct gw_g726 *s, int weight, int y)
{
    int yu = limit(y + ((weight * 32 - y) >> 5), 544, 5120), yl = s->yl + yu + (-s->yl >> 6);
    int al = s->ap >= 256 ? 64 : s->ap >> 2, mix = (yu - (yl >> 6)) * al;
    s->yu = yu;
    s->yl = yl;
    s->y = (yl >> 6) + mix / 64;
}

GW_INSIDE void adapt_speed(struct gw_g726 *s, int f, int y, int tone)
{
    int dms = s->dms + (((f << 9) - s->dms) >> 5);  /* FILTA */
    int dml = s->dml + (((f << 11) - s->dml) >> 7); /* FILTB */
    int change = (dms << 2) - dml, fast = 512;
    s->dms = dms;
    s->dml = dml;
    if (y >= 1536 && !tone) /* SUBTC */
        fast &= ((dml >> 3) - 1 - (change < 0 ? -change : change)) >> 31;
    s->ap += (fast - s->ap) >> 4; /* FILTC */
}

/* UPA2, LIMC, UPA1, LIMD: the poles, steered by signs alone. */
GW_INSIDE void adapt_poles(struct gw_g726 *s, int partial)
{
    int sign = partial >> 31 | 1, same1 = sign * s->pk[0], same2 = sign * s->pk[1], a1 = s->a[0], a2 = s->a[1];
    int bounded = limit(a1, -8192, 8191) + (a1 <= -8192); /* a power of two's limits are one instruction */
    int up2 = (same2 * 16384 - same1 * 4 * bounded) >> 7, up1 = same1 * 192;
    if (partial == 0)
        up1 = up2 = 0;
    a2 = limit(a2 + up2 - (a2 >> 7), -12288, 12288);
    s->a[1] = a2;
    s->a[0] = limit(a1 + up1 - (a1 >> 8), a2 - 15360, 15360 - a2);
    s->pk[1] = s->pk[0];
    s->pk[0] = sign;
}

/* All adaptation for one code; gives the reconstructed 14 bit signal. `td`: a tone was there. */
GW_INSIDE int adapt(struct gw_g726 *s, unsigned code, int td)
{
    const struct row *row = &ROWS[code];
    int y = s->y, mag = dequantize(row->level, y), sign = row->sign, dq = sign * mag;
    int sr = gw_g726_wrap16(s->se + dq), tr = td && transition(s, mag), sum;
    struct gw_g726_past newest, older;

    adapt_poles(s, gw_g726_wrap16(s->sez + dq));
    adapt_speed(s, row->speed, y, gw_g726_tone(s));
    if (tr) { /* TRIGA, TRIGB */
        s->ap = 256;
        memset(s->a, 0, sizeof s->a);
        memset(s->b, 0, sizeof s->b);
    }
    adapt_scale(s, row->weight, y);
    sum = gw_g726_run_zeros(s, gw_g726_to_past(sign, (unsigned)mag), tr || mag == 0 ? 0 : sign);
    newest = gw_g726_to_past(sr >> 31 | 1, (unsigned)(sr < 0 ? -sr : sr) & 32767);
    s->sez = gw_g726_wrap16(sum) >> 1;
    older = s->sr[0];
    sum = gw_g726_add_fmult(sum, s->a[0], newest);
    s->se = gw_g726_wrap16(gw_g726_add_fmult(sum, s->a[1], older)) >> 1;
    s->sr[1] = older;
    s->sr[0] = newest;
    return sr;
}

APART int adapt_after_tone(struct gw_g726 *s, unsigned code)
{
    return adapt(s, code, 1);
}

APART int step(struct gw_g726 *s, unsigned code)
{
    return gw_g726_tone(s) ? adapt_after_tone(s, code) : adapt(s, code, 0);
}

GW_INSIDE int16_t to_sample(int sr)
{
    return (int16_t)(sr > 8191 ? 32767 : sr < -8192 ? -32768 : sr * 4);
}

void gw_g726_init(struct gw_g726 *s)
{
    int i;
    memset(s, 0, sizeof *s);
    s->yu = s->y = 544;
    s->yl = 34816;
    s->pk[0] = s->pk[1] = 1;
    s->sr[0] = s->sr[1] = gw_g726_to_past(1, 0);
    for (i = 0; i < 6; i++)
        s->dq[i] = gw_g726_to_past(1, 0);
}

GW_INSIDE unsigned encode(struct gw_g726 *s, int16_t sample, int16_t *heard)
{
    unsigned code = quantize((sample >> 2) - s->se, s->y);
    *heard = to_sample(step(s, code));
    return code;
}

uint8_t gw_g726_encode(struct gw_g726 *s, int16_t sample, int16_t *heard)
{
    int16_t unheard;
    return (uint8_t)encode(s, sample, heard ? heard : &unheard);
}

int16_t gw_g726_decode(struct gw_g726 *s, uint8_t code)
{
    return to_sample(step(s, code & 15u));
}

void gw_g726_encode_octets(struct gw_g726 *s, const int16_t *pcm, size_t octets, unsigned first, uint8_t *out,
                           int16_t *heard)
{
    struct gw_g726 state = *s; /* a copy that no octet written can be part of */
    int16_t unheard[2], *sound = heard ? heard : unheard;
    size_t i, go = heard ? 2 : 0;
    for (i = 0; i < octets; i++, sound += go) {
        unsigned a = encode(&state, pcm[2 * i], sound);
        unsigned b = encode(&state, pcm[2 * i + 1], sound + 1);
        out[i] = (uint8_t)(a << first | b << (4 - first));
    }
    *s = state;
}

void gw_g726_decode_octets(struct gw_g726 *s, const uint8_t *in, size_t octets, unsigned first, int16_t *pcm)
{
    struct gw_g726 state = *s;
    size_t i;
    for (i = 0; i < octets; i++) {
        pcm[2 * i] = gw_g726_decode(&state, (uint8_t)(in[i] >> first));
        pcm[2 * i + 1] = gw_g726_decode(&state, (uint8_t)(in[i] >> (4 - first)));
    }
    *s = state;
}

/* COMPRESS: mu-law here goes by sign and magnitude, where G.711 has one's complement. */
static uint8_t compress(int sr, enum gw_codec law)
{
    int16_t sample = to_sample(sr);
    if (law == GW_PCMA)
        return gw_alaw_encode(sample);
    if (sample >= 0)
        return gw_ulaw_encode(sample);
    return gw_ulaw_encode((int16_t)(sample == INT16_MIN ? INT16_MAX : -sample)) & 0x7f;
}

/* The neighbour of a G.711 code, one step up or down in signal level. */
static uint8_t neighbour(uint8_t octet, int up, enum gw_codec law)
{
    unsigned plain = law == GW_PCMA ? octet ^ 0x55u : ~(unsigned)octet & 0xff;
    unsigned positive = law == GW_PCMA ? plain >> 7 : !(plain >> 7);
    unsigned level = plain & 127;
    if ((positive != 0) == (up != 0))
        level += level < 127;
    else if (level)
        level--;
    else { /* A-law has no zero, mu-law has two */
        positive = !positive;
        level = law == GW_PCMU;
    }
    if (law == GW_PCMA)
        return (uint8_t)((positive << 7 | level) ^ 0x55);
    return (uint8_t)~(((unsigned)!positive << 7) | level);
}

uint8_t gw_g726_decode_law(struct gw_g726 *s, uint8_t code, enum gw_codec law)
{
    int y = s->y, se = s->se;
    unsigned want = code & 15u, have;
    uint8_t octet = compress(step(s, want), law);
    have = quantize(((law == GW_PCMA ? gw_alaw_decode(octet) : gw_ulaw_decode(octet)) >> 2) - se, y);
    want ^= 8; /* in this order of codes, larger is more positive */
    have ^= 8;
    if (have == want)
        return octet;
    return neighbour(octet, have < want, law);
}
