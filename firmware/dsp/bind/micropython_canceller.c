/* EchoCanceller. */
#include "gwdsp_mpy.h"

struct canceller {
    mp_obj_base_t base;
    void *block; /* what the heap gave for `ec` */
    struct gw_ec *ec;
};

static void check(const struct gw_ec_config *c)
{
    if (c->rate != 8000 && c->rate != 16000)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("rate is 8000 or 16000 Hz, not %d"), (int)c->rate);
    if (c->tail_ms < 32 || c->tail_ms > 256)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("tail_ms is 32 to 256, not %d"), (int)c->tail_ms);
    if (c->type < GW_EC_OFF || c->type > GW_EC_DEFAULT)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("ec_type is 0, 1 or 2, not %d"), (int)c->type);
}

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_rate, MP_ARG_INT, {.u_int = 8000}},
        {MP_QSTR_tail_ms, MP_ARG_INT, {.u_int = 128}},
        {MP_QSTR_ec_type, MP_ARG_INT, {.u_int = GW_EC_DEFAULT}},
        {MP_QSTR_linear, MP_ARG_BOOL, {.u_bool = false}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct gw_ec_config config;
    struct canceller *self;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    config.rate = (int32_t)given[0].u_int;
    config.tail_ms = (int32_t)given[1].u_int;
    config.type = (int32_t)given[2].u_int;
    config.linear = given[3].u_bool;
    check(&config);
    self = mp_obj_malloc(struct canceller, type);
    self->ec = gw_ec_init(gwdsp_memory(gw_ec_bytes(&config), &self->block), &config);
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t process(size_t n_args, const mp_obj_t *args, mp_map_t *kw_args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_near, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_far, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct canceller *self = MP_OBJ_TO_PTR(args[0]);
    struct gwdsp_samples near, far;
    vstr_t out;
    mp_arg_parse_all(n_args - 1, args + 1, kw_args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    near = gwdsp_samples(given[0].u_obj, MP_QSTR_near);
    far = gwdsp_samples(given[1].u_obj, MP_QSTR_far);
    if (near.count != far.count)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("near has %d samples and far %d: they must be equal"),
                          (int)near.count, (int)far.count);
    vstr_init_len(&out, 2 * near.count);
    if (gw_ec_process(self->ec, near.pcm, far.pcm, (int16_t *)(void *)out.buf, near.count))
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%d samples are no multiple of 5 ms"), (int)near.count);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_KW(process_object, 1, process);

static mp_obj_t status(mp_obj_t object)
{
    struct canceller *self = MP_OBJ_TO_PTR(object);
    mp_obj_t dict = mp_obj_new_dict(9);
    struct gw_ec_status s;
    gw_ec_status(self->ec, &s);
    gwdsp_store_float(dict, MP_QSTR_erl, s.erl);
    gwdsp_store_float(dict, MP_QSTR_erle, s.erle);
    gwdsp_store_float(dict, MP_QSTR_far, s.far);
    gwdsp_store_float(dict, MP_QSTR_near, s.near);
    gwdsp_store_float(dict, MP_QSTR_out, s.out);
    gwdsp_store_count(dict, MP_QSTR_delay_ms, (uint32_t)s.delay);
    mp_obj_dict_store(dict, MP_OBJ_NEW_QSTR(MP_QSTR_frozen), mp_obj_new_bool(s.frozen));
    gwdsp_store_count(dict, MP_QSTR_handovers, s.handovers);
    gwdsp_store_count(dict, MP_QSTR_resets, s.resets);
    return dict;
}
static MP_DEFINE_CONST_FUN_OBJ_1(status_object, status);

static void attribute(mp_obj_t object, qstr name, mp_obj_t *destination)
{
    struct canceller *self = MP_OBJ_TO_PTR(object);
    struct gw_ec_status s;
    if (destination[0] != MP_OBJ_NULL)
        return; /* none of them can be set */
    gw_ec_status(self->ec, &s);
    if (name == MP_QSTR_erl)
        destination[0] = mp_obj_new_float((mp_float_t)s.erl);
    else if (name == MP_QSTR_erle)
        destination[0] = mp_obj_new_float((mp_float_t)s.erle);
    else if (name == MP_QSTR_delay)
        destination[0] = MP_OBJ_NEW_SMALL_INT(gw_ec_delay(self->ec));
    else
        destination[1] = MP_OBJ_SENTINEL; /* perhaps a method */
}

static const mp_rom_map_elem_t locals_table[] = {
    {MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&process_object)},
    {MP_ROM_QSTR(MP_QSTR_status), MP_ROM_PTR(&status_object)},
};
static MP_DEFINE_CONST_DICT(locals, locals_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_canceller_type, MP_QSTR_EchoCanceller, MP_TYPE_FLAG_NONE, make_new, make_new,
                         attr, attribute, locals_dict, &locals);
