// Sessions of connections that have been verified, so that the next one to the same host, port and settings is shorter. A
// session of TLS 1.3 is used once (RFC 8446, C.4), all for ten minutes at most. Start at tls_session_resume.
#include "net/tls_inside.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SESSIONS_MAX = 64, SESSION_AGE_MAX = 600 };

typedef struct Kept {
    char *key;
    SSL_SESSION *session;
} Kept;

static Kept kept[SESSIONS_MAX];
static int next_place;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void drop(Kept *k)
{
    OPENSSL_free(k->key);
    SSL_SESSION_free(k->session);
    *k = (Kept){0};
}

static bool is_fresh(const SSL_SESSION *s)
{
    long age = (long)time(NULL) - (long)SSL_SESSION_get_time(s);
    return SSL_SESSION_is_resumable(s) && age >= 0 && age < SESSION_AGE_MAX;
}

static bool put(const char *text, SSL_SESSION *session)
{
    char *key = OPENSSL_strdup(text);
    if (!key) return false;
    pthread_mutex_lock(&lock);
    Kept *k = &kept[next_place];
    next_place = (next_place + 1) % SESSIONS_MAX;
    drop(k);
    *k = (Kept){key, session};
    pthread_mutex_unlock(&lock);
    return true;
}

// OpenSSL has got a session from the server. 1: it is ours now.
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    TlsConn *t = SSL_get_app_data(ssl);
    return t && t->session_key && SSL_get_verify_result(ssl) == X509_V_OK && put(t->session_key, session);
}

void tls_session_watch(SSL_CTX *ctx)
{
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, keep_session);
}

// The newest one; all of that key are taken out.
static SSL_SESSION *take(const char *key)
{
    SSL_SESSION *found = NULL;
    pthread_mutex_lock(&lock);
    for (int i = 1; i <= SESSIONS_MAX; i++) {
        Kept *k = &kept[(next_place - i + SESSIONS_MAX) % SESSIONS_MAX];
        if (!k->key || strcmp(k->key, key) != 0) continue;
        if (!found && is_fresh(k->session)) {
            found = k->session;
            k->session = NULL;
        }
        drop(k);
    }
    pthread_mutex_unlock(&lock);
    return found;
}

void tls_session_resume(TlsConn *t, const TlsSetup *setup, const char *name, unsigned long long id)
{
    size_t n = strlen(name) + (setup->sni ? strlen(setup->sni) : 0) + (setup->pins ? strlen(setup->pins) : 0) + TLS_ALPN_MAX + 80;
    t->session_key = OPENSSL_malloc(n);
    if (!t->session_key) return;
    snprintf(t->session_key, n, "%llu %s %d %s %s %.*s", id, name, setup->port, setup->sni ? setup->sni : "*",
             setup->pins ? setup->pins : "*", (int)t->alpn_len, t->alpn);
    SSL_SESSION *session = take(t->session_key);
    if (!session) return;
    SSL_set_session(t->ssl, session);
    bool is_kept = SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION && put(t->session_key, session);
    if (!is_kept) SSL_SESSION_free(session);
}

void tls_session_forget(TlsConn *t, bool is_trusted)
{
    if (!is_trusted && t->session_key) SSL_SESSION_free(take(t->session_key));  // take drops all of that key
    OPENSSL_free(t->session_key);
    t->session_key = NULL;
}
