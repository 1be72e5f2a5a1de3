/* Encoder and Decoder: one direction of one codec each. */
#include "gwdsp_mpy.h"

struct coder {
    mp_obj_base_t base;
    struct gw_coder coder;
};

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_codec, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_bitrate, MP_ARG_INT, {.u_int = 0}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct coder *self;
    enum gw_codec codec;
    mp_int_t bitrate;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    codec = gwdsp_codec(given[0].u_obj);
    bitrate = given[1].u_int;
    if (bitrate && (codec != GW_G722 || (bitrate != 64000 && bitrate != 56000 && bitrate != 48000)))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("only g722 has a bitrate, of 64000, 56000 or 48000, not %s of %d"),
                          mp_obj_str_get_str(given[0].u_obj), (int)bitrate);
    self = mp_obj_malloc(struct coder, type);
    gw_coder_init(&self->coder, codec);
    if (bitrate)
        gw_g722_init(&self->coder.g722, (int32_t)(1 + (64000 - bitrate) / 8000));
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t encode(mp_obj_t object, mp_obj_t buffer)
{
    struct coder *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    size_t octets = gw_coder_octets(self->coder.codec, pcm.count);
    vstr_t out;
    if (gw_coder_samples(self->coder.codec, octets) != pcm.count)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%d samples do not fill whole octets"), (int)pcm.count);
    vstr_init_len(&out, octets);
    gw_encode(&self->coder, pcm.pcm, pcm.count, (uint8_t *)out.buf);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(encode_object, encode);

static mp_obj_t decode(mp_obj_t object, mp_obj_t buffer)
{
    struct coder *self = MP_OBJ_TO_PTR(object);
    mp_buffer_info_t payload;
    size_t samples;
    vstr_t out;
    mp_get_buffer_raise(buffer, &payload, MP_BUFFER_READ);
    samples = gw_coder_samples(self->coder.codec, payload.len);
    vstr_init_len(&out, 2 * samples);
    gw_decode(&self->coder, payload.buf, payload.len, (int16_t *)(void *)out.buf);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(decode_object, decode);

static const mp_rom_map_elem_t encoder_table[] = {{MP_ROM_QSTR(MP_QSTR_encode), MP_ROM_PTR(&encode_object)}};
static MP_DEFINE_CONST_DICT(encoder_locals, encoder_table);

static const mp_rom_map_elem_t decoder_table[] = {{MP_ROM_QSTR(MP_QSTR_decode), MP_ROM_PTR(&decode_object)}};
static MP_DEFINE_CONST_DICT(decoder_locals, decoder_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_encoder_type, MP_QSTR_Encoder, MP_TYPE_FLAG_NONE, make_new, make_new,
                         locals_dict, &encoder_locals);
MP_DEFINE_CONST_OBJ_TYPE(gwdsp_decoder_type, MP_QSTR_Decoder, MP_TYPE_FLAG_NONE, make_new, make_new,
                         locals_dict, &decoder_locals);
