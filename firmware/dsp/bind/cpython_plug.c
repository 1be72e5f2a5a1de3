/* Codecs of a Bank whose library comes with a plug-in. */
#include "cpython_bank.h"

struct place {
    const char *codec, *module, *capsule;
};

static const struct place PLUG_INS[] = {{"opus", "_gwopus", "_gwopus.channel_codecs"},
                                        {"opus-nb", "_gwopus", "_gwopus.channel_codecs"},
                                        {"g729", "_gwg729", "_gwg729.channel_codecs"}};

/* The ImportError that is set becomes a ValueError with its text. */
static void tell_missing(const char *name)
{
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
    PyErr_Format(PyExc_ValueError, "codec '%s' is not there: %S", name, value != NULL ? value : Py_None);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(trace);
}

/* The module is imported first: its own words say which library is missing. */
static const struct gw_plug_in *find(const struct place *place)
{
    PyObject *module = PyImport_ImportModule(place->module);
    const struct gw_plug_in *codecs = module != NULL ? PyCapsule_Import(place->capsule, 0) : NULL;
    Py_XDECREF(module);
    for (; codecs != NULL && codecs->name != NULL; codecs++)
        if (strcmp(codecs->name, place->codec) == 0)
            return codecs;
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ImportError, "%s has none", place->capsule);
    tell_missing(place->codec);
    return NULL;
}

const struct gw_plug_in *gwdsp_plug_in(const char *name)
{
    size_t i;
    for (i = 0; i < sizeof PLUG_INS / sizeof *PLUG_INS; i++)
        if (strcmp(PLUG_INS[i].codec, name) == 0)
            return find(&PLUG_INS[i]);
    return NULL;
}

void gwdsp_unplug(struct plugged *plugged)
{
    if (plugged->state != NULL)
        plugged->plug_in->destroy(plugged->state);
    plugged->state = NULL;
}
