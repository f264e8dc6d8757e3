// The table of all loops that each instruction set's library exports, and how the tests get at each.
#ifndef HELIO_KERN_TABLE_H
#define HELIO_KERN_TABLE_H

#include "kern/kern.h"
#include "kern/routines.h"

typedef struct KernTable {
    const char *name;
    const KernBinary (*binary)[T_COUNT];   // [KOP_COUNT]
    const KernBinary *pow_long;            // [T_COUNT]
    const KernUnary (*unary)[T_COUNT];     // [KUOP_COUNT]
    const KernUnary (*convert)[T_COUNT];   // [to][from]
    const KernUnary (*math)[2];            // [KMF_COUNT][FLOAT, DOUBLE]
    const KernBinary *atan2;               // [FLOAT, DOUBLE]
    const KernWiden *widen;                // [T_COUNT]
    const KernRoutines *routines;
    const KernSelect *select;
} KernTable;

extern const KernTable kern_table_base, kern_table_v3, kern_table_v4;

// The table of the named set; NULL when this CPU cannot run it.
const KernTable *kern_table_named(const char *name);
const KernTable *kern_table(void);

#endif
