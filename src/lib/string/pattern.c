// Regular expressions as the string routines see them: made, matched, released. Their tree is read in syntax.c, written as
// programs in program.c, which automaton.c runs; groups.c finds the groups of a match. Start at pattern_compile.
#include "base/mem.h"
#include "lib/string/automaton.h"

#include <string.h>

void pattern_grow(Call *c, void **p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return;
    size_t room = *cap ? 2 * *cap : 16;
    while (room < need) room *= 2;
    void *more = mem_realloc(*p, room * size);
    if (!more) throw_no_memory(c);
    *p = more;
    *cap = room;
}

_Noreturn void pattern_bad(Call *c, const char *text, const char *why)
{
    throw_msg(c, E_VALUE, "Error processing regular expression: %.200s\n           %s.", text, why);
}

static void release(void *p)
{
    Pattern *re = p;
    mem_free(re->nodes);
    mem_free(re->sets);
    mem_free(re->words);
    for (int way = FORWARD; way <= BACKWARD; way++) mem_free(re->program[way].p);
}

Pattern *pattern_compile(Call *c, const Str *text, bool fold_case)
{
    Pattern *re = call_alloc(c, sizeof *re);
    call_defer(c, release, re);
    syntax_read(c, re, text, fold_case);
    program_write(c, re);
    return re;
}

size_t pattern_groups(const Pattern *re) { return re->ngroups; }

bool pattern_match(Call *c, Pattern *re, const char *p, size_t from, size_t n, size_t nspans, Span *spans)
{
    Span whole;
    re->c = c;
    re->p = p;
    re->n = n;
    if (!automaton_search(re, from, nspans == 0, &whole)) return false;
    if (!nspans) return true;
    for (size_t i = 1; i < nspans; i++) spans[i] = (Span){-1, -1};
    spans[0] = whole;
    if (nspans > 1 && re->ngroups) groups_find(re, (size_t)whole.from, (size_t)whole.to, nspans, spans);
    return true;
}
