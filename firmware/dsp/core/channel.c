/* One call's speech path between a DECT bearer and packets for the network.
 *
 * To the handset: packet -> decoder -> queue -> frame of 10 ms (concealed if it
 * is late) -> detectors -> tone -> G.726 -> B-field. From it: B-field -> G.726 ->
 * echo canceller -> detectors -> tone -> encoder -> packet. The canceller's far end
 * is what the handset will decode, quantizing noise and all: so that noise is
 * cancelled too.
 */
#include "channel.h"

static struct gw_ec_config ec_config(const struct gw_channel_config *config)
{
    struct gw_ec_config ec = {GW_WIDE_CHANNELS && config->wide ? 16000 : 8000, config->tail_ms, config->ec_type, 0};
    return ec;
}

size_t gw_channel_bytes(const struct gw_channel_config *config)
{
    struct gw_ec_config ec = ec_config(config);
    size_t octets = gw_ec_bytes(&ec);
    int packet_fits = config->packet_ms >= 10 && config->packet_ms <= 60 && config->packet_ms % 10 == 0;
    int known = config->codec >= 0 && config->codec < GW_CODECS + (GW_PLUG_INS && config->plug != NULL);
    if (!octets || !packet_fits || !known || (config->wide && !GW_WIDE_CHANNELS))
        return 0;
    return gw_round_up(sizeof(struct gw_channel)) + octets;
}

/* A bearer came or went: both ends of its ADPCM start anew, and so does the echo path. */
static void start_bearer(struct gw_channel *ch, int32_t joined)
{
    struct gw_ec_config ec = ec_config(&ch->config);
    ch->joined = joined;
    ch->ec = gw_ec_init((uint8_t *)ch + gw_round_up(sizeof *ch), &ec);
    gw_coder_init(&ch->up, GW_WIDE(ch) ? GW_G722 : GW_G726_32_AAL2);
    gw_coder_init(&ch->down, GW_WIDE(ch) ? GW_G722 : GW_G726_32_AAL2);
    gw_channel_conceal_init(ch, 1);
    gw_channel_wide_start(ch);
}

/* A codec from outside finds them by itself. */
static int32_t pauses(const struct gw_channel *ch)
{
    return ch->config.silence && !GW_PLUG(ch) ? GW_DETECT_SPEECH : 0;
}

struct gw_channel *gw_channel_init(void *memory, const struct gw_channel_config *config)
{
    struct gw_channel *ch = memory;
    if (gw_channel_bytes(config) == 0)
        return NULL;
    memset(ch, 0, sizeof *ch);
    ch->config = *config;
    ch->in.codec = ch->out.codec = GW_CODECS; /* which a coder of the core never is */
    gw_coder_init(&ch->in, (enum gw_codec)config->codec);
    gw_coder_init(&ch->out, (enum gw_codec)config->codec);
    gw_resampler_init(&ch->in_rate);
    gw_resampler_init(&ch->out_rate);
    gw_channel_conceal_init(ch, 0);
    gw_comfort_init(&ch->comfort);
    gw_queue_init(&ch->queue, config->packet_ms, GW_SCALE(ch));
    gw_detector_init(&ch->heard[GW_HANDSET], config->detect[GW_HANDSET] | pauses(ch));
    gw_detector_init(&ch->heard[GW_NETWORK], config->detect[GW_NETWORK]);
    start_bearer(ch, 0);
    return ch;
}

size_t gw_channel_b_field(const struct gw_channel *ch)
{
    return GW_WIDE(ch) ? GW_B_FIELD_LONG : GW_B_FIELD;
}

/* Speech of the handset with its echo taken out. */
static void cancel(struct gw_channel *ch, int16_t near[GW_MOST], const int16_t far[GW_MOST])
{
    if (!GW_WIDE(ch))
        gw_channel_mind_modems(ch, far, near);
    if (!ch->modem)
        gw_ec_process(ch->ec, near, far, near, GW_SAMPLES(ch));
}

void gw_channel_begin(struct gw_channel *ch, struct gw_frame *frame, struct gw_work *work)
{
    if (!frame->joined != !ch->joined)
        start_bearer(ch, frame->joined);
    gw_channel_decode_arrived(ch);
    gw_channel_next(ch, work->far);
    gw_channel_listen(ch, GW_NETWORK, work->far);
    gw_level_add(&ch->level_out, work->far, GW_SAMPLES(ch));
    work->down = ch->joined ? &ch->down : NULL;
    work->up = ch->joined && frame->field ? &ch->up : NULL;
    if (!ch->joined)
        memset(frame->reply, 0, gw_channel_b_field(ch));
}

static void hear_handset(struct gw_channel *ch, struct gw_work *work)
{
    if (work->up) {
        gw_channel_good(ch, 1, work->near);
    } else {
        gw_channel_lost(ch, 1, work->near);
        ch->lost++;
    }
    cancel(ch, work->near, work->far);
}

void gw_channel_hear(struct gw_channel *ch, struct gw_work *work)
{
    if (ch->joined)
        hear_handset(ch, work);
    else
        memset(work->near, 0, sizeof work->near);
    gw_channel_listen(ch, GW_HANDSET, work->near);
    gw_level_add(&ch->level_in, work->near, GW_SAMPLES(ch));
    gw_channel_offer(ch, work);
}

void gw_channel_run(struct gw_channel *ch, struct gw_frame *frame)
{
    struct gw_work work;
    int16_t *far = work.far, *near = work.near;
    const int16_t *sent = work.far;
    uint8_t *reply = frame->reply;
    gw_channel_begin(ch, frame, &work);
    gw_channel_wide_down(ch, frame, &work);
    gw_channel_wide_up(ch, frame, &work);
    if (work.down && !GW_WIDE(ch))
        gw_encode_all(&work.down, &sent, 1, GW_FRAME, &reply, &far);
    if (work.up && !GW_WIDE(ch))
        gw_decode_all(&work.up, &frame->field, 1, GW_B_FIELD, &near);
    gw_channel_hear(ch, &work);
    if (!GW_PLUG(ch))
        gw_encode(work.coder, work.pcm, work.samples, work.out);
    gw_channel_pack(ch, frame, &work);
}

void gw_channel_status(const struct gw_channel *ch, struct gw_channel_status *status)
{
    struct gw_ec_status ec;
    gw_ec_status(ch->ec, &ec);
    status->level_in = gw_level_dbm0(&ch->level_in);
    status->level_out = gw_level_dbm0(&ch->level_out);
    status->erl = ec.erl;
    status->erle = ec.erle;
    status->played = ch->played;
    status->missing = ch->missing;
    status->lost = ch->lost;
    status->dropped = ch->queue.dropped;
}
