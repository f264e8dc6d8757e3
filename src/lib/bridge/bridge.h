// A bridge (IDL_IDLBridge) as the parent has it: a child process, what it does, and how that ended. The class is in bridge.c, the
// process in child.c, variables in variables.c; the child's side is repl/bridged.c.
#ifndef HELIO_LIB_BRIDGE_H
#define HELIO_LIB_BRIDGE_H

#include "core/native.h"
#include "io/bridge_wire.h"
#include "vm/vm.h"

#include <sys/types.h>

// What Status() answers. Manual: IDL_IDLBridge::Status.
enum { BRIDGE_IS_IDLE, BRIDGE_IS_EXECUTING, BRIDGE_HAS_COMPLETED, BRIDGE_HAS_FAILED, BRIDGE_IS_ABORTED };

typedef struct Bridge {
    Native native;
    Vm *vm;
    HeapVar *object;     // whose native this is
    int32_t number;      // of this session's
    BridgeEnd end;       // fd -1: the child is gone
    pid_t pid;
    int state;
    char *error;         // of what has ended; NULL: none
    char *gone;          // why there is no child any more; NULL: there is one
    bool is_waited_for;  // Execute waits for the end
    bool is_looked_at;   // in the middle of an exchange: the pump leaves it
    bool is_reported;    // the child has ended what it did, and OnCallback is still to be called
    bool must_calm;      // a Ctrl-C was sent that may have come too late
    Val callback, output, userdata;  // as given; undefined: not
    int ops;
} Bridge;

// --- child.c ------------------------------------------------------------------------------------------------------------

// The bridge of the object that the method is called for; throws when it has none.
Bridge *bridge_of(Call *c);
// Makes it, with its child, which writes to `out` (-1: where this process does). Throws when none can be started.
Bridge *bridge_start(Call *c, int out);
// Takes over what has come, without waiting.
void bridge_look(Bridge *b);
// Waits for the end of what is executed; false: Ctrl-C.
bool bridge_wait(Bridge *b, double seconds);
// The connection is worth nothing any more: ends the child and says why, for all that is asked of it from now on.
void bridge_break_take(Bridge *b, Status why);
// Whether a failure is the connection's, and not of one value.
bool bridge_is_broken_by(Status s);
// Ctrl-C for what it executes.
void bridge_interrupt(Bridge *b);
// Idle, and ready for the next command; throws when it is executing, or there is no child.
void bridge_get_ready(Call *c, Bridge *b);
// One message out or in; a failure ends the child and throws.
void bridge_tell(Call *c, Bridge *b, BridgeKind kind, const void *a, size_t na, const void *p, size_t n);
void bridge_hear(Call *c, Bridge *b, BridgeMessage *m);  // m is released with the call
// "IDL_IDLBRIDGE Error: ...", as IDL has it, without the method's name.
_Noreturn void bridge_throw(Call *c, int code, const char *format, ...) PRINTF_LIKE(3, 4);
// The bridge with this number; NULL.
Bridge *bridge_numbered(Vm *vm, int32_t number);

// --- variables.c --------------------------------------------------------------------------------------------------------

void bridge_set_variable(Call *c, Bridge *b, const char *name, const Val *v);
Val bridge_get_variable(Call *c, Bridge *b, const char *name);  // owned

#endif
