/* As much of `binascii` as the golden cases want: extmod/, which has all of it, is not in the sources. */
#include "py/runtime.h"

static mp_obj_t crc32(size_t n_args, const mp_obj_t *args)
{
    uint32_t crc = n_args > 1 ? ~(uint32_t)mp_obj_get_int_truncated(args[1]) : 0xffffffffu;
    mp_buffer_info_t data;
    size_t i;
    int bit;
    mp_get_buffer_raise(args[0], &data, MP_BUFFER_READ);
    for (i = 0; i < data.len; i++) {
        crc ^= ((const uint8_t *)data.buf)[i];
        for (bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return mp_obj_new_int_from_uint(~crc);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(crc32_object, 1, 2, crc32);

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_binascii)},
    {MP_ROM_QSTR(MP_QSTR_crc32), MP_ROM_PTR(&crc32_object)},
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t binascii_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};

MP_REGISTER_MODULE(MP_QSTR_binascii, binascii_module);
