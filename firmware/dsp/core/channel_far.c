/* From packets of the network to frames of 10 ms: decoded, queued, and made up for where they are missing. */
#include "channel.h"

#define GIVE_UP 20  /* frames without a packet until the stream counts as stopped */
#define PATIENCE 100 /* the same of a codec that may send one in 400 ms of silence, and conceals by itself */

int gw_channel_is_wide(const struct gw_channel *ch)
{
    return (GW_PLUG(ch) ? GW_PLUG(ch)->rate : gw_codec_rate(ch->in.codec)) == 16000;
}

/* Decoded samples into the queue. */
static void queue(struct gw_channel *ch, int16_t *pcm, size_t samples)
{
    if (gw_channel_is_wide(ch)) {
        gw_downsample(&ch->in_rate, pcm, samples, pcm);
        samples /= 2;
    }
    gw_queue_add(&ch->queue, pcm, samples);
}

static void end_packet(struct gw_channel *ch, size_t samples)
{
    gw_queue_trim(&ch->queue, gw_channel_is_wide(ch) ? samples / 2 : samples);
    ch->playing = ch->playing || ch->queue.queued >= GW_FRAME;
}

static void decode_plugged(struct gw_channel *ch, const uint8_t *payload, size_t octets)
{
    int16_t pcm[2 * GW_QUEUE]; /* only where there are plug-ins, and stack is plenty */
    size_t samples;
    ch->plug_pausing = 0;
    samples = GW_PLUG(ch)->decode(ch->config.plugged, payload, octets, pcm, sizeof pcm / sizeof *pcm,
                                  &ch->plug_pausing);
    queue(ch, pcm, samples);
    end_packet(ch, samples);
}

static void decode(struct gw_channel *ch, const uint8_t *payload, size_t octets)
{
    int16_t pcm[2 * GW_FRAME];
    while (octets) {
        size_t part = octets < GW_FRAME ? octets : GW_FRAME;
        gw_decode(&ch->in, payload, part, pcm);
        queue(ch, pcm, gw_coder_samples(ch->in.codec, part));
        payload += part;
        octets -= part;
    }
}

void gw_channel_decode_arrived(struct gw_channel *ch)
{
    if (ch->waiting == 0)
        return;
    decode(ch, ch->arrived + ch->taken, ch->waiting - ch->taken);
    end_packet(ch, gw_coder_samples(ch->in.codec, ch->waiting));
    ch->waiting = ch->taken = 0;
}

void gw_channel_play(struct gw_channel *ch, const uint8_t *payload, size_t octets)
{
    ch->pausing = ch->pausing && octets == 0;
    if (GW_PLUG(ch)) {
        decode_plugged(ch, payload, octets);
        return;
    }
    gw_channel_decode_arrived(ch);
    if (gw_coder_samples(ch->in.codec, 1) == 2 && octets <= GW_PACKET_MAX) {
        memcpy(ch->arrived, payload, octets);
        ch->waiting = octets;
        return;
    }
    decode(ch, payload, octets);
    end_packet(ch, gw_coder_samples(ch->in.codec, octets));
}

int gw_channel_arrived(struct gw_channel *ch, struct gw_work *work)
{
    work->coder = &ch->in;
    work->in = ch->arrived + ch->taken;
    return ch->waiting - ch->taken >= GW_FRAME;
}

void gw_channel_decoded(struct gw_channel *ch, struct gw_work *work)
{
    ch->taken += GW_FRAME;
    queue(ch, work->pcm, 2 * GW_FRAME);
}

void gw_channel_comfort(struct gw_channel *ch, const uint8_t *payload, size_t octets)
{
    struct gw_sid sid;
    if (gw_sid_parse(&sid, payload, octets))
        return;
    gw_comfort_set(&ch->comfort, &sid);
    ch->pausing = 1;
}

/* The stream has stopped: the noise that was described last, if any was, goes on alone. */
static void stop(struct gw_channel *ch)
{
    ch->playing = ch->starved = ch->queue.queued = 0;
    ch->pausing = ch->comfort.started;
    if (!ch->pausing)
        gw_conceal_init(&ch->far);
}

static void conceal_plugged(struct gw_channel *ch, int16_t far[GW_FRAME])
{
    int16_t pcm[2 * GW_FRAME];
    GW_PLUG(ch)->conceal(ch->config.plugged, pcm);
    if (gw_channel_is_wide(ch))
        gw_downsample(&ch->in_rate, pcm, 2 * GW_FRAME, far);
    else
        memcpy(far, pcm, GW_FRAME * sizeof *far);
}

static void conceal(struct gw_channel *ch, int16_t far[GW_FRAME])
{
    if (GW_PLUG(ch))
        conceal_plugged(ch, far);
    else
        gw_conceal_lost(&ch->far, far);
    if (ch->plug_pausing)
        return;
    ch->missing++;
    if (++ch->starved >= (GW_PLUG(ch) ? PATIENCE : GIVE_UP))
        stop(ch);
}

void gw_channel_next(struct gw_channel *ch, int16_t far[GW_FRAME])
{
    if (ch->queue.queued >= GW_FRAME) {
        gw_queue_take(&ch->queue, far, GW_FRAME);
        gw_conceal_good(&ch->far, far);
        ch->starved = 0;
        ch->played++;
    } else if (ch->pausing) {
        gw_comfort_run(&ch->comfort, far, GW_FRAME);
        gw_conceal_good(&ch->far, far);
    } else if (ch->playing) {
        conceal(ch, far);
    } else {
        memset(far, 0, GW_FRAME * sizeof *far);
    }
}
