/* Who hears whom: bursts that overlap in time, on the same carrier or beside it. */
#include "gw_engine.h"

#define FRAME_BITS 11520
#define ON_TIME 8 /* bits by which a burst may come early or late and be found by its sync word: our choice */
#define BUCKETS GW_BUCKETS
#define SLOT (FRAME_BITS / BUCKETS)
#define MOST 512 /* bursts that one receiver takes notice of */
#define NEGLIGIBLE 0.003 /* of the noise: the part of it that an interferer at least adds, to be looked at */

/* Where the blocks of a burst end; they begin at bit 16, behind the preamble. */
static const int ENDS[2][GW_BLOCKS] = {
    {32, 64, 96, 136, 176, 216, 256, 296, 336, 376, 416, 416, 416, 416, 416, 416, 416, 416, 416, 420, 424},
    {32, 64, 96, 136, 176, 216, 256, 296, 336, 376, 416, 456, 496, 536, 576, 616, 656, 696, 736, 740, 744}
};

/* By how many bits one comes after the other, in a frame that goes round; both lie in it. */
static int after(int start, int other)
{
    int bits = start - other;
    if (bits < -FRAME_BITS / 2)
        bits += FRAME_BITS;
    else if (bits >= FRAME_BITS / 2)
        bits -= FRAME_BITS;
    return bits;
}

static int fits(const struct gw_burst *receiver, const struct gw_burst *sender, int late)
{
    return sender->carrier == receiver->carrier && sender->fixed == !receiver->fixed && late <= ON_TIME
        && late >= -ON_TIME && sender->row != -2;
}

/* A block counts as hit when half of it is. */
static void disturb(double *blocks, const int *ends, int begin, int end, double power)
{
    int block, from = 16;
    for (block = 0; block < GW_BLOCKS && from < end; from = ends[block++]) {
        if (ends[block] <= begin)
            continue;
        int low = begin > from ? begin : from, high = end < ends[block] ? end : ends[block];
        if (high > low && 2 * (high - low) >= ends[block] - from)
            blocks[block] += power;
    }
}

static int overlaps(const struct gw_burst *receiver, const struct gw_burst *sender, int *late)
{
    if (sender->station == receiver->station)
        return 0;
    *late = sender->bits >= FRAME_BITS ? -FRAME_BITS / 2 : after(sender->start, receiver->start);
    if (*late >= receiver->bits) /* it may have begun long before and still last */
        *late -= FRAME_BITS;
    return *late < receiver->bits && *late + sender->bits > 0;
}

struct found {
    double level;
    int32_t which;
    int late;
};

/* What a receiver notices of the senders of one list. */
static size_t notice(const struct gw_hearing *hearing, const struct gw_burst *receiver, const double *gain, int list,
                     struct found *found, size_t count)
{
    int32_t at;
    for (at = hearing->buckets[list]; at < hearing->buckets[list + 1] && count < MOST; at++) {
        const struct gw_burst *sender = &hearing->sorted[at];
        size_t apart = (size_t)(sender->carrier > receiver->carrier ? sender->carrier - receiver->carrier
                                                                    : receiver->carrier - sender->carrier);
        if (apart >= hearing->leaks || !overlaps(receiver, sender, &found[count].late))
            continue;
        found[count].level = gain[sender->station] * hearing->leak[apart];
        if (found[count].level < hearing->noise * NEGLIGIBLE)
            continue;
        found[count++].which = at;
    }
    return count;
}

static void hear_one(const struct gw_hearing *hearing, const struct gw_burst *receiver, int32_t *who, double *power)
{
    const int *ends = ENDS[receiver->bits > ENDS[0][GW_BLOCKS - 1]];
    const double *gain = hearing->gain + (size_t)receiver->station * hearing->stations;
    struct found found[MOST];
    double throughout = 0.0;
    size_t at, best = MOST, count;
    int block, list;
    /* The last list holds what is longer than any burst. */
    count = notice(hearing, receiver, gain, BUCKETS, found, 0);
    for (list = -2; list < 3; list++)
        count = notice(hearing, receiver, gain, (receiver->start / SLOT + list + BUCKETS) % BUCKETS, found, count);
    power[0] = 0.0;
    for (block = 0; block < GW_BLOCKS; block++)
        power[1 + block] = hearing->noise;
    for (at = 0; at < count; at++)
        if (found[at].level > power[0] && found[at].level >= hearing->least
            && fits(receiver, &hearing->sorted[found[at].which], found[at].late)) {
            power[0] = found[at].level;
            best = at;
        }
    for (at = 0; at < count; at++) {
        int end = found[at].late + hearing->sorted[found[at].which].bits;
        if (at == best)
            continue;
        if (found[at].late <= 16 && end >= ends[GW_BLOCKS - 1])
            throughout += found[at].level;
        else
            disturb(power + 1, ends, found[at].late, end, found[at].level);
    }
    for (block = 0; block < GW_BLOCKS; block++)
        power[1 + block] += throughout;
    *who = best < MOST ? hearing->order[found[best].which] : -1;
}

static int bucket_of(const struct gw_burst *sender)
{
    return sender->bits > ENDS[1][GW_BLOCKS - 1] ? BUCKETS : sender->start / SLOT;
}

/* Puts the senders in order of the slot in which they begin; `buckets` tells where each slot's begin in that order. */
static void sort(const struct gw_burst *senders, size_t count, struct gw_hearing *hearing)
{
    int32_t fill[BUCKETS + 2] = {0};
    size_t at;
    int list;
    for (at = 0; at < count; at++)
        fill[bucket_of(&senders[at]) + 1]++;
    for (list = 0; list <= BUCKETS; list++)
        fill[list + 1] += fill[list];
    for (list = 0; list <= BUCKETS + 1; list++)
        hearing->buckets[list] = fill[list];
    for (at = 0; at < count; at++) {
        int32_t place = fill[bucket_of(&senders[at])]++;
        hearing->sorted[place] = senders[at];
        hearing->order[place] = (int32_t)at;
    }
}

void gw_hear(struct gw_hearing *hearing, const struct gw_burst *receivers, size_t receiver_count,
             const struct gw_burst *senders, size_t sender_count, int32_t *who, double *power)
{
    size_t at;
    sort(senders, sender_count, hearing);
    for (at = 0; at < receiver_count; at++)
        hear_one(hearing, &receivers[at], &who[at], power + at * (1 + GW_BLOCKS));
}
