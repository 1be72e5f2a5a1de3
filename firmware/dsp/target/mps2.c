/* ARM's MPS2 boards: CMSDK UART 0, the SysTick counter, exit by semihosting. */
#include "board.h"

/* Cortex-M System Design Kit, 4.3.2: the APB UART. */
struct uart {
    volatile uint32_t data, state, control, interrupt, divider;
};
#define UART0 ((struct uart *)0x40004000u)
#define TX_FULL 1u
#define TX_ENABLE 1u
#define CLOCK 25000000u

/* ARMv7-M B3.3: a counter of 24 bits that runs down with the processor's clock. */
struct systick {
    volatile uint32_t control, reload, value;
};
#define SYSTICK ((struct systick *)0xe000e010u)
#define SYSTICK_MASK 0xffffffu

void board_init(void)
{
    UART0->divider = CLOCK / 115200;
    UART0->control = TX_ENABLE;
    SYSTICK->reload = SYSTICK_MASK;
    SYSTICK->value = 0;
    SYSTICK->control = 5; /* enabled, from the processor's clock, no interrupt */
}

void board_put(char octet)
{
    while (UART0->state & TX_FULL)
        ;
    UART0->data = (uint8_t)octet;
}

uint32_t board_ticks(void)
{
    static uint32_t before;
    uint32_t now = SYSTICK->value, passed = (before - now) & SYSTICK_MASK;
    before = now;
    return passed;
}

/* Arm semihosting, 5.6: SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit and the code. */
void board_exit(int code)
{
    uint32_t block[2] = {0x20026, (uint32_t)code};
    register uint32_t operation __asm("r0") = 0x20;
    register uint32_t *argument __asm("r1") = block;
    __asm volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
    for (;;)
        ;
}

void board_fault(uint32_t cfsr, uint32_t hfsr)
{
    board_text("fault ");
    board_hex(cfsr);
    board_text(" ");
    board_hex(hfsr);
    board_text("\n");
    board_exit(70);
}
