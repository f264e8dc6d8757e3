// What a thrown error does to the frames: finds the handler (ON_IOERROR, CATCH, ON_ERROR, in IDL's order) or stops
// with frames alive, message and traceback printed. Start reading at unwind.
#include "base/buf.h"
#include "base/mem.h"
#include "io/lun.h"
#include "sys/fd.h"
#include "sys/safe.h"
#include "vm/fault/journal.h"
#include "vm/fault/messages.h"
#include "vm/fault/source_shown.h"
#include "vm/frame/debug.h"
#include "vm/names/advice.h"
#include "vm/names/library.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void vm_error_line(Vm *vm, const char *format, ...)
{
    Buf b = BUF_INIT(1 << 20);
    va_list args;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    buf_putc(&b, '\n');
    Status flushed = lun_flush(vm->units, LUN_STDOUT);  // what was printed before stands before
    status_drop(&flushed);
    if (buf_ok(&b)) {
        if (vm->engine->journal) journal_shown(vm, b.p, b.len);
        if (vm->engine->error_text) {
            vm->engine->error_text(vm, b.p, b.len);
        } else {
            sys_write_message(STDERR_FILENO, b.p, b.len);
        }
    }
    buf_free(&b);
}

// --- Traceback --------------------------------------------------------------------------------------------------------

// "% Execution halted at: NAME  line file", further frames under it. one_line: whatever the path's length.
static void put_trace_line(Buf *b, const char *first, bool one_line, const KeptPlace *p)
{
    char left[400];
    int line = p->has_line ? code_line(p->code, p->pc) : 0, n;
    const char *path = p->code->path;
    if (first) n = snprintf(left, sizeof left, "%% %s: %-16s", first, p->code->name);
    else n = snprintf(left, sizeof left, "%%%-22s%-16s", "", p->code->name);
    if (line && n > 0 && n < (int)sizeof left) snprintf(left + n, sizeof left - (size_t)n, "%5d", line);
    buf_puts(b, left);
    if (!line || !path) return;
    buf_puts(b, !one_line && strlen(left) + 1 + strlen(path) > 80 ? "\n   " : " ");
    buf_puts(b, path);
}

// The next frame to be shown from i inward on; false when there is none. Frames of typed text are not shown: the routine
// it was typed in follows, or $MAIN$.
static bool next_place(const Engine *e, int *i, bool *main_shown, KeptPlace *p)
{
    while (*i >= 0) {
        const CallFrame *f = &e->frame[(*i)--];
        if (f->kind == FRAME_STATEMENT ? f->target != 0 : f->kind == FRAME_MAIN && *main_shown) continue;
        if (f->kind == FRAME_STATEMENT) *main_shown = true;
        bool has_line = f->kind == FRAME_STATEMENT ? !f->quiet_stop : f->kind != FRAME_MAIN;
        *p = (KeptPlace){f->code, f->pc, has_line};
        return true;
    }
    return false;
}

static void trace(Vm *vm, const char *first, bool top_only, bool one_line)
{
    KeptPlace p;
    bool main_shown = false;
    for (int i = vm->engine->depth; next_place(vm->engine, &i, &main_shown, &p); first = NULL) {
        Buf b = BUF_INIT(1 << 20);
        put_trace_line(&b, first, one_line, &p);
        if (buf_ok(&b)) vm_error_line(vm, "%s", b.p);
        buf_free(&b);
        if (top_only) return;
    }
}

void traceback_forget(Engine *e)
{
    while (e->nlast_trace > 0) code_drop(e->last_trace[--e->nlast_trace].code);
}

static void remember_trace(Engine *e)
{
    KeptPlace p;
    bool main_shown = false;
    traceback_forget(e);
    for (int i = e->depth; e->nlast_trace < TRACE_KEPT && next_place(e, &i, &main_shown, &p);) {
        code_ref(p.code);
        e->last_trace[e->nlast_trace++] = p;
    }
}

void traceback_last(const Engine *e, Buf *b)
{
    for (int i = 0; i < e->nlast_trace; i++) {
        put_trace_line(b, i ? NULL : "Execution halted at", false, &e->last_trace[i]);
        buf_putc(b, '\n');
    }
}

void traceback_print(Vm *vm, const char *first) { trace(vm, first, false, false); }
void traceback_top(Vm *vm, const char *first) { trace(vm, first, true, false); }

static void traceback_origin(Vm *vm) { trace(vm, "Error occurred at", false, true); }

// --- !ERROR_STATE -----------------------------------------------------------------------------------------------------

static void set_text(char **slot, const char *text)
{
    mem_free(*slot);
    *slot = mem_strdup(text);
}

// The engine's errors may end in lines of advice, each after "\n  ": printed, but no part of !ERROR_STATE.MSG.
static const char *advice_of(const Thrown *t) { return t->code == E_USER_ERR || t->name ? NULL : strstr(t->text, "\n  "); }

static void record_error(Vm *vm)
{
    Engine *e = vm->engine;
    const Thrown *t = &e->thrown;
    ErrorState *s = &e->error;
    char *msg = mem_must(strlen(t->text) + (t->routine ? strlen(t->routine) : 0) + 3);
    if (t->routine && !t->no_name) strcat(strcat(msg, t->routine), ": ");
    strcat(msg, t->text);
    if (advice_of(t)) *strstr(msg, "\n  ") = '\0';
    mem_free(s->msg);
    s->msg = msg;
    s->code = t->code;
    s->sys = sys_error_number(t->sys);
    set_text(&s->name, t->name ? t->name : error_row(t->code)->name);
    set_text(&s->block, t->block ? t->block : CORE_BLOCK);
    set_text(&s->sys_msg, t->sys ? sys_error_text(t->sys) : "");
    remember_trace(e);
}

static void print_error(Vm *vm)
{
    const Thrown *t = &vm->engine->thrown;
    const ErrorState *s = &vm->engine->error;
    if (t->no_print) return;
    vm_error_line(vm, "%s%s", t->no_prefix ? "" : s->msg_prefix, s->msg);
    if (t->sys) vm_error_line(vm, "  %s", s->sys_msg);
    if (advice_of(t)) vm_error_line(vm, "%s", advice_of(t) + 1);
    Buf advice = BUF_INIT(1 << 10);
    bool is_own = t->code != E_USER_ERR && !t->name && !advice_of(t);
    bool found = advice_put(vm, &t->unknown, &advice) || (is_own && advice_put_for_text(t->text, &advice));
    if (found && buf_ok(&advice)) vm_error_line(vm, "%s", advice.p);
    buf_free(&advice);
}

void call_note_error_take(Call *c, Status s)
{
    Engine *e = c->vm->engine;
    Thrown outer = e->thrown;
    e->thrown = (Thrown){.code = s.code, .sys = s.sys, .text = s.text ? s.text : mem_strdup(error_row(s.code)->text),
                         .routine = c->routine->name};
    record_error(c->vm);
    mem_free(e->thrown.text);
    e->thrown = outer;
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
        if (f->kind != FRAME_ROUTINE) continue;
        if (!(f->code->options & OPT_HIDDEN) || !library_text(vm, f->code->name, f->code->is_function)) return true;
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
    int held = e->ncalls ? e->calls[e->ncalls - 1].depth : 0;  // EXECUTE is at work there, and goes on with its result
    if (to < held) to = held;
    return to < 0 || to > e->depth ? e->depth : to;
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
    record_error(vm);
    return to_io_label(vm) || to_catch(vm);
}

bool unwind(Vm *vm)
{
    Engine *e = vm->engine;
    release_calls(vm);
    if (e->thrown.reason == STOP_EXIT || e->thrown.reason == STOP_RETALL) return false;
    if (e->thrown.reason == STOP_ERROR) {
        record_error(vm);
        if (to_io_label(vm) || to_catch(vm)) return true;
    }
    frame_drop_temps(vm, frame_top(e));
    if (e->thrown.reason == STOP_ERROR) {
        print_error(vm);
        int to = halting_frame(vm);
        source_shown(vm, &e->frame[to]);
        if (leaves_program(vm, to)) traceback_origin(vm);
        pop_to(vm, to);
        remember_trace(e);
        traceback_print(vm, "Execution halted at");
    } else {
        if (e->thrown.reason == STOP_INTERRUPT) record_error(vm);
        const char *what = e->thrown.reason == STOP_STOP ? "Stop encountered" : "Interrupted at";
        traceback_print(vm, e->thrown.reason == STOP_BREAK ? e->debugger->why : what);
        source_shown(vm, frame_top(e));
    }
    frame_top(e)->stopped = true;
    bool here = e->thrown.at_back_edge || e->thrown.reason == STOP_BREAK;
    frame_top(e)->resume = e->thrown.reason == STOP_STOP ? RESUME_AFTER : here ? RESUME_HERE : RESUME_AGAIN;
    return false;
}
