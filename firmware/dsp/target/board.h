/* What the image needs of a board: a serial line, a clock that counts, an end. */
#ifndef GW_BOARD_H
#define GW_BOARD_H

#include <stddef.h>
#include <stdint.h>

void board_init(void);
void board_put(char octet);
void board_text(const char *text);
void board_hex(uint32_t value);
void board_decimal(uint32_t value);

/* Ticks of the processor's clock since the last call; right for up to 16 million of them. */
uint32_t board_ticks(void);

/* Ends the run: under a debugger or an emulator that offers semihosting with this exit code. */
__attribute__((noreturn)) void board_exit(int code);

/* What a processor's fault does: CFSR and HFSR say which (ARMv7-M B3.2.15, B3.2.16). */
__attribute__((noreturn)) void board_fault(uint32_t cfsr, uint32_t hfsr);

#endif
