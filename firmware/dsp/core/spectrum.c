/* The tones that the detectors look for: Hann windows of 20 ms, one each 10 ms.
 *
 * Its sidelobes keep the two groups of DTMF apart, and a tone of 40 ms fills two
 * windows wherever it begins. The angle that a tone's phasor turns from one window
 * to the next tells its frequency far more exactly than its power does.
 */
#include "gw_internal.h"

#define SILENT 2605.0f  /* mean square at -50 dBm0: such frames count as nothing */
#define POWER (2.0f / 6400.0f) /* mean square of a sine from its |phasor|^2: the window's sum is 80 */
#define TOTAL (1.0f / 60.0f)   /* of anything: the sum of the window's squares */

/* 697 770 852 941 1209 1336 1477 1633 425 1100 2100 Hz, and an idle lane. */
static const float TWO_COS[GW_TONE_LANES] = {1.7077378f, 1.64528108f, 1.56868696f, 1.47820461f, 1.16410398f,
                                             0.996370196f, 0.798618376f, 0.568532705f, 1.88961208f, 1.29889607f, -0.156918198f, 2.0f};
static const float SIN[GW_TONE_LANES] = {0.520488143f, 0.568561852f, 0.620326757f, 0.673593223f, 0.813151538f,
                                         0.867070675f, 0.916816294f, 0.95874536f, 0.327630192f, 0.760405958f, 0.996917307f, 0.0f};
/* Their rotation in 10 ms, backwards. */
static const float TURN_RE[GW_TONE_LANES] = {0.982287228f, -0.309017003f, -0.992114723f, -0.844327927f, 0.844327927f,
                                             -0.637423992f, 0.125333235f, -0.481753677f, 0.0f, 1.0f, 1.0f, 1.0f};
static const float TURN_IM[GW_TONE_LANES] = {0.187381312f, 0.95105654f, 0.125333235f, -0.535826802f, -0.535826802f,
                                             -0.770513237f, 0.992114723f, -0.876306653f, -1.0f, 0.0f, 0.0f, 0.0f};
/* Cosine of the largest rotation: 2.1 % of a DTMF frequency, 30, 45 and 30 Hz of the others. */
static const float LEAST_COSINE[GW_TONE_LANES] = {0.606083f, 0.526778f, 0.431909f, 0.323263f,
                                                  -0.024439f, -0.190836f, -0.369117f, -0.551279f,
                                                  -0.309017003f, -0.95105654f, -0.309017003f, 1.0f};

/* Of the first eight, 1.8 % below and above. */
static const float TWO_COS_BESIDE[2][8] = {
    {1.71791211f, 1.65756161f, 1.58351634f, 1.49599496f,
     1.19172914f, 1.02894372f, 0.836728857f, 0.612644456f},
    {1.6973977f, 1.63280551f, 1.55363005f, 1.46015258f,
     1.13613884f, 0.963441276f, 0.760159738f, 0.524117964f}};
#define WITHIN 1.17f /* times that: 2.1 % */

/* One step of all resonators (Goertzel). */
static void resonate(float *restrict a, float *restrict b, float x)
{
    int lane;
    GW_EACH_BIN
    for (lane = 0; lane < GW_TONE_LANES; lane++) {
        float next = TWO_COS[lane] * a[lane] - b[lane] + x;
        b[lane] = a[lane];
        a[lane] = next;
    }
}

/* The window that this frame completes, and the one that it begins. */
static void transform(struct gw_spectrum *s, const int16_t *pcm)
{
    float a[GW_TONE_LANES], b[GW_TONE_LANES], c[GW_TONE_LANES] = {0}, d[GW_TONE_LANES] = {0};
    float rising = 0.0f, falling = 0.0f;
    int n;
    memcpy(a, s->now[0], sizeof a);
    memcpy(b, s->before[0], sizeof b);
    for (n = 0; n < GW_FRAME; n++) {
        float x = (float)pcm[n], weight = 0.5f - 0.5f * GW_COS[2 * n + 1];
        float up = x * weight, down = x - up;
        resonate(a, b, down);
        resonate(c, d, up);
        rising += up * up;
        falling += down * down;
    }
    memcpy(s->now[0], c, sizeof c);
    memcpy(s->before[0], d, sizeof d);
    memcpy(s->now[1], a, sizeof a);
    memcpy(s->before[1], b, sizeof b);
    s->total = TOTAL * (s->rising + falling);
    s->rising = rising;
}

static void measure(struct gw_spectrum *s)
{
    float *re = s->re[s->newest], *im = s->im[s->newest];
    int lane;
    for (lane = 0; lane < GW_TONE_LANES; lane++) {
        re[lane] = s->now[1][lane] - 0.5f * TWO_COS[lane] * s->before[1][lane];
        im[lane] = SIN[lane] * s->before[1][lane];
        s->power[lane] = POWER * (re[lane] * re[lane] + im[lane] * im[lane]);
    }
}

static void be_silent(struct gw_spectrum *s)
{
    memset(s->now, 0, sizeof s->now);
    memset(s->before, 0, sizeof s->before);
    memset(s->re[s->newest], 0, sizeof s->re[0]);
    memset(s->im[s->newest], 0, sizeof s->im[0]);
    memset(s->power, 0, sizeof s->power);
    s->total = s->rising = 0.0f;
}

void gw_spectrum_frame(struct gw_spectrum *s, const int16_t pcm[GW_FRAME])
{
    s->frame[2] = s->frame[1];
    s->frame[1] = s->frame[0];
    s->frame[0] = gw_energy(pcm, GW_FRAME) / (float)GW_FRAME;
    s->newest = s->newest < 4 ? s->newest + 1 : 0;
    memcpy(s->past, s->last, sizeof s->past);
    memcpy(s->last, pcm, sizeof s->last);
    if (s->frame[0] < SILENT && s->frame[1] < SILENT) {
        be_silent(s);
        return;
    }
    transform(s, pcm);
    measure(s);
}

float gw_spectrum_cosine(const struct gw_spectrum *s, int lane)
{
    int now = s->newest, past = now ? now - 1 : 4;
    float re = s->re[now][lane] * s->re[past][lane] + s->im[now][lane] * s->im[past][lane];
    float im = s->im[now][lane] * s->re[past][lane] - s->re[now][lane] * s->im[past][lane];
    float size = gw_sqrt(re * re + im * im);
    return size < 1.0f ? -2.0f : (re * TURN_RE[lane] - im * TURN_IM[lane]) / size;
}

int gw_spectrum_in_tune(int lane, float cosine)
{
    return cosine >= LEAST_COSINE[lane];
}

float gw_spectrum_power(const struct gw_spectrum *s, int lane, float cosine)
{
    float u = 1.0f - cosine; /* the window's loss as a polynomial of it, within 5 % up to 42 Hz */
    return s->power[lane] * (1.0f + u * (0.384012f + u * (u * 0.258991f - 0.272166f)));
}

/* As `power`, at another frequency, dB. */
static float level_beside(const struct gw_spectrum *s, float two_cos)
{
    float a = 0.0f, b = 0.0f;
    int n;
    for (n = 0; n < 2 * GW_FRAME; n++) {
        float weight = 0.5f - 0.5f * GW_COS[2 * n + 1];
        float next = two_cos * a - b + weight * (float)(n < GW_FRAME ? s->past[n] : s->last[n - GW_FRAME]);
        b = a;
        a = next;
    }
    return gw_decibel(1.0f + POWER * (a * a + b * b - two_cos * a * b));
}

/* The top of a parabola through three levels. */
float gw_spectrum_tuned(const struct gw_spectrum *s, int lane)
{
    float below = level_beside(s, TWO_COS_BESIDE[0][lane]), above = level_beside(s, TWO_COS_BESIDE[1][lane]);
    float bend = 2.0f * gw_decibel(1.0f + s->power[lane]) - below - above, slope = above - below;
    if (bend <= 0.1f || slope > 2.0f * WITHIN * bend || slope < -2.0f * WITHIN * bend)
        return 0.0f;
    return s->power[lane] * gw_from_decibel(0.25f * slope * slope / bend); /* twice the dB: it gives amplitudes */
}

int gw_spectrum_alone(const struct gw_spectrum *s, int lane, float least)
{
    float cosine = gw_spectrum_cosine(s, lane), power;
    if (!gw_spectrum_in_tune(lane, cosine))
        return 0;
    power = gw_spectrum_power(s, lane, cosine);
    return power >= least && power >= 0.75f * s->total;
}

void gw_presence_add(struct gw_presence *p, int there, int bridge)
{
    if (there) {
        p->on += 1 + p->bad;
        p->bad = p->off = 0;
    } else if (p->on && p->bad < bridge) {
        p->bad++;
    } else {
        p->off += 1 + p->bad;
        p->on = p->bad = 0;
    }
    if (p->on > 1 << 20)
        p->on = 1 << 20;
    if (p->off > 1 << 20)
        p->off = 1 << 20;
}
