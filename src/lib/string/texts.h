// What the string routines share: an argument as strings (other types formatted as STRING does), walked by index, and
// results of the same shape.
#ifndef HELIO_LIB_STRING_TEXTS_H
#define HELIO_LIB_STRING_TEXTS_H

#include "vm/call.h"

typedef struct Texts {
    const Val *v;      // of T_STRING
    const StrSlot *p;  // elements; NULL for a scalar
    int64_t n;
    bool is_array;
} Texts;

// Positional argument i as strings.
Texts texts_arg(Call *c, int i);
Texts texts_of(Call *c, const Val *v);
static inline const Str *texts_at(const Texts *t, int64_t i) { return t->p ? t->p[i].p : t->v->s; }

// Has a later element brought near: strings lie all over the memory.
static inline void texts_ahead(const Texts *t, int64_t i)
{
    enum { AHEAD = 12 };
    if (i + AHEAD < t->n) __builtin_prefetch(t->p[i + AHEAD].p);
}

// A result in the shape of the texts: T_STRING (slots to fill) or a numeric type. Return with texts_return.
typedef struct TextsResult {
    Val *cell;
    void *data;  // of T_STRING scalars NULL: see texts_set
    struct SeenText *seen;  // of many: short texts by their hash, each in the result; NULL: none looked for
} TextsResult;
TextsResult texts_result(Call *c, const Texts *shape, TypeCode t);
// A result made elsewhere.
TextsResult texts_filling(Call *c, Val *cell, void *data);
// Short texts that are the same as another of the result share it.
void texts_set(Call *c, TextsResult *r, int64_t i, const char *p, size_t n);
void texts_set_take(TextsResult *r, int64_t i, Str *s);        // consumes s
void texts_set_same(TextsResult *r, int64_t i, const Str *s);  // another reference to s
void texts_return(Call *c, TextsResult *r);

// A new string array of n, returned; n >= 1.
TextsResult texts_vector(Call *c, TypeCode t, int64_t n);

#endif
