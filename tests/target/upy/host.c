/* MicroPython on the machine that builds: runs the script file that it is called with. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "py/builtin.h"
#include "py/mphal.h"
#include "run.h"

static const char *path;

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t length)
{
    return fwrite(text, 1, length, stdout);
}

mp_import_stat_t mp_import_stat(const char *name)
{
    struct stat file;
    if (stat(name, &file))
        return MP_IMPORT_STAT_NO_EXIST;
    return S_ISDIR(file.st_mode) ? MP_IMPORT_STAT_DIR : MP_IMPORT_STAT_FILE;
}

void nlr_jump_fail(void *value)
{
    (void)value;
    abort();
}

static mp_lexer_t *open_file(void)
{
    return mp_lexer_new_from_file(qstr_from_str(path));
}

int main(int argc, char **argv)
{
    static char heap[8 << 20];
    if (argc != 2)
        return 2;
    path = argv[1];
    return upy_run(open_file, heap, sizeof heap);
}
