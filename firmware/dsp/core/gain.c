/* Gain in decibels, changed without a click. */
#include "gw_internal.h"

/* 2^x for |x| < 100: the whole part into the exponent, the rest by a polynomial (error below 2e-6). */
static float power_of_2(float x)
{
    int32_t whole = (int32_t)(x < 0.0f ? x - 0.5f : x + 0.5f);
    float f = (x - (float)whole) * 0.69314718f;
    float y = 1.0f + f * (1.0f + f * (0.5f + f * (0.166666667f + f * (0.0416666667f + f * 0.00833333333f))));
    return y * gw_from_bits((uint32_t)(whole + 127) << 23);
}

float gw_from_decibel(float decibel)
{
    float least = -300.0f, most = 60.0f;
    if (!(decibel > least)) /* NaN too */
        return 0.0f;
    return power_of_2((decibel < most ? decibel : most) * 0.166096405f);
}

void gw_gain_init(struct gw_gain *gain, float decibel)
{
    gain->factor = gain->target = gw_from_decibel(decibel);
}

void gw_gain_set(struct gw_gain *gain, float decibel)
{
    gain->target = gw_from_decibel(decibel);
}

void gw_gain_run(struct gw_gain *gain, int16_t *pcm, size_t samples)
{
    size_t i;
    if (samples == 0 || (gain->factor == 1.0f && gain->target == 1.0f))
        return;
    float step = (gain->target - gain->factor) / (float)samples;
    for (i = 0; i < samples; i++)
        pcm[i] = gw_to_sample((float)pcm[i] * (gain->factor + step * (float)(i + 1)));
    gain->factor = gain->target;
}
