// One-line explanations of replies that are not what a program reading a picture by hand expects; the bytes stay as they are.
// Once a unit, and not with !NET.HINTS=0. Start at explain_reply.
#include "io/explain.h"

#include "base/mem.h"
#include "io/lun.h"
#include "net/http_text.h"
#include "net/options.h"

#include <string.h>

static bool is_post(const HttpText *h)
{
    return h->request.len && strncmp(h->request.p, "GET ", 4) != 0 && strncmp(h->request.p, "HEAD ", 5) != 0;
}

// What stands where the head of a reply should.
static const char *strange_start(const Unit *u)
{
    const unsigned char *p = (const unsigned char *)u->in.p + u->at;
    size_t n = u->in.len - u->at;
    static const unsigned char settings[] = {4, 0, 0, 0, 0, 0};  // HTTP/2: length (3 bytes), type, flags, stream
    if (n >= 3 && (p[0] == 0x15 || p[0] == 0x16) && p[1] == 3 && p[2] <= 4) {
        return "the server speaks TLS on this port: open the socket with /TLS.";
    }
    if (n >= 9 && p[0] == 0 && memcmp(p + 3, settings, sizeof settings) == 0) {
        return "the server speaks HTTP/2 without asking, which a program cannot read: use its HTTP/1.1 port.";
    }
    if (n >= 5 && memcmp(p, "HTTP/", 5) == 0) return "its status line is not one of HTTP/1.";
    return "the reply has no HTTP header; was the request line complete?";
}

static void explain_start(Unit *u)
{
    lun_note(u->all, "SOCKET: unit %d: %s", u->lun, strange_start(u));
    u->http->said_hint = true;
}

static const char *what_to_do(const Unit *u, const char *where)
{
    const HttpText *h = u->http;
    bool has_tls = u->stream->flags & SF_TLS, is_move = h->status < 400;
    if (h->status == 400 && !h->enabled) return "The request may need CR LF line ends: see !NET.HTTP_TEXT.";
    if (h->status == 400 && !has_tls && u->port == 443) return "Port 443 wants TLS: open the socket with /TLS.";
    if (h->status == 400) return "Check the request and its Host line.";
    if (is_move && !where) return h->in == HI_BODY ? "It says Location nowhere." : "Where to is not known yet.";
    if (is_move && is_post(h)) return "Only GET and HEAD are sent again by themselves: print the request to that address.";
    if (h->move == MOVE_CIRCLE) return "The redirects go in a circle.";
    if (is_move && strncmp(where, "https:", 6) == 0) return "Ask there: https is port 443 with /TLS.";
    if (is_move && (strncmp(where, "file:", 5) == 0 || strncmp(where, "ftp:", 4) == 0)) return "That is refused here.";
    if (is_move && has_tls && strncmp(where, "http:", 5) == 0) return "It leads out of TLS; that is not followed.";
    if (is_move) return "Ask for that address instead.";
    if (h->status == 404) return "Check the path.";
    return "The body is the server's explanation, not the file.";
}

static void explain_status(Unit *u)
{
    HttpText *h = u->http;
    AUTO_FREE char *where = h->in == HI_BODY ? http_field(&h->head, "Location") : NULL;
    int line = (int)strcspn(h->head.p, "\r\n");
    lun_note(u->all, "SOCKET: unit %d: the server answers %.*s%s%.300s. %s", u->lun, line < 100 ? line : 100, h->head.p,
             where ? ", see " : "", where ? where : "", what_to_do(u, where));
    h->said_hint = true;
}

// A body that is not the file's bytes, one after the other.
static void explain_body(Unit *u)
{
    HttpText *h = u->http;
    const HttpFraming *f = &h->framing;
    if (u->decoded) return;  // undone, or an error
    if (f->end == BODY_FAULTY) {
        lun_note(u->all, "SOCKET: unit %d: the reply has %s: nobody knows where its body ends.", u->lun, f->fault);
    } else if (f->end == BODY_CHUNKED || f->transfer[0]) {
        const char *before = f->coding[0] ? ", which are compressed (" : "", *behind = f->coding[0] ? ")" : "";
        lun_note(u->all, "SOCKET: unit %d: the body comes in chunks (Transfer-Encoding): their sizes stand among the data%s%s%s. "
                 "Open the socket with /DECODE, or ask by HTTP/1.0.", u->lun, before, f->coding, behind);
    } else if (f->coding[0]) {
        lun_note(u->all, "SOCKET: unit %d: the body is compressed (Content-Encoding: %s). Open the socket with "
                 "/DECODE, or do not ask for that with Accept-Encoding.", u->lun, f->coding);
    } else {
        return;
    }
    h->said_hint = true;
}

void explain_reply(Unit *u)
{
    HttpText *h = u->http;
    if (!u->all->net->hints || h->said_hint) return;
    if (h->in == HI_NONE && h->is_complete && h->hops == 0 && h->head.len) explain_start(u);
    else if (h->status == 101) explain_status(u);
    else if (h->status >= 300 && h->status != 304) explain_status(u);
    else if (h->in == HI_BODY && h->status >= 200) explain_body(u);
}
