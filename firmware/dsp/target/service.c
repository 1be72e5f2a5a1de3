/* hal.dsp over hal.link: what the host's messages do to the bank, and what goes back. */
#include "service.h"

#define FEATURES 3 /* silence compression; digits are removed */
static const char CODECS[] = "pcma,pcmu,g726-32,g726-32-aal2,g722"; /* in the order of enum gw_codec */

size_t service_channel(uint8_t place)
{
    return place & 15u;
}

struct gw_channel *service_find(struct service *s, uint8_t place)
{
    return s->place[service_channel(place)] == place ? gw_bank_channel(s->bank, service_channel(place)) : NULL;
}

static void refuse(struct service *s, uint8_t kind, uint8_t place)
{
    uint8_t body[2] = {kind, place};
    link_order(&s->link, SERVICE_REFUSED, body, sizeof body);
}

/* ---- Orders ---- */

static void open_channel(struct service *s, const uint8_t *body, size_t octets)
{
    size_t channel = service_channel(body[0]);
    struct gw_channel_config config = {0};
    if (octets < 9) {
        refuse(s, SERVICE_OPEN, body[0]);
        return;
    }
    config.codec = body[1];
    config.packet_ms = body[2];
    config.ec_type = body[3];
    config.tail_ms = (int32_t)((uint32_t)body[4] | (uint32_t)body[5] << 8);
    config.silence = body[6];
    config.detect[GW_HANDSET] = body[7];
    config.detect[GW_NETWORK] = body[8];
    gw_bank_close(s->bank, channel);
    if (gw_bank_open(s->bank, channel, &config)) {
        refuse(s, SERVICE_OPEN, body[0]);
        return;
    }
    s->place[channel] = body[0];
    s->frame[channel].joined = 0;
}

static void say(struct service *s, const uint8_t *body, size_t octets)
{
    char name[GW_DIGITS + 1] = {0};
    struct gw_channel *channel = service_find(s, body[0]);
    size_t length = octets - 2;
    if (!channel)
        return;
    if (octets < 2 || body[1] > GW_NETWORK || length > GW_DIGITS) {
        refuse(s, SERVICE_TONE, body[0]);
        return;
    }
    memcpy(name, body + 2, length);
    if (gw_channel_say(channel, (enum gw_end)body[1], length ? name : NULL, 0))
        refuse(s, SERVICE_TONE, body[0]);
}

static void play(struct service *s, const uint8_t *body, size_t octets)
{
    struct gw_channel *channel = service_find(s, body[0]);
    if (!channel || octets < 2)
        return;
    if (body[1] == GW_COMFORT)
        gw_channel_comfort(channel, body + 2, octets - 2);
    else
        gw_channel_play(channel, body + 2, octets - 2);
}

/* ---- The link's hooks ---- */

static void write(void *context, const uint8_t *octets, size_t count)
{
    struct service *s = context;
    s->board.write(s->board.context, octets, count);
}

static size_t room(void *context)
{
    struct service *s = context;
    return s->board.room(s->board.context);
}

/* A session begins, or has ended: no channel outlives it. */
static void close_all(void *context)
{
    struct service *s = context;
    size_t i;
    for (i = 0; i < s->channels; i++)
        gw_bank_close(s->bank, i);
    s->ticked = 0;
}

static void message(void *context, uint8_t kind, const uint8_t *body, size_t octets)
{
    struct service *s = context;
    if (kind == SERVICE_TICK)
        service_frame(s, body, octets);
    if (octets == 0 || service_channel(body[0]) >= s->channels)
        return;
    if (kind == SERVICE_PLAY)
        play(s, body, octets);
    if (kind == SERVICE_OPEN)
        open_channel(s, body, octets);
    if (kind == SERVICE_CLOSE && service_find(s, body[0]))
        gw_bank_close(s->bank, service_channel(body[0]));
    if (kind == SERVICE_JOIN && octets > 1 && service_find(s, body[0]))
        s->frame[service_channel(body[0])].joined = body[1] != 0;
    if (kind == SERVICE_TONE)
        say(s, body, octets);
}

/* ---- From outside ---- */

static size_t add_text(uint8_t *to, size_t size, const char *text)
{
    size_t length = 0;
    for (; text[length] && length + 1 < size; length++)
        to[1 + length] = (uint8_t)text[length];
    to[0] = (uint8_t)length;
    return 1 + length;
}

static size_t make_report(struct service *s, int32_t tail_ms)
{
    uint8_t *to = s->report;
    size_t at = 8;
    to[0] = (uint8_t)s->channels;
    to[1] = FEATURES;
    to[2] = (uint8_t)tail_ms;
    to[3] = (uint8_t)(tail_ms >> 8);
    frame_put32(to + 4, s->board.hertz);
    at += add_text(to + at, sizeof s->report - at, CODECS);
    return at + add_text(to + at, sizeof s->report - at, s->board.name);
}

size_t service_bytes(void)
{
    return sizeof(struct service);
}

int service_init(struct service *s, const struct service_board *board, void *memory, size_t channels, int32_t tail_ms)
{
    struct link_hooks hooks = {s, write, room, close_all, close_all, message};
    memset(s, 0, sizeof *s);
    s->board = *board;
    s->channels = channels;
    s->bank = channels <= SERVICE_CHANNELS ? gw_bank_init(memory, channels, tail_ms) : NULL;
    if (!s->bank)
        return -1;
    link_init(&s->link, &hooks, s->report, make_report(s, tail_ms));
    return 0;
}

void service_boot(struct service *s, uint32_t cause, uint32_t code)
{
    link_boot(&s->link, cause, code);
}

void service_receive(struct service *s, const uint8_t *octets, size_t count, uint32_t now)
{
    link_receive(&s->link, octets, count, now);
}

void service_tick(struct service *s, uint32_t now)
{
    link_tick(&s->link, now);
}
