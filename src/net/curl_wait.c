// The module `curl`: exchanges driven by libcurl's multi interface, whose sockets are waited for in sys_wait. Start at
// curl_go_on.
#include "net/curl_inside.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/interrupt.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>

#define LONG_PAUSE  1.0
#define SHORT_PAUSE 0.02

// --- What libcurl waits for ---

// (Its interface of events, curl_multi_socket_action, leaves FTP's second connection waiting in libcurl 7.88.)
static int gather(Curl *c, struct pollfd *fds)
{
    fd_set in, out, other;
    int last = -1, n = 0;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&other);
    if (curl_multi_fdset(c->multi, &in, &out, &other, &last) != CURLM_OK) return 0;
    for (int fd = 0; fd <= last && n < CURL_SOCKETS; fd++) {
        short events = (short)((FD_ISSET(fd, &in) ? POLLIN : 0) | (FD_ISSET(fd, &out) ? POLLOUT : 0));
        if (events || FD_ISSET(fd, &other)) fds[n++] = (struct pollfd){.fd = fd, .events = events};
    }
    return n;
}

// Seconds until it wants to be asked again, whatever comes.
static double pause_of(Curl *c, int n_fds)
{
    long ms = -1;
    curl_multi_timeout(c->multi, &ms);
    double most = n_fds ? LONG_PAUSE : SHORT_PAUSE; // without a descriptor it has one that cannot be waited for
    return ms < 0 ? most : fmin(most, (double)ms / 1000);
}

static void look_for_end(Curl *c)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(c->multi, &left)) != NULL;) {
        if (m->msg != CURLMSG_DONE || m->easy_handle != c->easy) continue;
        c->code = m->data.result;
        c->is_running = false;
    }
}

static Status curl_go_on(Curl *c, double seconds, bool *is_over)
{
    double end = seconds < 0 ? INFINITY : sys_now() + seconds;
    while (c->is_running) {
        struct pollfd fds[CURL_SOCKETS];
        int n = gather(c, fds), running;
        double pause = fmin(pause_of(c, n), fmax(0, end - sys_now()));
        if (sys_wait(fds, n, pause) == SYS_INTERRUPTED || sys_interrupted())
            return status_fail(E_INTERRUPT, "Interrupted.");
        curl_multi_perform(c->multi, &running);
        look_for_end(c);
        if (sys_now() >= end) break;
    }
    *is_over = !c->is_running;
    return STATUS_OK;
}

// --- Exchanges ---

static void curl_shut(Curl *c)
{
    if (!c) return;
    if (c->easy && c->multi) curl_multi_remove_handle(c->multi, c->easy);
    if (c->easy) curl_easy_setopt(c->easy, CURLOPT_SHARE, NULL);
    curl_easy_cleanup(c->easy);
    curl_share_cleanup(c->jar);
    curl_multi_cleanup(c->multi);
    curl_release(c);
    mem_free(c);
}

static Curl *curl_new(void)
{
    static bool is_ready;
    if (!is_ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return NULL;
    is_ready = true;
    Curl *c = mem_zalloc(sizeof *c);
    if (!c) return NULL;
    c->multi = curl_multi_init();
    c->easy = curl_easy_init();
    c->jar = curl_share_init();
    if (!c->multi || !c->easy || !c->jar || curl_share_setopt(c->jar, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE)) {
        curl_shut(c);
        return NULL;
    }
    return c;
}

static void curl_stop(Curl *c)
{
    curl_multi_remove_handle(c->multi, c->easy);
    c->is_running = false;
    curl_easy_setopt(c->easy, CURLOPT_COOKIEFILE, NULL); // libcurl 7.88 would lose its list of these; the jar stays
    curl_easy_reset(c->easy);
    curl_release(c);
}

static int curl_start(Curl *c, const CurlAsk *a, const CurlHooks *hooks, char *why, size_t n)
{
    curl_stop(c);
    c->hooks = *hooks;
    c->why[0] = '\0';
    c->has_notice = false;
    CURLcode r = curl_setup(c, a);
    CURLMcode m = r ? CURLM_OK : curl_multi_add_handle(c->multi, c->easy);
    if (!r && m) r = CURLE_FAILED_INIT;
    c->is_running = !r;
    c->code = r;
    if (r) snprintf(why, n, "%s", m ? curl_multi_strerror(m) : c->why[0] ? c->why : curl_easy_strerror(r));
    return (int)r;
}

// --- What became of it ---

#define INFO(name, type, to)                                                                                           \
    do {                                                                                                               \
        type info_ = 0;                                                                                                \
        if (curl_easy_getinfo(c->easy, CURLINFO_##name, &info_) == CURLE_OK) (to) = info_;                             \
    } while (0)

static void read_times(Curl *c, TransferReply *r)
{
    INFO(NAMELOOKUP_TIME_T, curl_off_t, r->lookup_us);
    INFO(CONNECT_TIME_T, curl_off_t, r->connect_us);
    INFO(APPCONNECT_TIME_T, curl_off_t, r->tls_us);
    INFO(PRETRANSFER_TIME_T, curl_off_t, r->pretransfer_us);
    INFO(STARTTRANSFER_TIME_T, curl_off_t, r->first_us);
    INFO(TOTAL_TIME_T, curl_off_t, r->total_us);
    INFO(SPEED_DOWNLOAD_T, curl_off_t, r->down_speed);
    INFO(SPEED_UPLOAD_T, curl_off_t, r->up_speed);
    INFO(SIZE_DOWNLOAD_T, curl_off_t, r->done);
    INFO(SIZE_UPLOAD_T, curl_off_t, r->sent);
    INFO(CONTENT_LENGTH_DOWNLOAD_T, curl_off_t, r->length);
    INFO(RETRY_AFTER, curl_off_t, r->retry_after);
    INFO(FILETIME_T, curl_off_t, r->file_time);
}

static const char **texts(const struct curl_slist *list, int *n)
{
    *n = 0;
    for (const struct curl_slist *s = list; s; s = s->next) ++*n;
    const char **out = mem_must(sizeof *out * (size_t)(*n + 1));
    *n = 0;
    for (const struct curl_slist *s = list; s; s = s->next) out[(*n)++] = s->data;
    return out;
}

static void read_lists(Curl *c, TransferReply *r)
{
    struct curl_certinfo *chain = NULL;
    curl_slist_free_all(c->cookies);
    mem_free(c->cookie_list);
    mem_free(c->certificate_list);
    c->cookies = NULL;
    curl_easy_getinfo(c->easy, CURLINFO_COOKIELIST, &c->cookies);
    r->cookies = c->cookie_list = texts(c->cookies, &r->n_cookies);
    curl_easy_getinfo(c->easy, CURLINFO_CERTINFO, &chain);
    int total = 0;
    c->certificate_list = NULL;
    for (int i = 0; chain && i < chain->num_of_certs; i++) {
        int n;
        const char **some = texts(chain->certinfo[i], &n);
        c->certificate_list = mem_must_realloc(c->certificate_list, sizeof *some * (size_t)(total + n + 1));
        memcpy(c->certificate_list + total, some, sizeof *some * (size_t)n);
        total += n;
        mem_free(some);
    }
    r->certificates = c->certificate_list;
    r->n_certificates = total;
}

static int curl_result(Curl *c, TransferReply *r, char *why, size_t n)
{
    INFO(RESPONSE_CODE, long, r->status);
    INFO(EFFECTIVE_URL, char *, r->url);
    INFO(CONTENT_TYPE, char *, r->content_type);
    INFO(SCHEME, char *, r->scheme);
    INFO(EFFECTIVE_METHOD, char *, r->method);
    INFO(REFERER, char *, r->referer);
    INFO(LOCAL_IP, char *, r->local_ip);
    INFO(PRIMARY_IP, char *, r->primary_ip);
    INFO(LOCAL_PORT, long, r->local_port);
    INFO(PRIMARY_PORT, long, r->primary_port);
    INFO(HTTP_VERSION, long, r->http_version);
    INFO(HEADER_SIZE, long, r->header_size);
    INFO(REQUEST_SIZE, long, r->request_size);
    INFO(NUM_CONNECTS, long, r->connects);
    INFO(HTTP_CONNECTCODE, long, r->connect_code);
    INFO(HTTPAUTH_AVAIL, long, r->auth_kinds);
    INFO(PROXYAUTH_AVAIL, long, r->proxy_auth_kinds);
    INFO(PROXY_ERROR, long, r->proxy_error);
    curl_easy_setopt(c->easy, CURLOPT_COOKIELIST, "FLUSH"); // to the file that COOKIEJAR names
    read_times(c, r);
    read_lists(c, r);
    snprintf(why, n, "%s", c->code ? c->why[0] ? c->why : curl_easy_strerror(c->code) : "");
    return (int)c->code;
}

static void curl_progress(const Curl *c, TransferProgress *p)
{
    INFO(CONTENT_LENGTH_DOWNLOAD_T, curl_off_t, p->total);
    INFO(CONTENT_LENGTH_UPLOAD_T, curl_off_t, p->total_sent);
    INFO(SIZE_DOWNLOAD_T, curl_off_t, p->done);
    INFO(SIZE_UPLOAD_T, curl_off_t, p->sent);
    if (p->total < 0) p->total = 0;
    if (p->total_sent < 0) p->total_sent = 0;
}

// --- URLs ---

static bool copy_part(CURLU *u, CURLUPart part, unsigned flags, char *to, size_t n)
{
    char *text = NULL;
    bool ok = curl_url_get(u, part, &text, flags) == CURLUE_OK && strlen(text) < n;
    if (ok) strcpy(to, text);
    curl_free(text);
    return ok;
}

static int curl_place(const char *url, UrlPlace *to, char *why, size_t n)
{
    CURLU *u = curl_url();
    char port[16] = "";
    CURLUcode r = u ? curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) : CURLUE_OUT_OF_MEMORY;
    if (r == CURLUE_OK) {
        if (!copy_part(u, CURLUPART_SCHEME, 0, to->scheme, sizeof to->scheme)) r = CURLUE_BAD_SCHEME;
        bool has_host = copy_part(u, CURLUPART_HOST, 0, to->host, sizeof to->host);
        if (!has_host) to->host[0] = '\0';
        if (!has_host && strcmp(to->scheme, "file") != 0) r = CURLUE_BAD_HOSTNAME;
        copy_part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port);
        to->port = 0;
        for (const char *p = port; *p; p++) to->port = to->port * 10 + (*p - '0');
    }
    if (r) snprintf(why, n, "%s", curl_url_strerror(r));
    curl_url_cleanup(u);
    return (int)r;
}

static char *curl_join(const char *base, const char *location)
{
    CURLU *u = curl_url();
    char *whole = NULL, *mine = NULL;
    if (u && curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
        curl_url_set(u, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK) {
        mine = mem_strdup(whole);
    }
    curl_free(whole);
    curl_url_cleanup(u);
    return mine;
}

static bool curl_has_notice(const Curl *c) { return c->has_notice; }

extern const CurlApi curl_api;
const CurlApi curl_api = {curl_new,    curl_shut,     curl_start, curl_go_on, curl_stop,
                          curl_result, curl_progress, curl_place, curl_join,  curl_has_notice};
