/* EchoCanceller. */
#include "gwdsp_py.h"

struct canceller {
    struct guarded guard;
    void *base;
    struct gw_ec *ec;
    struct gw_ec_config config;
    PyThread_type_lock lock;  /* of `said`: what the canceller last said of itself */
    struct gw_ec_status said;
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

/* Publishes the status; the lock is held for no longer than a copy takes. */
static void say(struct canceller *self)
{
    struct gw_ec_status now;
    gw_ec_status(self->ec, &now);
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    self->said = now;
    PyThread_release_lock(self->lock);
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
        self->lock = PyThread_allocate_lock();
        if (memory != NULL && self->lock != NULL) {
            self->ec = gw_ec_init(memory, &self->config);
            say(self);
            return (PyObject *)self;
        }
        if (memory != NULL)
            PyErr_NoMemory();
    }
    Py_DECREF(self);
    return NULL;
}

static void dealloc(PyObject *object)
{
    struct canceller *self = (struct canceller *)object;
    if (self->lock != NULL)
        PyThread_free_lock(self->lock);
    PyMem_Free(self->base);
    gwdsp_free_type(object);
}

/* However long the sound is, the status is no older than a second of it. */
static void cancel(struct canceller *self, const int16_t *near, const int16_t *far, int16_t *out, size_t samples)
{
    size_t second = (size_t)self->config.rate, at, part;
    for (at = 0; at < samples; at += part) {
        part = samples - at < second ? samples - at : second;
        gw_ec_process(self->ec, near + at, far + at, out + at, part);
        say(self);
    }
}

/* The output for checked buffers; the GIL is not held while it is made. */
static PyObject *run(struct canceller *self, const int16_t *near, const int16_t *far, Py_ssize_t octets)
{
    PyObject *out;
    if (octets / 2 % (self->config.rate / 200))
        return PyErr_Format(PyExc_ValueError, "%zd samples are no multiple of 5 ms", octets / 2);
    if (gwdsp_enter(self) < 0)
        return NULL;
    out = PyBytes_FromStringAndSize(NULL, octets);
    if (out != NULL) {
        int16_t *samples = (int16_t *)(void *)PyBytes_AS_STRING(out);
        Py_BEGIN_ALLOW_THREADS
        cancel(self, near, far, samples, (size_t)octets / 2);
        Py_END_ALLOW_THREADS
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

/* At any time, while another thread is inside too. */
static struct gw_ec_status read_status(PyObject *object)
{
    struct canceller *self = (struct canceller *)object;
    struct gw_ec_status status;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    status = self->said;
    PyThread_release_lock(self->lock);
    return status;
}

static PyObject *status(PyObject *object, PyObject *unused)
{
    struct gw_ec_status s = read_status(object);
    (void)unused;
    return Py_BuildValue("{s:f,s:f,s:f,s:f,s:f,s:i,s:O,s:I,s:I}", "erl", s.erl, "erle", s.erle, "far", s.far,
                         "near", s.near, "out", s.out, "delay_ms", (int)s.delay, "frozen",
                         s.frozen ? Py_True : Py_False, "handovers", s.handovers, "resets", s.resets);
}

static PyObject *get_erl(PyObject *object, void *unused)
{
    (void)unused;
    return PyFloat_FromDouble(read_status(object).erl);
}

static PyObject *get_erle(PyObject *object, void *unused)
{
    (void)unused;
    return PyFloat_FromDouble(read_status(object).erle);
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
