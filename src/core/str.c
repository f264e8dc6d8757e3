// Counted strings. An unshared string grows in place with spare room, so that s = s + 'x' in a loop is linear.
#include "core/str.h"

#include "base/mem.h"

#include <string.h>

enum { SMALL = 4096 };

// NULL is the empty string as well as failure, so small strings may draw on the reserve, and a failure leaves a note that the VM
// finds.
static Str *str_with_room(const char *p, size_t n, size_t cap)
{
    Str *s = cap <= SMALL ? mem_small(sizeof *s + cap + 1) : n <= STR_MAX ? mem_alloc(sizeof *s + cap + 1) : NULL;
    if (!s) {
        mem_note_low();
        return NULL;
    }
    s->refs = 1;
    s->unused = 0;
    s->len = n;
    s->cap = cap;
    if (p) memcpy(s->s, p, n);
    s->s[n] = '\0';
    return s;
}

Str *str_new(const char *p, size_t n) { return n ? str_with_room(p, n, n) : NULL; }

Str *str_from(const char *s) { return str_new(s, strlen(s)); }

void str_free_(Str *s) { mem_free(s); }

bool str_eq(const Str *a, const Str *b)
{
    size_t n = str_len(a);
    return a == b || (n == str_len(b) && memcmp(str_text(a), str_text(b), n) == 0);
}

int str_cmp(const Str *a, const Str *b)
{
    size_t na = str_len(a), nb = str_len(b);
    int c = memcmp(str_text(a), str_text(b), na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

// NULL when memory is out: then s is as it was. Consumes s, which is not shared.
static Str *make_longer(Str *s, size_t cap)
{
    Str *grown = cap <= SMALL ? mem_small_realloc(s, sizeof *s + cap + 1) : mem_realloc(s, sizeof *s + cap + 1);
    if (grown) grown->cap = cap;
    else mem_note_low();
    return grown;
}

bool str_reserve_mut(Str **a, size_t n)
{
    Str *s = *a;
    size_t len = str_len(s), cap = len ? len + n + (len + n) / 2 : n;
    bool is_alone = s && s->refs == 1;
    if (n > STR_MAX - len) {
        mem_note_low();
        return false;
    }
    if (!n || (is_alone && s->cap - len >= n)) return true;
    Str *grown = is_alone ? make_longer(s, cap) : str_with_room(str_text(s), len, cap);
    if (!grown) return false;
    if (!is_alone) str_drop(s);
    *a = grown;
    return true;
}

bool str_append_mut(Str **a, const char *p, size_t n)
{
    if (!n) return true;
    if (!str_reserve_mut(a, n)) return false;
    Str *s = *a;
    memcpy(s->s + s->len, p, n);
    s->len += n;
    s->s[s->len] = '\0';
    return true;
}
