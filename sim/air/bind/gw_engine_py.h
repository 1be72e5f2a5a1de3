#ifndef GW_ENGINE_PY_H
#define GW_ENGINE_PY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyObject *gwair_frame(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *gwair_hear(PyObject *module, PyObject *const *args, Py_ssize_t count);

#define GWAIR_ENGINE_METHODS \
    {"frame", (PyCFunction)(void (*)(void))gwair_frame, METH_FASTCALL, \
     "frame(ends, count, links, names, errors, out, in, random, totals, events, number, fixed) -> number of events."}, \
    {"hear", (PyCFunction)(void (*)(void))gwair_hear, METH_FASTCALL, \
     "hear(receivers, senders, gain, stations, leak, noise, least, sorted, order, who, power): into the last two."}

#endif
