/* Real transforms of 160 and 320 points over a complex Stockham transform of half the size.
 *
 * Stockham's form needs no bit reversal and its inner loop runs over contiguous
 * memory. Twiddles come from one table of 320 steps, which 80 and 160 divide.
 */
#include "gw_internal.h"

struct span { /* one stage: `length` points are still to be split, in `stride` interleaved sequences */
    int length, stride;
};

static void radix2(const float *xr, const float *xi, float *yr, float *yi, struct span span)
{
    int m = span.length / 2, s = span.stride, p, q;
    for (p = 0; p < m; p++) {
        int turn = p * (GW_TURN / span.length);
        float wr = GW_COS[turn], wi = -gw_sin(turn);
        for (q = 0; q < s; q++) {
            int from = q + s * p, to = q + s * 2 * p;
            float dr = xr[from] - xr[from + s * m], di = xi[from] - xi[from + s * m];
            yr[to] = xr[from] + xr[from + s * m];
            yi[to] = xi[from] + xi[from + s * m];
            yr[to + s] = dr * wr - di * wi;
            yi[to + s] = dr * wi + di * wr;
        }
    }
}

static void radix4(const float *xr, const float *xi, float *yr, float *yi, struct span span)
{
    int m = span.length / 4, s = span.stride, p, q;
    for (p = 0; p < m; p++) {
        int turn = p * (GW_TURN / span.length);
        float w1r = GW_COS[turn], w1i = -gw_sin(turn);
        float w2r = GW_COS[2 * turn], w2i = -gw_sin(2 * turn);
        float w3r = GW_COS[3 * turn], w3i = -gw_sin(3 * turn);
        for (q = 0; q < s; q++) {
            int a = q + s * p, b = a + s * m, c = b + s * m, d = c + s * m, to = q + s * 4 * p;
            float sr = xr[a] + xr[c], si = xi[a] + xi[c], tr = xr[b] + xr[d], ti = xi[b] + xi[d];
            float ur = xr[a] - xr[c], ui = xi[a] - xi[c], vr = xi[b] - xi[d], vi = xr[d] - xr[b];
            float r1 = ur + vr, i1 = ui + vi, r2 = sr - tr, i2 = si - ti, r3 = ur - vr, i3 = ui - vi;
            yr[to] = sr + tr;
            yi[to] = si + ti;
            yr[to + s] = r1 * w1r - i1 * w1i;
            yi[to + s] = r1 * w1i + i1 * w1r;
            yr[to + 2 * s] = r2 * w2r - i2 * w2i;
            yi[to + 2 * s] = r2 * w2i + i2 * w2r;
            yr[to + 3 * s] = r3 * w3r - i3 * w3i;
            yi[to + 3 * s] = r3 * w3i + i3 * w3r;
        }
    }
}

/* The last stage: one split of five, without twiddles. */
static void radix5(const float *xr, const float *xi, float *yr, float *yi, int s)
{
    const float c1 = 0.309016994f, c2 = -0.809016994f, s1 = 0.951056516f, s2 = 0.587785252f;
    int q;
    for (q = 0; q < s; q++) {
        float ar = xr[q + s] + xr[q + 4 * s], ai = xi[q + s] + xi[q + 4 * s];
        float br = xr[q + 2 * s] + xr[q + 3 * s], bi = xi[q + 2 * s] + xi[q + 3 * s];
        float cr = xr[q + s] - xr[q + 4 * s], ci = xi[q + s] - xi[q + 4 * s];
        float dr = xr[q + 2 * s] - xr[q + 3 * s], di = xi[q + 2 * s] - xi[q + 3 * s];
        float er = xr[q] + c1 * ar + c2 * br, ei = xi[q] + c1 * ai + c2 * bi;
        float fr = xr[q] + c2 * ar + c1 * br, fi = xi[q] + c2 * ai + c1 * bi;
        float gr = s1 * cr + s2 * dr, gi = s1 * ci + s2 * di;
        float hr = s2 * cr - s1 * dr, hi = s2 * ci - s1 * di;
        yr[q] = xr[q] + ar + br;
        yi[q] = xi[q] + ai + bi;
        yr[q + s] = er + gi;
        yi[q + s] = ei - gr;
        yr[q + 2 * s] = fr + hi;
        yi[q + 2 * s] = fi - hr;
        yr[q + 3 * s] = fr - hi;
        yi[q + 3 * s] = fi + hr;
        yr[q + 4 * s] = er - gi;
        yi[q + 4 * s] = ei + gr;
    }
}

/* n = 80: 4 4 5; n = 160: 4 4 2 5. Input in (ar, ai), which is overwritten; output in (br, bi). */
static void complex_fft(float *ar, float *ai, float *br, float *bi, int n)
{
    struct span span = {n, 1};
    radix4(ar, ai, br, bi, span);
    span.length /= 4;
    span.stride *= 4;
    radix4(br, bi, ar, ai, span);
    span.stride *= 4;
    if (n == 80) {
        radix5(ar, ai, br, bi, span.stride);
        return;
    }
    span.length /= 4;
    radix2(ar, ai, br, bi, span);
    memcpy(ar, br, (size_t)n * sizeof *ar);
    memcpy(ai, bi, (size_t)n * sizeof *ai);
    radix5(ar, ai, br, bi, span.stride * 2);
}

void gw_fft(const float *time, float *re, float *im, int n, float *scratch)
{
    float *ar = scratch, *ai = ar + n, *zr = ai + n, *zi = zr + n;
    int step = GW_TURN / (2 * n), k;
    for (k = 0; k < n; k++) {
        ar[k] = time[2 * k];
        ai[k] = time[2 * k + 1];
    }
    complex_fft(ar, ai, zr, zi, n);
    re[0] = zr[0] + zi[0];
    re[n] = zr[0] - zi[0];
    im[0] = im[n] = 0.0f;
    for (k = 1; k < n; k++) { /* even and odd samples apart, then joined */
        float er = 0.5f * (zr[k] + zr[n - k]), ei = 0.5f * (zi[k] - zi[n - k]);
        float or = 0.5f * (zi[k] + zi[n - k]), oi = 0.5f * (zr[n - k] - zr[k]);
        float wr = GW_COS[k * step], wi = -gw_sin(k * step);
        re[k] = er + or * wr - oi * wi;
        im[k] = ei + or * wi + oi * wr;
    }
}

void gw_ifft(const float *re, const float *im, float *time, int n, float *scratch)
{
    float *ar = scratch, *ai = ar + n, *zr = ai + n, *zi = zr + n;
    float scale = 0.5f / (float)n;
    int step = GW_TURN / (2 * n), k;
    for (k = 0; k < n; k++) {
        float er = re[k] + re[n - k], ei = im[k] - im[n - k];
        float dr = re[k] - re[n - k], di = im[k] + im[n - k];
        float wr = GW_COS[k * step], wi = gw_sin(k * step);
        float or = dr * wr - di * wi, oi = dr * wi + di * wr;
        ai[k] = scale * (er - oi); /* parts swapped: a forward transform then runs backwards */
        ar[k] = scale * (ei + or);
    }
    complex_fft(ar, ai, zr, zi, n);
    for (k = 0; k < n; k++) {
        time[2 * k] = zi[k];
        time[2 * k + 1] = zr[k];
    }
}
