// TLS over a connected, non-blocking socket. The work is done by the loadable module `tls` (net/tls*.c, OpenSSL and libidn2),
// which exports one TlsApi named tls_api; waits go through sys_wait.
#ifndef HELIO_NET_TLS_H
#define HELIO_NET_TLS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct TlsConn TlsConn;

// What the program asks for. Texts are borrowed, NULL where nothing is asked; files are paths as the system takes them.
typedef struct TlsSetup {
    const char *host;      // for SNI and verification
    int port;              // as the program knows it: sessions are kept by host and port
    const char *ca_file;   // trusted besides the system's certificates
    const char *crl_file;  // certificates that have been revoked: then each of the chain needs a list
    const char *cert_file, *key_file, *key_password;  // server side, or a client's own
    const char *alpn;      // protocols, the preferred one first: "h2,http/1.1"
    const char *sni;       // another name to ask for; "": none
    const char *pins;      // "sha256//BASE64;..." of public keys
    bool ca_only;          // the system's certificates are not trusted
    bool no_verify;
    bool is_server;
    bool is_later;         // the handshake goes on in look, read and write
    bool asks_client;      // server side: a client without a certificate by ca_file is refused
    double timeout;        // of the handshake, seconds; negative none
    TlsConn *over;         // the connection is another one of TLS (a proxy's), over the same descriptor; NULL: it is not
} TlsSetup;

// What has been agreed on. "" where there is nothing.
typedef struct TlsFacts {
    const char *version, *cipher;  // "TLSv1.3"
    char certificate[256];         // whose the other side's is: "/CN=user"
} TlsFacts;

// Owned copies; NULL for NULL.
TlsSetup *tls_setup_copy(const TlsSetup *from);
void tls_setup_free(TlsSetup *s);

typedef struct TlsApi {
    // Handshake over fd, which stays the caller's. Failures have a code E_TLS_... each and a text; E_TLS: none of these. With
    // is_later a read or write tells them.
    Status (*open)(int fd, const TlsSetup *setup, TlsConn **out);
    // Like stream reads and writes: at least one byte, *got 0 at the end. An end without close_notify is the end too,
    // and tls->truncated then answers true.
    Status (*read)(TlsConn *t, void *p, size_t n, double timeout, size_t *got);
    Status (*write)(TlsConn *t, const void *p, size_t n, double timeout, size_t *put);
    // Decrypts what has come, without waiting: true when a read would not wait. *bytes that it would get; 0 for an end or
    // a failure.
    bool (*look)(TlsConn *t, size_t *bytes);
    // Whether look might say so though nothing has come on the descriptor.
    bool (*holds)(TlsConn *t);
    bool (*is_open)(TlsConn *t);  // the handshake is over, well or not
    bool (*truncated)(TlsConn *t);
    bool (*lacks_certificate)(TlsConn *t);  // the server asked for one, and none was given
    const char *(*protocol)(TlsConn *t, size_t *n);  // that ALPN has chosen; *n 0: none
    void (*facts)(TlsConn *t, TlsFacts *out);
    Status (*end_writing)(TlsConn *t, double timeout);  // sends close_notify; reading goes on
    void (*close)(TlsConn *t);      // sends close_notify if that needs no waiting; frees
    // A host's name in the letters that DNS has ("sünde.test" -> "xn--..."); fails when there is none.
    Status (*ascii_name)(const char *host, char *out, size_t n);
} TlsApi;

#endif
