// HTTP text mode: what a socket unit knows about the HTTP that an IDL program speaks by hand with PRINTF and READF.
// On the way out, printed requests get CR LF line ends and are captured; on the way in, the reply's head is watched.
// It sends and prints nothing itself: io/unit.c and io/connect.c act on what it tells. Fuzzed as http_reply_feed.
#ifndef HELIO_NET_HTTP_TEXT_H
#define HELIO_NET_HTTP_TEXT_H

#include "base/buf.h"
#include "net/http_head.h"
#include "net/options.h"

#include <stdint.h>

enum { HTTP_HEAD_LIMIT = 64 << 10, HTTP_HOPS_KNOWN = 64 };  // the first: of a request

typedef enum HttpOut {
    HO_START,    // at the first line of a request
    HO_HEADER,   // inside a request's header: LF becomes CR LF
    HO_BODY,     // body_left bytes pass unchanged, then HO_START
    HO_RAW,      // no HTTP, or not ours to touch: everything passes unchanged from here on
} HttpOut;

typedef enum HttpIn { HI_NONE, HI_HEAD, HI_BODY } HttpIn;

// Whether a reply leads to where its request may be sent again.
typedef enum HttpMove { MOVE_NONE, MOVE_FOLLOW, MOVE_CIRCLE, MOVE_TOO_FAR } HttpMove;

// Limits that a reply has passed.
typedef enum HttpTrouble { HTTP_FINE, HTTP_LONG_HEAD, HTTP_MANY_INTERIM } HttpTrouble;

typedef struct HttpText {
    bool enabled;          // !NET.HTTP_TEXT when the unit was opened
    NetLimits limits;
    HttpOut out;
    Buf line;              // the printed line so far
    int requests;          // printed so far
    bool is_split;         // the last line looked like the first part of a wrapped request line
    bool was_wrapped;      // ... and the next like its rest: say so once
    int64_t body_left;
    Buf request;           // the last request as sent
    bool is_complete;      // its empty line has been sent
    bool may_resend;       // GET or HEAD without a body, nothing of the reply given to the program
    bool asks_interim;     // it says Expect: the program wants to see "100 Continue"
    int hops;
    uint64_t seen[HTTP_HOPS_KNOWN];  // the requests made on the way, so that a circle is known
    // the reply
    HttpIn in;
    Buf head;              // its head so far, while in == HI_HEAD
    int status;            // 0: not known (yet)
    int interims;          // replies 1xx before it
    int64_t interim_end;   // the program does not see what stands before this stream offset
    HttpTrouble trouble;
    HttpMove move;
    HttpFraming framing;   // of a whole head
    int64_t content_length;  // -1: not told
    int64_t body_start;    // stream offset where the body begins; -1 not known
    int readu_calls;       // READUs that took bytes of it
    bool said_hint;
} HttpText;

HttpText *http_text_new(const NetOptions *o);
void http_text_free(HttpText *h);

// What to send for n printed bytes is appended to `wire`. Whole lines are held back until their LF. Empty lines behind a
// request's head are dropped: RFC 9112, 2.2.
void http_text_print(HttpText *h, const char *p, size_t n, Buf *wire);
// n bytes are about to be written otherwise (WRITEU): that ends text mode unless they are a declared body. Held-back text goes to
// `wire` first.
void http_text_written(HttpText *h, size_t n, Buf *wire);

// What is held back goes to `wire` unchanged: before the program waits for an answer, and at a close.
void http_text_flush(HttpText *h, Buf *wire);

// Watches n received bytes that stand at stream offset `at`.
void http_reply_feed(HttpText *h, const char *p, size_t n, int64_t at);
// More has to come before the program may see a byte: an interim reply, or perhaps a redirect that could be followed.
bool http_reply_is_open(const HttpText *h);

typedef struct HttpTarget {
    char host[256];
    int port;
    char *path;  // owned; path and query, "/" at least
    bool is_other_port;  // than the standard ones, or the one that answered: it gets no cookies and no passwords
} HttpTarget;

// The redirect of the reply, when it is one that leads to https on `host` and the captured request may be sent again.
// host, port and is_tls tell where the reply came from. On success to->path is the caller's.
HttpMove http_redirect(HttpText *h, const char *host, int port, bool is_tls, HttpTarget *to);
// The captured request for another target: its path, and a Host field with a port only where it is not 443. Owned by the caller.
char *http_request_for(const HttpText *h, const HttpTarget *to, size_t *len);
// It has been sent there: the reply to it is next.
void http_text_moved(HttpText *h, const char *request, size_t len);

#endif
