// What the collection classes share: the data behind an object, new objects, sameness of values, calls of a program's
// function for each element.
#ifndef HELIO_LIB_COLLECTION_H
#define HELIO_LIB_COLLECTION_H

#include "base/buf.h"
#include "core/heap.h"
#include "core/list.h"
#include "core/table.h"
#include "vm/array/subscript.h"
#include "vm/vm.h"

// The elements of the LIST (or object of a subclass) that the method is called for, made when it has none yet.
List *collection_list(Call *c);
Table *collection_table(Call *c);
// The same of any value; NULL: it is no live LIST or HASH.
List *collection_list_of(const Val *v);
Table *collection_table_of(const Val *v);
// A new plain LIST, or HASH of the class named, kept by the call until returned. Throw when memory is out.
Val *collection_new_list(Call *c, int64_t room, List **l);
Val *collection_new_table(Call *c, const char *class_name, bool folds_case, Table **t);
// The same, owned by the caller.
Val collection_list_value(Call *c, int64_t room, List **l);
Val collection_table_value(Call *c, const char *class_name, bool folds_case, Table **t);
void collection_push_take(Call *c, List *l, Val v);                 // throws when memory is out
void collection_put_take(Call *c, Table *t, const Val *key, Val v); // throws for a key of a wrong type
// Values of one kind, shape and content; references: to the same variable.
bool collection_same(Call *c, const Val *a, const Val *b);
// The number of elements that v counts as when it is taken apart (array, LIST), and element i of it (owned).
int64_t collection_parts(const Val *v);
Val collection_part(const Val *v, int64_t i);
bool collection_is_many(const Val *v); // an array (not one structure) or a LIST
// Argument i, or taken away from its variable with NO_COPY.
Val collection_argument(Call *c, int i, bool no_copy);
// The subscripts of an _overloadBrackets method: arguments isRange (at `first`) and those behind it.
int collection_subscripts(Call *c, int first, Subscript *subs);
// The positions that one subscript selects of n elements; *single: it was a scalar. Throws when out of range.
int64_t *collection_positions(Call *c, const Subscript *sub, int64_t n, int64_t *count, bool *single);
// function(x, y, the arguments of the call from `first` on); y may be NULL. Owned.
Val collection_apply(Call *c, const char *function, const Val *x, const Val *y, int first);
const char *collection_function(Call *c, int i); // its name, from a string argument
// The function's number of positional parameters; -1: not known (built-in).
int collection_parameters(Call *c, const char *function);
// The element as PRINT shows it, behind `label`; appended to b with a newline.
void collection_print_element(Buf *b, const char *label, const Val *v);

#endif
