/* What the files of Bank share. */
#ifndef CPYTHON_BANK_H
#define CPYTHON_BANK_H

#include "gwdsp_py.h"
#include "plug_in.h"

/* A channel's codec from outside; `state` is NULL where it has none. */
struct plugged {
    const struct gw_plug_in *plug_in;
    void *state;
};

enum aside { GW_NOTHING_ASIDE, GW_WAITS, GW_BEING_MADE, GW_MADE };

enum begun { GW_NOT_BEGUN, GW_BEGUN, GW_FINISHING };

struct bank {
    struct guarded guard;
    enum aside aside;        /* changed under the lock of cpython_aside.c */
    enum begun begun;        /* changed with the GIL */
    struct bank *behind;     /* in its queue */
    void *base;
    struct gw_bank *bank;
    struct gw_frame *frames; /* one per channel; `joined` stays in them between calls */
    struct plugged *plugged;
    Py_buffer *fields;       /* those that are held while the GIL is released */
    struct gw_channel_status *said; /* by open channels before the frame under way: written with the GIL */
    size_t channels;
    int tail_ms;
};

/* The open channel of that number, or NULL with an exception. */
struct gw_channel *gwdsp_find(struct bank *self, Py_ssize_t channel);
/* The plug-in of a codec; NULL if none has it, with ValueError where its library is missing. */
const struct gw_plug_in *gwdsp_plug_in(const char *name);
void gwdsp_unplug(struct plugged *plugged);
PyObject *gwdsp_bank_open(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *gwdsp_bank_close(PyObject *object, PyObject *argument);
PyObject *gwdsp_bank_join(PyObject *object, PyObject *args);
PyObject *gwdsp_bank_play(PyObject *object, PyObject *args);
/* cpython_aside.c: let another thread make the frame, and wake it; wait for that, or make it here. */
void gwdsp_begin(struct bank *self, int wake);
void gwdsp_wait(struct bank *self);
/* Before the GIL is released: what `status` gives meanwhile. */
void gwdsp_bank_publish(struct bank *self);
PyObject *gwdsp_bank_status(PyObject *object, PyObject *argument);
PyObject *gwdsp_bank_tone(PyObject *object, PyObject *args, PyObject *kwargs);
PyObject *gwdsp_bank_events(PyObject *object, PyObject *unused);

#endif
