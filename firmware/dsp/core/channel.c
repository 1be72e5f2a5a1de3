/* One call's speech path between a DECT bearer and packets for the network.
 *
 * To the handset: packet -> decoder -> queue -> frame of 10 ms (concealed if it
 * is late) -> G.726 -> B-field. From it: B-field -> G.726 -> echo canceller ->
 * encoder -> packet. The canceller's far end is what the handset will decode,
 * quantizing noise and all: so that noise is cancelled too.
 */
#include "gw_internal.h"

#define QUEUE 1920      /* samples: 240 ms */
#define QUEUE_LEAST 640 /* a bound of three packets, but at least 80 ms */
#define GIVE_UP 20      /* frames without a packet until the stream counts as stopped */

struct gw_channel {
    struct gw_channel_config config;
    struct gw_coder in, out;   /* packets from and to the network */
    struct gw_coder up;        /* B-fields from the handset ... */
    struct gw_g726 down;       /* ... and to it */
    struct gw_conceal near, far;
    struct gw_level level_in, level_out;
    struct gw_ec *ec;
    int32_t joined;
    int32_t playing, starved;  /* a stream has begun; frames since it last had a packet */
    int32_t first, queued, bound; /* the queue: a ring */
    uint32_t played, missing, lost, dropped;
    size_t packed;             /* samples in `packet` */
    uint8_t packet[GW_PACKET_MAX];
    int16_t queue[QUEUE];
};

static struct gw_ec_config ec_config(const struct gw_channel_config *config)
{
    struct gw_ec_config ec = {8000, config->tail_ms, config->ec_type, 0};
    return ec;
}

size_t gw_channel_bytes(const struct gw_channel_config *config)
{
    struct gw_ec_config ec = ec_config(config);
    size_t octets = gw_ec_bytes(&ec);
    int packet_fits = config->packet_ms >= 10 && config->packet_ms <= 60 && config->packet_ms % 10 == 0;
    if (!octets || !packet_fits || config->codec < 0 || config->codec >= GW_CODECS)
        return 0;
    return gw_round_up(sizeof(struct gw_channel)) + octets;
}

/* A bearer came or went: both ends of its ADPCM start anew, and so does the echo path. */
static void start_bearer(struct gw_channel *ch, int32_t joined)
{
    struct gw_ec_config ec = ec_config(&ch->config);
    ch->joined = joined;
    ch->ec = gw_ec_init((uint8_t *)ch + gw_round_up(sizeof *ch), &ec);
    gw_coder_init(&ch->up, GW_G726_32_AAL2);
    gw_g726_init(&ch->down);
    gw_conceal_init(&ch->near);
}

struct gw_channel *gw_channel_init(void *memory, const struct gw_channel_config *config)
{
    struct gw_channel *ch = memory;
    if (gw_channel_bytes(config) == 0)
        return NULL;
    memset(ch, 0, sizeof *ch);
    ch->config = *config;
    gw_coder_init(&ch->in, (enum gw_codec)config->codec);
    gw_coder_init(&ch->out, (enum gw_codec)config->codec);
    gw_conceal_init(&ch->far);
    ch->bound = 3 * 8 * config->packet_ms;
    if (ch->bound < QUEUE_LEAST)
        ch->bound = QUEUE_LEAST;
    start_bearer(ch, 0);
    return ch;
}

static void take_from_queue(struct gw_channel *ch, int16_t *out, int32_t samples)
{
    int32_t i;
    for (i = 0; i < samples; i++) {
        out[i] = ch->queue[ch->first];
        ch->first = ch->first + 1 < QUEUE ? ch->first + 1 : 0;
    }
    ch->queued -= samples;
}

static void add_to_queue(struct gw_channel *ch, const int16_t *pcm, size_t samples)
{
    size_t i;
    for (i = 0; i < samples; i++) {
        if (ch->queued == QUEUE) {
            ch->first = ch->first + 1 < QUEUE ? ch->first + 1 : 0;
            ch->queued--;
            ch->dropped++;
        }
        ch->queue[(ch->first + ch->queued++) % QUEUE] = pcm[i];
    }
}

void gw_channel_play(struct gw_channel *ch, const uint8_t *payload, size_t octets)
{
    int16_t pcm[2 * GW_FRAME];
    size_t samples = gw_coder_samples(ch->in.codec, octets);
    int32_t bound = ch->bound;
    while (octets) {
        size_t part = octets < GW_FRAME ? octets : GW_FRAME;
        gw_decode(&ch->in, payload, part, pcm);
        add_to_queue(ch, pcm, gw_coder_samples(ch->in.codec, part));
        payload += part;
        octets -= part;
    }
    if (samples > (size_t)bound) /* one long packet is no backlog */
        bound = QUEUE;
    if (ch->queued > bound) {
        int32_t excess = ch->queued - bound;
        ch->first = (ch->first + excess) % QUEUE;
        ch->queued = bound;
        ch->dropped += (uint32_t)excess;
    }
    ch->playing = ch->playing || ch->queued >= GW_FRAME;
}

/* The next 10 ms from the network: played, concealed, or silence while nothing comes. */
static void next_far(struct gw_channel *ch, int16_t far[GW_FRAME])
{
    if (!ch->playing) {
        memset(far, 0, GW_FRAME * sizeof *far);
    } else if (ch->queued >= GW_FRAME) {
        take_from_queue(ch, far, GW_FRAME);
        gw_conceal_good(&ch->far, far);
        ch->starved = 0;
        ch->played++;
    } else {
        gw_conceal_lost(&ch->far, far);
        ch->missing++;
        if (++ch->starved < GIVE_UP)
            return;
        ch->playing = ch->starved = ch->queued = 0;
        gw_conceal_init(&ch->far);
    }
}

/* Encodes `far` into the B-field and replaces it by what the handset will hear. */
static void send_down(struct gw_channel *ch, int16_t far[GW_FRAME], uint8_t field[GW_B_FIELD])
{
    int i;
    for (i = 0; i < GW_B_FIELD; i++) { /* the first sample in the high nibble */
        unsigned high = gw_g726_encode(&ch->down, far[2 * i], &far[2 * i]);
        unsigned low = gw_g726_encode(&ch->down, far[2 * i + 1], &far[2 * i + 1]);
        field[i] = (uint8_t)(high << 4 | low);
    }
}

static void take_up(struct gw_channel *ch, const uint8_t *field, int16_t near[GW_FRAME])
{
    if (!field) {
        gw_conceal_lost(&ch->near, near);
        ch->lost++;
        return;
    }
    gw_decode(&ch->up, field, GW_B_FIELD, near);
    gw_conceal_good(&ch->near, near);
}

static void pack(struct gw_channel *ch, const int16_t *near, struct gw_frame *frame)
{
    enum gw_codec codec = ch->out.codec;
    gw_encode(&ch->out, near, GW_FRAME, ch->packet + gw_coder_octets(codec, ch->packed));
    ch->packed += GW_FRAME;
    frame->packet_octets = 0;
    if (ch->packed < (size_t)(8 * ch->config.packet_ms))
        return;
    frame->packet_octets = gw_coder_octets(codec, ch->packed);
    memcpy(frame->packet, ch->packet, frame->packet_octets);
    ch->packed = 0;
}

void gw_channel_run(struct gw_channel *ch, struct gw_frame *frame)
{
    int16_t far[GW_FRAME], near[GW_FRAME];
    if (!frame->joined != !ch->joined)
        start_bearer(ch, frame->joined);
    next_far(ch, far);
    gw_level_add(&ch->level_out, far, GW_FRAME);
    if (ch->joined) {
        send_down(ch, far, frame->reply);
        take_up(ch, frame->field, near);
        gw_ec_process(ch->ec, near, far, near, GW_FRAME);
    } else {
        memset(near, 0, sizeof near);
        memset(frame->reply, 0, sizeof frame->reply);
    }
    gw_level_add(&ch->level_in, near, GW_FRAME);
    pack(ch, near, frame);
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
    status->dropped = ch->dropped;
}
