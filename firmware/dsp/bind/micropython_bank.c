/* Bank: all channels of a board in one call. */
#include "gwdsp_mpy.h"

struct bank {
    mp_obj_base_t base;
    void *block; /* what the heap gave for `bank` */
    struct gw_bank *bank;
    struct gw_frame *frames; /* one per channel; `joined` stays in them between calls */
    size_t channels;
    int32_t tail_ms;
};

static int has_bytes(mp_int_t channels, mp_int_t tail_ms)
{
    return channels >= 1 && tail_ms >= 32 && tail_ms <= 256 && gw_bank_bytes((size_t)channels, (int32_t)tail_ms) != 0;
}

static mp_obj_t make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_channels, MP_ARG_REQUIRED | MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_tail_ms, MP_ARG_INT, {.u_int = 256}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct bank *self;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    if (given[0].u_int > 100000 || !has_bytes(given[0].u_int, given[1].u_int))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("channels is 1 to 100000 and tail_ms 32 to 256, not %d and %d"),
                          (int)given[0].u_int, (int)given[1].u_int);
    self = mp_obj_malloc(struct bank, type);
    self->channels = (size_t)given[0].u_int;
    self->tail_ms = (int32_t)given[1].u_int;
    self->bank = gw_bank_init(gwdsp_memory(gw_bank_bytes(self->channels, self->tail_ms), &self->block),
                              self->channels, self->tail_ms);
    self->frames = m_new0(struct gw_frame, self->channels);
    return MP_OBJ_FROM_PTR(self);
}

static size_t number_of(const struct bank *self, mp_obj_t channel)
{
    mp_int_t number = mp_obj_get_int(channel);
    if (number < 0 || (size_t)number >= self->channels)
        mp_raise_msg_varg(&mp_type_IndexError, MP_ERROR_TEXT("channel %d of %d"), (int)number, (int)self->channels);
    return (size_t)number;
}

static struct gw_channel *find(struct bank *self, mp_obj_t channel)
{
    size_t number = number_of(self, channel);
    struct gw_channel *found = gw_bank_channel(self->bank, number);
    if (found == NULL)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("channel %d is closed"), (int)number);
    return found;
}

static mp_obj_t open_channel(size_t n_args, const mp_obj_t *args, mp_map_t *kw_args)
{
    struct bank *self = MP_OBJ_TO_PTR(args[0]);
    const mp_arg_t allowed[] = {
        {MP_QSTR_channel, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_codec, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_packet_ms, MP_ARG_INT, {.u_int = 20}},
        {MP_QSTR_ec_type, MP_ARG_INT, {.u_int = GW_EC_DEFAULT}},
        {MP_QSTR_tail_ms, MP_ARG_INT, {.u_int = self->tail_ms < 128 ? self->tail_ms : 128}},
        {MP_QSTR_handset, MP_ARG_INT, {.u_int = 0}},
        {MP_QSTR_network, MP_ARG_INT, {.u_int = 0}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(allowed)];
    struct gw_channel_config config;
    size_t number;
    mp_arg_parse_all(n_args - 1, args + 1, kw_args, MP_ARRAY_SIZE(allowed), allowed, given);
    number = number_of(self, given[0].u_obj);
    if (gw_bank_channel(self->bank, number) != NULL)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("channel %d is open"), (int)number);
    config.codec = (int32_t)gwdsp_codec(given[1].u_obj);
    config.packet_ms = (int32_t)given[2].u_int;
    config.ec_type = (int32_t)given[3].u_int;
    config.tail_ms = (int32_t)given[4].u_int;
    config.detect[GW_HANDSET] = (int32_t)given[5].u_int;
    config.detect[GW_NETWORK] = (int32_t)given[6].u_int;
    if (gw_bank_open(self->bank, number, &config))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("packet_ms is a multiple of 10 up to 60, ec_type 0 to 2, tail_ms 32 to %d: "
                                        "not %d, %d, %d"),
                          (int)self->tail_ms, (int)config.packet_ms, (int)config.ec_type, (int)config.tail_ms);
    self->frames[number].joined = 0;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(open_object, 1, open_channel);

static mp_obj_t close_channel(mp_obj_t object, mp_obj_t channel)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    find(self, channel);
    gw_bank_close(self->bank, number_of(self, channel));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(close_object, close_channel);

static mp_obj_t join(mp_obj_t object, mp_obj_t channel, mp_obj_t joined)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    find(self, channel);
    self->frames[number_of(self, channel)].joined = mp_obj_is_true(joined);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(join_object, join);

static mp_obj_t play(mp_obj_t object, mp_obj_t channel, mp_obj_t buffer)
{
    struct gw_channel *found = find(MP_OBJ_TO_PTR(object), channel);
    mp_buffer_info_t payload;
    mp_get_buffer_raise(buffer, &payload, MP_BUFFER_READ);
    gw_channel_play(found, payload.buf, payload.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(play_object, play);

static void take_field(struct gw_frame *frame, mp_obj_t field)
{
    mp_buffer_info_t info;
    frame->field = NULL;
    if (field == mp_const_none)
        return;
    mp_get_buffer_raise(field, &info, MP_BUFFER_READ);
    if (info.len != GW_B_FIELD)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("a B-field has %d octets, not %d"), GW_B_FIELD,
                          (int)info.len);
    frame->field = info.buf;
}

static mp_obj_t result(struct bank *self, size_t channel)
{
    const struct gw_frame *frame = &self->frames[channel];
    mp_obj_t pair[2] = {mp_const_none, mp_const_none};
    if (gw_bank_channel(self->bank, channel) == NULL)
        return mp_const_none;
    if (frame->joined)
        pair[0] = mp_obj_new_bytes(frame->reply, GW_B_FIELD);
    if (frame->packet_octets)
        pair[1] = mp_obj_new_bytes(frame->packet, frame->packet_octets);
    return mp_obj_new_tuple(2, pair);
}

/* The fields are looked at in this call only: `fields` keeps them alive, and nothing else runs. */
static mp_obj_t process(mp_obj_t object, mp_obj_t fields)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    mp_obj_t *items, list;
    size_t count, i;
    mp_obj_get_array(fields, &count, &items);
    if (count != self->channels)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("%d B-fields for %d channels"), (int)count,
                          (int)self->channels);
    for (i = 0; i < count; i++)
        take_field(&self->frames[i], items[i]);
    gw_bank_run(self->bank, self->frames);
    list = mp_obj_new_list(0, NULL);
    for (i = 0; i < count; i++)
        mp_obj_list_append(list, result(self, i));
    return list;
}
static MP_DEFINE_CONST_FUN_OBJ_2(process_object, process);

static mp_obj_t status(mp_obj_t object, mp_obj_t channel)
{
    struct gw_channel *found = find(MP_OBJ_TO_PTR(object), channel);
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
static MP_DEFINE_CONST_FUN_OBJ_2(status_object, status);

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
    channel = find(MP_OBJ_TO_PTR(args[0]), given[0].u_obj);
    if (gw_channel_say(channel, end, name, (int32_t)given[3].u_int))
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("'%s' for %d ms is no tone, or more than %d digits would wait"),
                          name ? name : "", (int)given[3].u_int, GW_DIGITS);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(tone_object, 1, tone);

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
static MP_DEFINE_CONST_FUN_OBJ_1(events_object, events);

static mp_obj_t bytes_needed(size_t n_args, const mp_obj_t *args)
{
    mp_int_t channels = mp_obj_get_int(args[0]), tail_ms = n_args > 1 ? mp_obj_get_int(args[1]) : 256;
    if (!has_bytes(channels, tail_ms))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("channels is 1 or more and tail_ms 32 to 256, not %d and %d"),
                          (int)channels, (int)tail_ms);
    return mp_obj_new_int_from_uint(gw_bank_bytes((size_t)channels, (int32_t)tail_ms));
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(bytes_needed_function, 1, 2, bytes_needed);
static MP_DEFINE_CONST_STATICMETHOD_OBJ(bytes_needed_object, MP_ROM_PTR(&bytes_needed_function));

static const mp_rom_map_elem_t locals_table[] = {
    {MP_ROM_QSTR(MP_QSTR_open), MP_ROM_PTR(&open_object)},
    {MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&close_object)},
    {MP_ROM_QSTR(MP_QSTR_join), MP_ROM_PTR(&join_object)},
    {MP_ROM_QSTR(MP_QSTR_play), MP_ROM_PTR(&play_object)},
    {MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&process_object)},
    {MP_ROM_QSTR(MP_QSTR_status), MP_ROM_PTR(&status_object)},
    {MP_ROM_QSTR(MP_QSTR_tone), MP_ROM_PTR(&tone_object)},
    {MP_ROM_QSTR(MP_QSTR_events), MP_ROM_PTR(&events_object)},
    {MP_ROM_QSTR(MP_QSTR_bytes_needed), MP_ROM_PTR(&bytes_needed_object)},
};
static MP_DEFINE_CONST_DICT(locals, locals_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_bank_type, MP_QSTR_Bank, MP_TYPE_FLAG_NONE, make_new, make_new, locals_dict, &locals);
