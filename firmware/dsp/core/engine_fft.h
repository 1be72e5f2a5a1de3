/* Complex transforms of 80, 160 and 320 points, for engine_body.h.
 *
 * 8 m points are 8 columns of m = 10, 20 or 40: first the columns side by side, a lane each, as
 * 2, 4 or 8 times 5; then, turned round, the rows of 8 side by side. Nothing is ever gathered.
 * All comes out at half its size: the turns between columns and rows are so.
 */

struct pair { /* re and im of some lanes */
    lanes r, i;
};

GW_INLINE struct pair times(struct pair a, lanes wr, lanes wi)
{
    struct pair p = {mls(a.r * wr, a.i, wi), mla(a.r * wi, a.i, wr)};
    return p;
}

GW_INLINE struct pair plus(struct pair a, struct pair b)
{
    struct pair p = {a.r + b.r, a.i + b.i};
    return p;
}

GW_INLINE struct pair minus(struct pair a, struct pair b)
{
    struct pair p = {a.r - b.r, a.i - b.i};
    return p;
}

GW_INLINE struct pair less_j(struct pair a, struct pair b) /* a - j b */
{
    struct pair p = {a.r + b.i, a.i - b.r};
    return p;
}

GW_INLINE struct pair plus_j(struct pair a, struct pair b)
{
    struct pair p = {a.r - b.i, a.i + b.r};
    return p;
}

GW_INLINE struct pair fetch(const float *re, const float *im, int at)
{
    struct pair p = {load(re + at), load(im + at)};
    return p;
}

GW_INLINE void put(float *re, float *im, int at, struct pair p)
{
    store(re + at, p.r);
    store(im + at, p.i);
}

GW_INLINE void dft4(struct pair a, struct pair b, struct pair c, struct pair d, struct pair *y)
{
    struct pair s = plus(a, c), t = plus(b, d), u = minus(a, c), v = minus(b, d);
    y[0] = plus(s, t);
    y[1] = less_j(u, v);
    y[2] = minus(s, t);
    y[3] = plus_j(u, v);
}

/* The same where the second half is nothing. */
GW_INLINE void dft4_early(struct pair a, struct pair b, struct pair *y)
{
    y[0] = plus(a, b);
    y[1] = less_j(a, b);
    y[2] = minus(a, b);
    y[3] = plus_j(a, b);
}

/* Transforms of the even and of the odd points become that of all. */
GW_INLINE void join8(const struct pair *e, const struct pair *o, struct pair *y)
{
    const lanes h = (lanes){0} + 0.707106781f;
    lanes p = o[1].r + o[1].i, q = o[1].i - o[1].r, s = o[3].i - o[3].r, t = o[3].r + o[3].i;
    y[0] = plus(e[0], o[0]);
    y[4] = minus(e[0], o[0]);
    y[1] = (struct pair){mla(e[1].r, p, h), mla(e[1].i, q, h)};
    y[5] = (struct pair){mls(e[1].r, p, h), mls(e[1].i, q, h)};
    y[2] = less_j(e[2], o[2]);
    y[6] = plus_j(e[2], o[2]);
    y[3] = (struct pair){mla(e[3].r, s, h), mls(e[3].i, t, h)};
    y[7] = (struct pair){mls(e[3].r, s, h), mla(e[3].i, t, h)};
}

/* Of 2, 4 or 8 points; if `early`, x holds the first half and the rest is nothing. */
GW_INLINE void dft(const struct pair *x, struct pair *y, int points, int early)
{
    struct pair e[4], o[4];
    if (points == 2) {
        y[0] = plus(x[0], x[1]);
        y[1] = minus(x[0], x[1]);
    } else if (points == 4 && early) {
        dft4_early(x[0], x[1], y);
    } else if (points == 4) {
        dft4(x[0], x[1], x[2], x[3], y);
    } else if (early) {
        dft4_early(x[0], x[2], e);
        dft4_early(x[1], x[3], o);
        join8(e, o, y);
    } else {
        dft4(x[0], x[2], x[4], x[6], e);
        dft4(x[1], x[3], x[5], x[7], o);
        join8(e, o, y);
    }
}

GW_INLINE void dft5(const struct pair *x, struct pair *y)
{
    const lanes one = {0}, c1 = one + 0.309016994f, c2 = one - 0.809016994f, s1 = one + 0.951056516f;
    const lanes s2 = one + 0.587785252f;
    struct pair a = plus(x[1], x[4]), b = plus(x[2], x[3]), c = minus(x[1], x[4]), d = minus(x[2], x[3]);
    struct pair e = {mla(mla(x[0].r, c1, a.r), c2, b.r), mla(mla(x[0].i, c1, a.i), c2, b.i)};
    struct pair f = {mla(mla(x[0].r, c2, a.r), c1, b.r), mla(mla(x[0].i, c2, a.i), c1, b.i)};
    struct pair g = {mla(s1 * c.r, s2, d.r), mla(s1 * c.i, s2, d.i)};
    struct pair h = {mls(s2 * c.r, s1, d.r), mls(s2 * c.i, s1, d.i)};
    y[0] = plus(x[0], plus(a, b));
    y[1] = less_j(e, g);
    y[4] = plus_j(e, g);
    y[2] = less_j(f, h);
    y[3] = plus_j(f, h);
}

/* Residue r of 5 of all columns: `parts` rows, five apart, to as many in (br, bi). */
GW_INLINE void residue(const float *xr, const float *xi, float *br, float *bi, int r, int parts, int early, int turns)
{
    int step = GW_TURN / (5 * parts), rows = early ? parts / 2 : parts, c, j;
    for (c = 0; c < 8; c += GW_LANES_WIDE) {
        struct pair x[8], y[8];
        lanes one = {0};
        for (j = 0; j < rows; j++)
            x[j] = fetch(xr, xi, 8 * (r + 5 * j) + c);
        dft(x, y, parts, early);
        for (j = 0; j < parts; j++) {
            int turn = r * j * step;
            put(br, bi, 8 * (r * parts + j) + c,
                turns && j ? times(y[j], one + GW_COS[turn], one + GW_COS[turn + 80]) : y[j]);
        }
    }
}

/* The five residues joined, and turned for the rows; `twist` holds 8 m cosines, then as many -sines.
 * One lane can go to its place among the rows at once. */
GW_INLINE void join(const float *br, const float *bi, const float *twist, float *yr, float *yi, int j, int parts)
{
    int c, k;
    for (c = 0; c < 8; c += GW_LANES_WIDE) {
        struct pair x[5], y[5];
        for (k = 0; k < 5; k++)
            x[k] = fetch(br, bi, 8 * (k * parts + j) + c);
        dft5(x, y);
        for (k = 0; k < 5; k++) {
            int row = j + parts * k, at = 8 * row + c;
            put(yr, yi, GW_LANES_WIDE == 1 ? 5 * parts * c + row : at,
                times(y[k], load(twist + at), load(twist + 40 * parts + at)));
        }
    }
}

/* All of 8 outputs, each a row of m, or the first half of them for a transform that runs backwards: with
 * the halves of the turns 1 / (4 m) makes up for its length. */
GW_INLINE void rows(const float *xr, const float *xi, float *yr, float *yi, int m, int count)
{
    const float scale = 0.25f / (float)m;
    int k, j;
    for (k = 0; k < m; k += GW_LANES_WIDE) {
        int at = k + GW_LANES_WIDE <= m ? k : m - GW_LANES_WIDE;
        struct pair x[8], y[8];
        for (j = 0; j < 8; j++)
            x[j] = fetch(xr, xi, at + j * m);
        dft(x, y, 8, 0);
        for (j = 0; j < count; j++)
            put(yr, yi, at + j * m, count == 8 ? y[j] : (struct pair){scale * y[j].r, scale * y[j].i});
    }
}

/* (xr, xi) of 40 * parts points, or the first half of them and then nothing, to `count` eighths of
 * (yr, yi); work holds four times as many floats. y may be x, work may not. */
GW_INLINE void transform(const float *xr, const float *xi, float *yr, float *yi, const float *twist, float *work,
                         int parts, int early, int count)
{
    int all = 40 * parts, j;
    float *tr = work + 2 * all, *ti = work + 3 * all;
    residue(xr, xi, work, work + all, 0, parts, early, 0);
    for (j = 1; j < 5; j++)
        residue(xr, xi, work, work + all, j, parts, early, 1);
    for (j = 0; j < parts; j++)
        join(work, work + all, twist, tr, ti, j, parts);
    if (GW_LANES_WIDE == 1) {
        rows(tr, ti, yr, yi, 5 * parts, count);
        return;
    }
    transpose8(tr, work, 5 * parts);
    transpose8(ti, work + all, 5 * parts);
    rows(work, work + all, yr, yi, 5 * parts, count);
}

#define TRANSFORM(name, parts, early, count)                                                                  \
    static GW_HOT void name(const float *xr, const float *xi, float *yr, float *yi, const float *twist, float *work) \
    {                                                                                                         \
        transform(xr, xi, yr, yi, twist, work, parts, early, count);                                          \
    }

TRANSFORM(transform_80, 2, 0, 8)
TRANSFORM(transform_160, 4, 0, 8)
TRANSFORM(early_160, 4, 1, 8)
TRANSFORM(early_320, 8, 1, 8)
TRANSFORM(half_160, 4, 0, 4)
TRANSFORM(half_320, 8, 0, 4)
