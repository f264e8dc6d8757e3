// CODE_COVERAGE: which statements of a routine have run. Start reading at fn_code_coverage.
#include "lib/control/passing.h"
#include "vm/engine.h"
#include "vm/frame/debug.h"
#include "vm/names/library.h"

#include <stdlib.h>
#include <string.h>

#define CODE_COVERAGE_KEYWORDS(K, R)                                                                     \
    K(R, CLEAR, FLAG) K(R, EXECUTED, OUT) K(R, FUNCTION, FLAG) K(R, INCLUDE_END, FLAG) K(R, NLINES, OUT) \
    K(R, QUIET, FLAG)
KEYWORDS(CODE_COVERAGE)

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

// A procedure of that name, else a function, unless FUNCTION asks for one; NULL: none is compiled.
static UserRoutine *routine_named(Call *c)
{
    const char *name = upper_name(c, call_str_peek(c, 0));
    UserRoutine *u = call_kw_set(c, KW_CODE_COVERAGE_FUNCTION) ? NULL : user_routine(c->vm, name, false);
    if (!u) u = user_routine(c->vm, name, true);
    if (!u && !call_kw_set(c, KW_CODE_COVERAGE_QUIET)) throw_msg(c, E_NO_PROC, "Routine is not compiled: %s.", name);
    return u;
}

typedef struct Lines {
    int32_t *p;
    int n;
} Lines;

static void add_line(Lines *l, int line) { l->p[l->n++] = line; }

// LONG; a scalar 0 for none.
static Val lines_result(Call *c, const Lines *l)
{
    if (!l->n) return val_long(0);
    qsort(l->p, (size_t)l->n, sizeof *l->p, by_value);
    Arr *a = call_new_array(c, T_LONG, 1, (int64_t[]){l->n}, false);
    memcpy(a->data, l->p, (size_t)l->n * sizeof *l->p);
    return val_arr_take(arr_ref(a));
}

// The line of a routine's END.
static int end_line(const UserRoutine *u)
{
    int line = u->first_line - 1;
    for (const char *p = u->source; p && *p; line++) {
        const char *end = strchr(p, '\n');
        p = end ? end + 1 : p + strlen(p);
    }
    return line;
}

// The statements by their lines; the first line of the routine stands for its call. A statement that has run twice counts once.
static void sort_lines(Call *c, const UserRoutine *u, Lines *ran, Lines *idle)
{
    const Code *code = u->code;
    bool entered = false, with_end = call_kw_set(c, KW_CODE_COVERAGE_INCLUDE_END);
    int end = end_line(u);
    for (int i = 0; i < code->nmarks; i++) {
        bool has = code->tally && code->tally[i].count > 0;
        entered = entered || has;
        if (code->mark[i].line != end || with_end) add_line(has ? ran : idle, code->mark[i].line);
    }
    add_line(entered ? ran : idle, u->first_line);
}

// CODE_COVERAGE(Routine [, /CLEAR] [, EXECUTED=v] [, /FUNCTION] [, /INCLUDE_END] [, NLINES=v] [, /QUIET]): the lines whose
// statements have not run, a line for each statement; 0 when all have. CLEAR: from now on nothing of it has. Statements are
// noted from the moment that a program which names CODE_COVERAGE is compiled. Manual: CODE_COVERAGE.
static void fn_code_coverage(Call *c)
{
    debug_cover_all(c->vm);
    UserRoutine *u = routine_named(c);
    Lines ran = {0}, idle = {0};
    if (u) {
        size_t room = (size_t)u->code->nmarks + 2;
        ran.p = call_alloc(c, room * sizeof *ran.p);
        idle.p = call_alloc(c, room * sizeof *idle.p);
        sort_lines(c, u, &ran, &idle);
        if (call_kw_set(c, KW_CODE_COVERAGE_CLEAR)) debug_cover_anew(c->vm, u->code);
    }
    call_kw_set_take(c, KW_CODE_COVERAGE_EXECUTED, lines_result(c, &ran));
    call_kw_set_take(c, KW_CODE_COVERAGE_NLINES, val_long(ran.n + idle.n));
    call_return_take(c, lines_result(c, &idle));
}

static const Routine rows[] = {
    {"CODE_COVERAGE", FUNCTION, {1, 1}, fn_code_coverage, "Routine", KEYS(CODE_COVERAGE)},
};
ROUTINE_TABLE(lib_coverage, rows)
