// The one place where a thrown error lands. Start reading at vm_enter.
#include "base/mem.h"
#include "vm/engine.h"

#include <string.h>

static Outcome outcome(const Engine *e)
{
    if (e->exiting) return RUN_EXIT;
    return e->thrown.reason == STOP_NONE ? RUN_DONE : RUN_STOPPED;
}

// Without locals that change after setjmp: the loop goes on with what the engine holds.
Outcome vm_enter(Vm *vm, int floor)
{
    Engine *e = vm->engine;
    jmp_buf here, *const outer_jump = e->jump;
    const int outer_floor = e->floor, outer_calls = e->call_floor;
    e->floor = floor;
    e->call_floor = e->ncalls;
    e->jump = &here;
    e->entered++;
    if (setjmp(here) == 0 || unwind(vm)) {
        e->thrown.reason = STOP_NONE;
        run(vm);
    }
    e->entered--;
    e->jump = outer_jump;
    e->floor = outer_floor;
    e->call_floor = outer_calls;
    return outcome(e);
}

void vm_reenter(Vm *vm)
{
    Engine *e = vm->engine;
    if (e->entered > REENTER_MAX) vm_throw(vm, E_DEPTH, "Built-in routines call back too deeply (limit 200).");
    int floor = e->depth;
    Outcome out = vm_enter(vm, floor);
    if (out == RUN_DONE) return;
    Thrown again = e->thrown;  // the outer builtin fails with it
    e->thrown.text = NULL;
    while (e->depth >= floor) frame_pop(vm);
    mem_free(e->thrown.text);
    e->thrown = again;
    longjmp(*e->jump, 1);
}
