// ASSOC: associated variables. One is an object of the class IDL_ASSOC, whose subscripts read and write records of a file:
// the last subscript is the record's number, those before it select within the record. Start reading at fn_assoc.
#include "base/mem.h"
#include "lib/collection/collection.h"
#include "lib/io/binary.h"
#include "vm/call/call.h"
#include "vm/dispatch/classes.h"
#include "vm/place/place.h"

#include <string.h>

#define CLASS_NAME "IDL_ASSOC"
enum { PADDING_MAX = 16 };

typedef struct Assoc {
    Native native;
    Val model;  // type, shape and lengths of strings; its values do not matter
    int64_t lun, offset, length;
    bool padded;  // structures with the holes that they have in memory
} Assoc;

// --- What an object holds ------------------------------------------------------------------------------------------

static void free_assoc(Native *n)
{
    val_drop(&((Assoc *)n)->model);
    mem_free(n);
}

static void each_value(Native *n, NativeVisit visit, void *arg) { visit(arg, &((Assoc *)n)->model); }

static const NativeKind assoc_kind = {free_assoc, each_value};

static Assoc *assoc_of(Call *c)
{
    const Native *n = c->self->h->native;
    if (!n || n->kind != &assoc_kind) throw_msg(c, E_VALUE, "The object is associated with no file.");
    return (Assoc *)(uintptr_t)n;
}

static SDef *class_of_assoc(Vm *vm)
{
    SDef *d = map_get(&vm->structs, CLASS_NAME);
    if (d) return d;
    d = sdef_new(CLASS_NAME);
    sdef_inherit(d, class_find(vm, "IDL_OBJECT"));
    sdef_close(d);
    d->is_hidden = true;
    map_set(&vm->structs, CLASS_NAME, d);
    return d;
}

// --- Moving records --------------------------------------------------------------------------------------------------

typedef bool Move(Transfer *t, TypeCode type, const SDef *def, void *p, int64_t n);

static bool write_elements(Transfer *t, TypeCode type, const SDef *def, void *p, int64_t n)
{
    return binary_write(t, type, def, p, n);
}

static bool move_padded(Transfer *t, const SDef *def, char *p, int64_t n, Move *move);

static bool move_tag(Transfer *t, const Tag *tag, char *p, Move *move)
{
    if (tag->type == T_STRUCT) return move_padded(t, tag->def, p, tag->n, move);
    return move(t, (TypeCode)tag->type, NULL, p, tag->n);
}

static bool move_padded(Transfer *t, const SDef *def, char *p, int64_t n, Move *move)
{
    for (int64_t i = 0; i < n; i++, p += def->size) {
        size_t at = 0;
        for (int k = 0; k <= def->ntags; k++) {
            char hole[PADDING_MAX] = {0};
            size_t next = k < def->ntags ? def->tag[k].offset : def->size;
            if (next > at && !move(t, T_BYTE, NULL, hole, (int64_t)(next - at))) return false;
            if (k == def->ntags) break;
            if (!move_tag(t, &def->tag[k], p + next, move)) return false;
            at = next + def->tag[k].elem * (size_t)def->tag[k].n;
        }
    }
    return true;
}

static void go_to_record(Call *c, const Assoc *x, int64_t record, unsigned need, Unit **u)
{
    int64_t place;
    TRY(c, lun_for_bytes(c->vm->units, x->lun, need, u));
    if (need == UF_WRITE && (*u)->stream->flags & SF_GZIP) {
        throw_msg(c, E_UNSUPPORTED, "Associated variables cannot write to compressed files. Unit: %d, File: %s", (*u)->lun,
                  (*u)->name);
    }
    if (record < 0) throw_msg(c, E_SUBSCRIPT, "The number of a record must not be negative: %lld.", (long long)record);
    if (__builtin_mul_overflow(record, x->length, &place) || __builtin_add_overflow(place, x->offset, &place)) {
        throw_msg(c, E_SUBSCRIPT, "The number of a record is too large: %lld.", (long long)record);
    }
    TRY(c, unit_seek(*u, place));
}

static void move_record(const Assoc *x, Transfer *t, Arr *a, Move *move)
{
    bool whole = a->type == T_STRUCT && x->padded ? move_padded(t, a->def, a->data, a->n, move)
                                                  : move(t, (TypeCode)a->type, a->def, a->data, a->n);
    if (!whole && status_ok(t->failure)) t->failure = status_fail(E_READ, "A record came short.");
}

// Bytes of a record in the file.
static int64_t record_length(const Val *model, bool padded)
{
    const StrSlot slot = {model->type == T_STRING && !val_is_array(model) ? model->s : NULL, 0};
    if (model->type == T_STRUCT && padded) return model->a->n * (int64_t)model->a->def->size;
    if (val_is_array(model)) return binary_length((TypeCode)model->type, model->a->def, model->a->data, model->a->n);
    return binary_length((TypeCode)model->type, NULL, model->type == T_STRING ? (const void *)&slot : val_data_peek(model), 1);
}

// A value of the model's type and shape, an array always, kept by the call.
static Val *new_record(Call *c, const Assoc *x)
{
    Arr *a;
    if (!val_is_array(&x->model)) {
        a = arr_new1((TypeCode)x->model.type, 1, true);
        if (a) arr_set_take(a, 0, val_copy(&x->model));
    } else if (type_is_managed((TypeCode)x->model.type)) {
        a = arr_copy(x->model.a);  // strings keep their lengths
    } else {
        a = arr_new_like(x->model.a, (TypeCode)x->model.type, true);
    }
    if (!a) throw_no_memory(c);
    return call_keep_take(c, val_arr_take(a));
}

// past_end: what is not in the file yet is zero.
static Val *read_record(Call *c, const Assoc *x, int64_t record, bool past_end)
{
    Transfer t = {0};
    go_to_record(c, x, record, UF_READ, &t.u);
    Val *v = new_record(c, x);
    move_record(x, &t, v->a, binary_read);
    if (past_end && t.failure.code == E_EOF) status_drop(&t.failure);
    TRY(c, t.failure);
    return v;
}

static void write_record(Call *c, const Assoc *x, int64_t record, Val *v)
{
    Transfer t = {0};
    go_to_record(c, x, record, UF_WRITE, &t.u);
    move_record(x, &t, v->a, write_elements);
    TRY(c, t.failure);
}

// --- Subscripts ------------------------------------------------------------------------------------------------------

static int64_t record_number(Call *c, const Subscript *last)
{
    if (last->is_range || val_is_array(last->value)) {
        throw_msg(c, E_SUBSCRIPT, "The last subscript of an associated variable, the record's number, must be a scalar.");
    }
    return val_to_int(c, last->value, "record");
}

// a[record], a[..., record].
static void fn_get(Call *c)
{
    Subscript subs[MAX_RANK];
    const Assoc *x = assoc_of(c);
    int n = collection_subscripts(c, 0, subs);
    Val out, *v = read_record(c, x, record_number(c, &subs[n - 1]), false);
    if (n > 1) place_index_get(c->vm, v, subs, n - 1, "file record", &out);
    else out = val_is_array(&x->model) ? val_take(v) : arr_get(v->a, 0);
    call_return_take(c, out);
}

// A whole record := v: as many values, or one for all.
static void fill_record(Call *c, Val *to, const Val *v)
{
    const Subscript all = {.is_range = true, .no_lo = true, .no_hi = true, .no_step = true};
    if (val_count(v) != to->a->n && val_is_array(v)) {
        throw_msg(c, E_SHAPE, "%lld elements for a record of %lld.", (long long)val_count(v), (long long)to->a->n);
    }
    if (val_is_array(v) && to->type != T_STRUCT) {
        const Val *same = call_convert(c, v, (TypeCode)to->type);
        arr_copy_elements(to->a, 0, same->a, 0, to->a->n);
    } else {
        place_index_set(c->vm, to, &all, 1, "file record", v);
    }
}

// a[record] = v, a[..., record] = v.
static void pro_set(Call *c)
{
    Subscript subs[MAX_RANK];
    const Assoc *x = assoc_of(c);
    const Val *v = call_arg(c, 1);
    int n = collection_subscripts(c, 2, subs);
    int64_t record = record_number(c, &subs[n - 1]);
    Val *to = n > 1 ? read_record(c, x, record, true) : new_record(c, x);
    if (n > 1) place_index_set(c->vm, to, subs, n - 1, "file record", v);
    else fill_record(c, to, v);
    if (record_length(to, x->padded) != x->length) throw_msg(c, E_VALUE, "The strings of a record must keep their lengths.");
    write_record(c, x, record, to);
}

// --- As HELP and N_ELEMENTS see it ------------------------------------------------------------------------------------

static void fn_size(Call *c)
{
    const Val *m = &assoc_of(c)->model;
    if (!val_is_array(m)) {
        call_return_take(c, val_long64(1));
        return;
    }
    int64_t rank = m->a->rank;
    Arr *a = call_new_array(c, T_LONG64, 1, &rank, true);
    memcpy(a->data, m->a->dim, (size_t)rank * sizeof(int64_t));
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// "A               FLOAT     = File<name> Array[256, 256]"
static void fn_help(Call *c)
{
    const Assoc *x = assoc_of(c);
    const Val *m = &x->model;
    LunStat st = {0};
    Buf b = BUF_INIT(1 << 16);
    TRY(c, lun_stat(c->vm->units, x->lun, &st));
    buf_printf(&b, "%-16s%-10s= File<%s>", str_text(call_str_peek(c, 0)), type_name((TypeCode)m->type), st.name ? st.name : "");
    if (m->type == T_STRUCT) buf_printf(&b, " -> %s", m->a->def->name ? m->a->def->name : "<Anonymous>");
    for (int i = 0; val_is_array(m) && i < m->a->rank; i++) {
        buf_printf(&b, "%s%lld", i ? ", " : " Array[", (long long)m->a->dim[i]);
    }
    if (val_is_array(m)) buf_putc(&b, ']');
    char *text = buf_take(&b);
    if (!text) throw_no_memory(c);
    call_defer(c, mem_free, text);
    call_return_take(c, val_string(text));
}

static void fn_print(Call *c) { throw_msg(c, E_TYPE, "File expression not allowed in this context."); }

// --- ASSOC ---------------------------------------------------------------------------------------------------------------

#define ASSOC_KEYWORDS(K, R) K(R, PACKED, FLAG)
KEYWORDS(ASSOC)

static bool holds(const SDef *d, unsigned types)
{
    for (int i = 0; i < d->ntags; i++) {
        const Tag *t = &d->tag[i];
        if (t->type == T_STRUCT ? holds(t->def, types) : type_in((TypeCode)t->type, types)) return true;
    }
    return false;
}

static void check_model(Call *c, const Val *v, bool packed)
{
    bool is_struct = v->type == T_STRUCT;
    if (v->type == T_PTR || v->type == T_OBJ || (is_struct && holds(v->a->def, TM(PTR) | TM(OBJ)))) {
        throw_msg(c, E_TYPE, "Pointers and objects cannot be read or written.");
    }
    if (is_struct && !packed && holds(v->a->def, TM(STRING))) {
        throw_msg(c, E_TYPE, "Structures with strings need the keyword PACKED.");
    }
}

static void check_unit(Call *c, int64_t lun)
{
    Unit *u;
    TRY(c, lun_for_bytes(c->vm->units, lun, 0, &u));
    if (!unit_can_seek(u)) throw_msg(c, E_SEEK, "Operation not valid for this kind of file. Unit: %d, File: %s", u->lun, u->name);
}

// ASSOC(Unit, Array_Structure [, Offset] [, /PACKED]): an associated variable: subscripted by i it is record i of the
// file, of Array_Structure's type and shape, read and written at each use; the records begin at byte Offset.
// Structures lie as in memory, or PACKED as WRITEU writes them. Manual: ASSOC.
static void fn_assoc(Call *c)
{
    const Val *model = call_arg(c, 1);
    bool padded = !call_kw_set(c, KW_ASSOC_PACKED);
    int64_t lun = call_int(c, 0), offset = c->argc > 2 ? call_int(c, 2) : 0;
    if (offset < 0) throw_msg(c, E_VALUE, "Offset must not be negative.");
    if (val_is_undef(model)) throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", call_arg_name(c, 1));
    check_model(c, model, !padded);
    check_unit(c, lun);
    int64_t length = record_length(model, padded);
    if (length < 1) throw_msg(c, E_VALUE, "A record must have at least one byte.");
    SDef *d = class_of_assoc(c->vm);
    Assoc *x = mem_zalloc(sizeof *x);
    if (!x) throw_no_memory(c);
    *x = (Assoc){{&assoc_kind, false}, val_copy(model), lun, offset, length, padded};
    HeapVar *h = object_make(c->vm, d, &x->native);
    if (!h) throw_no_memory(c);
    call_return_take(c, (Val){.type = T_OBJ, .flags = VF_CELL, .h = h});
}

static const Routine rows[] = {
    {"ASSOC", FUNCTION, {2, 3}, fn_assoc, "Unit, Array_Structure [, Offset]", KEYS(ASSOC)},
    {"IDL_ASSOC::_OVERLOADBRACKETSRIGHTSIDE", FUNCTION, {2, 9}, fn_get, "IsRange, Sub1 [, ..., Sub8]",
     .spelling = "IDL_Assoc::_overloadBracketsRightSide"},
    {"IDL_ASSOC::_OVERLOADBRACKETSLEFTSIDE", PROCEDURE, {4, 11}, pro_set, "ObjRef, Value, IsRange, Sub1 [, ..., Sub8]",
     .spelling = "IDL_Assoc::_overloadBracketsLeftSide"},
    {"IDL_ASSOC::_OVERLOADSIZE", FUNCTION, {0, 0}, fn_size, "", .spelling = "IDL_Assoc::_overloadSize"},
    {"IDL_ASSOC::_OVERLOADHELP", FUNCTION, {1, 1}, fn_help, "Varname", .spelling = "IDL_Assoc::_overloadHelp"},
    {"IDL_ASSOC::_OVERLOADPRINT", FUNCTION, {0, 0}, fn_print, "", .spelling = "IDL_Assoc::_overloadPrint"},
};
ROUTINE_TABLE(lib_assoc, rows)
