// libcurl behind one table: the loadable module `curl` (net/curl_setup.c, net/curl_wait.c) exports one CurlApi named
// curl_api. It makes one exchange at a time over connections that it keeps, follows no redirect and undoes no content
// coding: net/transfer.c decides about these. It waits in sys_wait alone.
#ifndef HELIO_NET_CURL_H
#define HELIO_NET_CURL_H

#include "base/status.h"
#include "net/transfer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Curl Curl;

typedef enum CurlWhat { CURL_GETS, CURL_HEADS, CURL_PUTS, CURL_POSTS, CURL_COMMANDS } CurlWhat;

typedef struct CurlAsk {
    const TransferAsk *ask; // what holds for all exchanges of a transfer
    const char *url;        // of this one
    const char *method;     // as the request line has it; NULL: what `what` says
    CurlWhat what;
    int64_t size;           // of what is sent; -1: not known
    bool is_trusted;        // the host that was asked for: it gets names, passwords and cookies of the program's own
    const char *connect_to; // "HOST:PORT:HOST:PORT" (libcurl's CONNECT_TO); NULL
    const char *ca_file;    // NULL: libcurl's own
    double seconds;         // that are left; 0: no limit
} CurlAsk;

// What comes, as it comes. False ends the exchange: the caller knows why.
typedef struct CurlHooks {
    void *arg;
    bool (*head)(void *arg, const char *line, size_t n);
    bool (*body)(void *arg, const char *p, size_t n);
    ptrdiff_t (*send)(void *arg, char *p, size_t n); // the next bytes to be sent; 0 at the end, -1: they cannot be had
    bool (*again)(void *arg);                        // from the start
    void (*told)(void *arg, const char *text, size_t n); // what libcurl says about it
} CurlHooks;

typedef struct UrlPlace {
    char scheme[16], host[256];
    int port;
} UrlPlace;

typedef struct CurlApi {
    Curl *(*open)(void); // NULL: no memory
    void (*close)(Curl *c);
    // CURLcode; not 0: `why` (n bytes) tells.
    int (*start)(Curl *c, const CurlAsk *ask, const CurlHooks *hooks, char *why, size_t n);
    // Goes on for at most that long. *is_over: curl_end tells. E_INTERRUPT.
    MUST_USE Status (*wait)(Curl *c, double seconds, bool *is_over);
    // The exchange is given up, or is over.
    void (*stop)(Curl *c);
    // Of one that is over: CURLcode, and why in `why`. `reply` gets what libcurl knows about it; its strings live until
    // `stop`.
    int (*result)(Curl *c, TransferReply *reply, char *why, size_t n);
    void (*progress)(const Curl *c, TransferProgress *p);
    // Where a URL leads: CURLUcode, and why.
    int (*place)(const char *url, UrlPlace *to, char *why, size_t n);
    char *(*join)(const char *base, const char *location); // owned by the caller (mem_free); NULL: none comes of it
    bool (*has_notice)(const Curl *c);                     // TLS has announced the end of the connection
} CurlApi;

#endif
