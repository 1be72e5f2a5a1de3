/* What must not teach the filter, and when it must forget. */
#include "canceller.h"

#define NARROW_SHARE 0.95f /* of the power in two peaks of five bins each */
#define PURE_SHARE 0.995f
#define AUDIBLE 64.0f /* mean square, -62 dBm0 */

/* Power of the strongest bin and its two neighbours on either side; *at becomes that bin. */
static float strongest(const float *power, int bins, int *at)
{
    float most = 0.0f, sum = 0.0f;
    int f;
    *at = 0;
    for (f = 0; f < bins; f++)
        if (power[f] > most) {
            most = power[f];
            *at = f;
        }
    for (f = *at - 2; f <= *at + 2; f++)
        if (f >= 0 && f < bins)
            sum += power[f];
    return sum;
}

static void erase_peak(float *power, int bins, int at)
{
    int f;
    for (f = at - 2; f <= at + 2; f++)
        if (f >= 0 && f < bins)
            power[f] = 0.0f;
}

/* Powers of the far spectrum through a Hann window, and their sum. The newer block comes first in it: the window has
 * its top where time goes on from the end to the beginning, and its bottom in the middle, where it does not. Without
 * it a tone between two bins would leave some hundredths of its power far from them, and would not look like one. */
static float window(const struct gw_ec *ec, float *power)
{
    const float *re = ec->e.re, *im = ec->e.im;
    int n = ec->n, f;
    float total = 0.0f;
    power[0] = (re[0] + re[1]) * (re[0] + re[1]);
    power[n] = (re[n] + re[n - 1]) * (re[n] + re[n - 1]);
    for (f = 1; f < n; f++) {
        float r = re[f] + 0.5f * (re[f - 1] + re[f + 1]), i = im[f] + 0.5f * (im[f - 1] + im[f + 1]);
        power[f] = r * r + i * i;
    }
    for (f = 0; f <= n; f++)
        total += power[f];
    return total;
}

/* Share of all power that is in the two strongest places. 0 where the sum of squares shows that it is small: two
 * tones, both between two bins and without a window, still have a sixth of the square of the total in it. */
static float narrowness(const struct gw_ec *ec, float *power)
{
    float peaks, total = ec->far_sum;
    int bins = ec->bins, at;
    if (8.0f * ec->far_squares < total * total)
        return 0.0f;
    total = window(ec, power);
    peaks = strongest(power, bins, &at);
    erase_peak(power, bins, at);
    return (peaks + strongest(power, bins, &at)) / total;
}

/* A tone or two excite a few bins only: to learn from them would spoil all others. A block that is
 * nothing else is not learnt from even before that is sure. Its powers are in q.re, and do not stay. */
int gw_far_is_narrow(struct gw_ec *ec)
{
    float share;
    if (ec->far_sum < 1e4f * (float)(ec->n * ec->n)) { /* too quiet to teach anything: the state stays */
        ec->narrow -= ec->narrow > 0 && ec->narrow < GW_NARROW_BLOCKS;
        return ec->narrow >= GW_NARROW_BLOCKS;
    }
    share = narrowness(ec, ec->q.re);
    ec->narrow = share > NARROW_SHARE ? ec->narrow + 1 : 0;
    if (ec->narrow > 2 * GW_NARROW_BLOCKS)
        ec->narrow = 2 * GW_NARROW_BLOCKS;
    return ec->narrow >= GW_NARROW_BLOCKS || share > PURE_SHARE;
}

/* The filter has added more than it took away for a fifth of a second: the path is gone, or
 * was never that. A single block proves nothing: in a pause the tail of an unfinished filter
 * is all there is. */
int gw_path_is_open(struct gw_ec *ec, float near, float error)
{
    float slack = 4.0f * (float)ec->n;
    ec->long_near += 0.05f * (near - ec->long_near) + 1e-6f;
    ec->long_error += 0.05f * (error - ec->long_error) + 1e-6f;
    if (ec->long_error < 2.0f * ec->long_near + slack)
        return 0;
    ec->long_error = ec->long_near;
    return 1;
}

/* What is heard: near less echo, or near alone where the echo would clearly be worse. The
 * share moves over 2 ms, so that nothing clicks. */
void gw_blend(struct gw_ec *ec, float near, float error, float *out)
{
    float to = error > 2.0f * near + AUDIBLE * (float)ec->n ? 0.0f : 1.0f;
    float step = (to - ec->share) / (float)(ec->n / 5);
    int i = 0;
    for (; ec->share != to && i < ec->n / 5; i++) {
        ec->share += step;
        out[i] = ec->near[i] - ec->share * ec->echo[i];
    }
    ec->share = to;
    for (; i < ec->n; i++)
        out[i] = ec->near[i] - to * ec->echo[i];
}
