/* Level meter. */
#include "gw_internal.h"

/* A full-scale sine, 32768^2 / 2, is +3.14 dBm0. */
#define ZERO_DBM0 (536870912.0f / 2.06062991f)

void gw_level_init(struct gw_level *level)
{
    level->power = 0.0f;
}

/* Eight sums side by side, so that they fit any registers. */
static float energy(const int16_t *pcm, size_t samples)
{
    float sum[8] = {0.0f};
    size_t i, k;
    for (i = 0; i + 8 <= samples; i += 8)
        for (k = 0; k < 8; k++)
            sum[k] += (float)pcm[i + k] * (float)pcm[i + k];
    for (k = 0; i + k < samples; k++)
        sum[k] += (float)pcm[i + k] * (float)pcm[i + k];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

void gw_level_add(struct gw_level *level, const int16_t *pcm, size_t samples)
{
    float share = (float)samples / 640.0f;
    if (samples == 0)
        return;
    if (share > 1.0f)
        share = 1.0f;
    level->power += share * (energy(pcm, samples) / (float)samples - level->power);
    if (level->power < 1e-3f)
        level->power = 0.0f;
}

float gw_level_dbm0(const struct gw_level *level)
{
    float dbm0 = gw_decibel(level->power / ZERO_DBM0);
    return dbm0 < GW_SILENCE_DBM0 ? GW_SILENCE_DBM0 : dbm0;
}
