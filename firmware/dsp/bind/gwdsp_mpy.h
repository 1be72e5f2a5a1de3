/* What the files of the MicroPython user module share. */
#ifndef GWDSP_MPY_H
#define GWDSP_MPY_H

#include "py/objstr.h"
#include "py/runtime.h"

#include "gw_dsp.h"

#if !MICROPY_PY_BUILTINS_FLOAT
#error "levels and losses are floats: this build of MicroPython has none"
#endif

#if MP_ENDIANNESS_BIG
#error "samples cross this boundary as little-endian int16, uncopied"
#endif

/* The codec of that name; ValueError where there is none. */
enum gw_codec gwdsp_codec(mp_obj_t name);

/* Samples of a buffer, copied if it is not aligned. ValueError for an odd number of octets. */
struct gwdsp_samples {
    const int16_t *pcm;
    size_t count;
};
struct gwdsp_samples gwdsp_samples(mp_obj_t buffer, qstr name);

/* A block of the heap, aligned as the core wants it. The collector knows it by *base. */
void *gwdsp_memory(size_t octets, void **base);

/* Fills `dict` with figures; a name of the core's and its value. */
void gwdsp_store_float(mp_obj_t dict, qstr name, float value);
void gwdsp_store_count(mp_obj_t dict, qstr name, uint32_t value);

/* The tone of that name; ValueError where there is none. */
int32_t gwdsp_tone(mp_obj_t name);
mp_obj_t gwdsp_event_kind(const struct gw_event *event);
mp_obj_t gwdsp_event_value(const struct gw_event *event);

extern const mp_obj_type_t gwdsp_canceller_type, gwdsp_encoder_type, gwdsp_decoder_type, gwdsp_bank_type;
extern const mp_obj_type_t gwdsp_generator_type, gwdsp_detector_type;
extern const mp_obj_type_t gwdsp_resampler_type, gwdsp_gain_type, gwdsp_comfort_type, gwdsp_silence_type;
extern const mp_obj_type_t gwdsp_concealer_type;

#endif
