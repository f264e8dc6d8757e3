// IDL_IDLBridge: the class as programs see it. Its callbacks run where timers do (lib/control/timer.h), and at the beginning of a
// method. Start at pro_execute.
#include "lib/bridge/bridge.h"

#include "core/heap.h"
#include "lib/control/timer.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/safe.h"
#include "vm/call/call.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>

#define ABORT_TIME 2.0  // seconds that an aborted command may take to end

// --- Callbacks ----------------------------------------------------------------------------------------------------------

// IDL_IDLBridge::OnCallback, Status, Error: called when a command that was not waited for has ended: calls the procedure
// CALLBACK, if there is one, with Status (2: completed, 3: an error, 4: aborted), Error, the object and USERDATA. A subclass may
// have its own. Manual: IDL_IDLBridge::OnCallback.
static void pro_on_callback(Call *c)
{
    Bridge *b = bridge_of(c);
    const char *name = b->callback.type == T_STRING ? str_text(b->callback.s) : "";
    if (!*name) return;
    char *upper = call_alloc(c, strlen(name) + 1);
    for (size_t i = 0; name[i]; i++) upper[i] = (char)toupper((unsigned char)name[i]);
    Val args[4] = {val_copy(call_arg(c, 0)), val_copy(call_arg(c, 1)), val_copy(c->self), val_copy(&b->userdata)};
    int n = b->userdata.type == T_UNDEF ? 3 : 4;
    Val none = invoke_take(c->vm, invoke_site(c->vm, NULL, upper, false, false, n, 0, NULL), n, args);
    val_drop(&none);
}

// OnCallback of the object's class, if a command has ended since.
static void call_back(Call *c, Bridge *b)
{
    bridge_look(b);
    if (!b->is_reported) return;
    b->is_reported = false;
    Val args[3] = {val_obj(b->object), val_long(b->state), val_string(b->error ? b->error : "")};
    Val none = invoke_take(c->vm, invoke_site(c->vm, NULL, "ONCALLBACK", true, false, 2, 0, NULL), 3, args);
    val_drop(&none);
}

// The bridge of the method's object, after its callback; the object stays while the call lasts.
static Bridge *begin(Call *c)
{
    call_keep_take(c, val_copy(c->self));
    call_back(c, bridge_of(c));
    return bridge_of(c);  // unless the callback has destroyed it
}

// HELIO_BRIDGE_ENDED, Number: calls OnCallback of a bridge whose command has ended. Used by the engine itself.
static void pro_ended(Call *c)
{
    Bridge *b = bridge_numbered(c->vm, (int32_t)call_int(c, 0));
    if (!b || !b->is_reported) return;
    timers_callback_begins(c);
    call_keep_take(c, val_obj(b->object));
    call_back(c, b);
}

// --- Properties ---------------------------------------------------------------------------------------------------------

#define INIT_KEYWORDS(K, R) K(R, CALLBACK, "=string") K(R, USERDATA, "=value") K(R, OUTPUT, "=filename") K(R, OPS, "=32|64")
KEYWORDS(INIT)
#define SET_PROPERTY_KEYWORDS(K, R) K(R, CALLBACK, "=string") K(R, USERDATA, "=value")
KEYWORDS(SET_PROPERTY)
#define GET_PROPERTY_KEYWORDS(K, R) K(R, CALLBACK, OUT) K(R, USERDATA, OUT) K(R, OUTPUT, OUT) K(R, OPS, OUT)
KEYWORDS(GET_PROPERTY)

// Where the child writes: the file, closed with the call; -1: where this process does.
static int output_of(Call *c, const Val *given, int *closed)
{
    const char *path = "/dev/null";
    if (given) path = str_text(val_to_str_peek(c, given, "OUTPUT"));
    *closed = -1;
    if (!*path) return -1;
    bool is_file = given != NULL;
    int fd = sys_open(path, is_file ? O_WRONLY | O_CREAT | O_TRUNC | O_APPEND : O_WRONLY, 0666);
    if (fd < 0) throw_msg(c, E_OPEN, "Error opening file. File: %s: %s.", path, sys_error_text(-fd));
    return *closed = fd;
}

static void close_output(void *fd) { if (*(int *)fd >= 0) sys_close(*(int *)fd); }

static void take_properties(Call *c, Bridge *b)
{
    const Val *callback = call_kw(c, KW_INIT_CALLBACK), *data = call_kw(c, KW_INIT_USERDATA);
    if (callback) val_set_take(&b->callback, val_copy(call_keep_take(c, val_copy(call_convert(c, callback, T_STRING)))));
    if (data) val_set_take(&b->userdata, val_copy(data));
}

// IDL_IDLBridge::Init([CALLBACK=string] [, USERDATA=value] [, OUTPUT=filename] [, OPS=32|64]): starts a child process, a session
// of its own, in which the startup file has run. What it prints goes to the file OUTPUT; '' is where this session prints, and
// without OUTPUT it is lost. Children are programs of 64 bits. Manual: IDL_IDLBridge::Init, IDL_IDLBridge Properties.
static void fn_init(Call *c)
{
    const Val *output = call_kw(c, KW_INIT_OUTPUT);
    int64_t ops = call_kw_int(c, KW_INIT_OPS, 64);
    int *closed = call_alloc(c, sizeof *closed);
    if (ops != 32 && ops != 64) throw_msg(c, E_VALUE, "OPS must be 32 or 64.");
    if (safe_on()) bridge_throw(c, E_VALUE, "The child process cannot be started: %s.", sys_error_text(SAFE_PROGRAM));
    if (ops == 32) call_warn(c, false, "There is no program of 32 bits here: the child process has 64.");
    int out = output_of(c, output, closed);
    call_defer(c, close_output, closed);
    Bridge *b = bridge_start(c, out);
    b->ops = 64;
    if (output) b->output = val_copy(output);
    take_properties(c, b);
    if (!heap_is_counting(c->vm->heap)) {
        static const char disable[] = "void = heap_refcount(/disable)";
        BridgeMessage *m = call_alloc(c, sizeof *m);
        bridge_tell(c, b, BRIDGE_EXECUTE, disable, sizeof disable - 1, NULL, 0);
        bridge_hear(c, b, m);
    }
    call_return_take(c, val_long(1));
}

// IDL_IDLBridge::SetProperty [, CALLBACK=string] [, USERDATA=value]: Manual: IDL_IDLBridge::SetProperty.
static void pro_set_property(Call *c) { take_properties(c, begin(c)); }

// IDL_IDLBridge::GetProperty [, CALLBACK=variable] [, USERDATA=variable] [, OUTPUT=variable] [, OPS=variable]: Manual:
// IDL_IDLBridge::GetProperty.
static void pro_get_property(Call *c)
{
    const Bridge *b = begin(c);
    Val text = b->callback.type == T_UNDEF ? val_string("") : val_copy(&b->callback);
    call_kw_set_take(c, KW_GET_PROPERTY_CALLBACK, text);
    call_kw_set_take(c, KW_GET_PROPERTY_USERDATA, val_copy(&b->userdata));
    call_kw_set_take(c, KW_GET_PROPERTY_OUTPUT, val_copy(&b->output));
    call_kw_set_take(c, KW_GET_PROPERTY_OPS, val_long(b->ops));
}

// --- Commands -----------------------------------------------------------------------------------------------------------

#define EXECUTE_KEYWORDS(K, R) K(R, NOWAIT, FLAG)
KEYWORDS(EXECUTE)

// Ctrl-C aborts what the child executes; if that does not end soon, it is left to itself.
static _Noreturn void leave_interrupted(Call *c, Bridge *b)
{
    sys_clear_interrupt();
    bridge_interrupt(b);
    bool has_ended = bridge_wait(b, ABORT_TIME);
    b->is_waited_for = false;
    if (has_ended) b->state = BRIDGE_IS_IDLE;
    else timers_expect(c->vm, 1);
    sys_interrupt();
    call_poll(c);
    __builtin_unreachable();
}

static void wait_for_end(Call *c, Bridge *b)
{
    b->is_waited_for = true;
    if (!bridge_wait(b, -1)) leave_interrupted(c, b);
    b->is_waited_for = false;
    bool failed = b->state != BRIDGE_HAS_COMPLETED;
    b->state = BRIDGE_IS_IDLE;
    if (failed) bridge_throw(c, E_VALUE, "%s", b->error);
}

// IDL_IDLBridge::Execute, Statement [, /NOWAIT]: the child executes the statement at its main level. An error in it is one
// here. With NOWAIT it is not waited for: Status tells of it, and OnCallback is called when it has ended. Manual:
// IDL_IDLBridge::Execute.
static void pro_execute(Call *c)
{
    Bridge *b = begin(c);
    const Str *text = call_str_peek(c, 0);
    if (str_len(text) > BRIDGE_BODY_MAX) throw_msg(c, E_VALUE, "The statement is too long (limit 16 MB).");
    bridge_get_ready(c, b);
    bridge_tell(c, b, BRIDGE_EXECUTE, str_text(text), str_len(text), NULL, 0);
    b->state = BRIDGE_IS_EXECUTING;
    if (call_kw_set(c, KW_EXECUTE_NOWAIT)) timers_expect(c->vm, 1);
    else wait_for_end(c, b);
}

#define STATUS_KEYWORDS(K, R) K(R, ERROR, OUT)
KEYWORDS(STATUS)

// IDL_IDLBridge::Status([ERROR=variable]): what the child does: 0 nothing, 1 it executes what /NOWAIT has given it; that has
// 2 been completed, 3 failed, 4 been aborted, which is told once: it does nothing then. ERROR: the error message, or ''.
// Manual: IDL_IDLBridge::Status.
static void fn_status(Call *c)
{
    Bridge *b = begin(c);
    bool is_over = b->state > BRIDGE_IS_EXECUTING;
    call_kw_set_take(c, KW_STATUS_ERROR, val_string(is_over && b->error ? b->error : ""));
    call_return_take(c, val_long(b->state));
    if (is_over) b->state = BRIDGE_IS_IDLE;
}

// IDL_IDLBridge::Abort: ends what /NOWAIT has given the child to execute, and waits until that has ended, for two seconds at
// most. Manual: IDL_IDLBridge::Abort.
static void pro_abort(Call *c)
{
    Bridge *b = bridge_of(c);
    call_keep_take(c, val_copy(c->self));
    bridge_look(b);
    if (b->state != BRIDGE_IS_EXECUTING) return;
    bridge_interrupt(b);
    bridge_wait(b, ABORT_TIME);
    call_poll(c);
}

// --- Variables ----------------------------------------------------------------------------------------------------------

// A variable's name in capitals; throws for what is none.
static const char *name_of(Call *c)
{
    const Str *s = call_str_peek(c, 0);
    const char *text = str_text(s);
    char *upper = call_alloc(c, str_len(s) + 1);
    bool ok = str_len(s) > 0 && str_len(s) < BRIDGE_NAME_MAX && (isalpha((unsigned char)*text) || *text == '_');
    for (size_t i = 0; i < str_len(s); i++) {
        ok = ok && (isalnum((unsigned char)text[i]) || text[i] == '_' || text[i] == '$');
        upper[i] = (char)toupper((unsigned char)text[i]);
    }
    if (!ok) throw_msg(c, E_VALUE, "Illegal variable name: %s.", text);
    return upper;
}

// IDL_IDLBridge::SetVar, Name, Value: the variable of the child's main level gets a copy of Value, a number, a string, or an
// array of these. Manual: IDL_IDLBridge::SetVar.
static void pro_set_var(Call *c)
{
    Bridge *b = begin(c);
    const char *name = name_of(c);
    const Val *v = call_arg(c, 1);
    bridge_get_ready(c, b);
    bridge_set_variable(c, b, name, v);
}

// IDL_IDLBridge::GetVar(Name): a copy of the variable of the child's main level. Manual: IDL_IDLBridge::GetVar.
static void fn_get_var(Call *c)
{
    Bridge *b = begin(c);
    const char *name = name_of(c);
    bridge_get_ready(c, b);
    call_return_take(c, bridge_get_variable(c, b, name));
}

// --- The end ------------------------------------------------------------------------------------------------------------

// IDL_IDLBridge::Cleanup: aborts what the child executes, calls OnCallback, and ends the child. Manual: IDL_IDLBridge::Cleanup.
static void pro_cleanup(Call *c)
{
    if (!c->self->h->native) return;  // its Init has failed
    pro_abort(c);
    call_back(c, bridge_of(c));
}

static const Routine rows[] = {
    {"HELIO_BRIDGE_ENDED", PROCEDURE, {1, 1}, pro_ended, "Number"},
    {"IDL_IDLBRIDGE::ABORT", PROCEDURE, {0, 0}, pro_abort, "", .spelling = "IDL_IDLBridge::Abort"},
    {"IDL_IDLBRIDGE::CLEANUP", PROCEDURE, {0, 0}, pro_cleanup, "", .spelling = "IDL_IDLBridge::Cleanup"},
    {"IDL_IDLBRIDGE::EXECUTE", PROCEDURE, {1, 1}, pro_execute, "Statement", KEYS(EXECUTE), .spelling = "IDL_IDLBridge::Execute"},
    {"IDL_IDLBRIDGE::GETPROPERTY", PROCEDURE, {0, 0}, pro_get_property, "", KEYS(GET_PROPERTY),
     .spelling = "IDL_IDLBridge::GetProperty"},
    {"IDL_IDLBRIDGE::GETVAR", FUNCTION, {1, 1}, fn_get_var, "Name", .spelling = "IDL_IDLBridge::GetVar"},
    {"IDL_IDLBRIDGE::INIT", FUNCTION, {0, 0}, fn_init, "", KEYS(INIT), .spelling = "IDL_IDLBridge::Init"},
    {"IDL_IDLBRIDGE::ONCALLBACK", PROCEDURE, {2, 2}, pro_on_callback, "Status, Error", .spelling = "IDL_IDLBridge::OnCallback"},
    {"IDL_IDLBRIDGE::SETPROPERTY", PROCEDURE, {0, 0}, pro_set_property, "", KEYS(SET_PROPERTY),
     .spelling = "IDL_IDLBridge::SetProperty"},
    {"IDL_IDLBRIDGE::SETVAR", PROCEDURE, {2, 2}, pro_set_var, "Name, Value", .spelling = "IDL_IDLBridge::SetVar"},
    {"IDL_IDLBRIDGE::STATUS", FUNCTION, {0, 0}, fn_status, "", KEYS(STATUS), .spelling = "IDL_IDLBridge::Status"},
};
ROUTINE_TABLE(lib_bridge, rows)
