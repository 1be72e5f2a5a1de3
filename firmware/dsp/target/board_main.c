/* The image of an attached DSP board: the service on a serial line, asleep while nothing comes. */
#include "board.h"
#include "service.h"
#include "uart.h"

#define TAIL_MS 256
#define ARENA (BOARD_CHANNELS * 131072u)

/* What outlives a reset: NOTED and the fault that led to it. */
extern volatile uint32_t kept[2];
#define NOTED 0x47574642u

void board_fault(uint32_t cfsr, uint32_t hfsr)
{
    kept[0] = NOTED;
    kept[1] = cfsr ? cfsr : hfsr;
    board_reset();
}

static void write(void *context, const uint8_t *octets, size_t count)
{
    (void)context;
    uart_write(octets, count); /* what finds no room is lost, as on a bad line */
}

static size_t room(void *context)
{
    (void)context;
    return uart_room();
}

static void boot(struct service *service)
{
    uint32_t cause = kept[0] == NOTED ? LINK_FAULT : 0;
    kept[0] = 0;
    service_boot(service, cause, kept[1]);
}

int main(void)
{
    static struct service service;
    static uint8_t arena[ARENA] __attribute__((section(".noinit"), aligned(16)));
    static const struct service_board board = {BOARD_NAME, UART_CLOCK, clock_ticks, NULL, write, room};
    uint8_t octets[256];
    if (gw_bank_bytes(BOARD_CHANNELS, TAIL_MS) > ARENA
        || service_init(&service, &board, arena, BOARD_CHANNELS, TAIL_MS))
        return 1;
    boot(&service);
    for (;;) {
        size_t count = uart_read(octets, sizeof octets);
        if (count)
            service_receive(&service, octets, count, clock_ms());
        service_tick(&service, clock_ms());
        if (!count)
            uart_sleep();
    }
}

/* An image that cannot begin says so and stops. */
void board_exit(int code)
{
    board_put('!');
    board_put((char)('0' + code));
    for (;;)
        ;
}
