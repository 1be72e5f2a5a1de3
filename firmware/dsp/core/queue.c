/* What has come from the network and is not played yet: a ring with a bound. */
#include "gw_internal.h"

#define LEAST 640 /* a bound of three packets, but at least 80 ms */

void gw_queue_init(struct gw_queue *q, int32_t packet_ms)
{
    memset(q, 0, sizeof *q);
    q->bound = 3 * 8 * packet_ms;
    if (q->bound < LEAST)
        q->bound = LEAST;
}

void gw_queue_take(struct gw_queue *q, int16_t *out, int32_t samples)
{
    int32_t i;
    for (i = 0; i < samples; i++) {
        out[i] = q->pcm[q->first];
        q->first = q->first + 1 < GW_QUEUE ? q->first + 1 : 0;
    }
    q->queued -= samples;
}

void gw_queue_add(struct gw_queue *q, const int16_t *pcm, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        if (q->queued == GW_QUEUE) {
            q->first = q->first + 1 < GW_QUEUE ? q->first + 1 : 0;
            q->queued--;
            q->dropped++;
        }
        q->pcm[(q->first + q->queued++) % GW_QUEUE] = pcm[i];
    }
}

void gw_queue_trim(struct gw_queue *q, size_t packet)
{
    int32_t bound = packet > (size_t)q->bound ? GW_QUEUE : q->bound; /* one long packet is no backlog */
    int32_t excess = q->queued - bound;
    if (excess <= 0)
        return;
    q->first = (q->first + excess) % GW_QUEUE;
    q->queued = bound;
    q->dropped += (uint32_t)excess;
}
