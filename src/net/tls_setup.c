// What a program has asked of TLS, kept for a connection that is made later (a redirect to https).
#include "net/tls.h"

#include "base/mem.h"

static char *copy(const char *p) { return p ? mem_strdup(p) : NULL; }

TlsSetup *tls_setup_copy(const TlsSetup *from)
{
    if (!from) return NULL;
    TlsSetup *s = mem_must(sizeof *s);
    *s = *from;
    s->host = copy(from->host);
    s->ca_file = copy(from->ca_file);
    s->crl_file = copy(from->crl_file);
    s->cert_file = copy(from->cert_file);
    s->key_file = copy(from->key_file);
    s->key_password = copy(from->key_password);
    s->alpn = copy(from->alpn);
    s->sni = copy(from->sni);
    s->pins = copy(from->pins);
    return s;
}

void tls_setup_free(TlsSetup *s)
{
    if (!s) return;
    const char *owned[] = {s->host, s->ca_file, s->crl_file, s->cert_file, s->key_file, s->key_password,
                           s->alpn, s->sni, s->pins};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) mem_free((char *)owned[i]);
    mem_free(s);
}
