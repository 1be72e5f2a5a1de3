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

extern PyType_Spec gwdsp_canceller_spec, gwdsp_encoder_spec, gwdsp_decoder_spec, gwdsp_bank_spec;

#endif
