// Making arrays: BYTARR to OBJARR, BINDGEN to SINDGEN, MAKE_ARRAY, REPLICATE. One row a type, one function a family.
// Start reading at make_zeroed.
#include "core/heap.h"
#include "kern/kern.h"
#include "vm/array/convert.h"
#include "vm/call/call.h"
#include "vm/vm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void return_array(Call *c, Arr *a) { call_return_take(c, val_arr_take(arr_ref(a))); }

// --- xARR -----------------------------------------------------------------------------------------------------------

#define ARR_KEYWORDS(K, R) K(R, NOZERO, FLAG)
KEYWORDS(ARR)

// Whether an array made with /NOZERO is zeroed all the same: fresh pages are, and then nobody touches them.
static bool zeroes_unasked(TypeCode t, int rank, const int64_t *dim)
{
    double bytes = (double)type_size(t);
    for (int i = 0; i < rank; i++) bytes *= (double)dim[i];
    return bytes >= 1 << 20;
}

// BYTARR(D1, ..., D8 | Dims [, /NOZERO]) and its kin: an array of zeros (null strings, null references).
// Manual: BYTARR, FLTARR, ...
static void make_zeroed(Call *c, TypeCode t)
{
    int64_t dim[MAX_RANK];
    int rank = call_dims(c, 0, dim);
    return_array(c, call_new_array(c, t, rank, dim, !call_kw_set(c, KW_ARR_NOZERO) || zeroes_unasked(t, rank, dim)));
}

#define MAKER(name, type) \
    static void fn_##name(Call *c) { make_zeroed(c, T_##type); }
MAKER(bytarr, BYTE)
MAKER(intarr, INT)
MAKER(uintarr, UINT)
MAKER(lonarr, LONG)
MAKER(ulonarr, ULONG)
MAKER(lon64arr, LONG64)
MAKER(ulon64arr, ULONG64)
MAKER(fltarr, FLOAT)
MAKER(dblarr, DOUBLE)
MAKER(complexarr, COMPLEX)
MAKER(dcomplexarr, DCOMPLEX)
MAKER(strarr, STRING)
MAKER(objarr, OBJ)

// BOOLARR(D1, ... [, /NOZERO]): bytes with the boolean flag, all false. Manual: BOOLARR.
static void fn_boolarr(Call *c)
{
    int64_t dim[MAX_RANK];
    int rank = call_dims(c, 0, dim);
    return_array(c, call_new_array(c, T_BYTE, rank, dim, true));
    c->result.flags |= VF_BOOL;
}

// PTRARR(D1, ... [, /ALLOCATE_HEAP]): null pointers, or pointers to new undefined heap variables. Manual: PTRARR.
#define PTRARR_KEYWORDS(K, R) K(R, ALLOCATE_HEAP, FLAG) K(R, NOZERO, HIDDEN)
KEYWORDS(PTRARR)


static void fn_ptrarr(Call *c)
{
    int64_t dim[MAX_RANK];
    int rank = call_dims(c, 0, dim);
    Arr *a = call_new_array(c, T_PTR, rank, dim, true);
    for (int64_t i = 0; i < a->n && call_kw_set(c, KW_PTRARR_ALLOCATE_HEAP); i++) {
        HeapVar *h = heap_var_take(c->vm->heap, VAL_NULL, false);  // see PTR_NEW
        if (!(i & 0xFFF)) call_poll(c);
        if (!h) throw_no_memory(c);
        ((HeapVar **)a->data)[i] = h;
    }
    return_array(c, a);
}

// --- xINDGEN --------------------------------------------------------------------------------------------------------

// The same two come first in both lists: the slots are shared.
#define RAMP_KEYWORDS(K, R) K(R, INCREMENT, "=value") K(R, START, "=value")
KEYWORDS(RAMP)
#define INDGEN_KEYWORDS(K, R)                                                                                 \
    RAMP_KEYWORDS(K, R) K(R, BYTE, FLAG) K(R, COMPLEX, OR_FLAG) K(R, DCOMPLEX, OR_FLAG) K(R, DOUBLE, OR_FLAG) \
    K(R, FLOAT, OR_FLAG) K(R, L64, OR_FLAG) K(R, LONG, OR_FLAG) K(R, STRING, OR_FLAG) K(R, UINT, OR_FLAG)     \
    K(R, UL64, OR_FLAG) K(R, ULONG, OR_FLAG) K(R, TYPE, "|=code")
KEYWORDS(INDGEN)

typedef struct Ramp {
    double start, by;
    int64_t first, step;
    bool whole;  // first and step say all
} Ramp;

static Ramp ramp_of(Call *c, int start, int by)
{
    const Val *s = call_kw(c, start), *b = call_kw(c, by);
    Ramp r = {.start = call_kw_double(c, start, 0), .by = call_kw_double(c, by, 1), .step = 1};
    r.whole = fabs(r.start) < 9e18 && fabs(r.by) < 9e18 && r.start == trunc(r.start) && r.by == trunc(r.by);
    if (!r.whole) return r;
    if (s) r.first = type_is_integer(s->type) ? call_kw_int(c, start, 0) : (int64_t)r.start;
    if (b) r.step = type_is_integer(b->type) ? call_kw_int(c, by, 1) : (int64_t)r.by;
    return r;
}

// Single precision at each step, as IDL's FINDGEN.
static void fill_single(Call *c, Arr *a, const Ramp *r)
{
    enum { PART = 1 << 16 };
    float start = (float)r->start, by = (float)r->by, *out = a->data;
    for (int64_t at = 0; at < a->n; at += PART) {
        int64_t end = a->n - at < PART ? a->n : at + PART;
        if (a->type == T_FLOAT) for (int64_t i = at; i < end; i++) out[i] = start + (float)i * by;
        else for (int64_t i = at; i < end; i++) ((Cx *)a->data)[i] = (Cx){start + (float)i * by, 0};
        call_poll(c);
    }
}

// start + i * increment in every element, computed in DOUBLE, or exactly in integers for whole values.
static void fill_ramp(Call *c, Arr *a, const Ramp *r)
{
    if (a->type == T_FLOAT || a->type == T_COMPLEX) {
        fill_single(c, a, r);
        return;
    }
    bool whole = r->whole && type_is_integer(a->type);
    enum { CHUNK = 1024 };
    int64_t ints[CHUNK];
    double reals[CHUNK];
    KernUnary convert = kern_convert(a->type, whole ? T_LONG64 : T_DOUBLE);
    for (int64_t at = 0; at < a->n; at += CHUNK) {
        int64_t n = a->n - at < CHUNK ? a->n - at : CHUNK;
        for (int64_t i = 0; i < n; i++) {
            if (whole) ints[i] = (int64_t)((uint64_t)r->first + (uint64_t)(at + i) * (uint64_t)r->step);
            else reals[i] = r->start + (double)(at + i) * r->by;
        }
        convert(arr_at(a, at), whole ? (void *)ints : (void *)reals, (size_t)n);
        if (!(at & 0xFFFFF)) call_poll(c);
    }
}

// Strings count in 12 columns, as STRING of a LONG gives, or in the 22 of a LONG64 where one is needed.
static void fill_strings(Call *c, Arr *a, const Ramp *r)
{
    char text[64];
    double last = r->start + (double)(a->n - 1) * r->by;
    int width = fabs(r->start) > INT32_MAX || fabs(last) > INT32_MAX ? 22 : 12;
    for (int64_t i = 0; i < a->n; i++) {
        int n = snprintf(text, sizeof text, "%*lld", width, (long long)(r->start + (double)i * r->by));
        ((StrSlot *)a->data)[i].p = str_new(text, (size_t)n);
        if (!((StrSlot *)a->data)[i].p) throw_no_memory(c);
    }
}

static void make_ramp(Call *c, TypeCode t)
{
    int64_t dim[MAX_RANK];
    int rank = call_dims(c, 0, dim);
    Ramp r = ramp_of(c, KW_RAMP_START, KW_RAMP_INCREMENT);
    Arr *a = call_new_array(c, t, rank, dim, false);
    if (t == T_STRING) fill_strings(c, a, &r);
    else fill_ramp(c, a, &r);
    return_array(c, a);
}

// INDGEN takes the type by keyword; the others have theirs.
static TypeCode indgen_type(Call *c)
{
    static const struct {
        int slot;
        TypeCode t;
    } rows[] = {{KW_INDGEN_BYTE, T_BYTE}, {KW_INDGEN_COMPLEX, T_COMPLEX}, {KW_INDGEN_DCOMPLEX, T_DCOMPLEX},
                {KW_INDGEN_DOUBLE, T_DOUBLE}, {KW_INDGEN_FLOAT, T_FLOAT}, {KW_INDGEN_L64, T_LONG64},
                {KW_INDGEN_LONG, T_LONG}, {KW_INDGEN_STRING, T_STRING}, {KW_INDGEN_UINT, T_UINT},
                {KW_INDGEN_UL64, T_ULONG64}, {KW_INDGEN_ULONG, T_ULONG}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (call_kw_set(c, rows[i].slot)) return rows[i].t;
    }
    int64_t t = call_kw_int(c, KW_INDGEN_TYPE, T_INT);
    if (!type_in((TypeCode)t, TYPES_NUMERIC | TM(STRING)) || t < 0) throw_msg(c, E_VALUE, "Illegal value of keyword TYPE.");
    return (TypeCode)t;
}

static void fn_indgen(Call *c) { make_ramp(c, indgen_type(c)); }
#define RAMP(name, type) \
    static void fn_##name(Call *c) { make_ramp(c, T_##type); }
RAMP(bindgen, BYTE)
RAMP(uindgen, UINT)
RAMP(lindgen, LONG)
RAMP(ulindgen, ULONG)
RAMP(l64indgen, LONG64)
RAMP(ul64indgen, ULONG64)
RAMP(findgen, FLOAT)
RAMP(dindgen, DOUBLE)
RAMP(cindgen, COMPLEX)
RAMP(dcindgen, DCOMPLEX)
RAMP(sindgen, STRING)

// --- REPLICATE, MAKE_ARRAY ------------------------------------------------------------------------------------------

static void fill_with(Arr *a, const Val *v)
{
    for (int64_t i = 0; i < a->n; i++) arr_set_take(a, i, val_copy(v));
}

static Val scalar_of(Call *c, const Val *v, const char *what)
{
    if (!val_is_array(v)) return val_copy(v);
    if (v->a->n != 1) throw_msg(c, E_SCALAR, "Expression must be a scalar or 1 element array in this context: %s.", what);
    return arr_get(v->a, 0);
}

// REPLICATE(Value, D1, ...): an array with Value, a scalar or structure, in every element. Manual: REPLICATE.
static void fn_replicate(Call *c)
{
    int64_t dim[MAX_RANK];
    const Val *v = call_keep_take(c, scalar_of(c, call_arg(c, 0), call_arg_name(c, 0)));
    int rank = call_dims(c, 1, dim);
    Arr *a;
    if (v->type == T_STRUCT) {
        a = arr_new_struct(v->a->def, arr_trim_rank(rank, dim), dim);
        if (!a) throw_no_memory(c);
        call_keep_take(c, val_arr_take(a));
    } else {
        a = call_new_array(c, v->type, rank, dim, true);
    }
    fill_with(a, v);
    return_array(c, a);
}

#define MAKE_ARRAY_KEYWORDS(K, R)                                                                                  \
    K(R, BOOLEAN, FLAG) K(R, BYTE, OR_FLAG) K(R, COMPLEX, OR_FLAG) K(R, DCOMPLEX, OR_FLAG) K(R, DOUBLE, OR_FLAG)   \
    K(R, FLOAT, OR_FLAG) K(R, INTEGER, OR_FLAG) K(R, L64, OR_FLAG) K(R, LONG, OR_FLAG) K(R, OBJ, OR_FLAG)          \
    K(R, PTR, OR_FLAG) K(R, STRING, OR_FLAG) K(R, UINT, OR_FLAG) K(R, UL64, OR_FLAG) K(R, ULONG, OR_FLAG)          \
    K(R, TYPE, "|=code") K(R, DIMENSION, "=vector") K(R, INCREMENT, "=value") K(R, INDEX, FLAG) K(R, NOZERO, FLAG) \
    K(R, SIZE, "=vector") K(R, START, "=value") K(R, VALUE, "=value")
KEYWORDS(MAKE_ARRAY)

static TypeCode make_array_type(Call *c, TypeCode otherwise)
{
    static const struct {
        int slot;
        TypeCode t;
    } rows[] = {{KW_MAKE_ARRAY_BYTE, T_BYTE}, {KW_MAKE_ARRAY_BOOLEAN, T_BYTE}, {KW_MAKE_ARRAY_COMPLEX, T_COMPLEX},
                {KW_MAKE_ARRAY_DCOMPLEX, T_DCOMPLEX}, {KW_MAKE_ARRAY_DOUBLE, T_DOUBLE}, {KW_MAKE_ARRAY_FLOAT, T_FLOAT},
                {KW_MAKE_ARRAY_INTEGER, T_INT}, {KW_MAKE_ARRAY_L64, T_LONG64}, {KW_MAKE_ARRAY_LONG, T_LONG},
                {KW_MAKE_ARRAY_OBJ, T_OBJ}, {KW_MAKE_ARRAY_PTR, T_PTR}, {KW_MAKE_ARRAY_STRING, T_STRING},
                {KW_MAKE_ARRAY_UINT, T_UINT}, {KW_MAKE_ARRAY_UL64, T_ULONG64}, {KW_MAKE_ARRAY_ULONG, T_ULONG}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (call_kw_set(c, rows[i].slot)) return rows[i].t;
    }
    int64_t t = call_kw_int(c, KW_MAKE_ARRAY_TYPE, 0);
    if (t < 0 || t >= T_COUNT || t == T_STRUCT) throw_msg(c, E_VALUE, "Illegal value of keyword TYPE.");
    return t ? (TypeCode)t : otherwise;
}

// DIMENSION= or SIZE= (a result of SIZE), else the arguments. SIZE also gives the type.
static int make_array_dims(Call *c, int64_t *dim, TypeCode *t)
{
    const Val *given = call_kw(c, KW_MAKE_ARRAY_DIMENSION), *size = call_kw(c, KW_MAKE_ARRAY_SIZE);
    if (!given && !size) return call_dims(c, 0, dim);
    const Val *longs = call_convert(c, given ? given : size, T_LONG64);
    const int64_t *p = val_data_peek(longs);
    int64_t n = val_count(longs), first = 0;
    if (!given) {
        if (n < 3 || p[0] < 1 || n < p[0] + 3) throw_msg(c, E_VALUE, "SIZE must be a result of the SIZE function.");
        *t = (TypeCode)p[p[0] + 1];
        n = p[0];
        first = 1;
    }
    if (n > MAX_RANK) throw_msg(c, E_SHAPE, "Only 8 dimensions allowed.");
    for (int64_t i = 0; i < n; i++) {
        dim[i] = p[first + i];
        if (dim[i] < 1) throw_msg(c, E_SHAPE, "Array dimensions must be greater than 0.");
    }
    return (int)n;
}

static void make_booleans(Call *c, Arr *a)
{
    uint8_t *p = a->data;
    for (int64_t i = 0; i < a->n; i++) p[i] = p[i] != 0;
    c->result.flags |= VF_BOOL;
}

// MAKE_ARRAY([D1, ...] [, type keywords] [, DIMENSION=v] [, /INDEX] [, SIZE=v] [, VALUE=x] [, START=, INCREMENT=]
// [, /NOZERO]): an array of any type; FLOAT unless a keyword or VALUE says otherwise. Manual: MAKE_ARRAY.
static void fn_make_array(Call *c)
{
    int64_t dim[MAX_RANK];
    const Val *value = call_kw(c, KW_MAKE_ARRAY_VALUE);
    TypeCode t = value ? value->type : T_FLOAT;
    int rank = make_array_dims(c, dim, &t);
    t = make_array_type(c, t);
    if (value && value->type == T_STRUCT) {
        Arr *s = arr_new_struct(value->a->def, arr_trim_rank(rank, dim), dim);
        if (!s) throw_no_memory(c);
        call_keep_take(c, val_arr_take(s));
        fill_with(s, value);
        return_array(c, s);
        return;
    }
    bool nozero = call_kw_set(c, KW_MAKE_ARRAY_NOZERO), filled = value || call_kw_set(c, KW_MAKE_ARRAY_INDEX);
    Arr *a = call_new_array(c, t, rank, dim, !nozero || (!filled && zeroes_unasked(t, rank, dim)));
    if (value) {
        Val *one = call_keep_take(c, scalar_of(c, value, "VALUE"));
        TRY(c, val_convert_mut(one, t));
        fill_with(a, one);
    } else if (call_kw_set(c, KW_MAKE_ARRAY_INDEX)) {
        Ramp r = ramp_of(c, KW_MAKE_ARRAY_START, KW_MAKE_ARRAY_INCREMENT);
        if (t == T_STRING) fill_strings(c, a, &r);
        else if (type_is_numeric(t)) fill_ramp(c, a, &r);
    }
    return_array(c, a);
    if (call_kw_set(c, KW_MAKE_ARRAY_BOOLEAN)) make_booleans(c, a);
}

// BYTARR, BOOLARR, INTARR, UINTARR, LONARR, ULONARR, LON64ARR, ULON64ARR, FLTARR, DBLARR, COMPLEXARR, DCOMPLEXARR, STRARR,
// OBJARR, PTRARR(D1 [, ..., D8] [, /NOZERO]): An array of that type with up to 8 dimensions, of zeros (null strings,
// null references).

// INDGEN, BINDGEN, UINDGEN, LINDGEN, ULINDGEN, L64INDGEN, UL64INDGEN, FINDGEN, DINDGEN, CINDGEN, DCINDGEN, SINDGEN(D1
// [, ..., D8]): An array whose elements are their subscripts, 0, 1, 2, ...; START and INCREMENT make other sequences.

static const Routine rows[] = {
    {"BYTARR", FUNCTION, {1, 8}, fn_bytarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"BOOLARR", FUNCTION, {1, 8}, fn_boolarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"INTARR", FUNCTION, {1, 8}, fn_intarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"UINTARR", FUNCTION, {1, 8}, fn_uintarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"LONARR", FUNCTION, {1, 8}, fn_lonarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"ULONARR", FUNCTION, {1, 8}, fn_ulonarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"LON64ARR", FUNCTION, {1, 8}, fn_lon64arr, "D1 [, ..., D8]", KEYS(ARR)},
    {"ULON64ARR", FUNCTION, {1, 8}, fn_ulon64arr, "D1 [, ..., D8]", KEYS(ARR)},
    {"FLTARR", FUNCTION, {1, 8}, fn_fltarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"DBLARR", FUNCTION, {1, 8}, fn_dblarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"COMPLEXARR", FUNCTION, {1, 8}, fn_complexarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"DCOMPLEXARR", FUNCTION, {1, 8}, fn_dcomplexarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"STRARR", FUNCTION, {1, 8}, fn_strarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"OBJARR", FUNCTION, {1, 8}, fn_objarr, "D1 [, ..., D8]", KEYS(ARR)},
    {"PTRARR", FUNCTION, {1, 8}, fn_ptrarr, "D1 [, ..., D8]", KEYS(PTRARR)},
    {"INDGEN", FUNCTION, {1, 8}, fn_indgen, "D1 [, ..., D8]", KEYS(INDGEN), .pooled = true},
    {"BINDGEN", FUNCTION, {1, 8}, fn_bindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"UINDGEN", FUNCTION, {1, 8}, fn_uindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"LINDGEN", FUNCTION, {1, 8}, fn_lindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"ULINDGEN", FUNCTION, {1, 8}, fn_ulindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"L64INDGEN", FUNCTION, {1, 8}, fn_l64indgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"UL64INDGEN", FUNCTION, {1, 8}, fn_ul64indgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"FINDGEN", FUNCTION, {1, 8}, fn_findgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"DINDGEN", FUNCTION, {1, 8}, fn_dindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"CINDGEN", FUNCTION, {1, 8}, fn_cindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"DCINDGEN", FUNCTION, {1, 8}, fn_dcindgen, "D1 [, ..., D8]", KEYS(RAMP), .pooled = true},
    {"SINDGEN", FUNCTION, {1, 8}, fn_sindgen, "D1 [, ..., D8]", KEYS(RAMP)},
    {"REPLICATE", FUNCTION, {2, 9}, fn_replicate, "Value, D1 [, ..., D8]", .pooled = true},
    {"MAKE_ARRAY", FUNCTION, {0, 8}, fn_make_array, "[D1 [, ..., D8]]", KEYS(MAKE_ARRAY), .pooled = true},
};
ROUTINE_TABLE(lib_make, rows)
