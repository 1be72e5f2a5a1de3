/* From packets of the network to frames of 10 ms: decoded, queued, and made up for where they are missing. */
#include "channel.h"

#define GIVE_UP 20  /* frames without a packet until the stream counts as stopped */
#define PATIENCE 100 /* the same of a codec that may send one in 400 ms of silence, and conceals by itself */

/* Decoded samples into the queue. */
static void queue(struct gw_channel *ch, int16_t *pcm, size_t samples)
{
    int16_t converted[2 * GW_MOST];
    if (GW_SCALE(ch) == 1 + gw_channel_is_codec_wide(ch)) {
        gw_queue_add(&ch->queue, pcm, samples);
        return;
    }
    while (samples) {
        size_t part = samples < 2 * GW_FRAME ? samples : 2 * GW_FRAME;
        gw_queue_add(&ch->queue, converted, gw_channel_convert_in(ch, pcm, part, converted));
        pcm += part;
        samples -= part;
    }
}

static void end_packet(struct gw_channel *ch, size_t samples)
{
    gw_queue_trim(&ch->queue, samples * (size_t)GW_SCALE(ch) / (gw_channel_is_codec_wide(ch) ? 2 : 1));
    ch->playing = ch->playing || ch->queue.queued >= (int32_t)GW_SAMPLES(ch);
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
        gw_channel_conceal_init(ch, 0);
}

static void conceal_plugged(struct gw_channel *ch, int16_t far[GW_MOST])
{
    int16_t pcm[2 * GW_FRAME];
    GW_PLUG(ch)->conceal(ch->config.plugged, pcm);
    gw_channel_convert_in(ch, pcm, gw_channel_is_codec_wide(ch) ? 2 * GW_FRAME : GW_FRAME, far);
}

static void conceal(struct gw_channel *ch, int16_t far[GW_MOST])
{
    if (GW_PLUG(ch))
        conceal_plugged(ch, far);
    else
        gw_channel_lost(ch, 0, far);
    if (ch->plug_pausing)
        return;
    ch->missing++;
    if (++ch->starved >= (GW_PLUG(ch) ? PATIENCE : GIVE_UP))
        stop(ch);
}

void gw_channel_next(struct gw_channel *ch, int16_t far[GW_MOST])
{
    int32_t samples = (int32_t)GW_SAMPLES(ch);
    if (ch->queue.queued >= samples) {
        gw_queue_take(&ch->queue, far, samples);
        gw_channel_good(ch, 0, far);
        ch->starved = 0;
        ch->played++;
    } else if (ch->pausing) {
        gw_channel_noise(ch, far);
        gw_channel_good(ch, 0, far);
    } else if (ch->playing) {
        conceal(ch, far);
    } else {
        memset(far, 0, (size_t)samples * sizeof *far);
    }
}
