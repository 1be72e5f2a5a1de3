/* _gwopus: Opus (RFC 6716), mono, 8 or 16 kHz, through the libopus that the system has. */
#include "plugin.h"

#define VOIP 2048
#define SET_BITRATE 4002
#define SET_COMPLEXITY 4010
#define SET_INBAND_FEC 4012
#define SET_PACKET_LOSS 4014
#define SET_DTX 4016
#define PACKET_MAX 1275 /* octets: RFC 6716 3.4 */
#define LONGEST_MS 120
#define COMPLEXITY 5 /* of 10: half the time of the utmost */

static void *(*encoder_create)(int32_t rate, int channels, int application, int *error);
static void (*encoder_destroy)(void *encoder);
static int (*encoder_ctl)(void *encoder, int request, ...);
static int32_t (*opus_encode)(void *encoder, const int16_t *pcm, int samples, unsigned char *out, int32_t room);
static void *(*decoder_create)(int32_t rate, int channels, int *error);
static void (*decoder_destroy)(void *decoder);
static int (*opus_decode)(void *decoder, const unsigned char *packet, int32_t octets, int16_t *pcm, int samples, int fec);
static void *(*joiner_create)(void);
static void *(*joiner_init)(void *joiner);
static void (*joiner_destroy)(void *joiner);
static int (*joiner_cat)(void *joiner, const unsigned char *packet, int32_t octets);
static int32_t (*joiner_out)(void *joiner, unsigned char *out, int32_t room);
static const char *(*version_string)(void);
static const char *(*error_text)(int error);

static const struct entry ENTRIES[] = {
    {"opus_encoder_create", &encoder_create}, {"opus_encoder_destroy", &encoder_destroy},
    {"opus_encoder_ctl", &encoder_ctl}, {"opus_encode", &opus_encode},
    {"opus_decoder_create", &decoder_create}, {"opus_decoder_destroy", &decoder_destroy},
    {"opus_decode", &opus_decode}, {"opus_get_version_string", &version_string},
    {"opus_repacketizer_create", &joiner_create}, {"opus_repacketizer_init", &joiner_init},
    {"opus_repacketizer_destroy", &joiner_destroy}, {"opus_repacketizer_cat", &joiner_cat},
    {"opus_repacketizer_out", &joiner_out}, {"opus_strerror", &error_text}, {NULL, NULL}};

static int usual_bitrate(int rate) /* the middle of RFC 7587 3.1.1 for speech */
{
    return rate == 8000 ? 12000 : 24000;
}

#include "opus_channel.h"

static PyObject *refuse(int error)
{
    return PyErr_Format(PyExc_ValueError, "libopus: %s", error_text(error));
}

static int rate_is_right(int rate)
{
    if (rate == 8000 || rate == 16000)
        return 1;
    PyErr_Format(PyExc_ValueError, "rate is 8000 or 16000, not %d", rate);
    return 0;
}

static PyObject *new_encoder(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"rate", "bitrate", "complexity", "packet_loss", "dtx", NULL};
    int rate = 16000, bitrate = 0, complexity = COMPLEXITY, loss = 0, dtx = 0, error = 0;
    struct codec *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiip", names, &rate, &bitrate, &complexity, &loss, &dtx)
        || !rate_is_right(rate))
        return NULL;
    if (bitrate == 0)
        bitrate = usual_bitrate(rate);
    self = (struct codec *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->rate = rate;
    self->state = encoder_create(rate, 1, VOIP, &error);
    if (!error && (error = encoder_ctl(self->state, SET_BITRATE, (int32_t)bitrate)) == 0
        && (error = encoder_ctl(self->state, SET_COMPLEXITY, (int32_t)complexity)) == 0
        && (error = encoder_ctl(self->state, SET_INBAND_FEC, (int32_t)(loss > 0))) == 0
        && (error = encoder_ctl(self->state, SET_PACKET_LOSS, (int32_t)loss)) == 0)
        error = encoder_ctl(self->state, SET_DTX, (int32_t)dtx);
    if (!error)
        return (PyObject *)self;
    Py_DECREF(self);
    return refuse(error);
}

static PyObject *new_decoder(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"rate", NULL};
    int rate = 16000, error = 0;
    struct codec *self;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|i", names, &rate) || !rate_is_right(rate))
        return NULL;
    self = (struct codec *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->rate = rate;
    self->state = decoder_create(rate, 1, &error);
    if (!error)
        return (PyObject *)self;
    Py_DECREF(self);
    return refuse(error);
}

static int is_packet(Py_ssize_t samples, int rate) /* 2.5, 5, 10, 20, 40 or 60 ms: RFC 6716 2.1.4 */
{
    Py_ssize_t quarter = rate / 400, parts = samples / quarter;
    return samples % quarter == 0
           && (parts == 1 || parts == 2 || parts == 4 || parts == 8 || parts == 16 || parts == 24);
}

static PyObject *encode(PyObject *object, PyObject *argument)
{
    struct codec *self = (struct codec *)object;
    unsigned char packet[PACKET_MAX];
    int16_t pcm[960];
    Py_ssize_t samples;
    Py_buffer buffer;
    int32_t octets = 0;
    if (PyObject_GetBuffer(argument, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    samples = buffer.len / 2;
    if (buffer.len % 2)
        PyErr_Format(PyExc_ValueError, "pcm has %zd octets: 16 bit samples have an even number", buffer.len);
    else if (!is_packet(samples, self->rate))
        PyErr_Format(PyExc_ValueError, "a packet is 2.5, 5, 10, 20, 40 or 60 ms, not %zd samples", samples);
    else if (enter(self) == 0) {
        memcpy(pcm, buffer.buf, (size_t)buffer.len);
        Py_BEGIN_ALLOW_THREADS
        octets = opus_encode(self->state, pcm, (int)samples, packet, PACKET_MAX);
        Py_END_ALLOW_THREADS
        self->busy = 0;
        if (octets < 0)
            refuse((int)octets);
    }
    PyBuffer_Release(&buffer);
    return PyErr_Occurred() ? NULL : PyBytes_FromStringAndSize((const char *)packet, octets);
}

static PyObject *run_decoder(struct codec *self, const unsigned char *packet, int32_t octets, int room)
{
    int16_t pcm[16 * LONGEST_MS];
    int samples;
    if (enter(self) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    samples = opus_decode(self->state, packet, octets, pcm, room, 0);
    Py_END_ALLOW_THREADS
    self->busy = 0;
    return samples < 0 ? refuse(samples) : PyBytes_FromStringAndSize((const char *)pcm, 2 * (Py_ssize_t)samples);
}

static PyObject *decode(PyObject *object, PyObject *argument)
{
    struct codec *self = (struct codec *)object;
    Py_buffer packet;
    PyObject *out = NULL;
    if (PyObject_GetBuffer(argument, &packet, PyBUF_SIMPLE) < 0)
        return NULL;
    if (packet.len == 0 || packet.len > 65535) /* libopus takes no octets as a loss */
        PyErr_Format(PyExc_ValueError, "a packet of %zd octets", packet.len);
    else
        out = run_decoder(self, packet.buf, (int32_t)packet.len, self->rate / 1000 * LONGEST_MS);
    PyBuffer_Release(&packet);
    return out;
}

static PyObject *lost(PyObject *object, PyObject *argument)
{
    struct codec *self = (struct codec *)object;
    Py_ssize_t samples = PyNumber_AsSsize_t(argument, PyExc_OverflowError);
    if (samples == -1 && PyErr_Occurred())
        return NULL;
    if (!is_packet(samples, self->rate))
        return PyErr_Format(PyExc_ValueError, "a packet is 2.5, 5, 10, 20, 40 or 60 ms, not %zd samples", samples);
    return run_decoder(self, NULL, 0, (int)samples);
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
    {"encode", encode, METH_O, "encode(pcm of 2.5, 5, 10, 20, 40 or 60 ms) -> one packet"},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef decoder_methods[] = {
    {"decode", decode, METH_O, "decode(packet) -> bytes of int16; ValueError for what is no packet"},
    {"lost", lost, METH_O, "lost(samples) -> bytes: concealment of a packet of that length"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot encoder_slots[] = {
    {Py_tp_doc, "Encoder(rate=16000, bitrate=12000 or 24000, complexity=5, packet_loss=0, dtx=False): mono; packet_loss in\n"
                "percent, which turns forward error correction on"},
    {Py_tp_new, (void *)new_encoder},
    {Py_tp_dealloc, (void *)free_encoder},
    {Py_tp_methods, encoder_methods},
    {0, NULL},
};

static PyType_Slot decoder_slots[] = {
    {Py_tp_doc, "Decoder(rate=16000): mono, whatever the packets are"},
    {Py_tp_new, (void *)new_decoder},
    {Py_tp_dealloc, (void *)free_decoder},
    {Py_tp_methods, decoder_methods},
    {0, NULL},
};

static PyType_Spec encoder_spec = {"_gwopus.Encoder", sizeof(struct codec), 0, Py_TPFLAGS_DEFAULT, encoder_slots};
static PyType_Spec decoder_spec = {"_gwopus.Decoder", sizeof(struct codec), 0, Py_TPFLAGS_DEFAULT, decoder_slots};

static int execute(PyObject *module)
{
    if (load("libopus.so.0", ENTRIES) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "library", version_string())
           || PyModule_AddStringConstant(module, "licence", "BSD-3-Clause") || add_type(module, &encoder_spec)
           || add_type(module, &decoder_spec) || add_capsule(module, "_gwopus.channel_codecs", CHANNEL_CODECS) ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)execute}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_gwopus",
    .m_doc = "Opus through the system's libopus.so.0, loaded when this module is imported; ImportError without it.",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__gwopus(void)
{
    return PyModuleDef_Init(&definition);
}
