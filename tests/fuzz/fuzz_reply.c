// Fuzz target for replies: the input is what a server sends; its head is watched (net/http_reply.c) and its body decoded
// (net/http_body.c), once in one piece and once in pieces of the size that the first byte sets. Both must give the same bytes and
// the same end, and never more than the ceilings allow.
#include "base/mem.h"
#include "net/http_body.h"
#include "net/http_text.h"
#include "sys/dynlib.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { UNPACKED = 4 << 20 };

typedef struct Outcome {
    Buf bytes;
    HttpIn in;
    int interims;
    HttpTrouble trouble;
    bool is_over, is_fault;
    int64_t taken;
} Outcome;

static const UnpackApi *unpackers(void)
{
    const void *table = NULL;
    Status s = dynlib_table("unpack", "unpack_api", "", &table);
    if (!status_ok(s)) abort();
    return table;
}

static void decode(Outcome *o, const HttpText *h, const char *p, size_t n, size_t piece)
{
    HttpBody b;
    char out[8192];
    http_body_begin(&b, &h->framing, &h->limits, unpackers());
    for (size_t at = 0; !http_body_is_over(&b);) {
        size_t used = 0, made = 0, give = n - at < piece ? n - at : piece;
        http_body_take(&b, p + at, give, &used, out, sizeof out, &made);
        if (used > give || made > sizeof out) abort();
        buf_put(&o->bytes, out, made);
        at += used;
        if (used || made) continue;
        if (http_body_is_over(&b)) break;
        if (at >= n) http_body_close(&b, false);
        else if (give == n - at) abort();  // bytes are left, and it wants none of them
        else piece = n - at;
    }
    if (o->bytes.len > UNPACKED + sizeof out && b.unpacker) abort();
    o->is_over = b.state == BS_DONE;
    o->is_fault = b.state == BS_FAULT;
    o->taken = b.taken;
    http_body_end(&b);
}

static Outcome receive(const char *p, size_t n, size_t piece)
{
    NetOptions net;
    Buf wire = BUF_INIT(BUF_NO_LIMIT);
    Outcome o = {.bytes = BUF_INIT(BUF_NO_LIMIT)};
    net_options_init(&net);
    net.limits.unpacked = UNPACKED;
    HttpText *h = http_text_new(&net);
    http_text_print(h, "GET / HTTP/1.1\n\n", 16, &wire);
    for (size_t at = 0; at < n && h->in == HI_HEAD; at += piece) http_reply_feed(h, p + at, n - at < piece ? n - at : piece, (int64_t)at);
    o.in = h->in;
    o.interims = h->interims;
    o.trouble = h->trouble;
    if (h->in == HI_BODY) {
        if (h->body_start < 0 || h->body_start > (int64_t)n) abort();
        decode(&o, h, p + h->body_start, n - (size_t)h->body_start, piece);
    }
    http_text_free(h);
    buf_free(&wire);
    net_options_free(&net);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    const char *p = (const char *)data + 1;
    Outcome whole = receive(p, size - 1, size), pieces = receive(p, size - 1, data[0] % 97u + 1);
    bool same = whole.in == pieces.in && whole.interims == pieces.interims && whole.trouble == pieces.trouble &&
                whole.is_over == pieces.is_over && whole.is_fault == pieces.is_fault;
    // Of damaged data each decoder gives what it has when it notices.
    if (same && whole.is_over) same = whole.taken == pieces.taken && whole.bytes.len == pieces.bytes.len;
    if (same && whole.is_over && whole.bytes.len) same = memcmp(whole.bytes.p, pieces.bytes.p, whole.bytes.len) == 0;
    if (!same) abort();
    buf_free(&whole.bytes);
    buf_free(&pieces.bytes);
    return 0;
}
