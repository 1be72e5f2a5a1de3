/* From frames of 10 ms to packets for the network, which pauses may be left out of. */
#include "channel.h"

/* What may yet be left out is encoded by a coder that can go back to where it was. */
static void mind_pause(struct gw_channel *ch)
{
    if (!ch->config.silence || GW_PLUG(ch))
        return;
    if (ch->packed == 0) {
        ch->kept = ch->out;
        ch->spoken = 0;
    }
    if (ch->heard[GW_HANDSET].speaking || ch->modem)
        ch->spoken = 1;
}

void gw_channel_offer(struct gw_channel *ch, struct gw_work *work)
{
    mind_pause(ch);
    work->coder = &ch->out;
    work->out = ch->packet + (GW_PLUG(ch) ? 0 : gw_coder_octets(ch->out.codec, ch->packed));
    work->samples = gw_channel_convert_out(ch, work->near, work->pcm);
}

static void send(struct gw_channel *ch, struct gw_frame *frame)
{
    frame->kind = GW_SPEECH;
    frame->packet_octets = gw_coder_octets(ch->out.codec, ch->packed);
    memcpy(frame->packet, ch->packet, frame->packet_octets);
}

/* Nothing, or the description of the noise in place of a packet. */
static void pause(struct gw_channel *ch, struct gw_frame *frame)
{
    struct gw_sid sid;
    ch->out = ch->kept;
    if (!gw_silence_due(&ch->heard[GW_HANDSET].room, GW_FRAME, &sid))
        return;
    frame->kind = GW_COMFORT;
    frame->packet_octets = gw_sid_build(&sid, frame->packet);
}

static void send_plugged(struct gw_channel *ch, struct gw_frame *frame, const int16_t *pcm)
{
    uint32_t ms = 0;
    frame->packet_octets = GW_PLUG(ch)->encode(ch->config.plugged, pcm, frame->packet, GW_PACKET_MAX, &ms);
    frame->kind = GW_SPEECH;
    frame->at = ch->clock - ms;
}

void gw_channel_pack(struct gw_channel *ch, struct gw_frame *frame, const struct gw_work *work)
{
    ch->clock += 10;
    if (GW_PLUG(ch)) {
        send_plugged(ch, frame, work->pcm);
        return;
    }
    ch->packed += work->samples;
    frame->packet_octets = 0;
    if (ch->packed < work->samples / 10 * (size_t)ch->config.packet_ms)
        return;
    frame->at = ch->clock - (uint32_t)ch->config.packet_ms;
    if (ch->config.silence && !ch->spoken)
        pause(ch, frame);
    else
        send(ch, frame);
    ch->packed = 0;
}
