/* What a channel listens for, and the tones that it plays. */
#include "channel.h"

#define QUIET (65444.0f * GW_FRAME) /* energy of a frame at -36 dBm0: G.168 7.4, the tone disabler's release ... */
#define QUIET_FRAMES 25 /* ... after 250 ms of it in both directions */

void gw_channel_listen(struct gw_channel *ch, enum gw_end from, int16_t pcm[GW_MOST])
{
    struct gw_tone_generator *tone = &ch->told[1 - from];
    if (GW_WIDE(ch)) {
        gw_channel_wide_listen(ch, from, pcm);
        return;
    }
    gw_detector_pass(&ch->heard[from], pcm);
    if (gw_tone_active(tone))
        gw_tone_run(tone, pcm, GW_FRAME);
    gw_detector_hear(&ch->heard[from], pcm);
}

static int hears_modem(const struct gw_detector *d)
{
    return d->fax.told == GW_TONE_CED_REVERSALS || d->fax.told == GW_TONE_ANSAM_REVERSALS;
}

/* G.168 7: an answering tone with phase reversals switches the canceller off until both sides fall silent. */
void gw_channel_mind_modems(struct gw_channel *ch, const int16_t far[GW_FRAME], const int16_t near[GW_FRAME])
{
    if (!(ch->config.detect[GW_HANDSET] & ch->config.detect[GW_NETWORK] & GW_DETECT_FAX))
        return;
    ch->quiet = gw_energy(far, GW_FRAME) < QUIET && gw_energy(near, GW_FRAME) < QUIET ? ch->quiet + 1 : 0;
    if (hears_modem(&ch->heard[GW_HANDSET]) || hears_modem(&ch->heard[GW_NETWORK]))
        ch->modem = 1;
    else if (ch->quiet >= QUIET_FRAMES)
        ch->modem = 0;
}

int gw_channel_tone(struct gw_channel *ch, enum gw_end towards, int32_t tone, int32_t duration_ms)
{
    return gw_tone_init(&ch->told[towards], tone, 8000 * GW_SCALE(ch), duration_ms);
}

int gw_channel_dial(struct gw_channel *ch, enum gw_end towards, int32_t digit)
{
    struct gw_tone_generator *tone = &ch->told[towards];
    if (tone->rate == 0)
        gw_tone_init(tone, GW_TONE_NONE, 8000 * GW_SCALE(ch), 0);
    return gw_tone_dial(tone, digit);
}

/* The number of a digit from GW_TONE_DTMF on, or -1. */
static int32_t digit_number(char digit)
{
    char name[2] = {0};
    name[0] = digit;
    return gw_tone_find(name);
}

static size_t digits_in(const char *name) /* 0 for anything but digits */
{
    size_t count = 0;
    for (; name[count]; count++)
        if (digit_number(name[count]) < 0)
            return 0;
    return count;
}

int gw_channel_say(struct gw_channel *ch, enum gw_end towards, const char *name, int32_t duration_ms)
{
    size_t i, count = name ? digits_in(name) : 0;
    if (!name)
        return gw_channel_tone(ch, towards, GW_TONE_NONE, 0);
    if (count == 0 || (count == 1 && duration_ms))
        return gw_channel_tone(ch, towards, gw_tone_find(name), duration_ms);
    if (count + (size_t)ch->told[towards].waiting > GW_DIGITS)
        return -1;
    for (i = 0; i < count; i++)
        gw_channel_dial(ch, towards, digit_number(name[i]));
    return 0;
}

int gw_channel_event(struct gw_channel *ch, struct gw_event *event)
{
    if (gw_detector_event(&ch->heard[GW_HANDSET], event))
        return 1 + GW_HANDSET;
    return gw_detector_event(&ch->heard[GW_NETWORK], event) ? 1 + GW_NETWORK : 0;
}
