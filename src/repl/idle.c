// Timers while the session waits for its next line. Start at idle_run.
#include "repl/idle.h"

#include "io/lun.h"
#include "lib/control/timer.h"
#include "sys/await.h"

#include <stdio.h>
#include <unistd.h>

bool idle_run(Vm *vm)
{
    Unit *out = &vm->units->unit[LUN_STDOUT + 2];
    bool stays = timers_run_at_prompt(vm);
    Status s = units_flush(vm->units);
    status_drop(&s);  // the unit that failed says so when it is used
    if (out->column) puts("");
    fflush(stdout);
    out->column = 0;
    return stays;
}

bool idle_until_input(Vm *vm)
{
    double most;
    while ((most = timers_next(vm, -1)) >= 0) {
        if (sys_wait_fd(STDIN_FILENO, POLLIN, most) != 0) return true;
        if (!idle_run(vm)) return false;
    }
    return true;
}
