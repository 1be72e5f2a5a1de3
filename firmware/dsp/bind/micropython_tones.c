/* ToneGenerator and ToneDetector. */
#include "gwdsp_mpy.h"

struct generator {
    mp_obj_base_t base;
    struct gw_tone_generator generator;
};

struct detector {
    mp_obj_base_t base;
    struct gw_detector detector;
    int16_t frame[GW_FRAME];
    size_t held; /* samples of a frame that is not whole yet */
};

int32_t gwdsp_tone(mp_obj_t name)
{
    const char *text = mp_obj_str_get_str(name);
    int32_t tone = gw_tone_find(text);
    if (tone < 0)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("unknown tone '%s'"), text);
    return tone;
}

mp_obj_t gwdsp_event_kind(const struct gw_event *event)
{
    static const char *const KINDS[] = {"dtmf", "dtmf-end", "fax", "progress"};
    return mp_obj_new_str_from_cstr(KINDS[event->kind]);
}

mp_obj_t gwdsp_event_value(const struct gw_event *event)
{
    char digit = (char)event->value;
    switch (event->kind) {
    case GW_EVENT_DTMF:
        return mp_obj_new_str(&digit, 1);
    case GW_EVENT_DTMF_END:
        return mp_obj_new_int(event->value);
    default:
        return mp_obj_new_str_from_cstr(gw_tone_name(event->value));
    }
}

/* ---- Generator ---- */

static mp_obj_t make_generator(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_tone, MP_ARG_REQUIRED | MP_ARG_OBJ, {.u_obj = MP_OBJ_NULL}},
        {MP_QSTR_rate, MP_ARG_INT, {.u_int = 8000}},
        {MP_QSTR_duration_ms, MP_ARG_INT, {.u_int = 0}},
    };
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct generator *self;
    int32_t tone;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    tone = gwdsp_tone(given[0].u_obj);
    self = mp_obj_malloc(struct generator, type);
    if (gw_tone_init(&self->generator, tone, (int32_t)given[1].u_int, (int32_t)given[2].u_int))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("rate is 8000 or 16000 and duration_ms 0 to 3600000, not %d and %d"),
                          (int)given[1].u_int, (int)given[2].u_int);
    return MP_OBJ_FROM_PTR(self);
}

static mp_obj_t generate(mp_obj_t object, mp_obj_t count)
{
    struct generator *self = MP_OBJ_TO_PTR(object);
    mp_int_t samples = mp_obj_get_int(count);
    vstr_t out;
    if (samples < 0)
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("samples is 0 or more, not %d"), (int)samples);
    vstr_init_len(&out, 2 * (size_t)samples);
    gw_tone_run(&self->generator, (int16_t *)(void *)out.buf, (size_t)samples);
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(generate_object, generate);

static void attribute(mp_obj_t object, qstr name, mp_obj_t *destination)
{
    struct generator *self = MP_OBJ_TO_PTR(object);
    if (destination[0] != MP_OBJ_NULL)
        return; /* it cannot be set */
    if (name == MP_QSTR_active)
        destination[0] = mp_obj_new_bool(gw_tone_active(&self->generator));
    else
        destination[1] = MP_OBJ_SENTINEL; /* perhaps a method */
}

static const mp_rom_map_elem_t generator_table[] = {{MP_ROM_QSTR(MP_QSTR_generate), MP_ROM_PTR(&generate_object)}};
static MP_DEFINE_CONST_DICT(generator_locals, generator_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_generator_type, MP_QSTR_ToneGenerator, MP_TYPE_FLAG_NONE, make_new, make_generator,
                         attr, attribute, locals_dict, &generator_locals);

/* ---- Detector ---- */

static mp_obj_t make_detector(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args)
{
    static const mp_arg_t ALLOWED[] = {
        {MP_QSTR_dtmf, MP_ARG_BOOL, {.u_bool = false}},
        {MP_QSTR_fax, MP_ARG_BOOL, {.u_bool = false}},
        {MP_QSTR_progress, MP_ARG_BOOL, {.u_bool = false}},
        {MP_QSTR_remove, MP_ARG_BOOL, {.u_bool = false}},
    };
    static const int32_t WANTED[] = {GW_DETECT_DTMF, GW_DETECT_FAX, GW_DETECT_PROGRESS, GW_REMOVE_DTMF};
    mp_arg_val_t given[MP_ARRAY_SIZE(ALLOWED)];
    struct detector *self;
    int32_t wanted = 0;
    size_t i;
    mp_arg_parse_all_kw_array(n_args, n_kw, args, MP_ARRAY_SIZE(ALLOWED), ALLOWED, given);
    for (i = 0; i < MP_ARRAY_SIZE(ALLOWED); i++)
        wanted |= given[i].u_bool ? WANTED[i] : 0;
    self = mp_obj_malloc(struct detector, type);
    self->held = 0;
    gw_detector_init(&self->detector, wanted);
    return MP_OBJ_FROM_PTR(self);
}

static void take_events(struct detector *self, mp_obj_t list)
{
    struct gw_event event;
    while (gw_detector_event(&self->detector, &event)) {
        mp_obj_t one[3] = {mp_obj_new_int_from_uint(event.at), gwdsp_event_kind(&event), gwdsp_event_value(&event)};
        mp_obj_list_append(list, mp_obj_new_tuple(3, one));
    }
}

static mp_obj_t process(mp_obj_t object, mp_obj_t buffer)
{
    struct detector *self = MP_OBJ_TO_PTR(object);
    struct gwdsp_samples pcm = gwdsp_samples(buffer, MP_QSTR_pcm);
    mp_obj_t list = mp_obj_new_list(0, NULL);
    size_t at, part;
    take_events(self, list);
    for (at = 0; at < pcm.count; at += part) {
        part = GW_FRAME - self->held < pcm.count - at ? GW_FRAME - self->held : pcm.count - at;
        memcpy(self->frame + self->held, pcm.pcm + at, 2 * part);
        self->held += part;
        if (self->held < GW_FRAME)
            continue;
        gw_detector_run(&self->detector, self->frame);
        self->held = 0;
        take_events(self, list);
    }
    return list;
}
static MP_DEFINE_CONST_FUN_OBJ_2(process_object, process);

static mp_obj_t pass_through(mp_obj_t object, mp_obj_t buffer)
{
    struct detector *self = MP_OBJ_TO_PTR(object);
    mp_buffer_info_t info;
    vstr_t out;
    size_t at;
    mp_get_buffer_raise(buffer, &info, MP_BUFFER_READ);
    if (info.len % (2 * GW_FRAME))
        mp_raise_msg_varg(&mp_type_ValueError,
                          MP_ERROR_TEXT("pcm has %d octets: pass takes multiples of 10 ms, 160 octets"), (int)info.len);
    vstr_init_len(&out, info.len);
    memcpy(out.buf, info.buf, info.len);
    for (at = 0; at < info.len; at += 2 * GW_FRAME)
        gw_detector_run(&self->detector, (int16_t *)(void *)(out.buf + at));
    return mp_obj_new_bytes_from_vstr(&out);
}
static MP_DEFINE_CONST_FUN_OBJ_2(pass_object, pass_through);

static const mp_rom_map_elem_t detector_table[] = {
    {MP_ROM_QSTR(MP_QSTR_process), MP_ROM_PTR(&process_object)},
    {MP_ROM_QSTR(MP_QSTR_pass_through), MP_ROM_PTR(&pass_object)},
};
static MP_DEFINE_CONST_DICT(detector_locals, detector_table);

MP_DEFINE_CONST_OBJ_TYPE(gwdsp_detector_type, MP_QSTR_ToneDetector, MP_TYPE_FLAG_NONE, make_new, make_detector,
                         locals_dict, &detector_locals);
