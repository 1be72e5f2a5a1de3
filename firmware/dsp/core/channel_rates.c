/* Rates: of the network's codec, of the channel (its handset's), and the 8 kHz that detectors hear. */
#include "channel.h"

int gw_channel_is_codec_wide(const struct gw_channel *ch)
{
    return (GW_PLUG(ch) ? GW_PLUG(ch)->rate : gw_codec_rate(ch->in.codec)) == 16000;
}

size_t gw_channel_convert_in(struct gw_channel *ch, const int16_t *in, size_t samples, int16_t *out)
{
    int wide = gw_channel_is_codec_wide(ch);
    if (!GW_WIDE(ch) && wide) {
        gw_downsample(&ch->in_rate, in, samples, out);
        return samples / 2;
    }
    if (GW_WIDE(ch) && !wide) {
        gw_upsample(&ch->in_rate, in, samples, out);
        return 2 * samples;
    }
    memcpy(out, in, samples * sizeof *out);
    return samples;
}

size_t gw_channel_convert_out(struct gw_channel *ch, const int16_t *in, int16_t *out)
{
    int wide = gw_channel_is_codec_wide(ch);
    if (!GW_WIDE(ch) && wide) {
        gw_upsample(&ch->out_rate, in, GW_FRAME, out);
        return 2 * GW_FRAME;
    }
    if (GW_WIDE(ch) && !wide) {
        gw_downsample(&ch->out_rate, in, 2 * GW_FRAME, out);
        return GW_FRAME;
    }
    memcpy(out, in, GW_SAMPLES(ch) * sizeof *out);
    return GW_SAMPLES(ch);
}

#if GW_WIDE_CHANNELS

/* At 8 kHz the history of 16 kHz is longer than needed, and the rest lies idle. */
void gw_channel_conceal_init(struct gw_channel *ch, int near)
{
    struct gw_conceal_wide *conceal = near ? &ch->near : &ch->far;
    gw_conceal_wide_init(conceal);
    conceal->gap.scale = GW_SCALE(ch);
}

void gw_channel_good(struct gw_channel *ch, int near, int16_t pcm[GW_MOST])
{
    gw_conceal_wide_good(near ? &ch->near : &ch->far, pcm);
}

void gw_channel_lost(struct gw_channel *ch, int near, int16_t pcm[GW_MOST])
{
    gw_conceal_wide_lost(near ? &ch->near : &ch->far, pcm);
}

void gw_channel_noise(struct gw_channel *ch, int16_t pcm[GW_MOST])
{
    int16_t noise[GW_FRAME];
    gw_comfort_run(&ch->comfort, noise, GW_FRAME);
    if (GW_WIDE(ch))
        gw_upsample(&ch->wide.noise, noise, GW_FRAME, pcm);
    else
        memcpy(pcm, noise, sizeof noise);
}

void gw_channel_wide_start(struct gw_channel *ch)
{
    if (GW_WIDE(ch))
        gw_coder_init(&ch->wide.mirror, GW_G722);
}

void gw_channel_wide_down(struct gw_channel *ch, struct gw_frame *frame, struct gw_work *work)
{
    if (!GW_WIDE(ch) || !work->down)
        return;
    gw_encode(work->down, work->far, 2 * GW_FRAME, frame->reply);
    gw_decode(&ch->wide.mirror, frame->reply, GW_B_FIELD_LONG, work->far);
}

void gw_channel_wide_up(struct gw_channel *ch, struct gw_frame *frame, struct gw_work *work)
{
    if (GW_WIDE(ch) && work->up)
        gw_decode(work->up, frame->field, GW_B_FIELD_LONG, work->near);
}

/* A digit that is taken out takes what lies above 4 kHz with it. A tone of our own counts as speech. */
void gw_channel_wide_listen(struct gw_channel *ch, enum gw_end from, int16_t pcm[GW_MOST])
{
    struct gw_detector *d = &ch->heard[from];
    struct gw_tone_generator *tone = &ch->told[1 - from];
    int16_t low[GW_FRAME], high[2 * GW_FRAME];
    gw_downsample(&ch->wide.to_low[from], pcm, 2 * GW_FRAME, low);
    gw_detector_pass(d, low);
    if (d->wanted & GW_REMOVE_DTMF) {
        gw_upsample(&ch->wide.to_high[from], low, GW_FRAME, high);
        if (d->removed)
            memcpy(pcm, high, sizeof high);
    }
    gw_detector_hear(d, low);
    if (gw_tone_active(tone)) {
        gw_tone_run(tone, pcm, 2 * GW_FRAME);
        d->speaking = 1;
    }
}

#else

void gw_channel_conceal_init(struct gw_channel *ch, int near)
{
    gw_conceal_init(near ? &ch->near : &ch->far);
}

void gw_channel_good(struct gw_channel *ch, int near, int16_t pcm[GW_MOST])
{
    gw_conceal_good(near ? &ch->near : &ch->far, pcm);
}

void gw_channel_lost(struct gw_channel *ch, int near, int16_t pcm[GW_MOST])
{
    gw_conceal_lost(near ? &ch->near : &ch->far, pcm);
}

void gw_channel_noise(struct gw_channel *ch, int16_t pcm[GW_MOST])
{
    gw_comfort_run(&ch->comfort, pcm, GW_FRAME);
}

void gw_channel_wide_start(struct gw_channel *ch)
{
    (void)ch;
}

void gw_channel_wide_down(struct gw_channel *ch, struct gw_frame *frame, struct gw_work *work)
{
    (void)ch, (void)frame, (void)work;
}

void gw_channel_wide_up(struct gw_channel *ch, struct gw_frame *frame, struct gw_work *work)
{
    (void)ch, (void)frame, (void)work;
}

void gw_channel_wide_listen(struct gw_channel *ch, enum gw_end from, int16_t pcm[GW_MOST])
{
    (void)ch, (void)from, (void)pcm;
}

#endif
