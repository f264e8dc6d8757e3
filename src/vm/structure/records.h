// s.tag[subs] of several records: the subscripts apply to the tag of each record.
#ifndef HELIO_VM_RECORDS_H
#define HELIO_VM_RECORDS_H

#include "vm/array/subscript.h"
#include "vm/vm.h"

// The selected elements of every record, the records' dimensions last.
MUST_USE Status records_get(const Arr *a, int tag, const Subscript *subs, int n, bool strict, const char *name,
                            Val *out);
// The selected elements of every record of a (unshared) := v: one value for all, as many as are selected in one record,
// or as many as are selected in all.
MUST_USE Status records_set(Arr *a, int tag, const Subscript *subs, int n, bool strict, const char *name, const Val *v);

#endif
