// String arguments and results of the string routines; what each routine does is in the other files of this folder.
#include "lib/string/texts.h"

#include "lib/format/convert.h"

enum { MANY = 256 };

Texts texts_of(Call *c, const Val *v)
{
    if (v->type == T_BYTE) v = string_of_bytes(c, v);
    else if (v->type != T_STRING) v = call_convert(c, v, T_STRING);
    bool is_array = val_is_array(v);
    return (Texts){v, is_array ? v->a->data : NULL, is_array ? v->a->n : 1, is_array};
}

Texts texts_arg(Call *c, int i) { return texts_of(c, call_arg(c, i)); }

const Str *texts_scalar(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_BYTE || (val_is_array(v) && v->a->rank > 1)) return call_str_peek(c, i);
    return string_of_bytes(c, v)->s;
}

TextsResult texts_filling(Call *c, Val *cell, void *data)
{
    TextsResult r = {cell, data, NULL};
    if (cell->type == T_STRING && val_count(cell) >= MANY) r.seen = call_alloc(c, TEXTS_SEEN * sizeof *r.seen);
    return r;
}

TextsResult texts_result(Call *c, const Texts *shape, TypeCode t)
{
    void *data;
    Val *cell = convert_new_like(c, shape->v, t, &data);
    return texts_filling(c, cell, data);
}

TextsResult texts_vector(Call *c, TypeCode t, int64_t n)
{
    Val *cell = convert_new_array(c, t, 1, &n);
    return texts_filling(c, cell, cell->a->data);
}

void texts_set(Call *c, TextsResult *r, int64_t i, const char *p, size_t n)
{
    if (p && texts_set_seen(r, i, p, n)) return;
    Str *s = str_new(p, n);
    if (!s && n) throw_no_memory(c);
    texts_set_take(r, i, s);
    if (r->seen && p && texts_is_short(n)) {
        uint64_t word = texts_word(p, n);
        *texts_seen_at(r, word) = (SeenText){word, s};
    }
}

void texts_return(Call *c, TextsResult *r) { call_return_take(c, val_take(r->cell)); }
