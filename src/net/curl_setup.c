// The module `curl`: what an exchange is told to libcurl. Start at curl_setup.
#include "net/curl_inside.h"

#include "base/mem.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER = 256 << 10, KEPT_CONNECTIONS = 8 };

// --- What comes and goes ---

static size_t take_head(char *p, size_t size, size_t n, void *arg)
{
    const Curl *c = arg;
    return c->hooks.head(c->hooks.arg, p, size * n) ? n : 0;
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
    const Curl *c = arg;
    return c->hooks.body(c->hooks.arg, p, size * n) ? n : 0;
}

static size_t give_data(char *p, size_t size, size_t n, void *arg)
{
    const Curl *c = arg;
    ptrdiff_t got = c->hooks.send(c->hooks.arg, p, size * n);
    return got < 0 ? CURL_READFUNC_ABORT : (size_t)got;
}

static int seek_data(void *arg, curl_off_t to, int origin)
{
    const Curl *c = arg;
    return to == 0 && origin == SEEK_SET && c->hooks.again(c->hooks.arg) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK;
}

static int take_told(CURL *easy, curl_infotype kind, char *p, size_t n, void *arg)
{
    const Curl *c = arg;
    (void)easy;
    if (kind == CURLINFO_TEXT) c->hooks.told(c->hooks.arg, p, n);
    return 0;
}

// --- Options ---

#define SET(option, value)                                                                                             \
    do {                                                                                                               \
        CURLcode set_ = curl_easy_setopt(c->easy, CURLOPT_##option, value);                                            \
        if (set_) return snprintf(c->why, sizeof c->why, "%s (" #option ")", curl_easy_strerror(set_)), set_;          \
    } while (0)

static CURLcode set_hooks(Curl *c, bool is_verbose)
{
    SET(ERRORBUFFER, c->why);
    SET(NOSIGNAL, 1L);
    SET(QUICK_EXIT, 1L);
    curl_easy_setopt(c->easy, CURLOPT_BUFFERSIZE,
                     (long)BUFFER); // refused where the one of before is still there, which serves
    SET(HEADERFUNCTION, take_head);
    SET(HEADERDATA, c);
    SET(WRITEFUNCTION, take_body);
    SET(WRITEDATA, c);
    SET(READFUNCTION, give_data);
    SET(READDATA, c);
    SET(SEEKFUNCTION, seek_data);
    SET(SEEKDATA, c);
    SET(SUPPRESS_CONNECT_HEADERS, 1L);
    SET(SHARE, c->jar);
    SET(COOKIEFILE, "");  // they are wanted
    if (!is_verbose) return CURLE_OK;
    SET(VERBOSE, 1L);
    SET(DEBUGFUNCTION, take_told);
    SET(DEBUGDATA, c);
    return CURLE_OK;
}

static bool push(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (longer) *list = longer;
    return longer;
}

static bool starts(const char *text, const char *name)
{
    size_t n = strlen(name);
    return curl_strnequal(text, name, n) && text[n] == ':';
}

static bool has_header(const TransferAsk *a, const char *name)
{
    for (int i = 0; i < a->n_headers; i++) {
        if (starts(a->headers[i], name)) return true;
    }
    return false;
}

// Which fields of the program are told to another host than the one that it named.
static bool is_private(const char *header)
{
    return starts(header, "Authorization") || starts(header, "Cookie") || starts(header, "Proxy-Authorization") ||
           starts(header, "Host");
}

static CURLcode set_headers(Curl *c, const CurlAsk *a)
{
    bool ok = true;
    for (int i = 0; i < a->ask->n_headers; i++) {
        if (a->is_trusted || !is_private(a->ask->headers[i])) ok = ok && push(&c->headers, a->ask->headers[i]);
    }
    if (a->size >= 0 && !has_header(a->ask, "Expect")) ok = ok && push(&c->headers, "Expect:");
    if (a->ask->codings && !has_header(a->ask, "Accept-Encoding")) {
        char line[80];
        snprintf(line, sizeof line, "Accept-Encoding: %s", a->ask->codings);
        ok = ok && push(&c->headers, line);
    }
    if (!ok) return CURLE_OUT_OF_MEMORY;
    SET(HTTPHEADER, c->headers);
    if (!has_header(a->ask, "User-Agent")) SET(USERAGENT, "Heliograph");
    return CURLE_OK;
}

static CURLcode set_form(Curl *c, const TransferAsk *a)
{
    if (!(c->form = curl_mime_init(c->easy))) return CURLE_OUT_OF_MEMORY;
    for (int i = 0; i < a->n_parts; i++) {
        const TransferPart *from = &a->parts[i];
        curl_mimepart *part = curl_mime_addpart(c->form);
        CURLcode r = part ? curl_mime_name(part, from->name) : CURLE_OUT_OF_MEMORY;
        if (!r)
            r = from->file ? curl_mime_filedata(part, from->file)
                           : curl_mime_data(part, from->p ? from->p : "", from->n);
        if (!r && from->file_name) r = curl_mime_filename(part, from->file_name);
        if (!r && from->type) r = curl_mime_type(part, from->type);
        if (r) return snprintf(c->why, sizeof c->why, "%s (%s)", curl_easy_strerror(r), from->name), r;
    }
    SET(MIMEPOST, c->form);
    return CURLE_OK;
}

static CURLcode set_method(Curl *c, const CurlAsk *a)
{
    switch (a->what) {
    case CURL_HEADS: SET(NOBODY, 1L); break;
    case CURL_PUTS:
        SET(UPLOAD, 1L);
        SET(INFILESIZE_LARGE, (curl_off_t)a->size);
        break;
    case CURL_POSTS:
        if (a->ask->n_parts) {
            CURLcode r = set_form(c, a->ask);
            if (r) return r;
        } else {
            SET(POST, 1L);
            SET(POSTFIELDSIZE_LARGE, (curl_off_t)a->size);
        }
        break;
    case CURL_COMMANDS:
        for (int i = 0; i < a->ask->n_commands; i++) {
            if (!push(&c->commands, a->ask->commands[i])) return CURLE_OUT_OF_MEMORY;
        }
        SET(NOBODY, 1L);
        SET(QUOTE, c->commands);
        break;
    default: break;
    }
    if (a->method) SET(CUSTOMREQUEST, a->method);
    return CURLE_OK;
}

static long auth_bits(int kinds)
{
    return (long)((kinds & TRANSFER_BASIC ? CURLAUTH_BASIC : 0) | (kinds & TRANSFER_DIGEST ? CURLAUTH_DIGEST : 0));
}

static CURLcode set_who(Curl *c, const CurlAsk *a)
{
    const TransferProxy *p = &a->ask->proxy;
    if (a->is_trusted && a->ask->user) SET(USERNAME, a->ask->user);
    if (a->is_trusted && a->ask->password) SET(PASSWORD, a->ask->password);
    if (a->ask->authentication) SET(HTTPAUTH, auth_bits(a->ask->authentication));
    if (!p->host) return CURLE_OK;
    SET(PROXY, p->host);
    if (!*p->host) return CURLE_OK;
    if (p->port > 0) SET(PROXYPORT, (long)p->port);
    if (!p->authentication) return CURLE_OK;
    SET(PROXYAUTH, auth_bits(p->authentication));
    if (p->user) SET(PROXYUSERNAME, p->user);
    if (p->password) SET(PROXYPASSWORD, p->password);
    return CURLE_OK;
}

static int curl_owner_index(void)
{
    static int index = -1;
    if (index < 0) index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

// A connection that ends without the notice of TLS may have been cut, which libcurl passes over.
static void see_notice(const SSL *ssl, int where, int what)
{
    if (!(where & SSL_CB_READ) || !(where & SSL_CB_ALERT) || (what & 0xff) != SSL_AD_CLOSE_NOTIFY) return;
    Curl *c = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), curl_owner_index());
    if (c) c->has_notice = true;
}

static CURLcode watch_notice(CURL *easy, void *context, void *c)
{
    (void)easy;
    if (!SSL_CTX_set_ex_data(context, curl_owner_index(), c)) return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_info_callback(context, see_notice);
    return CURLE_OK;
}

static CURLcode set_trust(Curl *c, const CurlAsk *a)
{
    static const long versions[] = {CURL_SSLVERSION_DEFAULT, CURL_SSLVERSION_TLSv1,   CURL_SSLVERSION_SSLv2,
                                    CURL_SSLVERSION_SSLv3,   CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_TLSv1_1,
                                    CURL_SSLVERSION_TLSv1_2};
    int version = a->ask->ssl_version;
    SET(SSL_VERIFYPEER, a->ask->trusts_any_peer ? 0L : 1L);
    SET(SSL_VERIFYHOST, a->ask->trusts_any_host ? 0L : 2L);
    SET(SSL_CTX_FUNCTION, watch_notice);
    SET(SSL_CTX_DATA, c);
    if (a->ca_file) SET(CAINFO, a->ca_file);
    if (version > 0 && version < (int)(sizeof versions / sizeof versions[0])) SET(SSLVERSION, versions[version]);
    if (a->ask->ftp_tls) SET(USE_SSL, (long)CURLUSESSL_ALL);
    return CURLE_OK;
}

static long milliseconds(double seconds)
{
    return seconds > 2e6 ? 2000000000L : seconds > 0 && seconds < 0.001 ? 1L : (long)(seconds * 1000);
}

static CURLcode set_place(Curl *c, const CurlAsk *a)
{
    SET(URL, a->url);
    SET(PROTOCOLS_STR, "http,https,ftp,ftps");
    SET(FOLLOWLOCATION, 0L);
    SET(MAXCONNECTS, (long)KEPT_CONNECTIONS);
    if (a->connect_to) {
        if (!push(&c->connect_to, a->connect_to)) return CURLE_OUT_OF_MEMORY;
        SET(CONNECT_TO, c->connect_to);
    }
    if (a->ask->connect_timeout > 0) SET(CONNECTTIMEOUT_MS, milliseconds(a->ask->connect_timeout));
    if (a->seconds > 0) SET(TIMEOUT_MS, milliseconds(a->seconds));
    if (a->ask->range) SET(RANGE, a->ask->range);
    if (a->ask->ftp_active) SET(FTPPORT, "-");
    if (a->ask->ftp_names_only) SET(DIRLISTONLY, 1L);
    return CURLE_OK;
}

// --- Options by their names ---

static const char *const refused[] = {"URL",    "FOLLOWLOCATION", "MAXREDIRS",  "TIMEOUT", "TIMEOUT_MS",
                                      "UPLOAD", "NOBODY",         "HTTPHEADER", NULL};

static CURLcode set_named(Curl *c, const TransferOption *from)
{
    const struct curl_easyoption *o = curl_easy_option_by_name(from->name);
    for (int i = 0; refused[i]; i++) {
        if (o && strcmp(o->name, refused[i]) == 0) o = NULL;
    }
    bool is_number = o && (o->type == CURLOT_LONG || o->type == CURLOT_VALUES || o->type == CURLOT_OFF_T);
    if (!o || (!is_number && o->type != CURLOT_STRING)) {
        snprintf(c->why, sizeof c->why, "Unknown option: %s", from->name);
        return CURLE_UNKNOWN_OPTION;
    }
    if (is_number == from->is_text) {
        snprintf(c->why, sizeof c->why, "Option %s wants a %s", from->name, is_number ? "number" : "string");
        return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    CURLcode r = o->type == CURLOT_STRING  ? curl_easy_setopt(c->easy, o->id, from->text)
                 : o->type == CURLOT_OFF_T ? curl_easy_setopt(c->easy, o->id, (curl_off_t)from->number)
                                           : curl_easy_setopt(c->easy, o->id, (long)from->number);
    if (r) snprintf(c->why, sizeof c->why, "%s (option %s)", curl_easy_strerror(r), from->name);
    return r;
}

CURLcode curl_setup(Curl *c, const CurlAsk *a)
{
    CURLcode r = set_hooks(c, a->ask->is_verbose);
    if (!r) r = set_place(c, a);
    if (!r) r = set_method(c, a);
    if (!r) r = set_headers(c, a);
    if (!r) r = set_who(c, a);
    if (!r) r = set_trust(c, a);
    for (int i = 0; !r && i < a->ask->n_options; i++) r = set_named(c, &a->ask->options[i]);
    return r;
}

void curl_release(Curl *c)
{
    curl_slist_free_all(c->headers);
    curl_slist_free_all(c->connect_to);
    curl_slist_free_all(c->commands);
    curl_slist_free_all(c->cookies);
    curl_mime_free(c->form);
    mem_free(c->cookie_list);
    mem_free(c->certificate_list);
    c->headers = c->connect_to = c->commands = c->cookies = NULL;
    c->form = NULL;
    c->cookie_list = c->certificate_list = NULL;
}
