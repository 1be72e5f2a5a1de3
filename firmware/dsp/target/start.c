/* From reset to main: the vector table, the FPU, initialised and zeroed memory. */
#include "board.h"

extern uint32_t data_start[], data_end[], data_image[], bss_start[], bss_end[], stack_top[];

#define CPACR (*(volatile uint32_t *)0xe000ed88u) /* ARMv7-M B3.2.20: access to coprocessors */
#define CFSR (*(volatile uint32_t *)0xe000ed28u)  /* B3.2.15: what kind of fault */
#define SCB_HFSR (*(volatile uint32_t *)0xe000ed2cu)

int main(void);
void reset(void);

static void copy_and_clear(void)
{
    const uint32_t *from = data_image;
    uint32_t *to;
    for (to = data_start; to < data_end; to++)
        *to = *from++;
    for (to = bss_start; to < bss_end; to++)
        *to = 0;
}

__attribute__((noreturn)) static void begin(void)
{
    copy_and_clear();
    board_init();
    board_exit(main());
}

/* The FPU is granted before any function runs that the compiler may have given a float register. */
__attribute__((noreturn)) void reset(void)
{
    CPACR |= 0xfu << 20; /* CP10 and CP11: full access */
    __asm volatile("dsb\n\tisb" ::: "memory");
    begin();
}

static void fault(void)
{
    board_fault(CFSR, SCB_HFSR);
}

/* An image that enables interrupts defines these; in others they would be faults. */
__attribute__((weak, alias("fault"))) void board_tick_interrupt(void);
__attribute__((weak, alias("fault"))) void board_rx_interrupt(void);
__attribute__((weak, alias("fault"))) void board_tx_interrupt(void);

typedef void (*handler)(void);

/* ARMv7-M B1.5.2: the initial stack pointer, then 15 system exceptions; from 16 on the UART's interrupts. */
__attribute__((section(".vectors"), used)) static const union {
    const uint32_t *stack;
    handler handler;
} VECTORS[18] = {
    {.stack = stack_top}, {.handler = reset}, {.handler = fault}, {.handler = fault}, {.handler = fault},
    {.handler = fault}, {.handler = fault}, {0}, {0}, {0},
    {0}, {.handler = fault}, {.handler = fault}, {0}, {.handler = fault},
    {.handler = board_tick_interrupt}, {.handler = board_rx_interrupt}, {.handler = board_tx_interrupt},
};
