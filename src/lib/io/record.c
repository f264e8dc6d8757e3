// Builds the structures and the arrays of names that file routines return. Knows no files itself. Start at record_new.
#include "lib/io/record.h"

#include "io/stream.h"

#include "base/map.h"
#include "base/mem.h"
#include "core/errors.h"
#include "io/lun.h"
#include "lib/io/wildcards.h"
#include "vm/vm.h"

#include <string.h>
#include <sys/stat.h>

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

void record_put_text(Call *c, Arr *a, int64_t i, const char *p, size_t n)
{
    Str *s = str_new(p, n);
    if (n && !s) throw_no_memory(c);
    str_drop(((StrSlot *)a->data)[i].p);
    ((StrSlot *)a->data)[i].p = s;
}

// Last part of a path without trailing slashes.
const char *record_base_part(const char *path, size_t *n)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') start--;
    if (start == end && end > 0) start = end - 1;  // "/"
    *n = end - start;
    return path + start;
}

static const char *text_of(Call *c, const Str *s, PathKind kind)
{
    const char *p = str_text(s);
    if (strlen(p) != str_len(s)) throw_msg(c, E_VALUE, "File names cannot contain NUL characters.");
    if (kind == PATHS_PLAIN || !strpbrk(p, "~$") || url_is(p)) {
        char *copy = call_alloc(c, str_len(s) + 1);
        memcpy(copy, p, str_len(s));
        return copy;
    }
    char *full = path_expand(p);
    call_defer(c, mem_free, full);
    return full;
}

// The names of wildcards behind what is in `names`; none when the text is no pattern.
static int64_t matches(Call *c, const char *text, PathKind kind, Names *names)
{
    struct stat st;
    int64_t before = names->n;
    if (kind < PATHS_FIRST || !has_wildcards(text) || url_is(text) || lstat(text, &st) == 0) return 0;
    Status s = wildcards_find(text, 0, names);
    if (s.code == E_INTERRUPT) call_poll(c);
    TRY(c, s);
    return names->n - before;
}

Paths paths_of(Call *c, int i, PathKind kind)
{
    const Val *v = call_arg(c, i);
    if (v->type != T_STRING) throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
    int64_t n = val_count(v), room = n + 1;
    Paths out = {.shape = v, .p = call_alloc(c, (size_t)room * sizeof *out.p)};
    Names *names = call_alloc(c, sizeof *names);
    call_defer(c, names_free, names);
    const StrSlot *slots = val_is_array(v) ? v->a->data : NULL;
    for (int64_t k = 0; k < n; k++) {
        const char *text = text_of(c, slots ? slots[k].p : v->s, kind);
        int64_t found = matches(c, text, kind, names), first = names->n - found;
        if (kind == PATHS_FIRST && found > 1) found = 1;
        if (out.n + found + n - k > room) {
            const char **more = call_alloc(c, (size_t)(room = 2 * (out.n + found + n)) * sizeof *more);
            memcpy(more, out.p, (size_t)out.n * sizeof *more);
            out.p = more;
        }
        if (!found) out.p[out.n++] = text;
        for (int64_t m = 0; m < found; m++) out.p[out.n++] = names->p[first + m];
    }
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
