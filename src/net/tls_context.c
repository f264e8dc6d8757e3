// Contexts: what the files of a program's settings contain. Reading the system's certificates takes longer than a handshake, so a
// context is kept for the process's life and made anew when a file has changed. Start at tls_context.
#include "net/tls_inside.h"

#include "base/buf.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CONTEXTS_MAX = 32, SECURITY_LEVEL = 2, KEY_MAX = 1 << 20 };  // level 2 (OpenSSL): 112 bits, as Debian sets it

typedef struct KeptContext {
    char *key;  // the settings, and what their files were
    SSL_CTX *ctx;
    unsigned long long id, last_use;
} KeptContext;

static KeptContext kept[CONTEXTS_MAX];
static unsigned long long ids, uses;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// --- The key ------------------------------------------------------------------------------------------------------------

static void put_state(Buf *b, const char *path)
{
    struct stat st;
    if (!path || stat(path, &st) != 0) {
        buf_printf(b, "%s|-\n", path ? path : "");
        return;
    }
    buf_printf(b, "%s|%llu.%llu.%lld.%lld.%ld\n", path, (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
               (long long)st.st_size, (long long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec);
}

static const char *place(const char *variable, const char *otherwise)
{
    const char *v = getenv(variable);
    return v && *v ? v : otherwise;
}

static const char *system_file(void) { return place(X509_get_default_cert_file_env(), X509_get_default_cert_file()); }
static const char *system_folder(void) { return place(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()); }

static void put_key(Buf *b, const TlsSetup *s)
{
    buf_printf(b, "%d %d %d %d\n", s->is_server, s->no_verify, s->ca_only, s->asks_client);
    put_state(b, s->ca_file);
    put_state(b, s->crl_file);
    put_state(b, s->cert_file);
    put_state(b, s->key_file);
    put_state(b, system_file());
    put_state(b, system_folder());
    buf_puts(b, s->key_password ? s->key_password : "");
}

// --- The system's certificates --------------------------------------------------------------------------------------------

// A folder with names like 0a1b2c3d.0: those are looked up one by one, when a chain needs them.
static bool is_hashed(const char *folder)
{
    bool found = false;
    DIR *d = opendir(folder);
    if (!d) return false;
    for (struct dirent *e = readdir(d); e && !found; e = readdir(d)) {
        found = strlen(e->d_name) == 10 && strspn(e->d_name, "0123456789abcdef") == 8 && e->d_name[8] == '.';
    }
    closedir(d);
    return found;
}

bool tls_system_has_certificates(void)
{
    struct stat st;
    return is_hashed(system_folder()) || (stat(system_file(), &st) == 0 && st.st_size > 0);
}

static void trust_system(SSL_CTX *ctx)
{
    bool is_told = getenv(X509_get_default_cert_file_env()) != NULL;
    if (!is_told && is_hashed(system_folder())) SSL_CTX_set_default_verify_dir(ctx);
    else SSL_CTX_set_default_verify_paths(ctx);
    ERR_clear_error();  // none at all shows as an unknown issuer
}

// --- Files ----------------------------------------------------------------------------------------------------------------

static Status must_be_readable(const char *keyword, const char *path)
{
    struct stat st;
    int err = 0;
    if (stat(path, &st) != 0) err = errno;
    else if (S_ISDIR(st.st_mode)) err = EISDIR;
    else if (!S_ISREG(st.st_mode)) return status_fail(E_TLS_FILE, "%s %s cannot be used: it is no ordinary file.", keyword, path);
    if (!err) {
        int fd = sys_open(path, O_RDONLY, 0);
        if (fd < 0) err = -fd;
        else sys_close(fd);
    }
    return err ? status_fail(E_TLS_FILE, "%s %s cannot be used: %s.", keyword, path, strerror(err)) : STATUS_OK;
}

static Status is_no_good(const char *keyword, const char *path)
{
    char space[TLS_REASON_MAX];
    int reason = ERR_GET_REASON(ERR_peek_last_error());
    bool is_other = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE;
    const char *why = tls_last_reason(space, sizeof space);
    return status_fail(E_TLS_FILE, "%s %s cannot be used: %s.", keyword, path,
                       is_other ? "nothing of that kind is in it (PEM)" : why);
}

static Status use_authorities(SSL_CTX *ctx, const TlsSetup *s)
{
    if (s->ca_file) {
        STATUS_TRY(must_be_readable("CA_FILE", s->ca_file));
        if (SSL_CTX_load_verify_file(ctx, s->ca_file) != 1) return is_no_good("CA_FILE", s->ca_file);
    }
    if (!s->ca_only) {
        trust_system(ctx);
    } else if (!s->ca_file) {
        return status_fail(E_TLS_FILE, "CA_ONLY needs CA_FILE=: nobody would be trusted.");
    }
    X509_STORE *store = SSL_CTX_get_cert_store(ctx);
    if (!s->crl_file) {
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);  // a certificate that CA_FILE names is trusted itself
        return STATUS_OK;
    }
    STATUS_TRY(must_be_readable("CRL_FILE", s->crl_file));
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (!lookup || X509_load_crl_file(lookup, s->crl_file, X509_FILETYPE_PEM) < 1) return is_no_good("CRL_FILE", s->crl_file);
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return STATUS_OK;
}

typedef struct PassPhrase {
    const char *given;
    bool was_asked;
} PassPhrase;

// Without this, OpenSSL would ask on the terminal.
static int give_pass_phrase(char *space, int size, int writing, void *arg)
{
    PassPhrase *p = arg;
    (void)writing;
    if (!p) return -1;
    p->was_asked = true;
    size_t n = p->given ? strlen(p->given) : 0;
    if (!p->given || size < 0 || n > (size_t)size) return -1;
    memcpy(space, p->given, n);
    return (int)n;
}

static Status bad_key(const TlsSetup *s, const char *key, const PassPhrase *phrase)
{
    unsigned long e = ERR_peek_last_error();
    if (ERR_GET_LIB(e) == ERR_LIB_X509 && ERR_GET_REASON(e) == X509_R_KEY_VALUES_MISMATCH) {
        ERR_clear_error();
        return status_fail(E_TLS_FILE, "KEY_FILE %s is not the key of the certificate in %s.", key, s->cert_file);
    }
    if (!phrase->was_asked) return is_no_good("KEY_FILE", key);
    ERR_clear_error();
    if (phrase->given) return status_fail(E_TLS_FILE, "KEY_FILE %s cannot be used: KEY_PASSWORD is wrong.", key);
    return status_fail(E_TLS_FILE, "The key in %s is protected by a pass phrase: give it with KEY_PASSWORD= (\"openssl pkey -in "
                       "%s\" makes a key without).", key, key);
}

static Status use_certificate(SSL_CTX *ctx, const TlsSetup *s)
{
    PassPhrase phrase = {.given = s->key_password};
    const char *key = s->key_file ? s->key_file : s->cert_file;
    SSL_CTX_set_default_passwd_cb(ctx, give_pass_phrase);
    if (!s->cert_file) return s->key_file ? status_fail(E_TLS_FILE, "KEY_FILE needs CERT_FILE=.") : STATUS_OK;
    STATUS_TRY(must_be_readable("CERT_FILE", s->cert_file));
    STATUS_TRY(must_be_readable("KEY_FILE", key));
    SSL_CTX_set_default_passwd_cb_userdata(ctx, &phrase);
    if (SSL_CTX_use_certificate_chain_file(ctx, s->cert_file) != 1) return is_no_good("CERT_FILE", s->cert_file);
    bool is_fine = SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1;
    SSL_CTX_set_default_passwd_cb_userdata(ctx, NULL);
    return is_fine ? STATUS_OK : bad_key(s, key, &phrase);
}

// --- What happens during a handshake ---------------------------------------------------------------------------------------

// The server wants a certificate; called when there is none.
static int note_wanted(SSL *ssl, X509 **cert, EVP_PKEY **key)
{
    TlsConn *t = SSL_get_app_data(ssl);
    (void)cert, (void)key;
    if (t) t->was_asked = true;
    return 0;
}

// The first of our protocols that the client has, too.
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *in, unsigned n,
                           void *arg)
{
    const TlsConn *t = SSL_get_app_data(ssl);
    (void)arg;
    if (!t || !t->alpn_len) return SSL_TLSEXT_ERR_NOACK;
    int r = SSL_select_next_proto((unsigned char **)out, len, t->alpn, t->alpn_len, in, n);
    return r == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Whose certificates are good: CA_FILE says, the system's authorities know nothing about clients.
static Status ask_clients(SSL_CTX *ctx, const TlsSetup *s)
{
    TlsSetup own = *s;
    if (!s->ca_file) return status_fail(E_TLS_FILE, "VERIFY=1 with ACCEPT= needs CA_FILE=: the authority of the clients.");
    own.ca_only = true;
    STATUS_TRY(use_authorities(ctx, &own));
    SSL_CTX_set_client_CA_list(ctx, SSL_load_client_CA_file(s->ca_file));
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"helio", sizeof "helio" - 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return STATUS_OK;
}

static Status fill(SSL_CTX *ctx, const TlsSetup *s)
{
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_get_security_level(ctx) < SECURITY_LEVEL) SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    STATUS_TRY(use_certificate(ctx, s));
    if (s->is_server) {
        SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);  // tickets do without
        SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
        return s->asks_client ? ask_clients(ctx, s) : STATUS_OK;
    }
    SSL_CTX_set_client_cert_cb(ctx, note_wanted);
    tls_session_watch(ctx);
    return use_authorities(ctx, s);
}

// --- The cache -------------------------------------------------------------------------------------------------------------

static KeptContext *place_for(const char *key, bool *found)
{
    KeptContext *oldest = &kept[0];
    for (int i = 0; i < CONTEXTS_MAX; i++) {
        KeptContext *k = &kept[i];
        if (k->key && strcmp(k->key, key) == 0) {
            *found = true;
            return k;
        }
        if (k->last_use < oldest->last_use) oldest = k;
    }
    *found = false;
    return oldest;
}

// With the lock held.
static Status find_or_make(const char *key, const TlsSetup *setup, KeptContext **out)
{
    bool found;
    KeptContext *k = place_for(key, &found);
    if (!found) {
        SSL_CTX *ctx = SSL_CTX_new(setup->is_server ? TLS_server_method() : TLS_client_method());
        char *own = OPENSSL_strdup(key);
        Status s = ctx && own ? fill(ctx, setup) : status_fail(E_NO_MEMORY, "Unable to allocate memory.");
        if (!status_ok(s)) {
            SSL_CTX_free(ctx);
            OPENSSL_free(own);
            return s;
        }
        OPENSSL_free(k->key);
        SSL_CTX_free(k->ctx);
        *k = (KeptContext){.key = own, .ctx = ctx, .id = ++ids};
    }
    k->last_use = ++uses;
    *out = k;
    return STATUS_OK;
}

Status tls_context(const TlsSetup *setup, SSL_CTX **out, unsigned long long *id)
{
    KeptContext *k = NULL;
    Buf key = BUF_INIT(KEY_MAX);
    put_key(&key, setup);
    bool is_whole = buf_ok(&key);
    pthread_mutex_lock(&lock);
    Status s = is_whole ? find_or_make(key.p, setup, &k) : status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    if (status_ok(s)) {
        SSL_CTX_up_ref(k->ctx);
        *out = k->ctx;
        *id = k->id;
    }
    pthread_mutex_unlock(&lock);
    buf_free(&key);
    return s;
}
