// String arguments and results of the string routines; what each routine does is in the other files of this folder.
#include "lib/string/texts.h"

#include "lib/format/convert.h"

#include <string.h>

typedef struct SeenText {
    uint64_t word;    // its bytes
    const Str *text;  // NULL: none yet
} SeenText;

enum { SEEN = 512, SHORT = sizeof(uint64_t), MANY = 256 };

Texts texts_of(Call *c, const Val *v)
{
    if (v->type != T_STRING) v = call_convert(c, v, T_STRING);
    bool is_array = val_is_array(v);
    return (Texts){v, is_array ? v->a->data : NULL, is_array ? v->a->n : 1, is_array};
}

Texts texts_arg(Call *c, int i) { return texts_of(c, call_arg(c, i)); }

TextsResult texts_filling(Call *c, Val *cell, void *data)
{
    TextsResult r = {cell, data, NULL};
    if (cell->type == T_STRING && val_count(cell) >= MANY) r.seen = call_alloc(c, SEEN * sizeof *r.seen);
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

void texts_set_take(TextsResult *r, int64_t i, Str *s)
{
    if (val_is_array(r->cell)) {
        ((StrSlot *)r->data)[i].p = s;
    } else {
        *r->cell = val_str_take(s);
    }
}

// The bytes of a short text, 1 to 8.
static uint64_t word_of(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    uint32_t low, high;
    if (n < 4) return u[0] | (uint64_t)u[n / 2] << n / 2 * 8 | (uint64_t)u[n - 1] << (n - 1) * 8;
    memcpy(&low, p, 4);
    memcpy(&high, p + n - 4, 4);
    return low | (uint64_t)high << (n - 4) * 8;
}

static SeenText *seen_at(const TextsResult *r, uint64_t word) { return &r->seen[word * 0x9E3779B97F4A7C15u >> 32 & (SEEN - 1)]; }

void texts_set(Call *c, TextsResult *r, int64_t i, const char *p, size_t n)
{
    SeenText *seen = NULL;
    uint64_t word = 0;
    if (r->seen && p && n && n <= SHORT) {
        word = word_of(p, n);
        seen = seen_at(r, word);
        if (seen->word == word && str_len(seen->text) == n) {
            texts_set_same(r, i, seen->text);
            return;
        }
    }
    Str *s = str_new(p, n);
    if (!s && n) throw_no_memory(c);
    texts_set_take(r, i, s);
    if (seen) *seen = (SeenText){word, s};
}

void texts_set_same(TextsResult *r, int64_t i, const Str *s) { texts_set_take(r, i, str_ref((Str *)s)); }

void texts_return(Call *c, TextsResult *r) { call_return_take(c, val_take(r->cell)); }
