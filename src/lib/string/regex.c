// STREGEX and STRMATCH: regular expressions and wildcards. Regular expressions are the C library's POSIX extended ones;
// wildcards are matched here. Start at fn_stregex.
#include "lib/format/convert.h"
#include "lib/string/pattern.h"
#include "lib/string/texts.h"

#include <ctype.h>
#include <string.h>

static void release_regex(void *p) { regfree(p); }

// The C library follows groups on the stack: how deep they nest.
enum { GROUPS_DEEP = 1000 };

static int group_depth(const char *p)
{
    int depth = 0, deepest = 0;
    for (; *p; p++) {
        if (*p == '\\' && p[1]) p++;
        else if (*p == '(' && ++depth > deepest) deepest = depth;
        else if (*p == ')') depth--;
    }
    return deepest;
}

// Behind the bracket expression that begins at p[i].
static size_t behind_bracket(const char *p, size_t n, size_t i)
{
    i++;
    if (i < n && p[i] == '^') i++;
    if (i < n && p[i] == ']') i++;
    while (i < n && p[i] != ']') {
        char class = p[i] == '[' && i + 1 < n ? p[i + 1] : 0;
        if (class != ':' && class != '.' && class != '=') {
            i++;
            continue;
        }
        for (i += 2; i + 1 < n && !(p[i] == class && p[i + 1] == ']');) i++;
        i += 2;
    }
    return i < n ? i + 1 : n;
}

static bool repeats(const char *p, size_t n, size_t i)
{
    return i < n && (p[i] == '*' || p[i] == '+' || p[i] == '?' || (p[i] == '{' && i + 1 < n && isdigit((unsigned char)p[i + 1])));
}

// IDL's rules, which are stricter than the C library's: a brace that no digit follows is an ordinary character; a repetition
// needs something to repeat, and is not repeated. NULL: it is.
static char *idl_pattern(Call *c, const char *p, size_t n)
{
    char *out = call_alloc(c, 2 * n + 1);
    size_t k = 0;
    bool atom = false;  // something that can be repeated stands before
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        if (repeats(p, n, i)) {
            if (!atom) return NULL;
            if (p[i] == '{') while (end < n && p[end - 1] != '}') end++;
            atom = false;
        } else {
            if (p[i] == '{') out[k++] = '\\';
            if (p[i] == '[') end = behind_bracket(p, n, i);
            if (p[i] == '\\' && i + 1 < n) end++;
            atom = p[i] != '(' && p[i] != '|';
        }
        memcpy(out + k, p + i, end - i);
        k += end - i;
        i = end;
    }
    return out;
}

regex_t *pattern_compile(Call *c, const Str *text, bool fold_case)
{
    if (group_depth(str_text(text)) > GROUPS_DEEP) {
        throw_msg(c, E_VALUE, "Error processing regular expression: groups are nested too deeply (limit %d).", GROUPS_DEEP);
    }
    regex_t *re = call_alloc(c, sizeof *re);
    const char *pattern = idl_pattern(c, str_text(text), strlen(str_text(text)));
    if (!pattern) {
        throw_msg(c, E_VALUE, "Error processing regular expression: %.200s\n           repetition-operator operand invalid.",
                  str_text(text));
    }
    int code = regcomp(re, pattern, REG_EXTENDED | (fold_case ? REG_ICASE : 0));
    if (code) {
        char why[200];
        regerror(code, re, why, sizeof why);
        throw_msg(c, E_VALUE, "Error processing regular expression: %.200s\n           %s.", str_text(text), why);
    }
    call_defer(c, release_regex, re);
    return re;
}

bool pattern_match(const regex_t *re, const char *p, size_t from, size_t n, size_t ngroups, regmatch_t *groups)
{
    groups[0] = (regmatch_t){.rm_so = (regoff_t)from, .rm_eo = (regoff_t)n};
    int flags = REG_STARTEND | (from ? REG_NOTBOL : 0);
    return regexec(re, p, ngroups, groups, flags) == 0;
}

#define STREGEX_KEYWORDS(K)                                                                                            \
    K(STREGEX, BOOLEAN) K(STREGEX, EXTRACT) K(STREGEX, FOLD_CASE) K(STREGEX, LENGTH, OUT) K(STREGEX, SUBEXPR)
KEYWORDS(STREGEX)

typedef struct Matches {
    Texts t;
    const regex_t *re;
    size_t groups;  // reported of each string: 1, or all with /SUBEXPR
    bool subexpr;
} Matches;

// A result for the groups of all strings: with /SUBEXPR their number is the first dimension.
static TextsResult group_result(Call *c, const Matches *m, TypeCode t)
{
    if (!m->subexpr) return texts_result(c, &m->t, t);
    int64_t dim[MAX_RANK + 1] = {(int64_t)m->groups};
    int rank = 1;
    if (m->t.is_array) {
        memcpy(dim + 1, m->t.v->a->dim, (size_t)m->t.v->a->rank * sizeof *dim);
        rank += m->t.v->a->rank;
    }
    if (rank > MAX_RANK) throw_msg(c, E_SHAPE, "Array would have more than %d dimensions.", MAX_RANK);
    Val *cell = convert_new_array(c, t, rank, dim);
    return texts_filling(c, cell, cell->a->data);
}

static bool match_at(const Matches *m, int64_t i, regmatch_t *groups)
{
    const Str *s = texts_at(&m->t, i);
    return pattern_match(m->re, str_text(s), 0, str_len(s), m->groups, groups);
}

static void return_extracts(Call *c, const Matches *m, regmatch_t *groups)
{
    TextsResult r = group_result(c, m, T_STRING);
    for (int64_t i = 0; i < m->t.n; i++) {
        if (!match_at(m, i, groups)) continue;
        for (size_t g = 0; g < m->groups; g++)
            if (groups[g].rm_so >= 0)
                texts_set(c, &r, i * (int64_t)m->groups + (int64_t)g, str_text(texts_at(&m->t, i)) + groups[g].rm_so,
                          (size_t)(groups[g].rm_eo - groups[g].rm_so));
    }
    texts_return(c, &r);
}

static void return_positions(Call *c, const Matches *m, regmatch_t *groups)
{
    TextsResult at = group_result(c, m, T_LONG), length = group_result(c, m, T_LONG);
    for (int64_t i = 0; i < m->t.n; i++) {
        bool found = match_at(m, i, groups);
        for (size_t g = 0; g < m->groups; g++) {
            int64_t k = i * (int64_t)m->groups + (int64_t)g;
            bool has = found && groups[g].rm_so >= 0;
            ((int32_t *)at.data)[k] = has ? (int32_t)groups[g].rm_so : -1;
            ((int32_t *)length.data)[k] = has ? (int32_t)(groups[g].rm_eo - groups[g].rm_so) : -1;
        }
    }
    if (call_kw_given(c, KW_STREGEX_LENGTH)) call_kw_set_take(c, KW_STREGEX_LENGTH, val_take(length.cell));
    texts_return(c, &at);
}

static void fn_stregex(Call *c)
{
    Matches m = {.t = texts_arg(c, 0)};
    m.re = pattern_compile(c, texts_scalar(c, 1), call_kw_set(c, KW_STREGEX_FOLD_CASE));
    m.subexpr = call_kw_set(c, KW_STREGEX_SUBEXPR);
    m.groups = m.subexpr ? m.re->re_nsub + 1 : 1;
    regmatch_t *groups = call_alloc(c, m.groups * sizeof *groups);
    if (call_kw_set(c, KW_STREGEX_BOOLEAN)) {
        TextsResult r = texts_result(c, &m.t, T_BYTE);
        for (int64_t i = 0; i < m.t.n; i++) ((uint8_t *)r.data)[i] = match_at(&m, i, groups);
        texts_return(c, &r);
    } else if (call_kw_set(c, KW_STREGEX_EXTRACT)) {
        return_extracts(c, &m, groups);
    } else {
        return_positions(c, &m, groups);
    }
}

// ---- wildcards -----------------------------------------------------------------------------------------------------

typedef struct Wild {
    const char *p, *end;  // the pattern
    bool fold;
} Wild;

static int folded(const Wild *w, char ch) { return w->fold ? tolower((unsigned char)ch) : (unsigned char)ch; }

// [abc], [a-z], [!x], [^x] at p (after the bracket); *next is behind it. A bracket without its end is a plain one.
static bool in_set(const Wild *w, const char *p, char ch, const char **next)
{
    bool negate = p < w->end && (*p == '!' || *p == '^'), hit = false;
    const char *q = p + negate, *first = q;
    for (; q < w->end && (*q != ']' || q == first); q++) {
        if (*q == '\\' && q + 1 < w->end) q++;
        int lo = folded(w, *q), hi = lo;
        if (q + 2 < w->end && q[1] == '-' && q[2] != ']') {
            hi = folded(w, q[2]);
            q += 2;
        }
        hit |= folded(w, ch) >= lo && folded(w, ch) <= hi;
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
    return folded(w, *p) == folded(w, ch);
}

// Greedy with a single point of return, the last star: linear in practice, never exponential.
static bool wild_matches(const Wild *w, const char *s, size_t n)
{
    const char *p = w->p, *end = s + n, *star = NULL, *retry = NULL, *next;
    while (s < end) {
        if (p < w->end && *p == '*') {
            star = ++p;
            retry = s;
        } else if (p < w->end && one_matches(w, p, *s, &next)) {
            p = next;
            s++;
        } else if (star) {
            p = star;
            s = ++retry;
        } else {
            return false;
        }
    }
    while (p < w->end && *p == '*') p++;
    return p == w->end;
}

#define STRMATCH_KEYWORDS(K) K(STRMATCH, FOLD_CASE)
KEYWORDS(STRMATCH)

static void fn_strmatch(Call *c)
{
    Texts t = texts_arg(c, 0);
    const Str *pattern = texts_scalar(c, 1);
    Wild w = {str_text(pattern), str_text(pattern) + str_len(pattern), call_kw_set(c, KW_STRMATCH_FOLD_CASE)};
    TextsResult r = texts_result(c, &t, T_BYTE);
    for (int64_t i = 0; i < t.n; i++)
        ((uint8_t *)r.data)[i] = wild_matches(&w, str_text(texts_at(&t, i)), str_len(texts_at(&t, i)));
    texts_return(c, &r);
}

static const Routine rows[] = {
    ROW_FUN(STREGEX, 2, 2, fn_stregex,
            "Result = STREGEX(StringExpression, RegularExpression [, /BOOLEAN | , /EXTRACT | , LENGTH=variable "
            "[, /SUBEXPR]] [, /FOLD_CASE])"),
    ROW_FUN(STRMATCH, 2, 2, fn_strmatch, "Result = STRMATCH(String, SearchString [, /FOLD_CASE])"),
};
ROUTINE_TABLE(lib_string_regex, rows)
