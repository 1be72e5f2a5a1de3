/* Bank: what a channel says of itself, hears and plays. */
#include "cpython_bank.h"

struct gw_channel *gwdsp_find(struct bank *self, Py_ssize_t channel)
{
    struct gw_channel *found = NULL;
    if (channel < 0 || (size_t)channel >= self->channels)
        PyErr_Format(PyExc_IndexError, "channel %zd of %zu", channel, self->channels);
    else if ((found = gw_bank_channel(self->bank, (size_t)channel)) == NULL)
        PyErr_Format(PyExc_ValueError, "channel %zd is closed", channel);
    return found;
}

void gwdsp_bank_publish(struct bank *self)
{
    size_t i;
    for (i = 0; i < self->channels; i++) {
        struct gw_channel *channel = gw_bank_channel(self->bank, i);
        if (channel != NULL)
            gw_channel_status(channel, &self->said[i]);
    }
}

/* Also while another thread makes a frame: that opens and closes no channel. */
PyObject *gwdsp_bank_status(PyObject *object, PyObject *argument)
{
    struct bank *self = (struct bank *)object;
    Py_ssize_t number = PyNumber_AsSsize_t(argument, PyExc_IndexError);
    struct gw_channel_status s;
    struct gw_channel *channel;
    if ((number == -1 && PyErr_Occurred()) || (channel = gwdsp_find(self, number)) == NULL)
        return NULL;
    if (self->begun != GW_NOT_BEGUN)
        return PyErr_Format(PyExc_RuntimeError, "in use by another thread");
    if (self->guard.busy)
        s = self->said[number];
    else
        gw_channel_status(channel, &s);
    return Py_BuildValue("{s:f,s:f,s:f,s:f,s:I,s:I,s:I,s:I}", "level_in", s.level_in, "level_out", s.level_out,
                         "erl", s.erl, "erle", s.erle, "played", s.played, "missing", s.missing, "lost", s.lost,
                         "dropped", s.dropped);
}

/* GW_HANDSET, GW_NETWORK, or -1 with ValueError. */
static int end_of(const char *name)
{
    if (strcmp(name, "handset") == 0)
        return GW_HANDSET;
    if (strcmp(name, "network") == 0)
        return GW_NETWORK;
    PyErr_Format(PyExc_ValueError, "towards handset or network, not '%s'", name);
    return -1;
}

PyObject *gwdsp_bank_tone(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"channel", "tone", "towards", "duration_ms", NULL};
    struct bank *self = (struct bank *)object;
    struct gw_channel *channel;
    Py_ssize_t number;
    const char *name, *towards = "handset";
    int duration_ms = 0, end, failed = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "nz|si", names, &number, &name, &towards, &duration_ms))
        return NULL;
    if ((end = end_of(towards)) < 0 || gwdsp_enter(self) < 0)
        return NULL;
    channel = gwdsp_find(self, number);
    if (channel != NULL)
        failed = gw_channel_say(channel, (enum gw_end)end, name, duration_ms);
    gwdsp_leave(self);
    if (failed)
        PyErr_Format(PyExc_ValueError, "'%s' for %d ms is no tone, or more than %d digits would wait",
                     name ? name : "", duration_ms, GW_DIGITS);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static int add_events(PyObject *list, struct gw_channel *channel, size_t number)
{
    struct gw_event event;
    int end;
    while ((end = gw_channel_event(channel, &event)) != 0) {
        PyObject *value = gwdsp_event_value(&event);
        PyObject *one = value ? Py_BuildValue("nssNI", (Py_ssize_t)number, end == 1 + GW_HANDSET ? "handset" : "network",
                                              gwdsp_event_kind(&event), value, event.at)
                              : NULL;
        int failed = one == NULL || PyList_Append(list, one) < 0;
        Py_XDECREF(one);
        if (failed)
            return -1;
    }
    return 0;
}

PyObject *gwdsp_bank_events(PyObject *object, PyObject *unused)
{
    struct bank *self = (struct bank *)object;
    PyObject *list;
    size_t i;
    (void)unused;
    if (gwdsp_enter(self) < 0)
        return NULL;
    list = PyList_New(0);
    for (i = 0; list != NULL && i < self->channels; i++) {
        struct gw_channel *channel = gw_bank_channel(self->bank, i);
        if (channel != NULL && add_events(list, channel, i) < 0)
            Py_CLEAR(list);
    }
    gwdsp_leave(self);
    return list;
}
