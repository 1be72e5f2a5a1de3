/* predict and learn for the floating-point unit of a Cortex-M, for engine_body.h: four bins at a time with all that meets in
 * them in its 32 registers. Loads of eight cost one instruction, and products are added where they fall
 * out, each rounded. The order of operations on a bin is that of the loops in engine_body.h. */

/* The ring of far spectra as partitions 0 .. `first` - 1 from `from`, then `rest` from `begin`. */
struct run {
    const float *from, *begin;
    int first, rest;
};

GW_INLINE struct run run_of(const struct gw_ec *ec, const float *history, int group, int floats)
{
    const float *begin = history + group * ec->parts * floats;
    struct run run = {begin + ec->head * floats, begin, ec->parts - ec->head, ec->head};
    return run;
}

/* After the last partition of a run, with its count in `first`: the next run, or none. */
#define AGAIN "subs %[first], #1\n\tbne 1b\n\tmovs %[first], %[rest]\n\tmov %[x], %[begin]\n\tmov %[rest], #0\n\tbne 1b\n\t"

/* Echoes that both filters expect of the bins of a group. */
GW_INLINE void echoes(struct gw_ec *ec, int group)
{
    struct run run = run_of(ec, ec->x, group, 2 * GW_GROUP);
    const float *w = ec->taps + gw_taps_at(ec, 0, GW_GROUP * group);
    __asm__ volatile(
        "vldmia %[nothing], {s0-s15}\n"
        "1:\n\t"
        "vldmia %[x]!, {s16-s23}\n\t"
        "vldmia %[w]!, {s24-s31}\n\t"
        EACH("vmla.f32", R0, R16, R24) EACH("vmla.f32", R4, R16, R28)
        EACH("vmls.f32", R0, R20, R28) EACH("vmla.f32", R4, R20, R24)
        "vldmia %[w]!, {s24-s31}\n\t"
        EACH("vmla.f32", R8, R16, R24) EACH("vmla.f32", R12, R16, R28)
        EACH("vmls.f32", R8, R20, R28) EACH("vmla.f32", R12, R20, R24)
        AGAIN
        "vstmia %[yr], {s0-s3}\n\tvstmia %[yi], {s4-s7}\n\tvstmia %[zr], {s8-s11}\n\tvstmia %[zi], {s12-s15}"
        : [x] "+r"(run.from), [w] "+r"(w), [first] "+r"(run.first), [rest] "+r"(run.rest)
        : [begin] "r"(run.begin), [nothing] "r"(NOTHING), [yr] "r"(ec->y.re + GW_GROUP * group),
          [yi] "r"(ec->y.im + GW_GROUP * group), [zr] "r"(ec->z.re + GW_GROUP * group),
          [zi] "r"(ec->z.im + GW_GROUP * group)
        : ALL_REGISTERS);
}

/* Powers of the far end in the bins of two groups, all and by where the path is; the last may not be used. */
GW_INLINE void far_powers(const struct gw_ec *ec, int group, const float share[4])
{
    struct run run = run_of(ec, ec->power, group, GW_GROUP), more = run_of(ec, ec->power, group + 1, GW_GROUP);
    const float *pace = &ec->pace->more;
    uint32_t strong = ec->strong;
    float *const rows[] = {ec->p + GW_GROUP * group, ec->spread + GW_GROUP * group, ec->norm + GW_GROUP * group};
    __asm__ volatile(
        "vldmia %[nothing], {s0-s15}\n"
        "1:\n\t"
        "vldmia %[x]!, {s16-s19}\n\t"
        "vldmia %[y]!, {s20-s23}\n\t"
        EACH("vadd.f32", R0, R0, R16) EACH("vadd.f32", R4, R4, R20)
        "lsrs %[strong], #1\n\t"
        "bcc 2f\n\t"
        "vldr s24, [%[pace]]\n\t"
        EACH("vmla.f32", R8, R16, SAME("s24")) EACH("vmla.f32", R12, R20, SAME("s24"))
        "2:\n\t"
        "add %[pace], #12\n\t"
        "subs %[first], #1\n\tbne 1b\n\tmov %[y], %[start]\n\t"
        "movs %[first], %[rest]\n\tmov %[x], %[begin]\n\tmov %[rest], #0\n\tbne 1b\n\t"
        "ldr %[x], [%[rows]]\n\tldr %[y], [%[rows], #4]\n\tldr %[pace], [%[rows], #8]\n\t"
        "vldmia %[share], {s28-s31}\n\t"
        EACH("vmul.f32", R16, R0, SAME("s28")) EACH("vmul.f32", R20, R4, SAME("s28"))
        EACH("vmla.f32", R16, R8, SAME("s29")) EACH("vmla.f32", R20, R12, SAME("s29"))
        EACH("vmul.f32", R0, R0, SAME("s30")) EACH("vmul.f32", R4, R4, SAME("s30"))
        EACH("vmla.f32", R0, R8, SAME("s31")) EACH("vmla.f32", R4, R12, SAME("s31"))
        "vldmia %[x], {s8-s15}\n\t"
        EACH("vmul.f32", R16, R8, R16) EACH("vmul.f32", R20, R12, R20)
        "vstmia %[y], {s16-s23}\n\tvstmia %[pace], {s0-s7}"
        : [x] "+r"(run.from), [y] "+r"(more.from), [pace] "+r"(pace), [first] "+r"(run.first), [rest] "+r"(run.rest),
          [strong] "+r"(strong)
        : [begin] "r"(run.begin), [start] "r"(more.begin), [nothing] "r"(NOTHING), [rows] "r"(rows), [share] "r"(share)
        : ALL_REGISTERS);
}

static void predict(struct gw_ec *ec)
{
    const float share[4] = {ec->prior_even, (1.0f - GW_EVEN) / (float)ec->parts, ec->pace_even, 1.0f - GW_EVEN_PACE};
    int group;
    for (group = 0; group < ec->groups; group++)
        echoes(ec, group);
    for (group = 0; group < ec->groups; group += 2)
        far_powers(ec, group, share);
}

/* Taps at w learn conj(X) in s8-s15 times the lesson in l0 and l4. */
#define LEARN(l0, l4)                                                              \
    "vldmia %[w], {s16-s23}\n\t"                                                   \
    EACH_("vmla.f32", R16, R8, l0) EACH_("vmla.f32", R20, R8, l4)                    \
    EACH_("vmla.f32", R16, R12, l4) EACH_("vmls.f32", R20, R12, l0)                  \
    "vstmia %[w]!, {s16-s23}\n\t"
/* And `share` of that, with the lesson in s0-s7. */
#define LEARN_SHARE(share)                                                                         \
    "vldmia %[w], {s16-s23}\n\t"                                                                   \
    EACH("vmul.f32", R24, SAME(share), R8) EACH("vmla.f32", R16, R24, R0) EACH("vmla.f32", R20, R24, R4) \
    EACH("vmul.f32", R24, SAME(share), R12) EACH("vmla.f32", R16, R24, R4) EACH("vmls.f32", R20, R24, R0) \
    "vstmia %[w]!, {s16-s23}\n\t"

static void learn(struct gw_ec *ec, uint32_t mask)
{
    int group;
    for (group = 0; group < ec->groups; group++) {
        struct run run = run_of(ec, ec->x, group, 2 * GW_GROUP);
        const struct gw_pace *pace = ec->pace;
        const float *lesson = ec->lesson + 4 * GW_GROUP * group;
        float *w = ec->taps + gw_taps_at(ec, 0, GW_GROUP * group);
        uint32_t shadow = mask, strong = ec->strong;
        __asm__ volatile(
            "vldmia %[lesson], {s0-s7}\n\tvldmia %[other], {s24-s31}\n"
            "1:\n\t"
            "vldmia %[x]!, {s8-s15}\n\t"
            "lsrs %[strong], #1\n\t"
            "bcs 4f\n\t"
            LEARN(R0, R4)
            "add %[pace], #12\n\t"
            "lsrs %[shadow], #1\n\t"
            "bcc 2f\n\t"
            LEARN(R24, R28)
            AGAIN
            "b 3f\n"
            "2:\n\t"
            "add %[w], #32\n\t"
            AGAIN
            "b 3f\n"
            "4:\n\t" /* in these the shadow learns each time */
            "vldmia %[pace]!, {s28-s30}\n\t"
            LEARN_SHARE("s28")
            "vldmia %[other], {s0-s7}\n\t"
            "lsrs %[shadow], #1\n\t"
            LEARN_SHARE("s29")
            "vldmia %[lesson], {s0-s7}\n\tvldmia %[other], {s24-s31}\n\t"
            AGAIN
            "3:"
            : [x] "+r"(run.from), [pace] "+r"(pace), [w] "+r"(w), [first] "+r"(run.first), [rest] "+r"(run.rest),
              [shadow] "+r"(shadow), [strong] "+r"(strong)
            : [begin] "r"(run.begin), [lesson] "r"(lesson), [other] "r"(lesson + 2 * GW_GROUP)
            : ALL_REGISTERS);
    }
}

/* |w|^2 of a group's bins, added up by bin, and by lane and partition to `mass`, which has a row of eight each. */
GW_INLINE void weigh_group(const struct gw_ec *ec, int group, float *mass, float *weight)
{
    const float *w = ec->taps + gw_taps_at(ec, 0, GW_GROUP * group);
    int parts = ec->parts;
    __asm__ volatile(
        "vldmia %[nothing], {s0-s3}\n"
        "1:\n\t"
        "vldmia %[w], {s4-s11}\n\t"
        "vldmia %[mass], {s16-s19}\n\t"
        "add %[w], #64\n\t"
        EACH("vmul.f32", R12, R4, R4) EACH("vmla.f32", R12, R8, R8)
        EACH("vadd.f32", R0, R0, R12) EACH("vadd.f32", R16, R16, R12)
        "vstmia %[mass], {s16-s19}\n\t"
        "add %[mass], #32\n\t"
        "subs %[parts], #1\n\t"
        "bne 1b\n\t"
        "vstmia %[weight], {s0-s3}"
        : [w] "+r"(w), [mass] "+r"(mass), [parts] "+r"(parts)
        : [nothing] "r"(NOTHING), [weight] "r"(weight)
        : ALL_REGISTERS);
}

/* Eight sums of squares side by side; n is a multiple of 8. */
GW_INLINE void add_squares(const float *x, int n, float sum[8])
{
    __asm__ volatile(
        "vldmia %[nothing], {s0-s7}\n"
        "1:\n\t"
        "vldmia %[x]!, {s8-s15}\n\t"
        EACH("vmla.f32", R0, R8, R8) EACH("vmla.f32", R4, R12, R12)
        "subs %[n], #8\n\t"
        "bne 1b\n\t"
        "vstmia %[sum], {s0-s7}"
        : [x] "+r"(x), [n] "+r"(n)
        : [nothing] "r"(NOTHING), [sum] "r"(sum)
        : ALL_REGISTERS);
}
