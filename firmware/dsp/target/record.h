/* What one golden case has put out so far. */
#ifndef GW_RECORD_H
#define GW_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct record {
    const char *name;
    uint32_t blocks, crc;
};

void record_add(struct record *record, const void *data, size_t octets);
/* A line every ten blocks. */
void record_block(struct record *record);
int record_due(const struct record *record); /* the next block ends with a line */
void record_line(const struct record *record);

#endif
