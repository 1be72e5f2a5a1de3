/* Numbers and words over board_put(). */
#include "board.h"

void board_text(const char *text)
{
    while (*text)
        board_put(*text++);
}

void board_hex(uint32_t value)
{
    int shift;
    for (shift = 28; shift >= 0; shift -= 4)
        board_put("0123456789abcdef"[value >> shift & 15]);
}

void board_decimal(uint32_t value)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    while (count)
        board_put(digits[--count]);
}
