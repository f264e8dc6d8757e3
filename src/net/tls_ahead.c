// Much of what a TLS connection has to give, with few reads of its descriptor: OpenSSL asks for a record twice, of 16 KB at most,
// and its own way of reading ahead moves what it has at each record. Start at tls_ahead_begin.
#include "net/tls_inside.h"

#include "sys/fd.h"

#include <errno.h>
#include <openssl/bio.h>
#include <pthread.h>
#include <string.h>

enum { AHEAD = 256 << 10 };

struct TlsAhead {
    int fd;
    bool is_end;
    size_t at, len;  // what has been read and not handed on
    char bytes[AHEAD];
};

static BIO_METHOD *method;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int read_ahead(BIO *b, char *p, size_t n, size_t *got)
{
    struct TlsAhead *a = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    *got = 0;
    if (a->at == a->len) {
        ssize_t r = sys_read(a->fd, a->bytes, AHEAD);
        a->at = a->len = 0;
        a->is_end = r == 0;
        if (r == -EAGAIN || r == -EINTR) BIO_set_retry_read(b);
        errno = r < 0 ? (int)-r : 0;
        if (r <= 0) return 0;
        a->len = (size_t)r;
    }
    *got = a->len - a->at < n ? a->len - a->at : n;
    memcpy(p, a->bytes + a->at, *got);
    a->at += *got;
    return 1;
}

static long control(BIO *b, int what, long n, void *p)
{
    const struct TlsAhead *a = BIO_get_data(b);
    (void)n, (void)p;
    return what == BIO_CTRL_EOF ? a->is_end : what == BIO_CTRL_FLUSH;
}

static int destroy(BIO *b)
{
    OPENSSL_free(BIO_get_data(b));
    return 1;
}

static void make_method(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "helio");
    bool is_whole = m && BIO_meth_set_read_ex(m, read_ahead) && BIO_meth_set_ctrl(m, control) && BIO_meth_set_destroy(m, destroy);
    if (is_whole) method = m;
    else BIO_meth_free(m);
}

void tls_ahead_begin(TlsConn *t)
{
    if (t->ahead || SSL_has_pending(t->ssl)) return;
    pthread_once(&once, make_method);
    struct TlsAhead *a = OPENSSL_malloc(sizeof *a);
    BIO *b = method && a ? BIO_new(method) : NULL;
    if (!b) {  // it goes without
        OPENSSL_free(a);
        return;
    }
    a->fd = t->fd;
    a->is_end = false;
    a->at = a->len = 0;
    BIO_set_data(b, a);
    BIO_set_init(b, 1);
    SSL_set0_rbio(t->ssl, b);
    t->ahead = a;
}

bool tls_ahead_has(const TlsConn *t) { return t->ahead && t->ahead->at < t->ahead->len; }
