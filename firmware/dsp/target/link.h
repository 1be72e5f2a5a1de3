/* The commanded side of hal.link: a session, orders that are not lost, who is still there.
 *
 * Octets and time go in, octets come out of `write`. No memory but the caller's; time in ms.
 */
#ifndef GW_LINK_H
#define GW_LINK_H

#include "frame.h"

#define LINK_MAJOR 1
#define LINK_MINOR 0

enum { LINK_HELLO = 1, LINK_WELCOME, LINK_BOOT, LINK_BEAT, LINK_ORDER = 0x80 };

#define LINK_BEAT_EVERY 200
#define LINK_SILENCE 1000 /* ms after which a host that says nothing is dead */
#define LINK_RETRY 60
#define LINK_LOST 250
#define LINK_CREDIT 64 /* octets */
#define LINK_ORDERS 32 /* that may wait */
#define LINK_ORDER_BODY 32
#define LINK_FAULT 1
#define LINK_OPENING 10 /* octets of magic, version and session */

struct link_hooks {
    void *context;
    void (*write)(void *context, const uint8_t *octets, size_t count);
    size_t (*room)(void *context); /* octets that the line's buffer can still take in */
    void (*up)(void *context);
    void (*down)(void *context);
    void (*message)(void *context, uint8_t kind, const uint8_t *body, size_t octets);
};

struct link_order {
    uint8_t kind, octets, body[LINK_ORDER_BODY];
};

struct link {
    struct link_hooks hooks;
    struct frame_reader reader;
    const uint8_t *report; /* what this side can do */
    size_t report_octets;
    uint32_t cause, code;  /* of the start */
    uint32_t session, now, heard, spoke, booted, progress, tried;
    int up, owed;
    uint8_t sequence, ack, expect;
    uint32_t sent, gone, credit, sent_at[256]; /* octets */
    struct link_order orders[LINK_ORDERS];     /* the first is order `base` */
    uint8_t base, waiting, flying;
    uint32_t received, lost, dropped, resent;
};

void link_init(struct link *link, const struct link_hooks *hooks, const uint8_t *report, size_t octets);
/* Tells a host that is there already of the start: `cause` 0, or LINK_FAULT with its code. */
void link_boot(struct link *link, uint32_t cause, uint32_t code);
void link_receive(struct link *link, const uint8_t *octets, size_t count, uint32_t now);
void link_tick(struct link *link, uint32_t now);
/* A message that is worth nothing later; -1 where it was dropped. */
int link_send(struct link *link, uint8_t kind, const uint8_t *body, size_t octets);
/* One that must arrive, of at most LINK_ORDER_BODY octets; -1 where too many wait. */
int link_order(struct link *link, uint8_t kind, const uint8_t *body, size_t octets);

#endif
