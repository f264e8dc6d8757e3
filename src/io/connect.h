// Units over sockets: client, listener, accepted connection; TLS; the redirect to https; hints. The SOCKET procedure is
// a thin layer over this.
#ifndef HELIO_IO_CONNECT_H
#define HELIO_IO_CONNECT_H

#include "io/lun.h"

// What a port may be instead: a service that is not known, a number that no port has.
enum { PORT_UNKNOWN = -1, PORT_OUTSIDE = -2 };

typedef struct SocketOpen {
    const char *host;  // of a client
    int port;          // of a client, or PORT_UNKNOWN, PORT_OUTSIDE. Of a listener: 0 lets the system choose
    const char *service;  // the port as the program wrote it
    double connect_timeout, read_timeout, write_timeout;  // seconds, negative: none
    unsigned flags;       // UF_RAWIO, UF_SWAP, UF_STDIO, UF_CRLF
    int width;
    bool tls, no_verify, decode;
    const char *ca_file, *cert_file, *key_file;
    int local_port;  // result
} SocketOpen;

// The unit must be closed (E_UNIT_OPEN). Failures are worded: "Unable to connect to host. Unit: 100, File: host.80".
MUST_USE Status connect_client(Units *t, int64_t lun, SocketOpen *how);
MUST_USE Status connect_listen(Units *t, int64_t lun, SocketOpen *how);
MUST_USE Status connect_accept(Units *t, int64_t lun, int64_t listener, SocketOpen *how);

// Called by the unit before the first byte of a reply goes to the program: drops interim replies, follows a redirect to https.
MUST_USE Status connect_follow(Unit *u);
// One read into the buffer, after which the unit knows more about the reply; E_READ when a limit of !NET is passed.
MUST_USE Status follow_fill(Unit *u, size_t *got);
// Hints: READU is about to ask for n bytes; the unit is being closed.
void connect_note_readu(Unit *u, size_t n);
void connect_note_close(Unit *u);

#endif
