// TLS over a connected, non-blocking socket. The work is done by the loadable module `tls` (net/tls.c, OpenSSL), which
// exports one TlsApi named tls_api; waits go through sys_wait.
#ifndef HELIO_NET_TLS_H
#define HELIO_NET_TLS_H

#include "base/status.h"

#include <stddef.h>

typedef struct TlsConn TlsConn;

typedef struct TlsSetup {
    const char *host;     // for SNI and verification
    const char *ca_file;  // trusted besides the system's certificates; NULL none
    const char *cert_file, *key_file;  // server side, or a client's own; NULL none
    bool no_verify;
    bool is_server;
    double timeout;  // of the handshake, seconds; negative none
} TlsSetup;

typedef struct TlsApi {
    // Handshake over fd, which stays the caller's. E_TLS with a text of its own for expired, wrong host, self-signed,
    // unknown issuer, not TLS, protocol version; E_TIMEOUT, E_INTERRUPT.
    Status (*open)(int fd, const TlsSetup *setup, TlsConn **out);
    // Like stream reads and writes: at least one byte, *got 0 at the end. An end without close_notify is the end too,
    // and tls->truncated then answers true.
    Status (*read)(TlsConn *t, void *p, size_t n, double timeout, size_t *got);
    Status (*write)(TlsConn *t, const void *p, size_t n, double timeout, size_t *put);
    bool (*pending)(TlsConn *t);    // decrypted bytes are waiting
    bool (*truncated)(TlsConn *t);
    void (*close)(TlsConn *t);      // sends close_notify if that needs no waiting; frees
} TlsApi;

#endif
