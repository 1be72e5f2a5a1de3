/* DSC, a few streams: eight side by side in the lanes of a register. */
#include <string.h>

#include "dsc.h"

typedef uint32_t eight __attribute__((vector_size(4 * EIGHT)));

struct registers {
    eight r1, r2, r3, r4, c;
};

#define CLOCKED(r, taps) ((r) >> 1 ^ ((taps) & -((r) & 1)))
/* `once` more where the lowest bit of `condition` is set. */
#define CLOCKED_IF(r, taps, condition) ((r) ^ (((r) ^ CLOCKED(r, taps)) & -((condition) & 1)))
#define TWICE_OR_THRICE(r, taps, condition)  \
    do {                                     \
        (r) = CLOCKED(r, taps);              \
        (r) = CLOCKED(r, taps);              \
        (r) = CLOCKED_IF(r, taps, condition); \
    } while (0)

GW_INLINE void load(struct registers *s, const uint64_t words[2][EIGHT])
{
    for (int bit = 0; bit < LOADED; bit++) {
        eight in;
        for (int i = 0; i < EIGHT; i++)
            in[i] = words[bit / 64][i] >> bit % 64 & 1;
        s->r1 = CLOCKED(s->r1, R1_TAPS) ^ in << (R1_BITS - 1);
        s->r2 = CLOCKED(s->r2, R2_TAPS) ^ in << (R2_BITS - 1);
        s->r3 = CLOCKED(s->r3, R3_TAPS) ^ in << (R3_BITS - 1);
        s->r4 = CLOCKED(s->r4, R4_TAPS) ^ in << (R4_BITS - 1);
    }
}

GW_INLINE void step(struct registers *s)
{
    eight to1 = s->r2 >> 9 ^ s->r3 >> 10 ^ s->r4;
    eight to2 = s->r1 >> 8 ^ s->r3 >> 10 ^ s->r4 >> 1;
    eight to3 = s->r1 >> 8 ^ s->r2 >> 9 ^ s->r4 >> 2;
    s->c = COMBINED(s->c, s->r1, s->r1 >> 1, s->r2, s->r2 >> 1, s->r3, s->r3 >> 1);
    TWICE_OR_THRICE(s->r1, R1_TAPS, to1);
    TWICE_OR_THRICE(s->r2, R2_TAPS, to2);
    TWICE_OR_THRICE(s->r3, R3_TAPS, to3);
    s->r4 = CLOCKED(s->r4, R4_TAPS);
    s->r4 = CLOCKED(s->r4, R4_TAPS);
    s->r4 = CLOCKED(s->r4, R4_TAPS);
}

GW_INLINE void revive(struct registers *s)
{
    s->r1 |= (eight)(s->r1 == 0) & 1u << (R1_BITS - 1);
    s->r2 |= (eight)(s->r2 == 0) & 1u << (R2_BITS - 1);
    s->r3 |= (eight)(s->r3 == 0) & 1u << (R3_BITS - 1);
    s->r4 |= (eight)(s->r4 == 0) & 1u << (R4_BITS - 1);
}

GW_CLONES void gw_dsc_eight(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out)
{
    struct registers s;
    uint64_t words[2][EIGHT] = {{0}};
    memset(&s, 0, sizeof s);
    for (size_t i = 0; i < count; i++) {
        words[0][i] = iv[i];
        for (size_t k = GW_AIR_KEY; k-- > 0;)
            words[1][i] = words[1][i] << 8 | keys[GW_AIR_KEY * i + k];
    }
    load(&s, words);
    for (int i = 0; i < BLANK; i++) {
        if (i == REVIVAL)
            revive(&s);
        step(&s);
    }
    for (size_t octet = 0; octet < 2 * half; octet++) {
        eight bits = {0};
        for (int i = 0; i < 8; i++) {
            step(&s);
            bits = bits << 1 | (s.c & 1);
        }
        for (size_t i = 0; i < count; i++)
            out[2 * half * i + octet] = (uint8_t)bits[i];
    }
}

void gw_air_keystream(const uint8_t *keys, const uint64_t *iv, size_t count, size_t half, uint8_t *out)
{
    while (count) {
        size_t done = count >= SLICES_PAY ? SLICES : EIGHT;
        if (done > count)
            done = count;
        if (count >= SLICES_PAY)
            gw_dsc_sliced(keys, iv, done, half, out);
        else
            gw_dsc_eight(keys, iv, done, half, out);
        keys += GW_AIR_KEY * done;
        iv += done;
        out += 2 * half * done;
        count -= done;
    }
}
