/* ComfortNoise and Silence: what is sent and played where nobody speaks. */
#include "gwdsp_mpy.h"

struct comfort {
    mp_obj_base_t base;
    struct gw_comfort state;
};

struct silence {
    mp_obj_base_t base;
    struct gw_silence state;
    size_t samples;
};

static mp_obj_t payload_of(const struct gw_sid *sid)
{
    uint8_t octets[GW_SID_OCTETS];
    return mp_obj_new_bytes(octets, gw_sid_build(sid, octets));
}

/* ---- ComfortNoise ---- */

static mp_obj_t make_comfort(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    struct comfort *self;
    (void)args;
    mp_arg_check_num(n_args, n_kw, 0, 0, false);
    self = mp_obj_malloc(struct comfort, type);
    gw_comfort_init(&self->state);
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t describe(mp_obj_t object, mp_obj_t buffer)
{
    struct comfort *self = MP_OBJ_TO_PTR(object);
    mp_buffer_info_t payload;
    struct gw_sid sid;
    mp_get_buffer_raise(buffer, &payload, MP_BUFFER_READ);
    if (gw_sid_parse(&sid, payload.buf, payload.len))
        mp_raise_msg(&mp_type_ValueError, MP_ERROR_TEXT("a description has at least one octet"));
    gw_comfort_set(&self->state, &sid);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(describe_object, describe);

static mp_obj_t play_noise(mp_obj_t object, mp_obj_t count)
{
    struct comfort *self = MP_OBJ_TO_PTR(object);
    mp_int_t samples = mp_obj_get_int(count);
    vstr_t out;
    if (samples < 0)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%d samples"), (int)samples);
    vstr_init_len(&out, 2 * (size_t)samples);
    gw_comfort_run(&self->state, (int16_t *)(void *)out.buf, (size_t)samples);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(play_object, play_noise);

static mp_obj_t measure(size_t n_args, const mp_obj_t *args)
{
    mp_int_t order = n_args > 1 ? mp_obj_get_int(args[1]) : 0;
    struct gwdsp_samples pcm;
    struct gw_sid sid;
    if (order < 0 || order > GW_SID_ORDER)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("order is 0 to %d, not %d"), GW_SID_ORDER, (int)order);
    pcm = gwdsp_samples(args[0], MP_QSTR_pcm);
    gw_sid_measure(&sid, pcm.pcm, pcm.count, (int32_t)order);
    return payload_of(&sid);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(measure_function, 1, 2, measure);
static MP_DEFINE_CONST_STATICMETHOD_OBJ(measure_object, MP_ROM_PTR(&measure_function));

static const mp_rom_map_elem_t comfort_table[] = {
    {MP_ROM_QSTR(MP_QSTR_set), MP_ROM_PTR(&describe_object)},
    {MP_ROM_QSTR(MP_QSTR_play), MP_ROM_PTR(&play_object)},
    {MP_ROM_QSTR(MP_QSTR_measure), MP_ROM_PTR(&measure_object)},
};
static MP_DEFINE_CONST_DICT(comfort_locals, comfort_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_comfort_type, MP_QSTR_ComfortNoise, MP_TYPE_FLAG_NONE, make_new, make_comfort,
                         locals_dict, &comfort_locals);

/* ---- Silence ---- */

static mp_obj_t make_silence(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_order, MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_rate, MP_ARG_INT, {.u_int = 8000}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct silence *self;
    mp_int_t order, rate;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    order = given[0].u_int;
    rate = given[1].u_int;
    if (order < 0 || order > GW_SID_ORDER || (rate != 8000 && rate != 16000))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("order is 0 to %d and rate 8000 or 16000, not %d and %d"), GW_SID_ORDER,
                          (int)order, (int)rate);
    self = mp_obj_malloc(struct silence, type);
    gw_silence_init(&self->state, (int32_t)order);
    self->samples = (size_t)rate / 100;
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t compress(mp_obj_t object, mp_obj_t buffer)
{
    struct silence *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    struct gw_sid sid;
    if (pcm.count != self->samples)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("a frame of 10 ms has %d samples, not %d"),
                          (int)self->samples, (int)pcm.count);
    switch (gw_silence_frame(&self->state, pcm.pcm, pcm.count, &sid)) {
    case GW_SEND_SPEECH:
        return mp_const_true;
    case GW_SEND_NOTHING:
        return mp_const_none;
    default:
        return payload_of(&sid);
    }
}
static MP_DEFINE_CONST_FUN_OBJ_2(compress_object, compress);

static const mp_rom_map_elem_t silence_table[] = {{MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&compress_object)}};
static MP_DEFINE_CONST_DICT(silence_locals, silence_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_silence_type, MP_QSTR_Silence, MP_TYPE_FLAG_NONE, make_new, make_silence,
                         locals_dict, &silence_locals);
