// What passes between the two processes of an IDL_IDLBridge: messages on a socket, each a head and a body with a ceiling, and
// values. Neither side believes the other: whatever does not fit is a failure, after which the connection is worth nothing. The
// parent is who copies large values, out of and into the child's memory; where the system does not allow that they follow on the
// socket.
//
//     parent                         child
//                                    READY, or FAILED
//     EXECUTE statements             DONE | FAILED text | ABORTED
//     SET name, value                DONE | FAILED text          a small value is in the message; of a large one
//                                    ROOM address                ... comes first, then
//     FILLED | BYTES value           DONE | FAILED text
//     GET name                       VALUE value | FAILED text   a small value is in the message, or
//     [SEND]                         BYTES value                 ... it has the address of a large one, which stays
//                                                                until the next message
//     CALM                           forget a Ctrl-C that was meant for what had ended just before
#ifndef HELIO_IO_BRIDGE_WIRE_H
#define HELIO_IO_BRIDGE_WIRE_H

#include "base/buf.h"
#include "core/arr.h"

typedef enum BridgeKind {
    BRIDGE_READY = 1, BRIDGE_DONE, BRIDGE_FAILED, BRIDGE_ABORTED, BRIDGE_ROOM, BRIDGE_VALUE, BRIDGE_BYTES,
    BRIDGE_EXECUTE, BRIDGE_SET, BRIDGE_GET, BRIDGE_FILLED, BRIDGE_SEND, BRIDGE_CALM,
    BRIDGE_KINDS,
} BridgeKind;

enum { BRIDGE_BODY_MAX = 16 << 20, BRIDGE_NAME_MAX = 128, BRIDGE_INLINE = 64 << 10 };

// One end. `is_steady`: Ctrl-C does not end a wait, but is noted (the child's, for which it is meant as a command).
typedef struct BridgeEnd {
    int fd;
    bool is_steady, was_interrupted;
} BridgeEnd;

typedef struct BridgeMessage {
    BridgeKind kind;
    Buf body;  // a NUL behind it; of BYTES it is not read: bridge_read takes it
    uint64_t length;
} BridgeMessage;

// E_WRITE when the other end is gone.
MUST_USE Status bridge_send(BridgeEnd *e, BridgeKind kind, const void *a, size_t na, const void *b, size_t nb);
// E_EOF when the other end is gone, E_INTERRUPT, E_READ for what is no message and after the timeout (seconds; negative: none).
MUST_USE Status bridge_receive(BridgeEnd *e, double timeout, BridgeMessage *m);
MUST_USE Status bridge_read(BridgeEnd *e, void *p, size_t n);
void bridge_message_free(BridgeMessage *m);

// A value as it is announced: what it is, and where its bytes are. Of strings these are the lengths (uint64_t), then the texts.
typedef struct BridgeValue {
    uint8_t type, rank;        // rank 0: a scalar
    uint8_t is_bool, is_null;  // !NULL
    uint32_t unused;
    int64_t dim[MAX_RANK];
    uint64_t bytes, address;
} BridgeValue;

// A value on its way out: `p` are its bytes, part of v or of `text`.
typedef struct BridgeOut {
    BridgeValue head;
    const void *p;
    Buf text;
} BridgeOut;

// v is borrowed and must stay. E_TYPE for structures and references, E_NO_MEMORY.
MUST_USE Status bridge_pack(const Val *v, BridgeOut *out);
void bridge_out_free(BridgeOut *out);

// A value on its way in: head.bytes bytes are to be put at `p`.
typedef struct BridgeIn {
    BridgeValue head;
    void *p;
    Arr *a;             // of numbers
    uint64_t scalar[2];
    char *text;         // of strings
} BridgeIn;

// E_READ when the head is none, E_NO_MEMORY.
MUST_USE Status bridge_make_room(const BridgeValue *head, BridgeIn *in);
MUST_USE Status bridge_unpack(BridgeIn *in, Val *out);  // owned
void bridge_in_free(BridgeIn *in);

#endif
