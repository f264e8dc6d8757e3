// A file on a server, read at any place. Start at remote_open.
#include "net/remote.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/http_head.h"
#include "net/transfer.h"
#include "sys/fd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { AHEAD_LEAST = 64 << 10, AHEAD_MOST = 8 << 20, BLOCKS = 16, KEPT_MOST = 32 << 20, CONNECT_SECONDS = 60 };

typedef struct Block {
    int64_t at;
    size_t n;
    char *p;
    unsigned used; // by the count of reads
} Block;

struct RemoteFile {
    Transfer *transfer;
    char *url;
    int64_t size;
    char *mark;   // what tells one version of it from another; NULL: the server does not say
    int copy;     // descriptor of the copy; -1: parts are asked for
    size_t ahead; // bytes of the next part
    int64_t next; // where reading on goes on
    Block block[BLOCKS];
    unsigned count;
};

bool remote_is_url(const char *path)
{
    static const char *const schemes[] = {"http://", "https://", "ftp://", "ftps://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncasecmp(path, schemes[i], strlen(schemes[i])) == 0) return true;
    }
    return false;
}

// --- A request ---

static Status ask(RemoteFile *r, const char *range, bool is_large)
{
    TransferAsk a = {.url = r->url, .range = range, .is_large = is_large, .connect_timeout = CONNECT_SECONDS};
    bool is_over;
    STATUS_TRY(transfer_begin(r->transfer, &a));
    STATUS_TRY(transfer_wait(r->transfer, -1, &is_over));
    const TransferReply *reply = transfer_reply(r->transfer);
    bool is_http = strncasecmp(r->url, "http", 4) == 0;
    if (reply->code) return status_fail(E_OPEN, "%s", reply->why);
    if (is_http && (reply->status < 200 || reply->status > 299)) {
        return status_fail(E_OPEN, "The requested URL returned error: %d", (int)reply->status);
    }
    return STATUS_OK;
}

// "bytes FIRST-LAST/SIZE": false: something else.
static bool content_range(const Buf *head, int64_t *first, int64_t *size)
{
    AUTO_FREE char *text = http_field(head, "Content-Range");
    long long a, b, n;
    char rest;
    if (!text || sscanf(text, "bytes %lld-%lld/%lld%c", &a, &b, &n, &rest) != 3 || a < 0 || b < a || n <= b)
        return false;
    *first = a;
    *size = n;
    return true;
}

static char *version_mark(const Buf *head)
{
    char *tag = http_field(head, "ETag");
    return tag ? tag : http_field(head, "Last-Modified");
}

// --- What has come ---

static Block *oldest(RemoteFile *r)
{
    Block *b = &r->block[0];
    for (int i = 1; i < BLOCKS; i++) {
        if (!r->block[i].p || r->block[i].used < b->used) b = &r->block[i];
        if (!b->p) break;
    }
    return b;
}

static size_t kept(const RemoteFile *r)
{
    size_t n = 0;
    for (int i = 0; i < BLOCKS; i++) n += r->block[i].n;
    return n;
}

static void drop(Block *b)
{
    mem_free(b->p);
    *b = (Block){0};
}

static void keep(RemoteFile *r, int64_t at, char *p, size_t n)
{
    for (int i = 0; i < BLOCKS && kept(r) + n > KEPT_MOST; i++) {
        Block *b = NULL;
        for (int k = 0; k < BLOCKS; k++) {
            if (r->block[k].p && (!b || r->block[k].used < b->used)) b = &r->block[k];
        }
        if (b) drop(b);
    }
    Block *b = oldest(r);
    drop(b);
    *b = (Block){at, n, p, ++r->count};
}

static Block *block_at(RemoteFile *r, int64_t at)
{
    for (int i = 0; i < BLOCKS; i++) {
        Block *b = &r->block[i];
        if (b->p && at >= b->at && at < b->at + (int64_t)b->n) return b;
    }
    return NULL;
}

static Status check_part(RemoteFile *r, int64_t at)
{
    int64_t first, size;
    const Buf *head = transfer_head(r->transfer);
    AUTO_FREE char *mark = version_mark(head);
    bool is_part = transfer_reply(r->transfer)->status == 206 && content_range(head, &first, &size) && first == at;
    if (!is_part) return status_fail(E_READ, "The server does not send the part that was asked for.");
    bool is_same = size == r->size && (!r->mark || (mark && strcmp(mark, r->mark) == 0));
    return is_same ? STATUS_OK : status_fail(E_READ, "The file has changed on the server.");
}

static Status fetch(RemoteFile *r, int64_t at)
{
    char range[64];
    r->ahead = at == r->next && r->ahead < AHEAD_MOST ? r->ahead * 2 : at == r->next ? r->ahead : AHEAD_LEAST;
    int64_t end = at + (int64_t)r->ahead < r->size ? at + (int64_t)r->ahead : r->size;
    snprintf(range, sizeof range, "%lld-%lld", (long long)at, (long long)end - 1);
    Status s = ask(r, range, false);
    if (s.code == E_OPEN) s.code = E_READ;
    STATUS_TRY(s);
    STATUS_TRY(check_part(r, at));
    size_t n = transfer_body(r->transfer)->len;
    if (!n) return status_fail(E_READ, "The server sends an empty part.");
    char *p = buf_take(transfer_body(r->transfer));
    if (!p) return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    keep(r, at, p, n);
    r->next = at + (int64_t)n;
    return STATUS_OK;
}

Status remote_read(RemoteFile *r, int64_t at, void *p, size_t n, size_t *got)
{
    *got = 0;
    if (r->copy >= 0) {
        ssize_t k = pread(r->copy, p, sys_piece(n), at);
        if (k < 0) return status_sys(E_READ, errno, "The copy of the file cannot be read.");
        *got = (size_t)k;
        return STATUS_OK;
    }
    if (at >= r->size) return STATUS_OK;
    Block *b = block_at(r, at);
    if (!b) {
        STATUS_TRY(fetch(r, at));
        b = block_at(r, at);
    }
    size_t from = (size_t)(at - b->at), left = b->n - from;
    *got = sys_piece(n < left ? n : left);
    memcpy(p, b->p + from, *got);
    b->used = ++r->count;
    return STATUS_OK;
}

// --- Opening ---

// The first reply: a part of a file whose size is known, or all of it.
static Status look_at_first(RemoteFile *r)
{
    int64_t first = 0;
    const Buf *head = transfer_head(r->transfer);
    bool is_part = transfer_reply(r->transfer)->status == 206 && content_range(head, &first, &r->size) && first == 0;
    int fd = transfer_take_file(r->transfer);
    off_t n = lseek(fd, 0, SEEK_END);
    if (n < 0) return status_sys(E_OPEN, errno, "The copy of the file cannot be read.");
    r->mark = version_mark(head);
    if (!is_part || n >= r->size) { // all of it is here
        r->copy = fd;
        r->size = n;
        return STATUS_OK;
    }
    char *p = mem_alloc((size_t)n + 1);
    bool ok = p && pread(fd, p, (size_t)n, 0) == n;
    sys_close(fd);
    if (!ok) {
        mem_free(p);
        return status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    }
    keep(r, 0, p, (size_t)n);
    r->next = n;
    return STATUS_OK;
}

Status remote_open(const NetOptions *net, const char *url, RemoteFile **out)
{
    Transfer *t;
    char range[32];
    STATUS_TRY(transfer_new(net, &t));
    RemoteFile *r = mem_must(sizeof *r);
    *r = (RemoteFile){.transfer = t, .url = mem_strdup(url), .copy = -1, .ahead = AHEAD_LEAST};
    snprintf(range, sizeof range, "0-%d", AHEAD_LEAST - 1);
    Status s = r->url ? ask(r, strncasecmp(url, "http", 4) == 0 ? range : NULL, true)
                      : status_fail(E_NO_MEMORY, "Unable to allocate memory.");
    if (s.code == E_OPEN && transfer_reply(t)->status == 416) { // an empty file has no such part
        status_drop(&s);
        s = ask(r, NULL, true);
    }
    if (status_ok(s)) s = look_at_first(r);
    if (status_ok(s))
        *out = r;
    else
        remote_close(r);
    return s;
}

void remote_close(RemoteFile *r)
{
    if (!r) return;
    transfer_free(r->transfer);
    for (int i = 0; i < BLOCKS; i++) drop(&r->block[i]);
    if (r->copy >= 0) sys_close(r->copy);
    mem_free(r->url);
    mem_free(r->mark);
    mem_free(r);
}

int64_t remote_size(const RemoteFile *r) { return r->size; }
bool remote_is_copied(const RemoteFile *r) { return r->copy >= 0 && r->size > AHEAD_LEAST; }
