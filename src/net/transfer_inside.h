// Internal to net/transfer*.c.
#ifndef HELIO_NET_TRANSFER_INSIDE_H
#define HELIO_NET_TRANSFER_INSIDE_H

#include "base/arena.h"
#include "net/curl.h"
#include "net/http_body.h"
#include "sys/publish.h"

// What is sent: bytes of the program's, or a file.
typedef struct TransferSource {
    int fd; // -1: bytes
    size_t at;
    int64_t size; // -1: not known
} TransferSource;

// Where the body goes.
typedef struct TransferSink {
    bool is_file, is_open;
    int nameless; // descriptor; -1: none
    Publication file;
    Buf bytes;
    int error; // errno of a write that failed
} TransferSink;

struct Transfer {
    const NetOptions *net;
    const CurlApi *api;
    Curl *curl;
    Arena memory; // of the transfer that is, or was the last
    TransferAsk ask;
    bool is_running;
    double end; // sys_now's clock; 0: no limit
    TransferSource source;
    TransferSink sink;
    // the exchange that is
    const char *url, *method;
    CurlWhat what;
    bool is_trusted; // the origin is the one that was asked for
    UrlPlace first;  // that origin
    bool has_retried;
    Buf head; // of its reply, so far
    bool is_head_over;
    int64_t status;
    int interims;
    bool is_wanted;            // its body is
    bool has_body;             // some of it has come
    bool ends_with_connection; // nothing else tells its end
    HttpBody body;             // undoes a coding; else unused
    bool is_packed;
    char fault[300]; // why a hook has ended it; ""
    int fault_code;  // CURLcode for it
    // all of them
    Buf heads, told;
    int64_t hops, before_us; // redirects followed, and the time that went before the exchange that is
    TransferReply reply;
    char why[400];
};

// CURLcodes that the engine itself gives, where libcurl is content or says something else.
enum {
    CODE_UNSUPPORTED = 1,
    CODE_URL = 3,
    CODE_WEIRD_REPLY = 8,
    CODE_PARTIAL = 18,
    CODE_WRITE = 23,
    CODE_READ = 26,
    CODE_MEMORY = 27,
    CODE_TIMEOUT = 28,
    CODE_ABORTED = 42,
    CODE_HOPS = 47,
    CODE_NOTHING = 52,
    CODE_RECEIVE = 56,
    CODE_CODING = 61,
};

// --- transfer.c ---
// Begins the exchange that t->url, t->method and t->what say. False: it is over, t->why tells.
bool transfer_exchange(Transfer *t);

// --- transfer_reply.c: what comes ---
void transfer_expect(Transfer *t); // before an exchange
bool transfer_take_head(void *arg, const char *line, size_t n);
bool transfer_take_body(void *arg, const char *p, size_t n);
// The exchange is over without a failure of libcurl's: looks whether the reply is whole. False: t->fault tells.
bool transfer_check_end(Transfer *t);
bool transfer_fault(Transfer *t, int code, const char *format, ...) PRINTF_LIKE(3, 4); // false

// --- transfer_redirect.c ---
bool transfer_is_redirect(const Transfer *t);
const char *transfer_location(Transfer *t); // where the reply leads, followed or not; NULL: nowhere
// The reply leads elsewhere: url, method and what are those of the next exchange. False: it must not be followed,
// t->fault tells.
bool transfer_follow(Transfer *t);

// --- transfer_data.c: what is sent, and where the body goes ---
MUST_USE Status transfer_open_source(Transfer *t);
ptrdiff_t transfer_send(void *arg, char *p, size_t n);
bool transfer_send_again(void *arg);
void transfer_close_source(Transfer *t);
MUST_USE Status transfer_open_sink(Transfer *t);
bool transfer_store(Transfer *t, const char *p, size_t n);
// The body is whole. False: t->fault tells.
bool transfer_publish(Transfer *t);
void transfer_abandon(Transfer *t);

#endif
