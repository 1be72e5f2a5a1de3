/* Encoder and Decoder: one direction of one codec each. */
#include "gwdsp_py.h"

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"codec", "bitrate", "portable", NULL};
    const char *name;
    struct coder *self;
    int codec, bitrate = 0, portable = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s|ip", names, &name, &bitrate, &portable))
        return NULL;
    codec = gwdsp_codec(name);
    if (codec < 0)
        return NULL;
    if (bitrate && (codec != GW_G722 || (bitrate != 64000 && bitrate != 56000 && bitrate != 48000)))
        return PyErr_Format(PyExc_ValueError, "only g722 has a bitrate, of 64000, 56000 or 48000, not %s of %d", name,
                            bitrate);
    self = (struct coder *)type->tp_alloc(type, 0);
    if (self != NULL)
        gw_coder_init(&self->coder, (enum gw_codec)codec);
    if (self != NULL && bitrate)
        gw_g722_init(&self->coder.g722, 1 + (64000 - bitrate) / 8000);
    if (self != NULL && portable)
        self->coder.wide = 0;
    return (PyObject *)self;
}

static PyObject *run_encoder(struct coder *self, const int16_t *pcm, size_t samples)
{
    enum gw_codec codec = self->coder.codec;
    size_t octets = gw_coder_octets(codec, samples);
    PyObject *out;
    if (gw_coder_samples(codec, octets) != samples)
        return PyErr_Format(PyExc_ValueError, "%zd samples do not fill whole octets", (Py_ssize_t)samples);
    if (gwdsp_enter(self) < 0)
        return NULL;
    out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)octets);
    if (out != NULL) {
        uint8_t *to = (uint8_t *)PyBytes_AS_STRING(out);
        Py_BEGIN_ALLOW_THREADS
        gw_encode(&self->coder, pcm, samples, to);
        Py_END_ALLOW_THREADS
    }
    gwdsp_leave(self);
    return out;
}

static PyObject *encode(PyObject *object, PyObject *argument)
{
    Py_buffer pcm;
    int16_t *copy = NULL;
    const int16_t *samples;
    PyObject *out = NULL;
    if (PyObject_GetBuffer(argument, &pcm, PyBUF_SIMPLE) < 0)
        return NULL;
    samples = gwdsp_samples(&pcm, "pcm", &copy);
    if (samples != NULL)
        out = run_encoder((struct coder *)object, samples, (size_t)pcm.len / 2);
    PyMem_Free(copy);
    PyBuffer_Release(&pcm);
    return out;
}

static PyObject *decode(PyObject *object, PyObject *argument)
{
    struct coder *self = (struct coder *)object;
    Py_buffer payload;
    PyObject *out = NULL;
    size_t samples;
    if (PyObject_GetBuffer(argument, &payload, PyBUF_SIMPLE) < 0)
        return NULL;
    samples = gw_coder_samples(self->coder.codec, (size_t)payload.len);
    if (samples > (size_t)PY_SSIZE_T_MAX / 2)
        PyErr_NoMemory();
    else if (gwdsp_enter(self) == 0) {
        out = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(2 * samples));
        if (out != NULL) {
            int16_t *to = (int16_t *)(void *)PyBytes_AS_STRING(out);
            Py_BEGIN_ALLOW_THREADS
            gw_decode(&self->coder, payload.buf, (size_t)payload.len, to);
            Py_END_ALLOW_THREADS
        }
        gwdsp_leave(self);
    }
    PyBuffer_Release(&payload);
    return out;
}

/* One code per octet, as G.726's own test sequences have them. */
static PyObject *transcode(PyObject *object, PyObject *args)
{
    struct coder *self = (struct coder *)object;
    Py_buffer codes;
    const char *name;
    PyObject *out = NULL;
    Py_ssize_t i;
    int law;
    if (!PyArg_ParseTuple(args, "y*s", &codes, &name))
        return NULL;
    law = gwdsp_codec(name);
    if (law >= 0 && (self->coder.codec == GW_PCMA || self->coder.codec == GW_PCMU || self->coder.codec == GW_G722 || (law != GW_PCMA && law != GW_PCMU)))
        PyErr_SetString(PyExc_ValueError, "transcode goes from G.726 to pcma or pcmu");
    else if (law >= 0 && gwdsp_enter(self) == 0) {
        out = PyBytes_FromStringAndSize(NULL, codes.len);
        for (i = 0; out != NULL && i < codes.len; i++)
            PyBytes_AS_STRING(out)[i] = (char)gw_g726_decode_law(
                &self->coder.g726, ((const uint8_t *)codes.buf)[i], (enum gw_codec)law);
        gwdsp_leave(self);
    }
    PyBuffer_Release(&codes);
    return out;
}

static PyMethodDef encoder_methods[] = {
    {"encode", encode, METH_O, "encode(pcm) -> bytes\n\npcm: int16 little-endian; G.726 and G.722 take an even number of samples."},
    {"encode_all", gwdsp_encode_all, METH_VARARGS | METH_CLASS,
     "encode_all(encoders, pcms) -> list of bytes\n\nThe same for many encoders of one codec and buffers of one length, "
     "in one call:\neight channels of G.726 or G.722 share one pass of the processor's wide registers."},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef decoder_methods[] = {
    {"decode", decode, METH_O, "decode(payload) -> bytes of int16 little-endian; any octets are a signal"},
    {"decode_all", gwdsp_decode_all, METH_VARARGS | METH_CLASS,
     "decode_all(decoders, payloads) -> list of bytes: as Encoder.encode_all"},
    {"transcode", transcode, METH_VARARGS,
     "transcode(codes, law) -> bytes\n\nG.726 codes, one per octet, to G.711 with synchronous coding adjustment "
     "(G.726 4.2.8);\nlaw is pcma or pcmu."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot encoder_slots[] = {
    {Py_tp_doc, "Encoder(codec, bitrate=64000, portable=False): pcma, pcmu, g726-32 (RFC 3551 packing), g726-32-aal2 (first sample high:\n"
                "DECT), all 8 kHz; g722, 16 kHz, of which 56000 and 48000 leave one and two bits of an octet free.\n"
                "portable: without the processor's wide registers; the octets are the same"},
    {Py_tp_new, (void *)new},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, encoder_methods},
    {0, NULL},
};

static PyType_Slot decoder_slots[] = {
    {Py_tp_doc, "Decoder(codec, bitrate=64000, portable=False): pcma, pcmu, g726-32 (RFC 3551 packing), g726-32-aal2 (first sample high:\n"
                "DECT), all 8 kHz; g722, 16 kHz, of which 56000 and 48000 leave one and two bits of an octet free.\n"
                "portable: without the processor's wide registers; the octets are the same"},
    {Py_tp_new, (void *)new},
    {Py_tp_dealloc, (void *)gwdsp_free_type},
    {Py_tp_methods, decoder_methods},
    {0, NULL},
};

PyType_Spec gwdsp_encoder_spec = {"_gwdsp.Encoder", sizeof(struct coder), 0, Py_TPFLAGS_DEFAULT, encoder_slots};
PyType_Spec gwdsp_decoder_spec = {"_gwdsp.Decoder", sizeof(struct coder), 0, Py_TPFLAGS_DEFAULT, decoder_slots};
