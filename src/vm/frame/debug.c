// The debugger's hold on compiled code. "Armed" code has OP_BREAK at the first instruction of every statement; whoever
// meets one runs the real operation, which stays in place ("open") until the next is met or a routine is entered.
// Start reading at debug_meet.
#include "vm/frame/debug.h"

#include "base/buf.h"
#include "vm/fault/error_line.h"
#include "vm/fault/matherr.h"
#include "vm/fault/throw.h"
#include "vm/fault/traceback.h"
#include "vm/frame/profile.h"
#include "vm/frame/source_shown.h"
#include "vm/peephole/quick.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

Debugger *debug_of(Vm *vm)
{
    Engine *e = vm->engine;
    if (!e->debugger) e->debugger = mem_must(sizeof *e->debugger);
    return e->debugger;
}

// --- Arming -----------------------------------------------------------------------------------------------------------

static void patch(Code *c, uint32_t pc)
{
    if (c->ins[pc].op == OP_BREAK) return;
    c->plain[pc] = c->ins[pc].op;
    c->ins[pc].op = OP_BREAK;
}

static void restore(Code *c, uint32_t pc)
{
    if (c->plain && c->ins[pc].op == OP_BREAK) c->ins[pc].op = c->plain[pc];
}

// The end of a turn of a loop: between two, its only statement is met anew.
static bool goes_back(const Code *c, uint32_t pc)
{
    Instr i = c->ins[pc];
    int op = quick_plain(i.op);
    if (op == OP_FOR_NEXT || op == Q_LOOP) return true;
    return op >= OP_JUMP && op <= OP_JUMP_UNLESS_NZ && ((uint32_t)i.b | (uint32_t)i.c << 16) <= pc;
}

static void arm_loops(Code *c)
{
    for (int pc = 0; pc < c->nins; pc++) {
        if (goes_back(c, (uint32_t)pc)) patch(c, (uint32_t)pc);
    }
}

static void arm(Code *c)
{
    if (c->plain || !c->nins) return;
    c->plain = mem_must((size_t)c->nins * sizeof *c->plain);
    for (int i = 0; i < c->nmarks; i++) {
        if (c->mark[i].pc < (uint32_t)c->nins) patch(c, c->mark[i].pc);
    }
}

static void disarm(Code *c)
{
    if (!c->plain) return;
    for (int pc = 0; pc < c->nins; pc++) restore(c, (uint32_t)pc);
    mem_free(c->plain);
    c->plain = NULL;
}

static void close_open(Debugger *d)
{
    Code *c = d->open_code;
    if (!c) return;
    d->open_code = NULL;
    if (c->plain) patch(c, d->open_pc);
    code_drop(c);
}

static void open_at(Debugger *d, Code *c, uint32_t pc)
{
    close_open(d);
    if (!c->plain || c->ins[pc].op != OP_BREAK) return;
    restore(c, pc);
    d->open_code = code_ref(c);
    d->open_pc = pc;
}

static bool is_of(const Breakpoint *b, const Code *c)
{
    return c->path && strcmp(b->path, c->path) == 0 && b->module && strcmp(b->module, c->name) == 0;
}

static bool has_points(const Debugger *d, const Code *c)
{
    for (int i = 0; i < d->points.len; i++) {
        const Breakpoint *b = d->points.p[i];
        if (b->enabled && !b->waits && is_of(b, c)) return true;
    }
    return false;
}

// Whether code stays armed when nothing is stepped.
static bool is_wanted(const Debugger *d, const Code *c)
{
    return has_points(d, c) || d->watches_math || (d->covers && c->tally);
}

// Frames are looked at when they are made as long as there is anything to look for.
static void set_gate(Engine *e)
{
    const Debugger *d = e->debugger;
    e->gate = d->mode != STEP_NONE || d->points.len || d->watches_math || d->covers ? 0 : DEPTH_LIMIT;
}

// --- Breakpoints --------------------------------------------------------------------------------------------------------

static void each_code(Vm *vm, void (*each)(void *arg, Code *c), void *arg)
{
    Engine *e = vm->engine;
    Map *const tables[] = {&e->procedures, &e->functions};
    for (int t = 0; t < 2; t++) {
        size_t at = 0;
        for (const MapEntry *x; (x = map_next(tables[t], &at)) != NULL;) each(arg, ((UserRoutine *)x->value)->code);
    }
    for (int i = 1; i <= e->depth; i++) each(arg, e->frame[i].code);
}

static void settle_code(void *arg, Code *c)
{
    const Debugger *d = arg;
    if (is_wanted(d, c)) arm(c);
    else disarm(c);
    if (c->plain && d->times && c->tally) arm_loops(c);
}

// Arms what has breakpoints now, and only that.
static void settle(Vm *vm)
{
    Debugger *d = debug_of(vm);
    close_open(d);
    each_code(vm, settle_code, d);
    set_gate(vm->engine);
}

// The line of the statement that a breakpoint at `line` means: the first at or after it; 0 outside the routine.
static int statement_line(const Code *c, int line)
{
    int first = 0, last = 0, found = 0;
    for (int i = 0; i < c->nmarks; i++) {
        int l = c->mark[i].line;
        if (!first || l < first) first = l;
        if (l > last) last = l;
        if (l >= line && (!found || l < found)) found = l;
    }
    return line >= first - 1 && line <= last ? found : 0;
}

typedef struct Place {
    const char *path;
    int line;
    Code *code;
    int at_line;
} Place;

static void find_place(void *arg, Code *c)
{
    Place *p = arg;
    if (!c->path || strcmp(c->path, p->path) != 0) return;
    int at = statement_line(c, p->line);
    if (at && (!p->code || at < p->at_line)) p->code = c, p->at_line = at;
}

static bool locate(Vm *vm, Breakpoint *b)
{
    Place p = {b->path, b->line, NULL, 0};
    each_code(vm, find_place, &p);
    if (!p.code) return false;
    mem_free(b->module);
    b->module = mem_strdup(p.code->name);
    b->at_line = p.at_line;
    return true;
}

// A routine's name stands for its file.
static const char *path_of_routine(Vm *vm, const char *name)
{
    AUTO_FREE char *upper = mem_strdup(name);
    for (char *p = upper; *p; p++) *p = (char)toupper((unsigned char)*p);
    const UserRoutine *u = map_get(&vm->engine->procedures, upper);
    if (!u) u = map_get(&vm->engine->functions, upper);
    return u ? u->code->path : NULL;
}

static void free_point(Breakpoint *b)
{
    mem_free(b->path);
    mem_free(b->module);
    mem_free(b->condition);
    mem_free(b);
}

Breakpoint *debug_find(Vm *vm, const char *file, int line)
{
    Debugger *d = debug_of(vm);
    const char *named = strrchr(file, '/') ? path_of_routine(vm, strrchr(file, '/') + 1) : NULL;
    for (int i = 0; i < d->points.len; i++) {
        Breakpoint *b = d->points.p[i];
        bool same_file = strcmp(b->path, file) == 0 || (named && strcmp(b->path, named) == 0);
        if (same_file && (b->line == line || b->at_line == line)) return b;
    }
    return NULL;
}

Breakpoint *debug_set(Vm *vm, const char *file, int line, bool waits)
{
    Debugger *d = debug_of(vm);
    const char *slash = strrchr(file, '/');
    Breakpoint *b = mem_must(sizeof *b), *old;
    *b = (Breakpoint){.path = mem_strdup(file), .line = line, .at_line = line, .enabled = true, .waits = waits};
    if (!waits && !locate(vm, b)) {
        const char *path = slash ? path_of_routine(vm, slash + 1) : NULL;
        if (path) {
            mem_free(b->path);
            b->path = mem_strdup(path);
        }
        if (!path || !locate(vm, b)) {
            free_point(b);
            return NULL;
        }
    }
    while ((old = debug_find(vm, b->path, b->at_line)) != NULL) debug_clear(vm, old);
    b->index = d->next_index++;
    VEC_PUSH(&d->points, b);
    settle(vm);
    return b;
}

Breakpoint *debug_by_index(Vm *vm, int index)
{
    Debugger *d = debug_of(vm);
    for (int i = 0; i < d->points.len; i++) {
        if (d->points.p[i]->index == index) return d->points.p[i];
    }
    return NULL;
}

static void remove_point(Debugger *d, Breakpoint *b)
{
    int i = 0;
    while (d->points.p[i] != b) i++;
    memmove(d->points.p + i, d->points.p + i + 1, (size_t)(d->points.len - i - 1) * sizeof *d->points.p);
    d->points.len--;
    free_point(b);
}

void debug_clear(Vm *vm, Breakpoint *b)
{
    remove_point(debug_of(vm), b);
    settle(vm);
}

void debug_enable(Vm *vm, Breakpoint *b, bool enabled)
{
    b->enabled = enabled;
    settle(vm);
}

void debug_installed(Vm *vm, Code *code)
{
    Debugger *d = vm->engine->debugger;
    if (d->covers_all) debug_cover_code(vm, code);
    if (!code->path) return;
    for (int i = 0; i < d->points.len; i++) {
        Breakpoint *b = d->points.p[i];
        int at = strcmp(b->path, code->path) == 0 ? statement_line(code, b->line) : 0;
        if (!at) continue;
        mem_free(b->module);
        b->module = mem_strdup(code->name);
        b->at_line = at;
        b->waits = false;
    }
    if (has_points(d, code)) arm(code);
}

// --- Stepping -----------------------------------------------------------------------------------------------------------

static void arm_for_step(Debugger *d, Code *c)
{
    if (c->options & OPT_HIDDEN) return;
    if (!c->plain) VEC_PUSH(&d->stepped, code_ref(c));
    arm(c);
}

// What the statement that has just ended did: the open one.
static void tell_math(Vm *vm, const Code *c, uint32_t pc)
{
    unsigned bits = math_status(vm);
    if (!bits) return;
    math_clear(vm, bits);
    math_show(vm, bits);
    if (c) vm_error_line(vm, "%% Detected at  %-16s%5d %s", c->name, code_line(c, pc), c->path ? c->path : "");
}

void debug_enter(Vm *vm, Code *code)
{
    Debugger *d = vm->engine->debugger;
    if (d->busy) return;
    if (d->watches_math) {
        tell_math(vm, d->open_code, d->open_pc);
        arm(code);
    }
    close_open(d);
    if (d->mode == STEP_INTO || d->mode == STEP_TRACE) arm_for_step(d, code);
}

void debug_step_end(Vm *vm)
{
    Debugger *d = vm->engine->debugger;
    if (!d || (d->mode == STEP_NONE && !d->stepped.len)) return;
    d->mode = STEP_NONE;
    close_open(d);
    for (int i = 0; i < d->stepped.len; i++) {
        if (!is_wanted(d, d->stepped.p[i])) disarm(d->stepped.p[i]);
        code_drop(d->stepped.p[i]);
    }
    d->stepped.len = 0;
    set_gate(vm->engine);
}

void debug_step(Vm *vm, StepMode mode, int n)
{
    Engine *e = vm->engine;
    Debugger *d = debug_of(vm);
    debug_step_end(vm);
    d->mode = mode;
    d->steps = n;
    d->depth = e->depth;
    for (int i = 1; i <= e->depth; i++) arm_for_step(d, e->frame[i].code);
    Code *code = frame_top(e)->code;
    for (int pc = 0; mode == STEP_RETURN && code->plain && pc < code->nins; pc++) {
        if (code->ins[pc].op == OP_RETURN) patch(code, (uint32_t)pc);
    }
    set_gate(e);
}

void debug_pass(Vm *vm, const CallFrame *f)
{
    if (vm->engine->debugger) open_at(vm->engine->debugger, f->code, f->pc);
}

// --- Math errors (!EXCEPT = 2) ------------------------------------------------------------------------------------------

void debug_set_except(Vm *vm, int n)
{
    bool on = n >= 2;
    vm->engine->except = n;
    if (!on && !vm->engine->debugger) return;
    Debugger *d = debug_of(vm);
    d->watches_math = on;
    settle(vm);
}

// --- Statements that have run (the profiler) ----------------------------------------------------------------------------

void debug_cover(Vm *vm, bool on, bool times)
{
    if (!on && !vm->engine->debugger) return;
    Debugger *d = debug_of(vm);
    on = on || d->covers_all;
    if (d->covers == on && d->times == times) return;
    d->covers = on;
    d->times = on && times;
    settle(vm);
}

void debug_cover_code(Vm *vm, Code *code)
{
    const Debugger *d = vm->engine->debugger;
    if (code->tally || !d->covers) return;
    code->tally = mem_must(((size_t)code->nmarks + 1) * sizeof *code->tally);
    arm(code);
    if (d->times) arm_loops(code);
}

static void cover_it(void *vm, Code *code) { debug_cover_code(vm, code); }

void debug_cover_all(Vm *vm)
{
    Debugger *d = debug_of(vm);
    if (d->covers_all) return;
    d->covers_all = true;
    debug_cover(vm, true, d->times);
    each_code(vm, cover_it, vm);
}

bool debug_covers_all(Vm *vm) { return vm->engine->debugger && vm->engine->debugger->covers_all; }

void debug_cover_anew(Vm *vm, Code *code)
{
    debug_cover_code(vm, code);
    memset(code->tally, 0, ((size_t)code->nmarks + 1) * sizeof *code->tally);
    disarm(code);
    arm(code);
    if (debug_of(vm)->times) arm_loops(code);
}

// True: nobody else looks at this code, and the statement need not be met again.
static bool note_run(Vm *vm, const Debugger *d, const Code *c, uint32_t pc)
{
    int first = code_mark(c, pc);
    for (int i = first; i >= 0 && i < c->nmarks && c->mark[i].pc == pc; i++) c->tally[i].count++;
    if (d->times && !d->busy && first >= 0) profile_statement(vm, first);
    return d->mode == STEP_NONE && !d->watches_math && !d->times && !has_points(d, c);
}

// --- Meeting a statement ----------------------------------------------------------------------------------------------

// The first statement of its line: a loop's later ones do not stop again.
static bool begins_line(const Code *c, uint32_t pc, int line)
{
    for (int i = 0; i < c->nmarks; i++) {
        if (c->mark[i].line == line) return c->mark[i].pc == pc;
    }
    return false;
}

// Whether a breakpoint here wants to stop. Its condition is evaluated in the frame; one that fails stops.
static bool is_hit(Vm *vm, Breakpoint *b)
{
    Debugger *d = vm->engine->debugger;
    if (b->condition) {
        bool truth = true;
        d->busy = true;
        bool ok = vm->engine->above.test(vm, b->condition, &truth);
        d->busy = false;
        if (ok && !truth) return false;
    }
    return ++b->hits >= b->after;
}

static bool meets_breakpoint(Vm *vm, const CallFrame *f)
{
    Debugger *d = vm->engine->debugger;
    bool stops = false;
    for (int i = 0; i < d->points.len; i++) {
        Breakpoint *b = d->points.p[i];
        if (!b->enabled || b->waits || !is_of(b, f->code) || !begins_line(f->code, f->pc, b->at_line)) continue;
        if (!is_hit(vm, b)) continue;
        stops = true;
        if (b->once) {
            remove_point(d, b);
            i--;
        }
    }
    return stops;
}

static bool ends_step(Vm *vm, const CallFrame *f)
{
    Debugger *d = vm->engine->debugger;
    int depth = vm->engine->depth;
    switch (d->mode) {
    case STEP_NONE: return false;
    case STEP_INTO: return --d->steps <= 0;
    case STEP_OVER: return depth <= d->depth && --d->steps <= 0;
    case STEP_OUT: return depth < d->depth;
    case STEP_RETURN: return depth < d->depth || (depth == d->depth && f->code->ins[f->pc].op == OP_RETURN);
    case STEP_TRACE: traceback_top(vm, "Trace at"), source_shown(vm, f); return false;
    }
    return false;
}

void debug_meet(Vm *vm)
{
    Debugger *d = vm->engine->debugger;
    const CallFrame *f = frame_top(vm->engine);
    if (d->watches_math && !d->busy) tell_math(vm, d->open_code, d->open_pc);
    if (f->code->tally && d->covers && note_run(vm, d, f->code, f->pc)) {
        restore(f->code, f->pc);
        return;
    }
    open_at(d, f->code, f->pc);
    if (d->busy) return;
    bool statement = code_mark(f->code, f->pc) >= 0;
    bool breaks = statement && meets_breakpoint(vm, f);
    if (!breaks && !((statement || d->mode == STEP_RETURN) && ends_step(vm, f))) return;
    snprintf(d->why, sizeof d->why, "%s", breaks ? "Breakpoint at" : "Stepped to");
    vm_throw_reason(vm, STOP_BREAK);
}

void debug_free(Engine *e)
{
    Debugger *d = e->debugger;
    if (!d) return;
    close_open(d);
    for (int i = 0; i < d->stepped.len; i++) code_drop(d->stepped.p[i]);
    for (int i = 0; i < d->points.len; i++) free_point(d->points.p[i]);
    VEC_FREE(&d->stepped);
    VEC_FREE(&d->points);
    mem_free(d);
    e->debugger = NULL;
}
