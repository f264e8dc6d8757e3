// Builds the structures and the arrays of names that file routines return. Knows no files itself. Start at record_new.
#include "lib/io/record.h"

#include "base/map.h"
#include "base/mem.h"
#include "io/lun.h"
#include "vm/vm.h"

#include <string.h>

static SDef *definition(Call *c, const char *name, const Field *fields, int n)
{
    SDef *d = map_get(&c->vm->structs, name);
    if (d) return d;
    d = sdef_new(name);
    for (int i = 0; i < n; i++) sdef_add(d, fields[i].name, fields[i].type, 0, NULL, NULL);
    sdef_close(d);
    map_set(&c->vm->structs, name, d);
    return d;
}

Arr *record_new(Call *c, const char *struct_name, const Field *fields, int nfields, int rank, const int64_t *dim)
{
    Arr *a = arr_new_struct(definition(c, struct_name, fields, nfields), rank, dim);
    if (!a) throw_no_memory(c);
    return a;
}

void record_fill(Arr *a, int64_t i, const Field *fields, int nfields)
{
    for (int k = 0; k < nfields; k++) {
        char *at = (char *)arr_at(a, i) + a->def->tag[k].offset;
        int32_t l = (int32_t)fields[k].i;
        switch (fields[k].type) {
        case T_BYTE: *(uint8_t *)at = fields[k].i != 0; break;
        case T_LONG: memcpy(at, &l, sizeof l); break;
        case T_LONG64: memcpy(at, &fields[k].i, sizeof fields[k].i); break;
        default: ((StrSlot *)at)->p = str_from(fields[k].s ? fields[k].s : ""); break;
        }
    }
}

static const char *text_of(Call *c, const Str *s, bool plain)
{
    const char *p = str_text(s);
    if (strlen(p) != str_len(s)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    if (plain || !strpbrk(p, "~$")) {
        char *copy = call_alloc(c, str_len(s) + 1);
        memcpy(copy, p, str_len(s));
        return copy;
    }
    char *full = path_expand(p);
    call_defer(c, mem_free, full);
    return full;
}

Paths paths_of(Call *c, int i, bool plain)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_STRING) throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
    Paths out = {.n = val_count(v), .shape = v};
    const StrSlot *slots = val_is_array(v) ? v->a->data : NULL;
    out.p = call_alloc(c, (size_t)(out.n + 1) * sizeof *out.p);
    for (int64_t k = 0; k < out.n; k++) out.p[k] = text_of(c, slots ? slots[k].p : v->s, plain);
    return out;
}

Arr *paths_result(Call *c, const Paths *paths, TypeCode t)
{
    if (val_is_array(paths->shape)) return call_new_array(c, t, paths->shape->a->rank, paths->shape->a->dim, true);
    return call_new_array(c, t, 1, &(int64_t){1}, true);
}

void paths_return(Call *c, const Paths *paths, Arr *a)
{
    if (val_is_array(paths->shape)) call_return_take(c, val_arr_take(arr_ref(a)));
    else call_return_take(c, arr_get(a, 0));
}
