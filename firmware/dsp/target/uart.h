/* The attached board's hardware: a serial line with rings that interrupts fill and empty, and a clock. */
#ifndef GW_UART_H
#define GW_UART_H

#include <stddef.h>
#include <stdint.h>

#define UART_CLOCK 25000000u
#define UART_BAUD 921600u

size_t uart_read(uint8_t *octets, size_t most);
/* All of them or none; 0, or -1 where the ring is too full. */
int uart_write(const uint8_t *octets, size_t count);
size_t uart_room(void); /* octets that can still be received */

uint32_t clock_ticks(void); /* of the processor, modulo 2^32 */
uint32_t clock_ms(void);

/* Until the next interrupt, unless octets wait. */
void uart_sleep(void);

__attribute__((noreturn)) void board_reset(void);

#endif
