// What a value is: N_ELEMENTS, SIZE, TYPENAME, ISA, N_TAGS, TAG_NAMES. Start reading at fn_size.
#include "lib/control/passing.h"
#include "lib/control/system_record.h"
#include "vm/dispatch/attributes.h"
#include "vm/dispatch/overload.h"
#include "vm/engine.h"
#include "vm/structure/object_data.h"
#include "vm/structure/structure.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static Val count_value(int64_t n) { return n > INT32_MAX ? val_long64(n) : val_long((int32_t)n); }

// N_ELEMENTS(Expr): how many elements; 0 for undefined. (LONG, LONG64 beyond 2^31) Manual: N_ELEMENTS.
static void fn_n_elements(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    int rank;
    int64_t dim[MAX_RANK], n;
    if (v->type != T_OBJ || !overload_size(c->vm, v, &rank, dim, &n)) n = val_count(v);
    call_return_take(c, count_value(n));
}

static bool n_elements_alone(const Val *v, const Val *b, Val *out)
{
    if (b || v->type == T_OBJ) return false;
    *out = count_value(val_count(v));
    return true;
}

#define SIZE_KEYWORDS(K, R)                                                                                      \
    K(R, DIMENSIONS, FLAG) K(R, FILE_LUN, FLAG) K(R, FILE_OFFSET, FLAG) K(R, L64, FLAG) K(R, N_DIMENSIONS, FLAG) \
    K(R, N_ELEMENTS, FLAG) K(R, SNAME, FLAG) K(R, STRUCTURE, FLAG) K(R, TNAME, FLAG) K(R, TYPE, FLAG)
KEYWORDS(SIZE)

static Arr *integer_vector(Call *c, const int64_t *x, int n, bool wide)
{
    Arr *a = call_new_array(c, wide ? T_LONG64 : T_LONG, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) {
        if (wide)
            ((int64_t *)a->data)[i] = x[i];
        else
            ((int32_t *)a->data)[i] = (int32_t)x[i];
    }
    return a;
}

static bool exceeds_long(const int64_t *x, int n)
{
    for (int i = 0; i < n; i++) {
        if (x[i] > INT32_MAX) return true;
    }
    return false;
}

static void return_vector(Call *c, const int64_t *x, int n)
{
    bool wide = call_kw_set(c, KW_SIZE_L64) || exceeds_long(x, n);
    call_return_take(c, val_arr_take(arr_ref(integer_vector(c, x, n, wide))));
}

// The structure IDL_SIZE, or IDL_SIZE64 for large ones and with /L64.
static Val size_structure(Call *c, const Val *v, int rank, const int64_t *dim, int64_t n)
{
    bool wide = call_kw_set(c, KW_SIZE_L64) || n > INT32_MAX;
    TypeCode t = wide ? T_LONG64 : T_LONG;
    const SystemTag tags[] = {
        {"TYPE_NAME", T_STRING, 0, 0}, {"STRUCTURE_NAME", T_STRING, 0, 0}, {"TYPE", T_INT, 0, 0}, {"FILE_LUN", T_INT, 0, 0},
        {"FILE_OFFSET", t, 0, 0}, {"N_ELEMENTS", t, 0, 0}, {"N_DIMENSIONS", T_LONG, 0, 0}, {"DIMENSIONS", t, 8, 0},
    };
    Val s = system_record(c->vm, wide ? "IDL_SIZE64" : "IDL_SIZE", tags, (int)(sizeof tags / sizeof *tags));
    if (val_is_undef(&s)) throw_no_memory(c);
    ((StrSlot *)system_tag(&s, "TYPE_NAME"))->p = str_from(type_name(v->type));
    const char *name = v->type == T_STRUCT && v->a->def->name ? v->a->def->name : "";
    ((StrSlot *)system_tag(&s, "STRUCTURE_NAME"))->p = str_from(name);
    *(int16_t *)system_tag(&s, "TYPE") = v->type;
    *(int32_t *)system_tag(&s, "N_DIMENSIONS") = rank;
    if (wide) *(int64_t *)system_tag(&s, "N_ELEMENTS") = n;
    else *(int32_t *)system_tag(&s, "N_ELEMENTS") = (int32_t)n;
    for (int i = 0; i < rank; i++) {
        if (wide) ((int64_t *)system_tag(&s, "DIMENSIONS"))[i] = dim[i];
        else ((int32_t *)system_tag(&s, "DIMENSIONS"))[i] = (int32_t)dim[i];
    }
    return s;
}

// SIZE(Expr [, /DIMENSIONS, /N_DIMENSIONS, /N_ELEMENTS, /TNAME, /TYPE, /SNAME, /L64]): without keywords a LONG vector:
// number of dimensions, each dimension, type code, number of elements. Manual: SIZE.
static void fn_size(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    int rank = val_is_array(v) ? v->a->rank : 0;
    int64_t dim[MAX_RANK], n = val_count(v);
    if (rank)
        memcpy(dim, v->a->dim, sizeof dim);
    else if (v->type == T_OBJ)
        overload_size(c->vm, v, &rank, dim, &n);
    int64_t x[MAX_RANK + 3] = {rank};
    if (call_kw_set(c, KW_SIZE_DIMENSIONS)) {
        if (rank)
            return_vector(c, dim, rank);
        else
            call_return_take(c, val_long(0));
    } else if (call_kw_set(c, KW_SIZE_N_DIMENSIONS)) {
        call_return_take(c, val_long(rank));
    } else if (call_kw_set(c, KW_SIZE_N_ELEMENTS)) {
        call_return_take(c, call_kw_set(c, KW_SIZE_L64) ? val_long64(n) : count_value(n));
    } else if (call_kw_set(c, KW_SIZE_TNAME)) {
        call_return_take(c, val_string(type_name(v->type)));
    } else if (call_kw_set(c, KW_SIZE_SNAME)) {
        call_return_take(c, val_string(v->type == T_STRUCT && v->a->def->name ? v->a->def->name : ""));
    } else if (call_kw_set(c, KW_SIZE_TYPE)) {
        call_return_take(c, val_long(v->type));
    } else if (call_kw_set(c, KW_SIZE_FILE_LUN) || call_kw_set(c, KW_SIZE_FILE_OFFSET)) {
        call_return_take(c, val_long(0));  // no variable is associated with a file
    } else if (call_kw_set(c, KW_SIZE_STRUCTURE)) {
        call_return_take(c, size_structure(c, v, rank, dim, n));
    } else {
        for (int i = 0; i < rank; i++) x[i + 1] = dim[i];
        x[rank + 1] = v->type;
        x[rank + 2] = n;
        return_vector(c, x, rank + 3);
    }
}

// TYPENAME(Expr): the type's name, "UNDEFINED", a structure's name, "ANONYMOUS", an object's class. Manual: TYPENAME.
static void fn_typename(Call *c) { call_return_take(c, val_string(attribute_typename(call_arg_peek(c, 0)))); }

// --- ISA -----------------------------------------------------------------------------------------------------------

#define ISA_KEYWORDS(K, R)                                                                                           \
    K(R, ARRAY, FLAG) K(R, BOOLEAN, FLAG) K(R, COMPLEX, FLAG) K(R, FILE, FLAG) K(R, FLOAT, FLAG) K(R, INTEGER, FLAG) \
    K(R, NULL, FLAG) K(R, NUMBER, FLAG) K(R, SCALAR, FLAG) K(R, STRING, FLAG) K(R, UNSIGNED, FLAG)
KEYWORDS(ISA)

static bool same_word(const char *a, const Str *b) { return strcasecmp(a, str_text(b)) == 0; }

// One of the names that the type, structure or object goes by.
static bool goes_by(Call *c, const Val *v, const Str *name)
{
    char own[40];
    const SDef *d = v->type == T_STRUCT ? v->a->def : NULL;
    if (same_word(type_name(v->type), name) || same_word(attribute_typename(v), name)) return true;
    if (v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed) d = v->h->v.a->def;
    if (d) return d->name && sdef_is_a(d, upper_name(c, name));
    snprintf(own, sizeof own, "IDL_%s", type_name(v->type));
    if (same_word(own, name)) return v->type != T_UNDEF && v->type != T_OBJ;
    for (const char *const *k = attribute_classes((TypeCode)v->type); *k; k++) {
        if (same_word(*k, name)) return v->type != T_UNDEF;
    }
    return false;
}

// A scalar pointer or object must point to something to count as anything.
static bool is_something(const Val *v)
{
    bool reference = (v->type == T_PTR || v->type == T_OBJ) && !val_is_array(v);
    return reference ? v->h && !v->h->freed : v->type != T_UNDEF;
}

static bool is_array_like(Call *c, const Val *v)
{
    int rank = 0;
    int64_t dim[MAX_RANK], n;
    if (v->type == T_OBJ && !val_is_array(v)) return overload_size(c->vm, v, &rank, dim, &n) && rank > 0;
    return val_is_array(v);
}

static bool has_all_qualities(Call *c, const Val *v)
{
    int t = v->type;
    bool complex = t == T_COMPLEX || t == T_DCOMPLEX;
    const struct {
        int slot;
        bool has;
    } quality[] = {
        {KW_ISA_BOOLEAN, t == T_BYTE && v->flags & VF_BOOL},
        {KW_ISA_COMPLEX, complex},
        {KW_ISA_FILE, false},  // associated variables are to come
        {KW_ISA_FLOAT, t == T_FLOAT || t == T_DOUBLE},
        {KW_ISA_INTEGER, type_is_integer((TypeCode)t)},
        {KW_ISA_NUMBER, type_is_numeric((TypeCode)t)},
        {KW_ISA_STRING, t == T_STRING},
        {KW_ISA_UNSIGNED, t == T_BYTE || t == T_UINT || t == T_ULONG || t == T_ULONG64},
    };
    for (size_t i = 0; i < sizeof quality / sizeof *quality; i++) {
        if (call_kw_set(c, quality[i].slot) && !quality[i].has) return false;
    }
    if (call_kw_set(c, KW_ISA_ARRAY) && !is_array_like(c, v)) return false;
    return !call_kw_set(c, KW_ISA_SCALAR) || !is_array_like(c, v);
}

// ISA(Variable [, Typename] [, /ARRAY, /BOOLEAN, ...]): 1b if the variable is defined (a scalar reference: valid), of that
// type or class, and has every quality asked for. /NULL: it is !NULL. Manual: ISA.
static void fn_isa(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    const Str *name = c->argc > 1 ? call_str_peek(c, 1) : NULL;
    bool is;
    if (call_kw_set(c, KW_ISA_NULL)) is = val_is_null(v);
    else if (c->argc > 1) is = goes_by(c, v, name) && has_all_qualities(c, v);
    else is = is_something(v) && has_all_qualities(c, v);
    call_return_take(c, val_byte(is));
}

// N_TAGS(Expr [, /LENGTH] [, /DATA_LENGTH]): tags of a structure, or bytes of a record; 0 otherwise. Inside a method an
// object of its class is a structure, for TAG_NAMES too. Manual: N_TAGS.
#define N_TAGS_KEYWORDS(K, R) K(R, DATA_LENGTH, FLAG) K(R, LENGTH, FLAG)
KEYWORDS(N_TAGS)

static void fn_n_tags(Call *c)
{
    const Val *v = object_structure(c->vm, val_deref(&c->args[0]));
    int64_t n = 0;
    if (v) {
        const SDef *d = v->a->def;
        n = call_kw_set(c, KW_N_TAGS_LENGTH)        ? (int64_t)d->size
            : call_kw_set(c, KW_N_TAGS_DATA_LENGTH) ? (int64_t)d->data_length
                                                    : d->ntags;
    }
    call_return_take(c, count_value(n));
}

// TAG_NAMES(Expr [, /STRUCTURE_NAME]): the tags as a string array, or the structure's name. Manual: TAG_NAMES.
#define TAG_NAMES_KEYWORDS(K, R) K(R, STRUCTURE_NAME, FLAG)
KEYWORDS(TAG_NAMES)

static void fn_tag_names(Call *c)
{
    call_arg(c, 0);
    const Val *v = object_structure(c->vm, val_deref(&c->args[0]));
    if (!v) throw_msg(c, E_STRUCT, "Expression must be a structure in this context: %s.", call_arg_name(c, 0));
    const SDef *d = v->a->def;
    if (call_kw_set(c, KW_TAG_NAMES_STRUCTURE_NAME)) {
        call_return_take(c, val_string(d->name ? d->name : ""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, (int64_t[]){d->ntags}, true);
    for (int i = 0; i < d->ntags; i++) ((StrSlot *)a->data)[i].p = str_from(d->tag[i].name);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"N_ELEMENTS", FUNCTION, {1, 1}, fn_n_elements, "Expression", .alone = n_elements_alone},
    {"SIZE", FUNCTION, {1, 1}, fn_size, "Expression", KEYS(SIZE)},
    {"ISA", FUNCTION, {1, 2}, fn_isa, "Variable [, Typename]", KEYS(ISA)},
    {"TYPENAME", FUNCTION, {1, 1}, fn_typename, "Expression"},
    {"N_TAGS", FUNCTION, {1, 1}, fn_n_tags, "Expression", KEYS(N_TAGS)},
    {"TAG_NAMES", FUNCTION, {1, 1}, fn_tag_names, "Expression", KEYS(TAG_NAMES)},
};
ROUTINE_TABLE(lib_inquiry, rows)
