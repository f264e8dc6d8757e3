// Transfers by URL: a request of HTTP or FTP, the replies on its way, and the body into memory or into a file that is
// published when it is whole. libcurl does the work (net/curl.h); here stands what it lets pass and a transfer must
// not: replies that break off, ambiguous lengths, redirects to where nobody asked, packed bodies cut short. Start at
// transfer_begin in net/transfer.c.
#ifndef HELIO_NET_TRANSFER_H
#define HELIO_NET_TRANSFER_H

#include "base/buf.h"
#include "net/options.h"

typedef struct Transfer Transfer;

enum { TRANSFER_BASIC = 1, TRANSFER_DIGEST = 2 }; // of `authentication`

typedef struct TransferProxy {
    const char *host; // NULL: what the environment says; "" none
    int port;
    const char *user, *password;
    int authentication;
} TransferProxy;

// An option of libcurl by its name without CURLOPT_, as HttpRequest takes them.
typedef struct TransferOption {
    const char *name, *text;
    int64_t number;
    bool is_text;
} TransferOption;

// A part of a form (multipart/form-data).
typedef struct TransferPart {
    const char *name, *type, *file, *file_name; // file: sent from there; NULL: the bytes
    const void *p;
    size_t n;
} TransferPart;

typedef struct TransferAsk {
    const char *url;
    const char *method; // NULL: GET, or PUT where something is sent
    const char *const *headers;
    int n_headers;
    bool sends;
    const void *data; // that are sent: n_data bytes, or a file
    size_t n_data;
    const char *data_file;
    const TransferPart *parts; // instead of them
    int n_parts;
    const char *user, *password; // NULL: those of the URL
    int authentication;
    TransferProxy proxy;
    double connect_timeout, timeout; // seconds; 0: no limit
    bool trusts_any_peer, trusts_any_host;
    const char *ca_file; // NULL: !NET.CA_FILE, else the system's
    int ssl_version;     // 0: the best; 1: TLS 1.0, 2: SSL 2, 3: SSL 3, 4, 5, 6: TLS 1.0, 1.1, 1.2
    const char *codings; // "gzip, deflate": these are asked for and undone; NULL: the body as it comes
    bool stays;          // redirects are not followed
    int64_t most_hops;   // or so many; 0: !NET.MAX_HOPS
    bool keeps_failures; // the body of a reply that is no success is wanted, too
    const char *range;   // "0-1023"; NULL: all
    bool ftp_active, ftp_tls, ftp_names_only;
    const char *const *commands; // of FTP: sent instead of a transfer
    int n_commands;
    bool is_verbose;
    const char *file; // the body goes there; NULL: into memory
    bool is_large;    // or into a file without a name, for transfer_take_file
    const TransferOption *options;
    int n_options;
} TransferAsk;

typedef struct TransferProgress {
    bool is_known;                         // the rest means something
    int64_t total, done, total_sent, sent; // bytes; totals 0: not known
} TransferProgress;

// How it ended. Texts are owned by the transfer and live until the next one.
typedef struct TransferReply {
    int code;        // CURLcode; 0: it has come, whatever its status
    int64_t status;  // of HTTP or FTP; 0: there was no reply
    const char *why; // of a failure: libcurl's words or ours; ""
    const char *url, *content_type, *scheme, *method, *redirect_url, *local_ip, *primary_ip,
        *referer; // NULL: not known
    int64_t http_version, redirects, file_time, header_size, request_size, retry_after, length, sent, done, connects;
    int64_t local_port, primary_port, auth_kinds, proxy_auth_kinds, connect_code, proxy_error;
    int64_t lookup_us, connect_us, tls_us, pretransfer_us, first_us, total_us, redirect_us, down_speed, up_speed;
    const char *const *cookies, *const *certificates;
    int n_cookies, n_certificates;
} TransferReply;

// E_MODULE: libcurl is not there.
MUST_USE Status transfer_new(const NetOptions *net, Transfer **out);
void transfer_free(Transfer *t);

// Begins one; what there was before is given up. Everything in `ask` is copied but the bytes of data and parts, which
// must stay until it is over. E_VALUE: a URL, header or name that must not be sent; failures of the connection come
// with transfer_reply.
MUST_USE Status transfer_begin(Transfer *t, const TransferAsk *ask);
// Goes on for at most that many seconds (negative: to the end). *is_over: transfer_reply tells. E_INTERRUPT: it has
// been given up.
MUST_USE Status transfer_wait(Transfer *t, double seconds, bool *is_over);
// Of one that is over: its file gets its name, if it came whole and with success; transfer_reply tells if that failed.
void transfer_accept(Transfer *t);
void transfer_stop(Transfer *t); // given up: nothing is published
bool transfer_is_running(const Transfer *t);

TransferProgress transfer_progress(const Transfer *t);
// What libcurl has said since the last call (verbose ones only), lines; the caller clears it.
Buf *transfer_told(Transfer *t);
const TransferReply *transfer_reply(const Transfer *t);
const Buf *transfer_heads(const Transfer *t); // of all replies on the way
const Buf *transfer_head(const Transfer *t);  // of the last one
Buf *transfer_body(Transfer *t);              // of one into memory
int transfer_take_file(Transfer *t); // of a large one: the descriptor, the caller's from now on; -1: there is none
void transfer_forget(Transfer *t);   // closes kept connections and forgets cookies

#endif
