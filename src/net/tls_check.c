// What is checked after the handshake: pinned keys, and what the authority says through the server about a certificate (OCSP).
#include "net/tls_inside.h"

#include "core/errors.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>

#define PIN_START "sha256//"
enum { CLOCKS_DIFFER = 300, STATUS_REQUEST = 5, HASH_LENGTH = 44 };  // seconds; the TLS feature of RFC 7633; letters of BASE64

// --- Pins -----------------------------------------------------------------------------------------------------------------

// BASE64 of the SHA-256 of the other side's public key; false: it has shown none.
static bool key_hash(SSL *ssl, char *out)
{
    unsigned char *der = NULL, hash[SHA256_DIGEST_LENGTH];
    X509 *cert = SSL_get0_peer_certificate(ssl);
    int n = cert ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) : -1;
    if (n <= 0) return false;
    SHA256(der, (size_t)n, hash);
    OPENSSL_free(der);
    EVP_EncodeBlock((unsigned char *)out, hash, sizeof hash);
    return true;
}

Status tls_read_pins(const char *pins)
{
    for (const char *p = pins; p && *p;) {
        size_t n = strcspn(p, ";"), start = strlen(PIN_START);
        bool is_pin = n == start + HASH_LENGTH && strncmp(p, PIN_START, start) == 0;
        if (!is_pin) {
            return status_fail(E_TLS_PIN, "PIN: %.*s is not like " PIN_START "BASE64, of the SHA-256 of a public key.",
                               (int)n, p);
        }
        p += n + (p[n] == ';');
    }
    return pins && !*pins ? status_fail(E_TLS_PIN, "PIN is empty: no key would be right.") : STATUS_OK;
}

Status tls_check_pins(SSL *ssl, const TlsSetup *setup)
{
    char have[2*SHA256_DIGEST_LENGTH];
    if (!setup->pins) return STATUS_OK;
    if (!key_hash(ssl, have)) return status_fail(E_TLS_PIN, "%s has shown no key: PIN= cannot be checked.", setup->host);
    for (const char *p = setup->pins; *p;) {
        size_t n = strcspn(p, ";"), start = strlen(PIN_START);
        if (n == start + HASH_LENGTH && memcmp(p + start, have, HASH_LENGTH) == 0) return STATUS_OK;
        p += n + (p[n] == ';');
    }
    return status_fail(E_TLS_PIN, "The public key of %s is not one of PIN=: it is %s%s.", setup->host, PIN_START, have);
}

// --- Stapled answers --------------------------------------------------------------------------------------------------------

static bool must_have_staple(X509 *cert)
{
    bool must = false;
    TLS_FEATURE *features = X509_get_ext_d2i(cert, NID_tlsfeature, NULL, NULL);
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features); i++) {
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST) must = true;
    }
    TLS_FEATURE_free(features);
    return must;
}

static Status not_proved(const char *host, const char *why)
{
    ERR_clear_error();
    return status_fail(E_TLS_STAPLE, "The certificate of %s: %s.", host, why);
}

// What the answer says about this certificate.
static Status judge(OCSP_BASICRESP *basic, X509 *cert, X509 *issuer, const char *host)
{
    int status = -1, reason;
    ASN1_GENERALIZEDTIME *revoked_at, *from, *to;
    for (int i = 0; i < OCSP_resp_count(basic); i++) {
        OCSP_SINGLERESP *one = OCSP_resp_get0(basic, i);
        const EVP_MD *digest = NULL;
        ASN1_OBJECT *kind = NULL;
        OCSP_CERTID *asked = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(one);
        if (OCSP_id_get0_info(NULL, &kind, NULL, NULL, asked) == 1) digest = EVP_get_digestbyobj(kind);
        OCSP_CERTID *id = digest ? OCSP_cert_to_id(digest, cert, issuer) : NULL;
        bool is_this = id && OCSP_id_cmp(id, asked) == 0;
        OCSP_CERTID_free(id);
        if (!is_this) continue;
        status = OCSP_single_get0_status(one, &reason, &revoked_at, &from, &to);
        if (OCSP_check_validity(from, to, CLOCKS_DIFFER, -1) != 1) {
            return not_proved(host, "the stapled OCSP answer is out of date");
        }
        break;
    }
    if (status == V_OCSP_CERTSTATUS_GOOD) return STATUS_OK;
    if (status == V_OCSP_CERTSTATUS_REVOKED) {
        ERR_clear_error();
        return status_fail(E_TLS_REVOKED, "The certificate of %s has been revoked by its authority (stapled OCSP answer).", host);
    }
    return not_proved(host, status < 0 ? "the stapled OCSP answer is about another one" :
                      "its authority does not know it (OCSP)");
}

static Status check_answer(SSL *ssl, OCSP_RESPONSE *answer, X509 *cert, const char *host)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
    X509 *issuer = chain && sk_X509_num(chain) > 1 ? sk_X509_value(chain, 1) : NULL;
    OCSP_BASICRESP *basic = OCSP_response_get1_basic(answer);
    if (!basic || !issuer) {
        OCSP_BASICRESP_free(basic);
        return issuer ? not_proved(host, "the stapled OCSP answer cannot be read") : STATUS_OK;  // trusted itself, by CA_FILE
    }
    X509_STORE *store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
    bool is_signed = OCSP_basic_verify(basic, chain, store, OCSP_PARTIAL_CHAIN) == 1;
    Status s = is_signed ? judge(basic, cert, issuer, host) :
               not_proved(host, "the stapled OCSP answer is not signed by its authority");
    OCSP_BASICRESP_free(basic);
    ERR_clear_error();
    return s;
}

Status tls_check_staple(SSL *ssl, const char *host)
{
    const unsigned char *p = NULL;
    X509 *cert = SSL_get0_peer_certificate(ssl);
    if (!cert || SSL_session_reused(ssl)) return STATUS_OK;  // a session is kept after this has been checked
    long n = SSL_get_tlsext_status_ocsp_resp(ssl, &p);
    bool must = must_have_staple(cert);
    if (n <= 0 || !p) {
        return must ? not_proved(host, "it asks for a stapled OCSP answer, and the server sent none") : STATUS_OK;
    }
    OCSP_RESPONSE *answer = d2i_OCSP_RESPONSE(NULL, &p, n);
    if (!answer) return not_proved(host, "the stapled OCSP answer cannot be read");
    bool has_succeeded = OCSP_response_status(answer) == OCSP_RESPONSE_STATUS_SUCCESSFUL;
    Status s = has_succeeded ? check_answer(ssl, answer, cert, host) :
               must ? not_proved(host, "it asks for a stapled OCSP answer, and the server's is an error") : STATUS_OK;
    OCSP_RESPONSE_free(answer);
    return s;
}
