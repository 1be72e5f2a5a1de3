/* What a codec plug-in hands to Bank: a capsule "<module>.channel_codecs", an array of these that ends with
 * an empty name. The plug-in owns the library and its states; Bank has one made per channel and given back. */
#ifndef GW_PLUG_IN_H
#define GW_PLUG_IN_H

#include "gw_dsp.h"

struct gw_plug_in {
    const char *name; /* of the codec */
    struct gw_plug plug;
    void *(*create)(int packet_ms, int silence); /* NULL without memory */
    void (*destroy)(void *state);
};

#endif
