/* The engine's two loops for CPython: tables come as contiguous buffers and are changed in place. */
#include "gw_engine.h"
#include "gw_engine_py.h"

#define FRAME_ARGUMENTS 12
#define HEAR_ARGUMENTS 11
#define MOST 12

struct held {
    Py_buffer buffers[MOST];
    int count;
};

static PyObject *let_go(struct held *held, PyObject *result)
{
    while (held->count)
        PyBuffer_Release(&held->buffers[--held->count]);
    return result;
}

/* The memory of an argument of `least` rows of `row` octets at least, or NULL with an exception. */
static void *take(struct held *held, PyObject *object, size_t row, size_t least, const char *name)
{
    Py_buffer *buffer = &held->buffers[held->count];
    if (PyObject_GetBuffer(object, buffer, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE))
        return NULL;
    held->count++;
    if ((size_t)buffer->len % row || (size_t)buffer->len < row * least || (uintptr_t)buffer->buf % 4) {
        PyErr_Format(PyExc_ValueError, "%s has %zd octets: %zu rows of %zu are needed", name, buffer->len, least, row);
        return NULL;
    }
    return buffer->buf;
}

static size_t rows(const struct held *held, int which, size_t row)
{
    return (size_t)held->buffers[which].len / row;
}

static int expects(Py_ssize_t count, Py_ssize_t needed)
{
    if (count == needed)
        return 1;
    PyErr_Format(PyExc_TypeError, "%zd arguments are needed", needed);
    return 0;
}

PyObject *gwair_frame(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    struct held held = {.count = 0};
    struct gw_frame frame;
    size_t found = 0;
    (void)module;
    if (!expects(count, FRAME_ARGUMENTS))
        return NULL;
    frame.count = PyLong_AsSize_t(args[1]);
    frame.number = PyLong_AsLongLong(args[10]);
    frame.fixed = (int32_t)PyLong_AsLong(args[11]);
    if (PyErr_Occurred()
        || (frame.ends = take(&held, args[0], sizeof *frame.ends, frame.count, "ends")) == NULL
        || (frame.links = take(&held, args[2], sizeof *frame.links, frame.count, "links")) == NULL
        || (frame.names = take(&held, args[3], 4, 1, "names")) == NULL
        || (frame.errors = take(&held, args[4], GW_BLOCKS * sizeof(double), frame.count, "errors")) == NULL
        || (frame.out = take(&held, args[5], GW_B, frame.count, "out")) == NULL
        || (frame.in = take(&held, args[6], GW_B, frame.count, "in")) == NULL
        || (frame.random = take(&held, args[7], 8, 1, "random")) == NULL
        || (frame.totals = take(&held, args[8], 8, GW_TOTALS, "totals")) == NULL
        || (frame.events = take(&held, args[9], 4, 8 * frame.count, "events")) == NULL)
        return let_go(&held, NULL);
    Py_BEGIN_ALLOW_THREADS
    found = gw_frame(&frame);
    Py_END_ALLOW_THREADS
    return let_go(&held, PyLong_FromSize_t(found));
}

PyObject *gwair_hear(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    struct held held = {.count = 0};
    struct gw_hearing hearing;
    struct gw_burst *receivers, *senders;
    double *power;
    int32_t *who;
    size_t listening, sending;
    (void)module;
    if (!expects(count, HEAR_ARGUMENTS))
        return NULL;
    hearing.stations = PyLong_AsSize_t(args[3]);
    hearing.noise = PyFloat_AsDouble(args[5]);
    hearing.least = PyFloat_AsDouble(args[6]);
    if (PyErr_Occurred()
        || (receivers = take(&held, args[0], sizeof *receivers, 0, "receivers")) == NULL
        || (senders = take(&held, args[1], sizeof *senders, 0, "senders")) == NULL
        || (hearing.gain = take(&held, args[2], sizeof(double), hearing.stations * hearing.stations, "gain")) == NULL
        || (hearing.leak = take(&held, args[4], sizeof(double), 1, "leak")) == NULL)
        return let_go(&held, NULL);
    listening = rows(&held, 0, sizeof *receivers);
    sending = rows(&held, 1, sizeof *senders);
    hearing.leaks = rows(&held, 3, sizeof(double));
    if ((hearing.sorted = take(&held, args[7], sizeof *senders, sending, "sorted")) == NULL
        || (hearing.order = take(&held, args[8], 4, sending, "order")) == NULL
        || (who = take(&held, args[9], 4, listening, "who")) == NULL
        || (power = take(&held, args[10], (1 + GW_BLOCKS) * sizeof *power, listening, "power")) == NULL)
        return let_go(&held, NULL);
    Py_BEGIN_ALLOW_THREADS
    gw_hear(&hearing, receivers, listening, senders, sending, who, power);
    Py_END_ALLOW_THREADS
    return let_go(&held, Py_NewRef(Py_None));
}
