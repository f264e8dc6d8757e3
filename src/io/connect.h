// Units over sockets: client, listener, accepted connection; TLS; the redirect to https; hints. The SOCKET procedure is
// a thin layer over this.
#ifndef HELIO_IO_CONNECT_H
#define HELIO_IO_CONNECT_H

#include "io/lun.h"
#include "net/tls.h"
#include "sys/address.h"

// What a port may be instead: a service that is not known, a number that no port has.
enum { PORT_UNKNOWN = -1, PORT_OUTSIDE = -2 };

typedef enum SocketKind { SOCKET_TCP, SOCKET_LOCAL, SOCKET_UDP } SocketKind;

typedef struct SocketOpen {
    SocketKind kind;
    const char *host;  // of a client; of others whose certificate is wanted (TLS)
    int port;          // of a client, or PORT_UNKNOWN, PORT_OUTSIDE. Of a listener: 0 lets the system choose
    const char *service;  // the port as the program wrote it
    const char *path;  // of a Unix-domain socket
    const char *bind;  // an address of this machine, or an interface; NULL: as the system likes
    int bind_port;     // of a client; 0: any
    const char *proxy; // PROXY=, a URL; NULL: none
    bool asks_environment;  // for the proxy
    double connect_timeout, read_timeout, write_timeout;  // seconds, negative: none
    unsigned flags;       // UF_RAWIO, UF_SWAP, UF_STDIO, UF_CRLF
    int width;
    bool tls, decode;
    bool asks_protocol;  // the one of ALPN is wanted, which the handshake tells
    TlsSetup secure;  // what is asked of TLS; host, port, timeout and the side are filled in
    int local_port;  // result
} SocketOpen;

// The unit must be closed (E_UNIT_OPEN). Failures are worded: "Unable to connect to host. Unit: 100, File: host.80".
MUST_USE Status connect_client(Units *t, int64_t lun, SocketOpen *how);
MUST_USE Status connect_listen(Units *t, int64_t lun, SocketOpen *how);
MUST_USE Status connect_local(Units *t, int64_t lun, SocketOpen *how);  // Unix-domain sockets (io/local.c)
MUST_USE Status connect_local_listen(Units *t, int64_t lun, SocketOpen *how);
MUST_USE Status connect_udp(Units *t, int64_t lun, SocketOpen *how);  // datagrams (io/udp.c)
MUST_USE Status connect_udp_bind(Units *t, int64_t lun, SocketOpen *how);
// The TLS handshake of a client is waited for, unless the program serves several units: it has asked FILE_POLL_INPUT about the
// listener. Then it goes on in FILE_POLL_INPUT and in transfers, which tell when it fails.
MUST_USE Status connect_accept(Units *t, int64_t lun, int64_t listener, SocketOpen *how);

// TLS on an open unit, over which nothing may be left unread; how->host (NULL: the one it was opened with) is whose
// certificate is wanted. A unit of ACCEPT= is the server's side. On failure the unit is closed: nothing must go on in the clear.
MUST_USE Status connect_start_tls(Units *t, int64_t lun, SocketOpen *how);

// Half-close: what is held back goes out, the other side sees the end, and reading goes on. Again is no error.
MUST_USE Status connect_end_writing(Units *t, int64_t lun);

// What SOCKET_INFO tells.
typedef struct SocketFacts {
    const char *protocol;  // "tcp", "udp", "unix"
    bool is_listener;
    SysName own, peer;
    char proxy[300];       // without user and password
    TlsFacts tls;
    const char *alpn;      // n bytes
    size_t alpn_len;
} SocketFacts;

MUST_USE Status connect_facts(Units *t, int64_t lun, SocketFacts *out);

// Called by the unit before the first byte of a reply goes to the program: drops interim replies, follows a redirect to https.
MUST_USE Status connect_follow(Unit *u);
// One read into the buffer, after which the unit knows more about the reply; E_READ when a limit of !NET is passed.
MUST_USE Status follow_fill(Unit *u, size_t *got);
// Hints: READU is about to ask for n bytes; the unit is being closed.
void connect_note_readu(Unit *u, size_t n);
void connect_note_close(Unit *u);

#endif
