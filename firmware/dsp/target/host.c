/* The golden cases on the machine that builds: their lines go to standard output. */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "golden.h"

void board_put(char octet)
{
    putchar(octet);
}

int main(void)
{
    static struct scene scene;
    void *memory = aligned_alloc(64, GOLDEN_MEMORY);
    if (memory == NULL)
        return 1;
    scene_make(&scene);
    golden_run(&scene, memory);
    free(memory);
    return 0;
}
