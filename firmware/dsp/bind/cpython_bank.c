/* Bank: all channels of a board in one call. */
#include "cpython_bank.h"

static int allocate(struct bank *self)
{
    void *memory = gwdsp_memory(gw_bank_bytes(self->channels, self->tail_ms), &self->base);
    if (memory == NULL)
        return -1;
    self->bank = gw_bank_init(memory, self->channels, self->tail_ms);
    self->frames = PyMem_Calloc(self->channels, sizeof *self->frames);
    self->fields = PyMem_Calloc(self->channels, sizeof *self->fields);
    self->plugged = PyMem_Calloc(self->channels, sizeof *self->plugged);
    self->said = PyMem_Calloc(self->channels, sizeof *self->said);
    if (self->frames == NULL || self->fields == NULL || self->plugged == NULL || self->said == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"channels", "tail_ms", NULL};
    Py_ssize_t channels;
    int tail_ms = 256;
    struct bank *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "n|i", names, &channels, &tail_ms))
        return NULL;
    if (channels < 1 || channels > 100000 || tail_ms < 32 || tail_ms > 256)
        return PyErr_Format(PyExc_ValueError, "channels is 1 to 100000 and tail_ms 32 to 256, not %zd and %d",
                            channels, tail_ms);
    self = (struct bank *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->channels = (size_t)channels;
    self->tail_ms = tail_ms;
    if (allocate(self) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void release_fields(struct bank *self)
{
    size_t i;
    for (i = 0; i < self->channels; i++)
        if (self->frames[i].field != NULL) {
            PyBuffer_Release(&self->fields[i]);
            self->frames[i].field = NULL;
        }
}

static void dealloc(PyObject *object)
{
    struct bank *self = (struct bank *)object;
    size_t i;
    if (self->begun) {
        gwdsp_wait(self);
        release_fields(self);
    }
    for (i = 0; self->plugged != NULL && i < self->channels; i++)
        gwdsp_unplug(&self->plugged[i]);
    PyMem_Free(self->plugged);
    PyMem_Free(self->base);
    PyMem_Free(self->frames);
    PyMem_Free(self->fields);
    PyMem_Free(self->said);
    gwdsp_free_type(object);
}

static void leave(struct bank *self)
{
    release_fields(self);
    gwdsp_leave(self);
}

static size_t b_field(struct bank *self, size_t i)
{
    const struct gw_channel *channel = gw_bank_channel(self->bank, i);
    return channel ? gw_channel_b_field(channel) : GW_B_FIELD;
}

static int hold_fields(struct bank *self, PyObject *fields)
{
    size_t i;
    if ((size_t)PyTuple_GET_SIZE(fields) != self->channels) {
        PyErr_Format(PyExc_ValueError, "%zd B-fields for %zu channels", PyTuple_GET_SIZE(fields), self->channels);
        return -1;
    }
    for (i = 0; i < self->channels; i++) {
        PyObject *field = PyTuple_GET_ITEM(fields, (Py_ssize_t)i);
        if (field == Py_None)
            continue;
        if (PyObject_GetBuffer(field, &self->fields[i], PyBUF_SIMPLE) < 0)
            return -1;
        self->frames[i].field = self->fields[i].buf;
        if ((size_t)self->fields[i].len != b_field(self, i)) {
            PyErr_Format(PyExc_ValueError, "a B-field has %zu octets, not %zd", b_field(self, i), self->fields[i].len);
            return -1;
        }
    }
    return 0;
}

static PyObject *result(struct bank *self, size_t i)
{
    const struct gw_frame *frame = &self->frames[i];
    PyObject *pair, *reply, *packet;
    if (gw_bank_channel(self->bank, i) == NULL)
        Py_RETURN_NONE;
    reply = frame->joined ? PyBytes_FromStringAndSize((const char *)frame->reply, (Py_ssize_t)b_field(self, i)) : Py_NewRef(Py_None);
    packet = frame->packet_octets
                 ? Py_BuildValue("y#sI", frame->packet, (Py_ssize_t)frame->packet_octets,
                                 frame->kind == GW_COMFORT ? "comfort" : "speech", (unsigned)frame->at)
                 : Py_NewRef(Py_None);
    pair = reply != NULL && packet != NULL ? PyTuple_Pack(2, reply, packet) : NULL;
    Py_XDECREF(reply);
    Py_XDECREF(packet);
    return pair;
}

static PyObject *results(struct bank *self)
{
    PyObject *list = PyList_New((Py_ssize_t)self->channels);
    size_t i;
    for (i = 0; list != NULL && i < self->channels; i++) {
        PyObject *one = result(self, i);
        if (one == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, one);
    }
    return list;
}

/* Ready for a frame, and ours until `leave`; or -1 with an exception. */
static int enter(struct bank *self, PyObject *argument)
{
    PyObject *fields = PySequence_Tuple(argument); /* of our own: lists may be changed meanwhile */
    int failed;
    if (fields == NULL || gwdsp_enter(self) < 0) {
        Py_XDECREF(fields);
        return -1;
    }
    failed = hold_fields(self, fields);
    Py_DECREF(fields);
    if (failed)
        leave(self);
    return failed;
}

static PyObject *process(PyObject *object, PyObject *argument)
{
    struct bank *self = (struct bank *)object;
    PyObject *list;
    if (enter(self, argument) < 0)
        return NULL;
    gwdsp_bank_publish(self);
    Py_BEGIN_ALLOW_THREADS
    gw_bank_run(self->bank, self->frames);
    Py_END_ALLOW_THREADS
    list = results(self);
    leave(self);
    return list;
}

static PyObject *begin(PyObject *object, PyObject *args)
{
    struct bank *self = (struct bank *)object;
    PyObject *fields;
    int more = 0;
    if (!PyArg_ParseTuple(args, "O|p", &fields, &more) || enter(self, fields) < 0)
        return NULL;
    self->begun = GW_BEGUN;
    gwdsp_begin(self, !more);
    Py_RETURN_NONE;
}

static PyObject *finish(PyObject *object, PyObject *unused)
{
    struct bank *self = (struct bank *)object;
    PyObject *list;
    (void)unused;
    if (self->begun != GW_BEGUN) {
        PyErr_SetString(PyExc_RuntimeError, "no frame has begun");
        return NULL;
    }
    self->begun = GW_FINISHING;
    Py_BEGIN_ALLOW_THREADS
    gwdsp_wait(self);
    Py_END_ALLOW_THREADS
    self->begun = GW_NOT_BEGUN;
    list = results(self);
    leave(self);
    return list;
}

static PyObject *bytes_needed(PyObject *unused, PyObject *args)
{
    Py_ssize_t channels;
    int tail_ms = 256;
    size_t octets;
    (void)unused;
    if (!PyArg_ParseTuple(args, "n|i", &channels, &tail_ms))
        return NULL;
    octets = channels < 1 ? 0 : gw_bank_bytes((size_t)channels, tail_ms);
    if (octets == 0)
        return PyErr_Format(PyExc_ValueError, "channels is 1 or more and tail_ms 32 to 256, not %zd and %d",
                            channels, tail_ms);
    return PyLong_FromSize_t(octets);
}

static PyMethodDef methods[] = {
    {"open", (PyCFunction)(void (*)(void))gwdsp_bank_open, METH_VARARGS | METH_KEYWORDS,
     "open(channel, codec, packet_ms=20, ec_type=2, tail_ms=128, handset=0, network=0, silence=False, wide=False)\n\n"
     "handset, network: what is detected in what comes from there, a sum of 1 DTMF, 2 fax tones,\n4 call progress, "
     "8 remove DTMF. silence: the handset's pauses are not sent, but described once (RFC 3389). wide: the\nhandset speaks "
     "G.722 at 16 kHz in B-fields of 80 octets."},
    {"tone", (PyCFunction)(void (*)(void))gwdsp_bank_tone, METH_VARARGS | METH_KEYWORDS,
     "tone(channel, tone, towards='handset', duration_ms=0)\n\nA tone as of ToneGenerator in place of what goes to the "
     "handset or network; None ends it.\nDigits, one or up to 32, are dialled: 150 ms each, a pause of 60 ms after it, "
     "behind those that wait."},
    {"events", gwdsp_bank_events, METH_NOARGS,
     "events() -> list of (channel, 'handset' or 'network', kind, value, ms since the opening)\n\nWhat detectors found "
     "since the last call; see ToneDetector. A channel keeps the newest 8 of an end."},
    {"close", gwdsp_bank_close, METH_O, "close(channel)"},
    {"join", gwdsp_bank_join, METH_VARARGS, "join(channel, joined): whether a bearer is there"},
    {"play", gwdsp_bank_play, METH_VARARGS,
     "play(channel, payload, kind='speech'): queue one packet from the network; 'comfort' is a description of noise\n"
     "(RFC 3389), which is played once the queue is empty, until speech comes"},
    {"process", process, METH_O,
     "process(fields) -> list\n\nOne frame of 10 ms of every open channel. fields: per channel 40 octets of G.726 (80 of G.722 if it is wide) "
     "from\nthe handset, or None where they are missing. Gives per channel (octets to the handset or None,\na packet for "
     "the network or None), or None for a closed channel. A packet is (octets, 'speech' or\n'comfort', ms from the "
     "channel's opening to its first sample)."},
    {"begin", begin, METH_VARARGS,
     "begin(fields, more=False)\n\nAs process, by another thread where there is a core for it; until `finish` nothing else "
     "can be done with this bank.\nmore: other banks begin right behind it, the last one wakes the threads."},
    {"finish", finish, METH_NOARGS, "finish() -> list\n\nWhat process would have given for what has begun."},
    {"status", gwdsp_bank_status, METH_O, "status(channel) -> dict of level_in, level_out (dBm0), erl, erle (dB), played, missing, "
                               "lost, dropped"},
    {"bytes_needed", bytes_needed, METH_VARARGS | METH_STATIC,
     "bytes_needed(channels, tail_ms=256) -> octets of the arena"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "Bank(channels, tail_ms=256): channels with tails of up to tail_ms, in one arena"},
    {Py_tp_new, (void *)new},
    {Py_tp_dealloc, (void *)dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

PyType_Spec gwdsp_bank_spec = {"_gwdsp.Bank", sizeof(struct bank), 0, Py_TPFLAGS_DEFAULT, slots};
