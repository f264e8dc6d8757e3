// Why TLS failed: a code and a sentence for each way that a program or its reader may want to tell from others.
#include "net/tls_inside.h"

#include "core/errors.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#define SAYS_NO " VERIFY=0 connects all the same."
#define OLD_VERSIONS "The other side speaks only old versions of TLS (1.2 or newer is needed)."
#define GIVE_ONE "Give a client certificate with CERT_FILE= and its key with KEY_FILE=."

typedef struct Reason {
    long why;          // of X509_V_ERR_ or SSL_R_
    int code;
    const char *text;  // with the host, where it has %s
} Reason;

static const Reason certificate_reasons[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, E_TLS_EXPIRED, "The certificate of %s has expired." SAYS_NO},
    {X509_V_ERR_CERT_NOT_YET_VALID, E_TLS_NOT_YET, "The certificate of %s is not valid yet: is the clock right?"},
    {X509_V_ERR_HOSTNAME_MISMATCH, E_TLS_OTHER_HOST, "The certificate is for another host than %s." SAYS_NO},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, E_TLS_OTHER_HOST, "The certificate is for another host than %s." SAYS_NO},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, E_TLS_SELF_SIGNED,
     "The certificate of %s is self-signed. If it is the right one, give it with CA_FILE=, or VERIFY=0."},
    {X509_V_ERR_CERT_REVOKED, E_TLS_REVOKED, "The certificate of %s has been revoked by its authority."},
    {X509_V_ERR_UNABLE_TO_GET_CRL, E_TLS_CRL, "CRL_FILE has no list of an authority of the certificate of %s."},
    {X509_V_ERR_CRL_HAS_EXPIRED, E_TLS_CRL, "CRL_FILE: the list for the certificate of %s is out of date."},
    {X509_V_ERR_CRL_NOT_YET_VALID, E_TLS_CRL, "CRL_FILE: the list for the certificate of %s is not valid yet."},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, E_TLS_CRL, "CRL_FILE: the list for the certificate of %s is not signed by its authority."},
    {X509_V_ERR_EE_KEY_TOO_SMALL, E_TLS_WEAK, "The certificate of %s has a key that is too short to be safe." SAYS_NO},
    {X509_V_ERR_CA_KEY_TOO_SMALL, E_TLS_WEAK,
     "An authority of the certificate of %s has a key that is too short to be safe." SAYS_NO},
    {X509_V_ERR_CA_MD_TOO_WEAK, E_TLS_WEAK, "The certificate of %s is signed with a digest that is broken (SHA-1, MD5)." SAYS_NO},
    {X509_V_ERR_INVALID_PURPOSE, E_TLS_PURPOSE, "The certificate of %s is not one for servers." SAYS_NO},
    {X509_V_ERR_INVALID_CA, E_TLS_PURPOSE, "The certificate of %s is signed by one that may not sign others." SAYS_NO},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, E_TLS_PURPOSE,
     "The certificate of %s has more authorities above it than one of these allows." SAYS_NO},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, E_TLS_PURPOSE, "The certificate of %s is signed by one that may not sign others." SAYS_NO},
};

// The chain ends with nobody who is trusted.
static Status unknown_issuer(const char *host)
{
    if (!tls_system_has_certificates()) {
        return status_fail(E_TLS_ISSUER, "The issuer of the certificate of %s is not known here: this system has no "
                           "certificates. Install ca-certificates, give CA_FILE=, or VERIFY=0.", host);
    }
    return status_fail(E_TLS_ISSUER, "The issuer of the certificate of %s is not known here. Give its authority with CA_FILE= "
                       "(the server may have left out one between), or VERIFY=0.", host);
}

// Of the certificates of clients, where the sentence for servers would be wrong.
static Status client_failure(long why)
{
    switch (why) {
    case X509_V_ERR_INVALID_PURPOSE: return status_fail(E_TLS_PURPOSE, "The certificate of the client is not one for clients.");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return status_fail(E_TLS_SELF_SIGNED, "The certificate of the client is self-signed, and not in CA_FILE.");
    default: return status_fail(E_TLS_ISSUER, "The issuer of the certificate of the client is not in CA_FILE.");
    }
}

static bool is_about_issuer(long why)
{
    return why == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN || why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT ||
           why == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || why == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
}

static Status with_host(const Reason *r, const char *host)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return status_fail(r->code, r->text, host);  // each text of the table has one %s
#pragma GCC diagnostic pop
}

static Status certificate_failure(const TlsConn *t, const char *host)
{
    long why = SSL_get_verify_result(t->ssl);
    bool is_special = is_about_issuer(why) || why == X509_V_ERR_INVALID_PURPOSE || why == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
    if (t->is_server && is_special) return client_failure(why);
    for (size_t i = 0; i < sizeof certificate_reasons / sizeof certificate_reasons[0]; i++) {
        if (certificate_reasons[i].why == why) return with_host(&certificate_reasons[i], host);
    }
    if (is_about_issuer(why)) return unknown_issuer(host);
    return status_fail(E_TLS, "The certificate of %s cannot be trusted: %s.", host, X509_verify_cert_error_string(why));
}

static const Reason handshake_reasons[] = {
    {SSL_R_WRONG_VERSION_NUMBER, E_TLS_ABSENT, "The other side does not speak TLS on this port."},
    {SSL_R_HTTP_REQUEST, E_TLS_ABSENT, "The other side does not speak TLS on this port."},
    {SSL_R_HTTPS_PROXY_REQUEST, E_TLS_ABSENT, "The other side does not speak TLS on this port."},
    {SSL_R_PACKET_LENGTH_TOO_LONG, E_TLS_ABSENT, "The other side does not speak TLS on this port."},
    {SSL_R_UNSUPPORTED_PROTOCOL, E_TLS_VERSION, OLD_VERSIONS},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, E_TLS_VERSION, OLD_VERSIONS},
    {SSL_R_VERSION_TOO_LOW, E_TLS_VERSION, OLD_VERSIONS},
    {SSL_R_DH_KEY_TOO_SMALL, E_TLS_WEAK, "The key exchange that the other side wants is too weak to be safe."},
    {SSL_R_EE_KEY_TOO_SMALL, E_TLS_WEAK, "The certificate has a key that is too short to be safe."},
    {SSL_R_CA_KEY_TOO_SMALL, E_TLS_WEAK, "An authority of the certificate has a key that is too short to be safe."},
    {SSL_R_CA_MD_TOO_WEAK, E_TLS_WEAK, "The certificate is signed with a digest that is broken (SHA-1, MD5)."},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, E_TLS_CLIENT, "The server wants a client certificate. " GIVE_ONE},
    {SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, E_TLS_CLIENT,
     "The client has shown no certificate, and CA_FILE= with ACCEPT= wants one."},
    {SSL_R_NO_SHARED_CIPHER, E_TLS_VERSION, "The two sides have no cipher in common."},
    {SSL_R_NO_APPLICATION_PROTOCOL, E_TLS, "The two sides have no protocol in common (ALPN=)."},
    {SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, E_TLS, "The server speaks none of the protocols of ALPN=."},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, E_TLS, "The other side does not know the issuer of our certificate."},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME, E_TLS, "The server does not know the name it was asked for (see SNI=)."},
    {SSL_R_UNEXPECTED_EOF_WHILE_READING, E_TLS, "The other side closed the connection before TLS was agreed upon."},
};

static bool is_certificate_alert(int code)
{
    return code == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE || code == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE ||
           code == SSL_R_TLSV1_ALERT_ACCESS_DENIED || code == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

// The newest error, if it is one of the table's.
static const Reason *known_reason(const TlsConn *t)
{
    static const Reason wanted = {0, E_TLS_CLIENT, "The server wants a client certificate. " GIVE_ONE};
    unsigned long e = ERR_peek_last_error();
    int code = ERR_GET_LIB(e) == ERR_LIB_SSL ? ERR_GET_REASON(e) : -1;
    if (t->was_asked && is_certificate_alert(code)) return &wanted;
    for (size_t i = 0; code >= 0 && i < sizeof handshake_reasons / sizeof handshake_reasons[0]; i++) {
        if (handshake_reasons[i].why == code) return &handshake_reasons[i];
    }
    return NULL;
}

const char *tls_last_reason(char *space, size_t n)
{
    unsigned long e = ERR_peek_last_error();
    const char *reason = e ? ERR_reason_error_string(e) : NULL;
    snprintf(space, n, "%s", reason ? reason : "the connection was closed");
    ERR_clear_error();
    return space;
}

Status tls_handshake_failure(TlsConn *t, const TlsSetup *setup)
{
    char reason[TLS_REASON_MAX];
    bool is_checked = setup->is_server ? setup->asks_client : !setup->no_verify;
    if (is_checked && SSL_get_verify_result(t->ssl) != X509_V_OK) {
        ERR_clear_error();
        return certificate_failure(t, setup->is_server ? "the client" : setup->host);
    }
    const Reason *r = known_reason(t);
    if (!r) return status_fail(E_TLS, "TLS: %s.", tls_last_reason(reason, sizeof reason));
    ERR_clear_error();
    return status_fail(r->code, "%s", r->text);
}

Status tls_transfer_failure(TlsConn *t, int code, int err)
{
    char reason[TLS_REASON_MAX];
    const Reason *r = known_reason(t);
    if (r && r->code == E_TLS_CLIENT) {
        ERR_clear_error();
        return status_fail(E_TLS_CLIENT, "%s", r->text);
    }
    if (err && t->was_asked && (err == ECONNRESET || err == EPIPE)) {
        return status_fail(E_TLS_CLIENT, "The server asked for a client certificate, there was none, and it hung up. " GIVE_ONE);
    }
    if (err) return (Status){code, err, NULL};
    return status_fail(code, "TLS: %s", tls_last_reason(reason, sizeof reason));
}
