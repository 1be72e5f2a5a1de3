/* The suppressor's hot loops: a curve of gains becomes a symmetric filter, and that filters.
 *
 * Of a symmetric filter of 2 half + 1 taps only taps 0 (the middle) .. half are kept, so that each
 * multiplies the sum of two samples. For as many lanes as the including file says (engine_body.h).
 */
#ifndef GW_ENGINE_FILTER_H
#define GW_ENGINE_FILTER_H

/* Sums at a time: enough to hide how long an addition takes, and 40 samples are a multiple of it at any width. */
#define GW_TOGETHER 5

GW_INLINE lanes both_sides(const float *middle, int k)
{
    return load(middle - k) + load(middle + k);
}

/* out[i] = taps on line[i] .. line[i + 2 half]. */
static GW_HOT void filter(const float *line, const float *taps, int half, float *out, int samples)
{
    int i, j, k;
    for (i = 0; i < samples; i += GW_TOGETHER * GW_LANES_WIDE) {
        const float *middle = line + half + i;
        lanes sum[GW_TOGETHER];
        for (j = 0; j < GW_TOGETHER; j++)
            sum[j] = taps[0] * load(middle + j * GW_LANES_WIDE);
        for (k = 1; k <= half; k++)
            for (j = 0; j < GW_TOGETHER; j++)
                sum[j] = mla(sum[j], both_sides(middle + j * GW_LANES_WIDE, k), (lanes){0} + taps[k]);
        for (j = 0; j < GW_TOGETHER; j++)
            store(out + i + j * GW_LANES_WIDE, sum[j]);
    }
}

/* The same with taps that change from sample to sample, by `change` in all. */
static GW_HOT void fade(const float *line, const float *taps, const float *change, int half, float *out, int samples)
{
    static const float COUNT[8] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f};
    float step = 1.0f / (float)samples;
    int i, j, k;
    for (i = 0; i < samples; i += GW_TOGETHER * GW_LANES_WIDE) {
        const float *middle = line + half + i;
        lanes sum[GW_TOGETHER], more[GW_TOGETHER];
        for (j = 0; j < GW_TOGETHER; j++) {
            sum[j] = taps[0] * load(middle + j * GW_LANES_WIDE);
            more[j] = change[0] * load(middle + j * GW_LANES_WIDE);
        }
        for (k = 1; k <= half; k++)
            for (j = 0; j < GW_TOGETHER; j++) {
                lanes sides = both_sides(middle + j * GW_LANES_WIDE, k);
                sum[j] = mla(sum[j], sides, (lanes){0} + taps[k]);
                more[j] = mla(more[j], sides, (lanes){0} + change[k]);
            }
        for (j = 0; j < GW_TOGETHER; j++) {
            int at = i + j * GW_LANES_WIDE;
            store(out + at, sum[j] + step * (load(COUNT) + (float)at) * more[j]);
        }
    }
}

/* Sums of curve[first], curve[first + 2], .. curve[last] times cosines of 0, 2, 4, .. times an angle, by Clenshaw's
 * recurrence; `twice` is the cosine of the double angle, twice. Gives the last two terms of it. */
GW_INLINE void cosines(const float *curve, int first, int last, lanes twice, lanes term[2])
{
    lanes before = {0}, now = {0};
    int k;
    for (k = last; k >= first; k -= 2) {
        lanes next = curve[k] + (twice * now - before);
        before = now;
        now = next;
    }
    term[0] = now;
    term[1] = before;
}

/* taps[t] = sum of curve[k] cos(pi t k / half), t = 0 .. half, both ends of the curve halved by the caller; half is 8,
 * 16 or 32. Even and odd k are summed apart: t and half - t differ in the sign of the odd. */
static GW_HOT void shape(const float *curve, const float *cosine, int half, float *taps)
{
    float middle = 0.0f, sign = 1.0f, far[GW_POINTS_MAX];
    int t, k, wide = half / 2;
    for (t = 0; t < wide; t += GW_LANES_WIDE) {
        lanes c = load(cosine + t), twice = 4.0f * c * c - 2.0f, term[2], even, odd;
        cosines(curve, 0, half, twice, term);
        even = term[0] - 0.5f * twice * term[1];
        cosines(curve, 1, half - 1, twice, term);
        odd = (term[0] - term[1]) * c;
        store(taps + t, even + odd);
        store(far + t, even - odd);
    }
    for (k = 0; k <= half; k += 2) {
        middle += sign * curve[k];
        sign = -sign;
    }
    taps[wide] = middle;
    for (t = 0; t < wide; t++)
        taps[half - t] = far[t];
}

#endif
