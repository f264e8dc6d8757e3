// READU and WRITEU: values as bytes. Array data moves straight between the kernel and the array; structures tag by tag
// without padding; strings as their characters. Start at binary_read and binary_write.
#include "lib/io/binary.h"

#include "base/words.h"
#include "io/datagram.h"
#include "lib/control/timer.h"
#include "lib/io/xdr.h"
#include "vm/call/call.h"
#include "vm/vm.h"

#include <string.h>

#define READU_KEYWORDS(K, R) K(R, TRANSFER_COUNT, OUT)
KEYWORDS(READU)

static void swap_bytes(void *p, size_t bytes, TypeCode t)
{
    size_t size = type_is_complex(t) ? type_size(t) / 2 : type_size(t);
    words_swap(p, (int64_t)(bytes / size), size);
}

// A string keeps its length: that many characters are read.
static bool read_string(Transfer *t, StrSlot *slot)
{
    size_t n = str_len(slot->p), got = 0;
    if (n == 0) return true;
    Str *s = str_new(NULL, n);
    if (!s) {
        t->failure = status_fail(E_NO_MEMORY, "Unable to allocate memory.");
        return false;
    }
    t->failure = unit_read_exact(t->u, s->s, n, &got);
    if (unit_is_datagram(t->u)) {  // it may be shorter than the string was
        t->is_short |= got < n;
        s->len = n = got;
        s->s[n] = '\0';
    }
    if (got == n || !(t->u->flags & UF_RAWIO)) {
        str_drop(slot->p);
        slot->p = s;
    } else {
        str_drop(s);
    }
    return status_ok(t->failure) && got == n;
}

static bool read_record(Transfer *t, const SDef *def, char *p)
{
    for (int i = 0; i < def->ntags; i++) {
        const Tag *g = &def->tag[i];
        if (!binary_read(t, g->type, g->def, p + g->offset, g->n)) return false;
    }
    return true;
}

static bool read_plain(Transfer *t, TypeCode type, void *p, int64_t n)
{
    size_t size = type_size(type), got = 0;
    t->failure = unit_read_exact(t->u, p, (size_t)n * size, &got);
    if (t->u->flags & UF_SWAP) swap_bytes(p, got, type);
    t->elements += (int64_t)(got / size);
    if (unit_is_datagram(t->u)) {  // what it has no bytes for is zero
        t->is_short |= got < (size_t)n * size;
        return true;
    }
    return status_ok(t->failure) && got == (size_t)n * size;
}

bool binary_read(Transfer *t, TypeCode type, const SDef *def, void *p, int64_t n)
{
    if (t->u->flags & UF_XDR && xdr_packs(type)) return xdr_read(t, type, p, n);
    if (!type_is_managed(type)) return read_plain(t, type, p, n);
    if (type == T_PTR || type == T_OBJ) {
        t->failure = status_fail(E_TYPE, "Pointers and objects cannot be read or written.");
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t before = t->elements;
        bool ok = type == T_STRING ? read_string(t, (StrSlot *)p + i) : read_record(t, def, (char *)p + (size_t)i * def->size);
        t->elements = before + (ok && !t->is_short);
        if (!ok) return false;
    }
    return true;
}

static void read_scalar(Call *c, Transfer *t, Val *v)
{
    Dcx space = {0, 0};
    if (v->type == T_UNDEF) *v = val_float(0);
    if (v->type == T_STRING) {
        StrSlot slot = {v->s, 0};
        binary_read(t, T_STRING, NULL, &slot, 1);
        if (slot.p != v->s) {
            v->s = NULL;  // read_string has dropped it
            val_set_take(v, val_str_take(slot.p));
        }
        return;
    }
    if (!type_is_numeric(v->type)) throw_msg(c, E_TYPE, "Pointers and objects cannot be read or written.");
    bool whole = binary_read(t, v->type, NULL, &space, 1);
    if (whole || !(t->u->flags & UF_RAWIO)) val_set_take(v, val_from_element(v->type, &space));
}

static void read_variable(Call *c, Transfer *t, Val *v)
{
    t->elements = 0;
    if (!val_is_array(v)) {
        read_scalar(c, t, v);
        return;
    }
    Arr *a = arr_mut(v);
    if (!a) throw_no_memory(c);
    binary_read(t, a->type, a->def, a->data, a->n);
}

int64_t binary_length(TypeCode type, const SDef *def, const void *p, int64_t n)
{
    int64_t sum = 0;
    if (!type_is_managed(type)) return n * (int64_t)type_size(type);
    for (int64_t i = 0; i < n; i++) {
        if (type == T_STRING) sum += (int64_t)str_len(((const StrSlot *)p)[i].p);
        for (int k = 0; type == T_STRUCT && k < def->ntags; k++) {
            const Tag *g = &def->tag[k];
            sum += binary_length(g->type, g->def, (const char *)p + (size_t)i * def->size + g->offset, g->n);
        }
    }
    return sum;
}

// Type, definition, data and count of a value; a scalar string's slot is made in *slot.
typedef struct Bytes {
    TypeCode type;
    const SDef *def;
    const void *p;
    int64_t n;
} Bytes;

static Bytes bytes_of(const Val *v, StrSlot *slot)
{
    if (val_is_array(v)) return (Bytes){v->a->type, v->a->def, v->a->data, v->a->n};
    *slot = (StrSlot){v->type == T_STRING ? v->s : NULL, 0};
    return (Bytes){v->type, NULL, v->type == T_STRING ? (const void *)slot : val_data_peek(v), 1};
}

// The bytes of all that is to be read.
static int64_t room(Call *c)
{
    int64_t sum = 0;
    for (int i = 1; i < c->argc; i++) {
        StrSlot slot;
        const Val *v = call_arg_peek(c, i);
        Bytes b = v ? bytes_of(v, &slot) : (Bytes){.n = 0};
        sum += !v || val_is_undef(v) ? (int64_t)sizeof(float) : binary_length(b.type, b.def, b.p, b.n);
    }
    return sum;
}

// Variables 1.. of the call, filled; while timers run, copies of them, since callbacks may do with the variables what they want.
static void read_variables(Call *c, Transfer *t)
{
    bool serves = timers_serve(c, t->u, TIMERS_READ);
    Val **v = call_alloc(c, (size_t)c->argc * sizeof *v);
    for (int i = 1; i < c->argc; i++) v[i] = serves ? call_keep_take(c, val_copy(call_var_mut(c, i))) : call_var_mut(c, i);
    bool is_datagram = unit_is_datagram(t->u), is_record = !is_datagram && t->u->flags & UF_F77;
    if (is_datagram) t->failure = datagram_begin(t->u, room(c));
    if (is_record) t->failure = unit_record_begin_read(t->u);
    for (int i = 1; i < c->argc && status_ok(t->failure); i++) read_variable(c, t, v[i]);
    if (is_datagram) datagram_end(t->u);
    if (is_record && status_ok(t->failure)) t->failure = unit_record_end_read(t->u);
    if (!serves) return;
    timers_serve_end(c);
    for (int i = 1; i < c->argc; i++) call_set_take(c, i, val_take(v[i]));
}

static void pro_readu(Call *c)
{
    Transfer t = {0};
    TRY(c, lun_for_bytes(c->vm->units, call_int(c, 0), UF_READ, &t.u));
    for (int i = 1; i < c->argc; i++) call_var_mut(c, i);  // all must be variables before any is filled
    read_variables(c, &t);
    t.u->transfer_count = t.elements;
    t.u->record_left = -1;  // whatever comes next begins a record
    call_kw_set_take(c, KW_READU_TRANSFER_COUNT, val_long64(t.elements));
    TRY(c, t.failure);
}

#define WRITEU_KEYWORDS(K, R) K(R, TRANSFER_COUNT, OUT)
KEYWORDS(WRITEU)

static bool write_swapped(Transfer *t, TypeCode type, const char *p, size_t bytes, size_t *done)
{
    char space[16384];
    *done = 0;
    while (*done < bytes) {
        size_t put, k = bytes - *done < sizeof space ? bytes - *done : sizeof space;
        memcpy(space, p + *done, k);
        swap_bytes(space, k, type);
        t->failure = unit_write_bytes(t->u, space, k, &put);
        *done += put;
        if (!status_ok(t->failure) || put < k) return false;
    }
    return true;
}

static bool write_plain(Transfer *t, TypeCode type, const void *p, int64_t n)
{
    size_t size = type_size(type), bytes = (size_t)n * size, put = 0;
    bool ok = true;
    if (t->u->flags & UF_SWAP && size > 1) ok = write_swapped(t, type, p, bytes, &put);
    else t->failure = unit_write_bytes(t->u, p, bytes, &put);
    t->elements += (int64_t)(put / size);
    return ok && status_ok(t->failure) && put == bytes;
}

static bool write_record(Transfer *t, const SDef *def, const char *p)
{
    for (int i = 0; i < def->ntags; i++) {
        const Tag *g = &def->tag[i];
        if (!binary_write(t, g->type, g->def, p + g->offset, g->n)) return false;
    }
    return true;
}

static bool write_string(Transfer *t, const Str *s)
{
    size_t put;
    t->failure = unit_write_bytes(t->u, str_text(s), str_len(s), &put);
    return status_ok(t->failure) && put == str_len(s);
}

bool binary_write(Transfer *t, TypeCode type, const SDef *def, const void *p, int64_t n)
{
    if (t->u->flags & UF_XDR && xdr_packs(type)) return xdr_write(t, type, p, n);
    if (!type_is_managed(type)) return write_plain(t, type, p, n);
    if (type == T_PTR || type == T_OBJ) {
        t->failure = status_fail(E_TYPE, "Pointers and objects cannot be read or written.");
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t before = t->elements;
        bool ok = type == T_STRING ? write_string(t, ((const StrSlot *)p)[i].p)
                                   : write_record(t, def, (const char *)p + (size_t)i * def->size);
        t->elements = before + ok;
        if (!ok) return false;
    }
    return true;
}

// The elements that a connection took, of those that had been put into the buffer.
static int64_t taken(const Transfer *t, const Bytes *last)
{
    int64_t size = last->def ? (int64_t)last->def->size : (int64_t)type_size(last->type);
    if (!t->u->unsent) return t->elements;
    if (last->type == T_STRING) return 0;
    int64_t lost = ((int64_t)t->u->unsent + size - 1) / size;
    return lost < t->elements ? t->elements - lost : 0;
}

static void pro_writeu(Call *c)
{
    Transfer t = {0};
    StrSlot slot;
    int64_t length = 0;
    TRY(c, lun_for_bytes(c->vm->units, call_int(c, 0), UF_WRITE, &t.u));
    for (int i = 1; i < c->argc; i++) {
        if (val_is_undef(call_arg(c, i))) throw_msg(c, E_UNDEFVAR, "Variable is undefined: !NULL.");
        Bytes piece = bytes_of(call_arg(c, i), &slot);
        length += binary_length(piece.type, piece.def, piece.p, piece.n);
    }
    Bytes b = {0};
    bool is_record = t.u->flags & UF_F77, is_datagram = unit_is_datagram(t.u), serves = timers_serve(c, t.u, TIMERS_WRITE);
    if (serves) call_keep_arguments(c);
    if (is_datagram) t.failure = datagram_check(t.u, length);
    if (is_datagram && !status_ok(t.failure)) t.failure = unit_error(t.u, t.failure);
    if (is_record) TRY(c, unit_record_write_mark(t.u, length));
    for (int i = 1; i < c->argc && status_ok(t.failure); i++) {
        b = bytes_of(call_arg(c, i), &slot);
        t.elements = 0;
        if (b.n && !binary_write(&t, b.type, b.def, b.p, b.n)) break;
    }
    if (is_record && status_ok(t.failure)) t.failure = unit_record_write_mark(t.u, length);
    if (status_ok(t.failure) && (is_datagram || !(t.u->flags & UF_RAWIO))) {
        t.failure = unit_end_text(t.u);
        if (!status_ok(t.failure)) t.elements = taken(&t, &b);
    }
    if (serves) timers_serve_end(c);
    t.u->transfer_count = t.elements;
    call_kw_set_take(c, KW_WRITEU_TRANSFER_COUNT, val_long64(t.elements));
    TRY(c, t.failure);
}

static const Routine rows[] = {
    {"READU", PROCEDURE, {1, ARGS_ANY}, pro_readu, "Unit [, Var1, ..., Varn]", KEYS(READU)},
    {"WRITEU", PROCEDURE, {1, ARGS_ANY}, pro_writeu, "Unit [, Expr1, ..., Exprn]", KEYS(WRITEU)},
};
ROUTINE_TABLE(lib_binary, rows)
