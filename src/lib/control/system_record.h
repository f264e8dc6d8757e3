// Structures of system variables (!P, !X, !CPU) made from lists of their tags.
#ifndef HELIO_LIB_CONTROL_SYSTEM_RECORD_H
#define HELIO_LIB_CONTROL_SYSTEM_RECORD_H

#include "vm/vm.h"

typedef struct SystemTag {
    const char *name;
    TypeCode type;
    int n, m;  // dimensions; 0: there is none
} SystemTag;

// A record of zeros; the definition is made under that name on first use. Undefined when memory is out.
Val system_record(Vm *vm, const char *name, const SystemTag *tags, int ntags);
// Where the values of a tag are. The record is not shared yet.
void *system_tag(const Val *record, const char *name);

#endif
