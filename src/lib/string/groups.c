// Where the groups of a match are, by POSIX's rule: from left to right each part takes as much as the rest of the match
// allows, of repeated ones the last turn counts. What the rest allows is found by reading backward. Start at groups_find.
#include "lib/string/automaton.h"

#include <string.h>

typedef struct Finder {
    Pattern *re;
    Span *spans;
    size_t nspans;
} Finder;

static void find(const Finder *f, const Node *node, size_t from, size_t to);

// Cleared words on the stack; given back by setting nwords to the answer.
static size_t push_words(Pattern *re, size_t words)
{
    size_t at = re->nwords;
    pattern_grow(re->c, (void **)&re->words, &re->words_cap, at + words, sizeof *re->words);
    memset(re->words + at, 0, words * sizeof *re->words);
    re->nwords = at + words;
    return at;
}

static const Node *child(const Finder *f, int i) { return i < 0 ? NULL : &f->re->nodes[i]; }

// The children from a to b, of which those up to `last` are looked for.
static void find_between(const Finder *f, const Node *a, const Node *b, const Node *last, size_t from, size_t to)
{
    Pattern *re = f->re;
    size_t n = 0, k = 0;
    for (const Node *q = a; q != b; q = child(f, q->next)) {
        n++;
        if (q == last) break;
    }
    size_t row = (to - from) / 64 + 1, rows = push_words(re, n * row), list = push_words(re, n / 2 + 1), at = from;
    uint32_t *watched = (uint32_t *)(re->words + list);
    for (const Node *q = a; k < n; q = child(f, q->next)) watched[k++] = q->mark;
    automaton_backward(re, b->mark, a->to[BACKWARD], from, to, watched, n, rows);
    k = 0;
    for (const Node *q = a;; q = child(f, q->next), k++) {
        int64_t end = q == b ? (int64_t)to : automaton_longest(re, q, at, to, re->words + rows + k * row, from);
        if (end < 0) break;  // it cannot be: the whole has matched
        find(f, q, at, (size_t)end);
        at = (size_t)end;
        if (q == last || q == b) break;
    }
    re->nwords = rows;
}

// Children of one width at either end have their places; only those between are looked for.
static void find_in_cat(const Finder *f, const Node *node, size_t from, size_t to)
{
    const Node *a = child(f, node->first), *b = child(f, node->last), *last = NULL;
    for (; a && a->width >= 0; a = child(f, a->next)) {
        find(f, a, from, from + (size_t)a->width);
        from += (size_t)a->width;
    }
    if (!a) return;
    for (; b != a && b->width >= 0; b = child(f, b->before)) {
        find(f, b, to - (size_t)b->width, to);
        to -= (size_t)b->width;
    }
    for (const Node *q = a; q; q = q == b ? NULL : child(f, q->next))
        if (q->has_group) last = q;
    if (a == b) find(f, a, from, to);
    else if (last) find_between(f, a, b, last, from, to);
}

// Where the last turn of a repetition begins.
static size_t last_turn(const Finder *f, const Node *node, size_t from, size_t to)
{
    Pattern *re = f->re;
    const Node *body = child(f, node->first);
    if (body->width > 0) return to - (size_t)body->width;
    size_t rows = push_words(re, (to - from) / 64 + 1), first = from, last = to - from;
    automaton_backward(re, node->from[BACKWARD], node->to[BACKWARD], from, to, &node->again, 1, rows);
    re->words[rows + last / 64] |= 1ull << (last & 63);
    for (;;) {
        int64_t end = automaton_longest(re, body, from, to, re->words + rows, first);
        if (end == (int64_t)to || end <= (int64_t)from) break;
        from = (size_t)end;
    }
    re->nwords = rows;
    return from;
}

static const Node *alternative(const Finder *f, const Node *node, size_t from, size_t to)
{
    const Node *q = child(f, node->first);
    while (q->next >= 0 && automaton_longest(f->re, q, from, to, NULL, 0) != (int64_t)to) q = child(f, q->next);
    return q;
}

static void find(const Finder *f, const Node *node, size_t from, size_t to)
{
    while (node->has_group) {
        const Node *body = child(f, node->first);
        switch ((NodeKind)node->kind) {
        case N_GROUP:
            if ((size_t)node->group < f->nspans) f->spans[node->group] = (Span){(int64_t)from, (int64_t)to};
            node = body;
            break;
        case N_QUEST:
            if (from == to && automaton_longest(f->re, body, from, to, NULL, 0) < 0) return;
            node = body;
            break;
        case N_PLUS:
            from = last_turn(f, node, from, to);
            node = body;
            break;
        case N_ALT: node = alternative(f, node, from, to); break;
        default: find_in_cat(f, node, from, to); return;
        }
    }
}

void groups_find(Pattern *re, size_t from, size_t to, size_t nspans, Span *spans)
{
    Finder f = {re, spans, nspans};
    re->nwords = 0;
    find(&f, &re->nodes[re->root], from, to);
}
