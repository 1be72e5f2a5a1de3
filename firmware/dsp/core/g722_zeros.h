/* The six zeros of a G.722 predictor: UPZERO, their delay line, and FILTEZ. On x86-64 they are words
 * of one register, elsewhere an array; both give the same sums. */
#ifndef GW_G722_ZEROS_H
#define GW_G722_ZEROS_H

#include "cpu.h"
#include "g722.h"

#if GW_WIDE

typedef int16_t gw_eight_words __attribute__((vector_size(16)));
typedef uint16_t gw_eight_unsigned __attribute__((vector_size(16)));

struct gw_zeros {
    gw_eight_words b, d; /* the last two of b stay 0 */
};

static inline gw_eight_words gw_add_saturated(gw_eight_words a, gw_eight_words b)
{
    __asm__("paddsw %1, %0" : "+x"(a) : "x"(b));
    return a;
}

static inline gw_eight_words gw_product15(gw_eight_words a, gw_eight_words b)
{
    gw_eight_words high = (gw_eight_words)__builtin_ia32_pmulhw128(a, b);
    return high << 1 | (gw_eight_words)((gw_eight_unsigned)a * (gw_eight_unsigned)b >> 15);
}

static inline void gw_zeros_load(struct gw_zeros *z, const struct gw_g722_band *s)
{
    int i;
    memset(z, 0, sizeof *z);
    for (i = 0; i < 6; i++) {
        z->b[i] = (int16_t)s->b[i];
        z->d[i] = (int16_t)s->d[i];
    }
}

static inline void gw_zeros_store(const struct gw_zeros *z, struct gw_g722_band *s)
{
    int i;
    for (i = 0; i < 6; i++) {
        s->b[i] = z->b[i];
        s->d[i] = z->d[i];
    }
}

#define GW_NEXT(x, zero, by) \
    __builtin_shufflevector(x, zero, by, by + 1, by + 2, by + 3, by + 4, by + 5, by + 6, by + 7)

/* Takes a difference in; the new sum, every addition of which saturates in the order of FILTEZ. */
static inline int gw_zeros_run(struct gw_zeros *z, int difference)
{
    const gw_eight_words first_six = {-1, -1, -1, -1, -1, -1, 0, 0}, none = {0};
    int16_t d = (int16_t)difference;
    gw_eight_words all = {d, d, d, d, d, d, d, d}, differ = (all ^ z->d) >> 15;
    gw_eight_words gain = (all != 0) & 128 & first_six, term, sum;
    z->b = gw_product15(z->b, none + 32640) + ((gain ^ differ) - (differ & first_six));
    z->d = __builtin_shufflevector(all, z->d, 0, 8, 9, 10, 11, 12, 13, 14);
    term = gw_product15(gw_add_saturated(z->d, z->d), z->b);
    term ^= term == INT16_MIN; /* only -1 times -1 gives it, and saturates */
    sum = gw_add_saturated(term, GW_NEXT(term, none, 1));
    sum = gw_add_saturated(sum, GW_NEXT(term, none, 2));
    sum = gw_add_saturated(sum, GW_NEXT(term, none, 3));
    sum = gw_add_saturated(sum, GW_NEXT(term, none, 4));
    sum = gw_add_saturated(sum, GW_NEXT(term, none, 5));
    return sum[0];
}

#else

struct gw_zeros {
    int b[6], d[6];
};

static inline void gw_zeros_load(struct gw_zeros *z, const struct gw_g722_band *s)
{
    int i;
    for (i = 0; i < 6; i++) {
        z->b[i] = s->b[i];
        z->d[i] = s->d[i];
    }
}

static inline void gw_zeros_store(const struct gw_zeros *z, struct gw_g722_band *s)
{
    int i;
    for (i = 0; i < 6; i++) {
        s->b[i] = z->b[i];
        s->d[i] = z->d[i];
    }
}

/* Takes a difference in; the new sum. Every addition of FILTEZ saturates; where the sum of
 * magnitudes fits into 16 bits none of them can have. */
static inline int gw_zeros_run(struct gw_zeros *z, int d)
{
    int gain = d == 0 ? 0 : 128, term[6], sum = 0, most = 0, i;
    for (i = 5; i >= 0; i--) {
        int differ = (d ^ z->d[i]) >> 31; /* all ones where the signs do */
        z->b[i] = (z->b[i] * 32640 >> 15) + ((gain ^ differ) - differ);
        z->d[i] = i ? z->d[i - 1] : d;
    }
    for (i = 0; i < 6; i++) {
        term[i] = gw_saturate16(z->d[i] * 2) * z->b[i] >> 15;
        sum += term[i];
        most += term[i] < 0 ? -term[i] : term[i];
    }
    if (most > 32767)
        for (i = 0, sum = 0; i < 6; i++)
            sum = gw_saturate16(sum + gw_saturate16(term[i]));
    return sum;
}

#endif
#endif
