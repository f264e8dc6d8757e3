// Fuzz target for transfers (net/transfer.h). The input's first byte says what the rest is:
// U: a URL, asked for where its host is the server's. C: a reply of HTTP, sent to whatever is asked (Set-Cookie above
// all); it is asked for twice, then once under another host's name. F: replies of FTP and a listing (peer.h). What
// arrives at the server must be requests of the form that we make, and no cookie may go to another host; a listing that
// is said to have come must be the bytes that were sent.
#include "base/mem.h"
#include "net/curl.h"
#include "net/transfer.h"
#include "peer.h"
#include "sys/dynlib.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    NetOptions net;
    const CurlApi *api;
} world;

static void begin(void)
{
    char map[200];
    const void *table = NULL;
    const Peer *peer = peer_start();
    net_options_init(&world.net);
    world.net.said_map = true;
    snprintf(map, sizeof map, "sun.test:80=127.0.0.1:%d,moon.test:80=127.0.0.1:%d,sun.test:21=127.0.0.1:%d",
             peer->http_port, peer->http_port, peer->ftp_port);
    net_set_text(&world.net.map, map);
    if (!status_ok(dynlib_table("curl", "curl_api", "", &table))) abort();
    world.api = table;
}

static Transfer *transfer(void)
{
    Transfer *t;
    if (!status_ok(transfer_new(&world.net, &t))) abort();
    return t;
}

// Whether it has come.
static bool get(Transfer *t, const char *url)
{
    bool is_over = false;
    TransferAsk ask = {
        .url = url, .stays = true, .timeout = 5, .connect_timeout = 2, .proxy.host = "", .ftp_names_only = true};
    if (!status_ok(transfer_begin(t, &ask))) return false;
    if (!status_ok(transfer_wait(t, -1, &is_over)) || !is_over) abort();
    transfer_accept(t);
    return transfer_reply(t)->code == 0;
}

// --- What the server must have got ---

static bool is_header(const char *line, size_t n)
{
    static const char *const names[] = {
        "Host: ", "User-Agent: ", "Accept: ", "Accept-Encoding: ", "Cookie: ", "Authorization: Basic ", "Connection: "};
    bool is_known = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        is_known = is_known || strncmp(line, names[i], strlen(names[i])) == 0;
    for (size_t i = 0; i < n; i++)
        is_known = is_known && ((unsigned char)line[i] >= ' ' || line[i] == '\t') && line[i] != 127;
    return is_known;
}

static bool is_request(const char *line, size_t n)
{
    static const char end[] = " HTTP/1.1";
    if (n < 4 + sizeof end || strncmp(line, "GET /", 5) != 0 ||
        strncmp(line + n - (sizeof end - 1), end, sizeof end - 1) != 0)
        return false;
    for (size_t i = 4; i < n - (sizeof end - 1); i++) {
        if (line[i] <= ' ' || line[i] == 127) return false;
    }
    return true;
}

static void check_requests(const char *cookieless)
{
    const char *heads[PEER_REQUESTS];
    int n = peer_requests(heads);
    for (int i = 0; i < n; i++) {
        const char *line = heads[i], *end = strstr(line, "\r\n");
        bool ok = end && is_request(line, (size_t)(end - line)), has_host = false;
        for (line = end + 2; ok && (end = strstr(line, "\r\n")) != line; line = end + 2) {
            ok = end && is_header(line, (size_t)(end - line));
            has_host = has_host || strncmp(line, "Host: ", 6) == 0;
        }
        bool is_other = cookieless && strstr(heads[i], cookieless);
        if (!ok || !has_host || line[2] || (is_other && strstr(heads[i], "\r\nCookie:"))) {
            fprintf(stderr, "the server got: %s\n", heads[i]);
            abort();
        }
    }
}

// --- The three kinds ---

static void ask_url(const char *url)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    UrlPlace at;
    char why[300];
    peer_say(reply, sizeof reply - 1);
    bool is_place = world.api->place(url, &at, why, sizeof why) == 0;
    bool is_ours = is_place && strcasecmp(at.host, "sun.test") == 0 && at.port == 80 && strcmp(at.scheme, "http") == 0;
    Transfer *t = transfer();
    if (is_ours && get(t, url) && transfer_reply(t)->status != 200)
        abort();
    else if (!is_ours && is_place && at.scheme[0] == 'h') { // as far as it goes without the network
        TransferAsk ask = {.url = "http://sun.test/", .range = url, .proxy.host = ""};
        if (status_ok(transfer_begin(t, &ask))) transfer_stop(t);
    }
    mem_free(world.api->join("http://sun.test/a/b?c", url));
    check_requests(NULL);
    transfer_free(t);
}

static void hear_cookies(const char *p, size_t n)
{
    Transfer *t = transfer();
    peer_say(p, n);
    get(t, "http://sun.test/a/b");
    get(t, "http://sun.test/a/c?d=e");
    get(t, "http://moon.test/a/b");
    check_requests("\r\nHost: moon.test\r\n");
    transfer_free(t);
}

// But for the ends of lines, which go over such a connection as CR LF.
static bool is_same_text(const Buf *a, const char *p, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\r' || p[i] == '\n') continue;
        while (at < a->len && (a->p[at] == '\r' || a->p[at] == '\n')) at++;
        if (at == a->len || a->p[at++] != p[i]) return false;
    }
    while (at < a->len && (a->p[at] == '\r' || a->p[at] == '\n')) at++;
    return at == a->len;
}

static void list(const char *p, size_t n)
{
    Transfer *t = transfer();
    const char *listing = memmem(p, n, "\n\n", 2);
    peer_say(p, n);
    bool has_come = get(t, "ftp://sun.test/a/");
    if (has_come && listing && transfer_body(t)->len &&
        !is_same_text(transfer_body(t), listing + 2, n - (size_t)(listing + 2 - p)))
        abort();
    transfer_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!world.api) begin();
    if (!size) return 0;
    char *text = malloc(size);
    if (!text) exit(2);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch (data[0]) {
    case 'U': ask_url(text); break;
    case 'C': hear_cookies(text, size - 1); break;
    case 'F': list(text, size - 1); break;
    default: break;
    }
    peer_say("", 0);
    free(text);
    return 0;
}
