/* One script in a MicroPython of its own: what the host and a board have in common. */
#include "run.h"

#include <setjmp.h>

#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stackctrl.h"

void mp_hal_stdout_tx_strn_cooked(const char *text, size_t length)
{
    mp_hal_stdout_tx_strn(text, length);
}

void mp_hal_stdout_tx_str(const char *text)
{
    mp_hal_stdout_tx_strn(text, strlen(text));
}

/* What registers and the stack hold may be pointers into the heap. */
__attribute__((noinline)) void gc_collect(void)
{
    jmp_buf registers;
    setjmp(registers);
    gc_collect_start();
    gc_collect_root((void **)(void *)&registers,
                    ((uintptr_t)MP_STATE_THREAD(stack_top) - (uintptr_t)&registers) / sizeof(void *));
    gc_collect_end();
}

static int run(mp_lexer_t *(*open)(void))
{
    nlr_buf_t nlr;
    if (nlr_push(&nlr)) {
        mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
        return 1;
    }
    mp_lexer_t *lexer = open();
    qstr name = lexer->source_name;
    mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
    mp_call_function_0(mp_compile(&tree, name, false));
    nlr_pop();
    return 0;
}

int upy_run(mp_lexer_t *(*open)(void), char *heap, size_t octets)
{
    int failed;
    mp_stack_ctrl_init();
    mp_stack_set_limit(200000);
    gc_init(heap, heap + octets);
    mp_init();
    failed = run(open);
    mp_deinit();
    return failed;
}
