// Messages and values between the processes of a bridge. Start at bridge_receive.
#include "io/bridge_wire.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/await.h"
#include "sys/fd.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <string.h>

enum { MAGIC = 0x31524248 };  // "HBR1"

typedef struct Head {
    uint32_t magic, kind;
    uint64_t length;
} Head;

// --- Bytes ------------------------------------------------------------------------------------------------------------

static Status nonsense(void) { return status_fail(E_READ, "The other process has sent what is no message."); }

// Whether to go on after this result of a transfer.
static bool is_noted(BridgeEnd *e, ssize_t got)
{
    if (got != SYS_INTERRUPTED || !e->is_steady) return false;
    sys_end_if_asked();
    sys_clear_interrupt();
    e->was_interrupted = true;
    return true;
}

static Status read_all(BridgeEnd *e, void *p, size_t n, double timeout)
{
    for (char *to = p; n;) {
        ssize_t got = sys_read_wait(e->fd, to, n, timeout);
        if (is_noted(e, got)) continue;
        if (got == SYS_INTERRUPTED) return status_fail(E_INTERRUPT, "Interrupted.");
        if (got == -ETIMEDOUT) return status_fail(E_READ, "The other process does not answer.");
        if (got == 0 || got == -ECONNRESET) return status_fail(E_EOF, "The other process has ended.");
        if (got < 0) return status_sys(E_READ, (int)-got, "The other process cannot be read.");
        to += got;
        n -= (size_t)got;
    }
    return STATUS_OK;
}

static Status write_all(BridgeEnd *e, const void *p, size_t n)
{
    for (const char *from = p; n;) {
        ssize_t put = sys_write_wait(e->fd, from, n, -1);
        if (is_noted(e, put)) continue;
        if (put == SYS_INTERRUPTED) return status_fail(E_INTERRUPT, "Interrupted.");
        if (put <= 0) return status_sys(E_WRITE, (int)-put, "The other process cannot be reached.");
        from += put;
        n -= (size_t)put;
    }
    return STATUS_OK;
}

// --- Messages ---------------------------------------------------------------------------------------------------------

Status bridge_send(BridgeEnd *e, BridgeKind kind, const void *a, size_t na, const void *b, size_t nb)
{
    Head h = {MAGIC, (uint32_t)kind, na + nb};
    enum { AT_ONCE = 4096 };
    char joined[sizeof h + AT_ONCE];  // most messages are one transfer
    if (na + nb <= AT_ONCE) {
        memcpy(joined, &h, sizeof h);
        if (na) memcpy(joined + sizeof h, a, na);
        if (nb) memcpy(joined + sizeof h + na, b, nb);
        return write_all(e, joined, sizeof h + na + nb);
    }
    STATUS_TRY(write_all(e, &h, sizeof h));
    STATUS_TRY(write_all(e, a, na));
    return write_all(e, b, nb);
}

Status bridge_read(BridgeEnd *e, void *p, size_t n) { return read_all(e, p, n, -1); }

Status bridge_receive(BridgeEnd *e, double timeout, BridgeMessage *m)
{
    Head h;
    m->body = BUF_INIT(BRIDGE_BODY_MAX + 1);
    STATUS_TRY(read_all(e, &h, sizeof h, timeout));
    bool has_body = h.kind != BRIDGE_BYTES;
    if (h.magic != MAGIC || h.kind < 1 || h.kind >= BRIDGE_KINDS || (has_body && h.length > BRIDGE_BODY_MAX)) return nonsense();
    m->kind = (BridgeKind)h.kind;
    m->length = h.length;
    if (!has_body) return STATUS_OK;
    if (!buf_reserve(&m->body, h.length + 1)) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for a message.");
    Status s = read_all(e, m->body.p, h.length, timeout);
    m->body.len = h.length;
    m->body.p[h.length] = '\0';
    if (!status_ok(s)) bridge_message_free(m);
    return s;
}

void bridge_message_free(BridgeMessage *m) { buf_free(&m->body); }

// --- Values out -------------------------------------------------------------------------------------------------------

static const StrSlot *strings_of(const Val *v, StrSlot *one)
{
    if (val_is_array(v)) return v->a->data;
    one->p = v->s;
    return one;
}

static void put_strings(BridgeOut *out, const Val *v)
{
    int64_t n = val_count(v);
    StrSlot one = {0};
    const StrSlot *s = strings_of(v, &one);
    for (int64_t i = 0; i < n; i++) {
        uint64_t len = str_len(s[i].p);
        buf_put(&out->text, &len, sizeof len);
    }
    for (int64_t i = 0; i < n; i++) buf_put(&out->text, str_text(s[i].p), str_len(s[i].p));
    out->p = out->text.p;
    out->head.bytes = out->text.len;
    out->head.address = (uintptr_t)out->p;
}

// As IDL words it. Source: a comment in public code that quotes IDL ("IDL_TYP_STRUCT").
static Status unsupported(TypeCode t)
{
    const char *name = t == T_STRUCT ? "STRUCT" : t == T_PTR ? "PTR" : t == T_OBJ ? "OBJREF" : "UNDEF";
    return status_fail(E_TYPE, "Unsupported parameter type: IDL_TYP_%s", name);
}

Status bridge_pack(const Val *v, BridgeOut *out)
{
    *out = (BridgeOut){.head = {.type = v->type}, .text = BUF_INIT(BUF_NO_LIMIT)};
    if (val_is_null(v)) {
        out->head.is_null = 1;
        return STATUS_OK;
    }
    if (!type_is_numeric(v->type) && v->type != T_STRING) return unsupported(v->type);
    out->head.is_bool = v->flags & VF_BOOL;
    if (val_is_array(v)) {
        out->head.rank = v->a->rank;
        memcpy(out->head.dim, v->a->dim, (size_t)v->a->rank * sizeof *v->a->dim);
    }
    if (v->type == T_STRING) {
        put_strings(out, v);
        return buf_ok(&out->text) ? STATUS_OK : status_fail(E_NO_MEMORY, "Unable to allocate memory: to pass strings.");
    }
    out->p = val_data_peek(v);
    out->head.bytes = (uint64_t)val_count(v) * type_size(v->type);
    out->head.address = (uintptr_t)out->p;
    return STATUS_OK;
}

void bridge_out_free(BridgeOut *out) { buf_free(&out->text); }

// --- Values in --------------------------------------------------------------------------------------------------------

static int64_t count_of(const BridgeValue *h) { return h->rank ? arr_count(h->rank, h->dim) : 1; }

static bool is_value(const BridgeValue *h)
{
    if (h->is_null) return h->type == T_UNDEF && !h->bytes && !h->rank;
    if (h->type >= T_COUNT || h->rank > MAX_RANK || (h->is_bool && h->type != T_BYTE)) return false;
    int64_t n = count_of(h);
    uint64_t each = h->type == T_STRING ? sizeof(uint64_t) : type_size(h->type), least;
    if (n < 1 || __builtin_mul_overflow((uint64_t)n, each, &least)) return false;
    if (h->type == T_STRING) return h->bytes >= least;
    return type_is_numeric(h->type) && h->bytes == least;
}

static Status no_memory(void) { return status_fail(E_NO_MEMORY, "Unable to allocate memory: to take over a value."); }

Status bridge_make_room(const BridgeValue *head, BridgeIn *in)
{
    *in = (BridgeIn){.head = *head};
    if (!is_value(head)) return nonsense();
    in->p = in->scalar;
    if (head->type == T_STRING) {
        in->p = in->text = mem_alloc(head->bytes);
        if (!in->text) return no_memory();
    } else if (head->rank) {
        in->a = arr_new(head->type, head->rank, head->dim, false);
        if (!in->a) return no_memory();
        in->p = in->a->data;
    }
    return STATUS_OK;
}

// The texts follow one another behind the lengths, and end where the bytes end.
static Status take_strings(const BridgeIn *in, int64_t n, StrSlot *to)
{
    const char *text = in->text + (size_t)n * sizeof(uint64_t), *end = in->text + in->head.bytes;
    for (int64_t i = 0; i < n; i++) {
        uint64_t len;
        memcpy(&len, in->text + (size_t)i * sizeof len, sizeof len);
        if (len > (uint64_t)(end - text) || len > STR_MAX) return nonsense();
        to[i].p = str_new(text, len);
        if (len && !to[i].p) return no_memory();
        text += len;
    }
    return text == end ? STATUS_OK : nonsense();
}

static Status unpack_strings(BridgeIn *in, Val *out)
{
    if (!in->head.rank) {
        StrSlot one = {0};
        Status s = take_strings(in, 1, &one);
        *out = val_str_take(one.p);
        return s;
    }
    Arr *a = arr_new(T_STRING, in->head.rank, in->head.dim, true);
    if (!a) return no_memory();
    *out = val_arr_take(a);
    return take_strings(in, a->n, a->data);
}

static void make_boolean(Val *v)
{
    uint8_t *p = val_is_array(v) ? v->a->data : &v->b;
    int64_t n = val_count(v);
    for (int64_t i = 0; i < n; i++) p[i] = p[i] != 0;
    v->flags |= VF_BOOL;
}

Status bridge_unpack(BridgeIn *in, Val *out)
{
    *out = VAL_UNDEF;
    Status s = STATUS_OK;
    if (in->head.is_null) {
        *out = VAL_NULL;
    } else if (in->head.type == T_STRING) {
        s = unpack_strings(in, out);
    } else if (in->a) {
        *out = val_arr_take(in->a);
        in->a = NULL;
    } else {
        *out = val_from_element(in->head.type, in->scalar);
    }
    if (in->head.is_bool && status_ok(s)) make_boolean(out);
    if (!status_ok(s)) val_drop(out);
    return s;
}

void bridge_in_free(BridgeIn *in)
{
    arr_drop(in->a);
    mem_free(in->text);
    in->a = NULL;
    in->text = NULL;
}
