/* EchoCanceller. */
#include "gwdsp_py.h"

struct canceller {
    struct guarded guard;
    void *base;
    struct gw_ec *ec;
    struct gw_ec_config config;
};

static int check(const struct gw_ec_config *c)
{
    if (c->rate != 8000 && c->rate != 16000)
        PyErr_Format(PyExc_ValueError, "rate is 8000 or 16000 Hz, not %d", (int)c->rate);
    else if (c->tail_ms < 32 || c->tail_ms > 256)
        PyErr_Format(PyExc_ValueError, "tail_ms is 32 to 256, not %d", (int)c->tail_ms);
    else if (c->type < 0 || c->type > 2)
        PyErr_Format(PyExc_ValueError, "ec_type is 0, 1 or 2, not %d", (int)c->type);
    else
        return 0;
    return -1;
}

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"rate", "tail_ms", "ec_type", "linear", NULL};
    int rate = 8000, tail_ms = 128, ec_type = GW_EC_DEFAULT, linear = 0;
    struct canceller *self;
    void *memory;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiip", names, &rate, &tail_ms, &ec_type, &linear))
        return NULL;
    self = (struct canceller *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->config = (struct gw_ec_config){rate, tail_ms, ec_type, linear};
    if (check(&self->config) == 0) {
        memory = gwdsp_memory(gw_ec_bytes(&self->config), &self->base);
        if (memory != NULL) {
            self->ec = gw_ec_init(memory, &self->config);
            return (PyObject *)self;
        }
    }
    Py_DECREF(self);
    return NULL;
}

static void dealloc(PyObject *object)
{
    PyMem_Free(((struct canceller *)object)->base);
    gwdsp_free_type(object);
}

/* The output for checked buffers; the GIL is not held while it is made. */
static PyObject *run(struct canceller *self, const int16_t *near, const int16_t *far, Py_ssize_t octets)
{
    PyObject *out;
    int failed;
    if (gwdsp_enter(self) < 0)
        return NULL;
    out = PyBytes_FromStringAndSize(NULL, octets);
    if (out != NULL) {
        int16_t *samples = (int16_t *)(void *)PyBytes_AS_STRING(out);
        Py_BEGIN_ALLOW_THREADS
        failed = gw_ec_process(self->ec, near, far, samples, (size_t)octets / 2);
        Py_END_ALLOW_THREADS
        if (failed) {
            Py_CLEAR(out);
            PyErr_Format(PyExc_ValueError, "%zd samples are no multiple of 5 ms", octets / 2);
        }
    }
    gwdsp_leave(self);
    return out;
}

static PyObject *process(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"near", "far", NULL};
    Py_buffer near, far;
    int16_t *near_copy = NULL, *far_copy = NULL;
    const int16_t *near_samples, *far_samples;
    PyObject *out = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*y*", names, &near, &far))
        return NULL;
    near_samples = gwdsp_samples(&near, "near", &near_copy);
    far_samples = near_samples ? gwdsp_samples(&far, "far", &far_copy) : NULL;
    if (near_samples && far_samples && near.len != far.len)
        PyErr_Format(PyExc_ValueError, "near has %zd samples and far %zd: they must be equal", near.len / 2, far.len / 2);
    else if (near_samples && far_samples)
        out = run((struct canceller *)object, near_samples, far_samples, near.len);
    PyMem_Free(near_copy);
    PyMem_Free(far_copy);
    PyBuffer_Release(&near);
    PyBuffer_Release(&far);
    return out;
}

static int read_status(PyObject *object, struct gw_ec_status *status)
{
    if (gwdsp_enter(object) < 0)
        return -1;
    gw_ec_status(((struct canceller *)object)->ec, status);
    gwdsp_leave(object);
    return 0;
}

static PyObject *status(PyObject *object, PyObject *unused)
{
    struct gw_ec_status s;
    (void)unused;
    if (read_status(object, &s) < 0)
        return NULL;
    return Py_BuildValue("{s:f,s:f,s:f,s:f,s:f,s:i,s:O,s:I,s:I}", "erl", s.erl, "erle", s.erle, "far", s.far,
                         "near", s.near, "out", s.out, "delay_ms", (int)s.delay, "frozen",
                         s.frozen ? Py_True : Py_False, "handovers", s.handovers, "resets", s.resets);
}

static PyObject *get_erl(PyObject *object, void *unused)
{
    struct gw_ec_status s;
    (void)unused;
    return read_status(object, &s) < 0 ? NULL : PyFloat_FromDouble(s.erl);
}

static PyObject *get_erle(PyObject *object, void *unused)
{
    struct gw_ec_status s;
    (void)unused;
    return read_status(object, &s) < 0 ? NULL : PyFloat_FromDouble(s.erle);
}

static PyObject *get_delay(PyObject *object, void *unused)
{
    (void)unused;
    return PyLong_FromLong(gw_ec_delay(((struct canceller *)object)->ec));
}

/* Not while another thread is inside: the loops must not change under it. */
static PyObject *use_wide(PyObject *object, PyObject *wide)
{
    int wanted = PyObject_IsTrue(wide), used;
    if (wanted < 0 || gwdsp_enter(object) < 0)
        return NULL;
    used = gw_ec_use_wide(((struct canceller *)object)->ec, wanted);
    gwdsp_leave(object);
    return PyBool_FromLong(used);
}

static PyMethodDef methods[] = {
    {"process", (PyCFunction)(void (*)(void))process, METH_VARARGS | METH_KEYWORDS,
     "process(near, far) -> bytes\n\nnear from the microphone, far to the loudspeaker during the same time: int16 "
     "little-endian,\nequal lengths, multiples of 5 ms (10 ms is cheaper). Raises ValueError otherwise."},
    {"status", status, METH_NOARGS,
     "status() -> dict of erl, erle (dB), far, near, out (dBm0), delay_ms, frozen, handovers, resets"},
    {"use_wide", use_wide, METH_O,
     "use_wide(wanted) -> bool\n\nWhether the widest registers of this processor are used from now on; the bits are "
     "the same.\nFor tests and benches: a new canceller uses them."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getters[] = {
    {"erl", get_erl, NULL, "loss of the echo path, dB; 0 while unknown", NULL},
    {"erle", get_erle, NULL, "what the linear stage takes from the echo, dB; 0 while unknown", NULL},
    {"delay", get_delay, NULL, "samples by which the output lags behind near", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "EchoCanceller(rate=8000, tail_ms=128, ec_type=2, linear=False)\n\nec_type 0 passes near bit for bit, "
                "1 is the linear stage tuned for noise, 2 adds suppressor and comfort noise."},
    {Py_tp_new, (void *)new},
    {Py_tp_dealloc, (void *)dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {0, NULL},
};

PyType_Spec gwdsp_canceller_spec = {"_gwdsp.EchoCanceller", sizeof(struct canceller), 0, Py_TPFLAGS_DEFAULT, slots};
