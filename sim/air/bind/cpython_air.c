/* _gwair: the air's bits for CPython. Arrays come and go as buffers, whole ones per call; nothing is kept. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "gw_air.h"
#include "gw_engine_py.h"

/* A buffer argument; `held` is asked for as bytes without gaps. */
struct argument {
    Py_buffer buffer;
    const char *name;
};

static int take(struct argument *argument, PyObject *object, const char *name, int flags)
{
    argument->name = name;
    return PyObject_GetBuffer(object, &argument->buffer, PyBUF_C_CONTIGUOUS | flags);
}

/* Rows of `row` octets: how many there are, or -1 with ValueError. */
static Py_ssize_t rows(const struct argument *argument, Py_ssize_t row)
{
    if (argument->buffer.len % row == 0)
        return argument->buffer.len / row;
    PyErr_Format(PyExc_ValueError, "%s has %zd octets, not a multiple of %zd", argument->name, argument->buffer.len,
                 row);
    return -1;
}

/* 0 where the argument has `count` rows and begins where `aligned` octets may; else -1 with ValueError. */
static int fits(const struct argument *argument, Py_ssize_t count, Py_ssize_t row, size_t aligned)
{
    if (argument->buffer.len != count * row) {
        PyErr_Format(PyExc_ValueError, "%s has %zd octets instead of %zd rows of %zd", argument->name,
                     argument->buffer.len, count, row);
        return -1;
    }
    if ((uintptr_t)argument->buffer.buf % aligned) {
        PyErr_Format(PyExc_ValueError, "%s is not aligned", argument->name);
        return -1;
    }
    return 0;
}

/* The end of a call: gives the buffers back; None, or NULL where an exception is set. */
static PyObject *over(struct argument *arguments, int count)
{
    while (count--)
        PyBuffer_Release(&arguments[count].buffer);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static int is_b_field(Py_ssize_t octets)
{
    if (octets == 40 || octets == 80)
        return 1;
    PyErr_Format(PyExc_ValueError, "a B-field of %zd octets: there are those of 40 and of 80", octets);
    return 0;
}

static PyObject *r_crc(PyObject *module, PyObject *args)
{
    PyObject *fields, *crc;
    struct argument held[2];
    Py_ssize_t count;
    (void)module;
    if (!PyArg_ParseTuple(args, "OO:r_crc", &fields, &crc) || take(&held[0], fields, "fields", 0))
        return NULL;
    if (take(&held[1], crc, "crc", PyBUF_WRITABLE))
        return over(held, 1);
    count = rows(&held[0], GW_AIR_FIELD);
    if (count >= 0 && fits(&held[1], count, 2, 2) == 0) {
        Py_BEGIN_ALLOW_THREADS
        gw_air_r_crc(held[0].buffer.buf, (size_t)count, held[1].buffer.buf);
        Py_END_ALLOW_THREADS
    }
    return over(held, 2);
}

static PyObject *x_crc(PyObject *module, PyObject *args)
{
    PyObject *b, *crc;
    struct argument held[2];
    Py_ssize_t octets, count;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnO:x_crc", &b, &octets, &crc) || !is_b_field(octets) || take(&held[0], b, "b", 0))
        return NULL;
    if (take(&held[1], crc, "crc", PyBUF_WRITABLE))
        return over(held, 1);
    count = rows(&held[0], octets);
    if (count >= 0 && fits(&held[1], count, 1, 1) == 0) {
        Py_BEGIN_ALLOW_THREADS
        gw_air_x_crc(held[0].buffer.buf, (size_t)count, (size_t)octets, held[1].buffer.buf);
        Py_END_ALLOW_THREADS
    }
    return over(held, 2);
}

static PyObject *scramble(PyObject *module, PyObject *args)
{
    PyObject *b, *frames, *out;
    struct argument held[3];
    Py_ssize_t octets, count;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnOO:scramble", &b, &octets, &frames, &out) || !is_b_field(octets)
        || take(&held[0], b, "b", 0))
        return NULL;
    if (take(&held[1], frames, "frames", 0))
        return over(held, 1);
    if (take(&held[2], out, "out", PyBUF_WRITABLE))
        return over(held, 2);
    count = rows(&held[0], octets);
    if (count >= 0 && fits(&held[1], count, 1, 1) == 0 && fits(&held[2], count, octets, 1) == 0) {
        Py_BEGIN_ALLOW_THREADS
        gw_air_scramble(held[0].buffer.buf, held[1].buffer.buf, (size_t)count, (size_t)octets, held[2].buffer.buf);
        Py_END_ALLOW_THREADS
    }
    return over(held, 3);
}

static PyObject *keystream(PyObject *module, PyObject *args)
{
    PyObject *keys, *iv, *out;
    struct argument held[3];
    Py_ssize_t octets, count;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOnO:keystream", &keys, &iv, &octets, &out) || !is_b_field(octets)
        || take(&held[0], keys, "keys", 0))
        return NULL;
    if (take(&held[1], iv, "iv", 0))
        return over(held, 1);
    if (take(&held[2], out, "out", PyBUF_WRITABLE))
        return over(held, 2);
    count = rows(&held[0], GW_AIR_KEY);
    if (count >= 0 && fits(&held[1], count, 8, 8) == 0
        && fits(&held[2], count, 2 * (GW_AIR_TAIL + octets), 1) == 0) {
        Py_BEGIN_ALLOW_THREADS
        gw_air_keystream(held[0].buffer.buf, held[1].buffer.buf, (size_t)count, (size_t)(GW_AIR_TAIL + octets),
                         held[2].buffer.buf);
        Py_END_ALLOW_THREADS
    }
    return over(held, 3);
}

static PyMethodDef methods[] = {
    {"r_crc", r_crc, METH_VARARGS, "r_crc(fields, crc): of rows of 6 octets, into uint16."},
    {"x_crc", x_crc, METH_VARARGS, "x_crc(b, octets, crc): of rows of 40 or 80 octets, into octets."},
    {"scramble", scramble, METH_VARARGS, "scramble(b, octets, frames, out): `frames` an octet a row; `out` may be `b`."},
    {"keystream", keystream, METH_VARARGS,
     "keystream(keys, iv, octets, out): `iv` uint64, multiframe << 4 | frame; `out` 2 * (5 + octets) a row."},
    GWAIR_ENGINE_METHODS,
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_gwair",
    .m_doc = "CRCs, scrambler and cipher of DECT bursts (sim.air.bits is its face), and the loops of sim.air's engine.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__gwair(void)
{
    return PyModuleDef_Init(&definition);
}
