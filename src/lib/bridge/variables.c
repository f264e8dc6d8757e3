// Variables to and from the child. A large value is copied straight between the memories of the two processes; where the system
// does not allow that, it follows on the socket. Start at bridge_set_variable.
#include "lib/bridge/bridge.h"

#include "sys/peer_memory.h"
#include "vm/call/call.h"

#include <errno.h>
#include <string.h>

static void release_out(void *out) { bridge_out_free(out); }
static void release_in(void *in) { bridge_in_free(in); }

// One of the expected answers; the child's own failure is thrown, anything else ends it.
static void expect(Call *c, Bridge *b, const BridgeMessage *m, BridgeKind kind, size_t least)
{
    if (m->kind == BRIDGE_FAILED) bridge_throw(c, E_VALUE, "%s", m->body.p);
    if (m->kind == kind && m->length >= least) return;
    bridge_break_take(b, status_fail(E_READ, "it has sent what was not asked for."));
    bridge_throw(c, E_VALUE, "%s", b->gone);
}

static void throw_wrong(Call *c, Bridge *b, Status s)
{
    if (status_ok(s)) return;
    if (!bridge_is_broken_by(s)) throw_status(c, s);
    bridge_break_take(b, s);
    bridge_throw(c, E_VALUE, "%s", b->gone);
}

// Ctrl-C in the middle ends the child as a message that stops does (give_up in child.c).
static void tell_bytes(Call *c, Bridge *b, const BridgeOut *out, uint64_t address)
{
    int err = sys_peer_write(b->pid, address, out->p, out->head.bytes);
    if (err == 0) bridge_tell(c, b, BRIDGE_FILLED, NULL, 0, NULL, 0);
    else bridge_tell(c, b, BRIDGE_BYTES, out->p, out->head.bytes, NULL, 0);
}

void bridge_set_variable(Call *c, Bridge *b, const char *name, const Val *v)
{
    BridgeOut *out = call_alloc(c, sizeof *out);
    call_defer(c, release_out, out);
    Status s = bridge_pack(v, out);
    if (s.code == E_TYPE) {
        const char *text = strcpy(call_alloc(c, strlen(s.text) + 1), s.text);
        status_drop(&s);
        bridge_throw(c, E_TYPE, "%s", text);
    }
    TRY(c, s);
    struct { BridgeValue head; char name[BRIDGE_NAME_MAX]; } announced = {.head = out->head};
    strncpy(announced.name, name, BRIDGE_NAME_MAX - 1);
    bool is_small = out->head.bytes <= BRIDGE_INLINE;
    bridge_tell(c, b, BRIDGE_SET, &announced, sizeof announced, out->p, is_small ? out->head.bytes : 0);
    BridgeMessage *m = call_alloc(c, 2 * sizeof *m);
    bridge_hear(c, b, m);
    if (!is_small) {
        uint64_t address;
        expect(c, b, m, BRIDGE_ROOM, sizeof address);
        memcpy(&address, m->body.p, sizeof address);
        tell_bytes(c, b, out, address);
        bridge_hear(c, b, ++m);
    }
    expect(c, b, m, BRIDGE_DONE, 0);
}

static void fetch_bytes(Call *c, Bridge *b, BridgeIn *in)
{
    if (sys_peer_read(b->pid, in->p, in->head.address, in->head.bytes) == 0) return;
    BridgeMessage *m = call_alloc(c, sizeof *m);
    bridge_tell(c, b, BRIDGE_SEND, NULL, 0, NULL, 0);
    bridge_hear(c, b, m);
    expect(c, b, m, BRIDGE_BYTES, in->head.bytes);
    if (m->length != in->head.bytes) throw_wrong(c, b, status_fail(E_READ, "it has sent more than it had announced."));
    b->is_looked_at = true;
    Status s = bridge_read(&b->end, in->p, in->head.bytes);
    b->is_looked_at = false;
    if (s.code == E_INTERRUPT) {
        bridge_break_take(b, status_fail(E_READ, "its answer was not waited for."));
        throw_status(c, s);
    }
    throw_wrong(c, b, s);
}

Val bridge_get_variable(Call *c, Bridge *b, const char *name)
{
    BridgeMessage *m = call_alloc(c, sizeof *m);
    BridgeIn *in = call_alloc(c, sizeof *in);
    BridgeValue head;
    Val v;
    bridge_tell(c, b, BRIDGE_GET, name, strlen(name), NULL, 0);
    bridge_hear(c, b, m);
    expect(c, b, m, BRIDGE_VALUE, sizeof head);
    memcpy(&head, m->body.p, sizeof head);
    call_defer(c, release_in, in);
    throw_wrong(c, b, bridge_make_room(&head, in));
    bool is_small = head.bytes <= BRIDGE_INLINE;
    if (m->length != sizeof head + (is_small ? head.bytes : 0)) {
        throw_wrong(c, b, status_fail(E_READ, "it has sent another value than it had announced."));
    }
    if (!is_small) fetch_bytes(c, b, in);
    else if (head.bytes) memcpy(in->p, m->body.p + sizeof head, head.bytes);
    throw_wrong(c, b, bridge_unpack(in, &v));
    return v;
}
