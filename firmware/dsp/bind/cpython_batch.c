/* encode_all and decode_all: many coders of one codec in one call. */
#include "gwdsp_py.h"

struct batch {
    size_t count, entered, held;
    struct gw_coder **coders;
    PyObject **objects;
    Py_buffer *buffers;
    void **from, **to; /* octets or samples, by direction */
    PyObject *out;
};

static void end(struct batch *b)
{
    while (b->entered)
        gwdsp_leave(b->objects[--b->entered]);
    while (b->held)
        PyBuffer_Release(&b->buffers[--b->held]);
    PyMem_Free(b->coders);
    PyMem_Free(b->objects);
    PyMem_Free(b->buffers);
    PyMem_Free(b->from);
    PyMem_Free(b->to);
}

static int allocate(struct batch *b, size_t count)
{
    size_t room = count ? count : 1;
    b->count = count;
    b->coders = PyMem_Calloc(room, sizeof *b->coders);
    b->objects = PyMem_Calloc(room, sizeof *b->objects);
    b->buffers = PyMem_Calloc(room, sizeof *b->buffers);
    b->from = PyMem_Calloc(room, sizeof *b->from);
    b->to = PyMem_Calloc(room, sizeof *b->to);
    if (b->coders && b->objects && b->buffers && b->from && b->to)
        return 0;
    PyErr_NoMemory();
    return -1;
}

static int take_coder(struct batch *b, PyTypeObject *type, PyObject *object)
{
    struct coder *one = (struct coder *)object;
    if (!PyObject_TypeCheck(object, type)) {
        PyErr_Format(PyExc_TypeError, "%s wanted, not %s", type->tp_name, Py_TYPE(object)->tp_name);
        return -1;
    }
    if (b->entered && one->coder.codec != b->coders[0]->codec) {
        PyErr_SetString(PyExc_ValueError, "all must be of one codec");
        return -1;
    }
    if (gwdsp_enter(one) < 0)
        return -1;
    b->objects[b->entered] = object;
    b->coders[b->entered++] = &one->coder;
    return 0;
}

/* `unit`: octets of a buffer come in multiples of it; samples must be aligned as such. */
static int take_buffer(struct batch *b, PyObject *object, Py_ssize_t unit)
{
    Py_buffer *buffer = &b->buffers[b->held];
    if (PyObject_GetBuffer(object, buffer, PyBUF_SIMPLE) < 0)
        return -1;
    b->from[b->held++] = buffer->buf;
    if (buffer->len != b->buffers[0].len || buffer->len % unit || (unit > 1 && (uintptr_t)buffer->buf % 2)) {
        PyErr_Format(PyExc_ValueError, "buffers of one length, a multiple of %zd octets, not %zd", unit, buffer->len);
        return -1;
    }
    return 0;
}

static int take(struct batch *b, PyObject *type, PyObject *coders, PyObject *buffers)
{
    size_t i, count = (size_t)PyTuple_GET_SIZE(coders);
    if (count != (size_t)PyTuple_GET_SIZE(buffers)) {
        PyErr_Format(PyExc_ValueError, "%zu coders for %zd buffers", count, PyTuple_GET_SIZE(buffers));
        return -1;
    }
    if (allocate(b, count) < 0)
        return -1;
    for (i = 0; i < count; i++)
        if (take_coder(b, (PyTypeObject *)type, PyTuple_GET_ITEM(coders, (Py_ssize_t)i)) < 0)
            return -1;
    return 0;
}

static int make_room(struct batch *b, Py_ssize_t octets)
{
    size_t i;
    b->out = PyList_New((Py_ssize_t)b->count);
    for (i = 0; b->out != NULL && i < b->count; i++) {
        PyObject *one = PyBytes_FromStringAndSize(NULL, octets);
        if (one == NULL) {
            Py_CLEAR(b->out);
            break;
        }
        PyList_SET_ITEM(b->out, (Py_ssize_t)i, one);
        b->to[i] = PyBytes_AS_STRING(one);
    }
    return b->out == NULL ? -1 : 0;
}

static int run(struct batch *b, PyObject *buffers, int encode)
{
    enum gw_codec codec = b->count ? b->coders[0]->codec : GW_PCMA;
    Py_ssize_t unit = encode ? 2 * (Py_ssize_t)gw_coder_samples(codec, 1) : 1, length;
    size_t i;
    for (i = 0; i < b->count; i++)
        if (take_buffer(b, PyTuple_GET_ITEM(buffers, (Py_ssize_t)i), unit) < 0)
            return -1;
    length = b->count ? b->buffers[0].len : 0;
    if (make_room(b, encode ? (Py_ssize_t)gw_coder_octets(codec, (size_t)length / 2)
                            : 2 * (Py_ssize_t)gw_coder_samples(codec, (size_t)length)) < 0)
        return -1;
    Py_BEGIN_ALLOW_THREADS
    if (encode)
        gw_encode_all(b->coders, (const int16_t *const *)b->from, b->count, (size_t)length / 2, (uint8_t *const *)b->to, NULL);
    else
        gw_decode_all(b->coders, (const uint8_t *const *)b->from, b->count, (size_t)length, (int16_t *const *)b->to);
    Py_END_ALLOW_THREADS
    return 0;
}

static PyObject *all(PyObject *type, PyObject *args, int encode)
{
    struct batch batch = {0};
    PyObject *coders, *buffers = NULL;
    if (!PyArg_ParseTuple(args, "OO", &coders, &buffers))
        return NULL;
    coders = PySequence_Tuple(coders); /* of our own: a list might be changed while the GIL is released */
    buffers = coders == NULL ? NULL : PySequence_Tuple(buffers);
    if (buffers != NULL && (take(&batch, type, coders, buffers) < 0 || run(&batch, buffers, encode) < 0))
        Py_CLEAR(batch.out);
    end(&batch);
    Py_XDECREF(coders);
    Py_XDECREF(buffers);
    return batch.out;
}

PyObject *gwdsp_encode_all(PyObject *type, PyObject *args)
{
    return all(type, args, 1);
}

PyObject *gwdsp_decode_all(PyObject *type, PyObject *args)
{
    return all(type, args, 0);
}
