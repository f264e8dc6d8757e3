// What a thrown error does to the frames: finds the handler (ON_IOERROR, CATCH, ON_ERROR, in IDL's order) or stops
// with frames alive, message and traceback printed. Start reading at unwind.
#include "vm/dispatch/unwind.h"

#include "base/buf.h"
#include "vm/call/ledger.h"
#include "vm/fault/error_line.h"
#include "vm/fault/error_state.h"
#include "vm/fault/traceback.h"
#include "vm/frame/debug.h"
#include "vm/frame/frames.h"
#include "vm/frame/source_shown.h"
#include "vm/names/advice.h"
#include "vm/names/library.h"

// --- Showing -----------------------------------------------------------------------------------------------------------

static void print_error(Vm *vm)
{
    const Thrown *t = &vm->engine->thrown;
    const ErrorState *s = &vm->engine->error;
    if (t->no_print) return;
    vm_error_line(vm, "%s%s", t->no_prefix ? "" : s->msg_prefix, s->msg);
    if (t->sys) vm_error_line(vm, "  %s", s->sys_msg);
    if (error_advice(t)) vm_error_line(vm, "%s", error_advice(t) + 1);
    Buf advice = BUF_INIT(1 << 10);
    bool is_own = !error_advice(t) && (frame_is_library(frame_top(vm->engine)) || (t->code != E_USER_ERR && !t->name));
    bool found = advice_put(vm, &t->unknown, &advice) || (is_own && advice_put_for_text(t->text, &advice));
    if (found && buf_ok(&advice)) vm_error_line(vm, "%s", advice.p);
    buf_free(&advice);
}

// --- Handlers ---------------------------------------------------------------------------------------------------------

static void pop_to(Vm *vm, int frame)
{
    while (vm->engine->depth > frame) frame_pop(vm);
}

static bool to_io_label(Vm *vm)
{
    Engine *e = vm->engine;
    CallFrame *f = frame_top(e);
    if (!e->thrown.is_io || f->io_pc == NO_PLACE) return false;
    frame_drop_temps(vm, f);
    f->pc = f->io_pc;
    return true;
}

static bool to_catch(Vm *vm)
{
    Engine *e = vm->engine;
    for (int i = e->depth; i >= e->floor && i > 0; i--) {
        CallFrame *f = &e->frame[i];
        if (f->catch_pc == NO_PLACE) continue;
        pop_to(vm, i);
        frame_drop_temps(vm, f);
        val_set_take(f->catch_var, val_long(e->error.code));
        f->pc = f->catch_pc;
        return true;
    }
    return false;
}

// Whether one of the frames further in is a routine of the program's, not of our library.
static bool leaves_program(Vm *vm, int frame)
{
    for (int i = vm->engine->depth; i > frame; i--) {
        const CallFrame *f = &vm->engine->frame[i];
        if (f->kind == FRAME_ROUTINE && !frame_is_library(f)) return true;
    }
    return false;
}

// The frame where the error stops. The ON_ERROR in force is that of the nearest frame outward that made a setting.
static int halting_frame(Vm *vm)
{
    Engine *e = vm->engine;
    int i = e->depth, mode = 0;
    for (; i > 0; i--) {
        if (e->frame[i].kind == FRAME_STATEMENT && e->frame[i].target != 0) continue;
        const CallFrame *f = &e->frame[i];
        int setting = f->on_error;
        if (setting >= 0) {
            mode = setting;
            break;
        }
    }
    if (i == 0) mode = e->frame[0].on_error > 0 ? 1 : 0;
    int to = mode == 1 ? 0 : mode == 2 ? i - 1 : mode == 3 ? i : e->depth;
    // a part of our library called it
    while (mode == 2 && to > 0 && frame_is_library(&e->frame[to]) && e->frame[to].on_error == 2) to--;
    int held = e->ncalls ? e->calls[e->ncalls - 1].depth : 0;  // EXECUTE is at work there, and goes on with its result
    if (to < held) to = held;
    return to < 0 || to > e->depth ? e->depth : to;
}

// Ctrl-C in a routine of our library stops where the program called it. True: it was one.
static bool leave_library(Vm *vm)
{
    Engine *e = vm->engine;
    int to = e->depth, held = e->ncalls ? e->calls[e->ncalls - 1].depth : 0;
    while (to > held && frame_is_library(&e->frame[to])) to--;
    if (to == e->depth) return false;
    pop_to(vm, to);
    return true;
}

// Builtins that were running inside this vm_enter.
static void release_calls(Vm *vm)
{
    Engine *e = vm->engine;
    while (e->ncalls > e->call_floor) call_release(vm, &e->calls[--e->ncalls]);
}

bool unwind_within(Vm *vm)
{
    release_calls(vm);
    if (vm->engine->thrown.reason != STOP_ERROR) return false;
    error_record(vm);
    return to_io_label(vm) || to_catch(vm);
}

bool unwind(Vm *vm)
{
    Engine *e = vm->engine;
    release_calls(vm);
    if (e->thrown.reason == STOP_EXIT || e->thrown.reason == STOP_RETALL) return false;
    if (e->thrown.reason == STOP_ERROR) {
        error_record(vm);
        if (to_io_label(vm) || to_catch(vm)) return true;
    }
    frame_drop_temps(vm, frame_top(e));
    if (e->thrown.reason == STOP_ERROR) {
        print_error(vm);
        int to = halting_frame(vm);
        source_shown(vm, &e->frame[to]);
        if (leaves_program(vm, to)) traceback_origin(vm);
        pop_to(vm, to);
        traceback_remember(e);
        traceback_print(vm, "Execution halted at");
    } else {
        if (e->thrown.reason == STOP_INTERRUPT) error_record(vm);
        if (e->thrown.reason == STOP_INTERRUPT && leave_library(vm)) e->thrown.at_back_edge = false;
        const char *what = e->thrown.reason == STOP_STOP ? "Stop encountered" : "Interrupted at";
        traceback_print(vm, e->thrown.reason == STOP_BREAK ? e->debugger->why : what);
        source_shown(vm, frame_top(e));
    }
    frame_top(e)->stopped = true;
    bool here = e->thrown.at_back_edge || e->thrown.reason == STOP_BREAK;
    frame_top(e)->resume = e->thrown.reason == STOP_STOP ? RESUME_AFTER : here ? RESUME_HERE : RESUME_AGAIN;
    return false;
}
