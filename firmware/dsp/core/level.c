/* Level meter. */
#include "gw_internal.h"

/* A full-scale sine, 32768^2 / 2, is +3.14 dBm0. */
#define ZERO_DBM0 (536870912.0f / 2.06062991f)

void gw_level_init(struct gw_level *level)
{
    level->power = 0.0f;
}

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
/* Two samples in one go. */
static inline int64_t two_squares(const int16_t *pcm, int64_t sum)
{
    uint32_t low = (uint32_t)sum, high = (uint32_t)(sum >> 32), pair;
    __builtin_memcpy(&pair, pcm, sizeof pair);
    __asm__("smlald %[low], %[high], %[pair], %[pair]" : [low] "+r"(low), [high] "+r"(high) : [pair] "r"(pair));
    return (int64_t)((uint64_t)high << 32 | low);
}
#else
static inline int64_t two_squares(const int16_t *pcm, int64_t sum)
{
    sum += pcm[0] * pcm[0];
    return sum + pcm[1] * pcm[1];
}
#endif

/* In whole numbers, and by eights: what a sample costs is mostly the counting. */
float gw_energy(const int16_t *pcm, size_t samples)
{
    int64_t sum = 0;
    size_t i;
    for (i = 0; i + 8 <= samples; i += 8) {
        sum = two_squares(pcm + i, sum);
        sum = two_squares(pcm + i + 2, sum);
        sum = two_squares(pcm + i + 4, sum);
        sum = two_squares(pcm + i + 6, sum);
    }
    for (; i < samples; i++)
        sum += pcm[i] * pcm[i];
    return (float)(uint32_t)(sum >> 32) * 4294967296.0f + (float)(uint32_t)sum;
}

void gw_level_add(struct gw_level *level, const int16_t *pcm, size_t samples)
{
    float share = (float)samples / 640.0f;
    if (samples == 0)
        return;
    if (share > 1.0f)
        share = 1.0f;
    level->power += share * (gw_energy(pcm, samples) / (float)samples - level->power);
    if (level->power < 1e-3f)
        level->power = 0.0f;
}

float gw_level_dbm0(const struct gw_level *level)
{
    float dbm0 = gw_decibel(level->power / ZERO_DBM0);
    return dbm0 < GW_SILENCE_DBM0 ? GW_SILENCE_DBM0 : dbm0;
}
