// The child of a bridge: its start, messages, and its end, whichever side that comes from. Start at bridge_start.
#include "lib/bridge/bridge.h"

#include "base/mem.h"
#include "base/vec.h"
#include "core/heap.h"
#include "lib/control/timer.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/process.h"
#include "sys/safe.h"
#include "sys/watch.h"
#include "vm/call/call.h"
#include "vm/fault/throw.h"

#include <stdio.h>
#include <string.h>

enum { BRIDGES_MAX = 1000, TEXT_MAX_SHOWN = 4000 };
#define ANSWER_TIME 5.0  // seconds for the rest of a message that has begun
#define LEAVE_TIME 1.0   // for a child that is told to go, by the end of its input

struct Bridges {
    VEC(Bridge *) list;
    int32_t last;
    Watch *watch;  // of their descriptors, for one pump
};

static int place_of(const struct Bridges *all, int32_t number)
{
    for (int i = 0; i < all->list.len; i++) {
        if (all->list.p[i]->number == number) return i;
    }
    return -1;
}

Bridge *bridge_numbered(Vm *vm, int32_t number)
{
    int i = vm->bridges ? place_of(vm->bridges, number) : -1;
    return i < 0 ? NULL : vm->bridges->list.p[i];
}

// --- The end of a child -------------------------------------------------------------------------------------------------

static void hang_up(Bridge *b)
{
    if (b->end.fd < 0) return;
    if (b->vm) watch_remove(b->vm->bridges->watch, b->end.fd);
    sys_close(b->end.fd);
    b->end.fd = -1;
}

// Its input has ended: it goes by itself, or is made to; one that is not to be trusted is made to at once. Its exit status.
static int see_off(Bridge *b, bool is_trusted)
{
    int status = 0;
    hang_up(b);
    if (b->pid > 0 && !is_trusted) status = sys_process_kill(b->pid);
    else if (b->pid > 0 && !sys_process_wait(b->pid, LEAVE_TIME, &status)) status = sys_process_end(b->pid);
    b->pid = 0;
    return status;
}

static void set_text(char **slot, const char *text)
{
    mem_free(*slot);
    *slot = text ? mem_strdup(text) : NULL;
}

// What was executed has ended.
static void end_execution(Bridge *b, int state, const char *error)
{
    if (b->state != BRIDGE_IS_EXECUTING) return;
    b->state = state;
    set_text(&b->error, error);
    if (b->is_waited_for) return;
    b->is_reported = true;
    timers_expect(b->vm, -1);
    timers_post(b->vm, "helio_bridge_ended", b->number);
}

bool bridge_is_broken_by(Status s) { return s.code == E_READ || s.code == E_WRITE || s.code == E_EOF; }

void bridge_break_take(Bridge *b, Status why)
{
    bool has_left = why.code == E_EOF || why.code == E_WRITE;
    char text[200];
    int status = see_off(b, has_left);
    if (!has_left) snprintf(text, sizeof text, "The child process was ended: %s", why.text ? why.text : "it does not answer.");
    else if (status > 128) snprintf(text, sizeof text, "The child process has ended (by signal %d).", status - 128);
    else snprintf(text, sizeof text, "The child process has ended (exit status %d).", status);
    set_text(&b->gone, text);
    status_drop(&why);
    end_execution(b, BRIDGE_HAS_FAILED, b->gone);
}

static void free_bridge(Native *n)
{
    Bridge *b = (Bridge *)n;
    if (b->state == BRIDGE_IS_EXECUTING && b->pid > 0) sys_process_interrupt(b->pid);
    see_off(b, true);
    if (b->vm) {
        int i = place_of(b->vm->bridges, b->number);
        if (b->state == BRIDGE_IS_EXECUTING && !b->is_waited_for) timers_expect(b->vm, -1);
        b->vm->bridges->list.p[i] = b->vm->bridges->list.p[--b->vm->bridges->list.len];
    }
    val_drop(&b->callback);
    val_drop(&b->output);
    val_drop(&b->userdata);
    mem_free(b->error);
    mem_free(b->gone);
    mem_free(b);
}

static void each_value(Native *n, NativeVisit visit, void *arg) { visit(arg, &((Bridge *)n)->userdata); }

static const NativeKind bridge_kind = {free_bridge, each_value};

// --- What comes by itself -----------------------------------------------------------------------------------------------

static void take_answer(Bridge *b, const BridgeMessage *m)
{
    bool is_end = m->kind == BRIDGE_DONE || m->kind == BRIDGE_FAILED || m->kind == BRIDGE_ABORTED;
    if (!is_end || b->state != BRIDGE_IS_EXECUTING) {
        bridge_break_take(b, status_fail(E_READ, "it has sent what was not asked for."));
        return;
    }
    if (m->kind == BRIDGE_ABORTED) b->must_calm = false;
    int state = m->kind == BRIDGE_DONE     ? BRIDGE_HAS_COMPLETED
                : m->kind == BRIDGE_FAILED ? BRIDGE_HAS_FAILED
                                           : BRIDGE_IS_ABORTED;
    end_execution(b, state, m->kind == BRIDGE_DONE ? NULL : m->body.p);
}

// A message that has begun is read to its end; Ctrl-C stays up meanwhile.
static void take_message(Bridge *b)
{
    BridgeMessage m;
    b->end.is_steady = true;
    Status s = bridge_receive(&b->end, ANSWER_TIME, &m);
    b->end.is_steady = false;
    if (status_ok(s)) {
        take_answer(b, &m);
        bridge_message_free(&m);
    } else {
        bridge_break_take(b, s);
    }
    if (b->end.was_interrupted) sys_interrupt();
    b->end.was_interrupted = false;
}

void bridge_look(Bridge *b)
{
    if (b->end.fd < 0 || b->is_looked_at) return;
    b->is_looked_at = true;
    if (sys_wait_fd(b->end.fd, POLLIN, 0) == 1) take_message(b);
    b->is_looked_at = false;
}

// A pump: see sys_wait.
static void look_at_ready(void *arg)
{
    struct Bridges *all = arg;
    int n = watch_ready(all->watch);
    for (int i = 0; i < n; i++) {
        int at = place_of(all, (int32_t)watch_tag(all->watch, i));
        if (at >= 0 && !all->list.p[at]->is_waited_for) bridge_look(all->list.p[at]);
    }
}

bool bridge_wait(Bridge *b, double seconds)
{
    double end = sys_deadline(seconds);
    while (b->state == BRIDGE_IS_EXECUTING) {
        int ready = sys_wait_fd(b->end.fd, POLLIN, sys_remaining(end));
        if (ready <= 0 && b->state == BRIDGE_IS_EXECUTING) return false;
        bridge_look(b);
    }
    return true;
}

void bridge_interrupt(Bridge *b)
{
    b->must_calm = true;
    sys_process_interrupt(b->pid);
}

// --- Messages -----------------------------------------------------------------------------------------------------------

_Noreturn void bridge_throw(Call *c, int code, const char *format, ...)
{
    char text[TEXT_MAX_SHOWN];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    vm_throw(c->vm, code, "IDL_IDLBRIDGE Error: %s", text);
}

// What happened in the middle of an exchange, Ctrl-C too, leaves no way to go on with it.
static _Noreturn void give_up(Call *c, Bridge *b, Status s)
{
    if (s.code == E_INTERRUPT) {
        status_drop(&s);
        bridge_break_take(b, status_fail(E_READ, "its answer was not waited for."));
        call_poll(c);
    } else if (bridge_is_broken_by(s)) {
        bridge_break_take(b, s);
    } else {
        throw_status(c, s);
    }
    bridge_throw(c, E_VALUE, "%s", b->gone);
}

void bridge_tell(Call *c, Bridge *b, BridgeKind kind, const void *a, size_t na, const void *p, size_t n)
{
    b->is_looked_at = true;  // the pump leaves it
    Status s = bridge_send(&b->end, kind, a, na, p, n);
    b->is_looked_at = false;
    if (!status_ok(s)) give_up(c, b, s);
}

static void release_message(void *m) { bridge_message_free(m); }

void bridge_hear(Call *c, Bridge *b, BridgeMessage *m)
{
    b->is_looked_at = true;
    Status s = bridge_receive(&b->end, -1, m);
    b->is_looked_at = false;
    if (!status_ok(s)) give_up(c, b, s);
    call_defer(c, release_message, m);
}

void bridge_get_ready(Call *c, Bridge *b)
{
    bridge_look(b);
    if (b->gone) bridge_throw(c, E_VALUE, "%s", b->gone);
    if (b->state == BRIDGE_IS_EXECUTING) {
        bridge_throw(c, E_VALUE, "The object's associated IDL process is currently busy.");
    }
    if (!b->must_calm) return;
    bridge_tell(c, b, BRIDGE_CALM, NULL, 0, NULL, 0);
    b->must_calm = false;
}

// --- The start ----------------------------------------------------------------------------------------------------------

static void close_bridges(Vm *vm)
{
    struct Bridges *all = vm->bridges;
    for (int i = 0; i < all->list.len; i++) {
        Bridge *b = all->list.p[i];
        if (b->state == BRIDGE_IS_EXECUTING && b->pid > 0) sys_process_interrupt(b->pid);
        hang_up(b);
    }
    for (int i = 0; i < all->list.len; i++) {
        see_off(all->list.p[i], true);
        all->list.p[i]->vm = NULL;
    }
    sys_pump_remove(look_at_ready, all);
    watch_free(all->watch);
    VEC_FREE(&all->list);
    mem_free(all);
    vm->bridges = NULL;
}

static struct Bridges *bridges_of(Call *c)
{
    if (c->vm->bridges) return c->vm->bridges;
    Watch *w = watch_new();
    if (!w) bridge_throw(c, E_VALUE, "Child processes cannot be watched: too many open files.");
    struct Bridges *all = mem_must(sizeof *all);
    all->watch = w;
    if (!sys_pump_add(watch_fd(w), 0, look_at_ready, all)) {
        watch_free(w);
        mem_free(all);
        bridge_throw(c, E_VALUE, "Child processes cannot be watched.");
    }
    vm_on_free(c->vm, close_bridges);
    return c->vm->bridges = all;
}

static Bridge *new_bridge(Call *c)
{
    struct Bridges *all = bridges_of(c);
    if (c->self->h->native) bridge_throw(c, E_VALUE, "The object has been initialised already.");
    if (all->list.len >= BRIDGES_MAX) bridge_throw(c, E_VALUE, "Too many child processes: %d.", all->list.len);
    Bridge *b = mem_zalloc(sizeof *b);
    if (!b) throw_no_memory(c);
    b->native.kind = &bridge_kind;
    b->vm = c->vm;
    b->end.fd = -1;
    b->callback = b->output = b->userdata = VAL_UNDEF;
    b->object = c->self->h;
    b->number = ++all->last;
    VEC_PUSH(&all->list, b);
    c->self->h->native = &b->native;
    return b;
}

Bridge *bridge_start(Call *c, int out)
{
    char *argv[] = {"helio", "--bridge", NULL};
    BridgeMessage *m = call_alloc(c, sizeof *m);
    Bridge *b = new_bridge(c);
    int failed = sys_spawn_self(argv, out, &b->end.fd, &b->pid);
    if (failed) {
        b->end.fd = -1;
        b->pid = 0;
        set_text(&b->gone, "The child process could not be started.");
        bridge_throw(c, E_VALUE, "The child process cannot be started: %s.", sys_error_text(-failed));
    }
    watch_add(c->vm->bridges->watch, b->end.fd, (uint64_t)b->number);
    bridge_hear(c, b, m);
    if (m->kind == BRIDGE_READY) return b;
    bridge_break_take(b, status_fail(E_READ, "it could not begin."));
    bridge_throw(c, E_VALUE, "%s", b->gone);
}

Bridge *bridge_of(Call *c)
{
    Native *n = c->self->h->native;
    if (c->self->h->freed) bridge_throw(c, E_HEAP, "The object has been destroyed by its own callback.");
    if (!n || n->kind != &bridge_kind) bridge_throw(c, E_VALUE, "The object has no child process: its Init was not called.");
    return (Bridge *)n;
}
