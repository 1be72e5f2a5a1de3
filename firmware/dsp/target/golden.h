/* The golden cases: the same input on every target, and a line of text for the output.
 *
 * Each line is a case's name, a count of blocks and the CRC-32 of all that the case has put
 * out so far, so that the first line that differs says where bits went apart. Nothing is
 * kept in a file: the lines of one target are the demand on all others.
 */
#ifndef GW_GOLDEN_H
#define GW_GOLDEN_H

#include "gw_dsp.h"

#define SCENE 19200 /* samples: 2.4 s at 8 kHz */

struct scene {
    int16_t far[SCENE], near[SCENE], voice[SCENE];
};

/* An echo path that changes, double talk, a tone, silence and clipping, made of integers. */
void scene_make(struct scene *scene);
uint32_t scene_random(uint32_t *seed);

/* Runs all cases in `memory`, aligned to 16 octets; `octets` are enough for any of them. */
#ifndef GOLDEN_MEMORY
#define GOLDEN_MEMORY 1048576
#endif
void golden_run(const struct scene *scene, void *memory);

/* Parts of it. */
void golden_tones(const struct scene *scene);
void golden_voice(const struct scene *scene);
void golden_pause(const struct scene *scene, void *memory);

#endif
