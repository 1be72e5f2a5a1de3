/* The session that hal/link.py opens, on the side that obeys. */
#include "link.h"

#include <string.h>

static const uint8_t MAGIC[4] = {'G', 'W', 'L', 'K'};

/* Whether `ms` have passed since an instant, which may lie ahead by a reading of the clock. */
static int passed(const struct link *link, uint32_t since, int32_t ms)
{
    return (int32_t)(link->now - since) >= ms;
}

static uint8_t credit_of(struct link *link)
{
    size_t room = link->hooks.room(link->hooks.context) / LINK_CREDIT;
    return (uint8_t)(room < 255 ? room : 255);
}

static void put(struct link *link, uint8_t kind, const uint8_t *body, size_t octets)
{
    uint8_t wire[FRAME_WIRE];
    struct frame frame = {kind, ++link->sequence, link->ack, link->expect, credit_of(link), body, octets};
    size_t count = frame_encode(&frame, wire);
    link->sent += (uint32_t)count;
    link->sent_at[link->sequence] = link->sent;
    link->spoke = link->now;
    link->owed = 0;
    link->hooks.write(link->hooks.context, wire, count);
}

static int has_credit(const struct link *link, size_t octets)
{
    return link->sent - link->gone + octets + LINK_CREDIT <= link->credit;
}

int link_send(struct link *link, uint8_t kind, const uint8_t *body, size_t octets)
{
    if (!link->up || octets > FRAME_BODY || !has_credit(link, octets)) {
        link->dropped++;
        return -1;
    }
    put(link, kind, body, octets);
    return 0;
}

/* ---- Orders ---- */

/* Those that are not under way, as far as the credit goes. */
static void fly(struct link *link)
{
    uint8_t body[1 + LINK_ORDER_BODY];
    if (!link->flying)
        link->tried = link->now;
    for (; link->flying < link->waiting; link->flying++) {
        const struct link_order *order = &link->orders[link->flying];
        if (!has_credit(link, order->octets))
            return;
        body[0] = (uint8_t)(link->base + link->flying);
        memcpy(body + 1, order->body, order->octets);
        put(link, order->kind, body, (size_t)order->octets + 1);
    }
}

int link_order(struct link *link, uint8_t kind, const uint8_t *body, size_t octets)
{
    struct link_order *order = &link->orders[link->waiting];
    if (!link->up || link->waiting == LINK_ORDERS || octets > LINK_ORDER_BODY)
        return -1;
    order->kind = kind;
    order->octets = (uint8_t)octets;
    memcpy(order->body, body, octets);
    link->waiting++;
    fly(link);
    return 0;
}

static void leave(struct link *link)
{
    if (link->up)
        link->hooks.down(link->hooks.context);
    link->up = 0;
}

/* A host that claims orders which were never sent is not the one that opened the session. */
static void orders_arrived(struct link *link, uint8_t expect)
{
    uint8_t done = (uint8_t)(expect - link->base);
    if (done == 0)
        return;
    if (done > link->waiting) {
        leave(link);
        return;
    }
    link->waiting = (uint8_t)(link->waiting - done);
    memmove(link->orders, link->orders + done, link->waiting * sizeof *link->orders);
    link->base = expect;
    link->flying = (uint8_t)(link->flying > done ? link->flying - done : 0);
    link->tried = link->now;
}

/* ---- Sessions ---- */

static void say_opening(struct link *link, uint8_t *body)
{
    memcpy(body, MAGIC, sizeof MAGIC);
    body[4] = LINK_MAJOR;
    body[5] = LINK_MINOR;
    frame_put32(body + 6, link->session);
}

static void welcome(struct link *link, uint32_t session)
{
    uint8_t body[FRAME_BODY];
    say_opening(link, body);
    frame_put32(body + 6, session);
    memcpy(body + LINK_OPENING, link->report, link->report_octets);
    put(link, LINK_WELCOME, body, LINK_OPENING + link->report_octets);
}

static void say_booted(struct link *link)
{
    uint8_t body[LINK_OPENING + 1];
    say_opening(link, body);
    body[6] = (uint8_t)link->cause;
    frame_put32(body + 7, link->code);
    link->booted = link->now;
    put(link, LINK_BOOT, body, sizeof body);
}

static void enter(struct link *link, uint32_t session, uint8_t sequence)
{
    leave(link);
    link->session = session;
    link->ack = sequence;
    link->expect = link->base = link->waiting = link->flying = 0;
    link->gone = link->sent;
    link->progress = link->tried = link->now;
    link->up = 1;
    link->hooks.up(link->hooks.context);
}

static void hello(struct link *link, const struct frame *frame)
{
    uint32_t session;
    if (frame->octets < LINK_OPENING || memcmp(frame->body, MAGIC, sizeof MAGIC) != 0)
        return;
    session = frame_get32(frame->body + 6);
    if (frame->body[4] == LINK_MAJOR && (!link->up || session != link->session))
        enter(link, session, frame->sequence);
    welcome(link, session);
}

/* ---- What comes ---- */

static void account(struct link *link, const struct frame *frame)
{
    uint32_t gone = link->sent_at[frame->ack];
    link->received++;
    link->lost += (uint8_t)(frame->sequence - link->ack - 1);
    link->ack = frame->sequence;
    link->heard = link->now;
    link->credit = (uint32_t)frame->credit * LINK_CREDIT;
    if (gone - link->gone <= link->sent - link->gone && gone != link->gone) {
        link->gone = gone;
        link->progress = link->now;
    }
    orders_arrived(link, frame->expect);
}

static void take(struct link *link, const struct frame *frame)
{
    const uint8_t *body = frame->body;
    size_t octets = frame->octets;
    if (frame->kind == LINK_BEAT)
        return;
    if (frame->kind >= LINK_ORDER) {
        link->owed = 1;
        if (octets == 0 || body[0] != link->expect)
            return;
        link->expect++;
        body++;
        octets--;
    }
    link->hooks.message(link->hooks.context, frame->kind, body, octets);
}

static void frame_came(struct link *link, const struct frame *frame)
{
    if (frame->kind == LINK_HELLO) {
        hello(link, frame);
        link->ack = frame->sequence;
        link->credit = (uint32_t)frame->credit * LINK_CREDIT;
        link->heard = link->now;
    } else if (link->up) {
        account(link, frame);
        if (link->up)
            take(link, frame);
    } else if (passed(link, link->booted, LINK_BEAT_EVERY)) {
        say_booted(link);
    }
}

void link_receive(struct link *link, const uint8_t *octets, size_t count, uint32_t now)
{
    struct frame frame;
    link->now = now;
    while (count--)
        if (frame_read(&link->reader, *octets++, &frame))
            frame_came(link, &frame);
    if (link->owed && link->up)
        put(link, LINK_BEAT, NULL, 0);
}

/* ---- Time ---- */

static void keep_session(struct link *link)
{
    if (link->gone != link->sent && passed(link, link->progress, LINK_LOST))
        link->gone = link->sent;
    if (link->waiting && passed(link, link->tried, LINK_RETRY)) {
        link->resent += link->flying;
        link->flying = 0;
        fly(link);
    }
    if (passed(link, link->spoke, LINK_BEAT_EVERY))
        put(link, LINK_BEAT, NULL, 0);
}

void link_tick(struct link *link, uint32_t now)
{
    link->now = now;
    if (!link->up)
        return;
    if (passed(link, link->heard, LINK_SILENCE))
        leave(link);
    else
        keep_session(link);
}

void link_init(struct link *link, const struct link_hooks *hooks, const uint8_t *report, size_t octets)
{
    memset(link, 0, sizeof *link);
    link->hooks = *hooks;
    link->report = report;
    link->report_octets = octets < FRAME_BODY - LINK_OPENING ? octets : FRAME_BODY - LINK_OPENING;
}

void link_boot(struct link *link, uint32_t cause, uint32_t code)
{
    link->cause = cause;
    link->code = code;
    say_booted(link);
}
