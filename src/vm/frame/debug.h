// Breakpoints and stepping. Code under the debugger has OP_BREAK at the start of its statements, with the real
// operations beside it; code that is not pays nothing, and neither does the run loop. See vm/frame/debug.c.
#ifndef HELIO_VM_DEBUG_H
#define HELIO_VM_DEBUG_H

#include "vm/engine.h"

typedef struct Breakpoint {
    int index;         // as HELP, /BREAKPOINTS shows it
    char *path;        // of the source file, in full
    int line;          // as asked for
    int at_line;       // of the statement where it stops
    char *module;      // of the routine that the line is in; NULL: not compiled since
    char *condition;   // NULL: none
    int after, hits;   // stops at the hit number `after` and later
    bool once, enabled;
    bool waits;        // ON_RECOMPILE: in force when the file is compiled next
} Breakpoint;

typedef enum StepMode {
    STEP_NONE,
    STEP_INTO,     // .STEP: every statement counts
    STEP_OVER,     // .STEPOVER: those of this routine and its callers
    STEP_OUT,      // .OUT: up to the caller's next statement
    STEP_RETURN,   // .RETURN: up to this routine's RETURN
    STEP_TRACE,    // .TRACE: shows every statement
} StepMode;

typedef VEC(Breakpoint *) Breakpoints;

typedef struct Debugger {
    Breakpoints points;
    int next_index;
    StepMode mode;
    int steps;           // statements still to go
    int depth;           // of the frame where the stepping began
    VEC(Code *) stepped; // under the debugger for the stepping alone
    Code *open_code;     // the instruction that has its real operation while it runs; NULL: none
    uint32_t open_pc;
    bool covers_all;     // CODE_COVERAGE is called somewhere
    bool covers;         // statements of profiled code are noted when they first run
    bool times;          // each time that they run
    bool watches_math;   // !EXCEPT is 2: math errors are told after the statement that made them
    bool busy;           // a condition is being evaluated
    bool truth;          // and came out so
    char why[40];        // "Breakpoint at", "Stepped to": of the stop under way
} Debugger;

Debugger *debug_of(Vm *vm);  // made on first use
void debug_free(Engine *e);

// Sets a breakpoint in a compiled file (replacing one at the same line), or with `waits` in one that is compiled later.
// NULL: no routine of that file is compiled, or no statement is at or after the line. `file` is in full, or a routine's name.
Breakpoint *debug_set(Vm *vm, const char *file, int line, bool waits);
Breakpoint *debug_find(Vm *vm, const char *file, int line);
Breakpoint *debug_by_index(Vm *vm, int index);
void debug_clear(Vm *vm, Breakpoint *b);
void debug_enable(Vm *vm, Breakpoint *b, bool enabled);
// Code has been compiled: the breakpoints of its file move into it.
void debug_installed(Vm *vm, Code *code);

// OP_BREAK: lets the statement go on (its operation is real again), or throws STOP_BREAK.
void debug_meet(Vm *vm);
// A frame is about to run this code; called while e->gate is down.
void debug_enter(Vm *vm, Code *code);
// The statement where execution goes on must not stop at once.
void debug_pass(Vm *vm, const CallFrame *f);
void debug_step(Vm *vm, StepMode mode, int n);
void debug_step_end(Vm *vm);
void debug_set_except(Vm *vm, int n);  // !EXCEPT; 2: math errors are told after the statement that made them
// Notes which statements run: in code given to debug_cover_code, while on. With `times` each run of one (profile_statement).
void debug_cover(Vm *vm, bool on, bool times);
void debug_cover_code(Vm *vm, Code *code);
// CODE_COVERAGE: from here on in all code that there is and that comes (debug_installed).
void debug_cover_all(Vm *vm);
bool debug_covers_all(Vm *vm);
// Nothing of it has run.
void debug_cover_anew(Vm *vm, Code *code);

#endif
