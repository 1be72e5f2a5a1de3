/* One direction of a frame: what each open end receives, counts, and has to tell. */
#include <math.h>
#include <string.h>

#include "gw_air.h"
#include "gw_engine.h"

#define LOST_AFTER 100
#define INVITES 20 /* bad A-fields, or B-fields, of the last hundred at which Q1 asks for a handover: our choice */
#define COUNT_MASK 0xFFFFFFF

enum { SYNC, A_FIRST, A_LAST, B_FIRST, X_BLOCK = 19, Z_BLOCK };

struct damage {
    int sync, a, x, z, any_b;
    uint8_t b[GW_B];
};

static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* Wrong bits among `bits`: `flip` is called for each, by its place. The way to the next one is geometric. */
static int draw(int bits, double log_right, uint64_t *random, uint8_t *b, int from)
{
    int wrong = 0;
    double at = 0.0;
    if (log_right > -1e-9)
        return 0;
    for (;;) {
        at += floor(log(uniform(random)) / log_right);
        if (at >= bits)
            return wrong;
        wrong++;
        if (b != NULL) {
            int place = from + (int)at;
            b[place / 8] ^= (uint8_t)(0x80 >> place % 8);
        }
        at += 1.0;
    }
}

static void spoil(struct damage *damage, const double *errors, int wide, uint64_t *random)
{
    int block, octets = wide ? GW_B : GW_B / 2;
    uint8_t tail = 0, x = 0;
    memset(damage, 0, sizeof *damage);
    damage->sync = draw(16, errors[SYNC], random, NULL, 0) > 1;
    damage->a = draw(32, errors[A_FIRST], random, NULL, 0) + draw(32, errors[A_LAST], random, NULL, 0);
    for (block = 0; block < octets / 5; block++)
        damage->any_b += draw(40, errors[B_FIRST + block], random, damage->b, 40 * block);
    draw(4, errors[X_BLOCK], random, &tail, 0);
    gw_air_x_crc(damage->b, 1, (size_t)octets, &x); /* linear: the X-field of the errors is the error of the X-field */
    damage->x = x ^ tail >> 4;
    damage->z = draw(4, errors[Z_BLOCK], random, NULL, 0);
}

static void tell(const struct gw_frame *frame, size_t *count, int32_t kind, size_t row)
{
    frame->events[2 * *count] = kind;
    frame->events[2 * *count + 1] = (int32_t)row;
    ++*count;
}

static int32_t name_of(const struct gw_frame *frame, const struct gw_end *sender)
{
    if (sender->said)
        return sender->name;
    return frame->names[sender->cycle + ((frame->number + sender->ahead) & COUNT_MASK) % sender->length];
}

static void remember(struct gw_end *end, int bad, int torn)
{
    int at = end->seen % GW_WINDOW;
    end->bad += bad - (end->history[at] & 1);
    end->torn += torn - (end->history[at] >> 1);
    end->history[at] = (uint8_t)(bad | torn << 1);
    end->seen = end->seen + 1 == 2 * GW_WINDOW ? GW_WINDOW : end->seen + 1;
    end->invites = end->bad >= INVITES || end->torn >= INVITES;
}

/* Whether it was this end that brought the octets. */
static int take_b(const struct gw_frame *frame, struct gw_end *end, const struct gw_end *sender,
                  const struct damage *damage)
{
    struct gw_link *link = &frame->links[end->link];
    uint8_t *in = frame->in + (size_t)end->link * GW_B;
    int at, octets = end->wide ? GW_B : GW_B / 2;
    if (link->got) /* a twin has brought it */
        return 0;
    if (frame->links[sender->link].fresh)
        memcpy(in, frame->out + (size_t)sender->link * GW_B, (size_t)octets);
    else
        memset(in, 0xFF, (size_t)octets);
    if (damage != NULL && damage->any_b)
        for (at = 0; at < octets; at++)
            in[at] ^= damage->b[at];
    link->got = 1;
    return 1;
}

static void count_quiet(const struct gw_frame *frame, size_t *events, size_t row, int good)
{
    struct gw_end *end = &frame->ends[row];
    if (good) {
        if (end->silent >= LOST_AFTER)
            tell(frame, events, GW_FOUND, row);
        end->silent = 0;
    } else if (++end->silent == LOST_AFTER) {
        tell(frame, events, GW_LOST, row);
    }
}

static void read_field(const struct gw_frame *frame, size_t *events, size_t row, const struct gw_end *sender)
{
    struct gw_end *end = &frame->ends[row];
    struct gw_link *link = &frame->links[end->link];
    int32_t name = name_of(frame, sender);
    int handshake = name >= 0 && (end->expect < 0 || name == end->expect);
    end->good = name < 0 || handshake;
    end->q1 = sender->invites;
    if (sender->asked && link->flight && !link->acked) {
        link->acked = 1;
        tell(frame, events, GW_ACKED, (size_t)end->link);
    }
    if (!handshake && (sender->said || name >= 0 || end->curious))
        tell(frame, events, GW_FIELD, row);
}

/* Whom it receives in this frame, or NULL. */
static const struct gw_end *sender_of(const struct gw_frame *frame, const struct gw_end *end)
{
    const struct gw_end *sender = end->who >= 0 ? &frame->ends[end->who] : NULL;
    return sender != NULL && sender->sends && (sender->said || sender->length > 0) ? sender : NULL;
}

static void receive(const struct gw_frame *frame, size_t *events, size_t row)
{
    struct gw_end *end = &frame->ends[row];
    const struct gw_end *sender = sender_of(frame, end);
    struct damage damage;
    int noisy = sender != NULL && end->noisy, a = sender != NULL, whole = a, slid = 0;
    end->good = 0;
    if (sender != NULL) {
        frame->totals[GW_HEARD]++;
        if (noisy) {
            spoil(&damage, frame->errors + row * GW_BLOCKS, end->wide && sender->wide, frame->random);
            a = !damage.sync && !damage.a;
            whole = !damage.sync && !damage.x;
            frame->totals[end->noisy & 1 ? GW_WEAK : GW_COLLIDED]++;
            if (whole && damage.z) {
                frame->totals[GW_SLID]++;
                end->slid++;
                slid = 1;
            }
        }
        whole = whole && sender->wide == end->wide;
        frame->totals[GW_BAD_A] += !a;
        frame->totals[GW_BAD_X] += !whole;
        if (a)
            read_field(frame, events, row, sender);
        if (whole && take_b(frame, end, sender, noisy ? &damage : NULL) &&
            (end->key != sender->key || ((end->key || (end->ahead ^ sender->ahead) & 7)
                                         && end->ahead != sender->ahead)))
            tell(frame, events, GW_GARBLED, row);
    }
    end->sound = a;
    end->whole = whole;
    end->received += end->good;
    end->spoilt += !end->good;
    end->b_received += whole;
    end->b_missed += !whole;
    remember(end, !end->good, !whole || slid);
    count_quiet(frame, events, row, end->good);
}

/* The first bearers of all connections, or the second ones; says whether there are any of the other sort. */
static int receive_all(const struct gw_frame *frame, size_t *events, int joined)
{
    const struct gw_end *end;
    size_t row;
    int others = 0;
    for (row = 0; row < frame->count; row++) {
        end = &frame->ends[row];
        if (!end->open || end->fixed == frame->fixed)
            continue;
        if (end->joined == joined)
            receive(frame, events, row);
        else
            others = 1;
    }
    return others;
}

/* What a link has sent is gone; on a bus that nobody drives there is something, but it says nothing. */
static void sent(const struct gw_frame *frame, int32_t link)
{
    uint8_t *out = frame->out + (size_t)link * GW_B;
    int at;
    int32_t *noise = &frame->links[link].noise;
    frame->links[link].fresh = *noise == 1;
    if (*noise > 1)
        --*noise;
    else if (*noise)
        for (at = 0; at < GW_B; at++)
            out[at] = (uint8_t)(uniform(frame->random) * 256.0);
}

size_t gw_frame(const struct gw_frame *frame)
{
    size_t row, events = 0;
    struct gw_end *end;
    for (row = 0; row < frame->count; row++) {
        end = &frame->ends[row];
        if (end->open && end->fixed != frame->fixed) {
            frame->links[end->link].got = 0;
            frame->links[end->link].acked = 0;
        } else if (end->open) {
            end->asked = end->good;
            end->sent += end->sends;
            frame->totals[GW_SENT] += end->sends;
        }
    }
    if (receive_all(frame, &events, 0))
        receive_all(frame, &events, 1);
    for (row = 0; row < frame->count; row++) {
        end = &frame->ends[row];
        if (end->open && end->fixed != frame->fixed)
            frame->links[end->link].flight = 0;
        else if (end->open && end->sends)
            sent(frame, end->link);
    }
    return events;
}
