/* What the files of Bank share. */
#ifndef CPYTHON_BANK_H
#define CPYTHON_BANK_H

#include "gwdsp_py.h"

struct bank {
    struct guarded guard;
    void *base;
    struct gw_bank *bank;
    struct gw_frame *frames; /* one per channel; `joined` stays in them between calls */
    Py_buffer *fields;       /* those that are held while the GIL is released */
    size_t channels;
    int tail_ms;
};

/* The open channel of that number, or NULL with an exception. */
struct gw_channel *gwdsp_find(struct bank *self, Py_ssize_t channel);
PyObject *gwdsp_bank_status(PyObject *object, PyObject *argument);
PyObject *gwdsp_bank_tone(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *gwdsp_bank_events(PyObject *object, PyObject *unused);

#endif
