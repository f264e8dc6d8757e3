// What the string routines share: an argument as strings (other types as STRING makes text of them: bytes are characters, their
// first dimension goes), walked by index, and results of the same shape.
#ifndef HELIO_LIB_STRING_TEXTS_H
#define HELIO_LIB_STRING_TEXTS_H

#include "vm/call/call.h"

typedef struct Texts {
    const Val *v;      // of T_STRING
    const StrSlot *p;  // elements; NULL for a scalar
    int64_t n;
    bool is_array;
} Texts;

// Positional argument i as strings.
Texts texts_arg(Call *c, int i);
Texts texts_of(Call *c, const Val *v);
// Positional argument i as one string.
const Str *texts_scalar(Call *c, int i);
static inline const Str *texts_at(const Texts *t, int64_t i) { return t->p ? t->p[i].p : t->v->s; }

// Has a later element brought near: strings lie all over the memory.
static inline void texts_ahead(const Texts *t, int64_t i)
{
    enum { AHEAD = 12 };
    if (i + AHEAD < t->n) __builtin_prefetch(t->p[i + AHEAD].p);
}

// Looks for Ctrl-C now and then: at each element, or behind it.
static inline void texts_poll(Call *c, const Texts *t, int64_t i)
{
    if (!(i & 0x3FFF) || str_len(texts_at(t, i)) >= 1 << 16) call_poll(c);
}

typedef struct SeenText {
    uint64_t word;    // its bytes
    const Str *text;  // NULL: none yet
} SeenText;
enum { TEXTS_SEEN = 512 };

// A result in the shape of the texts: T_STRING (slots to fill) or a numeric type. Return with texts_return.
typedef struct TextsResult {
    Val *cell;
    void *data;  // of T_STRING scalars NULL: see texts_set
    SeenText *seen;  // of many: short texts by their hash, each in the result; NULL: none looked for
} TextsResult;
TextsResult texts_result(Call *c, const Texts *shape, TypeCode t);
// A result made elsewhere.
TextsResult texts_filling(Call *c, Val *cell, void *data);
// Short texts that are the same as another of the result share it.
void texts_set(Call *c, TextsResult *r, int64_t i, const char *p, size_t n);
void texts_return(Call *c, TextsResult *r);

// Consumes s.
static inline void texts_set_take(TextsResult *r, int64_t i, Str *s)
{
    if (val_is_array(r->cell)) ((StrSlot *)r->data)[i].p = s;
    else *r->cell = val_str_take(s);
}

// Another reference to s.
static inline void texts_set_same(TextsResult *r, int64_t i, const Str *s) { texts_set_take(r, i, str_ref((Str *)s)); }

static inline bool texts_is_short(size_t n) { return n - 1 < sizeof(uint64_t); }

// The bytes of a short text.
static inline uint64_t texts_word(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    uint32_t low, high;
    if (n < 4) return u[0] | (uint64_t)u[n / 2] << n / 2 * 8 | (uint64_t)u[n - 1] << (n - 1) * 8;
    memcpy(&low, p, 4);
    memcpy(&high, p + n - 4, 4);
    return low | (uint64_t)high << (n - 4) * 8;
}

static inline SeenText *texts_seen_at(const TextsResult *r, uint64_t word)
{
    return &r->seen[word * 0x9E3779B97F4A7C15u >> 32 & (TEXTS_SEEN - 1)];
}

// False: the result has no such text yet, or it is forgotten; texts_set makes one.
static inline bool texts_set_seen(TextsResult *r, int64_t i, const char *p, size_t n)
{
    if (!r->seen || !texts_is_short(n)) return false;
    uint64_t word = texts_word(p, n);
    const SeenText *seen = texts_seen_at(r, word);
    if (seen->word != word || str_len(seen->text) != n) return false;
    ((StrSlot *)r->data)[i].p = str_ref((Str *)seen->text);
    return true;
}

// A new string array of n, returned; n >= 1.
TextsResult texts_vector(Call *c, TypeCode t, int64_t n);

#endif
