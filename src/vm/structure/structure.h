// Structure values: reading and writing tags, building records.
#ifndef HELIO_VM_STRUCTURE_H
#define HELIO_VM_STRUCTURE_H

#include "core/arr.h"
#include "core/errors.h"
#include "vm/vm.h"

// The value of tag i of v (a structure array: of one element the tag's own value; of several, with a leading
// dimension joined).
MUST_USE Status struct_get_tag(const Val *v, int tag, Val *out);
// Tag i of every element of a (unshared) := v, converted to the tag's type.
MUST_USE Status struct_set_tag(Arr *a, int tag, const Val *v);
// A value in a tag's type (owned); structures must agree in layout.
MUST_USE Status struct_as_tag_type(const Tag *t, const Val *v, Val *out);
// A new anonymous structure: that of *s (undefined: none) with one more tag.
MUST_USE Status struct_append(const Val *s, const char *name, const Val *v, Val *out);
// A structure from names and values; name NULL: anonymous.
MUST_USE Status struct_make(Vm *vm, const char *name, const char *const *tags, const Val *values, int n, Val *out);
// An Arr header over foreign memory: the elements of tag t in one record of a. Never referenced or freed.
Arr struct_window(const Arr *a, int64_t record, const Tag *t);
// The steps of making one: a tag for a value, the definition known by a name (d is that structure, or becomes it; values, of its
// tags, are for messages and may be NULL), a record whose first n tags have values and the others are zero.
MUST_USE Status struct_add_tag(SDef *d, const char *name, const Val *v);
MUST_USE Status struct_register(Vm *vm, SDef *d, const char *name, const Val *values);
MUST_USE Status struct_fill(SDef *d, const Val *values, int n, Val *out);
MUST_USE Status struct_too_deep(void);

#endif
