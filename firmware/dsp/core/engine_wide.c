/* The hot loops once more, for AVX2: the same operations on eight lanes give the same bits. */
#include "cpu.h"

#if GW_WIDE
#define GW_LANES_WIDE 8
#define GW_HOT GW_AVX2

#include "engine_body.h"

int gw_engine_wide(struct gw_engine *engine)
{
    if (!gw_has_avx2())
        return 0;
    fill_in(engine);
    return 1;
}
#else
#include "canceller.h"

int gw_engine_wide(struct gw_engine *engine)
{
    (void)engine;
    return 0;
}
#endif
