/* What the files of the CPython extension share. */
#ifndef GWDSP_PY_H
#define GWDSP_PY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "gw_dsp.h"

#if PY_BIG_ENDIAN
#error "samples cross this boundary as little-endian int16, uncopied"
#endif

/* An object whose memory one thread at a time may use while the GIL is released. */
struct guarded {
    PyObject_HEAD
    int busy;
};

/* 0, or -1 with RuntimeError while another thread is inside. */
int gwdsp_enter(void *object);
void gwdsp_leave(void *object);

/* The codec of that name, or -1 with ValueError. */
int gwdsp_codec(const char *name);
/* Samples of a buffer, copied to *copy (to be PyMem_Free'd) if it is not aligned;
 * NULL with ValueError if it has an odd number of octets. `name` goes into the message. */
const int16_t *gwdsp_samples(const Py_buffer *buffer, const char *name, int16_t **copy);
/* Memory from PyMem_Malloc, aligned as the core wants it: *base is what to free. */
void *gwdsp_memory(size_t octets, void **base);
void gwdsp_free_type(PyObject *self);

/* The tone of that name, or -1 with ValueError. */
int gwdsp_tone(const char *name);
const char *gwdsp_event_kind(const struct gw_event *event);
PyObject *gwdsp_event_value(const struct gw_event *event);

extern PyType_Spec gwdsp_generator_spec, gwdsp_detector_spec;
extern PyType_Spec gwdsp_canceller_spec, gwdsp_encoder_spec, gwdsp_decoder_spec, gwdsp_bank_spec;

struct coder {
    struct guarded guard;
    struct gw_coder coder;
};

/* cpython_batch.c: class methods of Encoder and Decoder. */
PyObject *gwdsp_encode_all(PyObject *type, PyObject *args);
PyObject *gwdsp_decode_all(PyObject *type, PyObject *args);

/* A buffer argument as samples, held until gwdsp_release(); -1 with an exception. */
struct gwdsp_held {
    Py_buffer buffer;
    int16_t *copy;
    const int16_t *pcm;
    size_t samples;
};

int gwdsp_hold(struct gwdsp_held *held, PyObject *argument);
void gwdsp_release(struct gwdsp_held *held);
/* A bytes object for so many samples, which are to be written to *to. */
PyObject *gwdsp_room(size_t samples, int16_t **to);

extern PyType_Spec gwdsp_resampler_spec, gwdsp_gain_spec, gwdsp_comfort_spec, gwdsp_silence_spec, gwdsp_concealer_spec;

#endif
