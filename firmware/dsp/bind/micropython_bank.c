/* Bank: all channels of a board in one call. */
#include "micropython_bank.h"

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

struct gw_channel *gwdsp_find(struct bank *self, mp_obj_t channel)
{
    size_t number = number_of(self, channel);
    struct gw_channel *found = gw_bank_channel(self->bank, number);
    if (found == NULL)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("channel %d is closed"), (int)number);
    return found;
}

static struct gw_channel_config config_of(const mp_arg_val_t *given)
{
    struct gw_channel_config config = {
        .codec = (int32_t)gwdsp_codec(given[0].u_obj),
        .packet_ms = (int32_t)given[1].u_int,
        .ec_type = (int32_t)given[2].u_int,
        .tail_ms = (int32_t)given[3].u_int,
        .detect = {[GW_HANDSET] = (int32_t)given[4].u_int, [GW_NETWORK] = (int32_t)given[5].u_int},
        .silence = given[6].u_bool,
    };
    return config;
}

static void start(struct bank *self, size_t number, const struct gw_channel_config *config)
{
    if (gw_bank_channel(self->bank, number) != NULL)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("channel %d is open"), (int)number);
    if (gw_bank_open(self->bank, number, config))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("packet_ms is a multiple of 10 up to 60, ec_type 0 to 2, tail_ms 32 to %d: "
                                        "not %d, %d, %d"),
                          (int)self->tail_ms, (int)config->packet_ms, (int)config->ec_type, (int)config->tail_ms);
    self->frames[number].joined = 0;
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
        {MP_QSTR_silence, MP_ARG_BOOL, {.u_bool = false}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(allowed)];
    struct gw_channel_config config;
    size_t number;
    mp_arg_parse_all(n_args - 1, args + 1, kw_args, MP_ARRAY_SIZE(allowed), allowed, given);
    number = number_of(self, given[0].u_obj);
    config = config_of(&given[1]);
    start(self, number, &config);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_KW(open_object, 1, open_channel);

static mp_obj_t close_channel(mp_obj_t object, mp_obj_t channel)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    gwdsp_find(self, channel);
    gw_bank_close(self->bank, number_of(self, channel));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(close_object, close_channel);

static mp_obj_t join(mp_obj_t object, mp_obj_t channel, mp_obj_t joined)
{
    struct bank *self = MP_OBJ_TO_PTR(object);
    gwdsp_find(self, channel);
    self->frames[number_of(self, channel)].joined = mp_obj_is_true(joined);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(join_object, join);

static mp_obj_t play(size_t n_args, const mp_obj_t *args)
{
    const char *kind = n_args > 3 ? mp_obj_str_get_str(args[3]) : "speech";
    int comfort = strcmp(kind, "comfort") == 0;
    struct gw_channel *found;
    mp_buffer_info_t payload;
    mp_get_buffer_raise(args[2], &payload, MP_BUFFER_READ);
    if (!comfort && strcmp(kind, "speech") != 0)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("a packet is speech or comfort, not '%s'"), kind);
    found = gwdsp_find(MP_OBJ_TO_PTR(args[0]), args[1]);
    (comfort ? gw_channel_comfort : gw_channel_play)(found, payload.buf, payload.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(play_object, 3, 4, play);

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

static mp_obj_t packet_of(const struct gw_frame *frame)
{
    mp_obj_t packet[3] = {
        mp_obj_new_bytes(frame->packet, frame->packet_octets),
        frame->kind == GW_COMFORT ? MP_OBJ_NEW_QSTR(MP_QSTR_comfort) : MP_OBJ_NEW_QSTR(MP_QSTR_speech),
        mp_obj_new_int_from_uint(frame->at),
    };
    return mp_obj_new_tuple(3, packet);
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
        pair[1] = packet_of(frame);
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
    {MP_ROM_QSTR(MP_QSTR_status), MP_ROM_PTR(&gwdsp_bank_status_object)},
    {MP_ROM_QSTR(MP_QSTR_tone), MP_ROM_PTR(&gwdsp_bank_tone_object)},
    {MP_ROM_QSTR(MP_QSTR_events), MP_ROM_PTR(&gwdsp_bank_events_object)},
    {MP_ROM_QSTR(MP_QSTR_bytes_needed), MP_ROM_PTR(&bytes_needed_object)},
};
static MP_DEFINE_CONST_DICT(locals, locals_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_bank_type, MP_QSTR_Bank, MP_TYPE_FLAG_NONE, make_new, make_new, locals_dict, &locals);
