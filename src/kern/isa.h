// Names inside the per-ISA libraries: KERN_ISA (base, v3, v4) is given by the build.
#ifndef HELIO_KERN_ISA_H
#define HELIO_KERN_ISA_H

#include "kern/table.h"

#define CAT3_(a, b, c) a##_##b##_##c
#define CAT3(a, b, c) CAT3_(a, b, c)
#define CAT2_(a, b) a##_##b
#define CAT2(a, b) CAT2_(a, b)
#define ISA_NAME(x) CAT2(x, KERN_ISA)
#define QUOTE_(x) #x
#define QUOTE(x) QUOTE_(x)

extern const KernBinary ISA_NAME(kern_binary_table)[KOP_COUNT][T_COUNT];
extern const KernBinary ISA_NAME(kern_pow_long_table)[T_COUNT];
extern const KernUnary ISA_NAME(kern_unary_table)[KUOP_COUNT][T_COUNT];
extern const KernUnary ISA_NAME(kern_convert_table)[T_COUNT][T_COUNT];
extern const KernUnary ISA_NAME(kern_math_table)[KMF_COUNT][2];
extern const KernBinary ISA_NAME(kern_atan2_table)[2];
extern const KernSelect ISA_NAME(kern_select_table);
extern const KernWiden ISA_NAME(kern_widen_table)[T_COUNT];
extern const KernRoutines ISA_NAME(kern_routine_table);

#endif
