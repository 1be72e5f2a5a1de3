/* Samples in and out of Python objects. */
#include "gwdsp_py.h"

int gwdsp_hold(struct gwdsp_held *held, PyObject *argument)
{
    if (PyObject_GetBuffer(argument, &held->buffer, PyBUF_SIMPLE) < 0)
        return -1;
    held->pcm = gwdsp_samples(&held->buffer, "pcm", &held->copy);
    held->samples = (size_t)held->buffer.len / 2;
    if (held->pcm == NULL)
        PyBuffer_Release(&held->buffer);
    return held->pcm == NULL ? -1 : 0;
}

void gwdsp_release(struct gwdsp_held *held)
{
    PyMem_Free(held->copy);
    PyBuffer_Release(&held->buffer);
}

PyObject *gwdsp_room(size_t samples, int16_t **to)
{
    PyObject *out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(2 * samples));
    if (out != NULL)
        *to = (int16_t *)(void *)PyBytes_AS_STRING(out);
    return out;
}
