/* The four functions that a compiler calls by itself; there is no C library in the image.
 * Words where both ends allow it: spectra and samples are aligned. */
#include <stdint.h>
#include <string.h>

/* A word, and four of them, that may overlay any object. */
typedef uint32_t __attribute__((may_alias)) word;
typedef struct __attribute__((may_alias)) {
    uint32_t word[4];
} words;

static int aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & 3) == 0;
}

/* From the first octet to the last, so that `to` may lie within `from` below it. */
static void copy_up(uint8_t *to, const uint8_t *from, size_t octets)
{
    if (aligned(to, from)) {
        for (; octets >= sizeof(words); octets -= sizeof(words), to += sizeof(words), from += sizeof(words))
            *(words *)(void *)to = *(const words *)(const void *)from;
        for (; octets >= 4; octets -= 4, to += 4, from += 4)
            *(word *)(void *)to = *(const word *)(const void *)from;
    }
    while (octets--)
        *to++ = *from++;
}

void *memcpy(void *restrict to, const void *restrict from, size_t octets)
{
    copy_up(to, from, octets);
    return to;
}

void *memmove(void *to, const void *from, size_t octets)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if (t <= f || t >= f + octets)
        copy_up(t, f, octets);
    else
        while (octets--)
            t[octets] = f[octets];
    return to;
}

void *memset(void *to, int value, size_t octets)
{
    uint8_t *t = to;
    uint32_t all = (uint8_t)value * 0x01010101u;
    if (aligned(t, t))
        for (; octets >= 4; octets -= 4, t += 4)
            *(word *)(void *)t = all;
    while (octets--)
        *t++ = (uint8_t)value;
    return to;
}

int memcmp(const void *one, const void *other, size_t octets)
{
    const uint8_t *a = one, *b = other;
    for (; octets; octets--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}
