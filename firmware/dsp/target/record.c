/* CRC-32 of a case's output, and its lines. */
#include "record.h"

#include "board.h"

#define LINE_EVERY 10

void record_add(struct record *record, const void *data, size_t octets)
{
    const uint8_t *from = data;
    uint32_t crc = ~record->crc; /* IEEE 802.3, 3.2.9 */
    int bit;
    while (octets--) {
        crc ^= *from++;
        for (bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    record->crc = ~crc;
}

void record_line(const struct record *record)
{
    board_text(record->name);
    board_text(" ");
    board_decimal(record->blocks);
    board_text(" ");
    board_hex(record->crc);
    board_text("\n");
}

void record_block(struct record *record)
{
    if (++record->blocks % LINE_EVERY == 0)
        record_line(record);
}

int record_due(const struct record *record)
{
    return record->blocks % LINE_EVERY == LINE_EVERY - 1;
}
