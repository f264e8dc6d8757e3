// The engine: one Vm holds everything that lives, so that two engines can run in one process. Start reading at
// vm_new; running source text is vm/session/statement.h, the call interface of builtins vm/call/call.h.
#ifndef HELIO_VM_VM_H
#define HELIO_VM_VM_H

#include "base/map.h"
#include "core/arr.h"
#include "core/errors.h"
#include "core/heap.h"
#include "core/val.h"

typedef struct Vm Vm;
typedef struct Call Call;        // vm/call/call.h
typedef struct Routine Routine;

struct Units;       // io/lun.h
struct Gfx;         // gfx/gfx.h
struct NetOptions;  // net/
struct FormatCache; // fmt/format.h
struct Preferences; // vm/settings/preference_file.h
struct Bridges;     // lib/bridge/child.c
struct Random;      // lib/math/random.c
struct Timers;      // lib/control/timer.c
struct Engine;      // vm/engine.h: frames, stack, routines; not for lib

enum { VM_CLOSERS_MAX = 16 };

struct Vm {
    struct Engine *engine;
    Heap *heap;
    struct Units *units;      // the LUN table
    struct Gfx *gfx;          // made on first use by lib/graphics (gfx_of)
    struct NetOptions *net;
    struct FormatCache *formats;  // parsed FORMAT strings; made on first use
    struct Timers *timers;        // lib/control/timer.c; made by the first
    struct Gunzipped *gunzipped;  // the file that FILE_GUNZIP has left open; made on first use
    struct Transfers *transfers;  // lib/http/transfers.c; made by the first
    struct Bridges *bridges;      // IDL_IDLBridge objects; made by the first
    struct Random *random;        // the generic state of RANDOMU; made on first use
    struct Preferences *preferences;  // read on first use
    Map sysvars;              // "!D" -> SysVar *
    Map structs;              // named structure definitions: "NAME" -> SDef *
    int quiet;                // !QUIET
    void (*closer[VM_CLOSERS_MAX])(struct Vm *vm);  // see vm_on_free
    int nclosers;
};

Vm *vm_new(void);  // NULL when the address space is not to be had
void vm_free(Vm *vm);
// Runs at vm_free, for what a library keeps in the Vm (the windows).
void vm_on_free(Vm *vm, void (*closer)(Vm *vm));
// The variables of $MAIN$ go; nothing may be stopped.
void vm_forget_variables(Vm *vm);
// .RESET_SESSION: everything a program can have made, but for system variables and open files.
void vm_reset(Vm *vm);

// System variables. A plain one is a cell; one with `get` is made afresh at each reading (!D, !ERROR_STATE), and one
// with `set` is told of assignments to it or to one of its tags (it receives the whole new value; throwing refuses).
// scope/sysvar.h finds and makes them.
typedef struct SysVar {
    Val v;
    bool readonly;
    Val (*get)(Vm *vm);
    void (*set)(Vm *vm, const Val *v);
} SysVar;
#endif
