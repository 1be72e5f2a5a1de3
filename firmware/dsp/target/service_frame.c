/* A tick of the host's: one frame of all channels, and what comes of it. */
#include "service.h"

#define STATUS_EVERY 2 /* ticks */

/* B-fields: a place and 40 octets each. */
static void take_fields(struct service *s, const uint8_t *body, size_t octets)
{
    size_t i;
    for (i = 0; i < s->channels; i++)
        s->frame[i].field = NULL;
    for (; octets >= 1 + GW_B_FIELD; octets -= 1 + GW_B_FIELD, body += 1 + GW_B_FIELD) {
        size_t channel = service_channel(body[0]);
        if (!service_find(s, body[0]))
            continue;
        memcpy(s->field[channel], body + 1, GW_B_FIELD);
        s->frame[channel].field = s->field[channel];
    }
}

static void send_tock(struct service *s, uint32_t cost)
{
    size_t i, at = 6;
    s->body[0] = (uint8_t)s->tick;
    s->body[1] = (uint8_t)(s->tick >> 8);
    frame_put32(s->body + 2, cost);
    for (i = 0; i < s->channels; i++) {
        if (!gw_bank_channel(s->bank, i) || !s->frame[i].joined)
            continue;
        s->body[at] = s->place[i];
        memcpy(s->body + at + 1, s->frame[i].reply, GW_B_FIELD);
        at += 1 + GW_B_FIELD;
    }
    link_send(&s->link, SERVICE_TOCK, s->body, at);
}

static void send_packet(struct service *s, size_t i)
{
    const struct gw_frame *frame = &s->frame[i];
    s->body[0] = s->place[i];
    s->body[1] = (uint8_t)frame->kind;
    frame_put32(s->body + 2, frame->at);
    memcpy(s->body + 6, frame->packet, frame->packet_octets);
    link_send(&s->link, SERVICE_PACKET, s->body, 6 + frame->packet_octets);
}

static void send_events(struct service *s, size_t i, struct gw_channel *channel)
{
    struct gw_event event;
    int end;
    while ((end = gw_channel_event(channel, &event)) != 0) {
        uint8_t body[LINK_ORDER_BODY] = {s->place[i], (uint8_t)(end - 1), (uint8_t)event.kind};
        const char *name = event.kind >= GW_EVENT_FAX ? gw_tone_name(event.value) : NULL;
        size_t at = 7;
        frame_put32(body + 3, (uint32_t)event.value);
        for (; name && *name && at < sizeof body; at++)
            body[at] = (uint8_t)*name++;
        link_order(&s->link, SERVICE_EVENT, body, at);
    }
}

static void send_status(struct service *s, size_t i, const struct gw_channel *channel)
{
    struct gw_channel_status status;
    uint8_t body[1 + sizeof status];
    uint32_t words[sizeof status / 4];
    size_t at;
    gw_channel_status(channel, &status);
    memcpy(words, &status, sizeof status);
    body[0] = s->place[i];
    for (at = 0; at < sizeof words / sizeof *words; at++)
        frame_put32(body + 1 + 4 * at, words[at]);
    link_send(&s->link, SERVICE_STATUS, body, sizeof body);
}

static void send_results(struct service *s)
{
    size_t i;
    for (i = 0; i < s->channels; i++) {
        struct gw_channel *channel = gw_bank_channel(s->bank, i);
        if (!channel)
            continue;
        if (s->frame[i].packet_octets)
            send_packet(s, i);
        send_events(s, i, channel);
        if ((s->tick + i) % STATUS_EVERY == 0)
            send_status(s, i, channel);
    }
}

static void run_frame(struct service *s)
{
    uint32_t before = s->board.ticks();
    gw_bank_run(s->bank, s->frame);
    send_tock(s, s->board.ticks() - before);
    send_results(s);
}

/* Frames whose ticks were lost on the line run without B-fields, so that a call's clock does not slip. */
static void catch_up(struct service *s, uint16_t tick)
{
    uint16_t missed = (uint16_t)(tick - s->tick - 1);
    if (s->ticked++ == 0 || missed > SERVICE_CATCH_UP)
        return;
    while (missed--) {
        s->tick++;
        take_fields(s, NULL, 0);
        run_frame(s);
    }
}

void service_frame(struct service *s, const uint8_t *body, size_t octets)
{
    uint16_t number;
    if (octets < 2)
        return;
    number = (uint16_t)(body[0] | body[1] << 8);
    catch_up(s, number);
    s->tick = number;
    take_fields(s, body + 2, octets - 2);
    run_frame(s);
}
