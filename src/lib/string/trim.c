// STRLEN, STRTRIM, STRCOMPRESS, STRUPCASE, STRLOWCASE, STRCMP: routines that look at each string by itself. Bytes, not
// characters, are counted; letters are the ASCII ones. Start at any fn_.
#include "lib/string/texts.h"

#include <string.h>

static bool is_blank(char ch) { return ch == ' ' || ch == '\t'; }

static void fn_strlen(Call *c)
{
    Texts t = texts_arg(c, 0);
    TextsResult r = texts_result(c, &t, T_LONG);
    for (int64_t i = 0; i < t.n; i++) {
        if (!(i & 0xFFFFF)) call_poll(c);
        ((int32_t *)r.data)[i] = (int32_t)str_len(texts_at(&t, i));
    }
    texts_return(c, &r);
}

static bool strlen_alone(const Val *v, const Val *b, Val *out)
{
    if (b || v->type != T_STRING || val_is_array(v)) return false;
    *out = val_long((int32_t)str_len(v->s));
    return true;
}

// Flag 0 takes the trailing blanks, 1 the leading ones, 2 both.
static void fn_strtrim(Call *c)
{
    Texts t = texts_arg(c, 0);
    int64_t flag = c->argc > 1 ? call_int(c, 1) : 0;
    if (flag < 0 || flag > 2) throw_msg(c, E_VALUE, "Value of Flag parameter is out of range.");
    TextsResult r = texts_result(c, &t, T_STRING);
    for (int64_t i = 0; i < t.n; i++) {
        texts_poll(c, &t, i);
        const Str *s = texts_at(&t, i);
        const char *p = str_text(s);
        size_t from = 0, to = str_len(s);
        while (flag != 0 && from < to && is_blank(p[from])) from++;
        while (flag != 1 && to > from && is_blank(p[to - 1])) to--;
        if (from == 0 && to == str_len(s)) texts_set_same(&r, i, s);
        else texts_set(c, &r, i, p + from, to - from);
    }
    texts_return(c, &r);
}

#define STRCOMPRESS_KEYWORDS(K, R) K(R, REMOVE_ALL, FLAG)
KEYWORDS(STRCOMPRESS)

// Runs of blanks become one, or none.
static void fn_strcompress(Call *c)
{
    Texts t = texts_arg(c, 0);
    bool all = call_kw_set(c, KW_STRCOMPRESS_REMOVE_ALL);
    TextsResult r = texts_result(c, &t, T_STRING);
    size_t longest = 0;
    for (int64_t i = 0; i < t.n; i++)
        if (str_len(texts_at(&t, i)) > longest) longest = str_len(texts_at(&t, i));
    char *out = call_alloc(c, longest + 1);
    for (int64_t i = 0; i < t.n; i++) {
        texts_poll(c, &t, i);
        const Str *s = texts_at(&t, i);
        const char *p = str_text(s);
        size_t n = 0;
        for (size_t k = 0; k < str_len(s); k++) {
            if (!is_blank(p[k])) out[n++] = p[k];
            else if (!all && (k == 0 || !is_blank(p[k - 1]))) out[n++] = ' ';
        }
        texts_set(c, &r, i, out, n);
    }
    texts_return(c, &r);
}

// The letters from `first` to `last` are those of the other case.
static void change_case(Call *c, unsigned first, unsigned last)
{
    Texts t = texts_arg(c, 0);
    TextsResult r = texts_result(c, &t, T_STRING);
    for (int64_t i = 0; i < t.n; i++) {
        if (t.p) texts_ahead(&t, i);
        texts_poll(c, &t, i);
        const Str *s = texts_at(&t, i);
        size_t n = str_len(s);
        if (!n) continue;
        Str *made = str_new(NULL, n);
        if (!made) throw_no_memory(c);
        texts_set_take(&r, i, made);
        for (size_t k = 0; k < n; k++) {
            unsigned ch = (unsigned char)s->s[k];
            made->s[k] = (char)(ch - first <= last - first ? ch ^ 0x20 : ch);
        }
    }
    texts_return(c, &r);
}

static void fn_strupcase(Call *c) { change_case(c, 'a', 'z'); }
static void fn_strlowcase(Call *c) { change_case(c, 'A', 'Z'); }

#define STRCMP_KEYWORDS(K, R) K(R, FOLD_CASE, FLAG)
KEYWORDS(STRCMP)

static int ascii_lower(int ch) { return ch >= 'A' && ch <= 'Z' ? ch + 32 : ch; }

static bool same_text(const Str *a, const Str *b, int64_t limit, bool fold)
{
    size_t na = str_len(a), nb = str_len(b);
    if (limit >= 0) {
        if (na > (size_t)limit) na = (size_t)limit;
        if (nb > (size_t)limit) nb = (size_t)limit;
    }
    if (na != nb) return false;
    if (!fold) return !memcmp(str_text(a), str_text(b), na);
    for (size_t i = 0; i < na; i++)
        if (ascii_lower((unsigned char)a->s[i]) != ascii_lower((unsigned char)b->s[i])) return false;
    return true;
}

// Two arrays: pairwise, as many as the shorter has; an array and a scalar: each with the scalar.
static void fn_strcmp(Call *c)
{
    Texts a = texts_arg(c, 0), b = texts_arg(c, 1);
    int64_t limit = c->argc > 2 ? call_int(c, 2) : -1;
    bool fold = call_kw_set(c, KW_STRCMP_FOLD_CASE);
    const Texts *shape = !a.is_array ? &b : !b.is_array || a.n <= b.n ? &a : &b;
    TextsResult r = texts_result(c, shape, T_BYTE);
    for (int64_t i = 0; i < shape->n; i++) {
        texts_poll(c, &a, i);
        ((uint8_t *)r.data)[i] = same_text(texts_at(&a, i), texts_at(&b, i), limit, fold);
    }
    texts_return(c, &r);
}

static const Routine rows[] = {
    {"STRLEN", FUNCTION, {1, 1}, fn_strlen, "Expression", .alone = strlen_alone},
    {"STRTRIM", FUNCTION, {1, 2}, fn_strtrim, "String [, Flag]"},
    {"STRCOMPRESS", FUNCTION, {1, 1}, fn_strcompress, "String", KEYS(STRCOMPRESS)},
    {"STRUPCASE", FUNCTION, {1, 1}, fn_strupcase, "String"},
    {"STRLOWCASE", FUNCTION, {1, 1}, fn_strlowcase, "String"},
    {"STRCMP", FUNCTION, {2, 3}, fn_strcmp, "String1, String2 [, N]", KEYS(STRCMP)},
};
ROUTINE_TABLE(lib_string_trim, rows)
