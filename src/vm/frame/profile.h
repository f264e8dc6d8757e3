// The profiler: how often routines are called and how long they take. Builtins that are profiled have a stand-in of
// their own in the routine tables, IDL routines are noticed when their frame is made; who never asks pays nothing.
#ifndef HELIO_VM_PROFILE_H
#define HELIO_VM_PROFILE_H

#include "vm/call/call.h"
#include "vm/engine.h"

typedef struct ProfileItem {
    Routine stand_in;     // of a builtin: in the tables instead of `real`
    const Routine *real;  // NULL: a routine written in IDL
    char *name;
    bool enabled;
    int64_t count;
    double only, total;  // seconds, without and with what it called
    int active;          // calls under way
} ProfileItem;

typedef struct ProfileEntry {  // a call under way
    ProfileItem *item;
    int depth;  // of the frame of a routine, or of the caller of a builtin
    double start, inner;
    Code *code;  // of a routine whose statements are timed; NULL: not
    int mark;    // the one under way, since `since`; -1: none
    double since;
} ProfileEntry;

typedef struct Profiler {
    Map users, functions, procedures;  // name -> ProfileItem *: IDL routines, builtins
    VEC(ProfileEntry) calls;
    bool is_on;  // IDL routines are looked at
    bool times;  // and their statements are timed
    int nbuiltins;  // under a stand-in
} Profiler;

Profiler *profile_of(Vm *vm);  // made on first use
void profile_free(Engine *e);
// Whether anything is profiled now.
static inline bool profile_is_on(const Engine *e)
{
    return __builtin_expect(e->profiler != NULL, 0) && (e->profiler->is_on || e->profiler->nbuiltins > 0);
}
// Profiling of an IDL routine (by name, upper case) or of all that are compiled (NULL) begins or ends. False: not compiled.
bool profile_users(Vm *vm, const char *name, bool on);
// The same for builtins.
bool profile_builtins(Vm *vm, const char *name, bool on);
void profile_reset(Vm *vm);  // counts and times to nothing
// The statements of the routines that are profiled are timed too, until none is.
void profile_times(Vm *vm);
// The code of a compiled procedure or function that has been profiled; NULL: none.
const Code *profile_code(Vm *vm, const char *name, bool function);
// Statements of a compiled routine, and how many have run since it was profiled first.
void profile_lines(Vm *vm, const char *name, int *ran, int *all);

// Called by the frames: one is about to be made (true: profile_leave is wanted), or has ended.
bool profile_enter(Vm *vm, Code *code);
void profile_leave(Vm *vm);
// Called by the debugger: this statement of the routine on top begins.
void profile_statement(Vm *vm, int mark);

#endif
