/* Test signals of integers: speech-like noise, its echo, and what canceller tests are made of. */
#include "golden.h"

struct voice {
    uint32_t seed, loudness, pitch;
    int32_t low;
};

struct tap {
    int delay, gain; /* samples; 1/256 */
};

static const struct tap PATHS[2][5] = {
    {{13, 90}, {29, -60}, {61, 40}, {200, -18}, {517, 9}},
    {{4, -50}, {33, 70}, {90, -44}, {240, 20}, {400, 7}},
};

uint32_t scene_random(uint32_t *seed) /* Marsaglia's xorshift, 13 17 5 */
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static int16_t clip(int32_t value)
{
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

/* Syllables of 120 ms: noise and pulses of one pitch under a low-pass, some of them silent. */
static int16_t speak(struct voice *voice, int at)
{
    int32_t in;
    if (at % 960 == 0) {
        uint32_t dice = scene_random(&voice->seed);
        voice->loudness = dice & 7;
        voice->pitch = 40 + (dice >> 8 & 63);
    }
    in = (int32_t)(scene_random(&voice->seed) >> 17) - 16384;
    if ((uint32_t)at % voice->pitch == 0)
        in += 24000;
    voice->low += (in - voice->low) >> 1;
    return clip(voice->low * (int32_t)voice->loudness >> 3);
}

static int16_t far_at(int at, int16_t spoken)
{
    if (at >= 12000 && at < 14000) /* a tone of 1 kHz */
        return at & 4 ? 8000 : -8000;
    if (at >= 16000 && at < 17600)
        return 0;
    if (at >= 17600 && at < 18400) /* a square wave at full scale */
        return at / 37 % 2 ? 32767 : -32768;
    return spoken;
}

static int32_t echo_at(const int16_t *far, int at)
{
    const struct tap *path = PATHS[at >= 14000];
    int32_t sum = 0;
    int i;
    for (i = 0; i < 5; i++)
        if (at >= path[i].delay)
            sum += path[i].gain * far[at - path[i].delay];
    return sum >> 8;
}

void scene_make(struct scene *scene)
{
    struct voice one = {1, 0, 1, 0}, other = {2463534242u, 0, 1, 0};
    uint32_t noise = 7;
    int at;
    for (at = 0; at < SCENE; at++) {
        int32_t near;
        scene->far[at] = far_at(at, speak(&one, at));
        scene->voice[at] = speak(&other, at);
        near = echo_at(scene->far, at) + (int32_t)(scene_random(&noise) & 31) - 16;
        if (at >= 8000 && at < 11000) /* double talk */
            near += scene->voice[at] >> 1;
        if (at >= 18400) /* and the near end at full scale */
            near += scene->voice[at] * 4;
        scene->near[at] = clip(near);
    }
}
