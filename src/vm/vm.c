// Making and releasing an engine; system variables. Start reading at vm_new.
#include "vm/vm.h"

#include "base/mem.h"
#include "io/lun.h"
#include "net/options.h"
#include "vm/array/threads.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"
#include "vm/fault/messages.h"
#include "vm/fault/traceback.h"
#include "vm/frame/debug.h"
#include "vm/frame/frames.h"
#include "vm/frame/profile.h"
#include "vm/jit/jit.h"
#include "vm/names/library.h"
#include "vm/run/run.h"
#include "vm/scope/commons.h"
#include "vm/scope/variables.h"
#include "vm/session/statement.h"
#include "vm/settings/preferences.h"

#include <string.h>
#include <sys/mman.h>

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
static void show_to_leak_check(void *p, size_t n) { __lsan_register_root_region(p, n); }
static void hide_from_leak_check(void *p, size_t n) { __lsan_unregister_root_region(p, n); }
#else
static void show_to_leak_check(void *p, size_t n) { (void)p, (void)n; }
static void hide_from_leak_check(void *p, size_t n) { (void)p, (void)n; }
#endif

enum { STACK_BYTES = STACK_VALUES * (int)sizeof(Val), FRAME_BYTES = FRAMES_MAX * (int)sizeof(CallFrame) };

static Code *main_code(void)
{
    Code *c = mem_must(sizeof *c);
    c->refs = 1;
    c->name = mem_strdup("$MAIN$");
    c->is_main = true;
    c->extra = -1;
    return c;
}

static void start_error_state(ErrorState *s)
{
    *s = (ErrorState){.name = mem_strdup("IDL_M_SUCCESS"), .block = mem_strdup("IDL_MBLK_CORE"), .msg = mem_strdup(""),
                      .sys_msg = mem_strdup(""), .msg_prefix = mem_strdup("% ")};
}

Vm *vm_new(void)
{
    Vm *vm = mem_must(sizeof *vm);
    Engine *e = vm->engine = mem_must(sizeof *e);
    e->stack = e->top = reserve(STACK_BYTES);
    e->frame = reserve(FRAME_BYTES);
    e->calls = reserve(CALLS_MAX * sizeof *e->calls);
    e->kw_slots = reserve(CALLS_MAX * KEYWORDS_MAX * sizeof *e->kw_slots);
    if (!e->stack || !e->frame || !e->calls || !e->kw_slots) return NULL;
    show_to_leak_check(e->stack, STACK_BYTES);
    show_to_leak_check(e->frame, FRAME_BYTES);
    show_to_leak_check(e->calls, CALLS_MAX * sizeof *e->calls);
    Code *code = main_code();
    e->frame[0] = (CallFrame){.code = code, .base = e->stack, .dst = NO_REG, .kind = FRAME_MAIN, .on_error = -1,
                          .catch_pc = NO_PLACE, .io_pc = NO_PLACE};
    e->above.run = run;
    e->above.test = vm_test;
    e->generation = 1;
    e->gate = DEPTH_LIMIT;
    e->hot_calls = jit_hot_calls();
    e->except = 1;
    start_error_state(&e->error);
    vm->heap = heap_new();
    heap_on_dead_object(vm->heap, object_keep, vm);
    vm->net = mem_must(sizeof *vm->net);
    net_options_init(vm->net);
    vm->units = units_new(vm->net);
    return vm;
}

static void free_users(Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        UserRoutine *u = x->value;
        code_drop(u->code);
        mem_free(u->name);
        mem_free(u->source);
        mem_free(u);
    }
    map_free(m);
}

static void free_commons(Map *m)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) {
        CommonBlock *b = x->value;
        for (int i = 0; i < b->n; i++) {
            val_drop(b->cell[i]);
            mem_free(b->cell[i]);
            mem_free(b->name[i]);
        }
        mem_free(b->cell);
        mem_free(b->name);
        mem_free(b);
    }
    map_free(m);
}

void vm_forget_variables(Vm *vm)
{
    CallFrame *f = &vm->engine->frame[0];
    cells_free(f->cells);
    f->cells = NULL;
    f->on_error = -1;
    f->catch_pc = f->io_pc = NO_PLACE;
    f->catch_var = NULL;
}

static void forget_structures(Vm *vm)
{
    VEC(char *) name = {0};
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&vm->structs, &at)) != NULL;) {
        if (*x->key != '!') VEC_PUSH(&name, mem_strdup(x->key));
    }
    for (int i = 0; i < name.len; i++) {
        sdef_drop(map_remove(&vm->structs, name.p[i]));
        mem_free(name.p[i]);
    }
    VEC_FREE(&name);
}

// Objects die without CLEANUP (manual: .RESET_SESSION).
void vm_reset(Vm *vm)
{
    Engine *e = vm->engine;
    threads_free(vm);
    heap_on_dead_object(vm->heap, NULL, NULL);
    vm_return_to_main(vm);
    profile_free(e);
    debug_free(e);
    e->gate = DEPTH_LIMIT;
    vm_forget_variables(vm);
    e->frame[0].code->options = 0;
    code_drop(e->main_program);
    e->main_program = NULL;
    free_users(&e->procedures);
    free_users(&e->functions);
    e->procedures = e->functions = (Map){0};
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&e->commons, &at)) != NULL;) {
        CommonBlock *b = x->value;
        for (int i = 0; i < b->n; i++) val_drop(b->cell[i]);
    }
    forget_structures(vm);
    e->generation++;
    heap_on_dead_object(vm->heap, object_keep, vm);
    for (int i = 0; i < vm->nclosers; i++) vm->closer[i](vm);
    vm->nclosers = 0;
}

static void free_engine(Engine *e)
{
    traceback_forget(e);
    code_drop(e->main_program);
    free_users(&e->procedures);
    free_users(&e->functions);
    free_commons(&e->commons);
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&e->lambdas, &at)) != NULL;) mem_free(x->value);
    map_free(&e->lambdas);
    map_free(&e->builtin_pro);
    map_free(&e->builtin_fun);
    VEC_FREE(&e->builtins);
    for (int i = 0; i < e->args.len; i++) mem_free(e->args.p[i]);
    VEC_FREE(&e->args);
    for (int i = 0; i < e->typed.len; i++) mem_free(e->typed.p[i]);
    VEC_FREE(&e->typed);
    ErrorState *s = &e->error;
    mem_free(s->name), mem_free(s->block), mem_free(s->msg), mem_free(s->sys_msg), mem_free(s->msg_prefix);
    mem_free(e->thrown.text);
    hide_from_leak_check(e->stack, STACK_BYTES);
    hide_from_leak_check(e->frame, FRAME_BYTES);
    hide_from_leak_check(e->calls, CALLS_MAX * sizeof *e->calls);
    munmap((void *)e->stack, STACK_BYTES);
    munmap(e->frame, FRAME_BYTES);
    munmap(e->calls, CALLS_MAX * sizeof *e->calls);
    munmap((void *)e->kw_slots, CALLS_MAX * KEYWORDS_MAX * sizeof *e->kw_slots);
    mem_free(e);
}

void vm_free(Vm *vm)
{
    Engine *e = vm->engine;
    threads_free(vm);
    heap_on_dead_object(vm->heap, NULL, NULL);  // as in IDL, CLEANUP is not called at the exit
    for (int i = 0; i < e->doomed.len; i++) heap_drop(e->doomed.p[i]);
    VEC_FREE(&e->doomed);
    while (e->depth > 0) frame_pop(vm);
    cells_free(e->frame[0].cells);
    code_drop(e->frame[0].code);
    for (int i = 0; i < vm->nclosers; i++) vm->closer[i](vm);
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(&vm->sysvars, &at)) != NULL;) {
        val_drop(&((SysVar *)x->value)->v);
        mem_free(x->value);
    }
    map_free(&vm->sysvars);
    profile_free(e);
    messages_forget(e);
    debug_free(e);
    library_free(vm);
    pref_free(vm);
    invoke_free(e);
    free_engine(e);
    at = 0;
    for (const MapEntry *x; (x = map_next(&vm->structs, &at)) != NULL;) sdef_drop(x->value);
    map_free(&vm->structs);
    heap_free(vm->heap);
    units_free(vm->units);
    net_options_free(vm->net);
    mem_free(vm->net);
    mem_free(vm);
}

void vm_on_free(Vm *vm, void (*closer)(Vm *vm))
{
    if (vm->nclosers < VM_CLOSERS_MAX) vm->closer[vm->nclosers++] = closer;
}
