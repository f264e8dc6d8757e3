// What a value is: N_ELEMENTS, SIZE, TYPENAME, ISA, N_TAGS, TAG_NAMES.
#include "vm/engine.h"
#include "vm/overload.h"
#include "vm/structure.h"

#include <string.h>

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

#define SIZE_KEYWORDS(K)                                                                                            \
    K(SIZE, DIMENSIONS) K(SIZE, FILE_LUN) K(SIZE, FILE_OFFSET) K(SIZE, L64) K(SIZE, N_DIMENSIONS) K(SIZE, N_ELEMENTS) \
    K(SIZE, SNAME) K(SIZE, TNAME) K(SIZE, TYPE)
KEYWORDS(SIZE)

static Arr *integer_vector(Call *c, const int64_t *x, int n, bool wide)
{
    Arr *a = call_new_array(c, wide ? T_LONG64 : T_LONG, 1, (int64_t[]){n}, true);
    for (int i = 0; i < n; i++) {
        if (wide) ((int64_t *)a->data)[i] = x[i];
        else ((int32_t *)a->data)[i] = (int32_t)x[i];
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

// SIZE(Expr [, /DIMENSIONS, /N_DIMENSIONS, /N_ELEMENTS, /TNAME, /TYPE, /SNAME, /L64]): without keywords a LONG vector:
// number of dimensions, each dimension, type code, number of elements. Manual: SIZE.
static void fn_size(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    int rank = val_is_array(v) ? v->a->rank : 0;
    int64_t dim[MAX_RANK], n = val_count(v);
    if (rank) memcpy(dim, v->a->dim, sizeof dim);
    else if (v->type == T_OBJ) overload_size(c->vm, v, &rank, dim, &n);
    int64_t x[MAX_RANK + 3] = {rank};
    if (call_kw_set(c, KW_SIZE_DIMENSIONS)) {
        if (rank) return_vector(c, dim, rank);
        else call_return_take(c, val_long(0));
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
    } else if (call_kw_given(c, KW_SIZE_FILE_LUN) || call_kw_given(c, KW_SIZE_FILE_OFFSET)) {
        throw_msg(c, E_UNSUPPORTED, "Associated variables (ASSOC) are not supported by this version.");
    } else {
        for (int i = 0; i < rank; i++) x[i + 1] = dim[i];
        x[rank + 1] = v->type;
        x[rank + 2] = n;
        return_vector(c, x, rank + 3);
    }
}

// TYPENAME(Expr): the type's name, "UNDEFINED", a structure's name, "ANONYMOUS". Manual: TYPENAME.
static void fn_typename(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    const char *name = type_name(v->type);
    if (v->type == T_STRUCT) name = v->a->def->name ? v->a->def->name : "ANONYMOUS";
    call_return_take(c, val_string(name));
}

// N_TAGS(Expr [, /LENGTH] [, /DATA_LENGTH]): tags of a structure, or bytes of a record; 0 otherwise. Manual: N_TAGS.
#define N_TAGS_KEYWORDS(K) K(N_TAGS, DATA_LENGTH) K(N_TAGS, LENGTH)
KEYWORDS(N_TAGS)

static void fn_n_tags(Call *c)
{
    const Val *v = call_arg_peek(c, 0);
    int64_t n = 0;
    if (v->type == T_STRUCT) {
        const SDef *d = v->a->def;
        n = call_kw_set(c, KW_N_TAGS_LENGTH) ? (int64_t)d->size
            : call_kw_set(c, KW_N_TAGS_DATA_LENGTH) ? (int64_t)d->data_length : d->ntags;
    }
    call_return_take(c, count_value(n));
}

// TAG_NAMES(Expr [, /STRUCTURE_NAME]): the tags as a string array, or the structure's name. Manual: TAG_NAMES.
#define TAG_NAMES_KEYWORDS(K) K(TAG_NAMES, STRUCTURE_NAME)
KEYWORDS(TAG_NAMES)

static void fn_tag_names(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRUCT) throw_msg(c, E_STRUCT, "Expression must be a structure in this context: %s.", call_arg_name(c, 0));
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
    ROW_FUN0(N_ELEMENTS, 1, 1, fn_n_elements, "Result = N_ELEMENTS(Expression)"),
    ROW_FUN(SIZE, 1, 1, fn_size,
            "Result = SIZE(Expression [, /DIMENSIONS] [, /L64] [, /N_DIMENSIONS] [, /N_ELEMENTS] [, /SNAME] [, /TNAME] "
            "[, /TYPE])"),
    ROW_FUN0(TYPENAME, 1, 1, fn_typename, "Result = TYPENAME(Expression)"),
    ROW_FUN(N_TAGS, 1, 1, fn_n_tags, "Result = N_TAGS(Expression [, /DATA_LENGTH] [, /LENGTH])"),
    ROW_FUN(TAG_NAMES, 1, 1, fn_tag_names, "Result = TAG_NAMES(Expression [, /STRUCTURE_NAME])"),
};
ROUTINE_TABLE(lib_inquiry, rows)
