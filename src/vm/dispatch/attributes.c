// What a.length and its kin answer, and which classes' methods plain values have. Start reading at attribute_get.
#include "vm/dispatch/attributes.h"

#include "vm/dispatch/overload.h"
#include "vm/fault/throw.h"

#include <string.h>

typedef struct Shape {
    int rank;
    int64_t dim[MAX_RANK], n;
} Shape;

static Shape shape_of(Vm *vm, const Val *v)
{
    Shape s = {.n = val_count(v)};
    if (v->type == T_OBJ && overload_size(vm, v, &s.rank, s.dim, &s.n)) return s;
    s.rank = val_is_array(v) ? v->a->rank : 0;
    if (s.rank) memcpy(s.dim, v->a->dim, sizeof s.dim);
    return s;
}

// LONG64: the dimensions, 0 for a scalar.
static Val dimensions(Vm *vm, const Shape *s)
{
    if (!s->rank) return val_long64(0);
    Arr *a = arr_new1(T_LONG64, s->rank, true);
    if (!a) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory: to make array.");
    memcpy(a->data, s->dim, (size_t)s->rank * sizeof s->dim[0]);
    return val_arr_take(a);
}

const char *attribute_typename(const Val *v)
{
    if (v->type == T_STRUCT && v->a->n > 1) return type_name(T_STRUCT);
    if (v->type == T_STRUCT) return v->a->def->name ? v->a->def->name : "ANONYMOUS";
    bool live = v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed;
    return live && v->h->v.type == T_STRUCT ? v->h->v.a->def->name : type_name(v->type);
}

static int type_bytes(TypeCode t)
{
    if (t == T_UNDEF || t == T_STRING || t == T_STRUCT) return 0;
    return t == T_PTR || t == T_OBJ ? 4 : (int)type_size(t);
}

bool attribute_get(Vm *vm, const Val *v, const char *name, Val *out)
{
    static const char *const names[] = {"DIM", "LENGTH", "NDIM", "TNAME", "TYPECODE", "TYPENAME", "TYPESIZE"};
    int n = sizeof names / sizeof names[0], i = 0;
    while (i < n && strcmp(names[i], name) != 0) i++;
    if (i == n) return false;
    Shape s = shape_of(vm, v);
    switch (i) {
    case 0: *out = dimensions(vm, &s); break;
    case 1: *out = s.n > INT32_MAX ? val_long64(s.n) : val_long((int32_t)s.n); break;
    case 2: *out = val_long(s.rank); break;
    case 3: *out = val_string(v->type == T_OBJ ? "OBJREF" : type_name(v->type)); break;
    case 4: *out = val_long(v->type); break;
    case 5: *out = val_string(attribute_typename(v)); break;
    default: *out = val_long(type_bytes((TypeCode)v->type)); break;
    }
    return true;
}

const char *const *attribute_classes(TypeCode t)
{
    static const char *const string[] = {"IDL_STRING", "IDL_VARIABLE", NULL};
    static const char *const integer[] = {"IDL_INTEGER", "IDL_NUMBER", "IDL_VARIABLE", NULL};
    static const char *const number[] = {"IDL_NUMBER", "IDL_VARIABLE", NULL};
    static const char *const pointer[] = {"IDL_POINTER", "IDL_VARIABLE", NULL};
    static const char *const variable[] = {"IDL_VARIABLE", NULL};
    static const char *const none[] = {NULL};
    if (t == T_OBJ || t == T_STRUCT) return none;
    if (t == T_STRING) return string;
    if (type_is_integer(t)) return integer;
    if (type_is_numeric(t)) return number;
    return t == T_PTR ? pointer : variable;
}
