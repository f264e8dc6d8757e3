// Fuzz target for proxies: the first line of the input is an address for PROXY=, the rest what the proxy answers. Whatever comes,
// nothing that is shown has the password, the request has the lines it should have, and a reply is judged once and the same way in
// one piece and byte by byte.
#include "base/mem.h"
#include "core/errors.h"
#include "net/proxy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int lines_of(const Buf *b)
{
    int n = 0;
    for (size_t i = 0; i < b->len; i++) n += b->p[i] == '\n' || b->p[i] == '\r' || !b->p[i];
    return n;
}

static void check_request(const Proxy *p)
{
    char shown[300];
    Buf b = BUF_INIT(1 << 20);
    proxy_connect_request(p, "sun.test", 443, &b);
    if (lines_of(&b) != (p->has_user ? 8 : 6)) abort();
    proxy_show(p, shown, sizeof shown);
    if (strchr(shown, '@') || strpbrk(shown, "\r\n") || p->port < 1 || p->port > 65535) abort();
    buf_clear(&b);
    socks_greeting(p, &b);
    socks_password(p, &b);
    if (b.len != (p->has_user ? 4 : 3) + 3 + strlen(p->user) + strlen(p->password)) abort();
    buf_free(&b);
}

// The code of its failure; 0: the connection stands; 1: it is not whole.
static int judge(const Proxy *p, const char *reply, size_t n, size_t piece, size_t *used)
{
    Buf b = BUF_INIT(1 << 20);
    bool is_whole = false;
    Status s = STATUS_OK;
    *used = 0;
    while (*used < n && !is_whole && status_ok(s)) {
        size_t k = n - *used < piece ? n - *used : piece;
        buf_put(&b, reply + *used, k);
        *used += k;
        for (size_t before = b.len + 1; status_ok(s) && !is_whole && b.len && b.len < before;) {  // interim replies are cut off
            before = b.len;
            s = proxy_connect_reply(p, &b, &is_whole);
        }
    }
    int code = status_ok(s) ? !is_whole : s.code;
    size_t length = strlen(p->password);
    char shown[300];
    proxy_show(p, shown, sizeof shown);
    bool may_show = length < 9 || strstr(shown, p->password) || memmem(reply, n, p->password, length);
    if (s.text && !may_show && strstr(s.text, p->password)) abort();
    status_drop(&s);
    buf_free(&b);
    return code;
}

static void check_socks(const Proxy *p, const unsigned char *reply, size_t n)
{
    size_t rest;
    bool wants;
    if (n < SOCKS_REPLY_START) return;
    Status s = socks_method(p, reply, &wants);
    status_drop(&s);
    s = socks_password_reply(p, reply);
    status_drop(&s);
    s = socks_reply(p, reply, &rest);
    if (status_ok(s) && rest > 257) abort();
    status_drop(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Proxy p;
    size_t used;
    const uint8_t *lf = size ? memchr(data, '\n', size) : NULL;
    size_t n = lf ? (size_t)(lf - data) : size, more = lf ? size - n - 1 : 0;
    AUTO_FREE char *url = mem_strndup((const char *)data, n);
    Status s = proxy_parse(url, &p);
    if (!status_ok(s) && s.code != E_PROXY) abort();
    bool is_one = status_ok(s);
    status_drop(&s);
    if (is_one) check_request(&p);
    if (!is_one || !lf) return 0;
    const char *reply = (const char *)lf + 1;
    int bytewise = judge(&p, reply, more, 1, &used);
    if (bytewise == 0 && judge(&p, reply, used, used, &used) != 0) abort();
    check_socks(&p, lf + 1, more);
    return 0;
}
