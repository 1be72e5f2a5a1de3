/* The registers of a Cortex-M's floating-point unit, four at a time, in assembly: what compilers leave out. */
#ifndef GW_VFP_H
#define GW_VFP_H

#define ALL_REGISTERS                                                                                          \
    "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13",     \
        "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", \
        "s29", "s30", "s31"

/* Four times: a op b, c. */
#define FOUR(op, a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3)                                         \
    op " " a0 ", " b0 ", " c0 "\n\t" op " " a1 ", " b1 ", " c1 "\n\t" op " " a2 ", " b2 ", " c2 "\n\t" op \
       " " a3 ", " b3 ", " c3 "\n\t"
#define R0 "s0", "s1", "s2", "s3"
#define R4 "s4", "s5", "s6", "s7"
#define R8 "s8", "s9", "s10", "s11"
#define R12 "s12", "s13", "s14", "s15"
#define R16 "s16", "s17", "s18", "s19"
#define R20 "s20", "s21", "s22", "s23"
#define R24 "s24", "s25", "s26", "s27"
#define R28 "s28", "s29", "s30", "s31"
#define SAME(r) r, r, r, r
#define EACH(op, a, b, c) EACH_(op, a, b, c)
#define EACH_(op, ...) FOUR(op, __VA_ARGS__)

#endif
