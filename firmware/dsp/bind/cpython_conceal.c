/* Concealer: what is played where a frame is missing. */
#include "gwdsp_py.h"

struct concealer {
    struct guarded guard;
    size_t frame; /* samples: 80 or 160 */
    union {
        struct gw_conceal narrow;
        struct gw_conceal_wide wide;
    };
};

static PyObject *new_concealer(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"rate", NULL};
    struct concealer *self;
    int rate = 8000;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|i", names, &rate))
        return NULL;
    if (rate != 8000 && rate != 16000)
        return PyErr_Format(PyExc_ValueError, "rate is 8000 or 16000, not %d", rate);
    self = (struct concealer *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->frame = (size_t)rate / 100;
    if (rate == 8000)
        gw_conceal_init(&self->narrow);
    else
        gw_conceal_wide_init(&self->wide);
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
    if (held.samples != self->frame)
        PyErr_Format(PyExc_ValueError, "a frame has %zu samples, not %zu", self->frame, held.samples);
    else if ((out = gwdsp_room(self->frame, &to)) != NULL) {
        memcpy(to, held.pcm, 2 * self->frame);
        if (self->frame == GW_FRAME)
            gw_conceal_good(&self->narrow, to);
        else
            gw_conceal_wide_good(&self->wide, to);
    }
    gwdsp_release(&held);
    return out;
}

static PyObject *lost(PyObject *object, PyObject *unused)
{
    struct concealer *self = (struct concealer *)object;
    int16_t *to;
    PyObject *out = gwdsp_room(self->frame, &to);
    (void)unused;
    if (out != NULL && self->frame == GW_FRAME)
        gw_conceal_lost(&self->narrow, to);
    else if (out != NULL)
        gw_conceal_wide_lost(&self->wide, to);
    return out;
}

static PyMethodDef concealer_methods[] = {
    {"good", good, METH_O, "good(frame) -> bytes: what to play for a frame of 10 ms that came"},
    {"lost", lost, METH_NOARGS, "lost() -> bytes: what to play for one that did not"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot concealer_slots[] = {
    {Py_tp_doc, "Concealer(rate=8000): fills gaps in speech of 8 or 16 kHz, frame by frame of 10 ms"},
    {Py_tp_new, (void *)new_concealer},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, concealer_methods},
    {0, NULL},
};

PyType_Spec gwdsp_concealer_spec = {"_gwdsp.Concealer", sizeof(struct concealer), 0, Py_TPFLAGS_DEFAULT, concealer_slots};
