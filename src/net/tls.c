// The module `tls`: TLS by OpenSSL over a non-blocking descriptor. Certificates are verified unless the program said
// not to; each way that can fail has a text of its own. Waits go through sys_wait. Start at tls_open.
#include "net/tls.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/await.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>

struct TlsConn {
    SSL_CTX *ctx;
    SSL *ssl;
    int fd;
    bool is_truncated, is_broken;
};

extern const TlsApi tls_api;

// The newest reason in OpenSSL's queue, which is emptied.
static const char *last_reason(char *space, size_t n)
{
    unsigned long e = ERR_peek_last_error();
    const char *reason = e ? ERR_reason_error_string(e) : NULL;
    snprintf(space, n, "%s", reason ? reason : "the connection was closed");
    ERR_clear_error();
    return space;
}

static Status certificate_failure(const TlsConn *t, const char *host)
{
    long why = SSL_get_verify_result(t->ssl);
    switch (why) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return status_fail(E_TLS, "The certificate of %s has expired. VERIFY=0 connects all the same.", host);
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return status_fail(E_TLS, "The certificate of %s is not valid yet: is the clock right?", host);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return status_fail(E_TLS, "The certificate is for another host than %s. VERIFY=0 connects all the same.", host);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return status_fail(E_TLS, "The certificate of %s is self-signed, or its authority is not trusted here. Give the "
                           "authority with CA_FILE=, or VERIFY=0.", host);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return status_fail(E_TLS, "The issuer of the certificate of %s is not known here. Install ca-certificates, give "
                           "CA_FILE=, or VERIFY=0.", host);
    default:
        return status_fail(E_TLS, "The certificate of %s cannot be trusted: %s.", host,
                           X509_verify_cert_error_string(why));
    }
}

static Status handshake_failure(TlsConn *t, const TlsSetup *setup)
{
    char reason[256];
    unsigned long e = ERR_peek_last_error();
    int code = ERR_GET_REASON(e);
    if (!setup->is_server && SSL_get_verify_result(t->ssl) != X509_V_OK) {
        ERR_clear_error();
        return certificate_failure(t, setup->host);
    }
    bool is_ssl = ERR_GET_LIB(e) == ERR_LIB_SSL;
    if (is_ssl && (code == SSL_R_WRONG_VERSION_NUMBER || code == SSL_R_HTTP_REQUEST)) {
        ERR_clear_error();
        return status_fail(E_TLS, "The other side does not speak TLS on this port.");
    }
    if (is_ssl && (code == SSL_R_UNSUPPORTED_PROTOCOL || code == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION)) {
        ERR_clear_error();
        return status_fail(E_TLS, "The other side speaks only old versions of TLS (1.2 or newer is needed).");
    }
    return status_fail(E_TLS, "TLS: %s.", last_reason(reason, sizeof reason));
}

// Waits for what OpenSSL wants next. 1 go on, 0 timeout, else -errno; -EIO when it wants nothing (a real failure).
static int wait_for(TlsConn *t, int result, double deadline)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ: return sys_wait_fd(t->fd, POLLIN, sys_remaining(deadline));
    case SSL_ERROR_WANT_WRITE: return sys_wait_fd(t->fd, POLLOUT, sys_remaining(deadline));
    default: return -EIO;
    }
}

static Status handshake(TlsConn *t, const TlsSetup *setup)
{
    double deadline = sys_deadline(setup->timeout);
    for (;;) {
        ERR_clear_error();
        int r = setup->is_server ? SSL_accept(t->ssl) : SSL_connect(t->ssl);
        if (r == 1) return STATUS_OK;
        int saved = errno, ready = wait_for(t, r, deadline);
        if (ready == SYS_INTERRUPTED) return (Status){E_INTERRUPT, 0, NULL};
        if (ready == 0) return status_sys(E_TLS, ETIMEDOUT, "The TLS handshake took too long.");
        if (ready > 0) continue;
        if (ready != -EIO) return status_sys(E_TLS, -ready, "The TLS handshake failed.");
        if (saved && ERR_peek_last_error() == 0) return status_sys(E_TLS, saved, "The TLS handshake failed.");
        return handshake_failure(t, setup);
    }
}

// OpenSSL would ask on the terminal.
static int refuse_pass_phrase(char *space, int size, int writing, void *asked)
{
    (void)space, (void)size, (void)writing;
    *(bool *)asked = true;
    return -1;
}

static Status use_files(TlsConn *t, const TlsSetup *setup)
{
    char reason[256];
    bool asked = false;
    SSL_CTX_set_default_passwd_cb(t->ctx, refuse_pass_phrase);
    SSL_CTX_set_default_passwd_cb_userdata(t->ctx, &asked);
    if (setup->ca_file && SSL_CTX_load_verify_file(t->ctx, setup->ca_file) != 1) {
        return status_fail(E_TLS, "CA_FILE %s cannot be used: %s.", setup->ca_file, last_reason(reason, sizeof reason));
    }
    if (!setup->cert_file) return STATUS_OK;
    const char *key = setup->key_file ? setup->key_file : setup->cert_file;
    if (SSL_CTX_use_certificate_chain_file(t->ctx, setup->cert_file) == 1 &&
        SSL_CTX_use_PrivateKey_file(t->ctx, key, SSL_FILETYPE_PEM) == 1) {
        SSL_CTX_set_default_passwd_cb_userdata(t->ctx, NULL);
        return STATUS_OK;
    }
    if (asked) {
        return status_fail(E_TLS, "The key in %s is protected by a pass phrase (\"openssl pkey -in %s\" makes one without).", key,
                           key);
    }
    return status_fail(E_TLS, "CERT_FILE %s or its key cannot be used: %s.", setup->cert_file,
                       last_reason(reason, sizeof reason));
}

static bool is_address(const char *host)
{
    unsigned char space[16];
    return inet_pton(AF_INET, host, space) == 1 || inet_pton(AF_INET6, host, space) == 1;
}

// SNI, and which name the certificate must carry.
static bool set_names(TlsConn *t, const TlsSetup *setup)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
    SSL_set_verify(t->ssl, setup->no_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (is_address(setup->host)) {
        return setup->no_verify || X509_VERIFY_PARAM_set1_ip_asc(param, setup->host) == 1;
    }
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set_tlsext_host_name(t->ssl, setup->host) != 1) return false;
    return setup->no_verify || SSL_set1_host(t->ssl, setup->host) == 1;
}

static Status prepare(TlsConn *t, const TlsSetup *setup)
{
    t->ctx = SSL_CTX_new(setup->is_server ? TLS_server_method() : TLS_client_method());
    if (!t->ctx) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION);
    SSL_CTX_set_mode(t->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_verify_paths(t->ctx);  // none at all shows as an unknown issuer
    STATUS_TRY(use_files(t, setup));
    t->ssl = SSL_new(t->ctx);
    if (!t->ssl || SSL_set_fd(t->ssl, t->fd) != 1) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    if (!setup->is_server && !set_names(t, setup)) return status_fail(E_TLS, "TLS: %s is no usable host name.", setup->host);
    return STATUS_OK;
}

static void tls_close(TlsConn *t)
{
    ERR_clear_error();
    if (t->ssl && !t->is_broken && SSL_is_init_finished(t->ssl)) SSL_shutdown(t->ssl);
    SSL_free(t->ssl);
    SSL_CTX_free(t->ctx);
    ERR_clear_error();
    mem_free(t);
}

static Status tls_open(int fd, const TlsSetup *setup, TlsConn **out)
{
    TlsConn *t = mem_must(sizeof *t);
    t->fd = fd;
    ERR_clear_error();
    Status s = prepare(t, setup);
    if (status_ok(s)) s = handshake(t, setup);
    if (status_ok(s)) {
        *out = t;
        return s;
    }
    t->is_broken = true;
    tls_close(t);
    return s;
}

// After a failed transfer: waits if OpenSSL asks for that, else tells what happened. *go_on: try again.
static Status after_failure(TlsConn *t, int code, int result, double deadline, bool *go_on)
{
    int saved = errno, why = SSL_get_error(t->ssl, result);
    *go_on = false;
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        int ready = wait_for(t, result, deadline);
        if (ready == SYS_INTERRUPTED) return (Status){E_INTERRUPT, 0, NULL};
        if (ready == 0) return (Status){code, ETIMEDOUT, NULL};
        if (ready < 0) return (Status){code, -ready, NULL};
        *go_on = true;
        return STATUS_OK;
    }
    t->is_broken = true;
    if (why == SSL_ERROR_SYSCALL) return (Status){code, saved ? saved : ECONNRESET, NULL};
    char reason[256];
    return status_fail(code, "TLS: %s", last_reason(reason, sizeof reason));
}

// An end without close_notify: the data may be cut.
static bool is_truncation(TlsConn *t, int result)
{
    if (SSL_get_error(t->ssl, result) != SSL_ERROR_SSL) return false;
    return ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

static Status tls_read(TlsConn *t, void *p, size_t n, double timeout, size_t *got)
{
    double deadline = sys_deadline(timeout);
    *got = 0;
    for (bool go_on = !t->is_truncated; go_on;) {
        ERR_clear_error();
        errno = 0;
        int r = SSL_read_ex(t->ssl, p, n, got);
        if (r == 1) return STATUS_OK;
        if (SSL_get_error(t->ssl, r) == SSL_ERROR_ZERO_RETURN) return STATUS_OK;
        if (is_truncation(t, r)) {
            t->is_truncated = t->is_broken = true;
            ERR_clear_error();
            return STATUS_OK;
        }
        STATUS_TRY(after_failure(t, E_READ, r, deadline, &go_on));
    }
    return STATUS_OK;
}

static Status tls_write(TlsConn *t, const void *p, size_t n, double timeout, size_t *put)
{
    double deadline = sys_deadline(timeout);
    *put = 0;
    for (bool go_on = true; go_on;) {
        ERR_clear_error();
        errno = 0;
        int r = SSL_write_ex(t->ssl, p, n, put);
        if (r == 1) return STATUS_OK;
        STATUS_TRY(after_failure(t, E_WRITE, r, deadline, &go_on));
    }
    return STATUS_OK;
}

static bool tls_pending(TlsConn *t) { return SSL_has_pending(t->ssl) && SSL_pending(t->ssl) > 0; }

static bool tls_truncated(TlsConn *t) { return t->is_truncated; }

const TlsApi tls_api = {
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .pending = tls_pending,
    .truncated = tls_truncated,
    .close = tls_close,
};
