/* Frames on a serial line: docs/link.md. */
#ifndef GW_FRAME_H
#define GW_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD 7
#define FRAME_BODY 1024
#define FRAME_CRC 4
#define FRAME_DATA (FRAME_HEAD + FRAME_BODY + FRAME_CRC)
#define FRAME_WIRE (FRAME_DATA + FRAME_DATA / 254 + 3)

struct frame {
    uint8_t kind, sequence, ack, expect, credit;
    const uint8_t *body;
    size_t octets;
};

struct frame_reader {
    uint8_t data[FRAME_DATA];
    size_t used;
    uint8_t left; /* octets until the next code */
    uint8_t zero; /* the block under way stands for a zero behind it */
    uint8_t bad;
    uint32_t damaged; /* what came between two delimiters and was no frame */
    uint32_t tested;  /* how many of those and of frames got as far as the CRC */
};

uint32_t frame_crc(uint32_t crc, const uint8_t *data, size_t octets);

/* Octets written to `wire`, FRAME_WIRE at most, the delimiter included. */
size_t frame_encode(const struct frame *frame, uint8_t *wire);

/* One octet from the line; 1 where a frame ends with it, whose body stays until the next octet. */
int frame_read(struct frame_reader *reader, uint8_t octet, struct frame *frame);

uint32_t frame_get32(const uint8_t *from);
void frame_put32(uint8_t *to, uint32_t value);

#endif
