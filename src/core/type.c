// Names and sizes of the types, from the list in core/type.h.
#include "core/type.h"

static const struct {
    const char *name;
    size_t size;
} type_rows[T_COUNT] = {
#define X(code, name, tname, typename_, ctype) [code] = {tname, sizeof(ctype)},
    TYPE_LIST(X)
#undef X
};

const char *type_name(TypeCode t) { return t < T_COUNT ? type_rows[t].name : "UNDEFINED"; }

size_t type_size(TypeCode t) { return t == T_UNDEF || t == T_STRUCT || t >= T_COUNT ? 0 : type_rows[t].size; }
