// The engine's own routines for transfers by URL: begun, driven and asked by number. Start at pro_begin.
#include "lib/http/transfers.h"

#include "base/mem.h"
#include "base/vec.h"
#include "lib/control/timer.h"
#include "lib/io/record.h"
#include "vm/engine.h"

static const Keyword keywords_BEGIN[] = {BEGIN_KEYWORDS(KW_ROW_, )};

typedef struct Numbered {
    int64_t id;
    Transfer *transfer;
    HttpHeld held; // what it sends
} Numbered;

struct Transfers {
    VEC(Numbered) list;
    int64_t last_id;
};

static void free_numbered(Numbered *n)
{
    transfer_free(n->transfer);
    http_held_drop(&n->held);
}

static void close_transfers(Vm *vm)
{
    struct Transfers *t = vm->transfers;
    if (!t) return;
    for (int i = 0; i < t->list.len; i++) free_numbered(&t->list.p[i]);
    VEC_FREE(&t->list);
    mem_free(t);
    vm->transfers = NULL;
}

static struct Transfers *transfers_of(Vm *vm)
{
    if (!vm->transfers) {
        vm->transfers = mem_must(sizeof *vm->transfers);
        vm_on_free(vm, close_transfers);
    }
    return vm->transfers;
}

static int place_of(Call *c)
{
    const struct Transfers *t = transfers_of(c->vm);
    int64_t id = call_int(c, 0);
    for (int i = 0; i < t->list.len; i++) {
        if (t->list.p[i].id == id) return i;
    }
    return -1;
}

static Numbered *numbered(Call *c)
{
    int i = place_of(c);
    if (i < 0) throw_msg(c, E_VALUE, "There is no transfer %s.", call_arg_name(c, 0));
    return &c->vm->transfers->list.p[i];
}

static Transfer *transfer_of(Call *c) { return numbered(c)->transfer; }

// HELIO_TRANSFER_NEW(): the number of a new transfer, which keeps its connections and cookies until HELIO_TRANSFER_END.
// Used by the engine itself, as all HELIO_TRANSFER routines.
static void fn_new(Call *c)
{
    struct Transfers *t = transfers_of(c->vm);
    Numbered n = {.id = ++t->last_id};
    TRY(c, transfer_new(c->vm->net, &n.transfer));
    VEC_PUSH(&t->list, n);
    call_return_take(c, val_long64(n.id));
}

// HELIO_TRANSFER_END, Id: gives it up, and closes its connections. A number of none does no harm.
static void pro_end(Call *c)
{
    struct Transfers *t = transfers_of(c->vm);
    int i = place_of(c);
    if (i < 0) return;
    Numbered gone = t->list.p[i];
    t->list.p[i] = t->list.p[--t->list.len];
    free_numbered(&gone);
}

// HELIO_TRANSFER_ACCEPT, Id: the file of one that is over gets its name, if it came whole and with success.
static void pro_accept(Call *c) { transfer_accept(transfer_of(c)); }

// HELIO_TRANSFER_BEGIN, Id, URL: begins one; what there was under that number is given up.
static void pro_begin(Call *c)
{
    Numbered *n = numbered(c);
    const Str *s = call_str_peek(c, 1);
    if (memchr(str_text(s), '\0', str_len(s))) throw_msg(c, E_VALUE, "A NUL stands in the URL.");
    transfer_stop(n->transfer);
    http_held_drop(&n->held);
    TransferAsk ask = http_ask(c, str_text(s), &n->held);
    TRY(c, transfer_begin(n->transfer, &ask));
}

static Val progress_array(Call *c, const Transfer *t)
{
    TransferProgress p = transfer_progress(t);
    Arr *a = call_new_array(c, T_LONG64, 1, (int64_t[]){5}, true);
    const int64_t x[] = {p.is_known, p.total, p.done, p.total_sent, p.sent};
    memcpy(a->data, x, sizeof x);
    return val_arr_take(arr_ref(a));
}

#define WAIT_KEYWORDS(K, R) K(R, PROGRESS, OUT) K(R, TOLD, OUT)
KEYWORDS(WAIT)

// HELIO_TRANSFER_WAIT(Id, Seconds): goes on with it for at most that many seconds (negative: to the end); 1 when it is
// over. PROGRESS is [known, bytes to come in all, come, to be sent in all, sent], TOLD what libcurl has said meanwhile
// (VERBOSE).
static void fn_wait(Call *c)
{
    Transfer *t = transfer_of(c);
    bool is_over = false;
    bool serves = timers_serve(c, NULL, TIMERS_READ);
    Status s = transfer_wait(t, call_double(c, 1), &is_over);
    if (serves) timers_serve_end(c);
    TRY(c, s);
    call_kw_set_take(c, KW_WAIT_PROGRESS, progress_array(c, t));
    Buf *told = transfer_told(t);
    call_kw_set_take(c, KW_WAIT_TOLD, val_stringn(told->p ? told->p : "", told->len));
    buf_clear(told);
    call_return_take(c, val_byte(is_over));
}

static const char *whole(const char *text) { return text ? text : ""; }

static Val text_array(Call *c, const char *const *list, int n)
{
    if (!n) return val_string("");
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) record_put_text(c, a, i, list[i], strlen(list[i]));
    return val_arr_take(arr_ref(a));
}

static Val buf_text(const Buf *b) { return val_stringn(b->p ? b->p : "", b->len); }

#define REPLY_KEYWORDS(K, R) K(R, CERTIFICATES, OUT) K(R, COOKIES, OUT) K(R, HEAD, OUT) K(R, HEADS, OUT)
KEYWORDS(REPLY)

// HELIO_TRANSFER_REPLY(Id): what is known of a transfer that is over, as a structure. HEAD is the head of the last
// reply, HEADS those of all on the way.
static void fn_reply(Call *c)
{
    Transfer *t = transfer_of(c);
    const TransferReply *r = transfer_reply(t);
    const Field fields[] = {
        {"CODE", T_LONG, r->code, NULL},
        {"STATUS", T_LONG, r->status, NULL},
        {"WHY", T_STRING, 0, whole(r->why)},
        {"URL", T_STRING, 0, whole(r->url)},
        {"CONTENT_TYPE", T_STRING, 0, whole(r->content_type)},
        {"SCHEME", T_STRING, 0, whole(r->scheme)},
        {"METHOD", T_STRING, 0, whole(r->method)},
        {"REFERER", T_STRING, 0, whole(r->referer)},
        {"REDIRECT_URL", T_STRING, 0, whole(r->redirect_url)},
        {"LOCAL_IP", T_STRING, 0, whole(r->local_ip)},
        {"PRIMARY_IP", T_STRING, 0, whole(r->primary_ip)},
        {"LOCAL_PORT", T_LONG, r->local_port, NULL},
        {"PRIMARY_PORT", T_LONG, r->primary_port, NULL},
        {"HTTP_VERSION", T_LONG, r->http_version, NULL},
        {"REDIRECT_COUNT", T_LONG, r->redirects, NULL},
        {"FILETIME", T_LONG64, r->file_time, NULL},
        {"HEADER_SIZE", T_LONG64, r->header_size, NULL},
        {"REQUEST_SIZE", T_LONG64, r->request_size, NULL},
        {"RETRY_AFTER", T_LONG64, r->retry_after, NULL},
        {"CONTENT_LENGTH_DOWNLOAD", T_LONG64, r->length, NULL},
        {"SIZE_DOWNLOAD", T_LONG64, r->done, NULL},
        {"SIZE_UPLOAD", T_LONG64, r->sent, NULL},
        {"NUM_CONNECTS", T_LONG64, r->connects, NULL},
        {"SPEED_DOWNLOAD", T_LONG64, r->down_speed, NULL},
        {"SPEED_UPLOAD", T_LONG64, r->up_speed, NULL},
        {"HTTP_CONNECTCODE", T_LONG64, r->connect_code, NULL},
        {"HTTPAUTH_AVAIL", T_LONG64, r->auth_kinds, NULL},
        {"PROXYAUTH_AVAIL", T_LONG64, r->proxy_auth_kinds, NULL},
        {"PROXY_ERROR", T_LONG64, r->proxy_error, NULL},
        {"NAMELOOKUP_TIME", T_LONG64, r->lookup_us, NULL},
        {"CONNECT_TIME", T_LONG64, r->connect_us, NULL},
        {"APPCONNECT_TIME", T_LONG64, r->tls_us, NULL},
        {"PRETRANSFER_TIME", T_LONG64, r->pretransfer_us, NULL},
        {"STARTTRANSFER_TIME", T_LONG64, r->first_us, NULL},
        {"TOTAL_TIME", T_LONG64, r->total_us, NULL},
        {"REDIRECT_TIME", T_LONG64, r->redirect_us, NULL},
    };
    int n = sizeof fields / sizeof fields[0];
    Arr *a = record_new(c, "HELIO_TRANSFER_REPLY", fields, n, 1, &(int64_t){1});
    record_fill(a, 0, fields, n);
    call_kw_set_take(c, KW_REPLY_HEAD, buf_text(transfer_head(t)));
    call_kw_set_take(c, KW_REPLY_HEADS, buf_text(transfer_heads(t)));
    call_kw_set_take(c, KW_REPLY_COOKIES, text_array(c, r->cookies, r->n_cookies));
    call_kw_set_take(c, KW_REPLY_CERTIFICATES, text_array(c, r->certificates, r->n_certificates));
    call_return_take(c, val_arr_take(a));
}

// HELIO_TRANSFER_BODY(Id): the body of one into memory, as bytes; !NULL when it is empty.
static void fn_body(Call *c)
{
    const Buf *b = transfer_body(transfer_of(c));
    if (!b->len) return call_return_take(c, VAL_NULL);
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)b->len}, false);
    memcpy(a->data, b->p, b->len);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// HELIO_TRANSFER_STOP, Id: gives it up; nothing of it is published.
static void pro_stop(Call *c) { transfer_stop(transfer_of(c)); }

// HELIO_TRANSFER_FORGET, Id: closes its connections and forgets its cookies.
static void pro_forget(Call *c) { transfer_forget(transfer_of(c)); }

static const Routine rows[] = {
    {"HELIO_TRANSFER_ACCEPT", PROCEDURE, {1, 1}, pro_accept, "Id"},
    {"HELIO_TRANSFER_BEGIN", PROCEDURE, {2, 2}, pro_begin, "Id, URL", KEYS(BEGIN)},
    {"HELIO_TRANSFER_BODY", FUNCTION, {1, 1}, fn_body, "Id"},
    {"HELIO_TRANSFER_END", PROCEDURE, {1, 1}, pro_end, "Id"},
    {"HELIO_TRANSFER_FORGET", PROCEDURE, {1, 1}, pro_forget, "Id"},
    {"HELIO_TRANSFER_NEW", FUNCTION, {0, 0}, fn_new, ""},
    {"HELIO_TRANSFER_REPLY", FUNCTION, {1, 1}, fn_reply, "Id", KEYS(REPLY)},
    {"HELIO_TRANSFER_STOP", PROCEDURE, {1, 1}, pro_stop, "Id"},
    {"HELIO_TRANSFER_WAIT", FUNCTION, {2, 2}, fn_wait, "Id, Seconds", KEYS(WAIT)},
};
ROUTINE_TABLE(lib_transfers, rows)
