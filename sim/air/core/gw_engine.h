/* One direction of a frame, and who hears whom: loops over tables that sim.air holds in numpy.
 * Each struct is a row; sim/air/tables.py names the same columns. */
#ifndef GW_ENGINE_H
#define GW_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#define GW_BLOCKS 21 /* stretches of a burst with a bit error rate each: sync word, 2 of A, 16 of B, X, Z */
#define GW_WINDOW 100 /* frames over which what went wrong is counted */
#define GW_B 80

struct gw_end {
    int32_t open, fixed, station, slot, carrier, wide, link;
    int32_t cycle, length;  /* its A-fields when it has nothing to say: first place in the pool, how many */
    int32_t said, name;     /* it says something in this frame; the identity in that, or -1 */
    int32_t sends;          /* it is on the air in this frame */
    int32_t expect;         /* identity that is a handshake; -1: any */
    int32_t curious;        /* wants all that is no identity */
    int32_t who;            /* the row that it receives, or -1 */
    int32_t noisy;          /* its errors are worth drawing: 1 weak, 2 disturbed */
    int32_t ahead;          /* of the simulation's count of frames */
    int32_t key;            /* which cipher key, 0 none */
    int32_t good, sound, whole; /* what the last frame brought: a handshake, an A-field, a B-field */
    int32_t q1, asked;      /* Q1 as last received; whether what it sends has Q2 set */
    int32_t silent, bad, torn, seen, invites; /* `torn`: bursts of the window whose X- or Z-field was wrong */
    int32_t sent, received, spoilt, b_received, b_missed, slid;
    int32_t joined;         /* a second bearer of a connection: what it brings counts where the first brings nothing */
    uint8_t history[GW_WINDOW]; /* bit 0: a bad A-field, bit 1: a torn burst */
};

struct gw_link {
    int32_t flight, acked; /* a segment is on the air; the other side has it */
    int32_t fresh, got;    /* octets to be sent, octets received */
    int32_t late, noise;   /* `noise`: it has never been driven; frames until that is heard, and one */
};

struct gw_burst { /* on the air, or a receiver's window */
    int32_t station, fixed, start, bits, carrier, row;
};

enum gw_event { GW_ACKED, GW_FIELD, GW_LOST, GW_FOUND, GW_GARBLED };

enum gw_total { GW_SENT, GW_HEARD, GW_WEAK, GW_COLLIDED, GW_BAD_A, GW_BAD_X, GW_SLID, GW_TOTALS };

struct gw_frame {
    struct gw_end *ends;
    size_t count;
    struct gw_link *links;
    const int32_t *names;  /* identity in each field of the pool, or -1 */
    const double *errors;  /* GW_BLOCKS a row: log(1 - bit error rate) */
    uint8_t *out, *in;     /* GW_B a link */
    uint64_t *random;
    int64_t *totals;
    int32_t *events;       /* pairs of gw_event and row (link for GW_ACKED); 3 a row at most */
    int64_t number;        /* the simulation's count of frames */
    int32_t fixed;         /* who sends */
};

/* Returns how many events there are. */
size_t gw_frame(const struct gw_frame *frame);

#define GW_BUCKETS 24

struct gw_hearing {
    const double *gain; /* mW from each sender (column) at each receiver (row) */
    size_t stations;
    const double *leak; /* by distance in carriers */
    size_t leaks;
    double noise, least; /* mW; what is weaker than `least` is not received */
    struct gw_burst *sorted; /* room for the senders, and for their numbers */
    int32_t *order;
    int32_t buckets[GW_BUCKETS + 2];
};

/* Of each receiver: which burst it receives (or -1), its power, and in each block the power of all else, noise
 * included, in mW: 1 + GW_BLOCKS figures. */
void gw_hear(struct gw_hearing *hearing, const struct gw_burst *receivers, size_t receiver_count,
             const struct gw_burst *senders, size_t sender_count, int32_t *who, double *power);

#endif
