/* What has come from the network and is not played yet: a ring with a bound. */
#include "gw_internal.h"

#define LEAST_MS 80 /* a bound of three packets, but at least so much */

void gw_queue_init(struct gw_queue *q, int32_t packet_ms, int32_t scale)
{
    memset(q, 0, sizeof *q);
    q->bound = 8 * scale * (3 * packet_ms < LEAST_MS ? LEAST_MS : 3 * packet_ms);
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* What `add` to an index within the ring gives, which is less than the ring's length. */
static int32_t along(int32_t index, int32_t add)
{
    return index + add < GW_QUEUE ? index + add : index + add - GW_QUEUE;
}

static void forget(struct gw_queue *q, int32_t samples)
{
    q->first = along(q->first, samples);
    q->queued -= samples;
}

static void drop(struct gw_queue *q, int32_t samples)
{
    forget(q, samples);
    q->dropped += (uint32_t)samples;
}

void gw_queue_take(struct gw_queue *q, int16_t *out, int32_t samples)
{
    int32_t part = least(samples, GW_QUEUE - q->first);
    memcpy(out, q->pcm + q->first, (size_t)part * sizeof *out);
    memcpy(out + part, q->pcm, (size_t)(samples - part) * sizeof *out);
    forget(q, samples);
}

/* No more than fit to the end of the ring. */
static int32_t add_some(struct gw_queue *q, const int16_t *pcm, int32_t samples)
{
    int32_t at = along(q->first, q->queued), part = least(samples, GW_QUEUE - at);
    memcpy(q->pcm + at, pcm, (size_t)part * sizeof *pcm);
    q->queued += part;
    return part;
}

void gw_queue_add(struct gw_queue *q, const int16_t *pcm, size_t samples)
{
    while (samples) {
        int32_t part = samples < GW_QUEUE ? (int32_t)samples : GW_QUEUE, excess = q->queued + part - GW_QUEUE;
        if (excess > 0)
            drop(q, excess);
        part = add_some(q, pcm, part);
        pcm += part;
        samples -= (size_t)part;
    }
}

void gw_queue_trim(struct gw_queue *q, size_t packet)
{
    int32_t bound = packet > (size_t)q->bound ? GW_QUEUE : q->bound; /* one long packet is no backlog */
    int32_t excess = q->queued - bound;
    if (excess > 0)
        drop(q, excess);
}
