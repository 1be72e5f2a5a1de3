/* What goes round the transforms, for the floating-point unit of a Cortex-M: the loops of engine_body.h, four bins at a
 * time. Loads downwards leave the lanes in order of address, so that registers are named backwards where bins are. */
#include "vfp.h"

static const float NOTHING[16];

#define B4 "s7", "s6", "s5", "s4"
#define B8 "s11", "s10", "s9", "s8"
#define B12 "s15", "s14", "s13", "s12"
#define B24 "s27", "s26", "s25", "s24"
#define B28 "s31", "s30", "s29", "s28"

GW_INLINE void part(const float *zr, const float *zi, int n, int end, const struct gw_rows *fa, const struct gw_rows *fb)
{
    const float *lr = zr + 2 * n + 1, *li = zi + 2 * n + 1;
    float *ar = fa->re, *ai = fa->im, *br = fb->re, *bi = fb->im;
    __asm__ volatile(
        "1:\n\t"
        "vldmia %[zr]!, {s0-s3}\n\t"
        "vldmia %[zi]!, {s4-s7}\n\t"
        "vldmdb %[lr]!, {s8-s11}\n\t"
        "vldmdb %[li]!, {s12-s15}\n\t"
        EACH("vadd.f32", R16, R0, B8) EACH("vsub.f32", R20, R4, B12)
        EACH("vadd.f32", R24, R4, B12) EACH("vsub.f32", R28, B8, R0)
        "vstmia %[ar]!, {s16-s19}\n\t"
        "vstmia %[ai]!, {s20-s23}\n\t"
        "vstmia %[br]!, {s24-s27}\n\t"
        "vstmia %[bi]!, {s28-s31}\n\t"
        "subs %[end], #4\n\tbgt 1b"
        : [zr] "+r"(zr), [zi] "+r"(zi), [lr] "+r"(lr), [li] "+r"(li), [ar] "+r"(ar), [ai] "+r"(ai), [br] "+r"(br),
          [bi] "+r"(bi), [end] "+r"(end)
        :
        : ALL_REGISTERS);
}

GW_INLINE void unite(const struct gw_rows *fa, const struct gw_rows *fb, int n, float *zr, float *zi)
{
    const float *ar = fa->re, *ai = fa->im, *br = fb->re, *bi = fb->im;
    float *lr = zr + 2 * n + 1, *li = zi + 2 * n + 1;
    __asm__ volatile(
        "1:\n\t"
        "vldmia %[ar]!, {s0-s3}\n\t"
        "vldmia %[ai]!, {s4-s7}\n\t"
        "vldmia %[br]!, {s8-s11}\n\t"
        "vldmia %[bi]!, {s12-s15}\n\t"
        EACH("vsub.f32", R16, R0, R12) EACH("vadd.f32", R20, R4, R8)
        EACH("vadd.f32", B24, R0, R12) EACH("vsub.f32", B28, R8, R4)
        "vstmia %[zr]!, {s16-s19}\n\t"
        "vstmia %[zi]!, {s20-s23}\n\t"
        "vstmdb %[lr]!, {s24-s27}\n\t"
        "vstmdb %[li]!, {s28-s31}\n\t"
        "subs %[n], #4\n\tbne 1b"
        : [zr] "+r"(zr), [zi] "+r"(zi), [lr] "+r"(lr), [li] "+r"(li), [ar] "+r"(ar), [ai] "+r"(ai), [br] "+r"(br),
          [bi] "+r"(bi), [n] "+r"(n)
        :
        : ALL_REGISTERS);
}

GW_INLINE void interleave(const float *zr, const float *zi, const float *cosine, const float *sine, int n,
                          const struct gw_rows *fa)
{
    const float *lr = zr + n + 1, *li = zi + n + 1;
    float *re = fa->re, *im = fa->im, *last_re = re + n + 1, *last_im = im + n + 1;
    int count = n / 8;
    __asm__ volatile(
        "1:\n\t"
        "vldmia %[zr]!, {s0-s3}\n\t"
        "vldmia %[zi]!, {s4-s7}\n\t"
        "vldmdb %[lr]!, {s8-s11}\n\t"
        "vldmdb %[li]!, {s12-s15}\n\t"
        EACH("vadd.f32", R16, R0, B8) EACH("vsub.f32", R20, R4, B12)
        EACH("vadd.f32", R24, R4, B12) EACH("vsub.f32", R28, B8, R0)
        "vldmia %[cosine]!, {s0-s3}\n\t"
        "vldmia %[sine]!, {s4-s7}\n\t"
        EACH("vmul.f32", R8, R24, R0) EACH("vmls.f32", R8, R28, R4)
        EACH("vmul.f32", R12, R24, R4) EACH("vmla.f32", R12, R28, R0)
        EACH("vadd.f32", R0, R16, R8) EACH("vsub.f32", B4, R16, R8)
        EACH("vadd.f32", R24, R20, R12) EACH("vsub.f32", B28, R12, R20)
        "vstmia %[re]!, {s0-s3}\n\t"
        "vstmdb %[last_re]!, {s4-s7}\n\t"
        "vstmia %[im]!, {s24-s27}\n\t"
        "vstmdb %[last_im]!, {s28-s31}\n\t"
        "subs %[count], #1\n\tbne 1b"
        : [zr] "+r"(zr), [zi] "+r"(zi), [lr] "+r"(lr), [li] "+r"(li), [cosine] "+r"(cosine), [sine] "+r"(sine),
          [re] "+r"(re), [im] "+r"(im), [last_re] "+r"(last_re), [last_im] "+r"(last_im), [count] "+r"(count)
        :
        : ALL_REGISTERS);
}

GW_INLINE void add_powers(const float *re, const float *im, int n, float *power, float sum[8], float square[8])
{
    __asm__ volatile(
        "vldmia %[nothing], {s0-s15}\n"
        "1:\n\t"
        "vldmia %[re]!, {s16-s23}\n\t"
        "vldmia %[im]!, {s24-s31}\n\t"
        EACH("vmul.f32", R16, R16, R16) EACH("vmul.f32", R20, R20, R20)
        EACH("vmla.f32", R16, R24, R24) EACH("vmla.f32", R20, R28, R28)
        "vstmia %[power]!, {s16-s23}\n\t"
        EACH("vadd.f32", R0, R0, R16) EACH("vadd.f32", R4, R4, R20)
        EACH("vmla.f32", R8, R16, R16) EACH("vmla.f32", R12, R20, R20)
        "subs %[n], #8\n\t"
        "bne 1b\n\t"
        "vstmia %[sum], {s0-s7}\n\t"
        "vstmia %[square], {s8-s15}"
        : [re] "+r"(re), [im] "+r"(im), [power] "+r"(power), [n] "+r"(n)
        : [nothing] "r"(NOTHING), [sum] "r"(sum), [square] "r"(square)
        : ALL_REGISTERS);
}
