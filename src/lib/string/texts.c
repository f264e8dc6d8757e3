// String arguments and results of the string routines; what each routine does is in the other files of this folder.
#include "lib/string/texts.h"

#include "lib/format/convert.h"

Texts texts_of(Call *c, const Val *v)
{
    if (v->type != T_STRING) v = call_convert(c, v, T_STRING);
    bool is_array = val_is_array(v);
    return (Texts){v, is_array ? v->a->data : NULL, is_array ? v->a->n : 1, is_array};
}

Texts texts_arg(Call *c, int i) { return texts_of(c, call_arg(c, i)); }

TextsResult texts_result(Call *c, const Texts *shape, TypeCode t)
{
    TextsResult r;
    r.cell = convert_new_like(c, shape->v, t, &r.data);
    return r;
}

TextsResult texts_vector(Call *c, TypeCode t, int64_t n)
{
    TextsResult r;
    r.cell = convert_new_array(c, t, 1, &n);
    r.data = r.cell->a->data;
    return r;
}

void texts_set_take(TextsResult *r, int64_t i, Str *s)
{
    if (val_is_array(r->cell)) {
        ((StrSlot *)r->data)[i].p = s;
    } else {
        *r->cell = val_str_take(s);
    }
}

void texts_set(Call *c, TextsResult *r, int64_t i, const char *p, size_t n)
{
    Str *s = str_new(p, n);
    if (!s && n) throw_no_memory(c);
    texts_set_take(r, i, s);
}

void texts_set_same(TextsResult *r, int64_t i, const Str *s) { texts_set_take(r, i, str_ref((Str *)s)); }

void texts_return(Call *c, TextsResult *r) { call_return_take(c, val_take(r->cell)); }
