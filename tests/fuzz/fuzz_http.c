// Fuzz target for HTTP text mode: the input up to a NUL is printed as a request, in pieces, the rest arrives as the
// reply, in pieces; then redirects are worked out. The first byte of the input sets the size of the pieces.
#include "base/mem.h"
#include "net/http_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void follow(HttpText *h, int port, bool is_tls)
{
    static const char *const hosts[] = {"sdo.gsfc.nasa.gov", "::1", "a"};
    for (int i = 0; i < 3; i++) {
        HttpTarget to = {0};
        if (http_redirect(h, hosts[i], port, is_tls, &to) != MOVE_FOLLOW) continue;
        size_t len = 0;
        char *again = http_request_for(h, &to, &len);
        if (again && memchr(again, '\0', len)) abort();  // no NUL may have got into a request's head
        mem_free(again);
        mem_free(to.path);
    }
}

static void request(HttpText *h, const char *p, size_t n, size_t piece)
{
    Buf wire = BUF_INIT(4 << 20);
    for (size_t at = 0; at < n; at += piece) {
        size_t k = n - at < piece ? n - at : piece;
        if (k == 5) {
            http_text_written(h, k, &wire);
            buf_put(&wire, p + at, k);
        } else {
            http_text_print(h, p + at, k, &wire);
        }
    }
    http_text_flush(h, &wire);
    if (wire.len > 2 * n + 2) abort();  // at most a CR is added to each byte
    buf_free(&wire);
}

static void reply(HttpText *h, const char *p, size_t n, size_t piece)
{
    for (size_t at = 0; at < n; at += piece) {
        http_reply_feed(h, p + at, n - at < piece ? n - at : piece, (int64_t)at);
        (void)http_reply_is_open(h);
    }
    if (h->in == HI_BODY && (h->body_start < 0 || h->body_start > (int64_t)n)) abort();
    static const char *const fields[] = {"Location", "Content-Length", "Host"};
    for (int i = 0; i < 3; i++) mem_free(http_field(&h->head, fields[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    size_t piece = data[0] % 97u + 1;
    const char *p = (const char *)data + 1, *end = (const char *)data + size;
    const char *nul = memchr(p, '\0', (size_t)(end - p));
    const char *stop = nul ? nul : end;
    NetOptions o;
    net_options_init(&o);
    HttpText *h = http_text_new(&o);
    for (int round = 0; round < 2; round++) {
        request(h, p, (size_t)(stop - p), piece);
        if (nul) reply(h, nul + 1, (size_t)(end - nul - 1), piece);
        follow(h, 80, false);
        follow(h, 443, true);
    }
    http_text_free(h);
    net_options_free(&o);
    return 0;
}
