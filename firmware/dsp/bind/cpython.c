/* _gwdsp: the DSP core for CPython. The types say in their help what they take and give. */
#include "cpu.h"
#include "gwdsp_py.h"

static const char *const CODECS[GW_CODECS] = {"pcma", "pcmu", "g726-32", "g726-32-aal2", "g722"};

int gwdsp_enter(void *object)
{
    struct guarded *self = object;
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "in use by another thread");
        return -1;
    }
    self->busy = 1;
    return 0;
}

void gwdsp_leave(void *object)
{
    ((struct guarded *)object)->busy = 0;
}

int gwdsp_codec(const char *name)
{
    int codec;
    for (codec = 0; codec < GW_CODECS; codec++)
        if (strcmp(name, CODECS[codec]) == 0)
            return codec;
    PyErr_Format(PyExc_ValueError, "unknown codec '%s': pcma, pcmu, g726-32, g726-32-aal2 or g722", name);
    return -1;
}

const int16_t *gwdsp_samples(const Py_buffer *buffer, const char *name, int16_t **copy)
{
    *copy = NULL;
    if (buffer->len % 2) {
        PyErr_Format(PyExc_ValueError, "%s has %zd octets: 16 bit samples have an even number", name, buffer->len);
        return NULL;
    }
    if ((uintptr_t)buffer->buf % sizeof(int16_t) == 0)
        return buffer->buf;
    *copy = PyMem_Malloc((size_t)buffer->len);
    if (*copy == NULL)
        return (const int16_t *)PyErr_NoMemory();
    memcpy(*copy, buffer->buf, (size_t)buffer->len);
    return *copy;
}

void *gwdsp_memory(size_t octets, void **base)
{
    *base = PyMem_Calloc(1, octets + 64);
    if (*base == NULL)
        return PyErr_NoMemory();
    return (void *)(((uintptr_t)*base + 63) & ~(uintptr_t)63);
}

void gwdsp_free_type(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static int add_type(PyObject *module, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int failed;
    if (type == NULL)
        return -1;
    failed = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return failed;
}

static int execute(PyObject *module)
{
    PyObject *names = PyTuple_New(GW_CODECS);
    int i, failed;
    if (names == NULL)
        return -1;
    for (i = 0; i < GW_CODECS; i++) {
        PyObject *name = PyUnicode_FromString(CODECS[i]);
        if (name == NULL) {
            Py_DECREF(names);
            return -1;
        }
        PyTuple_SET_ITEM(names, i, name);
    }
    failed = PyModule_AddObjectRef(module, "codecs", names);
    Py_DECREF(names);
    return failed || PyModule_AddStringConstant(module, "registers", gw_has_avx2() ? "avx2" : "portable")
           || add_type(module, &gwdsp_canceller_spec) || add_type(module, &gwdsp_encoder_spec)
           || add_type(module, &gwdsp_decoder_spec)
           || add_type(module, &gwdsp_resampler_spec) || add_type(module, &gwdsp_gain_spec)
           || add_type(module, &gwdsp_comfort_spec) || add_type(module, &gwdsp_silence_spec)
           || add_type(module, &gwdsp_concealer_spec) || add_type(module, &gwdsp_bank_spec)
           || add_type(module, &gwdsp_generator_spec) || add_type(module, &gwdsp_detector_spec) ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_gwdsp",
    .m_doc = "The DSP core of the gateway: EchoCanceller, Encoder, Decoder, Bank. Samples are int16, little-endian.",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__gwdsp(void)
{
    return PyModuleDef_Init(&definition);
}
