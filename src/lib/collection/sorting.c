// A merge sort of positions: stable, and safe when the program's comparison fails halfway. Start reading at
// sorting_order.
#include "lib/collection/sorting.h"

#include "vm/array/convert.h"
#include "vm/call/call.h"

#include <ctype.h>
#include <string.h>

typedef struct Sorter {
    Call *c;
    const List *l;
    const char *function; // NULL: by value
    bool reversed;
} Sorter;

static int by_value(Call *c, const Val *a, const Val *b)
{
    bool x = type_is_numeric(a->type), y = type_is_numeric(b->type);
    if ((!x && a->type != T_STRING) || (!y && b->type != T_STRING) || val_is_array(a) || val_is_array(b)) {
        throw_msg(c, E_TYPE, "Only numbers and strings have an order; give COMPARE_FUNCTION= for others.");
    }
    if (x != y) return x ? -1 : 1;
    if (!x) return str_cmp(a->s, b->s);
    double p = val_to_double(c, a, "element"), q = val_to_double(c, b, "element");
    return p < q ? -1 : p > q ? 1 : 0;
}

static bool goes_after(const Sorter *s, int64_t i, int64_t j)
{
    const Val *a = list_at(s->l, i), *b = list_at(s->l, j);
    int order;
    if (s->function) {
        Val *answer = call_keep_take(s->c, collection_apply(s->c, s->function, a, b, s->c->argc));
        int64_t x = val_to_int(s->c, answer, "COMPARE_FUNCTION");
        order = x < 0 ? -1 : x > 0;
    } else {
        order = by_value(s->c, a, b);
    }
    return s->reversed ? order < 0 : order > 0;
}

static void merge(const Sorter *s, int64_t *at, int64_t n, int64_t *spare)
{
    if (n < 2) return;
    int64_t half = n / 2, i = 0, j = half;
    merge(s, at, half, spare);
    merge(s, at + half, n - half, spare);
    memcpy(spare, at, (size_t)n * sizeof *at);
    for (int64_t k = 0; k < n; k++) {
        if (!(k & 0xFF)) call_poll(s->c);
        bool right = i == half || (j < n && goes_after(s, spare[i], spare[j]));
        at[k] = right ? spare[j++] : spare[i++];
    }
}

int64_t *sorting_order(Call *c, const List *l, const Str *compare, bool reversed)
{
    int64_t *at = call_alloc(c, (size_t)l->n * sizeof *at), *spare = call_alloc(c, (size_t)l->n * sizeof *spare);
    char *name = compare ? call_alloc(c, str_len(compare) + 1) : NULL;
    for (size_t i = 0; compare && i < str_len(compare); i++) name[i] = (char)toupper((unsigned char)compare->s[i]);
    for (int64_t i = 0; i < l->n; i++) at[i] = i;
    Sorter s = {c, l, name, reversed};
    merge(&s, at, l->n, spare);
    return at;
}
