/* What a frame costs on this processor: ticks of its clock, and stack. */
#ifndef GW_MEASURE_H
#define GW_MEASURE_H

#include "golden.h"

/* Prints "clock TICKS", the ticks of 100000 instructions, and for each subject
 * "cost NAME FRAMES TICKS MOST STACK STATE": ticks of all frames and of the dearest,
 * and octets of stack and of state. A frame is 10 ms; `memory` is that of the golden cases. */
void measure_all(const struct scene *scene, void *memory);

#endif
