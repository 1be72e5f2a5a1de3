/* ComfortNoise and Silence: what is sent and played where nobody speaks. */
#include "gwdsp_py.h"

struct comfort {
    struct guarded guard;
    struct gw_comfort state;
};

static PyObject *new_comfort(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {NULL};
    struct comfort *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "", names))
        return NULL;
    self = (struct comfort *)type->tp_alloc(type, 0);
    if (self != NULL)
        gw_comfort_init(&self->state);
    return (PyObject *)self;
}

static PyObject *describe(PyObject *object, PyObject *argument)
{
    struct comfort *self = (struct comfort *)object;
    struct gw_sid sid;
    Py_buffer payload;
    int wrong;
    if (PyObject_GetBuffer(argument, &payload, PyBUF_SIMPLE) < 0)
        return NULL;
    wrong = gw_sid_parse(&sid, payload.buf, (size_t)payload.len);
    PyBuffer_Release(&payload);
    if (wrong) {
        PyErr_SetString(PyExc_ValueError, "a description has at least one octet");
        return NULL;
    }
    gw_comfort_set(&self->state, &sid);
    Py_RETURN_NONE;
}

static PyObject *play_noise(PyObject *object, PyObject *argument)
{
    struct comfort *self = (struct comfort *)object;
    Py_ssize_t samples = PyNumber_AsSsize_t(argument, PyExc_OverflowError);
    PyObject *out;
    int16_t *to;
    if (samples == -1 && PyErr_Occurred())
        return NULL;
    if (samples < 0 || samples > PY_SSIZE_T_MAX / 4)
        return PyErr_Format(PyExc_ValueError, "%zd samples", samples);
    out = gwdsp_room((size_t)samples, &to);
    if (out != NULL)
        gw_comfort_run(&self->state, to, (size_t)samples);
    return out;
}

static PyObject *measure(PyObject *unused, PyObject *args)
{
    PyObject *argument;
    struct gwdsp_held held;
    struct gw_sid sid;
    uint8_t octets[GW_SID_OCTETS];
    int order = 0;
    (void)unused;
    if (!PyArg_ParseTuple(args, "O|i", &argument, &order))
        return NULL;
    if (order < 0 || order > GW_SID_ORDER)
        return PyErr_Format(PyExc_ValueError, "order is 0 to %d, not %d", GW_SID_ORDER, order);
    if (gwdsp_hold(&held, argument) < 0)
        return NULL;
    gw_sid_measure(&sid, held.pcm, held.samples, order);
    gwdsp_release(&held);
    return PyBytes_FromStringAndSize((const char *)octets, (Py_ssize_t)gw_sid_build(&sid, octets));
}

static PyMethodDef comfort_methods[] = {
    {"set", describe, METH_O, "set(payload): a description as RFC 3389 packs it"},
    {"play", play_noise, METH_O, "play(samples) -> bytes; silence before the first set()"},
    {"measure", measure, METH_VARARGS | METH_STATIC,
     "measure(pcm, order=0) -> payload: level and up to 12 reflection coefficients"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot comfort_slots[] = {
    {Py_tp_doc, "ComfortNoise(): plays noise that RFC 3389 payloads describe, and describes noise"},
    {Py_tp_new, (void *)new_comfort},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, comfort_methods},
    {0, NULL},
};

PyType_Spec gwdsp_comfort_spec = {"_gwdsp.ComfortNoise", sizeof(struct comfort), 0, Py_TPFLAGS_DEFAULT, comfort_slots};

struct silence {
    struct guarded guard;
    struct gw_silence state;
    size_t samples;
};

static PyObject *new_silence(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"order", "rate", NULL};
    int order = 0, rate = 8000;
    struct silence *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|ii", names, &order, &rate))
        return NULL;
    if (order < 0 || order > GW_SID_ORDER || (rate != 8000 && rate != 16000))
        return PyErr_Format(PyExc_ValueError, "order is 0 to %d and rate 8000 or 16000, not %d and %d",
                            GW_SID_ORDER, order, rate);
    self = (struct silence *)type->tp_alloc(type, 0);
    if (self != NULL) {
        gw_silence_init(&self->state, order);
        self->samples = (size_t)rate / 100;
    }
    return (PyObject *)self;
}

static PyObject *compress(PyObject *object, PyObject *argument)
{
    struct silence *self = (struct silence *)object;
    enum gw_sending sending = GW_SEND_SPEECH;
    uint8_t octets[GW_SID_OCTETS];
    struct gwdsp_held held;
    struct gw_sid sid;
    int fits;
    if (gwdsp_hold(&held, argument) < 0)
        return NULL;
    fits = held.samples == self->samples;
    if (fits)
        sending = gw_silence_frame(&self->state, held.pcm, held.samples, &sid);
    else
        PyErr_Format(PyExc_ValueError, "a frame of 10 ms has %zu samples, not %zu", self->samples, held.samples);
    gwdsp_release(&held);
    if (!fits)
        return NULL;
    if (sending == GW_SEND_SPEECH)
        Py_RETURN_TRUE;
    if (sending == GW_SEND_NOTHING)
        Py_RETURN_NONE;
    return PyBytes_FromStringAndSize((const char *)octets, (Py_ssize_t)gw_sid_build(&sid, octets));
}

static PyMethodDef silence_methods[] = {
    {"process", compress, METH_O,
     "process(frame of 10 ms) -> True: send it as speech; a payload of comfort noise to send instead; None: nothing"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot silence_slots[] = {
    {Py_tp_doc, "Silence(order=0, rate=8000): voice activity and silence compression with RFC 3389 payloads of that order"},
    {Py_tp_new, (void *)new_silence},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, silence_methods},
    {0, NULL},
};

PyType_Spec gwdsp_silence_spec = {"_gwdsp.Silence", sizeof(struct silence), 0, Py_TPFLAGS_DEFAULT, silence_slots};
