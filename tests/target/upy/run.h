#include "py/lexer.h"

/* Runs the script that `open` gives, in a heap below this frame of the stack; 0, or 1 after an exception. */
int upy_run(mp_lexer_t *(*open)(void), char *heap, size_t octets);
