// The one exported table of an instruction set's library. Compiled once per instruction set.
#include "kern/isa.h"

const KernTable ISA_NAME(kern_table) = {
    QUOTE(KERN_ISA),
    ISA_NAME(kern_binary_table),
    ISA_NAME(kern_pow_long_table),
    ISA_NAME(kern_unary_table),
    ISA_NAME(kern_convert_table),
    ISA_NAME(kern_math_table),
    ISA_NAME(kern_atan2_table),
    ISA_NAME(kern_widen_table),
    &ISA_NAME(kern_routine_table),
    &ISA_NAME(kern_select_table),
};
