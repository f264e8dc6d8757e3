// The table of HASH objects: entries in order of insertion, and an open-addressing index of them. Start at table_cell.
#include "core/table.h"

#include "base/mem.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { ENTRIES_MAX = INT32_MAX - 1 };

// --- Keys
// -------------------------------------------------------------------------------------------------------------

bool table_key_is_valid(const Val *key)
{
    return !val_is_array(key) && (key->type == T_STRING || (type_is_numeric(key->type) && !type_is_complex(key->type)));
}

// A number's value: exact as an integer where it is one.
typedef struct Number {
    enum { IS_SIGNED, IS_UNSIGNED, IS_REAL } kind;
    uint64_t bits;
} Number;

static Number real_number(double x)
{
    Number n = {IS_REAL, 0};
    if (x >= -9223372036854775808.0 && x < 9223372036854775808.0 && x == floor(x))
        return (Number){IS_SIGNED, (uint64_t)(int64_t)x};
    if (isnan(x)) x = NAN;
    memcpy(&n.bits, &x, sizeof x);
    return n;
}

static Number number_of(const Val *v)
{
    switch (v->type) {
    case T_BYTE: return (Number){IS_SIGNED, v->b};
    case T_INT: return (Number){IS_SIGNED, (uint64_t)(int64_t)v->i};
    case T_UINT: return (Number){IS_SIGNED, v->ui};
    case T_LONG: return (Number){IS_SIGNED, (uint64_t)(int64_t)v->l};
    case T_ULONG: return (Number){IS_SIGNED, v->ul};
    case T_LONG64: return (Number){IS_SIGNED, v->ull};
    case T_ULONG64: return (Number){v->ull > INT64_MAX ? IS_UNSIGNED : IS_SIGNED, v->ull};
    case T_FLOAT: return real_number(v->f);
    default: return real_number(v->d);
    }
}

static uint64_t mix(uint64_t x)
{
    x ^= x >> 31;
    x *= 0x9E3779B97F4A7C15u;
    return x ^ x >> 29;
}

static uint64_t hash_of(const Table *t, const Val *key)
{
    if (key->type != T_STRING) {
        Number n = number_of(key);
        return mix(n.bits * 4 + (uint64_t)n.kind);
    }
    uint64_t h = 0xCBF29CE484222325u;
    const char *p = str_text(key->s);
    for (size_t i = 0; i < str_len(key->s); i++) {
        h = (h ^ (uint8_t)(t->folds_case ? tolower((unsigned char)p[i]) : p[i])) * 0x100000001B3u;
    }
    return mix(h);
}

static bool strings_equal(const Table *t, const Str *a, const Str *b)
{
    if (!t->folds_case || str_len(a) != str_len(b)) return str_eq(a, b);
    for (size_t i = 0; i < str_len(a); i++) {
        if (tolower((unsigned char)a->s[i]) != tolower((unsigned char)b->s[i])) return false;
    }
    return true;
}

static bool keys_equal(const Table *t, const Val *a, const Val *b)
{
    if ((a->type == T_STRING) != (b->type == T_STRING)) return false;
    if (a->type == T_STRING) return strings_equal(t, a->s, b->s);
    Number x = number_of(a), y = number_of(b);
    return x.kind == y.kind && x.bits == y.bits;
}

// --- Life
// -------------------------------------------------------------------------------------------------------------

static void free_native(Native *n) { table_free((Table *)n); }

static void each(Native *n, NativeVisit visit, void *arg)
{
    int64_t at = 0;
    for (TableEntry *e; (e = table_next((Table *)n, &at));) visit(arg, &e->v);
}

const NativeKind table_kind = {free_native, each};

Table *table_new(bool folds_case)
{
    Table *t = mem_zalloc(sizeof *t);
    if (!t) return NULL;
    t->native.kind = &table_kind;
    t->folds_case = folds_case;
    return t;
}

void table_free(Table *t)
{
    if (!t) return;
    for (int64_t i = 0; i < t->used; i++) {
        val_drop(&t->entry[i].key);
        val_drop(&t->entry[i].v);
    }
    mem_free(t->entry);
    mem_free(t->slot);
    mem_free(t);
}

// --- Finding and changing
// -----------------------------------------------------------------------------------------------

TableEntry *table_next(const Table *t, int64_t *at)
{
    while (*at < t->used) {
        TableEntry *e = &t->entry[(*at)++];
        if (!e->is_gone) return e;
    }
    return NULL;
}

static TableEntry *find(const Table *t, const Val *key, uint64_t hash)
{
    if (!t->nslots) return NULL;
    for (uint64_t i = hash;; i++) {
        int32_t at = t->slot[i & (uint64_t)(t->nslots - 1)];
        if (at < 0) return NULL;
        TableEntry *e = &t->entry[at];
        if (!e->is_gone && e->hash == hash && keys_equal(t, &e->key, key)) return e;
    }
}

TableEntry *table_find(const Table *t, const Val *key) { return find(t, key, hash_of(t, key)); }

static void index_entry(Table *t, int64_t at)
{
    uint64_t i = t->entry[at].hash;
    while (t->slot[i & (uint64_t)(t->nslots - 1)] >= 0) i++;
    t->slot[i & (uint64_t)(t->nslots - 1)] = (int32_t)at;
}

// Room for one more entry: without the removed ones, in a table less than two thirds full.
static bool rebuild(Table *t)
{
    int64_t cap = t->n < 4 ? 8 : 2 * t->n, nslots = 16;
    if (cap > ENTRIES_MAX) return false;
    while (nslots < cap + cap / 2) nslots *= 2;
    TableEntry *entry = mem_alloc((size_t)cap * sizeof *entry);
    int32_t *slot = mem_alloc((size_t)nslots * sizeof *slot);
    if (!entry || !slot) {
        mem_free(entry);
        mem_free(slot);
        return false;
    }
    int64_t n = 0;
    for (int64_t i = 0; i < t->used; i++) {
        if (!t->entry[i].is_gone) entry[n++] = t->entry[i];
    }
    mem_free(t->entry);
    mem_free(t->slot);
    t->entry = entry, t->slot = slot, t->cap = cap, t->nslots = nslots, t->used = n;
    memset(slot, 0xFF, (size_t)nslots * sizeof *slot);
    for (int64_t i = 0; i < n; i++) index_entry(t, i);
    return true;
}

Val *table_cell(Table *t, const Val *key)
{
    uint64_t hash = hash_of(t, key);
    TableEntry *e = find(t, key, hash);
    if (e) return &e->v;
    if (t->used == t->cap && !rebuild(t)) return NULL;
    t->entry[t->used] = (TableEntry){hash, false, val_copy(key), VAL_NULL};
    index_entry(t, t->used);
    t->n++;
    return &t->entry[t->used++].v;
}

void table_remove(Table *t, TableEntry *e)
{
    e->is_gone = true;
    t->n--;
    Val key = val_take(&e->key), v = val_take(&e->v);
    val_drop(&key);
    val_drop(&v);
}
