// The head of an HTTP message as text: its fields, and how the body behind it is framed. Pure functions over bytes, for the
// replies that io/ watches and for net/http_body.h. Source: RFC 9112 (sections 2.2, 5, 6), RFC 9110 (8.4, 15).
#ifndef HELIO_NET_HTTP_HEAD_H
#define HELIO_NET_HTTP_HEAD_H

#include "base/buf.h"

#include <stdint.h>

// The value of a field by its name: the next one at or behind *at (0 at first), which moves on; folded lines are joined by a
// blank. Owned by the caller; NULL: there is none.
char *http_field_next(const Buf *head, const char *name, size_t *at);
char *http_field(const Buf *head, const char *name);  // the first
// Counts the parts of a list such as Transfer-Encoding's, over all fields of that name; copies the last into `last` (n bytes,
// lower case; cut when longer).
int http_field_list(const Buf *head, const char *name, char *last, size_t n);

typedef enum HttpBodyEnd {
    BODY_NONE,     // there is no body
    BODY_LENGTH,   // `length` bytes
    BODY_CHUNKED,  // chunks, the last of them empty
    BODY_CLOSE,    // what comes until the connection is closed
    BODY_FAULTY,   // `fault` says why nothing is sure about it
} HttpBodyEnd;

typedef struct HttpFraming {
    HttpBodyEnd end;
    int64_t length;     // -1: not told
    const char *fault;  // a phrase: "two different Content-Length"; NULL
    char coding[16];    // of the content: "gzip", "br"; "" as it is. Several: "several"
    char transfer[16];  // under the chunks: "gzip"; "" none
} HttpFraming;

// Of a whole head. is_head: it answers a HEAD request, which has no body.
HttpFraming http_framing(const Buf *head, int status, bool is_head);

#endif
