/* Bank: a channel opened, joined to a bearer, given packets, closed. */
#include "cpython_bank.h"

/* The codec's number, GW_CODECS for one of a plug-in; -1 with ValueError. */
static int codec_of(const char *name, const struct gw_plug_in **plug_in)
{
    *plug_in = gwdsp_plug_in(name);
    if (*plug_in != NULL)
        return GW_CODECS;
    return PyErr_Occurred() ? -1 : gwdsp_codec(name);
}

/* 0, or -1: with an exception, or without one where the configuration does not fit. */
static int open_channel(struct bank *self, size_t channel, struct gw_channel_config *config,
                        const struct gw_plug_in *plug_in)
{
    struct plugged *plugged = &self->plugged[channel];
    if (gw_bank_channel(self->bank, channel) != NULL) {
        PyErr_Format(PyExc_ValueError, "channel %zu is open", channel);
        return -1;
    }
    if (plug_in != NULL && gw_channel_bytes(config) != 0) {
        plugged->plug_in = plug_in;
        plugged->state = config->plugged = plug_in->create(config->packet_ms, config->silence);
        if (plugged->state == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    self->frames[channel].joined = 0;
    if (gw_bank_open(self->bank, channel, config) == 0)
        return 0;
    gwdsp_unplug(plugged);
    return -1;
}

/* NULL, with an exception in any case. */
static PyObject *refuse(const struct bank *self, const struct gw_channel_config *config)
{
    if (PyErr_Occurred())
        return NULL;
    return PyErr_Format(PyExc_ValueError,
                        "packet_ms is a multiple of 10 up to 60, ec_type 0 to 2, tail_ms 32 to %d: not %d, %d, %d",
                        self->tail_ms, (int)config->packet_ms, (int)config->ec_type, (int)config->tail_ms);
}

PyObject *gwdsp_bank_open(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"channel", "codec", "packet_ms", "ec_type", "tail_ms", "handset", "network", "silence",
                            "wide", NULL};
    struct bank *self = (struct bank *)object;
    struct gw_channel_config config = {.packet_ms = 20, .ec_type = GW_EC_DEFAULT,
                                       .tail_ms = self->tail_ms < 128 ? self->tail_ms : 128};
    const struct gw_plug_in *plug_in;
    const char *codec;
    Py_ssize_t channel;
    int failed;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ns|iiiiipp", names, &channel, &codec, &config.packet_ms,
                                     &config.ec_type, &config.tail_ms, &config.detect[GW_HANDSET],
                                     &config.detect[GW_NETWORK], &config.silence, &config.wide))
        return NULL;
    if (channel < 0 || (size_t)channel >= self->channels)
        return PyErr_Format(PyExc_IndexError, "channel %zd of %zu", channel, self->channels);
    if ((config.codec = codec_of(codec, &plug_in)) < 0 || gwdsp_enter(self) < 0)
        return NULL;
    config.plug = plug_in ? &plug_in->plug : NULL;
    failed = open_channel(self, (size_t)channel, &config, plug_in);
    gwdsp_leave(self);
    if (failed)
        return refuse(self, &config);
    Py_RETURN_NONE;
}

PyObject *gwdsp_bank_close(PyObject *object, PyObject *argument)
{
    struct bank *self = (struct bank *)object;
    Py_ssize_t channel = PyNumber_AsSsize_t(argument, PyExc_IndexError);
    if ((channel == -1 && PyErr_Occurred()) || gwdsp_enter(self) < 0)
        return NULL;
    if (gwdsp_find(self, channel) != NULL) {
        gw_bank_close(self->bank, (size_t)channel);
        gwdsp_unplug(&self->plugged[channel]);
    }
    gwdsp_leave(self);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

PyObject *gwdsp_bank_join(PyObject *object, PyObject *args)
{
    struct bank *self = (struct bank *)object;
    Py_ssize_t channel;
    int joined;
    if (!PyArg_ParseTuple(args, "np", &channel, &joined) || gwdsp_enter(self) < 0)
        return NULL;
    if (gwdsp_find(self, channel) != NULL)
        self->frames[channel].joined = joined;
    gwdsp_leave(self);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* A codec from outside takes its time: other threads go on meanwhile. */
static void take(struct bank *self, Py_ssize_t number, struct gw_channel *channel, const Py_buffer *payload, int comfort)
{
    if (comfort) {
        gw_channel_comfort(channel, payload->buf, (size_t)payload->len);
    } else if (self->plugged[number].state == NULL) {
        gw_channel_play(channel, payload->buf, (size_t)payload->len);
    } else {
        Py_BEGIN_ALLOW_THREADS
        gw_channel_play(channel, payload->buf, (size_t)payload->len);
        Py_END_ALLOW_THREADS
    }
}

PyObject *gwdsp_bank_play(PyObject *object, PyObject *args)
{
    struct bank *self = (struct bank *)object;
    struct gw_channel *channel;
    Py_ssize_t number;
    const char *kind = "speech";
    Py_buffer payload;
    int comfort;
    if (!PyArg_ParseTuple(args, "ny*|s", &number, &payload, &kind))
        return NULL;
    comfort = strcmp(kind, "comfort") == 0;
    if (!comfort && strcmp(kind, "speech") != 0)
        PyErr_Format(PyExc_ValueError, "a packet is speech or comfort, not '%s'", kind);
    else if (gwdsp_enter(self) == 0) {
        channel = gwdsp_find(self, number);
        if (channel != NULL)
            take(self, number, channel, &payload, comfort);
        gwdsp_leave(self);
    }
    PyBuffer_Release(&payload);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}
