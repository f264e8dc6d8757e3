// Names for files that servers propose. Start at file_name_clean.
#include "net/file_name.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_MOST = 255, EXTENSION_MOST = 32 };

// --- Decoding ---

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_decoded(Buf *out, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_code = p[i] == '%' && i + 2 < n && hex(p[i + 1]) >= 0 && hex(p[i + 2]) >= 0;
        buf_putc(out, is_code ? (char)(hex(p[i + 1]) << 4 | hex(p[i + 2])) : p[i]);
        if (is_code) i += 2;
    }
}

void file_name_of_url(const char *url, Buf *out)
{
    const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : url;
    if (!path) return;
    size_t n = strcspn(path, "?#"), from = n;
    while (from > 0 && path[from - 1] != '/') from--;
    put_decoded(out, path + from, n - from);
}

// --- Content-Disposition ---

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t') p++;
    return p;
}

// The value at p, quoted or not, into `out`; what follows.
static const char *take_value(const char *p, Buf *out)
{
    if (*p != '"') {
        size_t n = strcspn(p, ";");
        while (n && (p[n - 1] == ' ' || p[n - 1] == '\t')) n--;
        buf_put(out, p, n);
        return p + strcspn(p, ";");
    }
    for (p++; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1]) p++;
        buf_putc(out, *p);
    }
    return *p ? p + 1 : p;
}

// charset'language'text of RFC 8187; only UTF-8 and ISO-8859-1 are told from each other.
static void put_extended(Buf *out, const char *p, size_t n)
{
    const char *one = memchr(p, '\'', n), *two = one ? memchr(one + 1, '\'', (size_t)(p + n - one - 1)) : NULL;
    if (two)
        put_decoded(out, two + 1, (size_t)(p + n - two - 1));
    else
        put_decoded(out, p, n);
}

bool file_name_disposed(const char *value, Buf *out)
{
    Buf found = BUF_INIT(64 << 10);
    bool any = false, is_better = false;
    for (const char *p = value; *p;) {
        p = skip_blanks(p + (*p == ';'));
        size_t n = strcspn(p, "=;");
        if (p[n] != '=') {
            p += n;
            continue;
        }
        size_t name = n;
        while (name && (p[name - 1] == ' ' || p[name - 1] == '\t')) name--;
        bool plain = name == 8 && strncasecmp(p, "filename", 8) == 0,
             extended = name == 9 && strncasecmp(p, "filename*", 9) == 0;
        buf_clear(&found);
        const char *next = take_value(skip_blanks(p + n + 1), &found);
        if ((plain && !any) || (extended && !is_better)) {
            buf_clear(out);
            if (extended)
                put_extended(out, found.p ? found.p : "", found.len);
            else
                buf_put(out, found.p ? found.p : "", found.len);
            any = true;
            is_better = extended;
        }
        p = next + strcspn(next, ";");
    }
    buf_free(&found);
    return any;
}

// --- Cleaning ---

// Bytes of the character at p, which is one that a name may have; 0: it is not.
static size_t character(const char *p, size_t n)
{
    unsigned char c = (unsigned char)*p;
    if (c < 0x80) return c >= ' ' && c != 127 ? 1 : 0;
    uint32_t code;
    size_t k = utf8_take(p, n, &code);
    return k > 0 && code >= 0xA0 ? k : 0;
}

static void cut(Buf *out, size_t from)
{
    size_t n = out->len - from;
    if (n <= NAME_MOST) return;
    const char *name = out->p + from;
    size_t dot = n;
    while (dot > 0 && name[dot - 1] != '.') dot--;
    size_t tail = dot > 1 && n - dot < EXTENSION_MOST ? n - dot + 1 : 0, keep = NAME_MOST - tail;
    while (keep > 0 && ((unsigned char)name[keep] & 0xC0) == 0x80) keep--; // not within a character
    memmove(out->p + from + keep, out->p + out->len - tail, tail);
    out->len = from + keep + tail;
    out->p[out->len] = '\0';
}

void file_name_clean(const char *p, size_t n, Buf *out)
{
    size_t from = out->len;
    for (size_t i = n; i > 0; i--) {
        if (p[i - 1] != '/' && p[i - 1] != '\\') continue;
        p += i, n -= i;
        break;
    }
    for (size_t k; n; p += k, n -= k) {
        size_t size = character(p, n);
        k = size ? size : 1;
        bool is_first = out->len == from;
        if (size && !(is_first && (*p == '.' || *p == ' '))) buf_put(out, p, size);
    }
    while (out->len > from && (out->p[out->len - 1] == ' ' || out->p[out->len - 1] == '.')) out->p[--out->len] = '\0';
    if (out->len == from)
        buf_puts(out, "download");
    else if (buf_ok(out))
        cut(out, from);
}
