/* The golden image: what each case gives, then what each costs. */
#include "measure.h"

int main(void)
{
    static struct scene scene;
    static uint8_t memory[GOLDEN_MEMORY] __attribute__((aligned(16)));
    scene_make(&scene);
    golden_run(&scene, memory);
    measure_all(&scene, memory);
    return 0;
}
