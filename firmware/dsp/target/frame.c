/* COBS (Cheshire and Baker, 1999) round a header, a body and a CRC-32. */
#include "frame.h"

#include <string.h>

uint32_t frame_get32(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

void frame_put32(uint8_t *to, uint32_t value)
{
    int i;
    for (i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

/* IEEE 802.3 3.2.9, four bits at a time; starts from 0 and can be carried on. */
uint32_t frame_crc(uint32_t crc, const uint8_t *data, size_t octets)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    crc = ~crc;
    while (octets--) {
        crc ^= *data++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

struct stuffing {
    uint8_t *wire;
    size_t code, used; /* where the block's length goes, and the next octet */
};

static void end_block(struct stuffing *to)
{
    to->wire[to->code] = (uint8_t)(to->used - to->code);
    to->code = to->used++;
}

static void stuff(struct stuffing *to, const uint8_t *data, size_t octets)
{
    for (; octets; octets--, data++) {
        if (*data)
            to->wire[to->used++] = *data;
        if (!*data || to->used - to->code == 255)
            end_block(to);
    }
}

size_t frame_encode(const struct frame *frame, uint8_t *wire)
{
    uint8_t head[FRAME_HEAD] = {frame->kind, frame->sequence, frame->ack, frame->expect, frame->credit,
                                (uint8_t)frame->octets, (uint8_t)(frame->octets >> 8)};
    uint8_t crc[FRAME_CRC];
    struct stuffing to = {wire, 0, 1};
    frame_put32(crc, frame_crc(frame_crc(0, head, sizeof head), frame->body, frame->octets));
    stuff(&to, head, sizeof head);
    stuff(&to, frame->body, frame->octets);
    stuff(&to, crc, sizeof crc);
    end_block(&to);
    wire[to.code] = 0;
    return to.used;
}

static void forget(struct frame_reader *reader)
{
    reader->used = 0;
    reader->left = reader->zero = reader->bad = 0;
}

static void add(struct frame_reader *reader, uint8_t octet)
{
    if (reader->used < sizeof reader->data)
        reader->data[reader->used++] = octet;
    else
        reader->bad = 1;
}

static int check(struct frame_reader *reader, struct frame *frame)
{
    const uint8_t *data = reader->data;
    size_t content = reader->used - FRAME_CRC;
    if (reader->bad || reader->left || reader->used < FRAME_HEAD + FRAME_CRC)
        return 0;
    reader->tested++;
    if (frame_crc(0, data, content) != frame_get32(data + content))
        return 0;
    frame->kind = data[0];
    frame->sequence = data[1];
    frame->ack = data[2];
    frame->expect = data[3];
    frame->credit = data[4];
    frame->octets = (size_t)data[5] | (size_t)data[6] << 8;
    frame->body = data + FRAME_HEAD;
    return frame->octets == content - FRAME_HEAD;
}

static int end(struct frame_reader *reader, struct frame *frame)
{
    int whole = check(reader, frame);
    if (!whole && (reader->used || reader->left || reader->zero || reader->bad))
        reader->damaged++;
    forget(reader);
    return whole;
}

int frame_read(struct frame_reader *reader, uint8_t octet, struct frame *frame)
{
    if (octet == 0)
        return end(reader, frame);
    if (reader->left) {
        reader->left--;
        add(reader, octet);
        return 0;
    }
    if (reader->zero)
        add(reader, 0);
    reader->left = (uint8_t)(octet - 1);
    reader->zero = octet < 255;
    return 0;
}
