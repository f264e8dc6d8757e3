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
    K(SIZE, SNAME) K(SIZE, STRUCTURE) K(SIZE, TNAME) K(SIZE, TYPE)
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

// /STRUCTURE: IDL_SIZE, or with /L64 IDL_SIZE64.
static void return_description(Call *c, const Val *v)
{
    static const char *const tags[] = {"TYPE_NAME", "STRUCTURE_NAME", "TYPE", "FILE_LUN", "FILE_OFFSET", "N_ELEMENTS",
                                       "N_DIMENSIONS", "DIMENSIONS"};
    bool wide = call_kw_set(c, KW_SIZE_L64);
    int64_t dim[MAX_RANK] = {0};
    int rank = val_is_array(v) ? v->a->rank : 0;
    for (int i = 0; i < rank; i++) dim[i] = v->a->dim[i];
    Val *made = call_keep_take(c, VAL_UNDEF);
    Val *shape = call_keep_take(c, val_arr_take(arr_ref(integer_vector(c, dim, MAX_RANK, wide))));
    const char *name = v->type == T_STRUCT && v->a->def->name ? v->a->def->name : "";
    Val values[] = {val_string(type_name(v->type)), val_string(name), val_int(v->type), val_int(0),
                    wide ? val_long64(0) : val_long(0), wide ? val_long64(val_count(v)) : val_long((int32_t)val_count(v)),
                    val_long(rank), *shape};
    Status s = struct_make(c->vm, wide ? "IDL_SIZE64" : "IDL_SIZE", tags, values, 8, made);
    val_drop(&values[0]);
    val_drop(&values[1]);
    TRY(c, s);
    call_return_take(c, val_take(made));
}

// SIZE(Expr [, /DIMENSIONS, /N_DIMENSIONS, /N_ELEMENTS, /TNAME, /TYPE, /SNAME, /STRUCTURE, /L64]): without keywords a LONG
// vector: number of dimensions, each dimension, type code, number of elements. Manual: SIZE.
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
    } else if (call_kw_set(c, KW_SIZE_STRUCTURE)) {
        return_description(c, v);
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

// CREATE_STRUCT([NAME=s,] Tag1, Value1, ... | Tags, V1, ...): a structure. Structures among the arguments give their
// tags. Manual: CREATE_STRUCT.
#define CREATE_STRUCT_KEYWORDS(K) K(CREATE_STRUCT, NAME)
KEYWORDS(CREATE_STRUCT)

static void append(Call *c, Val *made, const char *tag, const Val *v)
{
    Val grown;
    char *upper = call_alloc(c, strlen(tag) + 1);
    for (size_t i = 0; tag[i]; i++) upper[i] = tag[i] >= 'a' && tag[i] <= 'z' ? (char)(tag[i] - 32) : tag[i];
    TRY(c, struct_append(made, upper, v, &grown));
    val_set_take(made, grown);
}

static void append_structure(Call *c, Val *made, const Val *s)
{
    for (int t = 0; t < s->a->def->ntags; t++) {
        Val *v = call_keep_take(c, VAL_UNDEF);
        TRY(c, struct_get_tag(s, t, v));
        append(c, made, s->a->def->tag[t].name, v);
    }
}

static void fn_create_struct(Call *c)
{
    Val *made = call_keep_take(c, VAL_UNDEF);
    if (call_kw_given(c, KW_CREATE_STRUCT_NAME)) {
        throw_msg(c, E_UNSUPPORTED, "CREATE_STRUCT, NAME= is not supported by this version; write {NAME, tag:value}.");
    }
    for (int i = 0; i < c->argc;) {
        const Val *v = call_arg(c, i);
        if (v->type == T_STRUCT) {
            append_structure(c, made, v);
            i++;
            continue;
        }
        if (v->type != T_STRING) throw_msg(c, E_TYPE, "Tag names must be strings: %s.", call_arg_name(c, i));
        int64_t n = val_count(v);
        for (int64_t t = 0; t < n; t++) {
            const Str *tag = val_is_array(v) ? ((const StrSlot *)v->a->data)[t].p : v->s;
            append(c, made, str_text(tag), call_arg(c, i + 1 + (int)t));
        }
        i += 1 + (int)n;
    }
    call_return_take(c, val_take(made));
}

static const Routine rows[] = {
    ROW_FUN0(N_ELEMENTS, 1, 1, fn_n_elements, "Result = N_ELEMENTS(Expression)"),
    ROW_FUN(SIZE, 1, 1, fn_size,
            "Result = SIZE(Expression [, /DIMENSIONS] [, /L64] [, /N_DIMENSIONS] [, /N_ELEMENTS] [, /SNAME] [, /STRUCTURE] "
            "[, /TNAME] [, /TYPE])"),
    ROW_FUN0(TYPENAME, 1, 1, fn_typename, "Result = TYPENAME(Expression)"),
    ROW_FUN(N_TAGS, 1, 1, fn_n_tags, "Result = N_TAGS(Expression [, /DATA_LENGTH] [, /LENGTH])"),
    ROW_FUN(TAG_NAMES, 1, 1, fn_tag_names, "Result = TAG_NAMES(Expression [, /STRUCTURE_NAME])"),
    ROW_FUN(CREATE_STRUCT, 1, ARGS_ANY, fn_create_struct,
            "Result = CREATE_STRUCT([NAME=string,] [Tags, Values...] [, Structures])"),
};
ROUTINE_TABLE(lib_inquiry, rows)
