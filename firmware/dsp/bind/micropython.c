/* _gwdsp: the DSP core for MicroPython, with the face that it has on CPython. */
#include "py/objtuple.h"

#include "gwdsp_mpy.h"

static const MP_DEFINE_STR_OBJ(pcma, "pcma");
static const MP_DEFINE_STR_OBJ(pcmu, "pcmu");
static const MP_DEFINE_STR_OBJ(g726, "g726-32");
static const MP_DEFINE_STR_OBJ(g726_aal2, "g726-32-aal2");
static const MP_DEFINE_STR_OBJ(g722, "g722");

/* In the order of enum gw_codec. */
static const mp_rom_obj_tuple_t codecs = {
    {&mp_type_tuple},
    GW_CODECS,
    {MP_ROM_PTR(&pcma), MP_ROM_PTR(&pcmu), MP_ROM_PTR(&g726), MP_ROM_PTR(&g726_aal2), MP_ROM_PTR(&g722)},
};

enum gw_codec gwdsp_codec(mp_obj_t name)
{
    size_t codec;
    for (codec = 0; codec < codecs.len; codec++)
        if (mp_obj_equal(name, MP_OBJ_FROM_PTR(codecs.items[codec])))
            return (enum gw_codec)codec;
    mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("unknown codec '%s'"), mp_obj_str_get_str(name));
}

struct gwdsp_samples gwdsp_samples(mp_obj_t buffer, qstr name)
{
    struct gwdsp_samples samples;
    mp_buffer_info_t info;
    mp_get_buffer_raise(buffer, &info, MP_BUFFER_READ);
    if (info.len % 2)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%q has %d octets: 16 bit samples have an even number"),
                          name, (int)info.len);
    samples.count = info.len / 2;
    samples.pcm = info.buf;
    if ((uintptr_t)info.buf % sizeof(int16_t)) {
        int16_t *copy = m_new(int16_t, samples.count);
        memcpy(copy, info.buf, info.len);
        samples.pcm = copy;
    }
    return samples;
}

void *gwdsp_memory(size_t octets, void **base)
{
    *base = m_malloc0(octets + 15);
    return (void *)(((uintptr_t)*base + 15) & ~(uintptr_t)15);
}

void gwdsp_store_float(mp_obj_t dict, qstr name, float value)
{
    mp_obj_dict_store(dict, MP_OBJ_NEW_QSTR(name), mp_obj_new_float((mp_float_t)value));
}

void gwdsp_store_count(mp_obj_t dict, qstr name, uint32_t value)
{
    mp_obj_dict_store(dict, MP_OBJ_NEW_QSTR(name), mp_obj_new_int_from_uint(value));
}

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__gwdsp)},
    {MP_ROM_QSTR(MP_QSTR_EchoCanceller), MP_ROM_PTR(&gwdsp_canceller_type)},
    {MP_ROM_QSTR(MP_QSTR_Encoder), MP_ROM_PTR(&gwdsp_encoder_type)},
    {MP_ROM_QSTR(MP_QSTR_Decoder), MP_ROM_PTR(&gwdsp_decoder_type)},
    {MP_ROM_QSTR(MP_QSTR_Bank), MP_ROM_PTR(&gwdsp_bank_type)},
    {MP_ROM_QSTR(MP_QSTR_ToneGenerator), MP_ROM_PTR(&gwdsp_generator_type)},
    {MP_ROM_QSTR(MP_QSTR_ToneDetector), MP_ROM_PTR(&gwdsp_detector_type)},
    {MP_ROM_QSTR(MP_QSTR_Resampler), MP_ROM_PTR(&gwdsp_resampler_type)},
    {MP_ROM_QSTR(MP_QSTR_Gain), MP_ROM_PTR(&gwdsp_gain_type)},
    {MP_ROM_QSTR(MP_QSTR_ComfortNoise), MP_ROM_PTR(&gwdsp_comfort_type)},
    {MP_ROM_QSTR(MP_QSTR_Silence), MP_ROM_PTR(&gwdsp_silence_type)},
    {MP_ROM_QSTR(MP_QSTR_Concealer), MP_ROM_PTR(&gwdsp_concealer_type)},
    {MP_ROM_QSTR(MP_QSTR_codecs), MP_ROM_PTR(&codecs)},
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t gwdsp_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};

MP_REGISTER_MODULE(MP_QSTR__gwdsp, gwdsp_module);
