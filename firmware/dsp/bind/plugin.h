/* What the optional codec plug-ins share: a library looked up when the module is imported, and buffers. */
#ifndef GW_PLUGIN_H
#define GW_PLUGIN_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <dlfcn.h>
#include <stdint.h>

#if PY_BIG_ENDIAN
#error "samples cross this boundary as little-endian int16"
#endif

struct entry {
    const char *name;
    void *to; /* address of a pointer to function */
};

/* Fills all entries from the library, or gives -1 with ImportError: then the codec is not offered.
 * The library stays loaded for the life of the process, as an extension does. */
static int load(const char *library, const struct entry *entries)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        PyErr_Format(PyExc_ImportError, "%s is not installed here", library);
        return -1;
    }
    for (; entries->name != NULL; entries++) {
        void *found = dlsym(handle, entries->name);
        if (found == NULL) {
            PyErr_Format(PyExc_ImportError, "%s has no %s", library, entries->name);
            return -1;
        }
        memcpy(entries->to, &found, sizeof found);
    }
    return 0;
}

/* An object whose state one thread at a time may use while the GIL is released. */
struct codec {
    PyObject_HEAD
    int busy;
    int rate;
    void *state; /* the library's */
};

static int enter(struct codec *self)
{
    if (self->busy) {
        PyErr_SetString(PyExc_RuntimeError, "in use by another thread");
        return -1;
    }
    self->busy = 1;
    return 0;
}

static int add_type(PyObject *module, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int failed = type == NULL ? -1 : PyModule_AddType(module, (PyTypeObject *)type);
    Py_XDECREF(type);
    return failed;
}

/* `name` is "<module>.channel_codecs". */
static int add_capsule(PyObject *module, const char *name, const void *codecs)
{
    PyObject *capsule = PyCapsule_New((void *)(uintptr_t)codecs, name, NULL);
    int failed = PyModule_AddObjectRef(module, "channel_codecs", capsule);
    Py_XDECREF(capsule);
    return failed;
}

static void free_codec(PyObject *object, void (*destroy)(void *))
{
    PyTypeObject *type = Py_TYPE(object);
    if (((struct codec *)object)->state != NULL)
        destroy(((struct codec *)object)->state);
    type->tp_free(object);
    Py_DECREF(type);
}

#endif
