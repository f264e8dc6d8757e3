// Running program text: typed or batched statements against the innermost stopped frame, and whole programs.
#ifndef HELIO_VM_STATEMENT_H
#define HELIO_VM_STATEMENT_H

#include "lang/code.h"
#include "vm/engine.h"
#include "vm/vm.h"

#include <stddef.h>

typedef enum RunResult {
    RAN_OK,
    RAN_MORE,     // the text ends inside a block or a continued line: call again with more
    RAN_FAILED,   // a syntax error, or an error that stopped; reported
    RAN_STOPPED,  // STOP
    RAN_INTERRUPTED,  // Ctrl-C
    RAN_BROKEN,   // a breakpoint, or the end of a step
    RAN_EXIT,     // EXIT: vm_exit_status has the status
} RunResult;

// Runs the statements of one line (or block) of text. path and line say where a batch stands; path NULL: typed.
RunResult vm_run_text(Vm *vm, const char *text, size_t len, const char *path, int line);
// Compiles a whole file's text (routines, main program), without a word, and runs its main program. *has_main false: there is
// none, and nothing has run.
RunResult vm_run_program(Vm *vm, const char *text, size_t len, const char *path, bool *has_main);
// After compiling at the prompt: if a routine that is stopped has been replaced, its level is left, which is told.
void vm_leave_replaced(Vm *vm);
// A main program just compiled; code consumed.
RunResult vm_run_main(Vm *vm, Code *code);
// The statements of one line, compiled to run in turns where typed ones run. NULL: they do not compile (reported), or are no
// statements.
Code *vm_compile_turns(Vm *vm, const char *text, size_t len);
RunResult vm_run_turns(Vm *vm, Code *code, int turns);  // borrowed
// EXECUTE: runs statements in the frame of the builtin's caller. False when they do not compile or fail; the failure has
// been reported (unless quiet). EXIT and RETALL inside go on outward. An expression alone is shown if implied, else it is a
// syntax error.
typedef struct ExecuteHow {
    bool quiet, implied;
} ExecuteHow;
bool vm_execute(Vm *vm, const char *text, size_t len, ExecuteHow how);
// The same from within a wait, through which nothing may be thrown: what goes on outward is returned, STOP_NONE: nothing. The
// caller throws STOP_EXIT and STOP_RETALL later (vm_throw_reason); after STOP_INTERRUPT Ctrl-C is up again. STOP_ERROR: the text
// has failed, which has been reported.
StopReason vm_execute_apart(Vm *vm, const char *text, size_t len);
// .CONTINUE: goes on after STOP; after an error the statement that failed runs again. RAN_FAILED when nothing is stopped.
RunResult vm_continue(Vm *vm);
// .STEP and its kin (StepMode of vm/frame/debug.h): goes on for n statements. RAN_FAILED when nothing is stopped.
RunResult vm_step(Vm *vm, int mode, int n);
// The truth of an expression in the innermost frame, for a breakpoint's condition. False when it does not compile or
// fails (reported).
bool vm_test(Vm *vm, const char *expression, bool *truth);
// .SKIP: .CONTINUE will go on n statements further. False when nothing is stopped.
bool vm_skip(Vm *vm, int n);
// Back to $MAIN$, all routines left: RETALL.
void vm_return_to_main(Vm *vm);
bool vm_is_stopped(Vm *vm);
int vm_exit_status(Vm *vm);
// What COMMAND_LINE_ARGS returns; borrowed.
void vm_set_arguments(Vm *vm, const char *const *args, int n);  // copies; those before are forgotten
void vm_add_argument(Vm *vm, const char *text);
// How many statements have failed so far, syntax errors included.
int vm_failures(Vm *vm);

#endif
