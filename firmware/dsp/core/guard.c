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

/* Share of all power that is in the two strongest places. 0 where the sum of squares shows that
 * it is small: ten bins with that share of the total have at least a tenth of its square. */
static float narrowness(float *power, int bins, float total, float squares)
{
    float peaks;
    int at;
    if (10.0f * squares < NARROW_SHARE * NARROW_SHARE * total * total)
        return 0.0f;
    peaks = strongest(power, bins, &at);
    erase_peak(power, bins, at);
    return (peaks + strongest(power, bins, &at)) / total;
}

/* A tone or two excite a few bins only: to learn from them would spoil all others. A block that is
 * nothing else is not learnt from even before that is sure. */
int gw_far_is_narrow(struct gw_ec *ec)
{
    int newest = gw_slot(ec, 0);
    float squares, total = ec->engine.powers(ec, ec->x.re + newest, ec->x.im + newest, ec->q.re, &squares), share;
    if (total < 1e4f * (float)(ec->n * ec->n)) { /* too quiet to teach anything: the state stays */
        ec->narrow -= ec->narrow > 0 && ec->narrow < GW_NARROW_BLOCKS;
        return ec->narrow >= GW_NARROW_BLOCKS;
    }
    share = narrowness(ec->q.re, ec->bins, total, squares);
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
