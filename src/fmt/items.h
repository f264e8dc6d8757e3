// Items: walks the scalars inside a list of values, in order: elements of arrays, tags of structures, nested ones too.
// What formatted output and input both run over.
#ifndef HELIO_FMT_ITEMS_H
#define HELIO_FMT_ITEMS_H

#include "base/vec.h"
#include "core/arr.h"

typedef struct Item {
    TypeCode type;  // never T_STRUCT or T_UNDEF
    void *p;        // the element; of a T_STRING a Str *
} Item;

// A run of like elements at some depth; records of a structure when def is set.
typedef struct ItemRun {
    TypeCode type;
    const SDef *def;
    char *p;
    size_t step;
    int64_t left;  // elements after the one at p, it included
    int tag;       // next tag of the record at p
} ItemRun;

typedef struct Items {
    const Val *const *vals;
    int nvals, at;
    bool split_complex;  // give the parts of complex numbers one by one
    VEC(ItemRun) stack;
} Items;

// The values are borrowed and must stay put. For input the caller has made them unshared (items_writable).
void items_start(Items *it, const Val *const *vals, int n, bool split_complex);
bool items_next(Items *it, Item *item);
bool items_has_next(Items *it);  // without taking it
void items_free(Items *it);

// Makes a variable fit to be written through its items: unshares arrays and cells. False when memory is out.
bool items_writable(Val *v);
// After writing, on success and failure alike.
void items_written(Val *v);

static inline Str *item_str(const Item *item) { return *(Str *const *)item->p; }

#endif
