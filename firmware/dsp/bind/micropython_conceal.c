/* Concealer: what is played where a frame is missing. */
#include "gwdsp_mpy.h"

struct concealer {
    mp_obj_base_t base;
    size_t frame; /* samples: 80 or 160 */
    union {
        struct gw_conceal narrow;
        struct gw_conceal_wide wide;
    };
};

static mp_obj_t make_concealer(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_rate, MP_ARG_INT, {.u_int = 8000}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct concealer *self;
    mp_int_t rate;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    rate = given[0].u_int;
    if (rate != 8000 && rate != 16000)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("rate is 8000 or 16000, not %d"), (int)rate);
    self = mp_obj_malloc(struct concealer, type);
    self->frame = (size_t)rate / 100;
    if (rate == 8000)
        gw_conceal_init(&self->narrow);
    else
        gw_conceal_wide_init(&self->wide);
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t good(mp_obj_t object, mp_obj_t buffer)
{
    struct concealer *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    int16_t *frame;
    vstr_t out;
    if (pcm.count != self->frame)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("a frame has %d samples, not %d"), (int)self->frame,
                          (int)pcm.count);
    vstr_init_len(&out, 2 * self->frame);
    memcpy(out.buf, pcm.pcm, 2 * self->frame);
    frame = (int16_t *)(void *)out.buf;
    if (self->frame == GW_FRAME)
        gw_conceal_good(&self->narrow, frame);
    else
        gw_conceal_wide_good(&self->wide, frame);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(good_object, good);

static mp_obj_t lost(mp_obj_t object)
{
    struct concealer *self = MP_OBJ_TO_PTR(object);
    int16_t *frame;
    vstr_t out;
    vstr_init_len(&out, 2 * self->frame);
    frame = (int16_t *)(void *)out.buf;
    if (self->frame == GW_FRAME)
        gw_conceal_lost(&self->narrow, frame);
    else
        gw_conceal_wide_lost(&self->wide, frame);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_1(lost_object, lost);

static const mp_rom_map_elem_t locals_table[] = {
    {MP_ROM_QSTR(MP_QSTR_good), MP_ROM_PTR(&good_object)},
    {MP_ROM_QSTR(MP_QSTR_lost), MP_ROM_PTR(&lost_object)},
};
static MP_DEFINE_CONST_DICT(locals, locals_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_concealer_type, MP_QSTR_Concealer, MP_TYPE_FLAG_NONE, make_new, make_concealer,
                         locals_dict, &locals);
