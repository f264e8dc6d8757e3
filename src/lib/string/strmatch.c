// STRMATCH: texts against wildcards, *, ?, [set] and \\. Start at fn_strmatch.
#include "lib/string/texts.h"

#include <ctype.h>
#include <string.h>

typedef struct Wild {
    Call *c;
    const char *p, *end;  // the pattern
    char *lower;          // room for a text without its case; NULL: case counts
} Wild;

// [abc], [a-z], [!x], [^x] at p (after the bracket); *next is behind it. A bracket without its end is a plain one.
static bool in_set(const Wild *w, const char *p, char ch, const char **next)
{
    bool negate = p < w->end && (*p == '!' || *p == '^'), hit = false;
    const char *q = p + negate, *first = q;
    for (; q < w->end && (*q != ']' || q == first); q++) {
        if (*q == '\\' && q + 1 < w->end) q++;
        unsigned char low = (unsigned char)*q, high = low;
        if (q + 2 < w->end && q[1] == '-' && q[2] != ']') {
            high = (unsigned char)q[2];
            q += 2;
        }
        hit |= (unsigned char)ch >= low && (unsigned char)ch <= high;
    }
    if (q >= w->end) {
        *next = p;
        return ch == '[';
    }
    *next = q + 1;
    return hit != negate;
}

// One pattern character against one of the text; *next is behind it.
static bool one_matches(const Wild *w, const char *p, char ch, const char **next)
{
    if (*p == '?') {
        *next = p + 1;
        return true;
    }
    if (*p == '[') return in_set(w, p + 1, ch, next);
    if (*p == '\\' && p + 1 < w->end) p++;
    *next = p + 1;
    return *p == ch;
}

// The part between two stars, or a star and the pattern's end.
typedef struct Part {
    const char *p, *end;
    size_t n, plain;  // the characters that it takes; how many of them are ordinary, at the beginning
} Part;

static Part part_at(const Wild *w, const char *p)
{
    Part part = {p, p, 0, 0};
    for (const char *next; part.end < w->end && *part.end != '*'; part.end = next, part.n++) {
        one_matches(w, part.end, 0, &next);
        if (part.plain == part.n && !strchr("?[\\", *part.end)) part.plain++;
    }
    return part;
}

static bool part_matches(const Wild *w, const Part *part, const char *s)
{
    const char *p = part->p + part->plain;
    if (memcmp(part->p, s, part->plain)) return false;
    for (s += part->plain; p < part->end; s++)
        if (!one_matches(w, p, *s, &p)) return false;
    return true;
}

// Where the part first matches in s[0..n); NULL: nowhere. What is ordinary is searched for by the C library, in linear time.
static const char *part_find(const Wild *w, const Part *part, const char *s, const char *end)
{
    enum { EVERY = 1 << 16 };
    size_t work = 0;
    for (; (size_t)(end - s) >= part->n; s++) {
        if (part->plain) s = memmem(s, (size_t)(end - s), part->p, part->plain);
        if (!s || (size_t)(end - s) < part->n) return NULL;
        if (part_matches(w, part, s)) return s;
        work += 64 + part->n;
        if (work < EVERY) continue;
        work = 0;
        call_poll(w->c);
    }
    return NULL;
}

// A part behind a star takes the first place where it matches, the last part the end.
static bool wild_matches(const Wild *w, const char *s, size_t n)
{
    const char *end = s + n;
    Part part = part_at(w, w->p);
    if (part.end == w->end) return part.n == n && part_matches(w, &part, s);
    if (part.n > n || !part_matches(w, &part, s)) return false;
    for (s += part.n;; s += part.n) {
        const char *p = part.end;
        while (p < w->end && *p == '*') p++;
        part = part_at(w, p);
        if (part.end == w->end) return (size_t)(end - s) >= part.n && part_matches(w, &part, end - part.n);
        s = part_find(w, &part, s, end);
        if (!s) return false;
    }
}

static void lower(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = (char)tolower((unsigned char)from[i]);
}

static bool text_matches(const Wild *w, const Str *s)
{
    if (w->lower) lower(w->lower, str_text(s), str_len(s));
    return wild_matches(w, w->lower ? w->lower : str_text(s), str_len(s));
}

#define STRMATCH_KEYWORDS(K, R) K(R, FOLD_CASE, FLAG)
KEYWORDS(STRMATCH)

// Everything without its case.
static void fold(Call *c, Wild *w, const Texts *t)
{
    size_t n = (size_t)(w->end - w->p), longest = 0;
    char *pattern = call_alloc(c, n + 1);
    lower(pattern, w->p, n);
    w->p = pattern;
    w->end = pattern + n;
    for (int64_t i = 0; i < t->n; i++)
        if (str_len(texts_at(t, i)) > longest) longest = str_len(texts_at(t, i));
    w->lower = call_alloc(c, longest + 1);
}

static void fn_strmatch(Call *c)
{
    Texts t = texts_arg(c, 0);
    const Str *pattern = texts_scalar(c, 1);
    Wild w = {c, str_text(pattern), str_text(pattern) + str_len(pattern), NULL};
    if (call_kw_set(c, KW_STRMATCH_FOLD_CASE)) fold(c, &w, &t);
    TextsResult r = texts_result(c, &t, T_BYTE);
    for (int64_t i = 0; i < t.n; i++) {
        ((uint8_t *)r.data)[i] = text_matches(&w, texts_at(&t, i));
        texts_poll(c, &t, i);
    }
    texts_return(c, &r);
}

static const Routine rows[] = {
    {"STRMATCH", FUNCTION, {2, 2}, fn_strmatch, "String, SearchString", KEYS(STRMATCH)},
};
ROUTINE_TABLE(lib_string_strmatch, rows)
