// The body of an HTTP reply as the file that was sent: chunks undone, content coding undone, its end known. A state machine over
// bytes that waits for nothing and opens nothing; io/decoded.c gives it what arrives. Source: RFC 9112 (6, 7), RFC 9110 (8.4).
#ifndef HELIO_NET_HTTP_BODY_H
#define HELIO_NET_HTTP_BODY_H

#include "net/http_head.h"
#include "net/options.h"
#include "net/unpack.h"

typedef enum HttpBodyState {
    BS_DATA,       // `left` bytes of the body or of a chunk; -1: to the end of the connection
    BS_SIZE,       // in a chunk's size
    BS_EXTENSION,  // behind it, up to the line's end
    BS_AFTER,      // at the line end behind a chunk's data
    BS_TRAILER,    // in the lines behind the last chunk
    BS_DONE,
    BS_FAULT,      // `fault` says why; it stays so
} HttpBodyState;

typedef struct HttpBody {
    HttpFraming framing;
    NetLimits limits;
    HttpBodyState state;
    int64_t left;
    int digits;          // of a chunk's size
    bool line_is_empty;  // of the trailer, so far
    int64_t beside;      // bytes of extensions and trailers
    int64_t taken, made; // bytes of the body as sent and as unpacked
    const UnpackApi *api;
    Unpacker *unpacker;  // NULL: as it is
    bool is_unpacked;    // its end has come
    char fault[160];     // a phrase: "chunks whose size is no number"
} HttpBody;

// Ready for the body that this framing tells. api: NULL when nothing is packed.
void http_body_begin(HttpBody *b, const HttpFraming *f, const NetLimits *limits, const UnpackApi *api);
// The coding to undo: "gzip"; NULL none. "several": more than one.
const char *http_body_coding(const HttpFraming *f);
// Takes *used of n bytes that have come and makes *made of at most `size`. Neither: more has to come, or the state is BS_DONE
// (what follows belongs to the next reply) or BS_FAULT.
void http_body_take(HttpBody *b, const char *in, size_t n, size_t *used, char *out, size_t size, size_t *made);
// The connection has ended: BS_DONE or BS_FAULT. is_cut: without the notice that TLS gives.
void http_body_close(HttpBody *b, bool is_cut);
void http_body_end(HttpBody *b);  // releases what it holds
static inline bool http_body_is_over(const HttpBody *b) { return b->state == BS_DONE || b->state == BS_FAULT; }

#endif
