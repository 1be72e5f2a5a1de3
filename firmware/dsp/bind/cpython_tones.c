/* ToneGenerator and ToneDetector. */
#include "gwdsp_py.h"

static const char *const KINDS[] = {"dtmf", "dtmf-end", "fax", "progress"};

struct generator {
    struct guarded guard;
    struct gw_tone_generator generator;
};

int gwdsp_tone(const char *name)
{
    int tone = gw_tone_find(name);
    if (tone < 0)
        PyErr_Format(PyExc_ValueError, "unknown tone '%s'", name);
    return tone;
}

static PyObject *new_generator(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"tone", "rate", "duration_ms", NULL};
    const char *name;
    int rate = 8000, duration_ms = 0, tone;
    struct generator *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|ii", names, &name, &rate, &duration_ms))
        return NULL;
    if ((tone = gwdsp_tone(name)) < 0 || (self = (struct generator *)type->tp_alloc(type, 0)) == NULL)
        return NULL;
    if (gw_tone_init(&self->generator, tone, rate, duration_ms) == 0)
        return (PyObject *)self;
    Py_DECREF(self);
    return PyErr_Format(PyExc_ValueError, "rate is 8000 or 16000 and duration_ms 0 to 3600000, not %d and %d", rate,
                        duration_ms);
}

static PyObject *generate(PyObject *object, PyObject *argument)
{
    struct generator *self = (struct generator *)object;
    Py_ssize_t samples = PyNumber_AsSsize_t(argument, PyExc_OverflowError);
    PyObject *out;
    if (samples == -1 && PyErr_Occurred())
        return NULL;
    if (samples < 0 || samples > PY_SSIZE_T_MAX / 2)
        return PyErr_Format(PyExc_ValueError, "samples is 0 or more, not %zd", samples);
    if (gwdsp_enter(self) < 0)
        return NULL;
    out = PyBytes_FromStringAndSize(NULL, 2 * samples);
    if (out != NULL) {
        int16_t *pcm = (int16_t *)(void *)PyBytes_AS_STRING(out);
        Py_BEGIN_ALLOW_THREADS
        gw_tone_run(&self->generator, pcm, (size_t)samples);
        Py_END_ALLOW_THREADS
    }
    gwdsp_leave(self);
    return out;
}

static PyObject *active(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(gw_tone_active(&((struct generator *)object)->generator));
}

static PyMethodDef generator_methods[] = {
    {"generate", generate, METH_O, "generate(samples) -> bytes of int16 little-endian; silence after the tone's end"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef generator_figures[] = {
    {"active", active, NULL, "whether more of it is to come", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot generator_slots[] = {
    {Py_tp_doc, "ToneGenerator(tone, rate=8000, duration_ms=0)\n\ntone: a DTMF digit (150 ms where duration_ms is 0), dial, "
                "busy, ringing, congestion,\nspecial-information, call-waiting, cng, ced, ced-reversals, ansam or "
                "ansam-reversals."},
    {Py_tp_new, (void *)new_generator},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, generator_methods},
    {Py_tp_getset, generator_figures},
    {0, NULL},
};

struct detector {
    struct guarded guard;
    struct gw_detector detector;
    int16_t frame[GW_FRAME];
    size_t held; /* samples of a frame that is not whole yet */
};

static PyObject *new_detector(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"dtmf", "fax", "progress", "remove", NULL};
    int dtmf = 0, fax = 0, progress = 0, remove = 0;
    struct detector *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|pppp", names, &dtmf, &fax, &progress, &remove))
        return NULL;
    self = (struct detector *)type->tp_alloc(type, 0);
    if (self != NULL)
        gw_detector_init(&self->detector, (dtmf ? GW_DETECT_DTMF : 0) | (fax ? GW_DETECT_FAX : 0)
                                              | (progress ? GW_DETECT_PROGRESS : 0) | (remove ? GW_REMOVE_DTMF : 0));
    return (PyObject *)self;
}

PyObject *gwdsp_event_value(const struct gw_event *event)
{
    char digit[2] = {0};
    switch (event->kind) {
    case GW_EVENT_DTMF:
        digit[0] = (char)event->value;
        return PyUnicode_FromString(digit);
    case GW_EVENT_DTMF_END:
        return PyLong_FromLong(event->value);
    default:
        return PyUnicode_FromString(gw_tone_name(event->value));
    }
}

const char *gwdsp_event_kind(const struct gw_event *event)
{
    return KINDS[event->kind];
}

static int take_events(struct gw_detector *detector, PyObject *list)
{
    struct gw_event event;
    while (gw_detector_event(detector, &event)) {
        PyObject *value = gwdsp_event_value(&event);
        PyObject *one = value ? Py_BuildValue("IsN", event.at, gwdsp_event_kind(&event), value) : NULL;
        int failed = one == NULL || PyList_Append(list, one) < 0;
        Py_XDECREF(one);
        if (failed)
            return -1;
    }
    return 0;
}

/* Until events wait, of which one frame makes no more than five, or the samples end; gives how many it took. */
static size_t run(struct detector *self, const int16_t *pcm, size_t samples)
{
    size_t at = 0;
    while (at < samples && self->detector.waiting == 0) {
        size_t part = GW_FRAME - self->held < samples - at ? GW_FRAME - self->held : samples - at;
        memcpy(self->frame + self->held, pcm + at, 2 * part);
        self->held += part;
        at += part;
        if (self->held == GW_FRAME) {
            gw_detector_run(&self->detector, self->frame);
            self->held = 0;
        }
    }
    return at;
}

static PyObject *detect(struct detector *self, const int16_t *pcm, size_t samples)
{
    PyObject *list = PyList_New(0);
    size_t at = 0, taken;
    if (list != NULL && take_events(&self->detector, list) < 0)
        Py_CLEAR(list);
    while (list != NULL && at < samples) {
        Py_BEGIN_ALLOW_THREADS
        taken = run(self, pcm + at, samples - at);
        Py_END_ALLOW_THREADS
        at += taken;
        if (take_events(&self->detector, list) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *process(PyObject *object, PyObject *argument)
{
    struct detector *self = (struct detector *)object;
    Py_buffer buffer;
    int16_t *copy = NULL;
    const int16_t *pcm;
    PyObject *list = NULL;
    if (PyObject_GetBuffer(argument, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    pcm = gwdsp_samples(&buffer, "pcm", &copy);
    if (pcm != NULL && gwdsp_enter(self) == 0) {
        list = detect(self, pcm, (size_t)buffer.len / 2);
        gwdsp_leave(self);
    }
    PyMem_Free(copy);
    PyBuffer_Release(&buffer);
    return list;
}

static PyObject *pass(PyObject *object, PyObject *argument)
{
    struct detector *self = (struct detector *)object;
    Py_buffer buffer;
    PyObject *out = NULL;
    Py_ssize_t at;
    if (PyObject_GetBuffer(argument, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    if (buffer.len % (2 * GW_FRAME))
        PyErr_Format(PyExc_ValueError, "pcm has %zd octets: pass takes multiples of 10 ms, 160 octets", buffer.len);
    else if (gwdsp_enter(self) == 0) {
        out = PyBytes_FromStringAndSize(buffer.buf, buffer.len);
        for (at = 0; out != NULL && at < buffer.len; at += 2 * GW_FRAME)
            gw_detector_run(&self->detector, (int16_t *)(void *)(PyBytes_AS_STRING(out) + at));
        gwdsp_leave(self);
    }
    PyBuffer_Release(&buffer);
    return out;
}

static PyMethodDef detector_methods[] = {
    {"process", process, METH_O,
     "process(pcm) -> list of (at, kind, value)\n\npcm: int16 little-endian at 8 kHz, any number of samples. at: ms since "
     "the beginning.\nkind and value: dtmf and its digit, dtmf-end and its length in ms, fax or progress and the\nname of a "
     "tone."},
    {"pass_through", pass, METH_O,
     "pass_through(pcm) -> bytes\n\nThe same frames of 10 ms, digits covered by noise if `remove` is set; the newest "
     "8 events wait for process."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot detector_slots[] = {
    {Py_tp_doc, "ToneDetector(dtmf=False, fax=False, progress=False, remove=False), for 8 kHz"},
    {Py_tp_new, (void *)new_detector},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, detector_methods},
    {0, NULL},
};

PyType_Spec gwdsp_generator_spec = {"_gwdsp.ToneGenerator", sizeof(struct generator), 0, Py_TPFLAGS_DEFAULT,
                                    generator_slots};
PyType_Spec gwdsp_detector_spec = {"_gwdsp.ToneDetector", sizeof(struct detector), 0, Py_TPFLAGS_DEFAULT,
                                   detector_slots};
