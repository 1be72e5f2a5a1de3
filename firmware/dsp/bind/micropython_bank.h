/* A Bank as the two files of its MicroPython face see it. */
#ifndef GWDSP_MICROPYTHON_BANK_H
#define GWDSP_MICROPYTHON_BANK_H

#include "gwdsp_mpy.h"

struct bank {
    mp_obj_base_t base;
    void *block; /* what the heap gave for `bank` */
    struct gw_bank *bank;
    struct gw_frame *frames; /* one per channel; `joined` stays in them between calls */
    size_t channels;
    int32_t tail_ms;
};

/* The open channel of that number; IndexError or ValueError. */
struct gw_channel *gwdsp_find(struct bank *self, mp_obj_t channel);

extern const mp_obj_fun_builtin_fixed_t gwdsp_bank_status_object, gwdsp_bank_events_object;
extern const mp_obj_fun_builtin_var_t gwdsp_bank_tone_object;

#endif
