// Hosts as TLS sees them: "[::1]", "sun.test." and "sünde.test" are ::1, sun.test and xn--snde-0ra.test for SNI and
// certificates.
#include "net/tls_inside.h"

#include "core/errors.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <stdio.h>
#include <string.h>

bool tls_is_address(const char *name)
{
    unsigned char space[16];
    return inet_pton(AF_INET, name, space) == 1 || inet_pton(AF_INET6, name, space) == 1;
}

static bool is_ascii(const char *p)
{
    for (; *p; p++)
        if ((unsigned char)*p >= 0x80) return false;
    return true;
}

static Status to_ascii(const char *host, char *out, size_t n)
{
    uint8_t *ascii = NULL;
    int r = idn2_lookup_u8((const uint8_t *)host, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (r != IDN2_OK) return status_fail(E_HOST, "%.200s is no host name: %s.", host, idn2_strerror(r));
    bool fits = strlen((char *)ascii) < n;
    if (fits) strcpy(out, (char *)ascii);
    idn2_free(ascii);
    return fits ? STATUS_OK : status_fail(E_HOST, "%.200s is no host name: it is too long.", host);
}

Status tls_plain_name(const char *host, char *out, size_t n)
{
    char name[TLS_NAME_MAX];
    size_t len = strlen(host);
    bool in_brackets = len >= 2 && host[0] == '[' && host[len - 1] == ']';
    if (in_brackets) host++, len -= 2;
    if (len >= sizeof name) return status_fail(E_HOST, "%.200s is no host name: it is too long.", host);
    snprintf(name, sizeof name, "%.*s", (int)len, host);
    char *zone = strchr(name, '%');
    if (zone) {
        *zone = '\0';
        if (!tls_is_address(name)) *zone = '%';
    }
    if (!is_ascii(name)) STATUS_TRY(to_ascii(name, out, n));
    else snprintf(out, n, "%s", name);
    len = strlen(out);
    if (len > 1 && out[len - 1] == '.') out[len - 1] = '\0';
    return STATUS_OK;
}
