/* The DSP of hal/dsp.py behind a link: a bank of channels that runs a frame when the host says so. */
#ifndef GW_SERVICE_H
#define GW_SERVICE_H

#include "gw_dsp.h"
#include "link.h"

#define SERVICE_CHANNELS 16
#define SERVICE_CATCH_UP 5 /* ticks in a row that may have been lost and are made good */

enum { /* hal/dsp_link.py */
    SERVICE_TICK = 0x10, SERVICE_PLAY,
    SERVICE_TOCK = 0x20, SERVICE_PACKET, SERVICE_STATUS,
    SERVICE_OPEN = 0x90, SERVICE_CLOSE, SERVICE_JOIN, SERVICE_TONE,
    SERVICE_EVENT = 0xa0, SERVICE_REFUSED
};

struct service_board { /* where it runs */
    const char *name;
    uint32_t hertz;              /* of `ticks` */
    uint32_t (*ticks)(void);     /* a clock that counts; only differences matter */
    void *context;
    void (*write)(void *context, const uint8_t *octets, size_t count);
    size_t (*room)(void *context);
};

struct service {
    struct link link;
    struct service_board board;
    struct gw_bank *bank;
    size_t channels;
    uint8_t report[96]; /* to the host: hal/dsp_link.py */
    uint8_t place[SERVICE_CHANNELS]; /* channel, and the count of its openings in the high nibble */
    uint8_t field[SERVICE_CHANNELS][GW_B_FIELD];
    struct gw_frame frame[SERVICE_CHANNELS];
    uint32_t ticked;                 /* ticks there have been in this session */
    uint16_t tick;                   /* the last one's number */
    uint8_t body[FRAME_BODY];
};

/* The channel of a place, and the open one that a message means, or NULL: it may be of an earlier opening. */
size_t service_channel(uint8_t place);
struct gw_channel *service_find(struct service *service, uint8_t place);
/* The body of a SERVICE_TICK. */
void service_frame(struct service *service, const uint8_t *body, size_t octets);

/* For whoever has no sizeof. */
size_t service_bytes(void);
/* `memory` is gw_bank_bytes(channels, tail_ms) octets, aligned to 16. 0, or -1 for bad arguments. */
int service_init(struct service *service, const struct service_board *board, void *memory, size_t channels,
                 int32_t tail_ms);
void service_boot(struct service *service, uint32_t cause, uint32_t code);
void service_receive(struct service *service, const uint8_t *octets, size_t count, uint32_t now);
void service_tick(struct service *service, uint32_t now);

#endif
