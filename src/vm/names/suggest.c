// "Did you mean": names a typing error away from one that is not known. Start reading at consider.
#include "vm/names/suggest.h"

#include "vm/names/library.h"
#include "vm/scope/variables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct Search {
    const char *name;
    int limit;   // only names nearer than this are better
    char *near;  // the best so far
} Search;

// Edit distance with a ceiling; transposed neighbours count one.
static int distance(const char *a, const char *b, int limit)
{
    int na = (int)strlen(a), nb = (int)strlen(b), rows[3][66];
    if (na > 64 || nb > 64 || abs(na - nb) > limit) return limit + 1;
    for (int j = 0; j <= nb; j++) rows[0][j] = j;
    for (int i = 1; i <= na; i++) {
        int *cur = rows[i % 3], *prev = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        cur[0] = i;
        for (int j = 1; j <= nb; j++) {
            int best = prev[j - 1] + (a[i - 1] != b[j - 1]);
            if (prev[j] + 1 < best) best = prev[j] + 1;
            if (cur[j - 1] + 1 < best) best = cur[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            cur[j] = best;
        }
    }
    return rows[na % 3][nb];
}

static Search search(const char *name, char *near)
{
    *near = '\0';
    return (Search){name, strlen(name) > 5 ? 3 : strlen(name) > 2 ? 2 : 0, near};
}

static void consider(Search *s, const char *name, size_t n)
{
    char upper[SUGGEST_MAX];
    if (n == 0 || n >= sizeof upper) return;
    for (size_t i = 0; i < n; i++) upper[i] = (char)toupper((unsigned char)name[i]);
    upper[n] = '\0';
    int d = distance(s->name, upper, s->limit);
    if (d >= s->limit || d == 0) return;
    s->limit = d;
    memcpy(s->near, upper, n + 1);
}

static void consider_map(Search *s, const Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) consider(s, x->key, strlen(x->key));
}

static void consider_file(void *found, const char *file) { consider(found, file, strlen(file) - 4); }

bool suggest_routine(Vm *vm, const char *name, bool is_function, char *near)
{
    const Engine *e = vm->engine;
    Search s = search(name, near);
    consider_map(&s, is_function ? &e->builtin_fun : &e->builtin_pro);
    consider_map(&s, is_function ? &e->functions : &e->procedures);
    for (int i = 0; i < e->ntexts; i++) {
        if (e->texts[i].is_function == is_function) consider(&s, e->texts[i].name, strlen(e->texts[i].name));
    }
    library_each_file(vm, consider_file, &s);
    return *near != '\0';
}

static bool suggest_keyword(const UnknownName *u, char *near)
{
    Search s = search(u->name, near);
    if (u->target_kind == TARGET_BUILTIN) {
        const Routine *r = u->target;
        for (int i = 0; routine_keyword(r, i); i++) consider(&s, routine_keyword(r, i), strlen(routine_keyword(r, i)));
    } else {
        const Code *code = ((const UserRoutine *)u->target)->code;
        for (int i = 0; i < code->nparams; i++) {
            const char *kw = i == code->extra ? NULL : code->param[i].keyword;
            if (kw) consider(&s, kw, strlen(kw));
        }
    }
    return *near != '\0';
}

static bool suggest_variable(Vm *vm, const char *name, char *near)
{
    Engine *e = vm->engine;
    Search s = search(name, near);
    const CallFrame *f = &e->frame[frame_top(e)->target];
    for (int i = 0; i < f->code->nvars; i++) {
        if (val_deref(&f->base[i])->type != T_UNDEF) consider(&s, f->code->var[i], strlen(f->code->var[i]));
    }
    for (int i = 0; f->cells && i < f->cells->names.len; i++) {
        const Val *cell = map_get(&f->cells->map, f->cells->names.p[i]);
        if (cell && val_deref_const(cell)->type != T_UNDEF) consider(&s, f->cells->names.p[i], strlen(f->cells->names.p[i]));
    }
    return *near != '\0';
}

bool suggest_for(Vm *vm, const UnknownName *u, char *near)
{
    switch (u->kind) {
    case UNKNOWN_NOTHING: return false;
    case UNKNOWN_PROCEDURE: return suggest_routine(vm, u->name, false, near);
    case UNKNOWN_FUNCTION: return suggest_routine(vm, u->name, true, near);
    case UNKNOWN_VARIABLE: return suggest_variable(vm, u->name, near);
    default: return suggest_keyword(u, near);
    }
}
