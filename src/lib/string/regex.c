// STREGEX: what of a regular expression's matches is asked for. Start at fn_stregex.
#include "lib/format/convert.h"
#include "lib/string/pattern.h"
#include "lib/string/texts.h"

#include <string.h>

#define STREGEX_KEYWORDS(K, R)                                                                                \
    K(R, BOOLEAN, FLAG) K(R, EXTRACT, OR_FLAG) K(R, LENGTH, OR_OUT) K(R, SUBEXPR, FLAG) K(R, FOLD_CASE, FLAG)
KEYWORDS(STREGEX)

typedef struct Matches {
    Texts t;
    Pattern *re;
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

static bool match_at(Call *c, const Matches *m, int64_t i, Span *groups)
{
    const Str *s = texts_at(&m->t, i);
    texts_poll(c, &m->t, i);
    return pattern_match(c, m->re, str_text(s), 0, str_len(s), groups ? m->groups : 0, groups);
}

static void return_extracts(Call *c, const Matches *m, Span *groups)
{
    TextsResult r = group_result(c, m, T_STRING);
    for (int64_t i = 0; i < m->t.n; i++) {
        if (!match_at(c, m, i, groups)) continue;
        for (size_t g = 0; g < m->groups; g++)
            if (groups[g].from >= 0)
                texts_set(c, &r, i * (int64_t)m->groups + (int64_t)g, str_text(texts_at(&m->t, i)) + groups[g].from,
                          (size_t)(groups[g].to - groups[g].from));
    }
    texts_return(c, &r);
}

static void return_positions(Call *c, const Matches *m, Span *groups)
{
    TextsResult at = group_result(c, m, T_LONG), length = group_result(c, m, T_LONG);
    for (int64_t i = 0; i < m->t.n; i++) {
        bool found = match_at(c, m, i, groups);
        for (size_t g = 0; g < m->groups; g++) {
            int64_t k = i * (int64_t)m->groups + (int64_t)g;
            bool has = found && groups[g].from >= 0;
            ((int32_t *)at.data)[k] = has ? (int32_t)groups[g].from : -1;
            ((int32_t *)length.data)[k] = has ? (int32_t)(groups[g].to - groups[g].from) : -1;
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
    m.groups = m.subexpr ? pattern_groups(m.re) + 1 : 1;
    Span *groups = call_alloc(c, m.groups * sizeof *groups);
    if (call_kw_set(c, KW_STREGEX_BOOLEAN)) {
        TextsResult r = texts_result(c, &m.t, T_BYTE);
        for (int64_t i = 0; i < m.t.n; i++) ((uint8_t *)r.data)[i] = match_at(c, &m, i, NULL);
        texts_return(c, &r);
    } else if (call_kw_set(c, KW_STREGEX_EXTRACT)) {
        return_extracts(c, &m, groups);
    } else {
        return_positions(c, &m, groups);
    }
}

static const Routine rows[] = {
    {"STREGEX", FUNCTION, {2, 2}, fn_stregex, "StringExpression, RegularExpression", KEYS(STREGEX)},
};
ROUTINE_TABLE(lib_string_regex, rows)
