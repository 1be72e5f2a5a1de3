/* Two real transforms of 2n points in one complex one of as many, for engine_body.h.
 *
 * 2n = 8 m points are 8 columns of m = 20 or 40: first the columns side by side, a lane each, as
 * 4 (or 8) times 5; then, turned round, the rows of 8 side by side. Nothing is ever gathered.
 */

struct pair { /* re and im of some lanes */
    lanes r, i;
};

GW_INLINE struct pair times(struct pair a, lanes wr, lanes wi)
{
    struct pair p = {a.r * wr - a.i * wi, a.r * wi + a.i * wr};
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

GW_INLINE struct pair turned(struct pair a) /* by -j */
{
    struct pair p = {a.i, -a.r};
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
    struct pair s = plus(a, c), t = plus(b, d), u = minus(a, c), v = turned(minus(b, d));
    y[0] = plus(s, t);
    y[1] = plus(u, v);
    y[2] = minus(s, t);
    y[3] = minus(u, v);
}

GW_INLINE void dft8(const struct pair *x, struct pair *y)
{
    const float h = 0.707106781f;
    struct pair e[4], o[4], p, q;
    dft4(x[0], x[2], x[4], x[6], e);
    dft4(x[1], x[3], x[5], x[7], o);
    p.r = (o[1].r + o[1].i) * h;
    p.i = (o[1].i - o[1].r) * h;
    q.r = (o[3].i - o[3].r) * h;
    q.i = -(o[3].r + o[3].i) * h;
    y[0] = plus(e[0], o[0]);
    y[4] = minus(e[0], o[0]);
    y[1] = plus(e[1], p);
    y[5] = minus(e[1], p);
    y[2] = plus(e[2], turned(o[2]));
    y[6] = minus(e[2], turned(o[2]));
    y[3] = plus(e[3], q);
    y[7] = minus(e[3], q);
}

GW_INLINE void dft5(const struct pair *x, struct pair *y)
{
    const float c1 = 0.309016994f, c2 = -0.809016994f, s1 = 0.951056516f, s2 = 0.587785252f;
    struct pair a = plus(x[1], x[4]), b = plus(x[2], x[3]), c = minus(x[1], x[4]), d = minus(x[2], x[3]);
    struct pair e = {x[0].r + c1 * a.r + c2 * b.r, x[0].i + c1 * a.i + c2 * b.i};
    struct pair f = {x[0].r + c2 * a.r + c1 * b.r, x[0].i + c2 * a.i + c1 * b.i};
    struct pair g = {s1 * c.i + s2 * d.i, -(s1 * c.r + s2 * d.r)};
    struct pair h = {s2 * c.i - s1 * d.i, -(s2 * c.r - s1 * d.r)};
    y[0] = plus(x[0], plus(a, b));
    y[1] = plus(e, g);
    y[4] = minus(e, g);
    y[2] = plus(f, h);
    y[3] = minus(f, h);
}

/* Column c, residue r of 5: `parts` = 4 or 8 rows, five apart, to as many in (br, bi). */
GW_INLINE void fifth(const float *xr, const float *xi, float *br, float *bi, int r, int parts)
{
    struct pair x[8], y[8];
    int j, step = GW_TURN / (5 * parts);
    for (j = 0; j < parts; j++)
        x[j] = fetch(xr, xi, 8 * (r + 5 * j));
    if (parts == 4)
        dft4(x[0], x[1], x[2], x[3], y);
    else
        dft8(x, y);
    for (j = 0; j < parts; j++) {
        int turn = r * j * step;
        lanes one = {0};
        put(br, bi, 8 * (r * parts + j), turn ? times(y[j], one + GW_COS[turn], one - gw_sin(turn)) : y[j]);
    }
}

/* The five residues joined, and turned for the rows: `twist` holds 8 m cosines, then as many -sines. */
GW_INLINE void joined(const float *br, const float *bi, const float *twist, float *yr, float *yi, int j, int parts)
{
    struct pair x[5], y[5];
    int k;
    for (k = 0; k < 5; k++)
        x[k] = fetch(br, bi, 8 * (k * parts + j));
    dft5(x, y);
    for (k = 0; k < 5; k++) {
        int at = 8 * (j + parts * k);
        put(yr, yi, at, times(y[k], load(twist + at), load(twist + 40 * parts + at)));
    }
}

GW_INLINE void columns(const float *xr, const float *xi, float *work, const float *twist, float *yr, float *yi,
                       int parts)
{
    float *br = work, *bi = work + 40 * parts;
    int c, j;
    for (c = 0; c < 8; c += GW_LANES_WIDE) {
        for (j = 0; j < 5; j++)
            fifth(xr + c, xi + c, br + c, bi + c, j, parts);
        for (j = 0; j < parts; j++)
            joined(br + c, bi + c, twist + c, yr + c, yi + c, j, parts);
    }
}

GW_INLINE void rows(const float *xr, const float *xi, float *yr, float *yi, int m)
{
    int k, j;
    for (k = 0; k < m; k += GW_LANES_WIDE) {
        int at = k + GW_LANES_WIDE <= m ? k : m - GW_LANES_WIDE;
        struct pair x[8], y[8];
        for (j = 0; j < 8; j++)
            x[j] = fetch(xr, xi, at + j * m);
        dft8(x, y);
        for (j = 0; j < 8; j++)
            put(yr, yi, at + j * m, y[j]);
    }
}

/* (xr, xi) of 40 * parts points to (yr, yi); work holds as many pairs. y may be x, work may not. */
GW_INLINE void transform(const float *xr, const float *xi, float *yr, float *yi, const float *twist, float *work,
                         int parts)
{
    int all = 40 * parts;
    float *turned_r = work + 2 * all, *turned_i = work + 3 * all;
    columns(xr, xi, work, twist, turned_r, turned_i, parts);
    transpose8(turned_r, work, 5 * parts);
    transpose8(turned_i, work + all, 5 * parts);
    rows(work, work + all, yr, yi, 5 * parts);
}

static GW_HOT void transform_80(const float *xr, const float *xi, float *yr, float *yi, const float *twist, float *work)
{
    transform(xr, xi, yr, yi, twist, work, 4);
}

static GW_HOT void transform_160(const float *xr, const float *xi, float *yr, float *yi, const float *twist,
                                 float *work)
{
    transform(xr, xi, yr, yi, twist, work, 8);
}

GW_INLINE void transform_2n(const float *xr, const float *xi, float *yr, float *yi, const struct gw_ec *ec, float *work)
{
    if (ec->n == 80)
        transform_80(xr, xi, yr, yi, ec->twist, work);
    else
        transform_160(xr, xi, yr, yi, ec->twist, work);
}
