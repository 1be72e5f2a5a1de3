/* The hot loops in registers that every processor of a kind has. */
#if defined(__SSE2__) || defined(__ARM_NEON)
#define GW_LANES_WIDE 4
#else
#define GW_LANES_WIDE 1
#endif
#define GW_HOT

#include "engine_body.h"

void gw_engine_plain(struct gw_engine *engine)
{
    fill_in(engine);
}
