/* Concealer: what is played where a frame is missing. */
#include "gwdsp_py.h"

struct concealer {
    struct guarded guard;
    struct gw_conceal state;
};

static PyObject *new_concealer(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {NULL};
    struct concealer *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "", names))
        return NULL;
    self = (struct concealer *)type->tp_alloc(type, 0);
    if (self != NULL)
        gw_conceal_init(&self->state);
    return (PyObject *)self;
}

static PyObject *good(PyObject *object, PyObject *argument)
{
    struct concealer *self = (struct concealer *)object;
    struct gwdsp_held held;
    PyObject *out = NULL;
    int16_t *to;
    if (gwdsp_hold(&held, argument) < 0)
        return NULL;
    if (held.samples != GW_FRAME)
        PyErr_Format(PyExc_ValueError, "a frame has %d samples, not %zu", GW_FRAME, held.samples);
    else if ((out = gwdsp_room(GW_FRAME, &to)) != NULL) {
        memcpy(to, held.pcm, 2 * GW_FRAME);
        gw_conceal_good(&self->state, to);
    }
    gwdsp_release(&held);
    return out;
}

static PyObject *lost(PyObject *object, PyObject *unused)
{
    int16_t *to;
    PyObject *out = gwdsp_room(GW_FRAME, &to);
    (void)unused;
    if (out != NULL)
        gw_conceal_lost(&((struct concealer *)object)->state, to);
    return out;
}

static PyMethodDef concealer_methods[] = {
    {"good", good, METH_O, "good(frame) -> bytes: what to play for a frame of 80 samples that came"},
    {"lost", lost, METH_NOARGS, "lost() -> bytes: what to play for one that did not"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot concealer_slots[] = {
    {Py_tp_doc, "Concealer(): fills gaps in 8 kHz speech, frame by frame of 10 ms"},
    {Py_tp_new, (void *)new_concealer},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, concealer_methods},
    {0, NULL},
};

PyType_Spec gwdsp_concealer_spec = {"_gwdsp.Concealer", sizeof(struct concealer), 0, Py_TPFLAGS_DEFAULT, concealer_slots};
