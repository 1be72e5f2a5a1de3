/* Several floats at once: GW_LANES_WIDE of them in a `lanes`, which is written like a float.
 *
 * A file that includes this says how many (1, 4 or 8) and how its functions are marked. What is
 * computed in a lane never depends on how many there are, so that every width gives the same bits.
 */
#ifndef GW_LANES_H
#define GW_LANES_H

#if GW_LANES_WIDE == 1
typedef float lanes;
#else
typedef float lanes __attribute__((vector_size(4 * GW_LANES_WIDE), aligned(4), may_alias));
#endif

#if defined(__GNUC__)
#define GW_INLINE static inline __attribute__((always_inline)) GW_HOT
#else
#define GW_INLINE static inline
#endif

#if GW_LANES_WIDE > 1 && defined(__clang__)
#define GW_SHUFFLES 1
#elif GW_LANES_WIDE > 1 && __GNUC__ >= 12
#define GW_SHUFFLES 1
#else
#define GW_SHUFFLES 0
#endif

GW_INLINE lanes load(const float *from)
{
    return *(const lanes *)(const void *)from;
}

GW_INLINE void store(float *to, lanes value)
{
    *(lanes *)(void *)to = value;
}

/* acc + a * b and acc - a * b, each rounded twice. Cortex-M has instructions for that, which compilers
 * leave out along with the fused ones. */
#if GW_LANES_WIDE == 1 && GW_VFP
GW_INLINE lanes mla(lanes acc, lanes a, lanes b)
{
    __asm__("vmla.f32 %0, %1, %2" : "+t"(acc) : "t"(a), "t"(b));
    return acc;
}

GW_INLINE lanes mls(lanes acc, lanes a, lanes b)
{
    __asm__("vmls.f32 %0, %1, %2" : "+t"(acc) : "t"(a), "t"(b));
    return acc;
}
#else
GW_INLINE lanes mla(lanes acc, lanes a, lanes b)
{
    return acc + a * b;
}

GW_INLINE lanes mls(lanes acc, lanes a, lanes b)
{
    return acc - a * b;
}
#endif

/* from[0], from[-1], ... in the lanes' order. */
GW_INLINE lanes load_backwards(const float *from)
{
#if GW_LANES_WIDE == 1
    return *from;
#elif GW_LANES_WIDE == 4 && GW_SHUFFLES
    lanes v = load(from - 3);
    return __builtin_shufflevector(v, v, 3, 2, 1, 0);
#elif GW_LANES_WIDE == 8 && GW_SHUFFLES
    lanes v = load(from - 7);
    return __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0);
#else
    lanes v;
    int i;
    for (i = 0; i < GW_LANES_WIDE; i++)
        v[i] = from[-i];
    return v;
#endif
}

GW_INLINE void store_backwards(float *to, lanes v)
{
#if GW_LANES_WIDE == 1
    *to = v;
#elif GW_LANES_WIDE == 4 && GW_SHUFFLES
    store(to - 3, __builtin_shufflevector(v, v, 3, 2, 1, 0));
#elif GW_LANES_WIDE == 8 && GW_SHUFFLES
    store(to - 7, __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0));
#else
    int i;
    for (i = 0; i < GW_LANES_WIDE; i++)
        to[-i] = v[i];
#endif
}

/* `rows` rows of 8, rows at least 4, become 8 columns of `rows`. */
GW_INLINE void transpose8(const float *restrict from, float *restrict to, int rows)
{
#if GW_SHUFFLES
    typedef float four __attribute__((vector_size(16), aligned(4), may_alias));
    int row, c;
    for (row = 0; row < rows; row += 4)
        for (c = 0; c < 8; c += 4) {
            int r = row + 4 <= rows ? row : rows - 4; /* the last ones once more, where rows is odd in fours */
            const float *p = from + 8 * r + c;
            four v0 = *(const four *)(const void *)p, v1 = *(const four *)(const void *)(p + 8);
            four v2 = *(const four *)(const void *)(p + 16), v3 = *(const four *)(const void *)(p + 24);
            four a = __builtin_shufflevector(v0, v1, 0, 4, 1, 5), b = __builtin_shufflevector(v2, v3, 0, 4, 1, 5);
            four d = __builtin_shufflevector(v0, v1, 2, 6, 3, 7), e = __builtin_shufflevector(v2, v3, 2, 6, 3, 7);
            float *q = to + c * rows + r;
            *(four *)(void *)q = __builtin_shufflevector(a, b, 0, 1, 4, 5);
            *(four *)(void *)(q + rows) = __builtin_shufflevector(a, b, 2, 3, 6, 7);
            *(four *)(void *)(q + 2 * rows) = __builtin_shufflevector(d, e, 0, 1, 4, 5);
            *(four *)(void *)(q + 3 * rows) = __builtin_shufflevector(d, e, 2, 3, 6, 7);
        }
#else
    int r, c;
    for (c = 0; c < 8; c++)
        for (r = 0; r < rows; r++)
            to[c * rows + r] = from[8 * r + c];
#endif
}

#endif
