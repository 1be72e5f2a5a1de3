/* ITU-T G.726 at 32 kbit/s, in the integer arithmetic of its chapter 4.
 *
 * Function names are those of the Recommendation's blocks where one block is
 * one function. Signals are 14 bit inside; 16 bit samples lose two bits.
 */
#include "gw_internal.h"

/* Table 7 (decision levels), tables 11, 16 and 20 by |I| at 32 kbit/s. */
static const int16_t DECISIONS[7] = {-124, 80, 178, 246, 300, 349, 400};
static const int16_t LEVELS[8] = {-2048, 4, 135, 213, 273, 323, 373, 425};
static const int16_t WEIGHTS[8] = {-12, 18, 41, 64, 112, 198, 355, 1122};
static const uint8_t SPEEDS[8] = {0, 0, 0, 1, 1, 1, 3, 7};

/* Values that one sample needs between prediction and adaptation. */
struct step {
    int sez, se; /* estimates: of the zeros, and of the signal */
    int y;       /* quantizer scale factor */
};

static int wrap16(int value)
{
    return (int16_t)(uint16_t)value;
}

/* Blocks FLOATA and FLOATB: sign, four bits of exponent, six of mantissa. */
static int16_t to_float(int negative, unsigned mag)
{
    int exponent = gw_width(mag);
    unsigned mantissa = mag ? (mag << 6) >> exponent : 32;
    return (int16_t)(negative << 10 | exponent << 6 | (int)mantissa);
}

static int fmult(int coefficient, int signal)
{
    int an = coefficient >> 2, negative = (an ^ -(signal >> 10 & 1)) >> 31; /* all ones, or none */
    unsigned mag = (unsigned)(an < 0 ? -an : an) & 8191;
    int width = gw_width(mag), exponent = width + ((signal >> 6) & 15); /* at most 28 */
    unsigned mantissa = mag ? (mag << 6) >> width : 32;
    unsigned product = (mantissa * (unsigned)(signal & 63) + 48) >> 4 << 9;
    int out = (int)(product >> (28 - exponent) & 32767);
    return (out ^ negative) - negative;
}

static void predict(const struct gw_g726 *s, struct step *step)
{
    int sum = 0, i, mix, al;
    for (i = 0; i < 6; i++)
        sum += fmult(s->b[i], s->dq[i]);
    step->sez = wrap16(sum) >> 1;
    step->se = wrap16(sum + fmult(s->a[0], s->sr[0]) + fmult(s->a[1], s->sr[1])) >> 1;
    al = s->ap >= 256 ? 64 : s->ap >> 2; /* LIMA */
    mix = s->yu - (s->yl >> 6);          /* MIX */
    step->y = (s->yl >> 6) + (mix < 0 ? -((-mix * al) >> 6) : (mix * al) >> 6);
}

/* LOG, SUBTB and QUAN: the code of a difference. */
static unsigned quantize(int d, int y)
{
    unsigned mag = (unsigned)(d < 0 ? -d : d) & 32767;
    int exponent = mag ? gw_width(mag) - 1 : 0;
    int log = (exponent << 7) + (int)(((mag << 7) >> exponent) & 127) - (y >> 2);
    unsigned i = 0;
    int level;
    for (level = 0; level < 7; level++) /* all of them: a branch here would be a guess */
        i += log >= DECISIONS[level];
    return d < 0 || i == 0 ? 15 - i : i;
}

static unsigned mag_of(unsigned code) /* |I|: its sign is the fourth bit, in one's complement */
{
    return code & 8 ? 15 - code : code;
}

/* RECONST, ADDA and ANTILOG: the magnitude of the quantized difference. */
static int dequantize(unsigned code, int y)
{
    int log = LEVELS[mag_of(code)] + (y >> 2);
    if (log < 0)
        return 0;
    return ((128 + (log & 127)) << 7) >> (14 - ((log >> 7) & 15));
}

/* TRANS: a large difference while a partial tone is there: a modem changes its state. */
static int transition(const struct gw_g726 *s, int dq)
{
    int whole = s->yl >> 15, fraction = (s->yl >> 10) & 31;
    int threshold = whole > 9 ? 31 << 10 : (32 + fraction) << whole;
    return s->td && dq > (threshold + (threshold >> 1)) >> 1;
}

static void adapt_scale(struct gw_g726 *s, unsigned code, int y)
{
    int yu = y + (((WEIGHTS[mag_of(code)] * 32) - y) >> 5); /* FUNCTW, FILTD */
    yu = yu < 544 ? 544 : yu > 5120 ? 5120 : yu;            /* LIMB */
    s->yu = (int16_t)yu;
    s->yl += yu + (-s->yl >> 6); /* FILTE */
}

static void adapt_speed(struct gw_g726 *s, unsigned code, int y, int tone, int tr)
{
    int f = SPEEDS[mag_of(code)], change, fast;
    s->dms = (int16_t)(s->dms + (((f << 9) - s->dms) >> 5));  /* FILTA */
    s->dml = (int16_t)(s->dml + (((f << 11) - s->dml) >> 7)); /* FILTB */
    change = (s->dms << 2) - s->dml;
    fast = y < 1536 || tone || (change < 0 ? -change : change) >= s->dml >> 3; /* SUBTC */
    s->ap = (int16_t)(tr ? 256 : s->ap + (((fast << 9) - s->ap) >> 4)); /* FILTC, TRIGA */
}

static int limit(int value, int bound)
{
    return value > bound ? bound : value < -bound ? -bound : value;
}

/* UPA2, LIMC, UPA1, LIMD: the poles, steered by signs alone. */
static void adapt_poles(struct gw_g726 *s, int pk, int zero)
{
    int flip1 = pk ^ s->pk[0], flip2 = pk ^ s->pk[1];
    int f = limit(s->a[0], 8191) * 4;
    int gain2 = (flip2 ? -16384 : 16384) + (flip1 ? f : -f);
    int a2 = limit(s->a[1] + (zero ? 0 : gain2 >> 7) - (s->a[1] >> 7), 12288);
    int a1 = s->a[0] + (zero ? 0 : flip1 ? -192 : 192) - (s->a[0] >> 8);
    s->a[1] = (int16_t)a2;
    s->a[0] = (int16_t)limit(a1, 15360 - a2);
}

/* UPB and XOR: the zeros. */
static void adapt_zeros(struct gw_g726 *s, int negative, int dq)
{
    int gain = dq == 0 ? 0 : 128, i;
    for (i = 0; i < 6; i++) {
        int differ = -(negative ^ (s->dq[i] >> 10 & 1)); /* all ones, or none */
        s->b[i] = (int16_t)wrap16(s->b[i] + ((gain ^ differ) - differ) - (s->b[i] >> 8));
    }
}

/* All adaptation for one code; gives the reconstructed 14 bit signal. */
static int adapt(struct gw_g726 *s, const struct step *step, unsigned code)
{
    int negative = code >> 3 & 1;
    int mag = dequantize(code, step->y);
    int dq = negative ? -mag : mag;
    int sr = wrap16(step->se + dq);
    int partial = wrap16(step->sez + dq);
    int tr = transition(s, mag), tone;

    adapt_scale(s, code, step->y);
    adapt_poles(s, partial < 0, partial == 0);
    adapt_zeros(s, negative, mag);
    tone = s->a[1] < -11776; /* TONE */
    adapt_speed(s, code, step->y, tone, tr);
    s->td = (uint8_t)(tone && !tr);
    if (tr) { /* TRIGB */
        memset(s->a, 0, sizeof s->a);
        memset(s->b, 0, sizeof s->b);
    }
    memmove(s->dq + 1, s->dq, 5 * sizeof s->dq[0]);
    s->dq[0] = to_float(negative, (unsigned)mag);
    s->sr[1] = s->sr[0];
    s->sr[0] = to_float(sr < 0, (unsigned)(sr < 0 ? -sr : sr) & 32767);
    s->pk[1] = s->pk[0];
    s->pk[0] = partial < 0;
    return sr;
}

static int16_t to_sample(int sr)
{
    return (int16_t)(sr > 8191 ? 32767 : sr < -8192 ? -32768 : sr * 4);
}

void gw_g726_init(struct gw_g726 *s)
{
    int i;
    memset(s, 0, sizeof *s);
    s->yu = 544;
    s->yl = 34816;
    s->sr[0] = s->sr[1] = 32;
    for (i = 0; i < 6; i++)
        s->dq[i] = 32;
}

uint8_t gw_g726_encode(struct gw_g726 *s, int16_t sample, int16_t *heard)
{
    struct step step;
    unsigned code;
    int sr;
    predict(s, &step);
    code = quantize((sample >> 2) - step.se, step.y);
    sr = adapt(s, &step, code);
    if (heard)
        *heard = to_sample(sr);
    return (uint8_t)code;
}

int16_t gw_g726_decode(struct gw_g726 *s, uint8_t code)
{
    struct step step;
    predict(s, &step);
    return to_sample(adapt(s, &step, code & 15u));
}

void gw_g726_encode_octets(struct gw_g726 *s, const int16_t *pcm, size_t octets, unsigned first, uint8_t *out,
                           int16_t *heard)
{
    struct gw_g726 state = *s; /* a copy that no octet written can be part of */
    size_t i;
    for (i = 0; i < octets; i++) {
        unsigned a = gw_g726_encode(&state, pcm[2 * i], heard ? &heard[2 * i] : NULL);
        unsigned b = gw_g726_encode(&state, pcm[2 * i + 1], heard ? &heard[2 * i + 1] : NULL);
        out[i] = (uint8_t)(a << first | b << (4 - first));
    }
    *s = state;
}

void gw_g726_decode_octets(struct gw_g726 *s, const uint8_t *in, size_t octets, unsigned first, int16_t *pcm)
{
    struct gw_g726 state = *s;
    size_t i;
    for (i = 0; i < octets; i++) {
        pcm[2 * i] = gw_g726_decode(&state, (uint8_t)(in[i] >> first & 15));
        pcm[2 * i + 1] = gw_g726_decode(&state, (uint8_t)(in[i] >> (4 - first) & 15));
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
    struct step step;
    uint8_t octet;
    unsigned want = code & 15u, have;
    predict(s, &step);
    octet = compress(adapt(s, &step, want), law);
    have = quantize(((law == GW_PCMA ? gw_alaw_decode(octet) : gw_ulaw_decode(octet)) >> 2) - step.se, step.y);
    want ^= 8; /* in this order of codes, larger is more positive */
    have ^= 8;
    if (have == want)
        return octet;
    return neighbour(octet, have < want, law);
}
