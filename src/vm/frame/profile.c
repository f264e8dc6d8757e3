// See profile.h. Calls under way stand on a stack; a call that ends gives its time to its routine and takes it out of its
// caller's own. Start reading at begin and end.
#include "vm/frame/profile.h"

#include "sys/clock.h"
#include "vm/frame/debug.h"

#include <string.h>

Profiler *profile_of(Vm *vm)
{
    Engine *e = vm->engine;
    if (!e->profiler) e->profiler = mem_must(sizeof *e->profiler);
    return e->profiler;
}

// --- Calls ------------------------------------------------------------------------------------------------------------

static void begin(Profiler *p, ProfileItem *item, int depth, Code *code)
{
    item->count++;
    item->active++;
    ProfileEntry x = {.item = item, .depth = depth, .code = code ? code_ref(code) : NULL, .mark = -1};
    VEC_PUSH(&p->calls, x);
    p->calls.p[p->calls.len - 1].start = sys_now();
}

static void end_statement(ProfileEntry *x, double now)
{
    if (x->code && x->code->tally && x->mark >= 0) x->code->tally[x->mark].time += now - x->since;
    x->mark = -1;
}

static void end(Profiler *p)
{
    ProfileEntry *x = &p->calls.p[--p->calls.len];
    double now = sys_now(), elapsed = now - x->start;
    end_statement(x, now);
    if (x->code) code_drop(x->code);
    x->item->only += elapsed - x->inner;
    if (--x->item->active == 0) x->item->total += elapsed;  // of calls of itself the outermost counts
    if (p->calls.len) p->calls.p[p->calls.len - 1].inner += elapsed;
}

typedef struct BuiltinCall {
    Profiler *p;
    int at;  // of its entry
} BuiltinCall;

// The entries of routines that it has called and that stay stopped end with it.
static void end_builtin(void *arg)
{
    const BuiltinCall *b = arg;
    while (b->p->calls.len > b->at) end(b->p);
}

// What stands in for a builtin's function. The call's ledger ends it, on return and on throw.
static void run_builtin(Call *c)
{
    ProfileItem *item = (ProfileItem *)(uintptr_t)c->routine;  // the stand-in is its first member
    Profiler *p = c->vm->engine->profiler;
    c->routine = item->real;
    BuiltinCall *b = call_alloc(c, sizeof *b);
    *b = (BuiltinCall){p, p->calls.len};
    begin(p, item, c->depth, NULL);
    call_defer(c, end_builtin, b);
    item->real->fn(c);
}

bool profile_enter(Vm *vm, Code *code)
{
    Profiler *p = vm->engine->profiler;
    ProfileItem *item = p && p->is_on ? map_get(&p->users, code->name) : NULL;
    if (!item || !item->enabled) return false;
    debug_cover_code(vm, code);
    begin(p, item, vm->engine->depth + 1, p->times ? code : NULL);
    return true;
}

void profile_leave(Vm *vm)
{
    Profiler *p = vm->engine->profiler;
    int depth = vm->engine->depth;
    while (p->calls.len && p->calls.p[p->calls.len - 1].depth >= depth) end(p);
}

void profile_statement(Vm *vm, int mark)
{
    Profiler *p = vm->engine->profiler;
    ProfileEntry *x = p && p->calls.len ? &p->calls.p[p->calls.len - 1] : NULL;
    if (!x || !x->code || x->depth != vm->engine->depth) return;
    double now = sys_now();
    end_statement(x, now);
    x->mark = mark;
    x->since = now;
}

// --- What is profiled -------------------------------------------------------------------------------------------------

static ProfileItem *item_of(Map *m, const char *name)
{
    ProfileItem *item = map_get(m, name);
    if (item) return item;
    item = mem_must(sizeof *item);
    item->name = mem_strdup(name);
    map_set(m, name, item);
    return item;
}

static void set_user(Vm *vm, const char *name, bool on)
{
    item_of(&profile_of(vm)->users, name)->enabled = on;
}

static bool any_enabled(const Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        if (((const ProfileItem *)x->value)->enabled) return true;
    }
    return false;
}

bool profile_users(Vm *vm, const char *name, bool on)
{
    Engine *e = vm->engine;
    Profiler *p = profile_of(vm);
    Map *const tables[] = {&e->procedures, &e->functions};
    bool found = false;
    for (int t = 0; t < 2; t++) {
        size_t at = 0;
        for (const MapEntry *x; (x = map_next(tables[t], &at)) != NULL;) {
            if (name && strcmp(name, x->key) != 0) continue;
            set_user(vm, x->key, on);
            found = true;
        }
    }
    p->is_on = any_enabled(&p->users);
    p->times = p->times && p->is_on;
    debug_cover(vm, p->is_on, p->times);
    return found || !name;
}

static void set_builtin(Vm *vm, Map *items, Map *table, const char *name, bool on)
{
    ProfileItem *item = item_of(items, name);
    if (item->enabled == on) return;
    if (!item->real) {
        item->real = map_get(table, name);
        item->stand_in = *item->real;
        item->stand_in.fn = run_builtin;
        item->stand_in.each = EACH_NONE;  // every use is a call
        item->stand_in.reducer = NULL;
    }
    item->enabled = on;
    vm->engine->profiler->nbuiltins += on ? 1 : -1;
    map_set(table, name, (void *)(uintptr_t)(on ? (const void *)&item->stand_in : (const void *)item->real));
    vm->engine->generation++;
}

bool profile_builtins(Vm *vm, const char *name, bool on)
{
    Engine *e = vm->engine;
    Profiler *p = profile_of(vm);
    bool found = false;
    for (int i = 0; i < e->builtins.len; i++) {
        const Routine *r = e->builtins.p[i];
        if (name && strcmp(name, r->name) != 0) continue;
        bool is_function = r->kind == FUNCTION;
        if (is_function) set_builtin(vm, &p->functions, &e->builtin_fun, r->name, on);
        else set_builtin(vm, &p->procedures, &e->builtin_pro, r->name, on);
        found = true;
    }
    return found || !name;
}

static void each_item(Profiler *p, void (*each)(ProfileItem *item))
{
    Map *const maps[] = {&p->users, &p->functions, &p->procedures};
    for (int m = 0; m < 3; m++) {
        size_t at = 0;
        for (const MapEntry *x; (x = map_next(maps[m], &at)) != NULL;) each(x->value);
    }
}

static void clear_tally(Code *c)
{
    if (c->tally) memset(c->tally, 0, ((size_t)c->nmarks + 1) * sizeof *c->tally);
}

static void each_user_code(Vm *vm, void (*each)(Code *c))
{
    Map *const tables[] = {&vm->engine->procedures, &vm->engine->functions};
    for (int t = 0; t < 2; t++) {
        size_t at = 0;
        for (const MapEntry *x; (x = map_next(tables[t], &at)) != NULL;) each(((UserRoutine *)x->value)->code);
    }
}

void profile_times(Vm *vm)
{
    Profiler *p = profile_of(vm);
    p->times = true;
    debug_cover(vm, p->is_on, true);
}

static void clear_item(ProfileItem *item)
{
    item->count = 0;
    item->only = item->total = 0;
}

void profile_reset(Vm *vm)
{
    Profiler *p = profile_of(vm);
    each_item(p, clear_item);
    each_user_code(vm, clear_tally);
    double now = sys_now();
    for (int i = 0; i < p->calls.len; i++) p->calls.p[i].start = p->calls.p[i].since = now, p->calls.p[i].inner = 0;
}

static void restore_builtins(Map *items, Map *table)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(items, &at)) != NULL;) {
        const ProfileItem *item = x->value;
        map_set(table, item->name, (void *)(uintptr_t)item->real);
    }
}

static void free_item(ProfileItem *item)
{
    mem_free(item->name);
    mem_free(item);
}

void profile_free(Engine *e)
{
    Profiler *p = e->profiler;
    if (!p) return;
    restore_builtins(&p->functions, &e->builtin_fun);
    restore_builtins(&p->procedures, &e->builtin_pro);
    e->generation++;
    each_item(p, free_item);
    map_free(&p->users);
    map_free(&p->functions);
    map_free(&p->procedures);
    VEC_FREE(&p->calls);
    mem_free(p);
    e->profiler = NULL;
}

// --- Statements -------------------------------------------------------------------------------------------------------

const Code *profile_code(Vm *vm, const char *name, bool function)
{
    const UserRoutine *u = map_get(function ? &vm->engine->functions : &vm->engine->procedures, name);
    return u && u->code->tally ? u->code : NULL;
}

void profile_lines(Vm *vm, const char *name, int *ran, int *all)
{
    const Map *const tables[] = {&vm->engine->procedures, &vm->engine->functions};
    *ran = *all = 0;
    for (int t = 0; t < 2; t++) {
        const UserRoutine *u = map_get(tables[t], name);
        const Code *c = profile_code(vm, name, t);
        *all += u ? u->code->nmarks : 0;
        for (int i = 0; c && i < c->nmarks; i++) *ran += c->tally[i].count > 0;
    }
}
