/* Bank: figures, tones and what the detectors found. */
#include "micropython_bank.h"

static mp_obj_t status(mp_obj_t object, mp_obj_t channel)
{
    struct gw_channel *found = gwdsp_find(MP_OBJ_TO_PTR(object), channel);
    mp_obj_t dict = mp_obj_new_dict(8);
    struct gw_channel_status s;
    gw_channel_status(found, &s);
    gwdsp_store_float(dict, MP_QSTR_level_in, s.level_in);
    gwdsp_store_float(dict, MP_QSTR_level_out, s.level_out);
    gwdsp_store_float(dict, MP_QSTR_erl, s.erl);
    gwdsp_store_float(dict, MP_QSTR_erle, s.erle);
    gwdsp_store_count(dict, MP_QSTR_played, s.played);
    gwdsp_store_count(dict, MP_QSTR_missing, s.missing);
    gwdsp_store_count(dict, MP_QSTR_lost, s.lost);
    gwdsp_store_count(dict, MP_QSTR_dropped, s.dropped);
    return dict;
}
MP_DEFINE_CONST_FUN_OBJ_2(gwdsp_bank_status_object, status);

static enum gw_end end_of(mp_obj_t name)
{
    const char *text = mp_obj_str_get_str(name);
    if (strcmp(text, "handset") != 0 && strcmp(text, "network") != 0)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("towards handset or network, not '%s'"), text);
    return text[0] == 'h' ? GW_HANDSET : GW_NETWORK;
}

static mp_obj_t tone(size_t n_args, const mp_obj_t *args, mp_map_t *kw_args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_channel, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_tone, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_towards, MP_ARG_OBJ, {.u_rom_obj = MP_ROM_QSTR(MP_QSTR_handset)}},
        {MP_QSTR_duration_ms, MP_ARG_INT, {.u_int = 0}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct gw_channel *channel;
    const char *name;
    enum gw_end end;
    mp_arg_parse_all(n_args - 1, args + 1, kw_args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    end = end_of(given[2].u_obj);
    name = given[1].u_obj == mp_const_none ? NULL : mp_obj_str_get_str(given[1].u_obj);
    channel = gwdsp_find(MP_OBJ_TO_PTR(args[0]), given[0].u_obj);
    if (gw_channel_say(channel, end, name, (int32_t)given[3].u_int))
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("'%s' for %d ms is no tone, or more than %d digits would wait"),
                          name ? name : "", (int)given[3].u_int, GW_DIGITS);
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_KW(gwdsp_bank_tone_object, 1, tone);

static mp_obj_t event_of(size_t number, int from, const struct gw_event *event)
{
    mp_obj_t one[5] = {
        MP_OBJ_NEW_SMALL_INT((mp_int_t)number),
        from == 1 + GW_HANDSET ? MP_OBJ_NEW_QSTR(MP_QSTR_handset) : MP_OBJ_NEW_QSTR(MP_QSTR_network),
        gwdsp_event_kind(event),
        gwdsp_event_value(event),
        mp_obj_new_int_from_uint(event->at),
    };
    return mp_obj_new_tuple(5, one);
}

static mp_obj_t events(mp_obj_t object)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    mp_obj_t list = mp_obj_new_list(0, NULL);
    struct gw_event event;
    size_t i;
    int from;
    for (i = 0; i < self->channels; i++) {
        struct gw_channel *channel = gw_bank_channel(self->bank, i);
        while (channel != NULL && (from = gw_channel_event(channel, &event)) != 0)
            mp_obj_list_append(list, event_of(i, from, &event));
    }
    return list;
}
MP_DEFINE_CONST_FUN_OBJ_1(gwdsp_bank_events_object, events);
