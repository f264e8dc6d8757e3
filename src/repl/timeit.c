// .TIMEIT STATEMENT: compiled once, as the body of a loop, so that what is measured is the statement. Turns enough for a
// fifth of a second are found first; then five rounds of as many. Start reading at timeit.
#include "repl/timeit.h"

#include "base/buf.h"
#include "repl/executive.h"
#include "sys/clock.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"

#include <string.h>

enum { ROUNDS = 5, TURNS_MAX = 1000000000 };
#define ROUND_TIME 0.2
#define ONCE_TIME 1.0  // what takes this long runs once

typedef struct Timing {
    Vm *vm;
    Code *code;
    int turns, rounds;
    double best, sum;  // of a turn
} Timing;

static RunResult run_round(Timing *t, double *seconds)
{
    double begin = sys_now();
    RunResult r = vm_run_turns(t->vm, t->code, t->turns);
    *seconds = sys_now() - begin;
    return r;
}

// The turns that a round takes. The first run finds the variables' types and fills caches: it counts only when it is long.
static RunResult find_turns(Timing *t, double *seconds)
{
    for (t->turns = 1;;) {
        RunResult r = run_round(t, seconds);
        if (r != RAN_OK || *seconds >= ROUND_TIME || t->turns == TURNS_MAX) return r;
        double factor = *seconds > 0 ? 1.1 * ROUND_TIME / *seconds : 10;
        double next = t->turns * (factor < 2 ? 2 : factor > 10 ? 10 : factor);
        t->turns = next < TURNS_MAX ? (int)next : TURNS_MAX;
    }
}

// 79458313 becomes 79000000.
static int rounded(int turns)
{
    int unit = 1;
    while (turns / unit >= 100) unit *= 10;
    return turns / unit * unit;
}

static RunResult measure(Timing *t)
{
    double seconds;
    RunResult r = find_turns(t, &seconds);
    if (r != RAN_OK) return r;
    t->turns = rounded(t->turns);
    if (t->turns == 1 && seconds >= ONCE_TIME) {
        t->rounds = 1;
        t->best = t->sum = seconds;
        return RAN_OK;
    }
    for (t->rounds = 0; t->rounds < ROUNDS; t->rounds++) {
        r = run_round(t, &seconds);
        if (r != RAN_OK) return r;
        double turn = seconds / t->turns;
        if (!t->rounds || turn < t->best) t->best = turn;
        t->sum += turn;
    }
    return RAN_OK;
}

static void put_time(Buf *b, double seconds)
{
    static const char *const unit[] = {"s", "ms", "us", "ns"};
    int i = 0;
    for (; i < 3 && seconds < 1; i++) seconds *= 1000;
    if (seconds < 100) buf_printf(b, "%.3g %s", seconds, unit[i]);
    else buf_printf(b, "%.0f %s", seconds, unit[i]);
}

static void report(const Timing *t)
{
    Buf b = BUF_INIT(1 << 10);
    put_time(&b, t->best);
    if (t->rounds == 1) {
        buf_puts(&b, " (run once)\n");
    } else {
        buf_printf(&b, " a run (best of %d rounds of %d; mean ", t->rounds, t->turns);
        put_time(&b, t->sum / t->rounds);
        buf_puts(&b, ")\n");
    }
    executive_show(t->vm, &b);
    buf_free(&b);
}

// RETURN would leave the turns that are still to come.
static bool returns(const Code *c)
{
    for (int i = 0; i < c->nins; i++) {
        if (c->ins[i].op == OP_RETURN) return true;
    }
    return false;
}

static RunResult fail(Vm *vm, const char *text)
{
    vm_error_line(vm, "%% %s", text);
    vm->engine->failed_statements++;
    return RAN_FAILED;
}

RunResult timeit(Vm *vm, const char *statement)
{
    statement += strspn(statement, " \t");
    if (!*statement) return fail(vm, ".TIMEIT wants a statement: .TIMEIT a = fft(b)");
    Timing t = {.vm = vm, .code = vm_compile_turns(vm, statement, strlen(statement))};
    if (!t.code) return RAN_FAILED;
    RunResult r = returns(t.code) ? fail(vm, ".TIMEIT cannot run RETURN.") : measure(&t);
    if (r == RAN_OK) report(&t);
    code_drop(t.code);
    return r;
}
