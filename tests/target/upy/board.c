/* MicroPython on a board of firmware/dsp/target: runs the golden cases, which are in the image. */
#include "board.h"

#include "py/builtin.h"
#include "py/mphal.h"
#include "run.h"

extern const char script[], script_end[];
__asm(".section .rodata.script\n\t.global script, script_end\n"
      "script:\n\t.incbin \"../golden.py\"\nscript_end:\n\t.previous");

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length)
{
    size_t i;
    for (i = 0; i < length; i++)
        board_put(text[i]);
    return length;
}

mp_import_stat_t mp_import_stat(const char *name)
{
    (void)name;
    return MP_IMPORT_STAT_NO_EXIST;
}

mp_lexer_t *mp_lexer_new_from_file(qstr name)
{
    (void)name;
    return NULL; /* nothing is imported from files: mp_import_stat finds none */
}

void nlr_jump_fail(void *value)
{
    (void)value;
    board_exit(71);
}

static mp_lexer_t *open_script(void)
{
    return mp_lexer_new_from_str_len(MP_QSTR_golden, script, (size_t)(script_end - script), 0);
}

int main(void)
{
    static char heap[3 << 20];
    return upy_run(open_script, heap, sizeof heap);
}
