/* _gwg729: ITU-T G.729 Annexes A and B through bcg729, where the user has installed it.
 *
 * bcg729 is free software under the GNU General Public License, version 3 or later. This module
 * contains none of it and is not linked with it: it loads the user's library when it is
 * imported, and whoever distributes the two together distributes under that licence.
 */
#include "plugin.h"

#define FRAME 80  /* samples */
#define OCTETS 10 /* of a speech frame; a description of silence (Annex B) has 2 */
#define SID 2

static void *(*encoder_create)(uint8_t vad);
static void (*encoder_destroy)(void *encoder);
static void (*g729_encode)(void *encoder, const int16_t *pcm, uint8_t *out, uint8_t *octets);
static void *(*decoder_create)(void);
static void (*decoder_destroy)(void *decoder);
static void (*g729_decode)(void *decoder, const uint8_t *in, uint8_t octets, uint8_t lost, uint8_t sid, uint8_t rfc3389,
                           int16_t *pcm);

static const struct entry ENTRIES[] = {
    {"initBcg729EncoderChannel", &encoder_create}, {"closeBcg729EncoderChannel", &encoder_destroy},
    {"bcg729Encoder", &g729_encode}, {"initBcg729DecoderChannel", &decoder_create},
    {"closeBcg729DecoderChannel", &decoder_destroy}, {"bcg729Decoder", &g729_decode}, {NULL, NULL}};

#include "g729_channel.h"

static PyObject *new_encoder(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"vad", NULL};
    int vad = 0;
    struct codec *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|p", names, &vad))
        return NULL;
    self = (struct codec *)type->tp_alloc(type, 0);
    if (self != NULL && (self->state = encoder_create((uint8_t)vad)) == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static PyObject *new_decoder(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {NULL};
    struct codec *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "", names))
        return NULL;
    self = (struct codec *)type->tp_alloc(type, 0);
    if (self != NULL && (self->state = decoder_create()) == NULL) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

/* Frames one after the other; after one of silence the packet ends (RFC 3551 4.5.6). Octets written. */
static Py_ssize_t encode_frames(struct codec *self, const uint8_t *from, Py_ssize_t frames, uint8_t *to)
{
    Py_ssize_t i, at = 0;
    for (i = 0; i < frames; i++) {
        int16_t pcm[FRAME];
        uint8_t octets = 0, code[16];
        memcpy(pcm, from + 2 * FRAME * i, sizeof pcm);
        g729_encode(self->state, pcm, code, &octets);
        memcpy(to + at, code, octets);
        at += octets;
    }
    return at;
}

static PyObject *encode(PyObject *object, PyObject *argument)
{
    struct codec *self = (struct codec *)object;
    Py_ssize_t frames, used = 0;
    PyObject *out = NULL;
    Py_buffer pcm;
    if (PyObject_GetBuffer(argument, &pcm, PyBUF_SIMPLE) < 0)
        return NULL;
    frames = pcm.len / (2 * FRAME);
    if (pcm.len % (2 * FRAME))
        PyErr_Format(PyExc_ValueError, "%zd octets are not whole frames of %d samples", pcm.len, FRAME);
    else if (enter(self) == 0) {
        out = PyBytes_FromStringAndSize(NULL, frames * OCTETS);
        if (out != NULL) {
            uint8_t *to = (uint8_t *)PyBytes_AS_STRING(out);
            Py_BEGIN_ALLOW_THREADS
            used = encode_frames(self, pcm.buf, frames, to);
            Py_END_ALLOW_THREADS
        }
        self->busy = 0;
    }
    PyBuffer_Release(&pcm);
    if (out != NULL && used != frames * OCTETS)
        _PyBytes_Resize(&out, used);
    return out;
}

static PyObject *decode(PyObject *object, PyObject *argument)
{
    struct codec *self = (struct codec *)object;
    Py_ssize_t frames, at;
    PyObject *out = NULL;
    Py_buffer payload;
    if (PyObject_GetBuffer(argument, &payload, PyBUF_SIMPLE) < 0)
        return NULL;
    frames = (payload.len + OCTETS - 1) / OCTETS;
    if (payload.len % OCTETS && payload.len % OCTETS != SID)
        PyErr_Format(PyExc_ValueError, "%zd octets are not frames of 10 and at most one of 2", payload.len);
    else if (enter(self) == 0) {
        out = PyBytes_FromStringAndSize(NULL, frames * FRAME * 2);
        if (out != NULL) {
            const uint8_t *from = payload.buf;
            char *to = PyBytes_AS_STRING(out);
            Py_BEGIN_ALLOW_THREADS
            for (at = 0; at < frames; at++) {
                int sid = payload.len - at * OCTETS < OCTETS;
                int16_t pcm[FRAME];
                g729_decode(self->state, from + at * OCTETS, sid ? SID : OCTETS, 0, (uint8_t)sid, 0, pcm);
                memcpy(to + 2 * FRAME * at, pcm, sizeof pcm);
            }
            Py_END_ALLOW_THREADS
        }
        self->busy = 0;
    }
    PyBuffer_Release(&payload);
    return out;
}

static PyObject *lost(PyObject *object, PyObject *unused)
{
    struct codec *self = (struct codec *)object;
    int16_t pcm[FRAME];
    (void)unused;
    if (enter(self) < 0)
        return NULL;
    g729_decode(self->state, NULL, 0, 1, 0, 0, pcm);
    self->busy = 0;
    return PyBytes_FromStringAndSize((const char *)pcm, sizeof pcm);
}

static void free_encoder(PyObject *object)
{
    free_codec(object, encoder_destroy);
}

static void free_decoder(PyObject *object)
{
    free_codec(object, decoder_destroy);
}

static PyMethodDef encoder_methods[] = {
    {"encode", encode, METH_O, "encode(frames of 80 samples) -> 10 octets each; with vad 2 or none while it is silent"},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef decoder_methods[] = {
    {"decode", decode, METH_O, "decode(frames of 10 octets, the last may have 2) -> bytes of int16"},
    {"lost", lost, METH_NOARGS, "lost() -> bytes: concealment of one frame"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot encoder_slots[] = {
    {Py_tp_doc, "Encoder(vad=False): G.729 Annex A at 8 kHz, with Annex B's silence compression if vad"},
    {Py_tp_new, (void *)new_encoder},
    {Py_tp_dealloc, (void *)free_encoder},
    {Py_tp_methods, encoder_methods},
    {0, NULL},
};

static PyType_Slot decoder_slots[] = {
    {Py_tp_doc, "Decoder(): G.729, Annexes A and B"},
    {Py_tp_new, (void *)new_decoder},
    {Py_tp_dealloc, (void *)free_decoder},
    {Py_tp_methods, decoder_methods},
    {0, NULL},
};

static PyType_Spec encoder_spec = {"_gwg729.Encoder", sizeof(struct codec), 0, Py_TPFLAGS_DEFAULT, encoder_slots};
static PyType_Spec decoder_spec = {"_gwg729.Decoder", sizeof(struct codec), 0, Py_TPFLAGS_DEFAULT, decoder_slots};

static int execute(PyObject *module)
{
    if (load("libbcg729.so.0", ENTRIES) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "library", "bcg729")
           || PyModule_AddStringConstant(module, "licence", "GPL-3.0-or-later") || add_type(module, &encoder_spec)
           || add_type(module, &decoder_spec) || add_capsule(module, "_gwg729.channel_codecs", CHANNEL_CODECS) ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_gwg729",
    .m_doc = "G.729 A/B through the user's libbcg729.so.0 (GPL-3.0-or-later), loaded when this module is imported.",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__gwg729(void)
{
    return PyModuleDef_Init(&definition);
}
