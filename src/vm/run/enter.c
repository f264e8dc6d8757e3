// The one place where a thrown error lands. Start reading at vm_enter.
#include "vm/run/enter.h"

#include "vm/dispatch/unwind.h"
#include "vm/engine.h"
#include "vm/run/run.h"

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
    if (setjmp(here) == 0 || unwind(vm)) {
        e->thrown.reason = STOP_NONE;
        run(vm);
    }
    e->jump = outer_jump;
    e->floor = outer_floor;
    e->call_floor = outer_calls;
    return outcome(e);
}
