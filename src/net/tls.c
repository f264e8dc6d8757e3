// The module `tls`: TLS by OpenSSL over a non-blocking descriptor. Certificates are verified unless the program said
// not to; each way that can fail has a code and a text of its own (tls_reason.c). Waits go through sys_wait. Start at tls_open.
#include "net/tls_inside.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/fd.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

extern const TlsApi tls_api;

enum { AHEAD_FROM = 64 << 10 };  // bytes asked for at a time: whoever wants more wants much

// Waits for what OpenSSL wants next. 1 go on, 0 timeout, else -errno; -EIO when it wants nothing (a real failure).
static int wait_for(TlsConn *t, int result, double deadline)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ: return sys_wait_fd(t->fd, POLLIN, sys_remaining(deadline));
    case SSL_ERROR_WANT_WRITE: return sys_wait_fd(t->fd, POLLOUT, sys_remaining(deadline));
    default: return -EIO;
    }
}

static Status handshake_timeout(void) { return status_sys(E_TLS_TIMEOUT, ETIMEDOUT, "The TLS handshake took too long."); }

// A handshake goes as far as it can, without waiting. *wants: POLLIN or POLLOUT, before it can go on; 0: it is over.
static Status shake(TlsConn *t, const TlsSetup *setup, short *wants)
{
    ERR_clear_error();
    errno = 0;
    *wants = 0;
    int r = t->is_server ? SSL_accept(t->ssl) : SSL_connect(t->ssl);
    if (r == 1) return STATUS_OK;
    int saved = errno, why = SSL_get_error(t->ssl, r);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) {
        *wants = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        return STATUS_OK;
    }
    if (saved && ERR_peek_last_error() == 0) return status_sys(E_TLS, saved, "The TLS handshake failed.");
    return tls_handshake_failure(t, setup);
}

static Status handshake(TlsConn *t, const TlsSetup *setup, double deadline)
{
    short wants;
    for (;;) {
        STATUS_TRY(shake(t, setup, &wants));
        if (!wants) return STATUS_OK;
        int ready = sys_wait_fd(t->fd, wants, sys_remaining(deadline));
        if (ready == SYS_INTERRUPTED) return (Status){E_INTERRUPT, 0, NULL};
        if (ready == 0) return handshake_timeout();
        if (ready < 0) return status_sys(E_TLS, -ready, "The TLS handshake failed.");
    }
}

// "h2,http/1.1" in the form of the wire: each behind its length.
static Status read_alpn(TlsConn *t, const char *p)
{
    for (bool more = p != NULL; more;) {
        size_t n = strcspn(p, ",");
        if (n == 0 || n > 255 || t->alpn_len + n + 1 > sizeof t->alpn) {
            return status_fail(E_TLS, "ALPN: names of protocols have 1 to 255 bytes, all together less than %d.", TLS_ALPN_MAX);
        }
        t->alpn[t->alpn_len++] = (unsigned char)n;
        memcpy(t->alpn + t->alpn_len, p, n);
        t->alpn_len += (unsigned)n;
        more = p[n] == ',';
        p += n + more;
    }
    return STATUS_OK;
}

// SNI, and which name the certificate must carry.
static bool set_names(TlsConn *t, const TlsSetup *setup, const char *name)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(t->ssl);
    const char *sni = setup->sni ? setup->sni : tls_is_address(name) ? "" : name;
    SSL_set_verify(t->ssl, setup->no_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (*sni && SSL_set_tlsext_host_name(t->ssl, sni) != 1) return false;
    if (setup->no_verify) return true;
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return tls_is_address(name) ? X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1 : SSL_set1_host(t->ssl, name) == 1;
}

static Status prepare_client(TlsConn *t, const TlsSetup *setup, unsigned long long context)
{
    char name[TLS_NAME_MAX];
    STATUS_TRY(tls_plain_name(setup->host, name, sizeof name));
    STATUS_TRY(tls_read_pins(setup->pins));
    if (!set_names(t, setup, name)) return status_fail(E_TLS, "TLS: %s is no usable host name.", setup->host);
    if (t->alpn_len) SSL_set_alpn_protos(t->ssl, t->alpn, t->alpn_len);
    if (setup->no_verify) return STATUS_OK;
    SSL_set_tlsext_status_type(t->ssl, TLSEXT_STATUSTYPE_ocsp);
    tls_session_resume(t, setup, name, context);
    return STATUS_OK;
}

static Status prepare(TlsConn *t, const TlsSetup *setup)
{
    SSL_CTX *ctx;
    unsigned long long id;
    STATUS_TRY(read_alpn(t, setup->alpn));
    STATUS_TRY(tls_context(setup, &ctx, &id));
    t->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    bool has_way = t->ssl && (setup->over ? tls_put_over(t->ssl, setup->over) : SSL_set_fd(t->ssl, t->fd) == 1);
    if (!has_way) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    SSL_set_app_data(t->ssl, t);
    return setup->is_server ? STATUS_OK : prepare_client(t, setup, id);
}

static Status check(TlsConn *t, const TlsSetup *setup)
{
    if (setup->is_server) return STATUS_OK;
    STATUS_TRY(tls_check_pins(t->ssl, setup));
    return setup->no_verify ? STATUS_OK : tls_check_staple(t->ssl, setup->host);
}

static void tls_close(TlsConn *t)
{
    ERR_clear_error();
    bool is_open = t->ssl && !t->is_broken && SSL_is_init_finished(t->ssl) && !(SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN);
    if (is_open) SSL_shutdown(t->ssl);
    tls_session_forget(t, true);
    SSL_free(t->ssl);
    ERR_clear_error();
    status_drop(&t->failed);
    mem_free(t);
}

static Status tls_open(int fd, const TlsSetup *setup, TlsConn **out)
{
    TlsConn *t = mem_must(sizeof *t);
    t->fd = fd;
    t->is_server = setup->is_server;
    t->is_over = setup->over != NULL;
    t->asks_client = setup->asks_client;
    ERR_clear_error();
    Status s = prepare(t, setup);
    t->opened_by = sys_deadline(setup->timeout);
    t->is_opening = setup->is_later && setup->is_server;
    if (status_ok(s) && !t->is_opening) s = handshake(t, setup, t->opened_by);
    if (status_ok(s) && !t->is_opening) s = check(t, setup);
    ERR_clear_error();
    if (status_ok(s)) {
        *out = t;
        return s;
    }
    t->is_broken = true;
    tls_session_forget(t, false);
    tls_close(t);
    return s;
}

// Before it broke the connection, the other side may have said why.
static bool has_last_word(TlsConn *t)
{
    char one;
    size_t got;
    ERR_clear_error();
    return SSL_peek_ex(t->ssl, &one, 1, &got) != 1 && ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_SSL &&
           ERR_GET_REASON(ERR_peek_last_error()) >= SSL_AD_REASON_OFFSET;
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
    if (code == E_WRITE && why == SSL_ERROR_SYSCALL && has_last_word(t)) return tls_transfer_failure(t, code, 0);
    return tls_transfer_failure(t, code, why == SSL_ERROR_SYSCALL ? saved ? saved : ECONNRESET : 0);
}

// The end: with close_notify, or without (the data may be cut).
static bool is_end(TlsConn *t, int result)
{
    int why = SSL_get_error(t->ssl, result);
    if (why == SSL_ERROR_ZERO_RETURN) return true;
    if (why != SSL_ERROR_SSL || ERR_GET_REASON(ERR_peek_last_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) return false;
    t->is_truncated = t->is_broken = true;
    ERR_clear_error();
    return true;
}

// --- A handshake that open has not waited for: of a server --------------------------------------------------------------------

static TlsSetup server_side(const TlsConn *t) { return (TlsSetup){.is_server = true, .asks_client = t->asks_client}; }

static Status opened(TlsConn *t, Status s)
{
    t->is_opening = false;
    t->is_broken |= !status_ok(s);
    return s;
}

// Before a transfer: the handshake ends, or the time of one of them does.
static Status finish_opening(TlsConn *t, int code, double deadline)
{
    double left = sys_remaining(t->opened_by), mine = sys_remaining(deadline);
    bool is_mine = mine >= 0 && (left < 0 || mine < left);
    if (!t->is_opening) return STATUS_OK;
    TlsSetup setup = server_side(t);
    Status s = handshake(t, &setup, is_mine ? deadline : t->opened_by);
    if (s.code == E_INTERRUPT) return s;
    if (s.code != E_TLS_TIMEOUT || !is_mine) return opened(t, s);
    status_drop(&s);
    return (Status){code, ETIMEDOUT, NULL};  // it may go on
}

// Without waiting; false: it goes on.
static bool try_opening(TlsConn *t)
{
    short wants;
    if (!t->is_opening) return true;
    TlsSetup setup = server_side(t);
    Status s = shake(t, &setup, &wants);
    if (status_ok(s) && wants && sys_remaining(t->opened_by) == 0) s = handshake_timeout();
    else if (status_ok(s) && wants) return false;
    t->failed = opened(t, s);
    return true;
}

static bool tls_is_open(TlsConn *t) { return !t->is_opening; }

static Status take_failure(TlsConn *t)
{
    Status s = t->failed;
    t->failed = (Status){E_READ, ECONNRESET, NULL};
    return s;
}

// As many bytes as have come, at most n. As SSL_read_ex; *got may be more than 0 when a record behind is no good.
static int read_records(TlsConn *t, char *p, size_t n, size_t *got)
{
    int r;
    size_t more;
    *got = 0;
    if (n > AHEAD_FROM && !t->is_over) tls_ahead_begin(t);
    do {
        r = SSL_read_ex(t->ssl, p + *got, n - *got, &more);
        *got += r == 1 ? more : 0;
    } while (r == 1 && *got < n && tls_ahead_has(t));
    return *got ? 1 : r;
}

static Status tls_read(TlsConn *t, void *p, size_t n, double timeout, size_t *got)
{
    double deadline = sys_deadline(timeout);
    *got = 0;
    if (t->failed.code) return take_failure(t);
    STATUS_TRY(finish_opening(t, E_READ, deadline));
    for (bool go_on = !t->is_truncated; go_on;) {
        ERR_clear_error();
        errno = 0;
        int r = read_records(t, p, n, got);
        t->has_read |= r == 1;
        if (r == 1 || is_end(t, r)) return STATUS_OK;
        if (SSL_get_error(t->ssl, r) == SSL_ERROR_WANT_READ) sys_gather(t->fd, n);
        STATUS_TRY(after_failure(t, E_READ, r, deadline, &go_on));
    }
    return STATUS_OK;
}

// Servers send tickets behind the handshake, and many hold the reply back until these are acknowledged (Nagle), which a
// system that waits for data to go with it does 40 ms later.
static void acknowledge_at_once(const TlsConn *t)
{
    int on = 1;
    if (!t->has_read && !t->is_server) setsockopt(t->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);  // failing harms nothing
}

static Status tls_write(TlsConn *t, const void *p, size_t n, double timeout, size_t *put)
{
    double deadline = sys_deadline(timeout);
    *put = 0;
    if (t->failed.code && !SSL_is_init_finished(t->ssl)) return take_failure(t);
    STATUS_TRY(finish_opening(t, E_WRITE, deadline));
    for (bool go_on = true; go_on;) {
        ERR_clear_error();
        errno = 0;
        int r = SSL_write_ex(t->ssl, p, n, put);
        if (r == 1) {
            acknowledge_at_once(t);
            return STATUS_OK;
        }
        STATUS_TRY(after_failure(t, E_WRITE, r, deadline, &go_on));
    }
    return STATUS_OK;
}

// A peek takes what is no data (tickets, changes of keys) off the connection.
static bool tls_look(TlsConn *t, size_t *bytes)
{
    char one;
    size_t got = 0;
    *bytes = 0;
    if (!try_opening(t)) return false;
    if (t->failed.code || t->is_truncated) return true;
    ERR_clear_error();
    errno = 0;
    int r = SSL_peek_ex(t->ssl, &one, 1, &got);
    if (r == 1) {
        *bytes = (size_t)SSL_pending(t->ssl);
        return true;
    }
    int saved = errno, why = SSL_get_error(t->ssl, r);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return false;
    if (is_end(t, r)) return true;
    t->is_broken = true;
    t->failed = tls_transfer_failure(t, E_READ, why == SSL_ERROR_SYSCALL ? saved ? saved : ECONNRESET : 0);
    return true;
}

static bool tls_holds(TlsConn *t)
{
    return t->failed.code || t->is_truncated || t->is_opening || t->is_over || SSL_has_pending(t->ssl) || tls_ahead_has(t) ||
           SSL_get_shutdown(t->ssl) & SSL_RECEIVED_SHUTDOWN;
}

static Status tls_end_writing(TlsConn *t, double timeout)
{
    double deadline = sys_deadline(timeout);
    STATUS_TRY(finish_opening(t, E_WRITE, deadline));
    if (SSL_get_shutdown(t->ssl) & SSL_SENT_SHUTDOWN) return STATUS_OK;
    for (bool go_on = true; go_on;) {
        ERR_clear_error();
        errno = 0;
        int r = SSL_shutdown(t->ssl);
        if (r >= 0) return STATUS_OK;
        STATUS_TRY(after_failure(t, E_WRITE, r, deadline, &go_on));
    }
    return STATUS_OK;
}

static bool tls_truncated(TlsConn *t) { return t->is_truncated; }

static bool tls_lacks_certificate(TlsConn *t) { return t->was_asked; }

static const char *tls_protocol(TlsConn *t, size_t *n)
{
    const unsigned char *p = NULL;
    unsigned len = 0;
    SSL_get0_alpn_selected(t->ssl, &p, &len);
    *n = len;
    return (const char *)p;
}

static void tls_facts(TlsConn *t, TlsFacts *out)
{
    X509 *cert = SSL_get0_peer_certificate(t->ssl);
    *out = (TlsFacts){.version = SSL_get_version(t->ssl), .cipher = SSL_get_cipher_name(t->ssl)};
    if (cert) X509_NAME_oneline(X509_get_subject_name(cert), out->certificate, sizeof out->certificate);
}

const TlsApi tls_api = {
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .look = tls_look,
    .holds = tls_holds,
    .is_open = tls_is_open,
    .truncated = tls_truncated,
    .lacks_certificate = tls_lacks_certificate,
    .protocol = tls_protocol,
    .end_writing = tls_end_writing,
    .facts = tls_facts,
    .close = tls_close,
    .ascii_name = tls_plain_name,
};
