// TLS over another connection of TLS (a proxy that is spoken to in TLS): OpenSSL reads and writes through this BIO instead of the
// descriptor, which is still what is waited for.
#include "net/tls_inside.h"

#include <openssl/bio.h>
#include <openssl/err.h>

static void note_want(BIO *b, SSL *ssl, int result)
{
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ: BIO_set_retry_read(b); break;
    case SSL_ERROR_WANT_WRITE: BIO_set_retry_write(b); break;
    case SSL_ERROR_ZERO_RETURN: BIO_set_flags(b, BIO_FLAGS_IN_EOF); break;
    default: break;
    }
}

static int over_read(BIO *b, char *p, size_t n, size_t *got)
{
    TlsConn *under = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    int r = SSL_read_ex(under->ssl, p, n, got);
    if (r != 1) note_want(b, under->ssl, r);
    return r == 1;
}

static int over_write(BIO *b, const char *p, size_t n, size_t *put)
{
    TlsConn *under = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    int r = SSL_write_ex(under->ssl, p, n, put);
    if (r != 1) note_want(b, under->ssl, r);
    return r == 1;
}

static long over_control(BIO *b, int what, long n, void *p)
{
    (void)n, (void)p;
    if (what == BIO_CTRL_EOF) return BIO_test_flags(b, BIO_FLAGS_IN_EOF) != 0;
    return what == BIO_CTRL_FLUSH;
}

static BIO_METHOD *method(void)
{
    static BIO_METHOD *m;  // for the process's life; the engine connects in one thread
    if (m) return m;
    m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "TLS over TLS");
    bool is_whole = m && BIO_meth_set_read_ex(m, over_read) && BIO_meth_set_write_ex(m, over_write) &&
                    BIO_meth_set_ctrl(m, over_control);
    if (is_whole) return m;
    BIO_meth_free(m);
    m = NULL;
    return m;
}

bool tls_put_over(SSL *ssl, TlsConn *under)
{
    BIO *b = method() ? BIO_new(method()) : NULL;
    if (!b) return false;
    BIO_set_data(b, under);
    BIO_set_init(b, 1);
    SSL_set_bio(ssl, b, b);
    return true;
}
