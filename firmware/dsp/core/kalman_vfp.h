/* The rows of kalman.c for the floating-point unit of a Cortex-M, four bins at a time: the same operations in the same
 * order on each bin. */
#include "vfp.h"

/* a = a > b ? a : b */
#define MOST(a, b) "vcmp.f32 " a ", " b "\n\tvmrs APSR_nzcv, fpscr\n\tit le\n\tvmovle.f32 " a ", " b "\n\t"
#define MOST4(a0, a1, a2, a3, b0, b1, b2, b3) MOST(a0, b0) MOST(a1, b1) MOST(a2, b2) MOST(a3, b3)
#define EACH_MOST(a, b) MOST4_(a, b)
#define MOST4_(...) MOST4(__VA_ARGS__)

/* What of |E|^2 the path's uncertainty does not explain, and the least that is taken for the near end; excess[-1] and
 * the bin after the last are there. */
static void unexplained(const struct gw_ec *ec, float *excess, float *least)
{
    const float *er = ec->e.re, *ei = ec->e.im, *spread = ec->spread, share[2] = {ec->tuning.noise, 0.5f};
    float *first = excess;
    int count = ec->groups;
    __asm__ volatile(
        "vldmia %[share], {s30-s31}\n"
        "1:\n\t"
        "vldmia %[er]!, {s0-s3}\n\t"
        "vldmia %[ei]!, {s4-s7}\n\t"
        "vldmia %[spread]!, {s8-s11}\n\t"
        EACH("vmul.f32", R0, R0, R0) EACH("vmla.f32", R0, R4, R4) EACH("vmul.f32", R12, R0, SAME("s30"))
        "vstmia %[least]!, {s12-s15}\n\t"
        EACH("vmls.f32", R0, R8, SAME("s31"))
        "vstmia %[excess]!, {s0-s3}\n\t"
        "subs %[count], #1\n\tbne 1b"
        : [er] "+r"(er), [ei] "+r"(ei), [spread] "+r"(spread), [excess] "+r"(excess), [least] "+r"(least),
          [count] "+r"(count)
        : [share] "r"(share)
        : ALL_REGISTERS);
    first[-1] = first[0];
    excess[0] = excess[-1];
}

/* psi rises at once and falls slowly. */
static void near_spectrum(struct gw_ec *ec)
{
    const float hold = ec->tuning.noise_hold;
    const float share[5] = {1.0f - 2.0f * SIDE, SIDE, hold, 1.0f - hold, 1e-6f};
    float *excess = ec->scratch + 8, *least = ec->q.re, *psi = ec->psi;
    int count = ec->groups;
    unexplained(ec, excess, least);
    excess--;
    __asm__ volatile(
        "vldmia %[share], {s27-s31}\n"
        "1:\n\t"
        "vldmia %[excess], {s0-s5}\n\t"
        "vldmia %[least]!, {s16-s19}\n\t"
        "vldmia %[psi], {s20-s23}\n\t"
        "add %[excess], #16\n\t"
        EACH_("vadd.f32", R8, R0, "s2", "s3", "s4", "s5")
        EACH_("vmul.f32", R12, "s1", "s2", "s3", "s4", SAME("s27")) EACH("vmla.f32", R12, R8, SAME("s28"))
        EACH_MOST(R12, R16)
        EACH("vmul.f32", R0, R20, SAME("s29")) EACH("vmla.f32", R0, R12, SAME("s30"))
        EACH_MOST(R12, R0)
        EACH("vadd.f32", R12, R12, SAME("s31"))
        "vstmia %[psi]!, {s12-s15}\n\t"
        "subs %[count], #1\n\tbne 1b"
        : [excess] "+r"(excess), [least] "+r"(least), [psi] "+r"(psi), [count] "+r"(count)
        : [share] "r"(share)
        : ALL_REGISTERS);
}

/* As the portable one; `gain` with the prior of most partitions in it. */
static void gains(struct gw_ec *ec)
{
    float share[8] = {ec->tuning.keep, 0.0f, ec->tuning.forget, GW_FLOOR_P, 0.5f, FLOOR_PSI, ec->prior_even, 0.0f};
    const float *spread = ec->spread, *psi = ec->psi, *weight = ec->weight;
    float *gain = ec->gain, *p = ec->p, trust = trust_of(ec);
    int count = ec->groups;
    share[1] = trust;
    __asm__ volatile(
        "vldmia %[share], {s24-s31}\n"
        "1:\n\t"
        "vldmia %[spread]!, {s0-s3}\n\t"
        "vldmia %[psi]!, {s4-s7}\n\t"
        "vldmia %[weight]!, {s8-s11}\n\t"
        "vldmia %[p], {s12-s15}\n\t"
        EACH("vmla.f32", R4, R0, SAME("s28")) EACH("vadd.f32", R4, R4, SAME("s29"))
        EACH("vdiv.f32", R4, SAME("s28"), R4)
        EACH("vmul.f32", R0, R4, R0) /* taught */
        EACH("vmul.f32", R4, R4, R12) EACH("vmul.f32", R4, R4, SAME("s30"))
        "vstmia %[gain]!, {s4-s7}\n\t"
        "vmov.f32 s16, s24\n\tvmov.f32 s17, s24\n\tvmov.f32 s18, s24\n\tvmov.f32 s19, s24\n\t"
        EACH("vmls.f32", R16, R0, SAME("s25")) EACH("vmul.f32", R12, R16, R12)
        EACH("vmul.f32", R0, R0, SAME("s26")) EACH("vmla.f32", R12, R0, R8) EACH("vadd.f32", R12, R12, SAME("s27"))
        "vstmia %[p]!, {s12-s15}\n\t"
        "subs %[count], #1\n\tbne 1b"
        : [spread] "+r"(spread), [psi] "+r"(psi), [weight] "+r"(weight), [gain] "+r"(gain), [p] "+r"(p),
          [count] "+r"(count)
        : [share] "r"(share)
        : ALL_REGISTERS);
}

/* By groups of bins: foreground's error times its gain, and the shadow's. */
static void lessons(struct gw_ec *ec)
{
    const float *er = ec->e.re, *ei = ec->e.im, *dr = ec->d.re, *di = ec->d.im, *gain = ec->gain, *step = ec->norm;
    float *lesson = ec->lesson;
    int count = ec->groups;
    __asm__ volatile(
        "1:\n\t"
        "vldmia %[gain]!, {s16-s19}\n\t"
        "vldmia %[step]!, {s20-s23}\n\t"
        "vldmia %[er]!, {s0-s3}\n\t"
        "vldmia %[ei]!, {s4-s7}\n\t"
        "vldmia %[dr]!, {s8-s11}\n\t"
        "vldmia %[di]!, {s12-s15}\n\t"
        EACH("vmul.f32", R0, R16, R0) EACH("vmul.f32", R4, R16, R4)
        EACH("vmul.f32", R8, R20, R8) EACH("vmul.f32", R12, R20, R12)
        "vstmia %[lesson]!, {s0-s15}\n\t"
        "subs %[count], #1\n\tbne 1b"
        : [er] "+r"(er), [ei] "+r"(ei), [dr] "+r"(dr), [di] "+r"(di), [gain] "+r"(gain), [step] "+r"(step),
          [lesson] "+r"(lesson), [count] "+r"(count)
        :
        : ALL_REGISTERS);
}
