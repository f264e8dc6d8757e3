// The child's side of a bridge: messages in, answers out (io/bridge_wire.h). Start at bridged_run.
#include "repl/bridged.h"

#include "base/mem.h"
#include "core/errors.h"
#include "gfx/gfx.h"
#include "io/bridge_wire.h"
#include "io/lun.h"
#include "repl/batch.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/process.h"
#include "vm/scope/variables.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN_MAX = 500 };

typedef struct Bridged {
    Vm *vm;
    BridgeEnd end;
    Val sent;         // the value of the last GET, until the parent has copied it
    BridgeOut out;    // of it
    char *name;       // of the variable that is being set
    BridgeIn in;      // its value
    bool is_setting;
} Bridged;

// --- What errors say ----------------------------------------------------------------------------------------------------

static char shown[SHOWN_MAX];  // the last message since the statement began

static bool begins(const char *text, size_t n, const char *with)
{
    return n > strlen(with) && strncmp(text, with, strlen(with)) == 0;
}

// A line "% ..." that says what, not where.
static bool is_message(const char *text, size_t n)
{
    return begins(text, n, "% ") && text[2] != ' ' && !begins(text, n, "% Execution halted at") &&
           !begins(text, n, "% Error occurred at") && !begins(text, n, "% Prematurely closing");
}

static void note_error(Vm *vm, const char *text, size_t n)
{
    (void)vm;
    if (is_message(text, n)) snprintf(shown, sizeof shown, "%.*s", (int)strcspn(text, "\n") - 2, text + 2);
    sys_write_message(STDERR_FILENO, text, n);
}

// That of the error that stopped it, as !ERROR_STATE.MSG has it; of what did not compile the line that was shown.
static const char *failure_of(const Vm *vm)
{
    const Engine *e = vm->engine;
    if (e->thrown.code && e->error.msg && *e->error.msg) return e->error.msg;
    return *shown ? shown : "The statement has failed.";
}

// --- Commands -----------------------------------------------------------------------------------------------------------

static Status answer(Bridged *b, BridgeKind kind, const char *text)
{
    return bridge_send(&b->end, kind, text, strlen(text), NULL, 0);
}

// What it printed and drew is there when the parent hears of its end.
static void settle(Vm *vm)
{
    Status s = units_flush(vm->units);
    status_drop(&s);  // the unit that failed says so when it is used
    s = vm->gfx ? gfx_settle(vm->gfx) : STATUS_OK;
    status_drop(&s);
}

// *leaves: EXIT was met.
static Status execute(Bridged *b, const char *text, bool *leaves)
{
    Vm *vm = b->vm;
    int failed_before = vm_failures(vm);
    *shown = '\0';
    vm->engine->thrown.code = 0;
    if (b->end.was_interrupted) sys_interrupt();
    b->end.was_interrupted = false;
    RunResult r = batch_statement(vm, text);
    bool failed = vm_failures(vm) > failed_before || r == RAN_STOPPED;
    vm_return_to_main(vm);
    settle(vm);
    if (r == RAN_EXIT) {
        *leaves = true;
        return STATUS_OK;
    }
    if (r == RAN_INTERRUPTED || (failed && vm->engine->thrown.code == E_INTERRUPT)) {
        return answer(b, BRIDGE_ABORTED, "Interrupted.");
    }
    return failed ? answer(b, BRIDGE_FAILED, failure_of(vm)) : answer(b, BRIDGE_DONE, "");
}

// --- Variables ----------------------------------------------------------------------------------------------------------

static void forget(Bridged *b)
{
    if (b->is_setting) bridge_in_free(&b->in);
    b->is_setting = false;
    mem_free(b->name);
    b->name = NULL;
    bridge_out_free(&b->out);
    val_drop(&b->sent);
}

// A failure of one value, which the parent is told; others end this process.
static Status tell_failure_take(Bridged *b, Status s)
{
    if (s.code != E_NO_MEMORY && s.code != E_TYPE) return s;
    Status told = answer(b, BRIDGE_FAILED, s.text ? s.text : "Unable to allocate memory.");
    status_drop(&s);
    return told;
}

static Status install(Bridged *b)
{
    Val v;
    Status s = bridge_unpack(&b->in, &v);
    if (status_ok(s)) val_set_take(val_deref(frame_cell(b->vm, 0, b->name, true)), v);
    forget(b);
    return status_ok(s) ? answer(b, BRIDGE_DONE, "") : tell_failure_take(b, s);
}

static Status wrong(void) { return status_fail(E_READ, "What the parent process has sent is no message."); }

static Status set_variable(Bridged *b, const BridgeMessage *m)
{
    struct { BridgeValue head; char name[BRIDGE_NAME_MAX]; } announced;
    if (m->length < sizeof announced) return wrong();
    memcpy(&announced, m->body.p, sizeof announced);
    if (announced.name[BRIDGE_NAME_MAX - 1] || !announced.name[0]) return wrong();
    Status s = bridge_make_room(&announced.head, &b->in);
    if (!status_ok(s)) return tell_failure_take(b, s);
    b->is_setting = true;
    b->name = mem_strdup(announced.name);
    size_t bytes = announced.head.bytes;
    if (bytes > BRIDGE_INLINE) {
        uint64_t address = (uintptr_t)b->in.p;
        return bridge_send(&b->end, BRIDGE_ROOM, &address, sizeof address, NULL, 0);
    }
    if (m->length != sizeof announced + bytes) return wrong();
    if (bytes) memcpy(b->in.p, m->body.p + sizeof announced, bytes);
    return install(b);
}

static Status take_bytes(Bridged *b, uint64_t n)
{
    if (!b->is_setting || n != b->in.head.bytes) return wrong();
    Status s = bridge_read(&b->end, b->in.p, n);
    return status_ok(s) ? install(b) : s;
}

static Status get_variable(Bridged *b, const char *name)
{
    const Val *v = frame_cell(b->vm, 0, name, false);
    v = v ? val_deref_const(v) : NULL;
    if (!v || (val_is_undef(v) && !val_is_null(v))) {
        char text[BRIDGE_NAME_MAX + 40];
        snprintf(text, sizeof text, "Variable is undefined: %.*s.", BRIDGE_NAME_MAX, name);
        return answer(b, BRIDGE_FAILED, text);
    }
    b->sent = val_copy(v);
    Status s = bridge_pack(&b->sent, &b->out);
    if (!status_ok(s)) return tell_failure_take(b, s);
    const BridgeValue *h = &b->out.head;
    return bridge_send(&b->end, BRIDGE_VALUE, h, sizeof *h, b->out.p, h->bytes <= BRIDGE_INLINE ? h->bytes : 0);
}

// --- Messages -----------------------------------------------------------------------------------------------------------

static Status serve(Bridged *b, const BridgeMessage *m, bool *leaves)
{
    if (m->kind != BRIDGE_FILLED && m->kind != BRIDGE_BYTES && m->kind != BRIDGE_SEND) forget(b);
    switch (m->kind) {
    case BRIDGE_EXECUTE: return execute(b, m->body.p, leaves);
    case BRIDGE_SET: return set_variable(b, m);
    case BRIDGE_GET: return get_variable(b, m->body.p);
    case BRIDGE_FILLED: return b->is_setting ? install(b) : wrong();
    case BRIDGE_BYTES: return take_bytes(b, m->length);
    case BRIDGE_SEND: return bridge_send(&b->end, BRIDGE_BYTES, b->out.p, b->out.head.bytes, NULL, 0);
    case BRIDGE_CALM: b->end.was_interrupted = false; return STATUS_OK;
    default: return wrong();
    }
}

// Until the parent hangs up, or says what makes no sense.
static void serve_all(Bridged *b)
{
    bool leaves = false;
    Status s = STATUS_OK;
    while (status_ok(s) && !leaves) {
        BridgeMessage m;
        s = bridge_receive(&b->end, -1, &m);
        if (status_ok(s)) {
            s = serve(b, &m, &leaves);
            bridge_message_free(&m);
        }
    }
    bool is_over = status_ok(s) || s.code == E_EOF || s.code == E_WRITE;
    if (!is_over) fprintf(stderr, "helio: %s\n", s.text ? s.text : "the bridge is broken");
    status_drop(&s);
}

int bridged_run(Vm *vm)
{
    Bridged b = {.vm = vm, .sent = VAL_UNDEF, .end = {.fd = sys_parent_channel(), .is_steady = true}};
    if (b.end.fd < 0) {
        fputs("helio: --bridge is for IDL_IDLBridge, which starts it\n", stderr);
        return 2;
    }
    vm->engine->error_text = note_error;
    RunResult r = batch_startup(vm);
    vm_return_to_main(vm);
    settle(vm);
    Status s = r == RAN_EXIT ? STATUS_OK : answer(&b, BRIDGE_READY, "");
    if (status_ok(s) && r != RAN_EXIT) serve_all(&b);
    status_drop(&s);
    forget(&b);
    sys_close(b.end.fd);
    return vm_exit_status(vm);
}
