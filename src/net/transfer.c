// Transfers by URL: begun, driven, ended. Start at transfer_begin; the other parts are named in net/transfer_inside.h.
#include "net/transfer_inside.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/clock.h"
#include "sys/dynlib.h"
#include "sys/fd.h"
#include "sys/safe.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { URL_MOST = 1 << 20, SLICE_MS = 200 };

// --- What is asked for, as the transfer's own ---

static const char *keep(Transfer *t, const char *text)
{
    return text ? arena_strndup(&t->memory, text, strlen(text)) : NULL;
}

static const char *const *keep_list(Transfer *t, const char *const *list, int n)
{
    const char **mine = arena_alloc(&t->memory, sizeof *mine * (size_t)(n + 1));
    for (int i = 0; i < n; i++) mine[i] = keep(t, list[i]);
    return mine;
}

static void keep_parts(Transfer *t)
{
    TransferPart *mine = arena_alloc(&t->memory, sizeof *mine * (size_t)(t->ask.n_parts + 1));
    for (int i = 0; i < t->ask.n_parts; i++) {
        mine[i] = t->ask.parts[i];
        mine[i].name = keep(t, mine[i].name);
        mine[i].type = keep(t, mine[i].type);
        mine[i].file = keep(t, mine[i].file);
        mine[i].file_name = keep(t, mine[i].file_name);
    }
    t->ask.parts = mine;
}

static void keep_options(Transfer *t)
{
    TransferOption *mine = arena_alloc(&t->memory, sizeof *mine * (size_t)(t->ask.n_options + 1));
    for (int i = 0; i < t->ask.n_options; i++) {
        mine[i] = t->ask.options[i];
        mine[i].name = keep(t, mine[i].name);
        mine[i].text = keep(t, mine[i].text);
    }
    t->ask.options = mine;
}

static void keep_ask(Transfer *t, const TransferAsk *from)
{
    TransferAsk *a = &t->ask;
    *a = *from;
    const char **texts[] = {&a->method,     &a->data_file,      &a->user,    &a->password, &a->proxy.host,
                            &a->proxy.user, &a->proxy.password, &a->ca_file, &a->codings,  &a->range,
                            &a->file};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) *texts[i] = keep(t, *texts[i]);
    a->headers = keep_list(t, a->headers, a->n_headers);
    a->commands = keep_list(t, a->commands, a->n_commands);
    keep_parts(t);
    keep_options(t);
}

// --- What must not be sent ---

static bool has_line_end(const char *text) { return text && strpbrk(text, "\r\n"); }

static Status check_texts(const TransferAsk *a)
{
    if (has_line_end(a->url)) return status_fail(E_VALUE, "A line end stands in the URL.");
    if (has_line_end(a->user) || has_line_end(a->password))
        return status_fail(E_VALUE, "A line end stands in the name or password.");
    if (has_line_end(a->method) || has_line_end(a->range))
        return status_fail(E_VALUE, "A line end stands in the request.");
    if (has_line_end(a->file) || has_line_end(a->data_file))
        return status_fail(E_VALUE, "A line end stands in the file's name.");
    if (strlen(a->url) > URL_MOST) return status_fail(E_VALUE, "The URL is longer than %d bytes.", URL_MOST);
    for (int i = 0; i < a->n_headers; i++) {
        const char *colon = strpbrk(a->headers[i], ":;");
        if (has_line_end(a->headers[i]))
            return status_fail(E_VALUE, "A line end stands in the header \"%.60s\".", a->headers[i]);
        if (!colon || colon == a->headers[i])
            return status_fail(E_VALUE, "A header is \"Name: value\", not \"%.60s\".", a->headers[i]);
    }
    for (int i = 0; i < a->n_commands; i++) {
        if (has_line_end(a->commands[i]))
            return status_fail(E_VALUE, "A line end stands in the command \"%.60s\".", a->commands[i]);
    }
    return STATUS_OK;
}

// Blanks and bytes beyond ASCII are encoded, as browsers do it; what has a meaning stays.
static const char *written_url(Transfer *t, const char *url)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(&t->memory, strlen(url) * 3 + 1), *p = out;
    while (isspace((unsigned char)*url)) url++;
    size_t n = strlen(url);
    while (n && isspace((unsigned char)url[n - 1])) n--;
    const char *colon = strchr(url, ':'), *host = colon && colon[1] == '/' ? colon + 1 + strspn(colon + 1, "/") : url;
    const char *path = strpbrk(host, "/?#");
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)url[i];
        bool is_host = !path || url + i < path; // names of other scripts are libcurl's
        if (c > ' ' && c != 127 && (c < 128 || is_host))
            *p++ = (char)c;
        else
            *p++ = '%', *p++ = hex[c >> 4], *p++ = hex[c & 15];
    }
    return out;
}

// --- Exchanges ---

static void take_told(void *arg, const char *p, size_t n)
{
    Transfer *t = arg;
    if ((int64_t)t->told.len < t->net->limits.head) buf_put(&t->told, p, n);
}

static void end_with(Transfer *t, int code, const char *why)
{
    t->is_running = false;
    t->reply.code = code;
    snprintf(t->why, sizeof t->why, "%s", why);
    t->reply.why = t->why;
    t->reply.redirects = t->hops;
    transfer_close_source(t);
    if (code) transfer_abandon(t);
}

// Where the host is by !NET.MAP, as libcurl's CONNECT_TO; NULL: where it says.
static const char *connect_to(Transfer *t, const UrlPlace *at)
{
    char host[256], text[600];
    int port;
    if (!net_map(t->net, at->host, at->port, host, sizeof host, &port)) return NULL;
    bool is_six = strchr(host, ':') != NULL;
    snprintf(text, sizeof text, "%s:%d:%s%s%s:%d", at->host, at->port, is_six ? "[" : "", host, is_six ? "]" : "",
             port);
    return keep(t, text);
}

static int64_t size_to_send(const Transfer *t)
{
    return t->what == CURL_PUTS || t->what == CURL_POSTS ? t->source.size : -1;
}

bool transfer_exchange(Transfer *t)
{
    UrlPlace at;
    char why[300];
    double left = t->end ? t->end - sys_now() : 0;
    int code = t->api->place(t->url, &at, why, sizeof why) ? CODE_URL : 0;
    if (!code && t->end && left <= 0) {
        code = CODE_TIMEOUT;
        snprintf(why, sizeof why, "Timeout was reached");
    }
    transfer_expect(t);
    if (!code) {
        CurlAsk a = {.ask = &t->ask,
                     .url = t->url,
                     .method = t->method,
                     .what = t->what,
                     .size = size_to_send(t),
                     .is_trusted = t->is_trusted,
                     .connect_to = connect_to(t, &at),
                     .seconds = left,
                     .ca_file = t->ask.ca_file ? t->ask.ca_file : t->net->ca_file};
        CurlHooks hooks = {t, transfer_take_head, transfer_take_body, transfer_send, transfer_send_again, take_told};
        code = t->api->start(t->curl, &a, &hooks, why, sizeof why);
    }
    if (code) end_with(t, code, why);
    return !code;
}

// --- Its course ---

Status transfer_new(const NetOptions *net, Transfer **out)
{
    const void *api;
    STATUS_TRY(dynlib_table("curl", "curl_api", "libcurl4", &api));
    Transfer *t = mem_must(sizeof *t);
    *t = (Transfer){.net = net, .api = api, .source.fd = -1, .sink.nameless = -1};
    t->curl = t->api->open();
    t->head = t->heads = t->told = BUF_INIT(BUF_NO_LIMIT);
    if (!t->curl) {
        mem_free(t);
        return status_fail(E_NO_MEMORY, "Unable to allocate memory: for a connection.");
    }
    t->reply.why = "";
    *out = t;
    return STATUS_OK;
}

void transfer_stop(Transfer *t)
{
    if (t->is_running) end_with(t, CODE_ABORTED, "Callback aborted");
    transfer_abandon(t);
    t->api->stop(t->curl);
    http_body_end(&t->body);
}

void transfer_free(Transfer *t)
{
    if (!t) return;
    transfer_stop(t);
    t->api->close(t->curl);
    buf_free(&t->sink.bytes);
    if (t->sink.nameless >= 0) sys_close(t->sink.nameless);
    buf_free(&t->head);
    buf_free(&t->heads);
    buf_free(&t->told);
    arena_free(&t->memory);
    mem_free(t);
}

static CurlWhat what_for(const TransferAsk *a)
{
    if (a->n_commands) return CURL_COMMANDS;
    if (a->sends) return a->method && strcasecmp(a->method, "POST") == 0 ? CURL_POSTS : CURL_PUTS;
    return a->method && strcasecmp(a->method, "HEAD") == 0 ? CURL_HEADS : CURL_GETS;
}

// The method where the request line is not what libcurl makes of `what`.
static const char *method_for(const TransferAsk *a, CurlWhat what)
{
    static const char *const usual[] = {"GET", "HEAD", "PUT", "POST", ""};
    return a->method && strcmp(a->method, usual[what]) != 0 ? a->method : NULL;
}

static void clear(Transfer *t)
{
    transfer_stop(t);
    arena_free(&t->memory);
    buf_clear(&t->heads);
    buf_clear(&t->head);
    buf_clear(&t->told);
    t->hops = t->before_us = 0;
    t->has_retried = false;
    t->reply = (TransferReply){.why = "", .file_time = -1, .length = -1};
}

Status transfer_begin(Transfer *t, const TransferAsk *ask)
{
    char why[200];
    if (safe_on()) return status_sys(E_CONNECT, SAFE_NETWORK, "Unable to connect to host.");
    clear(t);
    STATUS_TRY(check_texts(ask));
    keep_ask(t, ask);
    t->ask.url = t->url = written_url(t, ask->url);
    t->what = what_for(&t->ask);
    t->method = method_for(&t->ask, t->what);
    t->is_trusted = true;
    t->end = ask->timeout > 0 ? sys_now() + ask->timeout : 0;
    STATUS_TRY(transfer_open_source(t));
    Status s = transfer_open_sink(t);
    if (!status_ok(s)) {
        transfer_close_source(t);
        return s;
    }
    t->is_running = true;
    if (t->api->place(t->url, &t->first, why, sizeof why))
        end_with(t, CODE_URL, why);
    else
        transfer_exchange(t);
    return STATUS_OK;
}

// A connection that breaks before a byte of the reply: once more, where that cannot do a thing twice.
static bool may_retry(const Transfer *t, int code)
{
    bool is_early = (code == CODE_NOTHING || code == CODE_RECEIVE) && !t->head.len && !t->has_body;
    return is_early && !t->has_retried && (t->what == CURL_GETS || t->what == CURL_HEADS) && !t->method;
}

static const char *advice(int code)
{
    return code == CODE_MEMORY ? "The reply's head is too long, or memory is out" : NULL;
}

// An exchange is over: another one begins, or the transfer is over.
static void next(Transfer *t)
{
    char why[400] = "";
    int code = t->api->result(t->curl, &t->reply, why, sizeof why);
    t->reply.redirect_us = t->before_us;
    t->before_us += t->reply.total_us;
    t->reply.total_us = t->before_us;
    t->reply.url = keep(t, t->reply.url);
    t->reply.content_type = keep(t, t->reply.content_type);
    if (t->fault[0])
        code = t->fault_code;
    else if (!code && !transfer_check_end(t))
        code = t->fault_code;
    if (!code) t->reply.redirect_url = transfer_location(t);
    if (!code && transfer_is_redirect(t)) {
        if (!transfer_follow(t))
            code = t->fault_code;
        else if (transfer_send_again(t))
            return (void)transfer_exchange(t);
        else
            code = CODE_READ;
    }
    if (code && !t->fault[0] && may_retry(t, code)) {
        t->has_retried = true;
        return (void)transfer_exchange(t);
    }
    const char *words = t->fault[0] ? t->fault : advice(code);
    end_with(t, code, words ? words : why);
}

Status transfer_wait(Transfer *t, double seconds, bool *is_over)
{
    double end = seconds < 0 ? INFINITY : sys_now() + seconds;
    while (t->is_running) {
        bool ended = false;
        double left = end - sys_now();
        Status s = t->api->wait(t->curl, fmin(fmax(0, left), SLICE_MS / 1000.0), &ended);
        if (!status_ok(s)) {
            transfer_stop(t);
            return s;
        }
        if (ended)
            next(t);
        else if (left <= 0)
            break;
    }
    *is_over = !t->is_running;
    return STATUS_OK;
}

static bool is_success(const Transfer *t)
{
    return strncmp(t->url, "http", 4) != 0 || (t->status >= 200 && t->status < 300) || t->ask.keeps_failures;
}

void transfer_accept(Transfer *t)
{
    if (t->is_running || t->reply.code) return;
    if (!is_success(t)) return transfer_abandon(t);
    if (!transfer_publish(t)) end_with(t, t->fault_code, t->fault);
}

// --- What is known ---

bool transfer_is_running(const Transfer *t) { return t->is_running; }
Buf *transfer_told(Transfer *t) { return &t->told; }
const TransferReply *transfer_reply(const Transfer *t) { return &t->reply; }
const Buf *transfer_heads(const Transfer *t) { return &t->heads; }
const Buf *transfer_head(const Transfer *t) { return &t->head; }
Buf *transfer_body(Transfer *t) { return &t->sink.bytes; }

TransferProgress transfer_progress(const Transfer *t)
{
    TransferProgress p = {0};
    t->api->progress(t->curl, &p);
    p.is_known = p.done > 0 || p.sent > 0 || p.total > 0;
    return p;
}

void transfer_forget(Transfer *t)
{
    transfer_stop(t);
    Curl *fresh = t->api->open();
    if (!fresh) return;
    t->api->close(t->curl);
    t->curl = fresh;
}
