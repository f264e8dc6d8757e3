// TIMER: callbacks after a time, once or again and again, while the session waits. Where that is, and why not between any two
// statements as in IDL, is in doc/divergences.md. Start at timers_run.
#include "lib/control/timer.h"

#include "core/errors.h"
#include "sys/await.h"
#include "core/heap.h"
#include "sys/clock.h"
#include "sys/interrupt.h"
#include "vm/engine.h"
#include "vm/dispatch/invoke.h"
#include "vm/fault/throw.h"
#include "vm/session/statement.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TIMERS_MAX = 10000, RUNS_AT_ONCE = 1000, RUN_TEXT = 80 };
#define LOOK_AGAIN 0.05  // seconds, while something is expected
#define LATE 0.2         // seconds that a callback waits for the session to wait

typedef struct Timer {
    int32_t id;
    double due, period;  // seconds; period 0: once
    Val callback;        // a procedure's name, or an object with handleTimerEvent
    Val data;            // given to it; undefined: nothing was given
    const char *runner;  // of what timers_post has posted, with its number; NULL: a timer
    int32_t number;
} Timer;

struct Timers {
    VEC(Timer) list;
    int32_t last_id;
    int expected;     // timers_expect
    int blocked;      // Timer.Block
    bool is_running;  // a callback
    // a statement that waits in io/
    bool serves;
    SysIdle idle;
    const SysIdle *before;
    Unit *unit;       // at which it waits; NULL: none, or TIMERS_WRITE or TIMERS_READ, as it does
    int busy;
    StopReason leaves;  // a callback has asked for it
    VEC(const HeapVar *) held;  // given by reference to the call that waits
};

static void run_late(Vm *vm);

static void drop(struct Timers *t, int i)
{
    Timer gone = t->list.p[i];
    memmove(&t->list.p[i], &t->list.p[i + 1], (size_t)(t->list.len - i - 1) * sizeof gone);
    t->list.len--;
    val_drop(&gone.callback);
    val_drop(&gone.data);
}

static void close_timers(Vm *vm)
{
    struct Timers *t = vm->timers;
    while (t && t->list.len) drop(t, t->list.len - 1);
    if (t) VEC_FREE(&t->list);
    if (t) VEC_FREE(&t->held);
    mem_free(t);
    vm->timers = NULL;
    vm->engine->late = NULL;
}

static struct Timers *timers_of(Vm *vm)
{
    if (!vm->timers) {
        vm->timers = mem_must(sizeof *vm->timers);
        vm_on_free(vm, close_timers);
        vm->engine->late = run_late;
    }
    return vm->timers;
}

static int find(const struct Timers *t, int64_t id)
{
    for (int i = 0; i < t->list.len; i++) {
        if (t->list.p[i].id == id) return i;
    }
    return -1;
}

static void end_timer(struct Timers *t, int64_t id)
{
    int i = find(t, id);
    if (i >= 0) drop(t, i);
}

// --- Where the session waits ---------------------------------------------------------------------------------------------

static bool may_run(const struct Timers *t)
{
    return t && (t->list.len || t->expected) && !t->is_running && !t->blocked;
}

// The one that is due first; -1: none is.
static int first_due(const struct Timers *t, double now)
{
    int first = -1;
    for (int i = 0; i < t->list.len; i++) {
        if (t->list.p[i].due <= now && (first < 0 || t->list.p[i].due < t->list.p[first].due)) first = i;
    }
    return first;
}

double timers_next(Vm *vm, double most)
{
    double now = sys_now(), next = most < 0 ? INFINITY : most;
    if (!may_run(vm->timers)) return most;
    if (vm->timers->expected) next = fmin(next, LOOK_AGAIN);
    for (int i = 0; i < vm->timers->list.len; i++) next = fmin(next, fmax(0, vm->timers->list.p[i].due - now));
    return isinf(next) ? -1 : next;
}

// The call of one that is due and may run now, in `text`: its number; 0: there is none.
static int32_t take_due(struct Timers *t, double now, char text[RUN_TEXT])
{
    int i = may_run(t) && !sys_interrupted() ? first_due(t, now) : -1;
    if (i < 0) return 0;
    Timer *timer = &t->list.p[i];
    int32_t id = timer->id;
    if (timer->period > 0) timer->due = fmax(timer->due + timer->period, now);
    snprintf(text, RUN_TEXT, "%s, %d", timer->runner ? timer->runner : "helio_run_timer", timer->runner ? timer->number : id);
    if (timer->runner) drop(t, i);
    return id;
}

void timers_expect(Vm *vm, int change) { timers_of(vm)->expected += change; }

void timers_post(Vm *vm, const char *runner, int32_t number)
{
    struct Timers *t = timers_of(vm);
    VEC_PUSH(&t->list, ((Timer){.id = ++t->last_id, .due = sys_now(), .runner = runner, .number = number}));
}

// --- What the call that waits was given by reference -------------------------------------------------------------------------

// Heap variables stay, even should a callback free them: the call is going to write there.
static void hold(Call *c, const Val *given)
{
    for (const HeapVar *h = NULL; (h = heap_next(c->vm->heap, h)) != NULL;) {
        if (&h->v != given) continue;
        call_keep_take(c, val_ptr((HeapVar *)h));
        VEC_PUSH(&c->vm->timers->held, h);
    }
}

static void hold_arguments(Call *c)
{
    c->vm->timers->held.len = 0;
    for (int i = 0; i < c->argc; i++) {
        if (c->args[i].type == T_REF) hold(c, c->args[i].ref);
    }
    for (int i = 0; routine_keyword(c->routine, i); i++) {
        if (call_kw_is_var(c, i)) hold(c, c->kw[i]);
    }
}

static void check_arguments(Call *c)
{
    const struct Timers *t = c->vm->timers;
    for (int i = 0; i < t->held.len; i++) {
        if (t->held.p[i]->freed) throw_msg(c, E_HEAP, "A timer's callback has freed a heap variable that is to be written.");
    }
}

bool timers_run(Call *c)
{
    double now = sys_now();
    char text[RUN_TEXT];
    int32_t id;
    int count = 0;
    while (count < RUNS_AT_ONCE && (id = take_due(c->vm->timers, now, text)) != 0) {
        if (!count++) hold_arguments(c);
        if (!vm_execute(c->vm, text, strlen(text), (ExecuteHow){0})) end_timer(c->vm->timers, id);
    }
    if (count) check_arguments(c);
    return count > 0;
}

bool timers_run_at_prompt(Vm *vm)
{
    double now = sys_now();
    char call[RUN_TEXT], text[2 * RUN_TEXT];
    int32_t id;
    for (int count = 0; count < RUNS_AT_ONCE && (id = take_due(vm->timers, now, call)) != 0; count++) {
        snprintf(text, sizeof text, "if ~execute('%s') then helio_end_timer, %d", call, id);
        if (vm_run_text(vm, text, strlen(text), NULL, 0) == RAN_EXIT) return false;
    }
    return true;
}

// From a loop that computes or looks at the clock, between two of its turns: a program may wait so for what a callback does.
static void run_late(Vm *vm)
{
    struct Timers *t = vm->timers;
    char text[RUN_TEXT];
    int32_t id;
    if (!may_run(t)) return;
    double now = sys_now();
    while (may_run(t) && first_due(t, now - LATE) >= 0 && (id = take_due(t, now, text)) != 0) {
        if (!vm_execute(vm, text, strlen(text), (ExecuteHow){0})) end_timer(t, id);
    }
}

// --- While a statement waits in io/ ----------------------------------------------------------------------------------------

static double next_in_wait(void *arg, double most) { return timers_next(arg, most); }

// Nothing may be thrown from here: it is somewhere in sys_wait.
static void run_in_wait(void *arg)
{
    Vm *vm = arg;
    struct Timers *t = vm->timers;
    double now = sys_now();
    char text[RUN_TEXT];
    int32_t id;
    if (t->unit) t->unit->busy = t->busy;
    for (int count = 0; count < RUNS_AT_ONCE && (id = take_due(t, now, text)) != 0; count++) {
        StopReason why = vm_execute_apart(vm, text, strlen(text));
        if (why == STOP_ERROR) end_timer(t, id);
        if (why != STOP_EXIT && why != STOP_RETALL) continue;
        t->leaves = why;
        sys_interrupt();  // ends the wait
    }
    if (t->unit) t->unit->busy = 0;
}

static void stop_serving(void *arg)
{
    struct Timers *t = arg;
    if (!t->serves) return;
    sys_idle_set(t->before);
    t->serves = false;
    if (t->unit) t->unit->is_served = false;
    t->unit = NULL;
}

static bool never_waits(const Unit *u) { return u->stream->flags & (SF_REGULAR | SF_GZIP) || !u->stream->ops->fd; }

bool timers_serve(Call *c, Unit *u, int how)
{
    struct Timers *t = c->vm->timers;
    if (!may_run(t) || t->serves || (u && never_waits(u))) return false;
    hold_arguments(c);
    call_defer(c, stop_serving, t);
    t->idle = (SysIdle){next_in_wait, run_in_wait, c->vm};
    t->before = sys_idle_set(&t->idle);
    t->serves = true;
    t->unit = u;
    if (u) u->is_served = true;
    t->busy = how;
    return true;
}

void timers_serve_end(Call *c)
{
    struct Timers *t = c->vm->timers;
    StopReason why = t->leaves;
    stop_serving(t);
    if (why != STOP_NONE) {
        t->leaves = STOP_NONE;
        sys_clear_interrupt();
        vm_throw_reason(c->vm, why);
    }
    check_arguments(c);
}

// --- The routines --------------------------------------------------------------------------------------------------------

static void callback_is_over(void *arg) { ((struct Timers *)arg)->is_running = false; }

void timers_callback_begins(Call *c)
{
    timers_of(c->vm)->is_running = true;
    call_defer(c, callback_is_over, c->vm->timers);
}

// HELIO_RUN_TIMER, Id: calls the callback of a timer; one that is not repeated is forgotten before. Used by the engine itself.
static void pro_run(Call *c)
{
    struct Timers *t = timers_of(c->vm);
    int i = find(t, call_int(c, 0));
    if (i < 0) return;
    Timer *timer = &t->list.p[i];
    bool is_object = timer->callback.type == T_OBJ;
    const Val *callback = call_keep_take(c, val_copy(&timer->callback));
    Val args[3], *a = args;
    int n = timer->data.type == T_UNDEF ? 1 : 2;
    if (is_object) *a++ = val_copy(callback);
    *a++ = val_long(timer->id);
    if (n == 2) *a++ = val_copy(&timer->data);
    if (!timer->period) drop(t, i);
    const char *name = is_object ? "HANDLETIMEREVENT" : str_text(callback->s);
    CallSite *s = invoke_site(c->vm, NULL, name, is_object, false, n, 0, NULL);
    timers_callback_begins(c);
    Val none = invoke_take(c->vm, s, (int)(a - args), args);
    val_drop(&none);
}

#define SET_KEYWORDS(K, R) K(R, REPEAT, FLAG)
KEYWORDS(SET)

static Val callback_of(Call *c, const Val *v)
{
    if (v->type == T_OBJ && !val_is_array(v)) return val_copy(v);
    if (v->type != T_STRING || val_is_array(v)) {
        throw_msg(c, E_TYPE, "A timer calls a procedure, given by its name, or an object: %s.", call_arg_name(c, 1));
    }
    AUTO_FREE char *upper = mem_strdup(str_text(v->s));
    for (char *p = upper; *p; p++) *p = (char)toupper((unsigned char)*p);
    return val_string(upper);
}

// Timer::Set(Time, Callback [, UserData] [, /REPEAT]): after Time seconds the procedure Callback (or the method handleTimerEvent
// of the object Callback) is called with the timer's number and UserData, once, or with REPEAT every Time seconds. The number
// (LONG) is the result. Callbacks run while the session waits, one at a time: at the prompt, in WAIT, SPAWN, FILE_POLL_INPUT,
// SOCKET, and where READ, READF, READU, EOF, PRINTF, WRITEU wait at a socket, a pipe or a terminal; that unit is busy meanwhile.
// A loop that is not machine code runs those that are 0.2 s late before its next turn. An error in one is printed and ends its
// timer. Manual: TIMER; REPEAT as public programs give it.
static void fn_set(Call *c)
{
    struct Timers *t = timers_of(c->vm);
    double seconds = call_double(c, 0);
    bool is_time = !isnan(seconds) && seconds >= 0 && seconds <= 1e9;
    if (!is_time) throw_msg(c, E_VALUE, "Time of a timer out of range: %s.", call_arg_name(c, 0));
    if (t->list.len >= TIMERS_MAX) throw_msg(c, E_VALUE, "Too many timers: %d are set.", t->list.len);
    Timer timer = {.callback = callback_of(c, call_arg(c, 1)), .due = sys_now() + seconds};
    if (call_kw_set(c, KW_SET_REPEAT)) timer.period = fmax(seconds, 1e-3);
    if (c->argc > 2) timer.data = val_copy(call_arg(c, 2));
    timer.id = ++t->last_id;
    VEC_PUSH(&t->list, timer);
    call_return_take(c, val_long(timer.id));
}

static int32_t cancel(Call *c)
{
    struct Timers *t = timers_of(c->vm);
    int32_t count = 0;
    const Val *v = call_convert(c, call_arg(c, 0), T_LONG64);
    for (int64_t k = 0; k < val_count(v); k++) {
        int i = find(t, val_is_array(v) ? ((const int64_t *)v->a->data)[k] : v->ll);
        if (i >= 0) drop(t, i);
        count += i >= 0;
    }
    return count;
}

// Timer::Cancel, Id: the timer, or an array of them, will not fire any more. Numbers of no timer do no harm; as a function it
// returns how many there were. Manual: TIMER.
static void pro_cancel(Call *c) { cancel(c); }
static void fn_cancel(Call *c) { call_return_take(c, val_long(cancel(c))); }

// Timer::Fire, Id: calls the callback now. Manual: TIMER.
static void pro_fire(Call *c)
{
    if (find(timers_of(c->vm), call_int(c, 0)) < 0) throw_msg(c, E_VALUE, "There is no timer %s.", call_arg_name(c, 0));
    pro_run(c);
}

// Timer::Block: no callback runs until Timer::Unblock has been called as often; what is due then runs. Manual: TIMER.
static void pro_block(Call *c) { timers_of(c->vm)->blocked++; }

// Timer::Unblock: see Timer::Block. Manual: TIMER.
static void pro_unblock(Call *c)
{
    struct Timers *t = timers_of(c->vm);
    if (t->blocked) t->blocked--;
}

static const Routine rows[] = {
    {"HELIO_END_TIMER", PROCEDURE, {1, 1}, pro_cancel, "Id"},
    {"HELIO_RUN_TIMER", PROCEDURE, {1, 1}, pro_run, "Id"},
    {"TIMER::BLOCK", PROCEDURE, {0, 0}, pro_block, "", .spelling = "Timer::Block"},
    {"TIMER::CANCEL", FUNCTION, {1, 1}, fn_cancel, "Id", .spelling = "Timer::Cancel"},
    {"TIMER::CANCEL", PROCEDURE, {1, 1}, pro_cancel, "Id", .spelling = "Timer::Cancel"},
    {"TIMER::FIRE", PROCEDURE, {1, 1}, pro_fire, "Id", .spelling = "Timer::Fire"},
    {"TIMER::SET", FUNCTION, {2, 3}, fn_set, "Time, Callback [, UserData]", KEYS(SET), .spelling = "Timer::Set"},
    {"TIMER::UNBLOCK", PROCEDURE, {0, 0}, pro_unblock, "", .spelling = "Timer::Unblock"},
};
ROUTINE_TABLE(lib_timer, rows)
