// Internal to the module `tls`: one connection, and what its files know of each other.
#ifndef HELIO_NET_TLS_INSIDE_H
#define HELIO_NET_TLS_INSIDE_H

#include "net/tls.h"

#include <openssl/ssl.h>

enum { TLS_NAME_MAX = 256, TLS_REASON_MAX = 256, TLS_ALPN_MAX = 512 };

struct TlsConn {
    SSL *ssl;
    int fd;
    bool is_truncated, is_broken, is_server;
    bool asks_client;        // a server's: the client must show a certificate
    bool is_over;            // its bytes go through another connection of TLS
    bool is_opening;         // the handshake goes on, until opened_by
    double opened_by;
    struct TlsAhead *ahead;  // many records are read at a time; NULL: one is
    bool has_read;           // a byte of the other side's data
    bool was_asked;          // the server wanted a certificate, and there is none to give
    Status failed;           // seen by look: the next read tells it
    char *session_key;       // of the cache of sessions; NULL: none is kept
    unsigned char alpn[TLS_ALPN_MAX];  // in the form of the wire
    unsigned alpn_len;
};

// The context for these files (tls_context.c), kept for the next connection; *id names it and what the files were. The caller
// frees its reference.
MUST_USE Status tls_context(const TlsSetup *setup, SSL_CTX **out, unsigned long long *id);
bool tls_system_has_certificates(void);

// From now on the descriptor is read in large pieces (tls_ahead.c); whether one has left something for the next read.
void tls_ahead_begin(TlsConn *t);
bool tls_ahead_has(const TlsConn *t);

// Sessions of verified connections (tls_session.c).
void tls_session_watch(SSL_CTX *ctx);
void tls_session_resume(TlsConn *t, const TlsSetup *setup, const char *name, unsigned long long id);
void tls_session_forget(TlsConn *t, bool is_trusted);  // false: what is kept for the same settings goes, too

// The connection's bytes go through `under` (tls_over.c). False: no memory.
bool tls_put_over(SSL *ssl, TlsConn *under);

// The name without brackets, zone and last dot, in ASCII (tls_name.c).
MUST_USE Status tls_plain_name(const char *host, char *out, size_t n);
bool tls_is_address(const char *name);

// Pins and stapled answers (tls_check.c), after the handshake.
MUST_USE Status tls_read_pins(const char *pins);  // before it: whether they are any
MUST_USE Status tls_check_pins(SSL *ssl, const TlsSetup *setup);
MUST_USE Status tls_check_staple(SSL *ssl, const char *host);

// Why it failed (tls_reason.c).
MUST_USE Status tls_handshake_failure(TlsConn *t, const TlsSetup *setup);
MUST_USE Status tls_transfer_failure(TlsConn *t, int code, int err);  // err: 0, or the system's
const char *tls_last_reason(char *space, size_t n);  // empties OpenSSL's queue

#endif
