// BYTE, FIX, UINT, LONG, ULONG, LONG64, ULONG64, FLOAT, DOUBLE, COMPLEX, DCOMPLEX: conversion of a value, or with an
// offset and dimensions, reinterpretation of its bytes. Numbers are converted by kern/, text by fmt/. Start at
// convert_call.
#include "lib/format/convert.h"

#include "fmt/numtext.h"
#include "kern/kern.h"

#include <string.h>

static _Noreturn void refuse(Call *c, const Val *v)
{
    const char *what = v->type == T_STRUCT ? "Struct" : v->type == T_PTR ? "Pointer" : v->type == T_STRING ? "String"
                                                                                             : "Object reference";
    throw_msg(c, v->type == T_STRUCT ? E_STRUCT : E_TYPE, "%s expression not allowed in this context: %s.", what,
              call_arg_name(c, 0));
}

static Val *make_array(Call *c, TypeCode t, int rank, const int64_t *dim, bool zero)
{
    Arr *a = arr_new(t, arr_trim_rank(rank, dim), dim, zero);
    if (!a) throw_no_memory(c);
    return call_keep_take(c, val_arr_take(a));
}

static Val *make_like(Call *c, const Val *v, TypeCode t, void **out, bool zero)
{
    Val r;
    if (val_is_array(v)) {
        Val *array = make_array(c, t, v->a->rank, v->a->dim, zero);
        *out = array->a->data;
        return array;
    }
    if (t == T_DCOMPLEX) {
        r = val_dcomplex(0, 0);
    } else {
        r = (Val){.type = (uint8_t)t};
    }
    Val *cell = call_keep_take(c, r);
    *out = (void *)val_data_peek(cell);
    return cell;
}

Val *convert_new_array(Call *c, TypeCode t, int rank, const int64_t *dim) { return make_array(c, t, rank, dim, true); }
Val *convert_new_like(Call *c, const Val *v, TypeCode t, void **out) { return make_like(c, v, t, out, true); }
Val *convert_unset_array(Call *c, TypeCode t, int rank, const int64_t *dim) { return make_array(c, t, rank, dim, false); }
Val *convert_unset_like(Call *c, const Val *v, TypeCode t, void **out) { return make_like(c, v, t, out, false); }

static const Str *element_string(const Val *v, int64_t i)
{
    return val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s;
}

static void numbers_from_strings(Call *c, const Val *v, TypeCode t)
{
    void *out;
    Val *cell = convert_new_like(c, v, t, &out);
    bool all_good = true;
    for (int64_t i = 0; i < val_count(v); i++) {
        if (!(i & 0xFFFF)) call_poll(c);
        const Str *s = element_string(v, i);
        all_good &= numtext_convert(t, (char *)out + (size_t)i * type_size(t), str_text(s), str_len(s), false);
    }
    if (!all_good) call_bad_text(c, t);
    call_return_take(c, val_take(cell));
}

// BYTE of strings: their characters, a row each, the shorter ones padded with zeros.
static void bytes_from_strings(Call *c, const Val *v)
{
    int64_t n = val_count(v), longest = 1;
    for (int64_t i = 0; i < n; i++)
        if ((int64_t)str_len(element_string(v, i)) > longest) longest = (int64_t)str_len(element_string(v, i));
    int64_t dim[MAX_RANK + 1] = {longest};
    int rank = 1;
    if (val_is_array(v)) {
        memcpy(dim + 1, v->a->dim, (size_t)v->a->rank * sizeof *dim);
        rank += v->a->rank;
    }
    if (rank > MAX_RANK) throw_msg(c, E_SHAPE, "Array would have more than %d dimensions.", MAX_RANK);
    Val *cell = convert_new_array(c, T_BYTE, rank, dim);
    for (int64_t i = 0; i < n; i++) {
        const Str *s = element_string(v, i);
        memcpy((char *)cell->a->data + i * longest, str_text(s), str_len(s));
    }
    call_return_take(c, val_take(cell));
}

static void convert_value(Call *c, const Val *v, TypeCode t)
{
    if (v->type == T_UNDEF) throw_msg(c, E_UNDEFVAR, "Variable is undefined: %s.", call_arg_name(c, 0));
    if (t == T_STRING && (type_is_numeric(v->type) || v->type == T_STRING)) {
        string_from_value(c, v, false);
    } else if (v->type == T_STRING) {
        if (t == T_BYTE) bytes_from_strings(c, v);
        else numbers_from_strings(c, v, t);
    } else if (!type_is_numeric(v->type)) {
        refuse(c, v);
    } else if (v->type == t) {
        Val same = val_copy(v);
        same.flags &= (uint8_t)~VF_BOOL;
        call_return_take(c, same);
    } else {
        void *out;
        Val *cell = convert_unset_like(c, v, t, &out);
        kern_convert(t, v->type)(out, val_data_peek(v), (size_t)val_count(v));
        call_return_take(c, val_take(cell));
    }
}

// LONG(Expr, Offset, D1, ...): the bytes from Offset on, taken as that type.
static void reinterpret(Call *c, const Val *v, TypeCode t)
{
    if (!type_is_numeric(v->type) || t == T_STRING) refuse(c, v);
    int64_t offset = call_int(c, 1);
    int64_t dim[MAX_RANK] = {1}, n = 1;
    int rank = c->argc > 2 ? call_dims(c, 2, dim) : 0;
    if (rank) n = arr_count(rank, dim);
    size_t have = (size_t)val_count(v) * type_size(v->type), size = type_size(t);
    if (offset < 0 || (size_t)offset > have || n < 1 || (size_t)n > (have - (size_t)offset) / size)
        throw_msg(c, E_VALUE, "Specified offset to expression is out of range: %s.", call_arg_name(c, 0));
    const char *p = (const char *)val_data_peek(v) + offset;
    if (rank) {
        Val *cell = convert_new_array(c, t, rank, dim);
        memcpy(cell->a->data, p, (size_t)n * size);
        call_return_take(c, val_take(cell));
    } else {
        Dcx room;
        memcpy(&room, p, size);
        call_return_take(c, val_from_element(t, &room));
    }
}

static void convert_call(Call *c, TypeCode t)
{
    const Val *v = call_arg(c, 0);
    if (c->argc == 1) convert_value(c, v, t);
    else reinterpret(c, v, t);
}

static void fn_byte(Call *c) { convert_call(c, T_BYTE); }
static void fn_uint(Call *c) { convert_call(c, T_UINT); }
static void fn_long(Call *c) { convert_call(c, T_LONG); }
static void fn_ulong(Call *c) { convert_call(c, T_ULONG); }
static void fn_long64(Call *c) { convert_call(c, T_LONG64); }
static void fn_ulong64(Call *c) { convert_call(c, T_ULONG64); }
static void fn_float(Call *c) { convert_call(c, T_FLOAT); }
static void fn_double(Call *c) { convert_call(c, T_DOUBLE); }

// ---- FIX -----------------------------------------------------------------------------------------------------------

#define FIX_KEYWORDS(K, R) K(R, IMPLIED_PRINT, FLAG) K(R, PRINT, FLAG) K(R, TYPE, "=type_code")
KEYWORDS(FIX)

static void fn_fix(Call *c)
{
    int64_t t = call_kw_int(c, KW_FIX_TYPE, T_INT);
    if (t == T_UNDEF) t = T_INT;
    if (t < 0 || t >= T_COUNT || !(type_is_numeric((TypeCode)t) || t == T_STRING))
        throw_msg(c, E_VALUE, "Illegal type code: %lld.", (long long)t);
    const Val *v = call_arg(c, 0);
    bool print = call_kw_set(c, KW_FIX_PRINT), implied = call_kw_set(c, KW_FIX_IMPLIED_PRINT);
    if (c->argc == 1 && v->type == T_STRING && t == T_BYTE && print) {
        numbers_from_strings(c, v, T_BYTE);  // the number written, not its characters
    } else if (c->argc == 1 && t == T_STRING && v->type == T_BYTE && !print && !implied) {
        call_return_take(c, val_take(string_of_bytes(c, v)));
    } else if (c->argc == 1 && t == T_STRING && implied && type_is_numeric(v->type)) {
        string_from_value(c, v, true);
    } else {
        convert_call(c, (TypeCode)t);
    }
}

// ---- complex -------------------------------------------------------------------------------------------------------

#define COMPLEX_KEYWORDS(K, R) K(R, DOUBLE, FLAG)
KEYWORDS(COMPLEX)

// The two parts as doubles; an array part decides the shape, the shorter of two arrays its length.
static void join_parts(Call *c, TypeCode t)
{
    const Val *re = call_convert(c, call_arg(c, 0), T_DOUBLE), *im = call_convert(c, call_arg(c, 1), T_DOUBLE);
    const Val *shape = !val_is_array(re) ? im : !val_is_array(im) || val_count(re) <= val_count(im) ? re : im;
    const double *x = val_data_peek(re), *y = val_data_peek(im);
    size_t sx = val_is_array(re), sy = val_is_array(im);
    void *out;
    Val *cell = convert_new_like(c, shape, t, &out);
    for (int64_t i = 0; i < val_count(shape); i++, x += sx, y += sy) {
        if (t == T_DCOMPLEX) ((Dcx *)out)[i] = (Dcx){*x, *y};
        else ((Cx *)out)[i] = (Cx){(float)*x, (float)*y};
    }
    call_return_take(c, val_take(cell));
}

static void complex_call(Call *c, TypeCode t)
{
    if (c->argc == 2) join_parts(c, t);
    else convert_call(c, t);
}

static void fn_complex(Call *c) { complex_call(c, call_kw_set(c, KW_COMPLEX_DOUBLE) ? T_DCOMPLEX : T_COMPLEX); }
static void fn_dcomplex(Call *c) { complex_call(c, T_DCOMPLEX); }

#define CONVERSION(NAME, fn)                                                                                       \
    {#NAME, FUNCTION, {1, 10}, fn, "Expression [, Offset [, D1 [, ..., D8]]]", .each = EACH_CAST(T_##NAME), .pooled = true}

static const Routine rows[] = {
    CONVERSION(BYTE, fn_byte),
    CONVERSION(UINT, fn_uint),
    CONVERSION(LONG, fn_long),
    CONVERSION(ULONG, fn_ulong),
    CONVERSION(LONG64, fn_long64),
    CONVERSION(ULONG64, fn_ulong64),
    CONVERSION(FLOAT, fn_float),
    CONVERSION(DOUBLE, fn_double),
    {"FIX", FUNCTION, {1, 10}, fn_fix, "Expression [, Offset [, D1 [, ..., D8]]]", KEYS(FIX), .each = EACH_CAST(T_INT),
     .pooled = true},
    {"COMPLEX", FUNCTION, {1, 10}, fn_complex, "Real [, Imaginary] | Expression, Offset [, D1 [, ..., D8]]",
     KEYS(COMPLEX), .pooled = true},
    {"DCOMPLEX", FUNCTION, {1, 10}, fn_dcomplex, "Real [, Imaginary] | Expression, Offset [, D1 [, ..., D8]]",
     .pooled = true},
};
ROUTINE_TABLE(lib_format_convert, rows)
