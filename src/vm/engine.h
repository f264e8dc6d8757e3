// What the rooms of the engine share: the value stack, frames, routine tables, the error in flight. For vm/, lib/control and
// lib/save only.
#ifndef HELIO_VM_ENGINE_H
#define HELIO_VM_ENGINE_H

#include "base/buf.h"
#include "base/vec.h"
#include "lang/code.h"
#include "lang/source.h"
#include "vm/vm.h"

#include <setjmp.h>

enum { INVOKED = NO_REG - 1 };  // a frame's dst: called from C

enum {
    STACK_VALUES = 8 << 20,  // reserved, touched as used
    FRAMES_MAX = 12000,
    DEPTH_LIMIT = 10000,     // of calls
    CALLS_MAX = 256,         // builtins at work, nested
    TRACE_KEPT = 32,         // lines of the last error's traceback
};

typedef enum FrameKind { FRAME_MAIN, FRAME_ROUTINE, FRAME_STATEMENT } FrameKind;

// Where .CONTINUE goes on: after the instruction (STOP, a RETURN typed), at the start of its statement (errors), at it.
typedef enum Resume { RESUME_AFTER, RESUME_AGAIN, RESUME_HERE } Resume;

typedef struct CallFrame {
    Code *code;
    Val *base;
    uint32_t pc;        // of the instruction being executed (valid whenever something may fail)
    uint16_t dst;       // the caller's register for the result; NO_REG: none
    uint8_t kind;       // FrameKind
    bool stopped;       // an error or STOP left it here
    uint8_t resume;     // Resume, when stopped
    bool quiet_stop;    // typed text: not named in tracebacks
    int target;         // the frame whose variables this one uses (itself, for routines)
    int nargs;          // positional arguments given
    int on_error;       // -1: not set
    uint32_t catch_pc;  // NO_PLACE: none
    Val *catch_var;
    uint32_t io_pc;     // ON_IOERROR label, NO_PLACE: none
    struct Cells *cells;  // of $MAIN$, and where EXECUTE or the prompt has worked: scope/variables.h
    struct RefExtra *refs;     // of a routine with _REF_EXTRA; NULL: none were given
    CallSite *site;     // the call that made it, for ARG_PRESENT and names
} CallFrame;

typedef enum StopReason { STOP_NONE, STOP_ERROR, STOP_STOP, STOP_INTERRUPT, STOP_RETALL, STOP_EXIT, STOP_BREAK } StopReason;

typedef struct ErrorState {  // !ERROR_STATE
    int code, sys;
    char *name;    // IDL_M_...
    char *block;
    char *msg;     // with "NAME: "
    char *sys_msg;
    char *msg_prefix;
} ErrorState;

// A line of a traceback that is kept.
typedef struct KeptPlace {
    Code *code;  // counted
    uint32_t pc;
    bool has_line;
} KeptPlace;

// The last two: there is no such routine, but a variable of that name in the frame (see dispatch/callable.h). TARGET_OBJECT: the
// object in it answers by _overloadFunction. TARGET_ELEMENTS: it is subscripted.
typedef enum TargetKind { TARGET_NONE, TARGET_BUILTIN, TARGET_USER, TARGET_OBJECT, TARGET_ELEMENTS } TargetKind;

enum { UNKNOWN_NAME_MAX = 68 };  // bytes; a longer one has no advice

// A name that is not known, and among what a similar one may be found.
typedef struct UnknownName {
    enum { UNKNOWN_NOTHING, UNKNOWN_PROCEDURE, UNKNOWN_FUNCTION, UNKNOWN_VARIABLE, UNKNOWN_KEYWORD } kind;
    char name[UNKNOWN_NAME_MAX];
    char arguments[48];  // of a call, as they could be written: "1, 'abc'"; "" when they are long or none
    TargetKind target_kind;  // of the routine that has no such keyword
    const void *target;
} UnknownName;

typedef struct Thrown {
    StopReason reason;
    int code, sys;
    char *text;       // without prefix; owned
    bool is_io;
    bool no_name;     // interpreter errors have no "NAME: "
    bool no_prefix, no_print;
    bool at_back_edge;  // Ctrl-C between two turns of a loop
    const char *routine;  // builtin that failed, NULL: the interpreter
    UnknownName unknown;  // for the advice that is given when the error is shown
    const char *name, *block;  // of a message of a program's block; NULL: as the code says
} Thrown;

// A routine written in IDL.
typedef struct UserRoutine {
    Code *code;
    char *name;
    char *source;  // its lines, for SAVE, /ROUTINES; NULL: of the embedded library, or made by LAMBDA
    int first_line;  // of source in its file
    bool is_restored;  // out of a SAVE file: runs when it is called, not by itself
} UserRoutine;

typedef struct Engine {
    Val *stack, *top;   // top: first free value
    CallFrame *frame;       // frame[0] is $MAIN$
    int depth;          // index of the innermost frame
    int64_t hot_calls;  // of a function, before it may become machine code
    int gate;           // a frame at or beyond this depth is looked at: DEPTH_LIMIT, 0 while the debugger waits for frames
    struct Debugger *debugger;  // NULL: nothing was ever set
    struct Profiler *profiler;  // NULL: never asked for
    int floor;          // of the current vm_enter
    jmp_buf *jump;
    Call *calls;        // pool, used as a stack
    Val **kw_slots;     // KEYWORDS_MAX for each of them
    int ncalls, call_floor;  // call_floor: those that were running when vm_enter began
    Thrown thrown;
    ErrorState error;
    KeptPlace last_trace[TRACE_KEPT];  // of the last error, innermost first, for HELP, /LAST_MESSAGE
    int nlast_trace;
    VEC(struct MessageBlock *) blocks;  // of messages, in the order of their codes
    struct ThreadPool *pool;  // of threads; NULL: never needed (array/threads.h)
    const struct SysVar *cpu;  // !CPU, which lasts as long as the engine; NULL: not looked for yet
    unsigned math;      // accumulated math errors (CHECK_MATH)
    int except;         // !EXCEPT
    Map procedures, functions;        // user routines: name -> UserRoutine *
    Map builtin_pro, builtin_fun;     // name -> const Routine *
    VEC(const Routine *) builtins;
    const struct LibraryText *texts;  // routines written in IDL: see names/library.h
    int ntexts;
    uint32_t generation;
    Code *main_program; // the last compiled at the prompt, for .GO; NULL: none
    Map sites;          // calls from C: see dispatch/invoke.h
    int nested;         // run loops inside one another
    Val invoked;        // what the routine called from C has returned
    VEC(HeapVar *) doomed;  // objects that wait for their CLEANUP
    Map lambdas;        // text -> name of the function made of it
    Map commons;        // name -> CommonBlock *
    struct PathIndex *path_index;
    VEC(char *) typed;  // the lines typed, the oldest first (session/recall.h)
    int journal;        // its unit; 0: none (see fault/journal.h)
    bool journal_all, journal_mid_line;
    double tic;         // when TIC was called, in seconds since 1970; 0: never
    bool tic_profiles;  // with /PROFILER
    int exit_status;
    bool exiting;
    int failed_statements;
    int batch_depth;    // of @FILE
    VEC(char *) args;  // of the command line, for COMMAND_LINE_ARGS
    void (*late)(Vm *vm);  // runs timers' callbacks that have waited for too long; NULL: there has been no timer
    Status (*print_hook)(Vm *vm, const Val *v);  // implied print, set by lib/format
    void (*error_text)(Vm *vm, const char *text, size_t n);  // where "% ..." lines go; NULL: stderr
    // What rooms call that lies above them; vm_new fills it in.
    struct {
        void (*run)(Vm *vm);  // the run loop (run/run.h), for calls from C
        bool (*test)(Vm *vm, const char *expression, bool *truth);  // of a breakpoint's condition (session/statement.h)
    } above;
} Engine;

static inline CallFrame *frame_top(Engine *e) { return &e->frame[e->depth]; }
static inline Val *val_deref(Val *v) { return v->type == T_REF ? v->ref : v; }
static inline const Val *val_deref_const(const Val *v) { return v->type == T_REF ? v->ref : v; }

// A routine written in IDL that is compiled; NULL: none of that name is.
static inline UserRoutine *user_routine(Vm *vm, const char *name, bool is_function)
{
    return map_get(is_function ? &vm->engine->functions : &vm->engine->procedures, name);
}

#endif
