/* Level meter. */
#include "gw_internal.h"

/* A full-scale sine, 32768^2 / 2, is +3.14 dBm0. */
#define ZERO_DBM0 (536870912.0f / 2.06062991f)

void gw_level_init(struct gw_level *level)
{
    level->power = 0.0f;
}

void gw_level_add(struct gw_level *level, const int16_t *pcm, size_t samples)
{
    float sum = 0.0f, share = (float)samples / 640.0f;
    size_t i;
    if (samples == 0)
        return;
    for (i = 0; i < samples; i++)
        sum += (float)pcm[i] * (float)pcm[i];
    if (share > 1.0f)
        share = 1.0f;
    level->power += share * (sum / (float)samples - level->power);
    if (level->power < 1e-3f)
        level->power = 0.0f;
}

float gw_level_dbm0(const struct gw_level *level)
{
    float dbm0 = gw_decibel(level->power / ZERO_DBM0);
    return dbm0 < GW_SILENCE_DBM0 ? GW_SILENCE_DBM0 : dbm0;
}
