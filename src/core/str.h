// Str: a counted, immutable-while-shared byte string; NULs are kept. A NULL Str * is the empty string everywhere.
#ifndef HELIO_CORE_STR_H
#define HELIO_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define STR_MAX ((size_t)0x7FFFFFFF) // bytes of a string: what STRLEN can tell

typedef struct Str {
    uint32_t refs;
    uint32_t unused;
    size_t len, cap;  // cap: bytes available at s, without the NUL
    char s[];         // always NUL-terminated at s[len]
} Str;

Str *str_new(const char *p, size_t n);  // p NULL: uninitialised bytes. NULL for n == 0, and when memory is out (then mem_is_low)
Str *str_from(const char *s);
static inline Str *str_ref(Str *s)
{
    if (s) s->refs++;
    return s;
}
void str_free_(Str *s);
static inline void str_drop(Str *s)
{
    if (s && --s->refs == 0) str_free_(s);
}
static inline size_t str_len(const Str *s) { return s ? s->len : 0; }
static inline const char *str_text(const Str *s) { return s ? s->s : ""; }
bool str_eq(const Str *a, const Str *b);
int str_cmp(const Str *a, const Str *b);  // bytes, unsigned; <0 0 >0
// The bytes of p, which is not NULL, to `to`; their end. As memcpy, whose call costs more than this for a word.
static inline char *str_put(char *to, const Str *p)
{
    enum { AT_ONCE = 8 };
    size_t n = p->len;
    if (n >= AT_ONCE) {
        memcpy(to, p->s, n);
    } else if (n >= AT_ONCE / 2) {  // the halves may overlap
        memcpy(to, p->s, AT_ONCE / 2);
        memcpy(to + n - AT_ONCE / 2, p->s + n - AT_ONCE / 2, AT_ONCE / 2);
    } else {
        for (size_t k = 0; k < n; k++) to[k] = p->s[k];
    }
    return to + n;
}
// Room for n bytes behind those of a, which is unshared afterwards. False when memory is out (*a unchanged).
bool str_reserve_mut(Str **a, size_t n);
// a followed by n bytes at p. Consumes a; appends in place, with room to grow, when a is not shared.
// False when memory is out (then *a is unchanged and still owned).
bool str_append_mut(Str **a, const char *p, size_t n);

#endif
