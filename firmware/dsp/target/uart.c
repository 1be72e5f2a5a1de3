/* ARM's MPS2 boards, driven by interrupts: CMSDK UART 0 and the SysTick. */
#include "board.h"
#include "uart.h"

/* Cortex-M System Design Kit, 4.3.2: the APB UART. Writing `interrupt` clears. */
struct uart {
    volatile uint32_t data, state, control, interrupt, divider;
};
#define UART0 ((struct uart *)0x40004000u)
enum { TX_FULL = 1 };                                             /* state */
enum { TX_ENABLE = 1, RX_ENABLE = 2, TX_INTERRUPT = 4, RX_INTERRUPT = 8 };      /* control */
enum { CLEAR_TX = 1, CLEAR_RX = 2 };

/* ARMv7-M B3.3 and B3.4.4. */
struct systick {
    volatile uint32_t control, reload, value;
};
#define SYSTICK ((struct systick *)0xe000e010u)
#define NVIC_ENABLE (*(volatile uint32_t *)0xe000e100u)
#define ICSR (*(volatile uint32_t *)0xe000ed04u)  /* B3.2.4 */
#define TICK_PENDING (1u << 26)
#define AIRCR (*(volatile uint32_t *)0xe000ed0cu) /* B3.2.6 */
#define AIRCR_RESET 0x05fa0004u
enum { IRQ_RX = 1, IRQ_TX = 2 };

#define PERIOD (UART_CLOCK / 100) /* ticks in 10 ms */
#define RING 8192u

struct ring {
    volatile uint32_t in, out; /* modulo 2^32 */
    volatile uint8_t octets[RING];
};

static struct ring received, sending;
static volatile uint32_t periods;

void board_init(void)
{
    UART0->divider = UART_CLOCK / UART_BAUD;
    UART0->control = TX_ENABLE | RX_ENABLE | TX_INTERRUPT | RX_INTERRUPT;
    SYSTICK->reload = PERIOD - 1;
    SYSTICK->value = 0;
    SYSTICK->control = 7; /* enabled, with its interrupt, from the processor's clock */
    NVIC_ENABLE = IRQ_RX | IRQ_TX;
}

void board_put(char octet)
{
    while (UART0->state & TX_FULL)
        ;
    UART0->data = (uint8_t)octet;
}

void board_reset(void)
{
    AIRCR = AIRCR_RESET;
    for (;;)
        ;
}

/* ---- Interrupts ---- */

void board_tick_interrupt(void)
{
    periods++;
}

/* One octet an interrupt: there is no FIFO, and the next one raises it anew. */
void board_rx_interrupt(void)
{
    uint8_t octet;
    UART0->interrupt = CLEAR_RX;
    octet = (uint8_t)UART0->data;
    if (received.in - received.out < RING)
        received.octets[received.in++ % RING] = octet;
}

static void feed_line(void)
{
    while (sending.in != sending.out && !(UART0->state & TX_FULL))
        UART0->data = sending.octets[sending.out++ % RING];
}

void board_tx_interrupt(void)
{
    UART0->interrupt = CLEAR_TX;
    feed_line();
}

/* ---- For the program ---- */

size_t uart_read(uint8_t *octets, size_t most)
{
    size_t count = 0;
    while (count < most && received.out != received.in)
        octets[count++] = received.octets[received.out++ % RING];
    return count;
}

size_t uart_room(void)
{
    return RING - (received.in - received.out);
}

int uart_write(const uint8_t *octets, size_t count)
{
    if (RING - (sending.in - sending.out) < count)
        return -1;
    while (count--)
        sending.octets[sending.in++ % RING] = *octets++;
    __asm volatile("cpsid i" ::: "memory");
    feed_line();
    __asm volatile("cpsie i" ::: "memory");
    return 0;
}

/* An interrupt that is pending ends the wait even while it is masked (B1.5.17). */
void uart_sleep(void)
{
    __asm volatile("cpsid i" ::: "memory");
    if (received.in == received.out)
        __asm volatile("wfi" ::: "memory");
    __asm volatile("cpsie i" ::: "memory");
}

/* The counter runs down; it starts anew an instant before its interrupt is taken, which is pending meanwhile. */
static uint32_t count(uint32_t *within)
{
    uint32_t before, pending;
    do {
        before = periods;
        pending = ICSR & TICK_PENDING;
        *within = PERIOD - 1 - SYSTICK->value;
    } while (before != periods || pending != (ICSR & TICK_PENDING));
    return before + (pending != 0);
}

/* An emulator that is late lets the counter wrap twice before the interrupt: time stands still then. */
uint32_t clock_ticks(void)
{
    static uint32_t latest;
    uint32_t within, full = count(&within), now = full * PERIOD + within;
    if ((int32_t)(now - latest) > 0)
        latest = now;
    return latest;
}

uint32_t clock_ms(void)
{
    uint32_t within, full = count(&within);
    return full * 10 + within / (UART_CLOCK / 1000);
}
