/* Resampler and Gain. */
#include "gwdsp_mpy.h"

struct resampler {
    mp_obj_base_t base;
    struct gw_resampler state;
    bool up;
};

struct gain {
    mp_obj_base_t base;
    struct gw_gain state;
};

/* ---- Resampler ---- */

static mp_obj_t make_resampler(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_source, MP_ARG_REQUIRED | MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_target, MP_ARG_REQUIRED | MP_ARG_INT, {.u_int = 0}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct resampler *self;
    mp_int_t source, target;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    source = given[0].u_int;
    target = given[1].u_int;
    if (!(source == 8000 && target == 16000) && !(source == 16000 && target == 8000))
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("rates are 8000 to 16000 or back, not %d to %d"),
                          (int)source, (int)target);
    self = mp_obj_malloc(struct resampler, type);
    gw_resampler_init(&self->state);
    self->up = target > source;
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t resample(mp_obj_t object, mp_obj_t buffer)
{
    struct resampler *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    vstr_t out;
    if (!self->up && pcm.count % 2)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%d samples of 16 kHz are not an even number"),
                          (int)pcm.count);
    vstr_init_len(&out, self->up ? 4 * pcm.count : pcm.count);
    (self->up ? gw_upsample : gw_downsample)(&self->state, pcm.pcm, pcm.count, (int16_t *)(void *)out.buf);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(resample_object, resample);

static const mp_rom_map_elem_t resampler_table[] = {{MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&resample_object)}};
static MP_DEFINE_CONST_DICT(resampler_locals, resampler_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_resampler_type, MP_QSTR_Resampler, MP_TYPE_FLAG_NONE, make_new, make_resampler,
                         locals_dict, &resampler_locals);

/* ---- Gain ---- */

static mp_obj_t make_gain(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_decibel, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_INT(0)}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct gain *self;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    self = mp_obj_malloc(struct gain, type);
    gw_gain_init(&self->state, (float)mp_obj_get_float(given[0].u_obj));
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t set_gain(mp_obj_t object, mp_obj_t decibel)
{
    struct gain *self = MP_OBJ_TO_PTR(object);
    gw_gain_set(&self->state, (float)mp_obj_get_float(decibel));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(set_object, set_gain);

static mp_obj_t apply_gain(mp_obj_t object, mp_obj_t buffer)
{
    struct gain *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    vstr_t out;
    vstr_init_len(&out, 2 * pcm.count);
    memcpy(out.buf, pcm.pcm, 2 * pcm.count);
    gw_gain_run(&self->state, (int16_t *)(void *)out.buf, pcm.count);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(apply_object, apply_gain);

static const mp_rom_map_elem_t gain_table[] = {
    {MP_ROM_QSTR(MP_QSTR_set), MP_ROM_PTR(&set_object)},
    {MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&apply_object)},
};
static MP_DEFINE_CONST_DICT(gain_locals, gain_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_gain_type, MP_QSTR_Gain, MP_TYPE_FLAG_NONE, make_new, make_gain, locals_dict,
                         &gain_locals);
