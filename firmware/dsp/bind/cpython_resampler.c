/* Resampler and Gain. */
#include "gwdsp_py.h"

struct resampler {
    struct guarded guard;
    struct gw_resampler state;
    int up;
};

static PyObject *new_resampler(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"source", "target", NULL};
    int source, target;
    struct resampler *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ii", names, &source, &target))
        return NULL;
    if (!(source == 8000 && target == 16000) && !(source == 16000 && target == 8000))
        return PyErr_Format(PyExc_ValueError, "rates are 8000 to 16000 or back, not %d to %d", source, target);
    self = (struct resampler *)type->tp_alloc(type, 0);
    if (self != NULL) {
        gw_resampler_init(&self->state);
        self->up = target > source;
    }
    return (PyObject *)self;
}

static PyObject *resample(PyObject *object, PyObject *argument)
{
    struct resampler *self = (struct resampler *)object;
    struct gwdsp_held held;
    PyObject *out = NULL;
    int16_t *to;
    if (gwdsp_hold(&held, argument) < 0)
        return NULL;
    if (!self->up && held.samples % 2)
        PyErr_Format(PyExc_ValueError, "%zu samples of 16 kHz are not an even number", held.samples);
    else if (gwdsp_enter(self) == 0) {
        out = gwdsp_room(self->up ? 2 * held.samples : held.samples / 2, &to);
        if (out != NULL) {
            Py_BEGIN_ALLOW_THREADS
            (self->up ? gw_upsample : gw_downsample)(&self->state, held.pcm, held.samples, to);
            Py_END_ALLOW_THREADS
        }
        gwdsp_leave(self);
    }
    gwdsp_release(&held);
    return out;
}

static PyMethodDef resampler_methods[] = {
    {"process", resample, METH_O, "process(pcm) -> bytes\n\nTwice or half as many samples; from 16 kHz an even number."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot resampler_slots[] = {
    {Py_tp_doc, "Resampler(source, target): 8000 to 16000 Hz or back; 0 to 3400 Hz pass, delayed by 31 samples of 16 kHz"},
    {Py_tp_new, (void *)new_resampler},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, resampler_methods},
    {0, NULL},
};

PyType_Spec gwdsp_resampler_spec = {"_gwdsp.Resampler", sizeof(struct resampler), 0, Py_TPFLAGS_DEFAULT, resampler_slots};

struct gain {
    struct guarded guard;
    struct gw_gain state;
};

static PyObject *new_gain(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"decibel", NULL};
    float decibel = 0.0f;
    struct gain *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|f", names, &decibel))
        return NULL;
    self = (struct gain *)type->tp_alloc(type, 0);
    if (self != NULL)
        gw_gain_init(&self->state, decibel);
    return (PyObject *)self;
}

static PyObject *set_gain(PyObject *object, PyObject *argument)
{
    double decibel = PyFloat_AsDouble(argument);
    if (decibel == -1.0 && PyErr_Occurred())
        return NULL;
    gw_gain_set(&((struct gain *)object)->state, (float)decibel);
    Py_RETURN_NONE;
}

static PyObject *apply_gain(PyObject *object, PyObject *argument)
{
    struct gain *self = (struct gain *)object;
    struct gwdsp_held held;
    PyObject *out;
    int16_t *to;
    if (gwdsp_hold(&held, argument) < 0)
        return NULL;
    out = gwdsp_room(held.samples, &to);
    if (out != NULL && held.samples) {
        memcpy(to, held.pcm, 2 * held.samples);
        gw_gain_run(&self->state, to, held.samples);
    }
    gwdsp_release(&held);
    return out;
}

static PyMethodDef gain_methods[] = {
    {"set", set_gain, METH_O, "set(decibel): reached at the end of the next process()"},
    {"process", apply_gain, METH_O, "process(pcm) -> bytes, saturated"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot gain_slots[] = {
    {Py_tp_doc, "Gain(decibel=0): up to 60 dB; a change glides over one process() call"},
    {Py_tp_new, (void *)new_gain},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, gain_methods},
    {0, NULL},
};

PyType_Spec gwdsp_gain_spec = {"_gwdsp.Gain", sizeof(struct gain), 0, Py_TPFLAGS_DEFAULT, gain_slots};
