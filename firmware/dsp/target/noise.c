/* How much noise a frame's check lets through:
 *   noise FRAMES
 * puts that many frames of noise to the receiver and prints, by kind of noise, how many came, how many of them
 * were whole enough to have their CRC tested, and how many were accepted. Exit status 1 if any was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

static uint32_t seed = 2463534242u;

static uint32_t chance(uint32_t below) /* Marsaglia's xorshift, 13 17 5 */
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return (uint32_t)((uint64_t)seed * below >> 32);
}

static void fill(uint8_t *octets, size_t count, uint32_t least)
{
    while (count--)
        *octets++ = (uint8_t)(least + chance(256 - least));
}

/* The last two frames that were made, without their delimiters: what is left of them unharmed is no noise. */
static uint8_t made[2][FRAME_WIRE];
static size_t made_count[2];
static int newest;

static int unharmed(const uint8_t *wire, size_t count)
{
    return (made_count[0] == count && memcmp(made[0], wire, count) == 0)
           || (made_count[1] == count && memcmp(made[1], wire, count) == 0);
}

static size_t valid(uint8_t *wire)
{
    uint8_t body[64];
    size_t count;
    struct frame frame = {(uint8_t)chance(256), (uint8_t)chance(256), (uint8_t)chance(256), (uint8_t)chance(256),
                          (uint8_t)chance(256), body, chance(sizeof body)};
    fill(body, frame.octets, 0);
    count = frame_encode(&frame, wire);
    newest = !newest;
    memcpy(made[newest], wire, count);
    made_count[newest] = count - 1;
    return count;
}

/* ---- Kinds of noise: each writes what stands before a delimiter ---- */

/* Any octets but the delimiter. */
static size_t line_noise(uint8_t *wire)
{
    size_t count = 12 + chance(64);
    fill(wire, count, 1);
    return count;
}

/* Any octets, stuffed as a frame's are: all of it comes before the CRC. */
static size_t stuffed_noise(uint8_t *wire)
{
    size_t count = 11 + chance(64), at;
    uint8_t *code = wire;
    fill(wire + 1, count, 0);
    for (at = 1; at <= count; at++)
        if (wire[at] == 0) {
            *code = (uint8_t)(wire + at - code);
            code = wire + at;
        }
    *code = (uint8_t)(wire + count + 1 - code);
    return count + 1;
}

/* The last octets decide on the length too: noise that claims the right one. */
static size_t shaped_noise(uint8_t *wire)
{
    uint8_t body[64];
    struct frame frame = {(uint8_t)chance(256), 1, 1, 1, 1, body, chance(sizeof body)};
    size_t count;
    fill(body, frame.octets, 1);
    count = frame_encode(&frame, wire) - 1;
    fill(wire + count - FRAME_CRC, FRAME_CRC, 1);
    return count;
}

/* A frame of which some bits were turned. */
static size_t turned_bits(uint8_t *wire)
{
    size_t count = valid(wire) - 1;
    uint32_t turns = 1 + chance(8);
    while (turns--)
        wire[chance((uint32_t)count)] ^= (uint8_t)(1u << chance(8));
    return count;
}

/* A frame whose octets from one place to another were overwritten. */
static size_t burst(uint8_t *wire)
{
    size_t count = valid(wire) - 1, from = chance((uint32_t)count), length = 1 + chance((uint32_t)(count - from));
    fill(wire + from, length, 1);
    return count;
}

/* The beginning of one frame and the end of another: the cable was out. */
static size_t splice(uint8_t *wire)
{
    uint8_t other[FRAME_WIRE];
    size_t head = chance((uint32_t)valid(wire)), count = valid(other) - 1, from = chance((uint32_t)count);
    memcpy(wire + head, other + from, count - from);
    return head + count - from;
}

/* Octets lost and doubled. */
static size_t slips(uint8_t *wire)
{
    size_t count = valid(wire) - 1, at = chance((uint32_t)count - 1), gone = 1 + chance(2);
    if (chance(2)) {
        memmove(wire + at + 1, wire + at, count - at);
        return count + 1;
    }
    if (at + gone > count)
        gone = count - at;
    memmove(wire + at, wire + at + gone, count - at - gone);
    return count - gone;
}

static const struct {
    const char *name;
    size_t (*make)(uint8_t *wire);
} KINDS[] = {
    {"line", line_noise}, {"stuffed", stuffed_noise}, {"shaped", shaped_noise}, {"bits", turned_bits},
    {"burst", burst}, {"splice", splice}, {"slips", slips},
};
#define COUNT (sizeof KINDS / sizeof *KINDS)

static int accepts(struct frame_reader *reader, const uint8_t *wire, size_t count)
{
    struct frame frame;
    int accepted = 0;
    while (count--)
        accepted |= frame_read(reader, *wire++, &frame);
    return accepted | frame_read(reader, 0, &frame);
}

static size_t noise_of(size_t kind, uint8_t *wire)
{
    size_t count;
    do
        count = KINDS[kind].make(wire);
    while (unharmed(wire, count));
    return count;
}

static unsigned run(size_t kind, unsigned long frames)
{
    static struct frame_reader reader;
    uint8_t wire[2 * FRAME_WIRE];
    uint32_t before = reader.tested;
    unsigned accepted = 0;
    unsigned long i;
    for (i = 0; i < frames; i++) {
        size_t count = noise_of(kind, wire);
        accepted += (unsigned)accepts(&reader, wire, count);
    }
    printf("%s %lu %lu %u\n", KINDS[kind].name, frames, (unsigned long)(reader.tested - before), accepted);
    return accepted;
}

int main(int argc, char **argv)
{
    unsigned long frames = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned accepted = 0;
    size_t kind;
    for (kind = 0; kind < COUNT; kind++)
        accepted += run(kind, frames / COUNT + (kind < frames % COUNT));
    return accepted != 0;
}
